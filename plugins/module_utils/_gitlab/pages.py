# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole lists, page by page, several pages at once.

Two ways, because GitLab has two: by ranges of ids, which nothing can disturb (all projects), and by page numbers,
between which projects slip when others come and go meanwhile (projects of a group).
"""

from __future__ import annotations

import typing as t
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

PER_PAGE = 100
# With fewer items left over, the half-empty pages that a split makes would cost more than an idle worker.
WORTH_SPLITTING = 2 * PER_PAGE
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
        (read, pages, number)
        for read, pages in readings
        for number in range(2, -(-(pages[0].total or 0) // PER_PAGE) + 1)
    ]
    # When one page fails, map does not begin with any more of them.
    for (_read, pages, _number), page in zip(others, pool.map(lambda other: other[0](other[2]), others)):
        pages.append(page)
    for read, pages in readings:
        # Without a total, only the page itself tells whether another one follows.
        while pages[0].total is None and not pages[-1].last:
            pages.append(read(len(pages) + 1))
    return readings


@dataclass(frozen=True)
class Extent:
    """How far a list reaches: its highest id, and how many items it has; both are 0 for an empty one."""

    highest: int
    total: int


@dataclass
class IdRange:
    """Ids still to be read: those between two bounds, which are not part of it.

    :param page_under_way: its first page is being read.
    """

    after: int
    before: int
    page_under_way: bool = False

    @property
    def width(self) -> int:
        """How many ids it spans."""
        return self.before - self.after - 1


def read_by_id(
    extent: Extent, read: t.Callable[[int, int], t.Sequence[Item]], pool: Executor, workers: int
) -> tuple[Item, ...]:
    """Read a list by ranges of ids, which are split while a worker is idle, so that all of them read until the end.

    :param read: returns the first PER_PAGE items between two ids, in the order of ids.
    :param workers: how many pages to read at once.
    :return: each item once, in the order of ids.
    """
    found: dict[int, Item] = {}
    ranges = [IdRange(0, extent.highest + 1)] if extent.total else []
    reading: dict[Future[t.Sequence[Item]], IdRange] = {}
    while ranges:
        _split_for_idle(ranges, extent.total - len(found), workers)
        for ids in ranges:
            if not ids.page_under_way and len(reading) < workers:
                ids.page_under_way = True
                reading[pool.submit(read, ids.after, ids.before)] = ids
        done, _others = wait(reading, return_when=FIRST_COMPLETED)
        for future in done:
            ids, page = reading.pop(future), future.result()
            found.update((item.id, item) for item in page)
            ranges.remove(ids)
            if len(page) == PER_PAGE and page[-1].id + 1 < ids.before:
                ranges.append(IdRange(page[-1].id, ids.before))
    return _by_id(found)


def _split_for_idle(ranges: list[IdRange], left: int, workers: int) -> None:
    """Split the ranges that have most left beyond the page under way, as long as workers are idle and it pays.

    :param left: how many items are still to come in all; each range is expected to hold as many as its width tells.
    """
    density = left / max(1, sum(ids.width for ids in ranges))
    page_width = int(PER_PAGE / density) if density > 0 else 0

    def spare(ids: IdRange) -> int:
        return ids.width - (page_width if ids.page_under_way else 0)

    while len(ranges) < workers:
        widest = max(ranges, key=spare)
        if spare(widest) * density < WORTH_SPLITTING:
            return
        middle = widest.before - spare(widest) // 2
        ranges.append(IdRange(middle - 1, widest.before))
        widest.before = middle


def _by_id(items: t.Mapping[int, Item]) -> tuple[Item, ...]:
    return tuple(items[number] for number in sorted(items))
