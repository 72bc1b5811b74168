# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The throttle that all workers share: when GitLab asks one of them to wait, all of them wait."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t

# Longest time, in seconds, that requests inside one shield wait for GitLab's limits.
SHIELD_SECONDS = 900
# Clocks count in fractions: a wait of exactly what is left must not fail on the last digit.
TOLERANCE = 0.001


class AllowanceSpent(Exception):
    """The run may not wait as long as needed, or it was stopped; the text says which."""


class Throttle:
    """Delays requests while GitLab asks for it, and counts the time spent waiting.

    :param allowance: seconds that a run may spend waiting in all.
    :param clock: returns seconds that never decrease.
    """

    def __init__(self, allowance: float, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._released_at = 0.0
        self._counted_until = 0.0
        self._stopped: str | None = None
        self._changed = threading.Condition()
        self._shield = _Shield()
        self.waited = 0.0

    def hold(self, seconds: float) -> None:
        """Start no request for this many seconds; a longer hold stays in force."""
        with self._changed:
            self._released_at = max(self._released_at, self._clock() + seconds)

    def slow_down(self, seconds: float) -> None:
        """Hold before a limit is reached, unless that would exceed the allowance."""
        with self._changed:
            if self.waited + seconds <= self._allowance:
                self.hold(seconds)

    def stop(self, reason: str) -> None:
        """Wake all that wait, and start no more requests except shielded ones. A signal handler may call this."""
        with self._changed:
            self._stopped = reason
            self._changed.notify_all()

    @contextlib.contextmanager
    def shielded(self) -> t.Iterator[None]:
        """Exempt the calling thread from stop() and from the allowance.

        Inside, the thread waits for holds up to SHIELD_SECONDS in all, and then goes on once although the hold is
        still in force. An inner shield is part of the outer one.
        """
        outer = self._shield.seconds_left
        if outer is None:
            self._shield.seconds_left = SHIELD_SECONDS
        try:
            yield
        finally:
            if outer is None:
                self._shield.seconds_left = None

    def wait(self) -> None:
        """Return once no hold is in force.

        :raises AllowanceSpent: when the wait would exceed the allowance, or the run was stopped; inside a shield, when
            its SHIELD_SECONDS are spent.
        """
        with self._changed:
            self._raise_if_stopped()
            if self._shield.seconds_left is not None:
                self._wait_shielded(self._shield.seconds_left)
                return
            while self._clock() < self._released_at:
                self._wait_until(self._released_at)

    def _wait_shielded(self, left: float) -> None:
        deadline = self._clock() + left
        while self._clock() < min(self._released_at, deadline):
            self._wait_until(min(self._released_at, deadline))
        if self._clock() < self._released_at and not left:
            raise AllowanceSpent(f"GitLab asks to wait longer than the {SHIELD_SECONDS} seconds of a replacement")
        self._shield.seconds_left = max(0.0, deadline - self._clock())

    def pause(self, seconds: float) -> None:
        """Delay only the calling thread: the back-off after an error that concerns one request.

        :raises AllowanceSpent: as wait() does.
        """
        with self._changed:
            self._wait_until(self._clock() + seconds)

    def _wait_until(self, moment: float) -> None:
        # Time in which several threads wait counts once.
        uncounted = max(0.0, moment - max(self._clock(), self._counted_until))
        if self._shield.seconds_left is None and self.waited + uncounted > self._allowance + TOLERANCE:
            self.stop(f"{uncounted:.0f} more seconds of waiting would exceed max_wait ({self._allowance:.0f})")
        self._raise_if_stopped()
        self.waited += uncounted
        self._counted_until = max(self._counted_until, moment)
        while self._clock() < moment:
            self._changed.wait(moment - self._clock())
            self._raise_if_stopped()

    def _raise_if_stopped(self) -> None:
        if self._stopped is not None and self._shield.seconds_left is None:
            raise AllowanceSpent(self._stopped)


class _Shield(threading.local):
    """What each thread may still wait inside its shield, in seconds; None outside."""

    seconds_left: float | None = None
