# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that name other things in a world: users, groups, members."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .keys import Kind, Reader
from .levels import NAMES, level_number
from .reading import Fields

if TYPE_CHECKING:
    from .records import Group, Project, User
    from .world import World


def named_user(entry: Fields, key: str, username: str) -> User:
    user = entry.world.find_user(username)
    if user is None:
        raise entry.wrong(key, f"{username!r} is not among the users")
    return user


def named_group(entry: Fields, key: str, path: str) -> Group:
    group = entry.world.find_group(path)
    if group is None:
        raise entry.wrong(key, f"{path!r} is not among the groups")
    return group


def named_project(entry: Fields, key: str, path: str) -> Project:
    project = entry.world.find_project(path)
    if project is None:
        raise entry.wrong(key, f"{path!r} is not among the projects")
    return project


def _optional(named: Callable[[Fields, str, str], Any]) -> Reader:
    """Reads the id of what a text names, or null."""

    def read(entry: Fields, key: str) -> int | None:
        text = entry.optional(key, str)
        return None if text is None else named(entry, key, text).id

    return read


def _read_members(entry: Fields, key: str) -> dict[int, int]:
    """Levels by user id from {"ada": "owner", "bob": 20}."""
    members = {}
    for username, level in entry.take(key, dict).items():
        user = named_user(entry, key, username)
        try:
            members[user.id] = level_number(level)
        except ValueError as error:
            raise entry.wrong(key, f"{username}: {error}") from None
    return members


def _write_members(members: dict[int, int], world: World) -> dict[str, str]:
    return {world.users[number].username: NAMES[level] for number, level in members.items()}


def _write_usernames(numbers: frozenset[int], world: World) -> list[str]:
    return [world.users[number].username for number in sorted(numbers)]


USER = Kind(
    "username",
    lambda entry, key: named_user(entry, key, entry.take(key, str)),
    lambda user, _world: user.username,
)
OPTIONAL_USER_ID = Kind(
    "username or null",
    _optional(named_user),
    lambda number, world: None if number is None else world.users[number].username,
)
USER_IDS = Kind(
    "list of usernames",
    lambda entry, key: frozenset(named_user(entry, key, name).id for name in entry.texts(key)),
    _write_usernames,
)
GROUP_ID = Kind(
    "path of a group",
    lambda entry, key: named_group(entry, key, entry.required(key)).id,
    lambda number, world: world.groups[number].full_path,
)
OPTIONAL_GROUP_ID = Kind(
    "path of a group or null",
    _optional(named_group),
    lambda number, world: None if number is None else world.groups[number].full_path,
)
OPTIONAL_PROJECT_ID = Kind(
    "path of a project or null",
    _optional(named_project),
    lambda number, world: None if number is None else world.projects[number].full_path,
)
MEMBERS = Kind("object: levels by username", _read_members, _write_members)
