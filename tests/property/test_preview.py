# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode reports what a run does, both do what the design says, and a second run changes nothing."""

from __future__ import annotations

import re

from hypothesis import given

from ansible_collections.groupshare.gitlab.tests.property.checks.outcome import check_outcome
from ansible_collections.groupshare.gitlab.tests.property.model.plan import plan_or_none
from ansible_collections.groupshare.gitlab.tests.property.model.task import Task
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, WatchedSimulator, carry_out
from ansible_collections.groupshare.gitlab.tests.property.strategies.tasks import tasks
from ansible_collections.groupshare.gitlab.tests.simulator.world import World


@given(tasks())
def test_check_mode_run_and_design_agree(task: Task) -> None:
    with WatchedSimulator(World.from_dict(task.world)) as gitlab:
        preview = carry_out(gitlab, task.options, check_mode=True)
        run = carry_out(gitlab, task.options)
        second = carry_out(gitlab, task.options)
    check_outcome(task, preview, check_mode=True)
    check_outcome(task, run, check_mode=False)
    if not _lacks_scope(run) and _is_foreseen(task):
        assert run.report_without_cost == preview.report_without_cost
        assert _message(run) == _message(preview)
    check_outcome(task.on(run.world), second, check_mode=False)
    assert all(write.effect == "" for write in second.writes)
    if second.report is not None:
        assert second.result["changed"] is False


def _lacks_scope(run: Run) -> bool:
    """The one refusal that only a run meets: a token that may read is enough for check mode."""
    return run.report is not None and "lacks the scope api" in (run.report.failure or "")


def _is_foreseen(task: Task) -> bool:
    plan = plan_or_none(task)
    return plan is None or plan.is_foreseen


def _message(run: Run) -> str:
    """The message without what only check mode says."""
    return "" if run.report is None else re.sub(r"\. [\d,]+ replacements? depends? on a trial", "", run.result["msg"])
