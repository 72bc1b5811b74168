# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""Whole lists, page by page, several pages at once.

Two ways, because GitLab has two: by ranges of ids, which nothing can disturb (all projects), and by page numbers,
between which projects slip when others come and go meanwhile (projects of a group).
"""

from __future__ import annotations

import typing as t
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

PER_PAGE = 100
# A range that holds fewer projects than this is read faster by one worker than by two.
WORTH_SPLITTING = 1.5 * PER_PAGE
MAX_READINGS = 3


class HasId(t.Protocol):
    """Anything with an id that never changes."""

    @property
    def id(self) -> int:
        """The id."""


Item = t.TypeVar("Item", bound=HasId)


@dataclass(frozen=True)
class Page(t.Generic[Item]):
    """One page of a list by page numbers.

    :param total: how many items the list has, or None where GitLab does not count them.
    :param last: no page follows.
    """

    items: t.Sequence[Item]
    total: int | None
    last: bool


ReadPage = t.Callable[[int], Page[Item]]


@dataclass(frozen=True)
class Listing(t.Generic[Item]):
    """A whole list, each item once, in the order of ids.

    :param changed: the list changed while it was read, again and again; every item that was seen is in it.
    """

    items: tuple[Item, ...]
    changed: bool = False


def read_by_number(lists: t.Sequence[ReadPage[Item]], pool: Executor) -> Listing[Item]:
    """Read lists of numbered pages; read one anew when its items do not add up to the total that GitLab names.

    :param lists: for each list what returns its page of a number from 1.
    """
    found: dict[int, Item] = {}
    unfinished = list(lists)
    for _reading in range(MAX_READINGS):
        readings = _read_all(unfinished, pool)
        unfinished = []
        for read, pages in readings:
            items = {item.id: item for page in pages for item in page.items}
            found.update(items)
            if any(page.total not in (None, len(items)) for page in pages):
                unfinished.append(read)
        if not unfinished:
            break
    return Listing(_by_id(found), changed=bool(unfinished))


def _read_all(lists: t.Sequence[ReadPage[Item]], pool: Executor) -> list[tuple[ReadPage[Item], list[Page[Item]]]]:
    """Read the first page of every list, then all other pages of all of them."""
    readings = [(read, [first]) for read, first in zip(lists, pool.map(lambda read: read(1), lists))]
    others = [
        (pages, pool.submit(read, number))
        for read, pages in readings
        for number in range(2, -(-(pages[0].total or 0) // PER_PAGE) + 1)
    ]
    for pages, page in others:
        pages.append(page.result())
    for read, pages in readings:
        # Without a total, only the page itself tells whether another one follows.
        while pages[0].total is None and not pages[-1].last:
            pages.append(read(len(pages) + 1))
    return readings


class _Range:
    """Ids still to be read: those between two bounds, which are not part of it.

    :param density: how many items an id stands for around here.
    """

    def __init__(self, after: int, before: int, density: float) -> None:
        self.after = after
        self.before = before
        self.density = density

    @property
    def expected(self) -> float:
        return max(0, self.before - self.after - 1) * self.density

    def split(self, page_under_way: bool) -> _Range:
        """Give away the upper half of what the page under way will leave over."""
        start = self.after + (PER_PAGE / self.density if page_under_way else 0)
        middle = int(start + self.before) // 2
        upper = _Range(middle - 1, self.before, self.density)
        self.before = middle
        return upper


def read_by_id(
    newest: t.Callable[[], t.Sequence[Item]],
    read: t.Callable[[int, int], t.Sequence[Item]],
    pool: Executor,
    workers: int,
) -> Listing[Item]:
    """Read a list by ranges of ids, so that all workers have something to read until the end.

    :param newest: returns the PER_PAGE items with the highest ids.
    :param read: returns the first PER_PAGE items between two ids, in the order of ids.
    :param workers: how many pages to read at once.
    """
    first = newest()
    found = {item.id: item for item in first}
    if len(first) < PER_PAGE:
        return Listing(_by_id(found))
    lowest, highest = min(found), max(found)
    waiting = [_Range(0, lowest, len(first) / (highest - lowest + 1))]
    reading: dict[Future[t.Sequence[Item]], _Range] = {}
    while waiting or reading:
        _give_work(waiting, list(reading.values()), workers)
        while waiting and len(reading) < workers:
            ids = waiting.pop()
            reading[pool.submit(read, ids.after, ids.before)] = ids
        done, _pending = wait(reading, return_when=FIRST_COMPLETED)
        for future in done:
            ids = reading.pop(future)
            page = future.result()
            found.update((item.id, item) for item in page)
            if len(page) == PER_PAGE and page[-1].id + 1 < ids.before:
                density = PER_PAGE / (page[-1].id - ids.after)
                waiting.append(_Range(page[-1].id, ids.before, density))
    return Listing(_by_id(found))


def _give_work(waiting: list[_Range], reading: list[_Range], workers: int) -> None:
    """Split the ranges that hold most, while workers are idle and it is worth it."""
    while len(waiting) + len(reading) < workers:
        candidates = [(ids.expected, False, ids) for ids in waiting]
        candidates += [(ids.expected - PER_PAGE, True, ids) for ids in reading]
        expected, page_under_way, largest = max(candidates, key=lambda candidate: candidate[0])
        if expected < WORTH_SPLITTING:
            return
        waiting.append(largest.split(page_under_way))


def _by_id(items: t.Mapping[int, Item]) -> tuple[Item, ...]:
    return tuple(items[number] for number in sorted(items))
