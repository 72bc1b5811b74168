# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading JSON that a person wrote: every error names the place and the value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from .levels import level_number

T = TypeVar("T")


class WorldError(ValueError):
    """The JSON does not describe a world; the message names the place and the value."""


class Fields:
    """One JSON object: values are taken out by key, and what is left over is an error."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, Mapping):
            raise WorldError(f"{where}: {data!r} is not an object")
        self.where = where
        self._data: Mapping[str, Any] = data
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def wrong(self, key: str, problem: str) -> WorldError:
        return WorldError(f"{self.where}: {key}: {problem}")

    def value(self, key: str, default: Any) -> Any:
        """Whatever stands under a key, the default if the key is absent."""
        self._known.add(key)
        return self._data.get(key, default)

    def take(self, key: str, kind: type[T], default: T) -> T:
        """The value under a key if it has that type, the default if the key is absent."""
        value = self.value(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"{value!r} is not of type {kind.__name__}")
        return value

    def optional(self, key: str, kind: type[T], default: T | None) -> T | None:
        """As take, but null is a value too."""
        value = self.value(key, default)
        return None if value is None else self.take(key, kind, value)

    def text(self, key: str, default: str) -> str:
        return self.take(key, str, default)

    def flag(self, key: str, default: bool) -> bool:
        return self.take(key, bool, default)

    def mapping(self, key: str, default: dict[str, Any]) -> dict[str, Any]:
        return self.take(key, dict, default)

    def amount(self, key: str, default: float) -> float:
        """A number of 0 or more, whole or not."""
        value = self.value(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise self.wrong(key, f"{value!r} is not a number of 0 or more")
        return value

    def count(self, key: str, default: int | None = None) -> int | None:
        """A whole number of 0 or more, or null."""
        value = self.optional(key, int, default)
        if value is not None and value < 0:
            raise self.wrong(key, f"{value!r} is below 0")
        return value

    def required(self, key: str) -> str:
        value = self.text(key, "")
        if not value:
            raise WorldError(f"{self.where}: {key} is missing")
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value not in options:
            raise self.wrong(key, f"{value!r} is none of {', '.join(options)}")
        return value

    def date(self, key: str, default: str | None) -> str | None:
        """A date written YYYY-MM-DD, or null."""
        value = self.optional(key, str, default)
        if value is None:
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise self.wrong(key, f"{value!r} is not a date YYYY-MM-DD") from None

    def level(self, key: str) -> int:
        """An access level, by name or number."""
        try:
            return level_number(self.value(key, None))
        except ValueError as error:
            raise self.wrong(key, str(error)) from None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        values = self.take(key, list, list(default))
        for value in values:
            if not isinstance(value, str):
                raise self.wrong(key, f"{value!r} is not a text")
        return tuple(values)

    def pattern(self, key: str, default: str) -> re.Pattern[str]:
        value = self.text(key, default)
        try:
            return re.compile(value)
        except re.error as error:
            raise self.wrong(key, f"{value!r} is no regular expression: {error}") from None

    def items(self, key: str, label: str) -> Iterator[Fields]:
        """The objects of a list; each is labelled by its position and its own name."""
        for number, item in enumerate(self.take(key, list, [])):
            name = item.get(label, "") if isinstance(item, Mapping) else ""
            yield Fields(item, f"{key}[{number}] {name}".rstrip())

    def done(self) -> None:
        """Raises if the object has keys that nobody asked for."""
        unknown = sorted(set(self._data) - self._known)
        if unknown:
            known = ", ".join(sorted(self._known))
            raise WorldError(f"{self.where}: unknown {', '.join(map(repr, unknown))}; known are {known}")
