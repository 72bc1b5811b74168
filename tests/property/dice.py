# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many choices from one draw: Hypothesis pays for each draw, and a world takes hundreds of choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice:
    """Choices that one number decides; 0 takes the first option of each, so that examples shrink to those."""

    def __init__(self, seed: bytes) -> None:
        self._left = int.from_bytes(seed, "little")

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        self._left, index = divmod(self._left, len(options))
        return options[index]

    def rarely(self, often: int) -> bool:
        """True once in so many times."""
        return self.pick(range(often)) == often - 1

    def some(self, options: Sequence[T], most: int, least: int = 1) -> list[T]:
        """Some of the options, perhaps one twice."""
        return [self.pick(options) for _number in range(self.pick(range(least, most + 1)))]


DICE = st.binary(min_size=16, max_size=16).map(Dice)
