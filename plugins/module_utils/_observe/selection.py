# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects the user asked for."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

Archived = t.Literal["exclude", "include", "only"]


@dataclass(frozen=True)
class Pattern:
    """What full paths of projects are to match.

    :param text: as the user wrote it.
    """

    text: str
    expression: re.Pattern[str]

    def matches(self, path: str) -> bool:
        """Return whether a full path matches."""
        return self.expression.match(path) is not None


@dataclass(frozen=True)
class Selection:
    """Which projects the user asked for; an empty tuple or set means that this option does not restrict.

    :param source_groups: full paths or ids of groups whose projects are meant. ``/2024`` is a path, ``2024`` is either.
    :param projects: full paths or ids of single projects.
    :param include: patterns of which a project's full path must match one.
    :param exclude: patterns of which it must match none.
    :param topics: a project must carry one of them; in lower case, for GitLab compares topics without regard to case.
    :param exclude_topics: a project must carry none of them.
    :param forks: whether forks of other projects are meant.
    :param mirrors: whether projects that GitLab pulls from elsewhere are meant.
    :param skip_inherited: leave out projects that the group already reaches through an ancestor group.
    """

    source_groups: tuple[str, ...] = ()
    include_subgroups: bool = True
    projects: tuple[str, ...] = ()
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    topics: frozenset[str] = frozenset()
    exclude_topics: frozenset[str] = frozenset()
    forks: bool = True
    mirrors: bool = True
    visibility: frozenset[str] = frozenset()
    archived: Archived = "exclude"
    personal_projects: bool = True
    skip_inherited: bool = False

    @property
    def everything(self) -> bool:
        """Whether neither groups nor projects are named: all that the token may share."""
        return not self.source_groups and not self.projects
