# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run upon run on one GitLab, two at once, killed and undone ones: each reports what is, the next does the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ansible_collections.groupshare.gitlab.tests.property.checks.at_once import check_at_once
from ansible_collections.groupshare.gitlab.tests.property.checks.losses import check_losses, check_trials, put_back
from ansible_collections.groupshare.gitlab.tests.property.checks.outcome import (
    check_outcome,
    check_plan,
    check_refused,
)
from ansible_collections.groupshare.gitlab.tests.property.checks.records import open_intents, record_files
from ansible_collections.groupshare.gitlab.tests.property.checks.traces import (
    check_journal,
    check_report,
    check_secrets,
    check_unrelated,
    check_writes,
    group_of,
)
from ansible_collections.groupshare.gitlab.tests.property.killed_runs import FORKER, KillableSimulator
from ansible_collections.groupshare.gitlab.tests.property.model.plan import (
    CHANGES,
    PastChange,
    Share,
    expected_undo,
    plan_or_none,
)
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task, TaskRefused
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, carry_out, carry_out_at_once
from ansible_collections.groupshare.gitlab.tests.property.strategies.faults import (
    ANSWERS,
    DELAYS,
    HEALTHY,
    Trouble,
    faults_for,
    interferences,
    kind_of,
    paths_in,
)
from ansible_collections.groupshare.gitlab.tests.property.strategies.harm import FIXED, kills
from ansible_collections.groupshare.gitlab.tests.property.strategies.tasks import tasks, wishes
from ansible_collections.groupshare.gitlab.tests.property.strategies.worlds import TARGETS
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

STEPS = 5
LEVELS = ("guest", "reporter", "developer", "maintainer")
NO_WISHES: Json = {"access_level": None, "expires_at": None, "update_existing": None}


def _has_work(task: Task) -> bool:
    """Return whether there is something to do for the task, to begin with."""
    plan = plan_or_none(task)
    return plan is not None and plan.changes > 0 and plan.may_write


class History(RuleBasedStateMachine):
    """One GitLab; what is drawn does not depend on it, for two runs at once need not end twice alike."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()

    def teardown(self) -> None:
        self.closing.close()

    @initialize(task=tasks(most_projects=10, unforeseen=False, usual=True, retries=1, **FIXED).filter(_has_work))
    def begin(self, task: Task) -> None:
        self.first = task
        self.folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        self.gitlab = self.closing.enter_context(KillableSimulator(World.from_dict(task.world)))

    @rule(data=st.data())
    def run(self, data: st.DataObject) -> None:
        task = self._task(data)
        expected_world, made = self._put_back(task)
        is_healthy = _is_healthy(task.world)
        run = self._carry_out(Trouble(task))
        if is_healthy:
            check_outcome(task.on(expected_world), run, check_mode=False, recovered=made)

    @rule(data=st.data())
    def run_with_faults(self, data: st.DataObject) -> None:
        trouble = self._trouble(data)
        self._carry_out(trouble)
        self._check_next_run(trouble.task)

    @rule(data=st.data())
    def run_that_cannot_share(self, data: st.DataObject) -> None:
        """What hurts most: a share was removed, and the new one cannot be made."""
        task = self._task(data, state="present", update_existing="always")
        when = data.draw(st.fixed_dictionaries({"after": st.integers(0, 2), "times": st.sampled_from((None, 2, 1))}))
        fault = {**data.draw(st.sampled_from(ANSWERS)), "method": "POST", **when}
        self._carry_out(Trouble(task, (fault,)))
        self._check_next_run(task)

    @rule(data=st.data())
    def run_that_is_killed(self, data: st.DataObject) -> None:
        self.gitlab.world.change(HEALTHY)
        task, kill = self._task(data, state="present"), data.draw(kills())
        if self._lost():
            # What is put back, and what a task may do, is mixed then.
            return
        run = FORKER.carry_out(self.gitlab, self._options(task), kill)
        try:
            check_losses(task, run, self._records, killed=run.report is None and run.error is None)
        except TaskRefused:
            assert run.writes == []
        check_trials(run)
        self._check_next_run(task)

    @rule(data=st.data())
    def run_and_undo(self, data: st.DataObject) -> None:
        """What a run has changed is as it was, and nothing else; once undone, there is nothing to undo."""
        self.gitlab.world.change(HEALTHY)
        task = self._task(data)
        if self._lost():
            return
        journal = self.folder / "undone.jsonl"
        journal.unlink(missing_ok=True)
        run = carry_out(self.gitlab, {**self._options(task), "journal_path": str(journal)})
        undo = task.on(run.world).with_options(**NO_WISHES, state="restored")
        options = {**self._options(undo), "journal_path": str(journal)}
        preview = carry_out(self.gitlab, options, check_mode=True)
        undone = carry_out(self.gitlab, options)
        again = carry_out(self.gitlab, options)
        changes = _changes_of(run)
        _check_undo(undo, preview, changes, check_mode=True)
        _check_undo(undo, undone, changes, check_mode=False)
        _check_undo(undo.on(undone.world), again, changes, check_mode=False)
        assert not any(write.effect for write in again.writes)

    @rule(data=st.data())
    def preview(self, data: st.DataObject) -> None:
        task = self._task(data)
        expected_world, made = self._put_back(task)
        run = carry_out(self.gitlab, self._options(task), check_mode=True)
        assert run.writes == []
        assert run.world == task.world
        if _is_healthy(task.world):
            check_outcome(task.on(expected_world), replace(run, world=expected_world), check_mode=True, recovered=made)

    @rule(data=st.data())
    def two_at_once(self, data: st.DataObject) -> None:
        self.gitlab.world.change(HEALTHY)
        task = self._task(data)
        self._carry_out_at_once([task, task], data)

    @rule(data=st.data())
    def two_that_disagree(self, data: st.DataObject) -> None:
        self.gitlab.world.change(HEALTHY)
        task = self._task(data, state="present")
        level = data.draw(st.sampled_from([level for level in LEVELS if level != task["access_level"]]))
        self._carry_out_at_once([task, task.with_options(access_level=level)], data)

    @rule(data=st.data())
    def two_with_faults(self, data: st.DataObject) -> None:
        trouble = self._trouble(data)
        self._carry_out_at_once([trouble.task, trouble.task], data, trouble)

    @rule(data=st.data())
    def others_interfere(self, data: st.DataObject) -> None:
        change = data.draw(interferences(self.first))
        ids = {each.full_path: each.id for each in self.gitlab.world.projects.values()}
        if all(path in ids and ids[path] not in self._lost() for path in paths_in(change)):
            self.gitlab.world.change(change)

    @rule()
    def others_stop(self) -> None:
        self.gitlab.world.change(HEALTHY)

    @property
    def _records(self) -> Path:
        return self.folder / "records"

    def _lost(self) -> frozenset[int]:
        """The ids of the projects whose shares an earlier run may have lost."""
        return frozenset(open_intents(self._records))

    def _task(self, data: st.DataObject, **fixed: object) -> Task:
        """The same selection and group, and other wishes."""
        wished = {**data.draw(wishes(self.first.world, TARGETS[:1])), "group": self.first["group"], **fixed}
        return self.first.on(self.gitlab.world.to_dict()).with_options(**wished)

    def _trouble(self, data: st.DataObject) -> Trouble:
        """A task and what goes wrong, without what others can no longer do to a project that is gone or elsewhere."""
        task, faults = self._task(data), data.draw(faults_for(self.first, most=3))
        return Trouble(self.first, faults).on(task)

    def _options(self, task: Task) -> Json:
        return {**task.options, "recovery_dir": str(self._records)}

    def _put_back(self, task: Task) -> tuple[Json, dict[str, Share]]:
        return put_back(task.world, group_of(task), self._records)

    def _carry_out(self, trouble: Trouble) -> Run:
        lost, journal = self._lost(), self._new_journal()
        with self._faults(trouble.faults):
            run = carry_out(self.gitlab, {**self._options(trouble.task), "journal_path": str(journal)})
        self._check_traces(run, trouble, journal)
        check_writes(run, trouble, also=lost)
        check_report(trouble, run, also=lost)
        return run

    def _carry_out_at_once(self, several: list[Task], data: st.DataObject, trouble: Trouble | None = None) -> None:
        lost, journal = self._lost(), self._new_journal()
        shared = trouble or Trouble(several[0])
        troubles = [replace(shared, task=task) for task in several]
        with self._faults((*data.draw(st.sampled_from(DELAYS)), *shared.faults)):
            runs = carry_out_at_once(
                self.gitlab, *({**self._options(task), "journal_path": str(journal)} for task in several)
            )
        for run in runs:
            self._check_traces(run, troubles[0], journal)
        check_writes(runs[0], *troubles, also=lost)
        check_at_once(troubles, runs, lost)
        self._check_next_run(several[0])

    @contextmanager
    def _faults(self, faults: tuple[Json, ...]) -> Iterator[None]:
        for fault in faults:
            event(kind_of(fault))
            self.gitlab.faults.add(Fault.from_dict(fault))
        yield
        self.gitlab.faults.clear()

    def _new_journal(self) -> Path:
        journal = self.folder / "journal.jsonl"
        journal.unlink(missing_ok=True)
        return journal

    def _check_traces(self, run: Run, trouble: Trouble, journal: Path) -> None:
        check_secrets(run, self.folder)
        check_journal(run, journal.read_text(encoding="utf-8") if journal.exists() else "")
        check_unrelated(trouble, run)

    def _check_next_run(self, task: Task) -> None:
        """On a copy, so that the history goes on where it was."""
        world = World.from_dict(self.gitlab.world.to_dict())
        world.change(HEALTHY)
        with tempfile.TemporaryDirectory() as folder, KillableSimulator(world) as gitlab:
            records = Path(folder)
            for record in record_files(self._records):
                name = record.name.replace(f"_{self.gitlab.port}", f"_{gitlab.port}")
                (records / name).write_bytes(record.read_bytes())
            options = {**task.options, "recovery_dir": folder}
            expected_world, made = put_back(world.to_dict(), group_of(task), records)
            following = carry_out(gitlab, options)
            last = carry_out(gitlab, options)
        check_outcome(task.on(expected_world), following, check_mode=False, recovered=made)
        check_outcome(task.on(following.world), last, check_mode=False)
        assert not any(write.effect for write in last.writes)


def _check_undo(undo: Task, run: Run, changes: dict[str, PastChange], check_mode: bool) -> None:
    try:
        plan = expected_undo(undo, changes)
    except TaskRefused as refused:
        check_refused(run, str(refused))
        return
    check_plan(undo, run, plan, check_mode, recovered={})


def _changes_of(run: Run) -> dict[str, PastChange]:
    """What a run has changed, by its report."""
    if run.report is None:
        return {}
    return {
        path: PastChange(Share.of(entry["before"]), Share.of(entry["after"]))
        for path, entry in run.entries.items()
        if entry["status"] in CHANGES
    }


def _is_healthy(world: Json) -> bool:
    return world["gitlab"]["maintenance"] is None and not world["tokens"][0]["revoked"]


TestHistories = History.TestCase
# One history is several runs of the module.
TestHistories.settings = settings(max_examples=settings().max_examples // 4, stateful_step_count=STEPS)
