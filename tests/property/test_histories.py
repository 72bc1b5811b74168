# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run upon run on one GitLab, two at once and others in between: each is honest, and a following one heals."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import event, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ansible_collections.groupshare.gitlab.tests.property.chosen import Refusal
from ansible_collections.groupshare.gitlab.tests.property.dice import DICE, Dice
from ansible_collections.groupshare.gitlab.tests.property.faults import (
    BAD_DAYS,
    HEALTHY,
    BadDay,
    bad_day,
    interference,
    kind_of,
)
from ansible_collections.groupshare.gitlab.tests.property.honesty import (
    check_journal,
    check_rest,
    check_secrets,
    check_told,
    check_written,
)
from ansible_collections.groupshare.gitlab.tests.property.oracle import expected
from ansible_collections.groupshare.gitlab.tests.property.runs import (
    Run,
    WatchedSimulator,
    again,
    carry_out,
    carry_out_together,
)
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case, cases, what
from ansible_collections.groupshare.gitlab.tests.property.together import DELAYS, check_together
from ansible_collections.groupshare.gitlab.tests.property.verdicts import check_outcome, check_writes
from ansible_collections.groupshare.gitlab.tests.property.worlds import Json
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

STEPS = 5
# Most projects are selected, so that most runs have something to do; and little patience makes bad days worse.
FIXED = {
    "return_unchanged": True,
    "retries": 1,
    "archived": "include",
    "include": None,
    "exclude": None,
    "topics": None,
    "visibility": None,
    "max_changes": None,
}
LEVELS = ("guest", "reporter", "developer", "maintainer")


def _has_work(case: Case) -> bool:
    """Whether there is something to write for the task, to begin with."""
    try:
        wanted = expected(case)
    except Refusal:
        return False
    return wanted.writes > 0 and wanted.may_write


class History(RuleBasedStateMachine):
    """One GitLab; what is drawn does not depend on it, for two runs at once need not end twice alike."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()

    def teardown(self) -> None:
        self.closing.close()

    @initialize(case=cases(most_projects=12, **FIXED).filter(_has_work))
    def begin(self, case: Case) -> None:
        self.params = case.params
        self.gitlab = self.closing.enter_context(WatchedSimulator(World.from_dict(case.world)))
        self.journal = Path(self.closing.enter_context(tempfile.TemporaryDirectory()), "journal")

    @rule(wish=DICE)
    def run(self, wish: Dice) -> None:
        case = self._case(wish)
        run = self._carry_out(BadDay(case, (), frozenset()))
        if _is_healthy(case.world):
            check_outcome(case, run, check_mode=False)
            check_writes(run)

    @rule(wish=DICE, rolls=st.lists(DICE, min_size=1, max_size=3))
    def run_on_a_bad_day(self, wish: Dice, rolls: list[Dice]) -> None:
        day = bad_day(self._case(wish), rolls)
        self._carry_out(day)
        self._check_healing(day.case)

    @rule(wish=DICE, roll=DICE)
    def run_that_cannot_share(self, wish: Dice, roll: Dice) -> None:
        """What hurts most: a share was removed, and the new one cannot be made."""
        case = self._case(wish, state="present", update_existing="always")
        when = {"method": "POST", "after": roll.pick((0, 0, 1, 2)), "times": roll.pick((None, 2, 1))}
        self._carry_out(BadDay(case, ({**roll.pick(BAD_DAYS), **when},), frozenset()))
        self._check_healing(case)

    @rule(wish=DICE)
    def preview(self, wish: Dice) -> None:
        case = self._case(wish)
        run = carry_out(self.gitlab, case.params, check_mode=True)
        assert run.writes == []
        assert run.world == case.world
        if _is_healthy(case.world):
            check_outcome(case, run, check_mode=True)

    @rule(wish=DICE, roll=DICE)
    def two_at_once(self, wish: Dice, roll: Dice) -> None:
        self.gitlab.world.change(HEALTHY)
        case = self._case(wish)
        self._carry_out_together([case, case], roll)

    @rule(wish=DICE, roll=DICE)
    def two_at_odds(self, wish: Dice, roll: Dice) -> None:
        self.gitlab.world.change(HEALTHY)
        case = self._case(wish, state="present")
        levels = [level for level in LEVELS if level != case.params["access_level"]]
        other = replace(case, params={**case.params, "access_level": roll.pick(levels)})
        self._carry_out_together([case, other], roll)

    @rule(wish=DICE, roll=DICE, rolls=st.lists(DICE, min_size=1, max_size=3))
    def two_on_a_bad_day(self, wish: Dice, roll: Dice, rolls: list[Dice]) -> None:
        day = bad_day(self._case(wish), rolls)
        self._carry_out_together([day.case, day.case], roll, day)

    @rule(roll=DICE)
    def others_interfere(self, roll: Dice) -> None:
        change, _project = interference(roll, Case(self.gitlab.world.to_dict(), self.params))
        note(repr(change))
        self.gitlab.world.change(change)

    @rule()
    def others_mend(self) -> None:
        self.gitlab.world.change(HEALTHY)

    def _case(self, wish: Dice, **fixed: object) -> Case:
        """The same selection and group, and something wanted of it."""
        world = self.gitlab.world.to_dict()
        case = Case(world, {**self.params, **what(wish, world), "group": self.params["group"], **fixed})
        note(repr(case))
        return case

    def _carry_out(self, day: BadDay) -> Run:
        with self._trouble(day.faults):
            run = carry_out(self.gitlab, self._journalled(day.case))
        self._check_telling(run, day)
        check_written(run, day)
        check_told(day, run)
        return run

    def _carry_out_together(self, cases: list[Case], roll: Dice, day: BadDay | None = None) -> None:
        days = [BadDay(case, day.faults if day else (), day.disturbed if day else frozenset()) for case in cases]
        with self._trouble((*roll.pick(DELAYS), *days[0].faults)):
            runs = carry_out_together(self.gitlab, *(self._journalled(case) for case in cases))
        for run in runs:
            self._check_telling(run, days[0])
        check_written(runs[0], *days)
        check_together(days, runs)
        self._check_healing(cases[0])

    @contextmanager
    def _trouble(self, faults: tuple[Json, ...]) -> Iterator[None]:
        for fault in faults:
            event(kind_of(fault))
            note(repr(fault))
            self.gitlab.faults.add(Fault.from_dict(fault))
        yield
        self.gitlab.faults.clear()

    def _journalled(self, case: Case) -> Json:
        self.journal.unlink(missing_ok=True)
        return {**case.params, "journal_path": str(self.journal)}

    def _check_telling(self, run: Run, day: BadDay) -> None:
        journal = self.journal.read_text(encoding="utf-8") if self.journal.exists() else ""
        check_secrets(run, journal)
        check_journal(run, journal)
        check_rest(day, run)

    def _check_healing(self, case: Case) -> None:
        """On a copy, so that the history goes on where it was."""
        world = World.from_dict(self.gitlab.world.to_dict())
        world.change(HEALTHY)
        with WatchedSimulator(world) as gitlab:
            healed = world.to_dict()
            following = carry_out(gitlab, case.params)
            last = carry_out(gitlab, case.params)
        check_outcome(again(case, healed), following, check_mode=False)
        check_outcome(again(case, following.world), last, check_mode=False)
        assert last.writes == []


def _is_healthy(world: Json) -> bool:
    return world["gitlab"]["maintenance"] is None and not world["tokens"][0]["revoked"]


TestHistories = History.TestCase
# One history is several runs of the module.
TestHistories.settings = settings(max_examples=settings().max_examples // 4, stateful_step_count=STEPS)
