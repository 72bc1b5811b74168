# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers: none of them ever waits for another."""

from __future__ import annotations

import threading
import tracemalloc

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.workers import Workers


def test_all_of_them_work_at_the_same_time() -> None:
    barrier = threading.Barrier(3, timeout=10)
    with Workers(3) as workers:
        assert sorted(workers.call_each(lambda _number: barrier.wait(), range(3))) == [0, 1, 2]


def test_results_come_in_the_order_of_arguments() -> None:
    second_is_done = threading.Event()

    def call(number: int) -> int:
        if number == 0:
            assert second_is_done.wait(10)
        if number == 1:
            second_is_done.set()
        return number * number

    with Workers(2) as workers:
        assert workers.call_each(call, iter(range(50))) == [number * number for number in range(50)]


def test_nothing_to_call_is_no_result() -> None:
    with Workers(2) as workers:
        assert workers.call_each(lambda number: number, []) == []


def test_a_worker_that_hands_work_on_does_it_itself() -> None:
    with Workers(1) as workers:

        def outer(number: int) -> list[tuple[int, int]]:
            return workers.call_each(lambda inner: (inner, threading.get_ident()), [number, number + 1])

        (found,) = workers.call_each(outer, [4])
    assert [number for number, _thread in found] == [4, 5]
    assert threading.get_ident() not in {thread for _number, thread in found}


def test_an_error_of_inner_work_reaches_who_asked_for_it() -> None:
    def fail(_number: int) -> None:
        raise ValueError("inner")

    with Workers(1) as workers, pytest.raises(ValueError, match="inner"):
        workers.call_each(lambda number: workers.call_each(fail, [number]), [1])


def test_no_call_begins_after_an_error() -> None:
    begun = []

    def fail_at_the_third(number: int) -> None:
        begun.append(number)
        if number == 2:
            raise ValueError("third")

    with Workers(1) as workers, pytest.raises(ValueError, match="third"):
        workers.call_each(fail_at_the_third, range(1000))
    assert begun == [0, 1, 2]


def test_of_several_errors_that_of_the_first_argument_is_raised() -> None:
    second_has_failed = threading.Event()

    def fail(number: int) -> None:
        if number == 0:
            assert second_has_failed.wait(10)
        try:
            raise ValueError(str(number))
        finally:
            second_has_failed.set()

    with Workers(2) as workers, pytest.raises(ValueError, match=r"^0$"):
        workers.call_each(fail, range(2))


def test_calls_that_wait_for_a_thread_take_little_memory() -> None:
    peaks = []
    for count in (1_000, 11_000):
        tracemalloc.start()
        with Workers(2) as workers:
            workers.call_each(lambda _number: None, range(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 10_000 < 500
