# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing a world in mid-run, by JSON: what somebody else does meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .entries import Ids, add_group, add_project, add_user, finish, put_token
from .keys import changed, made
from .links import put_links, read_links
from .reading import Fields
from .records import Group, MemberRole, Project
from .references import named_group

if TYPE_CHECKING:
    from .world import World

Links = list[dict[str, Any]]


def apply_change(world: World, change: Fields) -> None:
    """Entries that exist are changed in the keys they name, others are added.

    Groups and projects have more keys here: delete, share (a list as shared_with) and unshare (group
    paths); projects also move_to (a full path). nightly_job, a date, runs the job of that night.
    """
    if "gitlab" in change:
        world.settings = changed(world.settings, change.inner("gitlab"))
    for entry in change.items("users", "username"):
        _change_user(world, entry)
    for entry in change.items("groups", "path"):
        _change_group(world, entry)
    for entry in change.items("projects", "path"):
        _change_project(world, entry)
    for entry in change.items("member_roles", "name"):
        role = made(MemberRole, entry)
        world.member_roles[role.id] = role
    for entry in change.items("tokens", "user"):
        put_token(world, entry)
    day = change.date("nightly_job") if "nightly_job" in change else None
    if day is not None:
        world.run_nightly_job(day)
    change.done()


def _change_user(world: World, entry: Fields) -> None:
    user = world.find_user(entry.required("username"))
    if user is None:
        add_user(world, entry, Ids(taken=world.users), Ids(taken=world.namespace_ids()))
    else:
        _check_ids(user, entry)
        finish(world, user, entry)


def _change_group(world: World, entry: Fields) -> None:
    group = world.find_group(entry.required("path"))
    if group is None:
        group = add_group(world, entry, Ids(taken=world.namespace_ids()))
    _check_ids(group, entry)
    if _flag(entry, "delete"):
        world.remove_group(group)
        return
    shared, unshared = _links(entry)
    finish(world, group, entry)
    _change_links(world, group, shared, unshared)


def _change_project(world: World, entry: Fields) -> None:
    project = world.find_project(entry.required("path"))
    if project is None:
        namespace_ids = Ids(taken=world.namespace_ids())
        project = add_project(world, entry, Ids(taken=world.projects), namespace_ids)
    _check_ids(project, entry)
    if _flag(entry, "delete"):
        world.remove_project(project)
        return
    shared, unshared = _links(entry)
    destination = entry.take("move_to", str) if "move_to" in entry else ""
    finish(world, project, entry)
    _change_links(world, project, shared, unshared)
    if destination:
        _move(world, project, destination, entry)


def _check_ids(record: object, entry: Fields) -> None:
    """An id may be named, but not changed."""
    for key in ("id", "namespace_id"):
        if key in entry and entry.count(key) != getattr(record, key, None):
            raise entry.wrong(key, f"{entry.value(key)!r} is not its id, and ids cannot be changed")


def _flag(entry: Fields, key: str) -> bool:
    return key in entry and entry.take(key, bool)


def _move(world: World, project: Project, destination: str, entry: Fields) -> None:
    namespace_path, _unused, path = destination.rpartition("/")
    namespace = world.find_group(namespace_path) or world.find_user(namespace_path)
    if namespace is None:
        raise entry.wrong("move_to", f"{namespace_path!r} is no group and no user")
    world.move_project(project, namespace, path)


def _links(entry: Fields) -> tuple[Links, list[Group]]:
    """The links to be made, and the groups that are invited no longer."""
    unshared = entry.texts("unshare") if "unshare" in entry else ()
    return read_links(entry, "share"), [named_group(entry, "unshare", path) for path in unshared]


def _change_links(world: World, target: Project | Group, shared: Links, unshared: list[Group]) -> None:
    put_links(world, target, shared)
    for group in unshared:
        if group.id in target.links:
            world.unshare(target, group)
