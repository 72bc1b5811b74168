# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts back the shares that killed runs had removed, before anything else is written and outside of the plan."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field
from functools import partial

from .._gitlab.already_shared import means_already_shared
from .._gitlab.client import GitLab
from .._gitlab.invited_group import InvitedGroup
from .._gitlab.records import Share
from .._http.errors import NotFound, RequestFailed
from .._observe.identity import Caller
from .._plan.plan import Problem
from .journal import Journal
from .recovery import AbandonedRecord, Intent
from .run_options import RunOptions

CANNOT_WRITE = "A killed run had removed its share, and this token lacks the scope api to put it back."


@dataclass(frozen=True)
class Recovered:
    """What the records of killed runs led to, by project id.

    :param shares: made again, or in check mode to be made again; with the projects' full paths.
    :param still_open: projects whose former share could not be made again, and must get no other one in its place.
    """

    shares: t.Mapping[int, tuple[str, Share]] = field(default_factory=dict)
    still_open: t.Mapping[int, Problem] = field(default_factory=dict)


def recover(
    gitlab: GitLab,
    group: InvitedGroup,
    records: t.Iterable[AbandonedRecord],
    run: RunOptions,
    journal: Journal,
    caller: Caller,
    only_look: bool,
) -> Recovered:
    """Make the shares again that killed runs for this instance and group had removed and not replaced.

    A share that exists by now, or whose end has passed, is left alone, and so is a project that is gone. Only an
    administrator can tell a deleted project from a hidden one; for others, such a share stays on record.

    :param only_look: write nothing and keep the records, in check mode or because the token cannot write.
    """
    shares: dict[int, tuple[str, Share]] = {}
    still_open: dict[int, Problem] = {}

    settle = partial(_settle, group=group, today=run.today, journal=journal, only_look=only_look, caller=caller)
    for record in records:
        closed = []
        for intent, outcome in zip(record.intents, gitlab.in_parallel(settle, record.intents)):
            if isinstance(outcome, Problem):
                still_open[intent.project_id] = outcome
                continue
            closed.append(intent)
            if outcome is not None:
                # In a run, the share of the oldest record is there when the next record is read.
                shares.setdefault(intent.project_id, (intent.path, outcome))
        if not only_look:
            record.close(closed)
    if only_look and not run.check_mode:
        return Recovered(still_open={**still_open, **dict.fromkeys(shares, Problem(None, CANNOT_WRITE))})
    return Recovered(shares, still_open)


def _settle(
    intent: Intent, group: InvitedGroup, today: datetime.date, journal: Journal, only_look: bool, caller: Caller
) -> Share | Problem | None:
    """Return the share that was made again, or why it could not be made; None if it need not be made."""
    try:
        return _make_again(group, intent, today, journal, only_look)
    except RequestFailed as error:
        is_gone = isinstance(error, NotFound) and error.method == "GET" and caller.acts_as_admin
        return None if is_gone or means_already_shared(error) else _problem(intent, error)


def _make_again(
    group: InvitedGroup, intent: Intent, today: datetime.date, journal: Journal, only_look: bool
) -> Share | None:
    """Make a share again, or only find out whether it must be; return it, or None if it need not be made."""
    end = intent.before.expires_at
    if (end is not None and end <= today) or group.project(intent.project_id).share is not None:
        return None
    if only_look:
        return intent.before
    try:
        with journal.around_recovery(intent.path, intent.project_id, intent.before):
            group.share(intent.project_id, intent.before)
    except RequestFailed as error:
        if not error.effect_unknown or group.project(intent.project_id).share != intent.before:
            raise
    return intent.before


def _problem(intent: Intent, error: RequestFailed) -> Problem:
    message = f"A killed run had removed the share of {intent.path}, which cannot be put back yet: {error}"
    return Problem(error.status, message)
