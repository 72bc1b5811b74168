# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a simulated GitLab consists of: users, tokens, groups, projects and their links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Union

from .rules import Rules, parse_version

# A link may be hidden from lists (True) or from every shared_with_groups ("everywhere").
Hidden = Union[bool, str]

BIRTH = datetime(2020, 1, 1, tzinfo=timezone.utc)


def timestamp(moment: datetime) -> str:
    """A moment as GitLab writes it: 2026-01-31T12:34:56.789Z."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def birthday(number: int) -> str:
    """A creation time that grows with the id, as it does in a real GitLab."""
    return timestamp(BIRTH + timedelta(minutes=number))


@dataclass(frozen=True)
class Settings:
    """The instance itself."""

    version: str = "18.5.1-ee"
    enterprise: bool = True
    external_url: str | None = None
    relative_url: str = ""
    admin_mode: bool = False
    maintenance: int | None = None
    security_manager: bool = False
    locale_texts: dict[str, str] = field(default_factory=dict)
    count_limit: int | None = None
    offset_limit: int | None = None
    today: str | None = None

    @cached_property
    def rules(self) -> Rules:
        return Rules(parse_version(self.version), self.enterprise, self.security_manager)


@dataclass(eq=False)
class User:
    """Somebody with an account; namespace_id is that of the personal namespace."""

    id: int
    username: str
    name: str
    namespace_id: int
    admin: bool = False
    bot: bool = False
    state: str = "active"


@dataclass(eq=False)
class Token:
    """An access token; granular_denied are the permissions a fine-grained one lacks."""

    id: int
    token: str
    user: User
    name: str
    scopes: tuple[str, ...]
    kind: str = "personal"
    expires_at: str | None = None
    revoked: bool = False
    granular_denied: tuple[str, ...] = ()

    def expired(self, today: str) -> bool:
        """A token's last day is the one before it expires."""
        return self.expires_at is not None and self.expires_at <= today


@dataclass(frozen=True)
class Link:
    """An invitation of a group to a project or to another group."""

    id: int
    group_id: int
    access_level: int
    expires_at: str | None
    created_at: str
    hidden: Hidden = False


@dataclass(eq=False)
class Group:
    """A group; links are the groups invited to it, members are user ids with their level."""

    id: int
    path: str
    full_path: str
    name: str
    parent: Group | None
    visibility: str
    created_at: str
    members: dict[int, int] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    project_ids: set[int] = field(default_factory=set)
    share_with_group_lock: bool = False
    prevent_sharing_groups_outside_hierarchy: bool = False
    enforced_sso: bool = False
    marked_for_deletion_on: str | None = None
    archived: bool = False

    @property
    def lineage(self) -> list[Group]:
        """The group itself, its parent, and so on up to the root."""
        return [self] if self.parent is None else [self, *self.parent.lineage]

    @property
    def root(self) -> Group:
        return self if self.parent is None else self.parent.root

    @property
    def full_name(self) -> str:
        return self.name if self.parent is None else f"{self.parent.full_name} / {self.name}"

    def holds(self, other: Group) -> bool:
        """Whether the other group is this one or lies below it."""
        return self in other.lineage


@dataclass(eq=False)
class Project:
    """A project, in a group or in a user's personal namespace."""

    id: int
    path: str
    name: str
    namespace: Group | User
    visibility: str
    created_at: str
    description: str | None = None
    archived: bool = False
    marked_for_deletion_on: str | None = None
    pending_delete: bool = False
    hidden: bool = False
    topics: tuple[str, ...] = ()
    members: dict[int, int] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    moved_from: tuple[str, ...] = ()

    @property
    def group(self) -> Group | None:
        return self.namespace if isinstance(self.namespace, Group) else None

    @property
    def owner(self) -> User | None:
        """The user whose personal namespace the project lies in."""
        return self.namespace if isinstance(self.namespace, User) else None

    @property
    def namespace_path(self) -> str:
        return self.namespace.full_path if isinstance(self.namespace, Group) else self.namespace.username

    @property
    def full_path(self) -> str:
        return f"{self.namespace_path}/{self.path}"

    @property
    def lineage(self) -> list[Group]:
        """The project's groups from the immediate one up to the root; empty in a personal namespace."""
        return self.namespace.lineage if isinstance(self.namespace, Group) else []
