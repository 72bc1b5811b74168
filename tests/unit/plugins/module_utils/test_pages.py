# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole lists: complete, each item once, with hardly more requests than pages, and all workers busy until the end."""

from __future__ import annotations

import heapq
import math
import random
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.pages import (
    PER_PAGE,
    IdList,
    Page,
    Reading,
    read_by_id,
    read_by_number,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.workers import Workers

Spread = Callable[[int], "list[int]"]
# Milliseconds that GitLab takes for a page of full items: sheet, section 21.
PAGE_MS, ITEM_MS = 40, 25


@dataclass(frozen=True)
class Item:
    id: int


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(8) as made:
        yield made


class Server:
    """A list as GitLab has it, which is read by ranges of ids."""

    def __init__(self, ids: Sequence[int], ignores_ranges: bool = False) -> None:
        self.ids = sorted(ids)
        self.requests = 0
        self._ignores_ranges = ignores_ranges
        self._lock = threading.Lock()

    def listing(self, counted: bool = True, after: int = 0, spread: bool = False) -> IdList[Item]:
        total = len(self.ids) if counted else None
        return IdList(self.read, self.ids[-1] if self.ids else 0, total, after, spread)

    def read(self, after: int, before: int) -> list[Item]:
        with self._lock:
            self.requests += 1
            if self._ignores_ranges:
                after, before = 0, self.ids[-1] + 1
            start = bisect_right(self.ids, after)
            return [Item(number) for number in self.ids[start : start + PER_PAGE] if number < before]


def dense(count: int) -> list[int]:
    return list(range(1, count + 1))


def sparse(count: int) -> list[int]:
    return [7 + 1000 * number for number in range(count)]


def uniform(count: int) -> list[int]:
    """As on an instance where most projects are not ours."""
    return sorted(random.Random(count).sample(range(1, 70_000_000), count))


def scattered(count: int) -> list[int]:
    """Gaps small and huge, as on an instance with a past."""
    chance = random.Random(count)
    ids, number = [], 0
    for _unused in range(count):
        number += chance.choice((1, 1, 2, 40, 2000))
        ids.append(number)
    return ids


def growing(count: int) -> list[int]:
    """Ever more of the projects are ours."""
    return sorted({int(1e7 * (number / count) ** 0.4) + number for number in range(1, count + 1)})


def clustered(count: int) -> list[int]:
    """Two crowds at the ends, and nothing between them."""
    return [*range(1, count // 2 + 1), *range(10**7, 10**7 + count - count // 2)]


def crowded_at_the_end(count: int) -> list[int]:
    return [1, *range(10**9, 10**9 + count - 1)]


USUAL = [dense, sparse, uniform, scattered, growing]
EXTREME = [clustered, crowded_at_the_end]


def ids_of(items: Sequence[Item] | None) -> list[int]:
    assert items is not None
    return [item.id for item in items]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 99, 100, 101, 199, 200, 201, 1000, 5037])
@pytest.mark.parametrize("spread", [*USUAL, *EXTREME])
def test_all_ranges_together_are_the_whole_list(spread: Spread, count: int, counted: bool, workers: Workers) -> None:
    server = Server(spread(count)[:count])
    (items,) = read_by_id([server.listing(counted)], workers)
    assert ids_of(items) == server.ids


@settings(deadline=None)
@given(
    ids=st.lists(st.integers(1, 10**9), unique=True, max_size=400),
    more_ids=st.lists(st.integers(1, 500), unique=True, max_size=400),
    counted=st.booleans(),
    count=st.integers(1, 16),
)
def test_any_lists_are_read_whole(ids: list[int], more_ids: list[int], counted: bool, count: int) -> None:
    servers = [Server(ids), Server(more_ids)]
    with Workers(count) as workers:
        found = read_by_id([server.listing(counted) for server in servers], workers)
    assert [ids_of(items) for items in found] == [sorted(ids), sorted(more_ids)]


def test_a_part_of_a_list(workers: Workers) -> None:
    server = Server(dense(1000))
    (items,) = read_by_id([IdList(server.read, highest=820, total=500, after=320)], workers)
    assert ids_of(items) == list(range(321, 821))


@dataclass(frozen=True)
class Run:
    """How a list was read: requests, and the time in milliseconds."""

    requests: int
    time: float


def simulate(server: Server, counted: bool, workers: int, spread: bool = False) -> Run:
    """Reads a list as read_by_id does, in the time that GitLab takes."""
    reading = Reading([server.listing(counted, spread=spread)], workers)
    now, requests = 0.0, 0
    under_way: list[tuple[float, int, tuple[int, int], list[Item]]] = []
    ranges = {}
    while reading.ranges:
        for ids in reading.next_ranges():
            page = server.read(ids.after, ids.before)
            requests += 1
            ranges[requests] = ids
            heapq.heappush(under_way, (now + PAGE_MS + ITEM_MS * len(page), requests, (ids.after, ids.before), page))
        assert len(under_way) <= workers
        now, number, bounds, page = heapq.heappop(under_way)
        reading.take(ranges.pop(number), *bounds, page)
    return Run(requests, now)


def bound(count: int, workers: int) -> float:
    """The time that no client can do without."""
    return (math.ceil(count / PER_PAGE) * PAGE_MS + count * ITEM_MS) / workers


# Requests of a run beside the pages: version, user, token, group, list and shares measured, inactive groups, those that
# invite the group, and what is beyond reach.
OTHER_REQUESTS = 9


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize(
    ("count", "counted"), [(1_000, True), (5_000, True), (10_000, True), (12_000, False), (50_000, False)]
)
@pytest.mark.parametrize("spread", USUAL)
def test_there_are_hardly_more_requests_than_pages(spread: Spread, count: int, counted: bool, workers: int) -> None:
    pages = math.ceil(count / PER_PAGE)
    run = simulate(Server(spread(count)), counted, workers)
    assert pages <= run.requests <= pages * 1.02 + 12 - OTHER_REQUESTS + 2


@pytest.mark.parametrize("workers", [4, 8])
@pytest.mark.parametrize(("count", "counted"), [(10_000, True), (12_000, False), (50_000, False)])
@pytest.mark.parametrize(("spread", "ratio"), [(usual, 1.1) for usual in USUAL] + [(crowd, 1.25) for crowd in EXTREME])
def test_all_workers_are_busy_until_the_end(
    spread: Spread, ratio: float, count: int, counted: bool, workers: int
) -> None:
    run = simulate(Server(spread(count)), counted, workers)
    assert run.time <= ratio * bound(count, workers)


@pytest.mark.parametrize("count", [0, 1, 7, 40, 100, 250, 800, 5_000])
@pytest.mark.parametrize("spread", USUAL)
def test_a_short_list_can_be_spread_over_all_workers(spread: Spread, count: int) -> None:
    server = Server(spread(count))
    with Workers(8) as workers:
        (items,) = read_by_id([server.listing(spread=True)], workers)
    assert ids_of(items) == server.ids
    together, apart = (simulate(Server(spread(count)), True, 8, spread=choice) for choice in (False, True))
    assert apart.time <= together.time
    assert apart.requests <= together.requests + 8


def test_a_full_page_of_dense_ids_takes_an_eighth_of_the_time_if_it_is_spread() -> None:
    assert simulate(Server(dense(100)), True, 8).requests == 1
    assert simulate(Server(dense(100)), True, 8, spread=True) == Run(8, PAGE_MS + 13 * ITEM_MS)


@pytest.mark.parametrize(("count", "counted"), [(1_000, True), (10_000, True), (12_000, False)])
@pytest.mark.parametrize("spread", EXTREME)
def test_crowds_of_ids_take_more_requests_but_not_many_times_more(spread: Spread, count: int, counted: bool) -> None:
    assert simulate(Server(spread(count)), counted, 4).requests <= count / PER_PAGE + 50


@pytest.mark.parametrize("total", [1, 500, 100_000])
def test_a_total_that_is_wrong_costs_requests_and_no_items(total: int, workers: Workers) -> None:
    server = Server(scattered(2_000))
    (items,) = read_by_id([IdList(server.read, server.ids[-1], total)], workers)
    assert ids_of(items) == server.ids
    assert server.requests <= 3 * 20


def test_projects_that_go_and_come_meanwhile_disturb_no_others() -> None:
    server = Server(dense(3_000))
    doomed = list(range(10, 3_000, 10))

    def read(after: int, before: int) -> list[Item]:
        page = server.read(after, before)
        if doomed:
            server.ids.remove(doomed.pop())
        return page

    with Workers(1) as one_by_one:
        (items,) = read_by_id([IdList(read, 3_000, 3_000)], one_by_one)
    assert set(ids_of(items)) >= set(server.ids)


@pytest.mark.parametrize("counted", [True, False])
def test_a_list_that_ignores_ranges_is_told_from_others(counted: bool, workers: Workers) -> None:
    honest, other = Server(dense(700)), Server(dense(700), ignores_ranges=True)
    found = read_by_id([other.listing(counted), honest.listing(counted)], workers)
    assert found[0] is None
    assert ids_of(found[1]) == honest.ids
    assert other.requests <= 8


def test_an_error_of_one_page_is_that_of_the_list(workers: Workers) -> None:
    server = Server(dense(1_000))

    def read(after: int, before: int) -> list[Item]:
        if server.requests == 5:
            raise ConnectionError("gone")
        return server.read(after, before)

    with pytest.raises(ConnectionError, match="gone"):
        read_by_id([IdList(read, 1_000, 1_000)], workers)


class NumberedList:
    """A list that is read by page numbers."""

    def __init__(self, count: int, counted: bool = True) -> None:
        self.items = list(range(count))
        self.requests: list[int] = []
        self._counted = counted
        self._lock = threading.Lock()

    def read(self, number: int, per_page: int) -> Page[int]:
        with self._lock:
            self.requests.append(number)
        start = (number - 1) * per_page
        return Page(self.items[start : start + per_page], len(self.items) if self._counted else None)


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 1037])
def test_all_pages_together_are_the_whole_list(count: int, counted: bool, workers: Workers) -> None:
    numbered = NumberedList(count, counted)
    assert list(read_by_number(numbered.read, workers)) == numbered.items
    pages = max(1, math.ceil(count / PER_PAGE))
    # Only where GitLab does not count is a full page no sign of the end.
    assert len(numbered.requests) == pages + (not counted and count % PER_PAGE == 0 and count > 0)


@pytest.mark.parametrize("count", [0, 1, 9, 10, 40, 201, 800, 1037])
@pytest.mark.parametrize("error", [-1, 0, 1])
def test_a_list_of_known_length_is_read_by_all_workers_at_once(count: int, error: int, workers: Workers) -> None:
    numbered = NumberedList(count)
    assert list(read_by_number(numbered.read, workers, max(0, count + error))) == numbered.items
    assert len(numbered.requests) <= max(8, math.ceil(count / PER_PAGE)) + 1


def test_what_is_added_meanwhile_is_read_too(workers: Workers) -> None:
    numbered = NumberedList(250)
    stale = Page(numbered.items[:PER_PAGE], 200)

    def read(number: int, per_page: int) -> Page[int]:
        page = numbered.read(number, per_page)
        return stale if number == 1 else page

    assert list(read_by_number(read, workers)) == numbered.items
