# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of a world's JSON: users, groups and projects, made or changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .levels import level_number
from .reading import Fields
from .records import Group, Project, User, birthday

if TYPE_CHECKING:
    from .world import World

# From the least to the most visible.
VISIBILITIES = ("private", "internal", "public")
USER_STATES = ("active", "blocked", "deactivated", "terms", "password_expired", "two_factor")


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


def add_user(world: World, fields: Fields, ids: Ids, namespace_ids: Ids) -> User:
    username = fields.required("username")
    if world.find_user(username) or world.find_group(username):
        raise fields.wrong("username", f"{username!r} is already taken")
    user = User(ids.of(fields), username, username, namespace_ids.of(fields, "namespace_id"))
    world.add_user(user)
    update_user(world, user, fields)
    fields.done()
    return user


def update_user(world: World, user: User, fields: Fields) -> None:
    user.name = fields.text("name", user.name)
    user.admin = fields.flag("admin", user.admin)
    user.bot = fields.flag("bot", user.bot)
    user.state = fields.choice("state", USER_STATES, user.state)
    world.touch(user)


def add_group(world: World, fields: Fields, ids: Ids) -> Group:
    """A group as its JSON entry names it, with no members yet; parents that lack are made."""
    path = fields.required("path")
    if world.find_group(path):
        raise fields.wrong("path", f"{path!r} is listed twice")
    visibility = fields.choice("visibility", VISIBILITIES, "private")
    parent_path, _unused, _unused = path.rpartition("/")
    parent = _ensured_group(world, parent_path, visibility, ids) if parent_path else None
    return _made_group(world, path, parent, visibility, ids.of(fields))


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


def update_group(world: World, group: Group, fields: Fields) -> None:
    """Takes over what a JSON entry says of a group; what it leaves out stays as it is."""
    group.name = fields.text("name", group.name)
    group.visibility = fields.choice("visibility", VISIBILITIES, group.visibility)
    group.members = read_members(world, fields, group.members)
    group.share_with_group_lock = fields.flag("share_with_group_lock", group.share_with_group_lock)
    group.prevent_sharing_groups_outside_hierarchy = fields.flag(
        "prevent_sharing_groups_outside_hierarchy", group.prevent_sharing_groups_outside_hierarchy
    )
    group.enforced_sso = fields.flag("enforced_sso", group.enforced_sso)
    group.marked_for_deletion_on = fields.date("marked_for_deletion_on", group.marked_for_deletion_on)
    group.archived = fields.flag("archived", group.archived)
    group.created_at = fields.text("created_at", group.created_at)
    world.touch(group)


def add_project(world: World, fields: Fields, ids: Ids, namespace_ids: Ids) -> Project:
    """A project as its JSON entry names it, with no members and links yet."""
    full_path = fields.required("path")
    if world.find_project(full_path) or world.find_group(full_path):
        raise fields.wrong("path", f"{full_path!r} is already taken")
    namespace_path, _unused, path = full_path.rpartition("/")
    if not namespace_path:
        raise fields.wrong("path", f"{full_path!r} lies in no group and no personal namespace")
    visibility = fields.choice("visibility", VISIBILITIES, "private")
    namespace = world.find_user(namespace_path) or _ensured_group(world, namespace_path, visibility, namespace_ids)
    number = ids.of(fields)
    project = Project(number, path, path, namespace, visibility, birthday(number))
    world.add_project(project)
    return project


def update_project(world: World, project: Project, fields: Fields) -> None:
    """Takes over what a JSON entry says of a project; what it leaves out stays as it is."""
    project.name = fields.text("name", project.name)
    project.description = fields.optional("description", str, project.description)
    project.visibility = fields.choice("visibility", VISIBILITIES, project.visibility)
    project.archived = fields.flag("archived", project.archived)
    project.marked_for_deletion_on = fields.date("marked_for_deletion_on", project.marked_for_deletion_on)
    project.pending_delete = fields.flag("pending_delete", project.pending_delete)
    project.hidden = fields.flag("hidden", project.hidden)
    project.topics = fields.texts("topics", project.topics)
    project.members = read_members(world, fields, project.members)
    project.created_at = fields.optional("created_at", str, project.created_at) or project.created_at
    world.redirect(project, fields.texts("moved_from", project.moved_from))
    world.touch(project)


def read_members(world: World, fields: Fields, now: dict[int, int]) -> dict[int, int]:
    """Levels by user id from {"ada": "owner", "bob": 20}."""
    if "members" not in fields:
        return now
    members = {}
    for username, level in fields.mapping("members", {}).items():
        user = world.find_user(username)
        if user is None:
            raise fields.wrong("members", f"{username!r} is not among the users")
        try:
            members[user.id] = level_number(level)
        except ValueError as error:
            raise fields.wrong("members", f"{username}: {error}") from None
    return members


def read_links(world: World, target: Project | Group, fields: Fields, key: str = "shared_with") -> None:
    """Invites every group that the entries of a list name."""
    for entry in fields.items(key, "group"):
        entry.where = f"{fields.where}: {entry.where}"
        _read_link(world, target, entry)


def named_group(world: World, fields: Fields) -> Group:
    group = world.find_group(fields.required("group"))
    if group is None:
        raise fields.wrong("group", f"{fields.text('group', '')!r} is not among the groups")
    return group


def _read_link(world: World, target: Project | Group, fields: Fields) -> None:
    hidden = fields.value("hidden", False)
    if hidden not in (False, True, "everywhere"):
        raise fields.wrong("hidden", f'{hidden!r} is none of false, true and "everywhere"')
    world.share(
        target,
        named_group(world, fields),
        fields.level("access_level"),
        expires_at=fields.date("expires_at", None),
        created_at=fields.optional("created_at", str, None),
        hidden=hidden,
        link_id=fields.count("id"),
    )
    fields.done()
