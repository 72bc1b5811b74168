# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Building a world from its JSON form, and writing it as that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .entries import Ids, add_group, add_project, add_user, finish, put_token
from .faults import Fault
from .keys import changed, made, written
from .limits import Limit
from .reading import Fields
from .records import Group, MemberRole, Project

if TYPE_CHECKING:
    from .world import World


def fill_world(world: World, entry: Fields) -> None:
    """Reads everything; what names something else is read when all it may name exists."""
    world.settings = changed(world.settings, entry.inner("gitlab"))
    users = list(entry.items("users", "username"))
    groups = sorted(entry.items("groups", "path"), key=_depth)
    projects = list(entry.items("projects", "path"))
    user_ids, namespace_ids, project_ids = Ids(users), Ids(groups), Ids(projects)
    made_records: list[tuple[Group | Project, Fields]] = [
        (add_group(world, item, namespace_ids), item) for item in groups
    ]
    # Personal namespaces come after the listed groups, so that those keep the low numbers.
    for item in users:
        add_user(world, item, user_ids, namespace_ids)
    world.member_roles = {
        role.id: role for role in (made(MemberRole, item) for item in entry.items("member_roles", "name"))
    }
    made_records += [(add_project(world, item, project_ids, namespace_ids), item) for item in projects]
    for record, item in made_records:
        finish(world, record, item)
    for item in entry.items("tokens", "user"):
        put_token(world, item)
    world.limits = [made(Limit, item) for item in entry.items("limits", "name")]
    world.faults = [made(Fault, item) for item in entry.items("faults", "do")]
    world.latency = changed(world.latency, entry.inner("latency"))
    entry.done()


def _depth(entry: Fields) -> int:
    return entry.required("path").count("/")


def dump_world(world: World) -> dict[str, Any]:
    """The dict from which World.from_dict makes the same world."""
    return {
        "gitlab": written(world.settings, world),
        "users": [written(user, world) for user in world.users.values()],
        "tokens": [written(token, world) for token in world.tokens.values()],
        "groups": [written(group, world, sparse=True) for group in world.groups.values()],
        "projects": [written(world.projects[number], world, sparse=True) for number in world.project_ids],
        "member_roles": [written(role, world) for role in world.member_roles.values()],
        "limits": [written(limit, world) for limit in world.limits],
        "faults": [written(fault, world) for fault in world.faults],
        "latency": written(world.latency, world),
    }
