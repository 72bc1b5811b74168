# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken out of a plan because GitLab would refuse it, or because of what would be lost with it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from .plan import Problem, Reason, Status, Step


@dataclass(frozen=True)
class Refusal:
    """What becomes of a change that cannot or must not be made.

    :param status: skipped, kept or failed.
    :param access_lost: an earlier run had removed the share, and it could not be made again so far.
    """

    status: Status
    reason: Reason | None = None
    error: Problem | None = None
    access_lost: bool = False


@dataclass(frozen=True)
class Foreseen:
    """What is known beforehand of the changes of a plan, by project id.

    :param refusals: changes that are not to be tried.
    :param protection_rules: rules that are lost with the removed share.
    :param own_access: projects in which the token's user loses its own right with the share.
    """

    refusals: t.Mapping[int, Refusal] = field(default_factory=dict)
    protection_rules: t.Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    own_access: frozenset[int] = frozenset()


def take_out_refused(plan: t.Iterable[Step], foreseen: Foreseen) -> tuple[Step, ...]:
    """Return the plan without the changes that are refused."""
    return tuple(_refuse(step, foreseen) if step.is_change else step for step in plan)


def _refuse(step: Step, foreseen: Foreseen) -> Step:
    number = step.project.id
    refusal = foreseen.refusals.get(number)
    rules = foreseen.protection_rules.get(number, ())
    ends_own_access = number in foreseen.own_access
    if refusal is None and not rules and not ends_own_access:
        return step
    if refusal is None:
        return replace(step, protection_rules=rules, ends_own_access=ends_own_access)
    return replace(
        step,
        status=refusal.status,
        reason=refusal.reason,
        error=refusal.error,
        after=step.before,
        protection_rules=rules,
        access_lost=refusal.access_lost,
    )
