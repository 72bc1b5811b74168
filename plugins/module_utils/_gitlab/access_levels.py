# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's access levels: names for people, numbers for the API."""

from __future__ import annotations

GUEST = 10
PLANNER = 15
REPORTER = 20
SECURITY_MANAGER = 25
DEVELOPER = 30
MAINTAINER = 40
OWNER = 50

# Names as the options of the modules have them, lowest first.
LEVELS: dict[str, int] = {
    "guest": GUEST,
    "planner": PLANNER,
    "reporter": REPORTER,
    "security_manager": SECURITY_MANAGER,
    "developer": DEVELOPER,
    "maintainer": MAINTAINER,
    "owner": OWNER,
}
_NAMES = {number: name for name, number in LEVELS.items()}


def level_name(number: int) -> str:
    """Return the name of an access level; one that this release does not know keeps its number, as text."""
    return _NAMES.get(number, str(number))


def level_number(name: str) -> int:
    """Return the number of an access level that level_name() has named.

    :raises ValueError: for any other text.
    """
    return LEVELS[name] if name in LEVELS else int(name)
