# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The writes of a plan: each step carried out, doubts settled by reading, a share that was removed put back."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass, replace

from .._gitlab.access_levels import level_name
from .._gitlab.client import GitLab
from .._gitlab.paths import root_of
from .._gitlab.records import Group, Project, Share
from .._http.errors import NotFound, Redirected, RequestFailed, TokenRefused, WaitTooLong
from .._observe.rules import Problem, Rules
from .._plan.desired import Desired
from .._plan.plan import CHANGES, FAILED, NOT_ATTEMPTED, UNCHANGED, UPDATED, Step, make_plan
from .journal import Journal

# GitLab's words for a share that exists, in all versions; they differ before "already".
ALREADY_SHARED = "already shared with this group"
PROJECT_GONE = "Project Not Found"
UNEXPLAINED = (
    "GitLab does not tell why: perhaps the token's user is no longer a member of the group, or its role in the project "
    "has become too low"
)


@dataclass(frozen=True)
class Applied:
    """What became of a plan.

    :param stopped: why the run ended before its last step, or None.
    """

    steps: tuple[Step, ...]
    stopped: str | None = None


def leave_out(plan: t.Sequence[Step], stopped: str) -> Applied:
    """Return a plan of which no change was attempted, and why."""
    return Applied(tuple(_not_attempted(step) if step.status in CHANGES else step for step in plan), stopped)


class Writer:
    """Carries out the steps of one plan.

    :param rules: those that the plan was made with.
    :param wary: try each new share beside the former one before that is removed: something may not be foreseen.
    """

    def __init__(
        self, gitlab: GitLab, group: Group, wanted: Desired, rules: Rules, journal: Journal, wary: bool
    ) -> None:
        self._gitlab = gitlab
        self._invited = gitlab.invited(group)
        self._wanted = wanted
        self._rules = rules
        self._journal = journal
        self._lock = threading.Lock()
        self._stopped: str | None = None
        # Set as well when a share cannot be made: what holds for one project may hold for others.
        self._wary = wary
        self._done = 0
        self._total = 0

    def apply(self, plan: t.Sequence[Step]) -> Applied:
        """Carry out the changes of a plan, several at once; return all its steps with what became of them."""
        changes = [step for step in plan if step.status in CHANGES]
        others = [step for step in changes if step.status != UPDATED]
        first, following = _first_of_roots([step for step in changes if step.status == UPDATED])
        self._total = len(changes)
        outcomes: dict[int, Step] = {}
        # The others risk no access. Then one replacement below each top-level group, each of them alone, lest more
        # than one loses it to what nobody could foresee, such as enforced single sign-on.
        for steps in (others, *([step] for step in first), following):
            outcomes.update((step.project.id, step) for step in self._gitlab.in_parallel(self._carry_out, steps))
        return Applied(tuple(outcomes.get(step.project.id, step) for step in plan), self._stopped)

    def stop(self, reason: str) -> None:
        """End the run after the steps that are under way. May be called by a signal handler."""
        self._stopped = f"The run was stopped: {reason}. Run the task again for the projects that it did not reach."
        self._gitlab.stop(reason)

    def _carry_out(self, step: Step) -> Step:
        if self._stopped is not None:
            return _not_attempted(step)
        outcome = self._change(step)
        with self._lock:
            self._done += 1
        message = None if outcome.error is None else outcome.error.message
        self._journal.write("step", outcome=outcome.status, error=message, **self._details(step))
        return outcome

    def _change(self, step: Step) -> Step:
        try:
            return self._write(step)
        except RequestFailed as error:
            return self._failed(step, error)

    def _write(self, step: Step) -> Step:
        try:
            if step.after is None:
                return self._unshare(step)
            if step.before is None:
                return self._share(step, step.after)
            return self._replace(step, step.before, step.after)
        except NotFound as error:
            if error.method != "DELETE":
                raise
            # Somebody else has removed the share, and perhaps made another one since.
            return self._settle(step, error)

    def _failed(self, step: Step, error: RequestFailed) -> Step:
        """Return the step as failed; end the run where no later request can fare better."""
        if isinstance(error, (TokenRefused, WaitTooLong)) and self._stopped is None:
            self.stop(str(error).rstrip("."))
        if error.method == "POST" and PROJECT_GONE not in error.reason:
            self._wary = True
        if isinstance(error, WaitTooLong) and not error.effect_unknown:
            return _not_attempted(step)
        unexplained = error.method == "POST" and isinstance(error, NotFound) and PROJECT_GONE not in error.reason
        problem = Problem(error.status, f"{error}. {UNEXPLAINED}" if unexplained else str(error))
        return replace(step, status=FAILED, after=step.before, error=problem, touched=error.effect_unknown)

    def _share(self, step: Step, after: Share) -> Step:
        try:
            self._post(step, after)
        except RequestFailed as error:
            if not _leaves_doubt(error):
                raise
            return self._settle(step, error)
        return replace(step, touched=True)

    def _settle(self, step: Step, error: RequestFailed) -> Step:
        """Find out by reading what a project's share is now, after an answer that leaves it open."""
        fresh = make_plan([self._read_after(error, step.project)], self._wanted, self._rules)[0]
        if fresh.before is not None and fresh.before != step.before:
            if fresh.before == step.after and error.effect_unknown:
                return replace(step, touched=True)
            return self._change(fresh) if fresh.status in CHANGES else fresh
        if error.status == 409 and ALREADY_SHARED in error.reason.lower():
            # It is there, but hidden from this token, so that its level cannot be compared.
            return replace(step, status=UNCHANGED, before=Share.HIDDEN, after=Share.HIDDEN)
        raise _without_effect(error)

    def _unshare(self, step: Step) -> Step:
        if self._remove(step):
            return replace(step, touched=True)
        return replace(step, status=UNCHANGED, before=None)

    def _replace(self, step: Step, before: Share, after: Share) -> Step:
        """Give a share another level or end: GitLab cannot edit one, so that it is removed and made anew."""
        if self._wary and self._would_be_new(step, after):
            return replace(step, touched=True)
        try:
            self._remove(step)
        except RequestFailed as error:
            if not error.effect_unknown:
                raise
            return self._put_back(step, before, error)
        try:
            with self._gitlab.shielded():
                self._post(step, after)
        except RequestFailed as error:
            return self._put_back(step, before, error)
        return replace(step, touched=True)

    def _would_be_new(self, step: Step, share: Share) -> bool:
        """Try to make a share beside the one that exists, which GitLab refuses last of all that it refuses.

        Return whether it was made after all, because the former one is gone.

        :raises RequestFailed: when it would be refused also after the former one is removed.
        """
        try:
            self._post(step, share)
        except RequestFailed as error:
            if error.status == 409 and ALREADY_SHARED in error.reason.lower():
                return False
            # Whatever became of it, beside the former share it had no effect.
            raise _without_effect(error) from error
        return True

    def _put_back(self, step: Step, before: Share, error: RequestFailed) -> Step:
        """Make the former share again, unless it or the new one turns out to be there."""
        failed = self._failed(step, error)
        try:
            with self._gitlab.shielded():
                self._post(step, before)
        except RequestFailed:
            now = self._share_or_none(step.project)
            if now == step.after:
                return replace(step, touched=True)
            return replace(failed, touched=True, after=now, access_lost=now is None)
        return replace(failed, touched=True, after=before)

    def _remove(self, step: Step) -> bool:
        """Remove a share; return whether this run did it, rather than somebody else before."""
        try:
            self._delete(step)
        except RequestFailed as error:
            if not _leaves_doubt(error) and not isinstance(error, NotFound):
                raise
            if step.before is not None and step.before.is_hidden and not isinstance(error, NotFound):
                # Reading the project would not show it, whether it is still there or not.
                raise
            if self._read_after(error, step.project).share is not None:
                raise _without_effect(error) from error
            return error.effect_unknown
        return True

    def _post(self, step: Step, share: Share) -> None:
        level = None if share.access_level is None else level_name(share.access_level)
        end = share.expires_at and share.expires_at.isoformat()
        details = {"access_level": level, "expires_at": end, **self._details(step)}
        with self._journal.around("share", **details):
            self._invited.share(step.project.id, share)

    def _delete(self, step: Step) -> None:
        with self._journal.around("unshare", **self._details(step)):
            self._invited.unshare(step.project.id)

    def _details(self, step: Step) -> dict[str, t.Any]:
        """Return what every line of the journal tells of a step."""
        project = {"project": step.project.path, "id": step.project.id}
        return {**project, "step": step.status, "done": self._done, "total": self._total}

    def _read(self, project: Project) -> Project:
        with self._gitlab.shielded():
            return self._invited.project(project.id)

    def _read_after(self, error: RequestFailed, project: Project) -> Project:
        """Return a project as it is now; if that cannot be found out, raise the error that made it doubtful."""
        try:
            return self._read(project)
        except TokenRefused as refused:
            self.stop(str(refused).rstrip("."))
            raise error from refused
        except RequestFailed as unread:
            raise error from unread

    def _share_or_none(self, project: Project) -> Share | None:
        try:
            return self._read(project).share
        except RequestFailed:
            return None


def _first_of_roots(steps: t.Sequence[Step]) -> tuple[list[Step], list[Step]]:
    """Return the first step below each top-level group, and the others; users' own namespaces count as one."""
    first: dict[str, Step] = {}
    for step in steps:
        first.setdefault("" if step.project.personal else root_of(step.project.path), step)
    ids = {step.project.id for step in first.values()}
    return list(first.values()), [step for step in steps if step.project.id not in ids]


def _not_attempted(step: Step) -> Step:
    return replace(step, status=NOT_ATTEMPTED, after=step.before)


def _without_effect(error: RequestFailed) -> RequestFailed:
    """Return the error of a write of which reading has shown that it did nothing."""
    told = error.location if isinstance(error, Redirected) else error.reason
    return type(error)(error.method, error.path, error.status, told)


def _leaves_doubt(error: RequestFailed) -> bool:
    """Tell whether a write may have taken effect, or found that it was done before."""
    return error.effect_unknown or error.status == 409
