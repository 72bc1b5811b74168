# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's rules, by version."""

from __future__ import annotations

from .access_levels import MAINTAINER, OWNER, PLANNER, SECURITY_MANAGER
from .records import Version

# The first version whose shares know the level; the others have always been there.
LEVEL_SINCE = {OWNER: Version(16, 7), PLANNER: Version(17, 7), SECURITY_MANAGER: Version(18, 7)}
OWNERS_ONLY_SINCE = Version(18, 0)
# GitLab does not count lists that are longer than this.
MAX_COUNTED = 10_000
# The first versions whose lists can be filtered by activity: of all projects and groups, and of a group's projects.
ACTIVITY_SINCE = Version(18, 0)
ACTIVITY_IN_GROUP_SINCE = Version(18, 8)
# The first version whose simple items are known to have the visibility, which 17.10 lacks.
SIMPLE_VISIBILITY_SINCE = Version(18, 0)


def knows_level(version: Version, access_level: int) -> bool:
    """Return whether a share can have this access level; Security Manager can still be switched off."""
    return version >= LEVEL_SINCE.get(access_level, Version(0, 0))


def role_to_share(version: Version) -> int:
    """Return the access level that a user needs on a project to share it: Owner from 18.0, Maintainer before."""
    return OWNER if version >= OWNERS_ONLY_SINCE else MAINTAINER


def role_to_make(version: Version, access_level: int) -> int:
    """Return the role on a project that a user needs to make a share of this level."""
    return max(role_to_share(version), OWNER if access_level == OWNER else 0)


def role_to_remove(version: Version, access_level: int | None, owns_group: bool) -> int:
    """Return the role on a project that a user needs to remove a share.

    :param access_level: that of the share.
    :param owns_group: the user is an owner of the invited group, for whom from 18.0 on Maintainer is enough.
    """
    if version >= OWNERS_ONLY_SINCE:
        return MAINTAINER if owns_group else OWNER
    return OWNER if access_level == OWNER else MAINTAINER
