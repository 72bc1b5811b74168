# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done so that projects get back the shares that an earlier run found."""

from __future__ import annotations

import datetime
import typing as t

from .._gitlab.records import Project, Share
from .._observe.inherited import Inherited
from .._observe.past_run import PastRun
from .plan import Reason, Status, Step


def plan_undo(
    projects: t.Iterable[Project],
    past_run: PastRun,
    today: datetime.date,
    inherited: t.Mapping[str, Inherited],
) -> tuple[Step, ...]:
    """Return one step for each project that the run wrote to, in the order of full paths."""
    return tuple(
        undo_step(project, past_run, today, inherited.get(project.namespace))
        for project in sorted(projects, key=lambda project: project.path)
        if project.id in past_run.changes
    )


def undo_step(project: Project, past_run: PastRun, today: datetime.date, inherited: Inherited | None) -> Step:
    """Return the step that gives a project its former share back, unless somebody has changed the share since."""
    now, change = project.share, past_run.changes[project.id]
    if now == change.before:
        return Step(project, "unchanged", now, now, inherited=inherited)
    reason = _reason_to_keep(now, change.before, change.after, today)
    if reason is not None:
        return Step(project, "kept", now, now, reason, inherited=inherited)
    status: Status = "unshared" if change.before is None else "shared" if now is None else "updated"
    return Step(project, status, now, change.before, inherited=inherited)


def _reason_to_keep(now: Share | None, former: Share | None, left: Share | None, today: datetime.date) -> Reason | None:
    if now != left or (former is not None and former.is_hidden):
        return "changed_since"
    if former is not None and former.expires_at is not None and former.expires_at <= today:
        return "ended"
    return None
