# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole lists, several pages at once.

Lists of projects are read by ranges of ids, so that no project can move from one page to another meanwhile. GitLab
does not say how long a list of more than 10,000 projects is, and ids are spread unevenly: the pages themselves show how
dense they are. Whenever a worker is idle, the range with most projects expected in it is split.
"""

from __future__ import annotations

import math
import typing as t
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from .version_rules import MAX_COUNTED
from .workers import Workers

# The most that GitLab puts on a page.
PER_PAGE = 100
# A range is split if it is expected to hold this many pages beyond the one that is being read.
WORTH_SPLITTING = 1.1
# Fewer items are not worth a request of their own; see even_piece().
MIN_PIECE = 10
# If part of a range has this many times fewer items than expected, the estimate for the rest is divided by as much.
SURPRISE = 4


class HasId(t.Protocol):
    """Anything with an id that never changes."""

    @property
    def id(self) -> int:
        """The id."""


Item = t.TypeVar("Item", bound=HasId)
Record = t.TypeVar("Record")


@dataclass(frozen=True)
class IdList(t.Generic[Item]):
    """A list that can be read by ranges of ids.

    :param read: returns the first PER_PAGE items between two ids, which are not part of the range, in order of ids.
    :param highest: no item has a higher id; 0 for an empty list.
    :param total: how many items there are, about; None for more than MAX_COUNTED.
    :param after: all ids are higher than this one.
    :param spread: read a short list in smaller pieces than pages, so that every worker has one. That is faster, because
        GitLab takes its time for each item, but takes more requests.
    """

    read: t.Callable[[int, int], t.Sequence[Item]]
    highest: int
    total: int | None = None
    after: int = 0
    spread: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return self.total == 0 or self.highest <= self.after

    def piece(self, workers: int) -> int:
        """Return how many items are worth a request."""
        if not self.spread or self.total is None:
            return PER_PAGE
        return even_piece(self.total, workers)


def even_piece(total: int, workers: int) -> int:
    """Return how many items to ask for at once, so that every worker has a part even of a short list."""
    return min(PER_PAGE, max(MIN_PIECE, math.ceil(total / workers)))


@dataclass(eq=False)
class IdRange:
    """Ids of a list still to be read: those between two bounds, which are not part of it.

    :param number: the place of its list among those that are read.
    :param density: how many items are expected for each id.
    :param piece: how many items are worth a request.
    :param parent: the range that this one was split off from.
    :param under_way: its first page is being read.
    """

    number: int
    after: int
    before: int
    density: float
    piece: int = PER_PAGE
    parent: IdRange | None = None
    under_way: bool = False

    @property
    def spare(self) -> float:
        """How many items are expected beyond the page that is being read."""
        return (self.before - self.after - 1) * self.density - (PER_PAGE if self.under_way else 0)

    def split(self) -> IdRange:
        """Cut off the upper half of the spare items, rounded to whole pieces, and return it."""
        pieces = max(1, round(self.spare / 2 / self.piece))
        cut = self.before - max(1, int(pieces * self.piece / self.density))
        upper = IdRange(self.number, cut - 1, self.before, self.density, self.piece, parent=self)
        self.before = cut
        return upper


@dataclass
class Reading(t.Generic[Item]):
    """The reading of some lists: the ranges that are left, and what has been found so far.

    :param found: for each list, its items by id, or None once the list has turned out to ignore ranges of ids.
    """

    lists: t.Sequence[IdList[Item]]
    workers: int
    ranges: list[IdRange] = field(default_factory=list)
    found: list[dict[int, Item] | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, source in enumerate(self.lists):
            self.found.append({})
            if not source.is_empty:
                expected = MAX_COUNTED + 1 if source.total is None else source.total
                before = source.highest + 1
                density = expected / (before - source.after)
                self.ranges.append(IdRange(number, source.after, before, density, source.piece(self.workers)))

    @property
    def progress(self) -> tuple[int, int | None]:
        """How many items were found, and how many there are, about."""
        totals = [source.total for source in self.lists]
        found = sum(len(items or ()) for items in self.found)
        return found, None if None in totals else sum(total or 0 for total in totals)

    def next_ranges(self) -> list[IdRange]:
        """Return the ranges whose first page is to be read now: one for each idle worker, as far as splitting pays."""
        while 0 < len(self.ranges) < self.workers:
            fullest = max(self.ranges, key=lambda ids: ids.spare)
            if fullest.spare < WORTH_SPLITTING * fullest.piece:
                break
            self.ranges.append(fullest.split())
        busy = sum(ids.under_way for ids in self.ranges)
        chosen = [ids for ids in self.ranges if not ids.under_way][: self.workers - busy]
        for ids in chosen:
            ids.under_way = True
        return chosen

    def take(self, ids: IdRange, after: int, before: int, page: t.Sequence[Item]) -> None:
        """Take in the first page of a range.

        :param after: with before, the bounds that were asked for; the range may have been split since.
        """
        ids.under_way = False
        found = self.found[ids.number]
        if found is None:
            return
        if any(not after < item.id < before for item in page):
            self.found[ids.number] = None
            self.ranges = [other for other in self.ranges if other.number != ids.number]
            return
        found.update((item.id, item) for item in page)
        if len(page) == PER_PAGE:
            highest = max(item.id for item in page)
            ids.density = (PER_PAGE - 1) / max(1, highest - min(item.id for item in page))
            ids.after = highest
        else:
            _lower_expectation(ids, len(page) / (before - after))
            ids.after = ids.before
        if ids.after + 1 >= ids.before:
            self.ranges.remove(ids)


def _lower_expectation(ids: IdRange, density: float) -> None:
    """Expect fewer items in a range if the part that was split off from it has turned out to be nearly empty."""
    if ids.parent is not None and density * SURPRISE < ids.parent.density:
        ids.parent.density = max(density, ids.parent.density / SURPRISE)


# Called with how many items were read so far, and how many there are, about; None where nobody knows.
OnRead = t.Callable[[int, t.Optional[int]], None]


def read_by_id(
    lists: t.Sequence[IdList[Item]], workers: Workers, on_read: OnRead | None = None
) -> list[tuple[Item, ...] | None]:
    """Read lists by ranges of ids; all workers are busy until the end.

    :param on_read: called after each page.
    :return: for each list its items, each once, in order of ids; None for a list that ignores ranges of ids.
    """
    reading = Reading(lists, workers.count)
    pages: dict[Future[t.Sequence[Item]], tuple[IdRange, int, int]] = {}
    while reading.ranges or pages:
        for ids in reading.next_ranges():
            future = workers.submit(lists[ids.number].read, ids.after, ids.before)
            pages[future] = (ids, ids.after, ids.before)
        done, _others = wait(pages, return_when=FIRST_COMPLETED)
        for future in done:
            reading.take(*pages.pop(future), future.result())
            if on_read is not None:
                on_read(*reading.progress)
    return [None if found is None else tuple(found[number] for number in sorted(found)) for found in reading.found]


@dataclass(frozen=True)
class Page(t.Generic[Record]):
    """One page of a list with page numbers; total is None where GitLab does not count its items."""

    items: t.Sequence[Record]
    total: int | None


def read_by_number(
    read: t.Callable[[int, int], Page[Record]], workers: Workers, total: int | None = None
) -> tuple[Record, ...]:
    """Read a list of numbered pages; items may move between pages if the list changes meanwhile.

    :param read: returns a page; takes its number, from 1, and the most items to put on it.
    :param total: about how many items there are, if that is known; all workers then read parts of them at once.
    """
    per_page = PER_PAGE if total is None else even_piece(total, workers.count)
    pages: list[Page[Record]] = []
    if total is None:
        pages.append(read(1, per_page))
        total = pages[0].total or 0
    numbers = range(len(pages) + 1, max(1, math.ceil(total / per_page)) + 1)
    pages.extend(workers.call_each(lambda number: read(number, per_page), numbers))
    while len(pages[-1].items) == per_page and pages[-1].total != len(pages) * per_page:
        pages.append(read(len(pages) + 1, per_page))
    return tuple(item for page in pages for item in page.items)
