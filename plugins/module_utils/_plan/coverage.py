# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a group reaches a selection of projects: pure, from a plan that leaves existing shares alone."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._gitlab.records import Project
from .._observe.inherited import Inherited
from .plan import Reason, Step

State = t.Literal["shared", "below_level", "missing", "blocked", "inherited"]


@dataclass(frozen=True)
class Covered:
    """One project, and how the group reaches it.

    :param state: blocked, for example, is a project without a share that GitLab would not let be shared.
    :param reason: why it is blocked.
    """

    project: Project
    inherited: Inherited | None
    state: State
    reason: Reason | None = None


def find_coverage(plan: t.Iterable[Step], access_level: int) -> tuple[Covered, ...]:
    """Return how the group reaches each project of a plan.

    :param plan: made with update_existing=never, so that only missing shares are changes.
    :param access_level: the level to compare the shares with.
    """
    return tuple(_covered(step, access_level) for step in plan)


def _covered(step: Step, access_level: int) -> Covered:
    share = step.project.share
    if share is not None:
        below = not share.is_hidden and (share.access_level or 0) < access_level
        return Covered(step.project, step.inherited, "below_level" if below else "shared")
    if step.reason == "inherited":
        return Covered(step.project, step.inherited, "inherited")
    if step.is_change:
        return Covered(step.project, step.inherited, "missing")
    return Covered(step.project, step.inherited, "blocked", step.reason)
