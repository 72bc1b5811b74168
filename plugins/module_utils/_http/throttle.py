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
from dataclasses import dataclass

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
        self._asked = _Hold()
        self._own = _Hold()
        self._counted_until = 0.0
        self._stopped: str | None = None
        self._changed = threading.Condition()
        self._shield = _Shield()
        self.waited = 0.0

    def hold(self, seconds: float, why: str) -> None:
        """Start no request for this many seconds; a longer hold stays in force.

        :param why: GitLab's words, in case the wait turns out to be too long.
        """
        self._prolong(self._asked, seconds, why)

    def slow_down(self, seconds: float) -> None:
        """Hold before a limit is reached, unless that would exceed the allowance; a shield waits before it begins."""
        with self._changed:
            affordable = 0 < seconds <= self._allowance - self.waited
        if affordable:
            self._prolong(self._own, seconds, "the rate limit is nearly reached")

    def _prolong(self, hold: _Hold, seconds: float, why: str) -> None:
        with self._changed:
            now = self._clock()
            longer_by = now + seconds - max(now, self._hold().until)
            if now + seconds > hold.until:
                hold.until, hold.why = now + seconds, why
        if self._on_wait is not None and longer_by >= 1:
            self._on_wait(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds))

    def _hold(self) -> _Hold:
        """Return the hold that ends last."""
        return max(self._asked, self._own, key=lambda hold: hold.until)

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

        Inside, the thread waits for what GitLab asks up to some seconds in all, SHIELD_SECONDS if nothing is said, and
        then goes on once although the hold is still in force. An inner shield is part of the outer one.
        """
        outer = self._shield.seconds_left
        if outer is None:
            self._wait_for_fresh_window()
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
            while self._clock() < self._hold().until:
                self._wait_until(self._hold().until, self._hold().why)

    def _wait_for_fresh_window(self) -> None:
        """Wait before a shield, rather than between its requests, for a limit nearly reached; a stop ends that."""
        with self._changed, contextlib.suppress(AllowanceSpent):
            while self._stopped is None and self._clock() < self._own.until:
                self._wait_until(self._own.until, self._own.why)

    def pause(self, seconds: float, why: str) -> None:
        """Delay only the calling thread: the back-off after an error that concerns one request.

        :param why: as in hold().
        :raises AllowanceSpent: as wait() does.
        """
        with self._changed:
            self._wait_until(self._clock() + seconds, why)

    def _wait_shielded(self, left: float) -> float:
        """Wait for holds as long as the shield allows; return how many seconds are left of it."""
        hold = self._asked
        if left == 0 and self._clock() < hold.until:
            raise AllowanceSpent(f"{hold.why}; GitLab still asks to wait after {self._shield.seconds:g} seconds")
        deadline = self._clock() + left
        while self._clock() < min(hold.until, deadline):
            self._wait_until(min(hold.until, deadline), hold.why)
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


@dataclass
class _Hold:
    """Until when no request starts, and why."""

    until: float = 0.0
    why: str = ""


class _Shield(threading.local):
    """What the calling thread may wait inside its shield, and what is left of that, in seconds; None outside."""

    seconds: float | None = None
    seconds_left: float | None = None
