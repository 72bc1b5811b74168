# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The preview is exact: check mode tells what a run does, and both do what the design says."""

from __future__ import annotations

from hypothesis import given

from ansible_collections.groupshare.gitlab.tests.property.runs import Run, WatchedSimulator, again, carry_out
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case, cases
from ansible_collections.groupshare.gitlab.tests.property.verdicts import check_outcome, check_writes
from ansible_collections.groupshare.gitlab.tests.simulator.world import World


@given(cases())
def test_check_mode_the_run_and_the_design_agree(case: Case) -> None:
    with WatchedSimulator(World.from_dict(case.world)) as gitlab:
        preview = carry_out(gitlab, case.params, check_mode=True)
        run = carry_out(gitlab, case.params)
        second = carry_out(gitlab, case.params)
    assert preview.writes == []
    assert preview.world == case.world
    check_outcome(case, preview, check_mode=True)
    check_outcome(case, run, check_mode=False)
    if not _lacks_scope(run):
        assert run.told == preview.told
    check_writes(run)
    _check_second(again(case, run.world), second)


def _lacks_scope(run: Run) -> bool:
    """The one refusal that only a run meets: a token that may read is enough for check mode."""
    return run.report is not None and "lacks the scope api" in (run.report.failure or "")


def _check_second(case: Case, second: Run) -> None:
    """A second run finds nothing to do, unless what a first one could not do stands in the way."""
    check_outcome(case, second, check_mode=False)
    assert second.writes == []
    if second.report is not None:
        assert second.result["changed"] is False
