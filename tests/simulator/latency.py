# Copyright (c) 2026, The groupshare.gitlab authors
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
    """Milliseconds of server time, times scale; scale 0 waits not at all.

    The times were measured on a running GitLab 18.9 (GitLab API sheet, section 21).
    """

    scale: float = field(default=0, metadata=key(AMOUNT, "what every time is multiplied by; 0: no wait at all"))
    base_ms: float = field(
        default=40, metadata=key(AMOUNT, "a list, without its items, and all that is not named here")
    )
    full_item_ms: float = field(default=25, metadata=key(AMOUNT, "each full project in a list"))
    simple_item_ms: float = field(default=8, metadata=key(AMOUNT, "each simple project in a list"))
    group_item_ms: float = field(default=8.4, metadata=key(AMOUNT, "each group in a list"))
    project_ms: float = field(default=67, metadata=key(AMOUNT, "`GET /projects/:id`"))
    group_ms: float = field(default=35, metadata=key(AMOUNT, "`GET /groups/:id`"))
    share_ms: float = field(default=65, metadata=key(AMOUNT, "a share that was made"))
    conflict_ms: float = field(default=45, metadata=key(AMOUNT, "a share that was refused with 409"))
    unshare_ms: float = field(default=55, metadata=key(AMOUNT, "a share that was removed"))
    version_ms: float = field(default=15, metadata=key(AMOUNT, "`GET /version` and `/metadata`"))
    user_ms: float = field(default=20, metadata=key(AMOUNT, "`GET /user` and `/personal_access_tokens/self`"))
    protected_ms: float = field(
        default=50, metadata=key(AMOUNT, "protected branches, tags or environments of a project")
    )
    workers: int = field(default=8, metadata=key(Kind("whole number", _read_workers), "requests served at once"))
    beside: float = field(
        default=0, metadata=key(AMOUNT, "part by which a request takes longer while all workers are busy")
    )
    waiting: float = field(
        default=0, metadata=key(AMOUNT, "part by which it takes longer for each request more than there are workers")
    )

    @classmethod
    def small_server(cls, scale: float = 0) -> Latency:
        """Two workers on two cores, which they share with the database.

        Measured with 1, 2, 4 and 8 full pages in flight: 2,600, 1,600, 1,640 and 1,820 ms a page. Here it is
        2,540, 1,562, 1,633 and 1,775 ms.
        """
        return cls(scale=scale, workers=2, beside=0.23, waiting=0.028)

    def service_ms(self, cost: Cost) -> float:
        """The unscaled time: of a single call its own, else the base and what each item takes."""
        if cost.call:
            return float(getattr(self, f"{cost.call}_ms"))
        items = cost.full * self.full_item_ms + cost.simple * self.simple_item_ms + cost.groups * self.group_item_ms
        return self.base_ms + items

    def crowding(self, in_flight: int) -> float:
        """By how much requests take longer than one alone, when that many are there at once."""
        busy = min(in_flight, self.workers) - 1
        share = busy / (self.workers - 1) if self.workers > 1 else 0
        return 1 + self.beside * share + self.waiting * max(0, in_flight - self.workers)


@dataclass(frozen=True)
class Cost:
    """What an answer holds: full and short projects or groups in a list, or one call.

    A call is project, group, share, conflict, unshare, version, user or protected.
    """

    full: int = 0
    simple: int = 0
    groups: int = 0
    call: str = ""


NOTHING = Cost()


class Workers:
    """The pool: a request holds one worker for its service time."""

    def __init__(self, latency: Latency) -> None:
        self.latency = latency
        self.served_ms = 0.0
        self._slots = threading.BoundedSemaphore(latency.workers)
        self._lock = threading.Lock()
        self._in_flight = 0

    @contextmanager
    def worker(self) -> Iterator[Work]:
        """Waits for a free worker and keeps it until the work that was reported is paid for."""
        with self._counted(), self._slots:
            work = Work()
            yield work
            spent_ms = self.latency.service_ms(work.cost)
            with self._lock:
                self.served_ms += spent_ms
                crowding = self.latency.crowding(self._in_flight)
            left = work.started + spent_ms * crowding * self.latency.scale / 1000 - time.perf_counter()
            if left > 0:
                time.sleep(left)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Counts a request as long as it is served or waits for that."""
        with self._lock:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1


class Work:
    """One request being served: set cost once it is known."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.cost = NOTHING
