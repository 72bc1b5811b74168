# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What diff mode shows: one line for each share that is made, removed or replaced, and none for what stays."""

from __future__ import annotations

import typing as t

from .._plan.plan import Step
from .words import count, describe


def make_diff(steps: t.Iterable[Step]) -> dict[str, str]:
    """Return the shares before and after, in the order of paths, with totals in the header.

    A project whose share is replaced has its path on a line of its own in both texts, and beside such projects one
    whose share is removed has too. Those lines do not differ, so the two halves of a change stay together between them.
    """
    changed = [step for step in steps if step.before != step.after]
    if not changed:
        return {"before": "", "after": ""}
    some_are_replaced = any(step.before and step.after for step in changed)
    before, after = [], []
    for step in changed:
        path = step.project.path
        heading = [path] if step.before and (step.after or some_are_replaced) else []
        before += heading + ([f"{path}: {describe(step.before)}"] if step.before else [])
        after += heading + ([f"{path}: {describe(step.after)}"] if step.after else [])
    return {
        # Ansible puts "after: " in front of it.
        "after_header": _totals(changed),
        "before": _lines(before),
        "after": _lines(after),
    }


def _totals(changed: t.Sequence[Step]) -> str:
    new = sum(step.before is None for step in changed)
    gone = sum(step.after is None for step in changed)
    totals = ((new, "new"), (len(changed) - new - gone, "replaced"), (gone, "removed"))
    words = ", ".join(f"{number:,} {what}" for number, what in totals if number)
    return f"{count(len(changed), 'change')} ({words})"


def _lines(lines: t.Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
