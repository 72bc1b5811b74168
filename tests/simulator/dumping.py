# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing a world as the JSON that describes it; what has its usual value is left out."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from .levels import NAMES
from .records import Group, Link, Project, Settings, Token, User

if TYPE_CHECKING:
    from .world import World

GROUP_FLAGS = (
    "share_with_group_lock",
    "prevent_sharing_groups_outside_hierarchy",
    "enforced_sso",
    "marked_for_deletion_on",
    "archived",
)
PROJECT_FLAGS = ("description", "archived", "marked_for_deletion_on", "pending_delete", "hidden")


def dump_world(world: World) -> dict[str, Any]:
    """The dict from which World.from_dict makes the same world."""
    return {
        "gitlab": {entry.name: getattr(world.settings, entry.name) for entry in fields(Settings)},
        "users": [_user(user) for user in world.users.values()],
        "tokens": [_token(token) for token in world.tokens.values()],
        "groups": [_group(world, group) for group in world.groups.values()],
        "projects": [_project(world, world.projects[number]) for number in world.project_ids],
        "limits": [asdict(limit) for limit in world.limits],
        "faults": [fault.to_dict() for fault in world.faults],
        "latency": asdict(world.latency),
    }


def _user(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "id": user.id,
        "namespace_id": user.namespace_id,
        "name": user.name,
        "admin": user.admin,
        "bot": user.bot,
        "state": user.state,
    }


def _token(token: Token) -> dict[str, Any]:
    return {
        "token": token.token,
        "id": token.id,
        "user": token.user.username,
        "name": token.name,
        "scopes": list(token.scopes),
        "kind": token.kind,
        "expires_at": token.expires_at,
        "revoked": token.revoked,
        "granular_denied": list(token.granular_denied),
    }


def _group(world: World, group: Group) -> dict[str, Any]:
    return {
        "path": group.full_path,
        **_common(world, group),
        **{key: getattr(group, key) for key in GROUP_FLAGS if getattr(group, key)},
    }


def _project(world: World, project: Project) -> dict[str, Any]:
    entry = {
        "path": project.full_path,
        **_common(world, project),
        **{key: getattr(project, key) for key in PROJECT_FLAGS if getattr(project, key)},
    }
    if project.topics:
        entry["topics"] = list(project.topics)
    if project.moved_from:
        entry["moved_from"] = list(project.moved_from)
    return entry


def _common(world: World, record: Group | Project) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "visibility": record.visibility,
        "created_at": record.created_at,
        "members": {world.users[number].username: NAMES[level] for number, level in record.members.items()},
        "shared_with": [_link(world, link) for link in record.links.values()],
    }


def _link(world: World, link: Link) -> dict[str, Any]:
    return {
        "group": world.groups[link.group_id].full_path,
        "id": link.id,
        "access_level": NAMES[link.access_level],
        "expires_at": link.expires_at,
        "created_at": link.created_at,
        "hidden": link.hidden,
    }
