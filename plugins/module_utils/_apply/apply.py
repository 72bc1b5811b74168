# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a plan: several at once, until they are done or the run is stopped."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .._gitlab.client import GitLab
from .._http.errors import RequestFailed, TokenRefused, WaitTooLong
from .._plan.limits import Stop
from .._plan.plan import NotAttemptedReason, Step
from .journal import Journal
from .same_refusal import SameRefusals
from .step import StepWriter


@dataclass(frozen=True)
class Outcome:
    """What became of a plan.

    :param stop: why the run ended before its last step, or None.
    """

    steps: tuple[Step, ...]
    stop: Stop | None = None


class Application:
    """Applies one plan."""

    def __init__(self, gitlab: GitLab, writer: StepWriter, journal: Journal) -> None:
        self._gitlab = gitlab
        self._writer = writer
        self._journal = journal
        self._refusals = SameRefusals()
        self._stop: Stop | None = None

    def apply(self, plan: t.Sequence[Step]) -> Outcome:
        """Carry out the changes of a plan; return all its steps with what became of them."""
        changes = [step for step in plan if step.is_change]
        done = iter(self._gitlab.in_parallel(self._carry_out, changes))
        return Outcome(tuple(next(done) if step.is_change else step for step in plan), self._stop)

    def stop(self, reason: NotAttemptedReason, why: str) -> Stop:
        """End the run after the steps that are under way, unless it has been stopped before; return why it ends.

        May be called by a signal handler.
        """
        sentence = f"The run was stopped: {why}. Run the task again for the projects that it did not reach."
        self._stop = self._stop or Stop(reason, sentence)
        self._gitlab.stop(why)
        return self._stop

    def _carry_out(self, step: Step) -> Step:
        if self._stop is not None:
            return _not_attempted(step, self._stop.reason)
        if self._refusals.rule_out(step):
            return _not_attempted(step, "same_refusal")
        outcome, error = self._writer.carry_out(step)
        if error is not None:
            self._refusals.count(step, error)
            outcome = self._consider_stopping(outcome, error)
        self._journal.settled(outcome)
        return outcome

    def _consider_stopping(self, step: Step, error: RequestFailed) -> Step:
        """End the run if no later request can succeed either."""
        why = str(error).rstrip(".")
        if isinstance(error, TokenRefused):
            self.stop("token", why)
        elif isinstance(error, WaitTooLong):
            reason = self.stop("max_wait", why).reason
            has_met_limit = error.was_sent and reason == "max_wait"
            if not (has_met_limit or step.written):
                return _not_attempted(step, reason)
        return step


def _not_attempted(step: Step, reason: NotAttemptedReason) -> Step:
    return replace(step, status="not_attempted", reason=reason, after=step.before, error=None)
