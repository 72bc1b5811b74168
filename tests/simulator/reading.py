# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading JSON that a person wrote: every error names the place and the value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from .levels import level_number

if TYPE_CHECKING:
    from .world import World

T = TypeVar("T")


class WorldError(ValueError):
    """The JSON does not describe a world; the message names the place and the value."""


class Fields:
    """One JSON object: values are taken out by key, and what is left over is an error.

    world is where the names in it are looked up; what refers to nothing needs none.
    """

    def __init__(self, data: object, where: str, world: World | None = None) -> None:
        if not isinstance(data, Mapping):
            raise WorldError(f"{where}: {data!r} is not an object")
        self.where = where
        self._world = world
        self._data: Mapping[str, Any] = data
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    @property
    def world(self) -> World:
        assert self._world is not None
        return self._world

    def wrong(self, key: str, problem: str) -> WorldError:
        return WorldError(f"{self.where}: {key}: {problem}")

    def missing(self, key: str) -> WorldError:
        return WorldError(f"{self.where}: {key} is missing")

    def know(self, keys: Iterable[str]) -> None:
        """Declares keys that may stand here."""
        self._known.update(keys)

    def value(self, key: str) -> Any:
        """Whatever stands under a key; null if it is absent."""
        self._known.add(key)
        return self._data.get(key)

    def take(self, key: str, kind: type[T]) -> T:
        """The value under a key, if it has that type."""
        value = self.value(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"{value!r} is not of type {kind.__name__}")
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        """As take, but null is a value too."""
        return None if self.value(key) is None else self.take(key, kind)

    def amount(self, key: str) -> float:
        """A number of 0 or more, whole or not."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise self.wrong(key, f"{value!r} is not a number of 0 or more")
        return value

    def count(self, key: str) -> int | None:
        """A whole number of 0 or more, or null."""
        value = self.optional(key, int)
        if value is not None and value < 0:
            raise self.wrong(key, f"{value!r} is below 0")
        return value

    def required(self, key: str) -> str:
        """A text that is not empty."""
        value = self.take(key, str) if key in self else ""
        if not value:
            raise self.missing(key)
        return value

    def choice(self, key: str, options: tuple[object, ...]) -> Any:
        value = self.value(key)
        if not any(value == option and isinstance(value, type(option)) for option in options):
            raise self.wrong(key, f"{value!r} is none of {', '.join(map(_as_json, options))}")
        return value

    def date(self, key: str) -> str | None:
        """A date written YYYY-MM-DD, or null."""
        value = self.optional(key, str)
        if value is None:
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise self.wrong(key, f"{value!r} is not a date YYYY-MM-DD") from None

    def level(self, key: str) -> int:
        """An access level, by name or number."""
        try:
            return level_number(self.value(key))
        except ValueError as error:
            raise self.wrong(key, str(error)) from None

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list)
        for value in values:
            if not isinstance(value, str):
                raise self.wrong(key, f"{value!r} is not a text")
        return tuple(values)

    def pattern(self, key: str) -> str:
        """A text that is a regular expression."""
        value = self.take(key, str)
        try:
            re.compile(value)
        except re.error as error:
            raise self.wrong(key, f"{value!r} is no regular expression: {error}") from None
        return value

    def inner(self, key: str) -> Fields:
        """The object under a key, empty if it is absent."""
        self._known.add(key)
        return Fields(self.take(key, dict) if key in self else {}, key, self._world)

    def items(self, key: str, label: str) -> Iterator[Fields]:
        """The objects of a list; each is labelled by its position and its own name."""
        self._known.add(key)
        for number, item in enumerate(self.take(key, list) if key in self else ()):
            name = item.get(label, "") if isinstance(item, Mapping) else ""
            yield Fields(item, f"{key}[{number}] {name}".rstrip(), self._world)

    def below(self, key: str, label: str) -> Iterator[Fields]:
        """As items, for a list within an entry: the place is that of both."""
        for item in self.items(key, label):
            item.where = f"{self.where}: {item.where}"
            yield item

    def done(self) -> None:
        """Raises if the object has keys that nobody asked for."""
        unknown = sorted(set(self._data) - self._known)
        if unknown:
            known = ", ".join(sorted(self._known))
            raise WorldError(f"{self.where}: unknown {', '.join(map(repr, unknown))}; known are {known}")


def _as_json(option: object) -> str:
    return json.dumps(option) if option is None or isinstance(option, bool) else str(option)
