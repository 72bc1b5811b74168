# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing a world in mid-run, by JSON: what somebody else does meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entries import (
    Ids,
    add_group,
    add_project,
    add_user,
    named_group,
    read_links,
    update_group,
    update_project,
    update_user,
)
from .loading import put_token, read_settings
from .reading import Fields
from .records import Group, Project

if TYPE_CHECKING:
    from .world import World


def apply_change(world: World, fields: Fields) -> None:
    """Entries that exist are changed in the keys they name, others are added.

    Groups and projects have more keys here: delete, share (a list as shared_with) and unshare (group
    paths); projects also move_to (a full path). shared_with replaces all links there are.
    """
    if "gitlab" in fields:
        settings = Fields(fields.mapping("gitlab", {}), "gitlab")
        world.settings = read_settings(settings, world.settings)
    for entry in fields.items("users", "username"):
        _change_user(world, entry)
    for entry in fields.items("groups", "path"):
        _change_group(world, entry)
    for entry in fields.items("projects", "path"):
        _change_project(world, entry)
    for entry in fields.items("tokens", "user"):
        put_token(world, entry)
    fields.done()


def _change_user(world: World, fields: Fields) -> None:
    user = world.find_user(fields.required("username"))
    if user is None:
        add_user(world, fields, Ids(taken=world.users), Ids(taken=world.namespace_ids()))
    else:
        update_user(world, user, fields)
        fields.done()


def _change_group(world: World, fields: Fields) -> None:
    group = world.find_group(fields.required("path"))
    if group is None:
        group = add_group(world, fields, Ids(taken=world.namespace_ids()))
    if fields.flag("delete", False):
        world.remove_group(group)
        return
    update_group(world, group, fields)
    _change_links(world, group, fields)
    fields.done()


def _change_project(world: World, fields: Fields) -> None:
    project = world.find_project(fields.required("path"))
    if project is None:
        namespace_ids = Ids(taken=world.namespace_ids())
        project = add_project(world, fields, Ids(taken=world.projects), namespace_ids)
    if fields.flag("delete", False):
        world.remove_project(project)
        return
    update_project(world, project, fields)
    _change_links(world, project, fields)
    destination = fields.text("move_to", "")
    if destination:
        _move(world, project, destination, fields)
    fields.done()


def _move(world: World, project: Project, destination: str, fields: Fields) -> None:
    namespace_path, _unused, path = destination.rpartition("/")
    namespace = world.find_group(namespace_path) or world.find_user(namespace_path)
    if namespace is None:
        raise fields.wrong("move_to", f"{namespace_path!r} is no group and no user")
    world.move_project(project, namespace, path)


def _change_links(world: World, target: Project | Group, fields: Fields) -> None:
    if "shared_with" in fields:
        for group_id in list(target.links):
            world.unshare(target, world.groups[group_id])
    read_links(world, target, fields)
    read_links(world, target, fields, "share")
    for path in fields.texts("unshare"):
        group = named_group(world, Fields({"group": path}, f"{fields.where}: unshare"))
        if group.id in target.links:
            world.unshare(target, group)
