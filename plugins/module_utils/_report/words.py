# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers, shares and lists in words."""

from __future__ import annotations

import re
import typing as t
from collections import Counter

from .._gitlab.access_levels import level_name
from .._gitlab.records import Share
from .._plan.plan import STATUSES, Step

SHOWN = 5


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, such as ``1 project`` or ``3,000 projects``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def describe(share: Share) -> str:
    """Return a share in words, such as ``reporter, expires 2027-01-31``."""
    level = "unknown level" if share.access_level is None else level_name(share.access_level)
    return f"{level}, {'no expiry' if share.expires_at is None else f'expires {share.expires_at}'}"


def first_few(texts: t.Sequence[str], separator: str = ", ") -> str:
    """Return a handful of texts, and how many more there are."""
    more = len(texts) - SHOWN
    return separator.join(texts[:SHOWN]) + (f"{separator}and {more:,} more" if more > 0 else "")


def counts_in_words(steps: t.Iterable[Step]) -> str:
    """Return how many projects there are of each status, such as ``3,000 shared, 2 skipped (2 own_group)``."""
    steps = list(steps)
    by_status = Counter(step.status for step in steps)
    reasons: dict[str, Counter[str]] = {}
    for step in steps:
        if step.reason is not None:
            reasons.setdefault(step.status, Counter())[step.reason] += 1
    parts = []
    for status in STATUSES:
        if by_status[status]:
            grouped = ", ".join(f"{number:,} {reason}" for reason, number in sorted(reasons.get(status, {}).items()))
            parts.append(f"{by_status[status]:,} {status}" + (f" ({grouped})" if grouped else ""))
    return ", ".join(parts)


def group_by_problem(steps: t.Iterable[Step]) -> str:
    """Return what went wrong, each problem once, with the projects it concerns."""
    paths: dict[str, list[str]] = {}
    sentences: dict[str, str] = {}
    for step in steps:
        message = step.error.message.rstrip(".") if step.error else "no reason is known"
        alike = re.sub(r"/projects/\d+/", "/projects/:id/", message)
        paths.setdefault(alike, []).append(step.project.path)
        sentences[alike] = message if len(paths[alike]) == 1 else alike
    return "; ".join(f"{first_few(each)} ({sentences[alike]})" for alike, each in paths.items())
