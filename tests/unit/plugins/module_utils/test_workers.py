# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers: none of them ever waits for another."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.workers import Workers


def test_all_of_them_work_at_the_same_time() -> None:
    barrier = threading.Barrier(3, timeout=10)
    with Workers(3) as workers:
        assert sorted(workers.map(lambda _number: barrier.wait(), range(3))) == [0, 1, 2]


def test_a_worker_that_hands_work_on_does_it_itself() -> None:
    with Workers(1) as workers:

        def outer(number: int) -> list[tuple[int, int]]:
            return list(workers.map(lambda inner: (inner, threading.get_ident()), [number, number + 1]))

        (found,) = workers.map(outer, [4])
    assert [number for number, _thread in found] == [4, 5]
    assert threading.get_ident() not in {thread for _number, thread in found}


def test_an_error_of_inner_work_reaches_who_asked_for_it() -> None:
    def fail(_number: int) -> None:
        raise ValueError("inner")

    with Workers(1) as workers, pytest.raises(ValueError, match="inner"):
        list(workers.map(lambda number: list(workers.map(fail, [number])), [1]))
