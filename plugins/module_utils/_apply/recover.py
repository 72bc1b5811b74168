# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts back the shares that killed runs had removed, before anything else is written and outside of the plan."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field

from .._gitlab.already_shared import means_already_shared
from .._gitlab.client import GitLab
from .._gitlab.invited_group import InvitedGroup
from .._gitlab.records import Share
from .._http.errors import NotFound, RequestFailed
from .._observe.identity import Caller
from .._plan.plan import Problem
from .journal import Journal
from .recovery import AbandonedRecord, Intent

CANNOT_WRITE = "A killed run had removed its share, and this token lacks the scope api to put it back."


@dataclass(frozen=True)
class Recovered:
    """What the records of killed runs led to, by project id.

    :param shares: made again, or in check mode to be made again; with the projects' full paths.
    :param open: projects whose former share could not be made again, and must get no other one in its place.
    """

    shares: t.Mapping[int, tuple[str, Share]] = field(default_factory=dict)
    open: t.Mapping[int, Problem] = field(default_factory=dict)


class Settled(t.NamedTuple):
    """What became of one intent; at most one of the two is set."""

    made: Share | None = None
    problem: Problem | None = None


def recover(
    gitlab: GitLab,
    group: InvitedGroup,
    records: t.Iterable[AbandonedRecord],
    today: datetime.date,
    journal: Journal,
    check_mode: bool,
    caller: Caller,
) -> Recovered:
    """Make the shares again that killed runs for this instance and group had removed and not replaced.

    A share that exists by now, or whose end has passed, is left alone, and so is a project that is gone. Only an
    administrator can tell a deleted project from a hidden one; for others, such a share stays on record.

    In check mode, or with a token that cannot write, nothing is written and the records are kept.
    """
    only_look = check_mode or not caller.may_write
    shares: dict[int, tuple[str, Share]] = {}
    still_open: dict[int, Problem] = {}

    def settle(intent: Intent) -> Settled:
        try:
            return Settled(made=_make_again(group, intent, today, journal, only_look))
        except RequestFailed as error:
            is_gone = isinstance(error, NotFound) and error.method == "GET" and caller.acts_as_admin
            return Settled() if is_gone or means_already_shared(error) else Settled(problem=_problem(intent, error))

    for record in records:
        settled = dict(zip(record.intents, gitlab.in_parallel(settle, record.intents)))
        shares.update((intent.project_id, (intent.path, each.made)) for intent, each in settled.items() if each.made)
        still_open.update((intent.project_id, each.problem) for intent, each in settled.items() if each.problem)
        record.close([] if only_look else [intent for intent, each in settled.items() if each.problem is None])
    if only_look and not check_mode:
        return Recovered(open={**still_open, **dict.fromkeys(shares, Problem(None, CANNOT_WRITE))})
    return Recovered(shares, still_open)


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
