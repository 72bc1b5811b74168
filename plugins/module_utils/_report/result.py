# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task returns: result, diff, warnings, and one sentence when it fails."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import asdict, dataclass, replace

from .._apply.apply import Outcome
from .._apply.journal import share_details
from .._apply.recover import Recovered
from .._apply.run_options import ListProjects, RunOptions
from .._http.client import Traffic
from .._observe.observe import Observed
from .._plan.desired import Desired
from .._plan.plan import STATUSES, Step
from .diff import make_diff
from .entries import gitlab_entry, group_entry, step_entry
from .failure import failed_parts, failure_sentence
from .warnings import desired_warnings, recovery_warnings, run_warnings, selection_warnings
from .words import count, counts_in_words

PROBLEMS = ("kept", "skipped", "failed", "not_attempted")


@dataclass(frozen=True)
class Report:
    """What a task says at its end.

    :param result: what it returns, whether it fails or not.
    :param failure: the sentence with which it fails, or None.
    """

    result: dict[str, t.Any]
    warnings: tuple[str, ...] = ()
    failure: str | None = None

    def with_warnings(self, *warnings: str | None) -> Report:
        """Return the report with more warnings; those that are None are left out."""
        return replace(self, warnings=(*self.warnings, *filter(None, warnings)))


@dataclass(frozen=True)
class RunFacts:
    """What a report needs to know of a run, beyond the steps.

    :param desired: None where shares are removed, or a run of the journal is undone.
    """

    observed: Observed
    recovered: Recovered
    run: RunOptions
    root_url: str
    desired: Desired | None
    level_is_given: bool


def share_report(outcome: Outcome, facts: RunFacts, traffic: Traffic) -> Report:
    """Return the report of a plan, or of what became of it."""
    steps, observed, recovered, run = outcome.steps, facts.observed, facts.recovered, facts.run
    failure = failure_sentence(outcome, run.fail_on_error)
    put_back = sorted(recovered.shares.values(), key=lambda each: each[0])
    result = {
        "changed": any(step.is_change or step.written for step in steps) or bool(recovered.shares),
        "msg": failure or _success_sentence(steps, facts),
        "group": group_entry(observed.group),
        "gitlab": gitlab_entry(observed, facts.root_url),
        "summary": _summary(steps, observed),
        "projects": [step_entry(step) for step in steps if _is_listed(step, run.list_projects)],
        "stopped": outcome.stop.sentence if outcome.stop else None,
        "recovered": [{"path": path, **share_details(share)} for path, share in put_back],
        "requests": asdict(traffic),
    }
    if run.diff_mode:
        result["diff"] = make_diff(steps)
    warnings = [
        *selection_warnings(observed),
        *recovery_warnings(recovered, run.check_mode),
        *run_warnings(steps, observed, run.today),
    ]
    if facts.desired is not None:
        warnings += desired_warnings(steps, facts.desired, facts.level_is_given, run.today)
    if failure is None:
        warnings += failed_parts(steps)
    return Report(result, tuple(warnings), failure)


def _success_sentence(steps: t.Sequence[Step], facts: RunFacts) -> str:
    sentences = [counts_in_words(steps) or f"No project is selected: {facts.observed.empty_because}"]
    replaced = sum(step.status == "updated" for step in steps)
    if facts.run.check_mode and replaced:
        sentences.append(f"{count(replaced, 'replacement depends', 'replacements depend')} on a trial")
    above = sum(step.reason == "would_lower" for step in steps)
    if above:
        one, several = "stays as it is", "stay as they are"
        above_the_level = "above the requested level and"
        sentences.append(count(above, f"share is {above_the_level} {one}", f"shares are {above_the_level} {several}"))
    beyond = facts.observed.beyond_reach
    if beyond and facts.observed.lists_beyond_reach:
        sentences.append(f"{count(beyond, 'project')} in source_groups cannot be shared by this token")
    elif beyond:
        more = count(beyond, "more project is", "more projects are")
        sentences.append(f"{more} visible to this token but cannot be shared by it")
    return ". ".join(sentences)


def _summary(steps: t.Sequence[Step], observed: Observed) -> dict[str, int | None]:
    counts = Counter(step.status for step in steps)
    return {
        "selected": len(steps),
        **{status: counts[status] for status in STATUSES},
        "inherited": sum(step.inherited is not None for step in steps),
        "personal": sum(step.project.personal for step in steps),
        "beyond_reach": observed.beyond_reach,
    }


def _is_listed(step: Step, listed: ListProjects) -> bool:
    if listed == "all":
        return True
    return step.status in PROBLEMS if listed == "problems" else step.status != "unchanged"
