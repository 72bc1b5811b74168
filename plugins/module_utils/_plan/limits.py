# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a plan from being applied at all, although GitLab would take its writes."""

from __future__ import annotations

import typing as t

from .._observe.identity import Caller
from .plan import CHANGES, Step


def objection(plan: t.Sequence[Step], caller: Caller, max_changes: int | None, check_mode: bool) -> str | None:
    """Return why nothing of a plan may be written, or None; a token that only reads is enough for check mode."""
    changes = sum(step.status in CHANGES for step in plan)
    if max_changes is not None and changes > max_changes:
        return f"The plan holds {changes} changes, more than max_changes={max_changes}. Nothing has been changed."
    if changes and not check_mode and not caller.may_write:
        return f"The token lacks the scope api, which the {changes} changes of the plan need. Nothing has been changed."
    return None
