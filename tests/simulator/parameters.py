# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters of endpoints: declared, coerced and checked as Grape does, with Grape's texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any, Union
from urllib.parse import urlencode

from .answers import parameter_error
from .records import timestamp
from .rules import Rules, Version

Values = Union[tuple[Any, ...], Callable[[Rules], tuple[Any, ...]]]

TRUE = ("true", "t", "yes", "y", "on", "1")
FALSE = ("false", "f", "no", "n", "off", "0")

# Of what Ruby's Date.parse reads: year first, in one or with - or /, and day first with dots.
DATES = (
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d)", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})(?!\d)", re.ASCII),
)


def to_integer(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError(value)
    return int(value)


def to_boolean(value: Any) -> bool:
    text = str(value).lower()
    if text not in TRUE + FALSE:
        raise ValueError(value)
    return text in TRUE


def to_text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError(value)
    return str(value)


def to_date(value: Any) -> str:
    """A date at the beginning of a text; what follows it, such as a time, does not count."""
    for pattern in DATES:
        found = pattern.match(value)
        if found:
            return date(*(int(found[part]) for part in ("year", "month", "day"))).isoformat()
    raise ValueError(value)


def to_moment(value: Any) -> str:
    """A date with or without a time, as GitLab would write that moment."""
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc))


def to_texts(value: Any) -> list[str]:
    """A list, or a text with commas."""
    return [str(item) for item in (value if isinstance(value, list) else str(value).split(","))]


def to_integers(value: Any) -> list[int]:
    return [to_integer(item) for item in to_texts(value)]


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
        if value is None or value == "":
            value = "" if value == "" and self.coerce is to_text else None
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


def check_parameters(declared: Iterable[Param], given: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """All declared parameters with their values or defaults; raises one refusal that names all problems."""
    checked: dict[str, Any] = {}
    problems: list[str] = []
    for param in declared:
        if param.known(rules):
            problems += param.check(given, rules, checked)
    if problems:
        raise parameter_error(", ".join(problems))
    return checked


def to_query(parameters: Mapping[str, Any]) -> str:
    """Parameters as Rails writes them into a Link: by name, without those that have no value."""
    pairs = []
    for name in sorted(parameters):
        value = parameters[name]
        if isinstance(value, list):
            pairs += [(f"{name}[]", item) for item in value]
        elif value is not None:
            pairs.append((name, str(value).lower() if isinstance(value, bool) else value))
    return urlencode(pairs)


def levels(rules: Rules) -> tuple[int, ...]:
    return rules.levels


# Declared by more than one endpoint.
PATH_ID = Param("id", required=True)
MIN_ACCESS_LEVEL = Param("min_access_level", to_integer, values=levels)
VISIBILITY = Param("visibility", values=("private", "internal", "public"))
SEARCH = Param("search")
SKIP_GROUPS = Param("skip_groups", to_integers)
CUSTOM_ATTRIBUTES = Param("with_custom_attributes", to_boolean, default=False)
PAGINATION = (
    Param("page", to_integer, default=1),
    Param("per_page", to_integer, default=20, except_values=(0,)),
)
