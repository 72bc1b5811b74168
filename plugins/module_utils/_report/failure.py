# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a run has failed, and why, in sentences a person can act on."""

from __future__ import annotations

import typing as t

from .._apply.apply import Outcome
from .._gitlab.paths import root_of
from .._plan.plan import Step
from .words import count, counts_in_words, describe, first_few, group_by_problem


def failure_sentence(outcome: Outcome, fail_on_error: bool) -> str | None:
    """Return why the task fails, or None.

    Access that was lost and a run that was stopped are failures whatever fail_on_error says.
    """
    sentences = list(_lost_access(outcome.steps))
    if outcome.stop is not None:
        sentences.append(outcome.stop.sentence)
    if fail_on_error or sentences:
        sentences += failed_parts(outcome.steps)
    if sentences and any(step.is_change for step in outcome.steps):
        sentences.append(f"In all: {counts_in_words(outcome.steps)}.")
    return " ".join(sentences) or None


def failed_parts(steps: t.Sequence[Step]) -> list[str]:
    """Return a sentence for each way in which projects did not get what was asked for, although it was tried."""
    sentences = []
    failed = [step for step in steps if step.status == "failed"]
    if failed:
        sentences.append(f"{len(failed):,} of {count(len(steps), 'project')} failed: {group_by_problem(failed)}.")
    kept = [step for step in steps if step.reason == "cannot_be_replaced"]
    if kept:
        were = count(len(kept), "share was", "shares were")
        sentences.append(
            f"{were} kept, because GitLab refuses the new share beside the old one: " f"{group_by_problem(kept)}."
        )
    given_up = [step for step in steps if step.reason == "same_refusal"]
    if given_up:
        roots = sorted({root_of(step.project.path) for step in given_up})
        sentences.append(
            f"{count(len(given_up), 'project was', 'projects were')} not attempted below {first_few(roots)}, where "
            "GitLab kept giving the same refusal."
        )
    return sentences


def _lost_access(steps: t.Sequence[Step]) -> t.Iterator[str]:
    lost = [f"{step.project.path} ({describe(step.before)})" for step in steps if step.before and step.access_lost]
    if lost:
        yield (
            f"The group has lost its access to {first_few(lost)}: neither the new share nor the former one could be "
            "made. Fix the cause and run the task again: it then puts the former share back."
        )
    still_lost = [step.project.path for step in steps if step.before is None and step.access_lost]
    if still_lost:
        yield (
            f"The group is still without its access to {first_few(still_lost)}, which an earlier run had removed and "
            "which cannot be put back yet. Fix the cause and run the task again."
        )
