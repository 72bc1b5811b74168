# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""The writes of a plan: each step carried out, doubts settled by reading, a share that was removed put back."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.groupshare.gitlab.plugins.module_utils._access_levels import level_name
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.journal import Journal
from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import (
    NotFound,
    RequestFailed,
    TokenRefused,
    WaitTooLong,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Group, Project, Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.rules import Problem, Rules
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.sharing import Wanted
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan import (
    CHANGES,
    FAILED,
    NOT_ATTEMPTED,
    UNCHANGED,
    Step,
    make_plan,
)

# GitLab's words for a share that exists, in all versions; they differ before "already".
ALREADY_SHARED = "already shared with this group"


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
    """

    def __init__(self, gitlab: GitLab, group: Group, wanted: Wanted, rules: Rules, journal: Journal) -> None:
        self._gitlab = gitlab
        self._group = group
        self._wanted = wanted
        self._rules = rules
        self._journal = journal
        self._lock = threading.Lock()
        self._stopped: str | None = None
        self._done = 0
        self._total = 0

    def apply(self, plan: t.Sequence[Step]) -> Applied:
        """Carry out the changes of a plan, several at once; return all its steps with what became of them."""
        changes = [step for step in plan if step.status in CHANGES]
        self._total = len(changes)
        outcomes = {step.project.id: step for step in self._gitlab.at_once(self._carry_out, changes)}
        steps = tuple(outcomes.get(step.project.id, step) for step in plan)
        return Applied(steps, self._stopped)

    def _carry_out(self, step: Step) -> Step:
        if self._stopped is not None:
            return _not_attempted(step)
        try:
            outcome = self._change(step)
        except RequestFailed as error:
            outcome = self._failed(step, error)
        with self._lock:
            self._done += 1
            done = self._done
        self._journal.write(
            "step",
            path=step.project.path,
            id=step.project.id,
            status=outcome.status,
            done=done,
            total=self._total,
        )
        return outcome

    def _change(self, step: Step) -> Step:
        if step.after is None:
            return self._unshare(step)
        if step.before is None:
            return self._share(step, step.after)
        return self._replace(step, step.before, step.after)

    def _failed(self, step: Step, error: RequestFailed) -> Step:
        """Return the step as failed; end the run where no later request can fare better."""
        if isinstance(error, (TokenRefused, WaitTooLong)):
            self._stopped = f"The run was stopped: {error} Run the task again for the projects that it did not reach."
        if isinstance(error, WaitTooLong) and not error.after_lost_answer:
            return _not_attempted(step)
        return replace(step, status=FAILED, after=step.before, error=Problem(error.status, str(error)))

    def _share(self, step: Step, after: Share) -> Step:
        try:
            self._post(step.project, after)
        except RequestFailed as error:
            if not _leaves_doubt(error):
                raise
            return self._settle(step, error)
        return replace(step, touched=True)

    def _settle(self, step: Step, error: RequestFailed) -> Step:
        """Find out by reading what a project's share is now, after an answer that leaves it open."""
        fresh = make_plan([self._read(step.project)], self._wanted, self._rules)[0]
        if fresh.before is not None:
            if fresh.before == step.after and error.after_lost_answer:
                return replace(step, touched=True)
            return self._change(fresh) if fresh.status in CHANGES else fresh
        if error.status == 409 and ALREADY_SHARED in error.reason.lower():
            # It is there, but hidden from this token, so that its level cannot be compared.
            return replace(step, status=UNCHANGED, before=Share(None), after=Share(None))
        raise error

    def _unshare(self, step: Step) -> Step:
        if self._remove(step.project):
            return replace(step, touched=True)
        return replace(step, status=UNCHANGED, before=None)

    def _replace(self, step: Step, before: Share, after: Share) -> Step:
        """Give a share another level or end: GitLab cannot edit one, so that it is removed and made anew."""
        try:
            self._remove(step.project)
            self._post(step.project, after, must_finish=True)
        except RequestFailed as error:
            return self._put_back(step, before, error)
        return replace(step, touched=True)

    def _put_back(self, step: Step, before: Share, error: RequestFailed) -> Step:
        """Make the former share again, unless it or the new one turns out to be there."""
        failed = self._failed(step, error)
        try:
            self._post(step.project, before, must_finish=True)
        except RequestFailed:
            now = self._share_or_none(step.project)
            if now == step.after:
                return replace(step, touched=True)
            return replace(failed, touched=True, after=now, access_lost=now is None)
        return replace(failed, touched=True, after=before)

    def _remove(self, project: Project) -> bool:
        """Remove a share; return whether this run did it, rather than somebody else before."""
        try:
            self._delete(project)
        except RequestFailed as error:
            if not _leaves_doubt(error) and not isinstance(error, NotFound):
                raise
            if self._read(project).share is not None:
                raise error
            return error.after_lost_answer
        return True

    def _post(self, project: Project, share: Share, must_finish: bool = False) -> None:
        details = {"access_level": level_name(share.access_level or 0), "expires_at": share.expires_at}
        with self._journal.around("share", path=project.path, id=project.id, **details):
            self._gitlab.share(project.id, self._group.id, share, must_finish)

    def _delete(self, project: Project) -> None:
        with self._journal.around("unshare", path=project.path, id=project.id):
            self._gitlab.unshare(project.id, self._group.id)

    def _read(self, project: Project) -> Project:
        return self._gitlab.project(project.id, self._group.id)

    def _share_or_none(self, project: Project) -> Share | None:
        try:
            return self._read(project).share
        except RequestFailed:
            return None


def _not_attempted(step: Step) -> Step:
    return replace(step, status=NOT_ATTEMPTED, after=step.before)


def _leaves_doubt(error: RequestFailed) -> bool:
    """Tell whether a write may have taken effect, or found that it was done before."""
    return error.after_lost_answer or error.status == 409
