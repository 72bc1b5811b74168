# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user should know although nothing is wrong, each in one sentence."""

from __future__ import annotations

import datetime
import typing as t

from .._apply.recover import Recovered
from .._gitlab.access_levels import REPORTER, level_name
from .._observe.identity import LACKS_ADMIN_MODE, Caller
from .._observe.observe import Observed
from .._plan.desired import Desired
from .._plan.plan import Step
from .words import count, first_few

TOKEN_WARNING_DAYS = 7

Warnings = t.Iterator[str]


def selection_warnings(observed: Observed) -> Warnings:
    """Yield warnings about the selection and the token's user."""
    for each in observed.unmatched:
        yield f"{each.option}: {each.value!r} matches none of the projects that were looked at."
    if observed.gone:
        projects = count(observed.gone, "project")
        yield f"{projects} of the run to undo cannot be found: deleted, or not visible to this token."
    if observed.caller.lacks_admin_mode:
        yield LACKS_ADMIN_MODE


def run_warnings(steps: t.Sequence[Step], observed: Observed, today: datetime.date) -> Warnings:
    """Yield warnings about a plan or a run, whatever was asked for."""
    yield from _warn_of_read_only_token(steps, observed.caller)
    yield from _warn_of_token_end(observed.caller, today)
    yield from _warn_of_hidden_shares(steps)
    yield from _warn_of_lost_rules(steps)
    own = [step.project.path for step in steps if step.ends_own_access and step.status == "unshared"]
    if own:
        projects = count(len(own), "project")
        yield f"The token's user has access to {projects} only through the removed share: {first_few(own)}."


def desired_warnings(steps: t.Sequence[Step], desired: Desired, level_is_given: bool, today: datetime.date) -> Warnings:
    """Yield warnings about the shares that were asked for."""
    if not level_is_given:
        yield from _warn_of_weak_level(steps, desired)
    yield from _warn_of_lowering(steps, desired)
    yield from _warn_of_expired_shares(steps, today)


def recovery_warnings(recovered: Recovered, check_mode: bool) -> Warnings:
    """Yield warnings about what killed runs left behind."""
    made = sorted(path for path, _share in recovered.shares.values())
    if made:
        done = "would be put back" if check_mode else ("was put back" if len(made) == 1 else "were put back")
        yield f"{count(len(made), 'share')} that a killed run had removed {done}: {first_few(made)}."
    yield from sorted({each.message for each in recovered.still_open.values()})


def _warn_of_read_only_token(steps: t.Sequence[Step], caller: Caller) -> Warnings:
    changes = sum(step.is_change for step in steps)
    if changes and not caller.may_write:
        these = "this change" if changes == 1 else f"these {changes:,} changes"
        yield f"The token of {caller.user.username} lacks the scope api: a run could not make {these}."


def _warn_of_token_end(caller: Caller, today: datetime.date) -> Warnings:
    end = caller.token.expires_at if caller.token else None
    if end is not None and (end - today).days <= TOKEN_WARNING_DAYS:
        yield f"The token of {caller.user.username} expires on {end}."


def _warn_of_hidden_shares(steps: t.Sequence[Step]) -> Warnings:
    hidden = sum(step.after is not None and step.after.is_hidden for step in steps)
    if hidden:
        projects = count(hidden, "project is", "projects are")
        stay = "it stays as it is" if hidden == 1 else "they stay as they are"
        yield f"{projects} shared with the group at a level that this token may not see; {stay}."


def _warn_of_lost_rules(steps: t.Sequence[Step]) -> Warnings:
    losing = [step for step in steps if step.protection_rules and step.is_change]
    if losing:
        named = [f"{step.project.path} ({', '.join(step.protection_rules)})" for step in losing]
        yield (
            "With a share, GitLab removes the group's entries in protected branches, tags and environments of the "
            f"project; this concerns {count(len(losing), 'project')}: {first_few(named)}."
        )


def _warn_of_weak_level(steps: t.Sequence[Step], desired: Desired) -> Warnings:
    private = sum(step.project.visibility == "private" for step in steps)
    if private and desired.access_level < REPORTER:
        yield (
            f"{count(private, 'private project is', 'private projects are')} selected, and "
            f"{level_name(desired.access_level)} cannot read the code of private projects: "
            "access_level=reporter is the lowest level that can."
        )


def _warn_of_lowering(steps: t.Sequence[Step], desired: Desired) -> Warnings:
    changed = [step.before for step in steps if step.status == "updated" and step.before is not None]
    losses = [loss for share in changed for loss in desired.losses_for(share)]
    lowered, shortened = losses.count("would_lower"), losses.count("would_end_sooner")
    if lowered:
        yield f"update_existing=always lowers the level of {count(lowered, 'share')}."
    if shortened:
        yield f"update_existing=always lets {count(shortened, 'share')} end sooner."


def _warn_of_expired_shares(steps: t.Sequence[Step], today: datetime.date) -> Warnings:
    ends = [step.after.expires_at for step in steps if step.after is not None]
    ended = sum(end is not None and end <= today for end in ends)
    if ended:
        yield (
            f"{count(ended, 'share has', 'shares have')} expired, and GitLab is about to remove "
            f"{'it' if ended == 1 else 'them'}: set expires_at to keep {'it' if ended == 1 else 'them'}."
        )
