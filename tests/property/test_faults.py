# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is lost on a bad day: what is reported is what is, and a following run heals the rest."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import event, given

from ansible_collections.groupshare.gitlab.tests.property.faults import HEALTHY, BadDay, bad_days, kind_of
from ansible_collections.groupshare.gitlab.tests.property.honesty import (
    check_journal,
    check_rest,
    check_secrets,
    check_told,
    check_written,
)
from ansible_collections.groupshare.gitlab.tests.property.runs import WatchedSimulator, again, carry_out
from ansible_collections.groupshare.gitlab.tests.property.verdicts import check_outcome
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.world import World


@given(bad_days())
def test_what_is_reported_is_what_is(day: BadDay) -> None:
    for fault in day.faults:
        event(kind_of(fault))
    with (
        tempfile.TemporaryDirectory() as folder,
        WatchedSimulator(World.from_dict(day.case.world)) as gitlab,
    ):
        path = Path(folder, "journal")
        for fault in day.faults:
            gitlab.faults.add(Fault.from_dict(fault))
        run = carry_out(gitlab, {**day.case.params, "journal_path": str(path)})
        journal = path.read_text(encoding="utf-8") if path.exists() else ""
        gitlab.faults.clear()
        gitlab.world.change(HEALTHY)
        healed = gitlab.world.to_dict()
        following = carry_out(gitlab, day.case.params)
    check_secrets(run, journal)
    check_journal(run, journal)
    check_rest(day, run)
    check_written(run, day)
    check_told(day, run)
    check_outcome(again(day.case, healed), following, check_mode=False)
