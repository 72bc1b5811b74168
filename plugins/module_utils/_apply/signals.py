# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending a run on a signal: it finishes what it has begun, and reports."""

from __future__ import annotations

import contextlib
import signal
import threading
import typing as t

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def stop_on_signals(stop: t.Callable[[str], object]) -> t.Iterator[None]:
    """Call a function with a reason when Ctrl-C or SIGTERM comes, instead of ending the process.

    Ending at once could leave a share removed and its replacement not yet made.
    """

    def handle(number: int, _frame: object) -> None:
        stop(f"it received {signal.Signals(number).name}")

    if threading.current_thread() is not threading.main_thread():
        # Python lets only the main thread handle signals.
        yield
        return
    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
