# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Short ways to draw, for strategies that draw much."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Draws for a composite strategy; examples shrink towards the first option of each."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one_of(self, *options: T) -> T:
        """Return one of the options; one that is named twice comes twice as often."""
        return options[self.draw(_below(len(options)))]

    def rarely(self, often: int) -> bool:
        """Return True in one of this many cases."""
        return self.draw(_below(often)) == often - 1

    def some(self, options: Sequence[T], most: int, least: int = 0) -> list[T]:
        """Return some of the options; the same one may be among them twice."""
        return [self.one_of(*options) for _number in range(least + self.draw(_below(most - least + 1)))]


@cache
def _below(end: int) -> st.SearchStrategy[int]:
    return st.integers(0, end - 1)
