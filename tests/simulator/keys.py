# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a world's JSON: each is declared once, at the field of the record that it fills.

A declaration is the metadata of a dataclass field. From it the key is read, written, changed and documented.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from typing import Any, TypeVar

from .levels import NAMES
from .reading import Fields

R = TypeVar("R")
# The keys of each record, as they are asked for.
_keys: dict[type, tuple[Key, ...]] = {}

Reader = Callable[[Fields, str], Any]


def as_it_is(value: Any, _world: Any) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """What may stand under a key: in words, how it is read, and how it is written in a world."""

    says: str
    read: Reader
    write: Callable[[Any, Any], Any] = as_it_is


Put = Callable[[Fields, Any, str, Any], None]


def set_attribute(_entry: Fields, record: Any, attribute: str, value: Any) -> None:
    setattr(record, attribute, value)


@dataclass(frozen=True)
class Key:
    """One key: where it stands in JSON and in the record, and what it means.

    usual says in words what a record has that leaves the key out; fixed keys cannot be changed; put enters a value
    in a record; default is that of the field.
    """

    kind: Kind
    text: str
    name: str
    attribute: str
    usual: str
    fixed: bool
    put: Put
    default: Any = None


def key(
    kind: Kind,
    text: str,
    *,
    name: str = "",
    attribute: str = "",
    usual: str = "",
    fixed: bool = False,
    put: Put = set_attribute,
) -> Mapping[str, Any]:
    """The metadata of a field that a key fills; name and attribute only where they differ from the field's."""
    return {"key": Key(kind, text, name, attribute, usual, fixed, put)}


def keys_of(record: type) -> tuple[Key, ...]:
    """The declared keys of a dataclass, in its order."""
    if record not in _keys:
        _keys[record] = tuple(_declared(field) for field in fields(record) if field.metadata)
    return _keys[record]


def _declared(field: Field[Any]) -> Key:
    declared: Key = field.metadata["key"]
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return replace(
        declared, name=declared.name or field.name, attribute=declared.attribute or field.name, default=default
    )


def read_values(record: type, entry: Fields) -> dict[str, Any]:
    """The values of the keys that an entry names, by attribute."""
    keys = keys_of(record)
    entry.know(key.name for key in keys)
    return {key.attribute: key.kind.read(entry, key.name) for key in keys if key.name in entry}


def made(record: type[R], entry: Fields, **known: Any) -> R:
    """A new record from an entry; values that are known otherwise count where the entry has none."""
    values = {**known, **read_values(record, entry)}
    for key in keys_of(record):
        if key.default is MISSING and key.attribute not in values:
            raise entry.missing(key.name)
    entry.done()
    return record(**values)


def changed(record: R, entry: Fields) -> R:
    """A copy of a record with the values that an entry names."""
    values = read_values(type(record), entry)
    entry.done()
    return replace(record, **values)  # type: ignore[type-var]


def update(record: Any, entry: Fields) -> None:
    """Takes over what an entry says of a record; what it leaves out stays as it is."""
    keys = keys_of(type(record))
    entry.know(key.name for key in keys)
    for key in keys:
        if key.name in entry and not key.fixed:
            key.put(entry, record, key.attribute, key.kind.read(entry, key.name))


def written(record: Any, world: Any, sparse: bool = False) -> dict[str, Any]:
    """The entry that a record is made from; a sparse one leaves out plain values that are as usual."""
    entry = {}
    for key in keys_of(type(record)):
        value = getattr(record, key.attribute)
        if not sparse or value != key.default or isinstance(value, dict):
            entry[key.name] = key.kind.write(value, world)
    return entry


# What may stand under a key.


def choice(*options: object) -> Kind:
    """One of some values."""
    says = ", ".join(f"`{option}`" if isinstance(option, str) else json.dumps(option) for option in options)
    return Kind(says, lambda entry, name: entry.choice(name, options))


def records(record: type, label: str, says: str, numbered: bool = False) -> Kind:
    """A list of objects that make records of their own, numbered ones with ids.

    label is the key that they are told apart by.
    """

    def read(entry: Fields, name: str) -> tuple[Any, ...]:
        items = entry.below(name, label)
        return tuple(made(record, item, **({"id": next(entry.world.numbers)} if numbered else {})) for item in items)

    return Kind(says, read, lambda value, world: [written(item, world) for item in value])


TEXT = Kind("text", lambda entry, name: entry.take(name, str))
NAME = Kind("text", lambda entry, name: entry.required(name))
OPTIONAL_TEXT = Kind("text or null", lambda entry, name: entry.optional(name, str))
FLAG = Kind("true or false", lambda entry, name: entry.take(name, bool))
DATE = Kind("`YYYY-MM-DD` or null", lambda entry, name: entry.date(name))
COUNT = Kind("whole number", lambda entry, name: entry.count(name) or 0)
OPTIONAL_COUNT = Kind("whole number or null", lambda entry, name: entry.count(name))
AMOUNT = Kind("number", lambda entry, name: entry.amount(name))
LEVEL = Kind("level", lambda entry, name: entry.level(name), lambda level, _world: NAMES[level])
TEXTS = Kind("list of texts", lambda entry, name: entry.texts(name), lambda value, _world: list(value))
PATTERN = Kind("regular expression", lambda entry, name: entry.pattern(name))
OBJECT = Kind("object", lambda entry, name: entry.take(name, dict), lambda value, _world: dict(value))
ANYTHING = Kind("any value", lambda entry, name: entry.value(name))
