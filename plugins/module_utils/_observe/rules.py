# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the look finds out for the plan, beyond the projects themselves."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._gitlab.records import Project, Share
from .inherited import Inherited


class Change(t.NamedTuple):
    """An intended change: a project with the share it has, and the share it shall have."""

    project: Project
    after: Share | None


@dataclass(frozen=True)
class Problem:
    """Why a project failed; status is the HTTP status, or None where no answer came."""

    status: int | None
    message: str


@dataclass(frozen=True)
class Rules:
    """What holds for the plan beyond the projects themselves.

    Namespaces are full paths; a namespace or project that is not mentioned has nothing against it.

    :param group_path: full path of the invited group.
    :param leaves_out_archived: archived projects are not to be touched, even where they are named.
    :param inherited: by namespace, the best access that the group has there through an ancestor group.
    :param locked: namespaces whose projects cannot be shared with groups.
    :param closed_roots: top-level groups whose projects can be shared within them only.
    :param refused: by project id, why GitLab would answer a write with an error.
    """

    group_path: str
    leaves_out_archived: bool = True
    skip_inherited: bool = False
    inherited: t.Mapping[str, Inherited] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    closed_roots: frozenset[str] = frozenset()
    refused: t.Mapping[int, Problem] = field(default_factory=dict)
