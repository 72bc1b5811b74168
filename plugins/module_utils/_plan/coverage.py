# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a group reaches a selection of projects: pure, from what was seen."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._gitlab.records import Project
from .._observe.inherited import Inherited
from .._observe.rules import Rules
from .desired import Desired
from .plan import SHARED, make_plan


@dataclass(frozen=True)
class Covered:
    """One project, and how the group reaches it.

    :param missing: a run of gitlab_group_share_all would want to share it.
    :param below_level: its share has a lower level than the one to hold against.
    """

    project: Project
    inherited: Inherited | None
    missing: bool
    below_level: bool


def find_coverage(projects: t.Iterable[Project], access_level: int, rules: Rules) -> tuple[Covered, ...]:
    """Return how the group reaches each project, in the order of full paths.

    :param access_level: the level to hold the shares against.
    """
    wanted = Desired(group=rules.group_path, access_level=access_level, update_existing="never")
    return tuple(
        Covered(
            project=step.project,
            inherited=step.inherited,
            missing=step.status == SHARED,
            below_level=step.before is not None and (step.before.access_level or access_level) < access_level,
        )
        for step in make_plan(projects, wanted, rules)
    )
