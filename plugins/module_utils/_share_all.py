# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The use case of gitlab_group_share_all: observe, plan, foresee, apply, report."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace
from functools import partial

from ._apply.apply import Application, Outcome
from ._apply.journal import Journal
from ._apply.recover import Recovered, recover
from ._apply.recovery import RecoveryRecord, abandoned_records
from ._apply.signals import stop_on_signals
from ._apply.step import StepWriter
from ._errors import EndedAfterRecovery, GroupShareError, InvalidOption
from ._foresee.foresee import foresee
from ._gitlab.client import GitLab
from ._gitlab.connect import connect
from ._gitlab.records import Project
from ._observe.candidates import Question
from ._observe.observe import Observed, observe
from ._observe.past_run import PastRun, find_past_run
from ._options.share_all import ShareAllOptions
from ._plan.limits import mark_not_attempted, reason_to_stop
from ._plan.plan import PlanAll, PlanOne, Step, make_plan, plan_step
from ._plan.refusals import Foreseen, Refusal, take_out_refused
from ._plan.undo import undo_step
from ._report.result import Report, RunFacts, share_report


def share_all(options: ShareAllOptions, progress_path: str | None = None) -> Report:
    """Carry a task out, or in check mode find out what that would do.

    :param progress_path: a file to which the run writes its progress, for the action plugin.
    :raises EndedAfterRecovery: when the run ends before there is a plan, after it has put back what a killed run had
        removed.
    :raises GroupShareError: when the run ends before there is a plan, without any write.
    """
    run, root_url = options.run, options.connection.root_url
    past_run = _past_run(options)
    # These outlive the workers: one may still be replacing a share when another has raised an error.
    with contextlib.ExitStack() as outliving:
        journal = outliving.enter_context(Journal(run.journal_path, run.check_mode, progress_path))
        with connect(options.connection, on_wait=journal.waiting, on_read=journal.reading) as gitlab:
            journal.write("start", group=options.group, url=root_url, state=options.state)
            question = _question(options, past_run)
            observed = observe(gitlab, question)
            journal.looked(observed)
            _require_same_group(past_run, observed)
            recovered = _recover(gitlab, observed, options, journal)
            outliving.enter_context(_raising_after_recovery(recovered))
            observed = _with_recovered(gitlab, question, observed, recovered)
            plan_one, left_open = _plan_one(options, observed, past_run), _left_open(recovered)

            def plan_all(projects: t.Iterable[Project]) -> tuple[Step, ...]:
                draft = take_out_refused(make_plan(projects, plan_one), left_open)
                return take_out_refused(draft, foresee(gitlab, observed, draft, run.protection_rules))

            record = outliving.enter_context(RecoveryRecord(run.recovery_dir, root_url, observed.group.id))
            outcome = _plan_and_apply(gitlab, observed, plan_all, options, journal, record)
            report = share_report(outcome, _facts(options, observed, recovered), gitlab.traffic)
            journal.write("end", summary=report.result["summary"], requests=report.result["requests"])
    return report.with_warnings(record.problem, journal.problem)


def _question(options: ShareAllOptions, past_run: PastRun | None) -> Question:
    """Return what has to be looked at: less than everything where the task needs less."""
    return Question(
        group=options.group,
        selection=options.selection,
        today=options.run.today,
        access_level=options.desired.access_level if options.state == "present" else None,
        only_shared=options.state == "absent",
        only_ids=tuple(past_run.changes) if past_run is not None else None,
    )


def _past_run(options: ShareAllOptions) -> PastRun | None:
    """Return the run to undo, if there is one."""
    run = options.run
    if options.state != "restored" or run.journal_path is None:
        return None
    past_run = find_past_run(run.journal_path, run.journal_run)
    if past_run.url != options.connection.root_url:
        raise InvalidOption("journal_path", run.journal_path, f"is from a run on another GitLab, {past_run.url}.")
    return past_run


def _require_same_group(past_run: PastRun | None, observed: Observed) -> None:
    if past_run is not None and past_run.group_id != observed.group.id:
        problem = f"is not the group of run {past_run.number} in the journal."
        raise InvalidOption("group", observed.group.full_path, problem)


def _recover(gitlab: GitLab, observed: Observed, options: ShareAllOptions, journal: Journal) -> Recovered:
    run, caller, group = options.run, observed.caller, observed.group
    only_look = run.check_mode or not caller.may_write
    records = abandoned_records(run.recovery_dir, options.connection.root_url, group.id, only_look)
    return recover(gitlab, gitlab.invited(group), records, run, journal, caller, only_look)


@contextlib.contextmanager
def _raising_after_recovery(recovered: Recovered) -> t.Iterator[None]:
    """Mark errors that end the run after shares were made again, so that the task reports a change."""
    try:
        yield
    except GroupShareError as error:
        if not recovered.shares:
            raise
        raise EndedAfterRecovery(str(error)) from error


def _with_recovered(gitlab: GitLab, question: Question, observed: Observed, recovered: Recovered) -> Observed:
    """Return what was observed, with the shares that have been made again since."""
    if not recovered.shares:
        return observed
    projects, inherited = observed.projects, observed.inherited
    if question.only_shared:
        # They had no share when the projects were observed.
        more = observe(gitlab, replace(question, only_shared=False, only_ids=tuple(recovered.shares)))
        seen = {project.id for project in projects}
        projects += tuple(project for project in more.projects if project.id not in seen)
        inherited = {**more.inherited, **inherited}
    made = {number: share for number, (_path, share) in recovered.shares.items()}
    projects = tuple(replace(project, share=made.get(project.id, project.share)) for project in projects)
    return replace(observed, projects=projects, inherited=inherited)


def _left_open(recovered: Recovered) -> Foreseen:
    """Return the projects that must not get another share as long as the former one cannot be made again."""
    return Foreseen(
        {number: Refusal("failed", error=problem, access_lost=True) for number, problem in recovered.still_open.items()}
    )


def _plan_one(options: ShareAllOptions, observed: Observed, past_run: PastRun | None) -> PlanOne:
    """Return the function that plans the step for one project."""
    if past_run is not None:
        return partial(undo_step, past_run=past_run, today=options.run.today, inherited=observed.inherited)
    return partial(plan_step, desired=options.desired, selection=options.selection, inherited=observed.inherited)


def _plan_and_apply(
    gitlab: GitLab,
    observed: Observed,
    plan_all: PlanAll,
    options: ShareAllOptions,
    journal: Journal,
    record: RecoveryRecord,
) -> Outcome:
    """Make the plan and apply it, unless there is a reason not to, or only a preview is wanted."""
    caller, run = observed.caller, options.run
    plan = plan_all(observed.projects)
    journal.planned(plan)
    stop = reason_to_stop(plan, run.max_changes, caller.may_write, run.check_mode)
    if stop is not None:
        return Outcome(mark_not_attempted(plan, stop), stop)
    if run.check_mode:
        return Outcome(plan)
    writer = StepWriter(gitlab, gitlab.invited(observed.group), plan_all, journal, record, caller.user.language)
    application = Application(gitlab, writer, journal)
    with stop_on_signals(partial(application.stop, "signal")):
        return application.apply(plan)


def _facts(options: ShareAllOptions, observed: Observed, recovered: Recovered) -> RunFacts:
    return RunFacts(
        observed=observed,
        recovered=recovered,
        run=options.run,
        root_url=options.connection.root_url,
        desired=options.desired if options.state == "present" else None,
        level_is_given=options.level_is_given,
    )
