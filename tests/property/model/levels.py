# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access levels and versions, by the GitLab API sheet, section 1.1."""

from __future__ import annotations

NUMBERS = {
    "guest": 10,
    "planner": 15,
    "reporter": 20,
    "security_manager": 25,
    "developer": 30,
    "maintainer": 40,
    "owner": 50,
}
NAMES = {number: name for name, number in NUMBERS.items()}
GUEST, MAINTAINER, OWNER = NUMBERS["guest"], NUMBERS["maintainer"], NUMBERS["owner"]
Version = tuple[int, int]


def version_of(text: str) -> Version:
    """Return a version as far as rules depend on it."""
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def share_levels(version: Version, security_manager: bool) -> list[str]:
    """Return the levels that a share can have and the module knows."""
    levels = ["guest", "reporter", "developer", "maintainer"]
    if version >= (16, 7):
        levels.append("owner")
    if version >= (17, 7):
        levels.append("planner")
    if version >= (18, 7) and security_manager:
        levels.append("security_manager")
    return levels


def role_to_share(version: Version) -> int:
    """Return the role on a project that sharing it takes (section 1.3)."""
    return OWNER if version >= (18, 0) else MAINTAINER


def role_to_make(version: Version, level: str) -> int:
    """Return the role that making a share of a level takes."""
    return OWNER if level == "owner" else role_to_share(version)


def role_to_remove(version: Version, level: str | None, owns_group: bool) -> int:
    """Return the role that removing a share takes (section 2); an Owner of the invited group needs less."""
    if version >= (18, 0):
        return MAINTAINER if owns_group else OWNER
    return OWNER if level == "owner" else MAINTAINER
