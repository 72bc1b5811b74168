# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the simulated GitLab takes: a service time per request, spent in a bounded pool of workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .keys import AMOUNT, Kind, key
from .reading import Fields


def _read_workers(entry: Fields, name: str) -> int:
    workers = entry.count(name)
    if not workers:
        raise entry.wrong(name, f"{workers!r} is not a number of workers")
    return workers


@dataclass(frozen=True)
class Latency:
    """Milliseconds of server time, times scale; scale 0 waits not at all."""

    scale: float = field(default=0, metadata=key(AMOUNT, "what every time is multiplied by; 0: no wait at all"))
    base_ms: float = field(default=40, metadata=key(AMOUNT, "a list, without its items, and everything not named here"))
    full_item_ms: float = field(default=25, metadata=key(AMOUNT, "each full project in a list"))
    simple_item_ms: float = field(default=4, metadata=key(AMOUNT, "each simple project in a list"))
    project_ms: float = field(default=110, metadata=key(AMOUNT, "`GET /projects/:id`"))
    share_ms: float = field(default=120, metadata=key(AMOUNT, "a share that was made"))
    unshare_ms: float = field(default=100, metadata=key(AMOUNT, "a share that was removed"))
    group_ms: float = field(default=100, metadata=key(AMOUNT, "`GET /groups/:id`"))
    workers: int = field(default=8, metadata=key(Kind("whole number", _read_workers), "requests served at once"))

    def service_ms(self, cost: Cost) -> float:
        """The unscaled time: of a single call its own, else the base and what each item takes."""
        if cost.call:
            return float(getattr(self, f"{cost.call}_ms"))
        return self.base_ms + cost.full * self.full_item_ms + cost.simple * self.simple_item_ms


@dataclass(frozen=True)
class Cost:
    """What an answer holds: full and short list items, or one call (project, share, unshare, group)."""

    full: int = 0
    simple: int = 0
    call: str = ""


NOTHING = Cost()


class Workers:
    """The pool: a request holds one worker for its service time."""

    def __init__(self, latency: Latency) -> None:
        self.latency = latency
        self.served_ms = 0.0
        self._slots = threading.BoundedSemaphore(latency.workers)
        self._lock = threading.Lock()

    @contextmanager
    def worker(self) -> Iterator[Work]:
        """Waits for a free worker and keeps it until the work that was reported is paid for."""
        with self._slots:
            work = Work()
            yield work
            spent_ms = self.latency.service_ms(work.cost)
            with self._lock:
                self.served_ms += spent_ms
            left = work.started + spent_ms * self.latency.scale / 1000 - time.perf_counter()
            if left > 0:
                time.sleep(left)


class Work:
    """One request being served: set cost once it is known."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.cost = NOTHING
