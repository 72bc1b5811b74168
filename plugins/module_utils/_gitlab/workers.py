# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The threads that send requests."""

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import Future, ThreadPoolExecutor

Result = t.TypeVar("Result")


class Workers(ThreadPoolExecutor):
    """A fixed number of threads, none of which ever waits for another.

    A call that one of them submits is made at once, by that thread: otherwise all of them might wait for a free one.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._here = threading.local()
        super().__init__(count, initializer=lambda: setattr(self._here, "is_worker", True))

    def submit(self, fn: t.Callable[..., Result], /, *args: t.Any, **kwargs: t.Any) -> Future[Result]:
        """Have a function called by a free thread, or by this one if it is one of them."""
        if not getattr(self._here, "is_worker", False):
            return super().submit(fn, *args, **kwargs)
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future
