# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that name other things in a world: users, groups, members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .keys import Kind
from .levels import NAMES, level_number
from .reading import Fields

if TYPE_CHECKING:
    from .records import Group, User
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


USER = Kind(
    "username", lambda entry, key: named_user(entry, key, entry.take(key, str)), lambda user, _world: user.username
)
GROUP_ID = Kind(
    "path of a group",
    lambda entry, key: named_group(entry, key, entry.required(key)).id,
    lambda number, world: world.groups[number].full_path,
)
MEMBERS = Kind("object: levels by username", _read_members, _write_members)
