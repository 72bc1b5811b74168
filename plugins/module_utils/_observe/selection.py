# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects the user asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """Which projects the user asked for; an empty tuple means that this option does not restrict.

    :param source_groups: full paths or ids of groups whose projects are meant.
    :param projects: full paths or ids of single projects.
    :param include: patterns of which a project's full path must match one.
    :param exclude: patterns of which it must match none.
    :param topics: without regard to case, as in GitLab.
    :param skip_inherited: leave out projects that the group already reaches through an ancestor group.
    """

    source_groups: tuple[str, ...] = ()
    include_subgroups: bool = True
    projects: tuple[str, ...] = ()
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    topics: frozenset[str] = frozenset()
    visibility: frozenset[str] = frozenset()
    archived: str = "exclude"
    personal_projects: bool = True
    skip_inherited: bool = False

    @property
    def everything(self) -> bool:
        """Whether neither groups nor projects are named: all that the token may share."""
        return not self.source_groups and not self.projects

    def matches_path(self, path: str) -> bool:
        """Tell whether include and exclude let a project with this full path in; exclude wins."""
        if any(pattern.match(path) for pattern in self.exclude):
            return False
        return not self.include or any(pattern.match(path) for pattern in self.include)
