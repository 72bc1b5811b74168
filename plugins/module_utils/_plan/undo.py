# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done so that a project gets back the share that an earlier run found: a pure function."""

from __future__ import annotations

import datetime
import typing as t

from .._gitlab.records import Project, Share
from .._observe.inherited import Inherited
from .._observe.past_run import PastRun
from .plan import Reason, Step, change_status


def undo_step(project: Project, past_run: PastRun, today: datetime.date, inherited: t.Mapping[str, Inherited]) -> Step:
    """Return the step that gives a project its former share back, unless somebody has changed the share since.

    :param project: one that the run wrote to.
    :param inherited: as in plan_step().
    """
    now, through = project.share, inherited.get(project.namespace)
    former, left = past_run.changes[project.id]
    if now == former:
        return Step(project, "unchanged", now, now, inherited=through)
    reason = _reason_to_keep(now, former, left, today)
    if reason is not None:
        return Step(project, "kept", now, now, reason, inherited=through)
    return Step(project, change_status(now, former), now, former, inherited=through)


def _reason_to_keep(
    now: Share | None, former: Share | None, left: t.AbstractSet[Share | None], today: datetime.date
) -> Reason | None:
    if now not in left or (former is not None and former.is_hidden):
        return "changed_since"
    if former is not None and former.expires_at is not None and former.expires_at <= today:
        return "ended"
    return None
