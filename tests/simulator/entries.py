# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of a world's JSON that make users, groups, projects and tokens.

What makes them is read here: their paths and ids, and the groups that lack above them. All other keys are those
that records.py declares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from .keys import made, read_values, update
from .reading import Fields
from .records import VISIBILITIES, Group, Project, Token, User, birthday

if TYPE_CHECKING:
    from .world import World


class Ids:
    """Hands out the ids that entries do not name themselves."""

    def __init__(self, entries: Iterable[Fields] = (), taken: Iterable[int] = ()) -> None:
        named = (entry.count("id") for entry in entries)
        self._next = max((*taken, *(number or 0 for number in named)), default=0) + 1
        self._taken = set(taken)

    def of(self, entry: Fields | None, key: str = "id") -> int:
        """The id that an entry names, or the next free one; naming one twice is an error."""
        named = entry.count(key) if entry else None
        number = named or self._next
        if entry and number in self._taken:
            raise entry.wrong(key, f"{number} is already taken")
        self._taken.add(number)
        self._next = max(self._next, number + 1)
        return number


def add_user(world: World, entry: Fields, ids: Ids, namespace_ids: Ids) -> User:
    username = entry.required("username")
    if world.find_user(username) or world.find_group(username):
        raise entry.wrong("username", f"{username!r} is already taken")
    user = User(username, ids.of(entry), namespace_ids.of(entry, "namespace_id"), username)
    world.add_user(user)
    finish(world, user, entry)
    return user


def add_group(world: World, entry: Fields, ids: Ids) -> Group:
    """A group with its path and id; groups that lack above it are made."""
    path = entry.required("path")
    if world.find_group(path):
        raise entry.wrong("path", f"{path!r} is listed twice")
    visibility = _visibility(entry)
    parent_path, _unused, _unused = path.rpartition("/")
    parent = _ensured_group(world, parent_path, visibility, ids) if parent_path else None
    return _made_group(world, path, parent, visibility, ids.of(entry))


def add_project(world: World, entry: Fields, ids: Ids, namespace_ids: Ids) -> Project:
    """A project with its path and id."""
    full_path = entry.required("path")
    if world.find_project(full_path) or world.find_group(full_path):
        raise entry.wrong("path", f"{full_path!r} is already taken")
    namespace_path, _unused, path = full_path.rpartition("/")
    if not namespace_path:
        raise entry.wrong("path", f"{full_path!r} lies in no group and no personal namespace")
    visibility = _visibility(entry)
    namespace = world.find_user(namespace_path) or _ensured_group(world, namespace_path, visibility, namespace_ids)
    number = ids.of(entry)
    project = Project(number, path, path, namespace, visibility, birthday(number))
    world.add_project(project)
    return project


def _visibility(entry: Fields) -> str:
    return str(entry.choice("visibility", VISIBILITIES)) if "visibility" in entry else VISIBILITIES[0]


def _ensured_group(world: World, path: str, visibility: str, ids: Ids) -> Group:
    """The group with this path; one that is not listed is made, as visible as what it holds."""
    group = world.find_group(path)
    if group is None:
        parent_path, _unused, _unused = path.rpartition("/")
        parent = _ensured_group(world, parent_path, visibility, ids) if parent_path else None
        return _made_group(world, path, parent, visibility, ids.of(None))
    return group


def _made_group(world: World, path: str, parent: Group | None, visibility: str, number: int) -> Group:
    name = path.rpartition("/")[2]
    group = Group(number, name, path, name, parent, visibility, birthday(number))
    world.add_group(group)
    return group


def finish(world: World, record: User | Group | Project, entry: Fields) -> None:
    """Takes over all that an entry says; other keys are an error."""
    update(record, entry)
    world.touch(record)
    entry.done()


def put_token(world: World, entry: Fields) -> None:
    """Adds the token that an entry describes, or changes the one that has this text."""
    old = world.tokens.get(entry.required("token"))
    values = read_values(Token, entry)
    if old is not None:
        world.add_token(replace(old, **values))
        entry.done()
        return
    name = f"{values.get('kind', 'personal')} token"
    world.add_token(made(Token, entry, id=len(world.tokens) + 1, name=name))
