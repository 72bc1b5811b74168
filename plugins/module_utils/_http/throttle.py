# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The throttle that all workers share: when GitLab asks one of them to wait, all of them wait."""

from __future__ import annotations

import contextlib
import datetime
import math
import threading
import time
import typing as t

# How long, in seconds, the requests inside one shield wait for GitLab's limits in all.
SHIELD_SECONDS = 900
# A wait of exactly what is left must not fail on the last digit of a fraction.
TOLERANCE = 0.001

OnWait = t.Callable[[datetime.datetime], None]


class AllowanceSpent(Exception):
    """The run may not wait as long as it would have to, or it was stopped; the text says which."""


class Throttle:
    """Delays requests while GitLab asks for it, and counts the time spent waiting.

    :param allowance: seconds that a run may spend waiting in all.
    :param on_wait: called when a hold of at least a second begins, with the moment at which it ends.
    :param clock: returns seconds that never decrease.
    """

    def __init__(
        self, allowance: float, on_wait: OnWait | None = None, clock: t.Callable[[], float] = time.monotonic
    ) -> None:
        self._allowance = allowance
        self._on_wait = on_wait
        self._clock = clock
        self._released_at = 0.0
        self._held_because = ""
        self._counted_until = 0.0
        self._stopped: str | None = None
        self._changed = threading.Condition()
        self._shield = _Shield()
        self.waited = 0.0

    def hold(self, seconds: float, why: str) -> None:
        """Start no request for this many seconds; a longer hold stays in force.

        :param why: GitLab's words, for the case that the wait turns out to be too long.
        """
        with self._changed:
            now = self._clock()
            longer_by = now + seconds - max(now, self._released_at)
            if longer_by > 0:
                self._released_at, self._held_because = now + seconds, why
        if self._on_wait is not None and longer_by >= 1:
            self._on_wait(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds))

    def slow_down(self, seconds: float) -> None:
        """Hold before a limit is reached, unless that would exceed the allowance."""
        with self._changed:
            affordable = 0 < seconds <= self._allowance - self.waited
        if affordable:
            self.hold(seconds, "the rate limit is nearly reached")

    def stop(self, reason: str) -> None:
        """Wake all that wait, and start no more requests except shielded ones. A signal handler may call this."""
        with self._changed:
            # The first reason is the true one: what follows may be its consequence.
            self._stopped = self._stopped or reason
            # The rest of a wait that is cut short is not waited.
            rest = max(0.0, self._counted_until - self._clock())
            self.waited -= rest
            self._counted_until -= rest
            self._changed.notify_all()

    @contextlib.contextmanager
    def shielded(self, seconds: float | None = None) -> t.Iterator[None]:
        """Exempt the calling thread from stop() and from the allowance.

        Inside, the thread waits for holds up to some seconds in all, SHIELD_SECONDS if nothing is said, and then goes
        on once although the hold is still in force. An inner shield is part of the outer one.
        """
        outer = self._shield.seconds_left
        if outer is None:
            self._shield.seconds = self._shield.seconds_left = SHIELD_SECONDS if seconds is None else seconds
        try:
            yield
        finally:
            if outer is None:
                self._shield.seconds_left = None

    @property
    def is_shielded(self) -> bool:
        """Whether the calling thread is inside a shield."""
        return self._shield.seconds_left is not None

    def wait(self) -> None:
        """Return once no hold is in force.

        :raises AllowanceSpent: when the wait would exceed the allowance, or the run was stopped; inside a shield, when
            its seconds are spent.
        """
        with self._changed:
            self._raise_if_stopped()
            left = self._shield.seconds_left
            if left is not None:
                self._shield.seconds_left = self._wait_shielded(left)
                return
            while self._clock() < self._released_at:
                self._wait_until(self._released_at, self._held_because)

    def pause(self, seconds: float, why: str) -> None:
        """Delay only the calling thread: the back-off after an error that concerns one request.

        :param why: as in hold().
        :raises AllowanceSpent: as wait() does.
        """
        with self._changed:
            self._wait_until(self._clock() + seconds, why)

    def _wait_shielded(self, left: float) -> float:
        """Wait for holds as long as the shield allows; return how many seconds are left of it."""
        if left == 0 and self._clock() < self._released_at:
            raise AllowanceSpent(
                f"{self._held_because}; GitLab still asks to wait after {self._shield.seconds:g} seconds"
            )
        deadline = self._clock() + left
        while self._clock() < min(self._released_at, deadline):
            self._wait_until(min(self._released_at, deadline), self._held_because)
        return max(0.0, deadline - self._clock())

    def _wait_until(self, moment: float, why: str) -> None:
        # Time in which several threads wait counts once.
        uncounted = max(0.0, moment - max(self._clock(), self._counted_until))
        if self.waited + uncounted > self._allowance + TOLERANCE and not self.is_shielded:
            seconds = math.ceil(uncounted - TOLERANCE)
            more = "1 more second" if seconds == 1 else f"{seconds} more seconds"
            self.stop(f"{why}; {more} of waiting would exceed max_wait ({self._allowance:.0f})")
        self._raise_if_stopped()
        self.waited += uncounted
        self._counted_until = max(self._counted_until, moment)
        while self._clock() < moment:
            self._changed.wait(moment - self._clock())
            self._raise_if_stopped()

    def _raise_if_stopped(self) -> None:
        if self._stopped is not None and not self.is_shielded:
            raise AllowanceSpent(self._stopped)


class _Shield(threading.local):
    """What the calling thread may wait inside its shield, and what is left of that, in seconds; None outside."""

    seconds: float | None = None
    seconds_left: float | None = None
