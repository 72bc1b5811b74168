# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of keys in README.md, made from the declarations of the records."""

from __future__ import annotations

import re
from dataclasses import MISSING
from pathlib import Path

from .faults import Fault
from .keys import Key, keys_of
from .latency import Latency
from .limits import Limit
from .links import Link
from .protection import Entry, ProtectedBranch, ProtectedEnvironment, ProtectedTag
from .records import Group, MemberRole, Project, Token, User
from .settings import Settings

README = Path(__file__).with_name("README.md")
TABLES: dict[str, type] = {
    "gitlab": Settings,
    "user": User,
    "token": Token,
    "group": Group,
    "project": Project,
    "link": Link,
    "protected_branch": ProtectedBranch,
    "protected_tag": ProtectedTag,
    "protected_environment": ProtectedEnvironment,
    "entry": Entry,
    "member_role": MemberRole,
    "limit": Limit,
    "fault": Fault,
    "latency": Latency,
}
PLACE = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end of keys -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """The text with each table between its marks written again."""
    return PLACE.sub(lambda found: found[1] + _table(TABLES[found[2]]) + found[3], text)


def write_tables() -> None:
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")


def _table(record: type) -> str:
    rows = [f"| `{key.name}` | {key.kind.says} | {_usual(key)} | {key.text}".rstrip() + " |" for key in keys_of(record)]
    return "\n".join(["| key | value | default | |", "|---|---|---|---|", *rows, ""])


def _usual(key: Key) -> str:
    """What a record has that leaves the key out."""
    if key.usual:
        return key.usual
    if key.default is MISSING:
        return "required"
    if key.default is None:
        return "null"
    if isinstance(key.default, (bool, int, float)):
        return str(key.default).lower()
    return f"`{key.default}`" if isinstance(key.default, str) and key.default else _listed(key.default)


def _listed(default: object) -> str:
    return ", ".join(f"`{item}`" for item in default) if isinstance(default, tuple) and default else "empty"
