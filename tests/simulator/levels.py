# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access levels: their names, their numbers, and which of them a GitLab version knows."""

from __future__ import annotations

MINIMAL_ACCESS = 5
GUEST = 10
PLANNER = 15
REPORTER = 20
SECURITY_MANAGER = 25
DEVELOPER = 30
MAINTAINER = 40
OWNER = 50

NUMBERS = {
    "minimal_access": MINIMAL_ACCESS,
    "guest": GUEST,
    "planner": PLANNER,
    "reporter": REPORTER,
    "security_manager": SECURITY_MANAGER,
    "developer": DEVELOPER,
    "maintainer": MAINTAINER,
    "owner": OWNER,
}
NAMES = {number: name for name, number in NUMBERS.items()}


def level_number(value: object) -> int:
    """The number of a level given by name or number; ValueError names what is wrong with it."""
    number = NUMBERS.get(value) if isinstance(value, str) else value
    if not isinstance(number, int) or isinstance(number, bool) or number not in NAMES:
        raise ValueError(f"{value!r} is no access level; known are {', '.join(NUMBERS)} and their numbers")
    return number
