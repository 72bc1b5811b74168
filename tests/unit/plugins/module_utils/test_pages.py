# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole lists: complete, each item once, with hardly more requests than pages."""

from __future__ import annotations

import random
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.pages import (
    MAX_READINGS,
    PER_PAGE,
    Extent,
    Page,
    read_by_id,
    read_by_number,
)

Spread = Callable[[int], "list[int]"]


@dataclass(frozen=True)
class Item:
    id: int


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as workers:
        yield workers


class KeysetList:
    """A list that is read by ranges of ids."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = sorted(ids)
        self.requests = 0
        self._lock = threading.Lock()

    @property
    def extent(self) -> Extent:
        return Extent(self.ids[-1], len(self.ids))

    def read(self, after: int, before: int) -> list[Item]:
        with self._lock:
            self.requests += 1
            start = bisect_right(self.ids, after)
            return [Item(number) for number in self.ids[start : start + PER_PAGE] if number < before]


def dense(count: int) -> list[int]:
    return list(range(1, count + 1))


def sparse(count: int) -> list[int]:
    return [7 + 1000 * number for number in range(count)]


def scattered(count: int) -> list[int]:
    """Gaps small and huge, as on an instance with a past."""
    chance = random.Random(count)
    ids, number = [], 0
    for _unused in range(count):
        number += chance.choice((1, 1, 2, 40, 2000))
        ids.append(number)
    return ids


def clustered(count: int) -> list[int]:
    """Two crowds at the ends, and nothing between them."""
    return [*range(1, count // 2 + 1), *range(10**7, 10**7 + count - count // 2)]


def crowded_at_the_end(count: int) -> list[int]:
    return [1, *range(10**9, 10**9 + count - 1)]


SPREADS = [dense, sparse, scattered, clustered, crowded_at_the_end]


@pytest.mark.parametrize("workers", [1, 4, 16])
@pytest.mark.parametrize("count", [1, 2, 99, 100, 101, 199, 200, 201, 1000, 5037])
@pytest.mark.parametrize("spread", SPREADS)
def test_all_ranges_together_are_the_whole_list(
    spread: Spread, count: int, workers: int, pool: ThreadPoolExecutor
) -> None:
    projects = KeysetList(spread(count))
    items = read_by_id(projects.extent, projects.read, pool, workers)
    assert [item.id for item in items] == projects.ids


# Requests of a run beside the pages: version, user, token, group, extent, shares counted, groups shared with.
OTHER_REQUESTS = 7


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("count", [1_000, 5_000, 10_000])
@pytest.mark.parametrize("spread", [dense, sparse, scattered])
def test_there_are_hardly_more_requests_than_pages(
    spread: Spread, count: int, workers: int, pool: ThreadPoolExecutor
) -> None:
    projects = KeysetList(spread(count))
    read_by_id(projects.extent, projects.read, pool, workers)
    pages = -(-count // PER_PAGE)
    assert pages <= projects.requests <= pages * 1.02 + 12 - OTHER_REQUESTS


@pytest.mark.parametrize("count", [1_000, 10_000])
@pytest.mark.parametrize("spread", [clustered, crowded_at_the_end])
def test_crowds_of_ids_take_more_requests_but_not_many_times_more(
    spread: Spread, count: int, pool: ThreadPoolExecutor
) -> None:
    projects = KeysetList(spread(count))
    read_by_id(projects.extent, projects.read, pool, 4)
    assert projects.requests <= 2.5 * count / PER_PAGE + 20


@pytest.mark.parametrize("total", [1, 500, 100_000])
def test_a_total_that_is_wrong_costs_requests_and_no_items(total: int, pool: ThreadPoolExecutor) -> None:
    projects = KeysetList(scattered(2_000))
    items = read_by_id(Extent(projects.ids[-1], total), projects.read, pool, 8)
    assert [item.id for item in items] == projects.ids
    assert projects.requests <= 4 * 20


def test_projects_that_go_and_come_meanwhile_disturb_no_others(pool: ThreadPoolExecutor) -> None:
    projects = KeysetList(dense(3_000))
    extent = projects.extent
    doomed = list(range(10, 3_000, 10))

    def read(after: int, before: int) -> list[Item]:
        page = projects.read(after, before)
        if doomed:
            projects.ids.remove(doomed.pop())
        return page

    found = {item.id for item in read_by_id(extent, read, pool, 1)}
    assert found >= set(projects.ids)


def test_an_error_of_one_page_is_that_of_the_list(pool: ThreadPoolExecutor) -> None:
    projects = KeysetList(dense(1_000))

    def read(after: int, before: int) -> list[Item]:
        if projects.requests == 5:
            raise ConnectionError("gone")
        return projects.read(after, before)

    with pytest.raises(ConnectionError, match="gone"):
        read_by_id(projects.extent, read, pool, 4)


class NumberedList:
    """A list that is read by page numbers, and may change between two pages."""

    def __init__(self, ids: Sequence[int], counted: bool = True) -> None:
        self.ids = list(ids)
        self.requests: list[int] = []
        self.changes: list[tuple[int, int]] = []
        self._counted = counted
        self._lock = threading.Lock()

    def change_before(self, request: int, removed: int) -> NumberedList:
        """Removes an id just before the request of that number."""
        self.changes.append((request, removed))
        return self

    def read(self, number: int) -> Page[Item]:
        with self._lock:
            self.requests.append(number)
            for request, removed in self.changes:
                if request == len(self.requests):
                    self.ids.remove(removed)
            items = [Item(each) for each in self.ids[(number - 1) * PER_PAGE : number * PER_PAGE]]
            return Page(items, len(self.ids) if self._counted else None, last=len(items) < PER_PAGE)


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted"])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250, 1000])
def test_all_pages_together_are_the_whole_list(count: int, counted: bool, pool: ThreadPoolExecutor) -> None:
    projects = NumberedList(dense(count), counted)
    listing = read_by_number([projects.read], pool)
    assert [item.id for item in listing.items] == projects.ids
    assert not listing.changed
    # Without a total, only an unfilled page shows the end.
    pages = max(1, -(-count // PER_PAGE)) if counted else count // PER_PAGE + 1
    assert sorted(projects.requests) == list(range(1, pages + 1))


def test_several_lists_are_one(pool: ThreadPoolExecutor) -> None:
    first, second, third = NumberedList(dense(150)), NumberedList(range(100, 300), counted=False), NumberedList([])
    listing = read_by_number([first.read, second.read, third.read], pool)
    assert [item.id for item in listing.items] == list(range(1, 300))


def test_no_list_is_empty(pool: ThreadPoolExecutor) -> None:
    assert read_by_number([], pool).items == ()


def test_a_project_that_slips_between_pages_is_found_by_reading_anew() -> None:
    """Removing an item of page 1 moves the first one of page 2 to page 1, where nobody looks any more."""
    projects = NumberedList(dense(250)).change_before(2, removed=7)
    with ThreadPoolExecutor(1) as one_by_one:
        listing = read_by_number([projects.read], one_by_one)
    assert {item.id for item in listing.items} >= set(projects.ids)
    assert not listing.changed
    assert projects.requests == [1, 2, 3, 1, 2, 3]


def test_only_the_list_that_changed_is_read_anew() -> None:
    quiet, lively = NumberedList(dense(250)), NumberedList(range(1000, 1250)).change_before(2, removed=1007)
    with ThreadPoolExecutor(1) as one_by_one:
        read_by_number([quiet.read, lively.read], one_by_one)
    assert len(quiet.requests) == 3
    assert len(lively.requests) == 6


def test_a_list_that_never_stands_still_is_reported() -> None:
    projects = NumberedList(dense(250))
    for reading in range(MAX_READINGS):
        projects.change_before(3 * reading + 2, removed=7 + reading)
    with ThreadPoolExecutor(1) as one_by_one:
        listing = read_by_number([projects.read], one_by_one)
    assert listing.changed
    assert {item.id for item in listing.items} >= set(projects.ids)
    assert len(projects.requests) == 3 * MAX_READINGS


def test_after_a_page_that_fails_no_other_is_begun() -> None:
    asked: list[int] = []
    failed = threading.Event()

    def read(number: int) -> Page[Item]:
        asked.append(number)
        if number == 2:
            raise ConnectionError
        if number > 2:
            assert failed.wait(30)
        return Page([], total=400 * PER_PAGE, last=False)

    with ThreadPoolExecutor(2) as workers:
        with pytest.raises(ConnectionError):
            read_by_number([read], workers)
        failed.set()
    # Each of the two workers may have begun with one by then.
    assert len(asked) <= 4
