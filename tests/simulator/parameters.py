# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters of endpoints: declared, coerced and checked as Grape does, with Grape's texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Union
from urllib.parse import urlencode

from .answers import parameter_error
from .rules import Rules, Version
from .times import read_date

Values = Union[tuple[Any, ...], Callable[[Rules], tuple[Any, ...]]]

# The spellings that dry-types knows.
TRUE = "1 on On ON t true True TRUE T y yes Yes YES Y".split()
FALSE = "0 off Off OFF f false False FALSE F n no No NO N".split()


def to_integer(value: Any) -> int:
    """A whole number; figures of other scripts than ours are none."""
    if isinstance(value, bool) or (isinstance(value, str) and not value.isascii()):
        raise ValueError(value)
    return int(value)


def leading_integer(text: str) -> int:
    """The number that a text begins with, else 0: Ruby's to_i."""
    found = re.match(r"\s*([-+]?\d+(?:_\d+)*)", text, re.ASCII)
    return int(found.group(1)) if found else 0


def to_boolean(value: Any) -> bool:
    text = str(value)
    if text not in TRUE and text not in FALSE:
        raise ValueError(value)
    return text in TRUE


def to_text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError(value)
    return str(value)


def to_date(value: Any) -> str:
    return read_date(value).isoformat()


def to_texts(value: Any) -> list[str]:
    """A list, or a text with commas, of which Ruby's split drops empty parts at the end; an object is an empty list."""
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    kept = [str(text).rstrip(",") for text in texts]
    return [part.strip() for text in kept if text for part in text.split(",")]


def to_integers(value: Any) -> list[int]:
    return [leading_integer(text) for text in to_texts(value)]


# Of these an empty text is a value; it is none of anything else.
READ_EMPTY = (to_text, to_texts, to_integers)


@dataclass(frozen=True)
class Param:
    """One declared parameter."""

    name: str
    coerce: Callable[[Any], Any] = to_text
    required: bool = False
    default: object = None
    values: Values = ()
    except_values: tuple[Any, ...] = ()
    since: Version = (0, 0)
    enterprise: bool = False

    def known(self, rules: Rules) -> bool:
        """Whether this version and edition declare the parameter; others ignore it."""
        return self.since <= rules.version and (rules.enterprise or not self.enterprise)

    def check(self, given: Mapping[str, Any], rules: Rules, checked: dict[str, Any]) -> list[str]:
        """Enters the coerced value into checked; returns what Grape would say against it."""
        if self.name not in given:
            return self._missing(rules, checked)
        value = given[self.name]
        problems = []
        if value is None or (value == "" and self.coerce not in READ_EMPTY):
            value = None
        else:
            try:
                value = self.coerce(value)
            except (TypeError, ValueError, OverflowError):
                problems.append(f"{self.name} is invalid")
        checked[self.name] = self.default if value is None else value
        return problems + self._value_problems(checked[self.name], rules)

    def _missing(self, rules: Rules, checked: dict[str, Any]) -> list[str]:
        if self.required:
            return [f"{self.name} is missing", *self._value_problems(None, rules)]
        checked[self.name] = self.default
        return []

    def _value_problems(self, value: Any, rules: Rules) -> list[str]:
        values = self.values(rules) if callable(self.values) else self.values
        # Grape checks a nil only where the parameter is required.
        if values and (value is not None or self.required):
            allowed = all(item in values for item in (value if isinstance(value, list) else [value]))
            if not allowed:
                return [f"{self.name} does not have a valid value"]
        if value is not None and value in self.except_values:
            return [f"{self.name} has a value not allowed"]
        return []


def check_parameters(
    declared: Iterable[Param], given: Mapping[str, Any], rules: Rules
) -> tuple[dict[str, Any], dict[str, Any]]:
    """All declared parameters with their values or defaults, and everything that Grape's params hold then.

    Raises one refusal that names all problems.
    """
    checked: dict[str, Any] = {}
    problems: list[str] = []
    for param in declared:
        if param.known(rules):
            problems += param.check(given, rules, checked)
    if problems:
        raise parameter_error(", ".join(problems))
    present = {name: value for name, value in checked.items() if name in given or value is not None}
    return checked, {**given, **present}


def to_query(parameters: Mapping[str, Any]) -> str:
    """Parameters as Rails writes them into a Link, by name."""
    pairs: list[tuple[str, str]] = []
    for name in sorted(parameters):
        value = parameters[name]
        if isinstance(value, list):
            pairs += [(f"{name}[]", _written(item)) for item in value]
        elif isinstance(value, dict):
            pairs += [(f"{name}[{key}]", _written(item)) for key, item in sorted(value.items())]
        else:
            pairs.append((name, _written(value)))
    return urlencode(pairs)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


# Declared by more than one endpoint.
PATH_ID = Param("id", required=True)
MIN_ACCESS_LEVEL = Param("min_access_level", to_integer, values=lambda rules: rules.levels)
VISIBILITY = Param("visibility", values=("private", "internal", "public"))
SEARCH = Param("search")
SKIP_GROUPS = Param("skip_groups", to_integers)
CUSTOM_ATTRIBUTES = Param("with_custom_attributes", to_boolean, default=False)
PAGINATION = (
    Param("page", to_integer, default=1),
    Param("per_page", to_integer, default=20, except_values=(0,)),
)
