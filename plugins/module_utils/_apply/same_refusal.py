# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When to stop trying: GitLab has refused the same too often below one top-level group."""

from __future__ import annotations

import collections
import threading

from .._gitlab.paths import root_of
from .._http.errors import Refused, RequestFailed
from .._plan.plan import Step
from .causes import concerns_one_project

# After this many identical refusals the rest below the same top-level group is not attempted.
MAX_SAME_REFUSALS = 5


class SameRefusals:
    """Counts identical refusals; shares tried beside an old one and first shares count apart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: collections.Counter[tuple[str, bool, int | None, str]] = collections.Counter()
        self._given_up: set[tuple[str, bool]] = set()

    def rule_out(self, step: Step) -> bool:
        """Return whether a step is not worth trying, because the same refusal came too often."""
        with self._lock:
            return step.after is not None and _kind(step) in self._given_up

    def count(self, step: Step, error: RequestFailed) -> None:
        """Take note of a refusal of a step; other errors do not count."""
        if step.after is None or not isinstance(error, Refused) or concerns_one_project(error):
            return
        with self._lock:
            same = (*_kind(step), error.status, error.reason)
            self._counts[same] += 1
            if self._counts[same] >= MAX_SAME_REFUSALS:
                self._given_up.add(_kind(step))


def _kind(step: Step) -> tuple[str, bool]:
    return root_of(step.project.path), step.before is not None
