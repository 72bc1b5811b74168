# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No run takes away more than its task asked for: refused, disturbed or killed anywhere, the next one puts it back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import event, given

from ansible_collections.groupshare.gitlab.tests.property.checks.losses import (
    check_losses,
    check_nothing_lost,
    check_trials,
    put_back,
)
from ansible_collections.groupshare.gitlab.tests.property.checks.outcome import check_outcome
from ansible_collections.groupshare.gitlab.tests.property.checks.records import record_files
from ansible_collections.groupshare.gitlab.tests.property.killed_runs import FORKER, KillableSimulator
from ansible_collections.groupshare.gitlab.tests.property.model.plan import expected_plan
from ansible_collections.groupshare.gitlab.tests.property.runs import carry_out
from ansible_collections.groupshare.gitlab.tests.property.strategies.harm import Harm, harms
from ansible_collections.groupshare.gitlab.tests.property.strategies.refusals import applies
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.world import World


@given(harms())
def test_what_was_not_to_be_taken_is_there_in_the_end(harm: Harm) -> None:
    task, group = harm.task, expected_plan(harm.task).group.full_path
    with (
        tempfile.TemporaryDirectory() as folder,
        KillableSimulator(World.from_dict(task.world)) as gitlab,
    ):
        records = Path(folder)
        options = {**task.options, "recovery_dir": folder}
        for fault in harm.faults:
            gitlab.faults.add(Fault.from_dict(fault))
        for kill in harm.kills:
            killed = FORKER.carry_out(gitlab, options, kill)
            is_killed = killed.report is None and killed.error is None
            event(f"killed: {is_killed}")
            check_losses(task, killed, records, is_killed)
            check_trials(killed)
        run = carry_out(gitlab, options)
        check_losses(task, run, records, killed=False)
        check_trials(run)
        event(f"lost for a while: {bool(record_files(records))}")
        gitlab.faults.clear()
        for remedy in harm.remedies:
            if applies(remedy, gitlab.world):
                gitlab.world.change(remedy)
        expected_world, made = put_back(gitlab.world.to_dict(), group, records)
        last = carry_out(gitlab, options)
        check_outcome(task.on(expected_world), last, check_mode=False, recovered=made)
        check_nothing_lost(task, last.world)
        assert record_files(records) == []
