# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a whole plan from being applied, although GitLab would take its writes."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .plan import NotAttemptedReason, Step


@dataclass(frozen=True)
class Stop:
    """Why a run ended before its last step.

    :param sentence: for the person who reads it.
    """

    reason: NotAttemptedReason
    sentence: str


def reason_to_stop(plan: t.Sequence[Step], max_changes: int | None, may_write: bool, check_mode: bool) -> Stop | None:
    """Return why nothing of a plan may be written, or None; a token that can only read is enough for check mode."""
    changes = sum(step.is_change for step in plan)
    number = "1 change" if changes == 1 else f"{changes:,} changes"
    if max_changes is not None and changes > max_changes:
        # Shares of killed runs may have been put back before.
        none = "It has not" if changes == 1 else "None of them has"
        right = "it is" if changes == 1 else "they are"
        return Stop(
            "max_changes",
            f"The plan has {number}, more than max_changes={max_changes}. {none} been made. "
            f"If {right} right, raise max_changes.",
        )
    if changes and not check_mode and not may_write:
        need = "needs" if changes == 1 else "need"
        return Stop(
            "token", f"The token lacks the scope api, which the {number} of the plan {need}. Nothing has been changed."
        )
    return None


def mark_not_attempted(plan: t.Iterable[Step], stop: Stop) -> tuple[Step, ...]:
    """Return a plan of which no change was attempted; each step still shows what it would have led to."""
    return tuple(replace(step, status="not_attempted", reason=stop.reason) if step.is_change else step for step in plan)
