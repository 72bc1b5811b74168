# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brake that all workers share: when GitLab asks one of them to wait, they all do."""

from __future__ import annotations

import threading
import time
import typing as t


class AllowanceSpent(Exception):
    """The wait that is needed exceeds what the run may still spend on waiting, or the run is to end."""


class Brake:
    """Keeps requests back while GitLab asks for it, and adds up the time in which anybody waited.

    :param allowance: seconds that may be spent waiting in all.
    :param clock: returns seconds that only grow.
    """

    def __init__(self, allowance: float, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._released_at = 0.0
        self._counted_until = 0.0
        self._spent: str | None = None
        self._changed = threading.Condition()
        self.waited = 0.0

    def hold(self, seconds: float) -> None:
        """Let no request start for some seconds from now; a longer hold that is on already stays."""
        with self._changed:
            self._released_at = max(self._released_at, self._clock() + seconds)

    def slow_down(self, seconds: float) -> None:
        """As hold, for a limit that is near; where the run may not wait so long, the limit itself is to decide."""
        with self._changed:
            if self.waited + seconds <= self._allowance:
                self.hold(seconds)

    def give_up(self, reason: str) -> None:
        """Wake up everybody who waits, and let no request start any more but those that must finish."""
        with self._changed:
            self._spent = reason
            self._changed.notify_all()

    def wait(self, must_finish: bool = False) -> None:
        """Return as soon as no hold is on.

        :param must_finish: wait whatever it takes.
        :raises AllowanceSpent: when the run may not wait so long, here or in another worker.
        """
        with self._changed:
            self._refuse_if_spent(must_finish)
            while self._clock() < self._released_at:
                self._wait_until(self._released_at, must_finish)

    def pause(self, seconds: float, must_finish: bool = False) -> None:
        """Make only the calling worker wait: the back-off after an error that concerns one request.

        :param must_finish: as wait has it.
        :raises AllowanceSpent: as wait does.
        """
        with self._changed:
            self._wait_until(self._clock() + seconds, must_finish)

    def _wait_until(self, moment: float, must_finish: bool) -> None:
        # Time in which several workers wait at once counts once.
        uncounted = max(0.0, moment - max(self._clock(), self._counted_until))
        if not must_finish and self.waited + uncounted > self._allowance:
            self.give_up(f"{uncounted:.0f} more seconds of waiting would exceed max_wait ({self._allowance:.0f})")
        self._refuse_if_spent(must_finish)
        self.waited += uncounted
        self._counted_until = max(self._counted_until, moment)
        while self._clock() < moment:
            self._changed.wait(moment - self._clock())
            self._refuse_if_spent(must_finish)

    def _refuse_if_spent(self, must_finish: bool) -> None:
        if self._spent is not None and not must_finish:
            raise AllowanceSpent(self._spent)
