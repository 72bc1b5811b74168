# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done with each project: pure functions of what was observed and what is desired."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._gitlab.records import Project, Share
from .._observe.inherited import Inherited
from .._observe.selection import Selection
from .desired import Desired, NotUpdatedReason

Status = t.Literal["shared", "updated", "unshared", "unchanged", "kept", "skipped", "failed", "not_attempted"]
KeptReason = t.Literal[
    NotUpdatedReason,
    "protection_rules",
    "own_access",
    "cannot_be_replaced",
    "changed_since",
    "ended",
]
SkippedReason = t.Literal[
    "own_group",
    "share_locked",
    "outside_hierarchy",
    "email_domains",
    "pending_deletion",
    "archived",
    "inherited",
]
NotAttemptedReason = t.Literal["max_changes", "max_wait", "token", "signal", "same_refusal"]
Reason = t.Literal[KeptReason, SkippedReason, NotAttemptedReason]

STATUSES: tuple[Status, ...] = t.get_args(Status)
CHANGES: tuple[Status, ...] = ("shared", "updated", "unshared")


@dataclass(frozen=True)
class Problem:
    """Why a project failed or was kept; status is the HTTP status, or None where no answer came."""

    status: int | None
    message: str


@dataclass(frozen=True)
class Step:
    """What is planned, and later what became of it, for one project.

    :param reason: why it is kept, skipped or not attempted.
    :param error: what GitLab answered, where that is why.
    :param protection_rules: rules of the project that are lost with its share, such as ``branch main: push``.
    :param ends_own_access: the removed share alone gives the token's user its role in the project.
    :param written: something was written for the project, even if the step failed.
    :param access_lost: the former share was removed, and neither the new one nor the former one could be made.
    """

    project: Project
    status: Status
    before: Share | None
    after: Share | None
    reason: Reason | None = None
    error: Problem | None = None
    inherited: Inherited | None = None
    protection_rules: tuple[str, ...] = ()
    ends_own_access: bool = False
    written: bool = False
    access_lost: bool = False

    @property
    def is_change(self) -> bool:
        """Whether it changes a share, or did."""
        return self.status in CHANGES


# Plans the step for one project, or those for all projects.
PlanOne = t.Callable[[Project], Step]
PlanAll = t.Callable[[t.Iterable[Project]], tuple[Step, ...]]


def make_plan(projects: t.Iterable[Project], plan_one: PlanOne) -> tuple[Step, ...]:
    """Return one step for each project, in the order of full paths."""
    return tuple(plan_one(project) for project in sorted(projects, key=lambda project: project.path))


def plan_step(project: Project, desired: Desired, selection: Selection, inherited: t.Mapping[str, Inherited]) -> Step:
    """Return the step for one project, before anything that GitLab would refuse is taken out.

    :param inherited: by namespace, the access that the group has there through an ancestor group.
    """
    before, through = project.share, inherited.get(project.namespace)
    excluded = _reason_to_skip(project, desired, selection, through)
    if excluded is not None:
        return Step(project, "skipped", before, before, excluded, inherited=through)
    if desired.is_met_by(before):
        return Step(project, "unchanged", before, before, inherited=through)
    kept = None if before is None else desired.reason_to_keep(before)
    if kept is not None:
        return Step(project, "kept", before, before, kept, inherited=through)
    after = desired.share_for(before)
    return Step(project, change_status(before, after), before, after, inherited=through)


def change_status(before: Share | None, after: Share | None) -> Status:
    """Return what a change from one share to another one is called."""
    if after is None:
        return "unshared"
    return "shared" if before is None else "updated"


def _reason_to_skip(
    project: Project, desired: Desired, selection: Selection, inherited: Inherited | None
) -> Reason | None:
    """Return why the user does not want this project touched, whatever its share."""
    if project.archived and selection.archived == "exclude":
        return "archived"
    if selection.skip_inherited and inherited is not None and inherited.access_level >= desired.access_level:
        return "inherited"
    return None
