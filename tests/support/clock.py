# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock on which waiting takes no time."""

from __future__ import annotations

import threading
import time

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.throttle import OnWait, Throttle


class ClockThatJumps:
    """A clock that each wait sets forward, so that waiting takes no time."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead

    def jump(self, seconds: float) -> None:
        """Let some seconds pass at once."""
        self._ahead += seconds


class QuickThrottle(Throttle):
    """Waits as the shipped one does, on a clock of its own that jumps to the end of each wait."""

    def __init__(self, allowance: float, on_wait: OnWait | None = None) -> None:
        clock = ClockThatJumps()
        super().__init__(allowance, on_wait, clock)
        self._changed = _QuickCondition(clock)


class _QuickCondition(threading.Condition):
    """Its owner holds the lock while the clock jumps, so that each wait counts once."""

    def __init__(self, clock: ClockThatJumps) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.jump(timeout or 0.0)
        return False
