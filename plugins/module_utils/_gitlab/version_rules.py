# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab's rules for shares are in which version."""

from __future__ import annotations

from .access_levels import MAINTAINER, OWNER, PLANNER, SECURITY_MANAGER
from .records import Version

# The first version whose shares know the level; the others have always been there.
LEVEL_SINCE = {PLANNER: Version(17, 7), SECURITY_MANAGER: Version(19, 0), OWNER: Version(16, 8)}
OWNERS_ONLY_SINCE = Version(18, 0)


def knows_level(version: Version, access_level: int) -> bool:
    """Tell whether a share can have this access level; Security Manager can still be switched off."""
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
