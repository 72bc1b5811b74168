# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever goes wrong on the way: what is reported is what is, nothing else changes, and the next run does the rest."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import event, given

from ansible_collections.groupshare.gitlab.tests.property.checks.losses import put_back
from ansible_collections.groupshare.gitlab.tests.property.checks.outcome import check_outcome
from ansible_collections.groupshare.gitlab.tests.property.checks.traces import (
    check_journal,
    check_report,
    check_secrets,
    check_unrelated,
    check_writes,
    group_of,
)
from ansible_collections.groupshare.gitlab.tests.property.runs import WatchedSimulator, carry_out
from ansible_collections.groupshare.gitlab.tests.property.strategies.faults import (
    HEALTHY,
    Trouble,
    kind_of,
    troubles,
)
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.world import World


@given(troubles())
def test_what_is_reported_is_what_is(trouble: Trouble) -> None:
    for fault in trouble.faults:
        event(kind_of(fault))
    with (
        tempfile.TemporaryDirectory() as folder,
        WatchedSimulator(World.from_dict(trouble.task.world)) as gitlab,
    ):
        records, journal = Path(folder, "records"), Path(folder, "journal")
        options = {**trouble.task.options, "recovery_dir": str(records)}
        for fault in trouble.faults:
            gitlab.faults.add(Fault.from_dict(fault))
        run = carry_out(gitlab, {**options, "journal_path": str(journal)})
        check_secrets(run, Path(folder))
        check_journal(run, journal.read_text(encoding="utf-8") if journal.exists() else "")
        gitlab.faults.clear()
        gitlab.world.change(HEALTHY)
        healed, made = put_back(gitlab.world.to_dict(), group_of(trouble.task), records)
        following = carry_out(gitlab, options)
    check_unrelated(trouble, run)
    check_writes(run, trouble)
    check_report(trouble, run)
    check_outcome(trouble.task.on(healed), following, check_mode=False, recovered=made)
