# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The threads that send requests."""

from __future__ import annotations

import threading
import typing as t
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait

Argument = t.TypeVar("Argument")
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

    def call_each(self, function: t.Callable[[Argument], Result], arguments: t.Iterable[Argument]) -> list[Result]:
        """Call a function for each argument, several at once; return the results in the order of arguments.

        Where map() keeps a future for each call, 2 KB each, this has one for each thread. After a call has raised an
        error no other begins, and the error is raised here; of several, that of the first argument.
        """
        items = list(arguments)
        results: list[t.Any] = [None] * len(items)
        errors: dict[int, BaseException] = {}
        waiting = deque(range(len(items)))

        def call(number: int) -> None:
            try:
                results[number] = function(items[number])
            except BaseException as error:
                errors[number] = error
                waiting.clear()

        def work() -> None:
            while (number := _first_of(waiting)) is not None:
                call(number)

        try:
            wait([self.submit(work) for _thread in range(min(self.count, len(items)))])
        finally:
            # No call begins after an interrupt either.
            waiting.clear()
        if errors:
            raise errors[min(errors)]
        return results


def _first_of(numbers: deque[int]) -> int | None:
    """Take the first number out; None if another thread has taken the last one."""
    try:
        return numbers.popleft()
    except IndexError:
        return None
