# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One step: its writes, reads that settle an unclear answer, and putting a removed share back.

GitLab's REST API cannot edit a share. To replace one, the new share is first tried beside the old one. GitLab checks
everything else first and says last that the share exists. Only after exactly that answer is the old share removed and
the new one made.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._errors import RunRefused
from .._gitlab.already_shared import means_already_shared
from .._gitlab.client import GitLab
from .._gitlab.invited_group import InvitedGroup
from .._gitlab.records import Project, Share
from .._http.errors import NotFound, Refused, RequestFailed, TokenRefused
from .._plan.plan import PlanAll, Problem, Step
from .causes import PROJECT_GONE, likely_causes
from .journal import Journal, share_details
from .recovery import RecoveryRecord

# How often a step starts over because somebody else has changed the share in between.
MAX_ROUNDS = 3
# How long a run that was stopped still waits to read what became of a write.
READING_SECONDS = 2
CONFLICT = 409
RESOURCE_LOCK = "Resource lock"


class Done(t.NamedTuple):
    """What became of a step, and the error that decided it."""

    step: Step
    error: RequestFailed | None = None


class StepWriter:
    """Carries out single steps. May be used from several threads.

    :param plan_all: plans the steps for projects; it is called for those whose share somebody else has changed.
    :param language: of the token's user.
    """

    def __init__(
        self,
        gitlab: GitLab,
        group: InvitedGroup,
        plan_all: PlanAll,
        journal: Journal,
        recovery: RecoveryRecord,
        language: str | None,
    ) -> None:
        self._gitlab = gitlab
        self._group = group
        self._plan_all = plan_all
        self._journal = journal
        self._recovery = recovery
        self._language = language

    def carry_out(self, step: Step, rounds: int = MAX_ROUNDS) -> Done:
        """Make the change of a step; return it with what came of it."""
        try:
            if step.after is None:
                return self._unshare(step, rounds)
            if step.before is None:
                return self._share(step, step.after, rounds)
            return self._replace(step, step.before, step.after, rounds)
        except RequestFailed as error:
            return self._failed(step, error, written=error.effect_unknown)

    def _share(self, step: Step, after: Share, rounds: int) -> Done:
        try:
            self._post(step, after)
        except RequestFailed as error:
            if not error.effect_unknown and error.status != CONFLICT:
                raise
            return self._settle_share(step, error, rounds)
        return Done(replace(step, written=True))

    def _settle_share(self, step: Step, error: RequestFailed, rounds: int) -> Done:
        """Find out by reading what became of a new share, after an answer that leaves it open."""
        now = self._read_after(error, step.project).share
        if now is None and means_already_shared(error):
            # It exists but is hidden from this token, so its level cannot be compared.
            return Done(replace(step, status="unchanged", before=Share.HIDDEN, after=Share.HIDDEN))
        if now is None:
            return self._failed(step, error)
        if now == step.after and error.effect_unknown:
            return Done(replace(step, written=True))
        return self._start_over(step, error, now, rounds)

    def _unshare(self, step: Step, rounds: int) -> Done:
        try:
            self._delete(step)
        except RequestFailed as error:
            is_hidden = step.before is not None and step.before.is_hidden
            if not isinstance(error, NotFound) and (is_hidden or not error.effect_unknown):
                # Reading the project would not show whether a hidden share is still there.
                raise
            now = self._read_after(error, step.project).share
            if now is not None and now != step.before:
                return self._start_over(step, error, now, rounds)
            if now is not None:
                return self._failed(step, error)
            if not error.effect_unknown:
                return Done(replace(step, status="unchanged", before=None))
        return Done(replace(step, written=True))

    def _start_over(self, step: Step, error: RequestFailed, now: Share, rounds: int) -> Done:
        """Plan again for a share that somebody else has made meanwhile, and carry that out."""
        step = replace(step, before=now)
        if rounds <= 1:
            return self._failed(step, error)
        try:
            (again,) = self._plan_all([replace(step.project, share=now)])
        except RequestFailed as unknown:
            return self._failed(step, unknown)
        except RunRefused as refused:
            return Done(replace(step, status="failed", after=now, error=Problem(None, str(refused))), error)
        return self.carry_out(again, rounds - 1) if again.is_change else Done(again)

    def _replace(self, step: Step, before: Share, after: Share, rounds: int) -> Done:
        try:
            self._post(step, after)
        except RequestFailed as error:
            if not means_already_shared(error):
                return self._after_refused_trial(step, after, error)
        else:
            # Somebody else has removed the old share since.
            return Done(replace(step, status="shared", before=None, written=True))
        # Nothing may interrupt this: between the two requests, people are without access.
        with self._gitlab.shielded():
            self._recovery.begin(step.project, before)
            try:
                return self._remove_and_share(step, before, after, rounds)
            except BaseException:
                self._make_again(step, before)
                raise

    def _after_refused_trial(self, step: Step, after: Share, error: RequestFailed) -> Done:
        """Leave the old share alone; the new one can only have been made if the old one was already gone."""
        passing = isinstance(error, TokenRefused) or RESOURCE_LOCK in error.reason
        if isinstance(error, Refused) and (error.status or 0) < 500 and not passing and not error.effect_unknown:
            problem = Problem(error.status, self._explain(error))
            kept = replace(step, status="kept", reason="cannot_be_replaced", error=problem, after=step.before)
            return Done(kept, error)
        try:
            was_made = error.effect_unknown and self._read_after(error, step.project).share == after
        except RequestFailed:
            was_made = False
        if was_made:
            return Done(replace(step, status="shared", before=None, written=True))
        return self._failed(step, error)

    def _remove_and_share(self, step: Step, before: Share, after: Share, rounds: int) -> Done:
        """Replace a share after the trial has shown that GitLab will accept the new one."""
        try:
            self._delete(step)
        except RequestFailed as error:
            link_is_gone = isinstance(error, NotFound) and PROJECT_GONE not in error.reason
            if not error.effect_unknown and not link_is_gone:
                self._recovery.end(step.project)
                return self._failed(step, error)
            now = self._share_or_none(step.project)
            if now is not None:
                self._recovery.end(step.project)
                return self._failed(step, error) if now == before else self._start_over(step, error, now, rounds)
            # If it cannot be read, the old share may still be there: the answer to the next request shows it.
        try:
            self._post(step, after)
        except RequestFailed as error:
            return self._put_back(step, before, error)
        self._recovery.end(step.project)
        return Done(replace(step, written=True))

    def _put_back(self, step: Step, before: Share, error: RequestFailed) -> Done:
        now = self._make_again(step, before)
        if now == step.after:
            return Done(replace(step, written=True))
        failed = self._failed(step, error, written=True)
        lost = now is None
        return Done(replace(failed.step, after=now, access_lost=lost), error)

    def _make_again(self, step: Step, before: Share) -> Share | None:
        """Make the former share again, unless one is there; return the share the project has then, None for none."""
        try:
            self._post(step, before)
            now: Share | None = before
        except RequestFailed as error:
            now = self._share_or_none(step.project)
            if now is None and means_already_shared(error):
                # There is one, although it cannot be read at this moment.
                now = before
        if now is not None:
            self._recovery.end(step.project)
        return now

    def _failed(self, step: Step, error: RequestFailed, written: bool = False) -> Done:
        problem = Problem(error.status, self._explain(error))
        return Done(replace(step, status="failed", after=step.before, error=problem, written=written), error)

    def _explain(self, error: RequestFailed) -> str:
        causes = likely_causes(error, self._language)
        return str(error) if causes is None else f"{str(error).rstrip('.')}. {causes}"

    def _post(self, step: Step, share: Share) -> None:
        with self._journal.around("share", step, **share_details(share)):
            self._group.share(step.project.id, share)

    def _delete(self, step: Step) -> None:
        with self._journal.around("unshare", step):
            self._group.unshare(step.project.id)

    def _read_after(self, error: RequestFailed, project: Project) -> Project:
        """Return a project as it is now; if that cannot be found out, raise the error that left it open."""
        try:
            with self._gitlab.shielded(READING_SECONDS):
                return self._group.project(project.id)
        except RequestFailed as unread:
            raise error from unread

    def _share_or_none(self, project: Project) -> Share | None:
        try:
            return self._group.project(project.id).share
        except RequestFailed:
            return None
