# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a simulated GitLab consists of: users, tokens, groups, projects and their links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Union

from .keys import (
    COUNT,
    DATE,
    FLAG,
    LEVEL,
    NAME,
    OPTIONAL_TEXT,
    TEXT,
    TEXTS,
    Kind,
    choice,
    key,
    read_values,
    written,
)
from .reading import Fields
from .references import GROUP_ID, MEMBERS, USER

if TYPE_CHECKING:
    from .world import World

# A link may be hidden from lists (True) or from every shared_with_groups ("everywhere").
Hidden = Union[bool, str]

BIRTH = datetime(2020, 1, 1, tzinfo=timezone.utc)
USER_STATES = ("active", "blocked", "deactivated", "terms", "password_expired", "two_factor")
TOKEN_KINDS = ("personal", "group", "project", "oauth", "deploy")
# From the least to the most visible.
VISIBILITIES = ("private", "internal", "public")
VISIBILITY = choice(*VISIBILITIES)
NEXT_ID = "the next free one"


def timestamp(moment: datetime) -> str:
    """A moment as GitLab writes it: 2026-01-31T12:34:56.789Z."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def birthday(number: int) -> str:
    """A creation time that grows with the id, as it does in a real GitLab."""
    return timestamp(BIRTH + timedelta(minutes=number))


@dataclass(eq=False)
class User:
    """Somebody with an account; namespace_id is that of the personal namespace."""

    username: str = field(metadata=key(NAME, "", fixed=True))
    id: int = field(metadata=key(COUNT, "", usual=NEXT_ID, fixed=True))
    namespace_id: int = field(
        metadata=key(COUNT, "of the personal namespace; groups count with it", usual=NEXT_ID, fixed=True)
    )
    name: str = field(metadata=key(TEXT, "", usual="the username"))
    admin: bool = field(default=False, metadata=key(FLAG, "administrator"))
    bot: bool = field(default=False, metadata=key(FLAG, "the user of a group or project token"))
    state: str = field(default="active", metadata=key(choice(*USER_STATES), "all but `active` are refused"))


@dataclass(eq=False)
class Token:
    """An access token; granular_denied are the permissions a fine-grained one lacks."""

    token: str = field(metadata=key(NAME, "what clients send", fixed=True))
    user: User = field(metadata=key(USER, "whose it is"))
    id: int = field(metadata=key(COUNT, "", usual=NEXT_ID))
    name: str = field(metadata=key(TEXT, "", usual="`<kind> token`"))
    scopes: tuple[str, ...] = field(default=("api",), metadata=key(TEXTS, ""))
    kind: str = field(default="personal", metadata=key(choice(*TOKEN_KINDS), ""))
    expires_at: str | None = field(default=None, metadata=key(DATE, "the first day on which it no longer counts"))
    revoked: bool = field(default=False, metadata=key(FLAG, ""))
    granular_denied: tuple[str, ...] = field(
        default=(),
        metadata=key(TEXTS, "permissions that a fine-grained token lacks: `share_project`, `unshare_project`"),
    )

    def expired(self, today: str) -> bool:
        """A token's last day is the one before it expires."""
        return self.expires_at is not None and self.expires_at <= today


@dataclass(frozen=True)
class Link:
    """An invitation of a group to a project or to another group."""

    id: int = field(metadata=key(COUNT, "", usual=NEXT_ID))
    group_id: int = field(metadata=key(GROUP_ID, "the invited group", name="group"))
    access_level: int = field(metadata=key(LEVEL, ""))
    expires_at: str | None = field(default=None, metadata=key(DATE, "the first day without access"))
    created_at: str = field(default="", metadata=key(OPTIONAL_TEXT, "", usual="grows with the id"))
    hidden: Hidden = field(
        default=False,
        metadata=key(
            choice(False, True, "everywhere"),
            "leaves the link out of lists: `true` for all but administrators in `GET /projects`, "
            '`GET /users/:id/projects` and `GET /groups/:id/projects`, `"everywhere"` in every `shared_with_groups`',
        ),
    )


def put_birth(_world: World, record: Any, attribute: str, value: str | None) -> None:
    """Null leaves a record its birthday."""
    setattr(record, attribute, value or record.created_at)


def read_links(entry: Fields, name: str) -> list[dict[str, Any]]:
    """The values of each link in a list."""
    links = []
    for item in entry.below(name, "group"):
        links.append(read_values(Link, item))
        for required in ("group", "access_level"):
            if required not in item:
                raise item.missing(required)
        item.done()
    return links


def put_links(world: World, target: Any, links: Iterable[dict[str, Any]]) -> None:
    """Invites groups to a project or to a group."""
    for link in links:
        values = {name: value for name, value in link.items() if name not in ("id", "group_id")}
        world.share(target, world.groups[link["group_id"]], link_id=link.get("id"), **values)


def _replace_links(world: World, target: Any, _attribute: str, links: Iterable[dict[str, Any]]) -> None:
    for group_id in list(target.links):
        world.unshare(target, world.groups[group_id])
    put_links(world, target, links)


LINKS = Kind("list of links", read_links, lambda links, world: [written(link, world) for link in links.values()])


@dataclass(eq=False)
class Group:
    """A group; links are the groups invited to it, members are user ids with their level."""

    id: int = field(metadata=key(COUNT, "", usual=NEXT_ID, fixed=True))
    path: str
    full_path: str = field(metadata=key(NAME, "the full path", name="path", fixed=True))
    name: str = field(metadata=key(TEXT, "", usual="the last part of the path"))
    parent: Group | None
    visibility: str = field(metadata=key(VISIBILITY, "", usual="`private`"))
    created_at: str = field(metadata=key(OPTIONAL_TEXT, "", usual="grows with the id", put=put_birth))
    members: dict[int, int] = field(default_factory=dict, metadata=key(MEMBERS, "direct members"))
    links: dict[int, Link] = field(
        default_factory=dict, metadata=key(LINKS, "groups invited to it", name="shared_with", put=_replace_links)
    )
    project_ids: set[int] = field(default_factory=set)
    share_with_group_lock: bool = field(
        default=False, metadata=key(FLAG, "projects directly in it cannot be shared, and shares there give no access")
    )
    prevent_sharing_groups_outside_hierarchy: bool = field(
        default=False, metadata=key(FLAG, "on a root group: only groups below it can be invited")
    )
    enforced_sso: bool = field(default=False, metadata=key(FLAG, "on a root group, in Enterprise"))
    marked_for_deletion_on: str | None = field(default=None, metadata=key(DATE, "scheduled for deletion"))
    archived: bool = field(default=False, metadata=key(FLAG, "itself; what is in it counts as archived from 18.0"))

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


def _redirect(world: World, project: Project, _attribute: str, paths: tuple[str, ...]) -> None:
    world.redirect(project, paths)


@dataclass(eq=False)
class Project:
    """A project, in a group or in a user's personal namespace."""

    id: int = field(metadata=key(COUNT, "", usual=NEXT_ID, fixed=True))
    path: str = field(metadata=key(NAME, "the full path", attribute="full_path", fixed=True))
    name: str = field(metadata=key(TEXT, "", usual="the last part of the path"))
    namespace: Group | User
    visibility: str = field(metadata=key(VISIBILITY, "", usual="`private`"))
    created_at: str = field(metadata=key(OPTIONAL_TEXT, "", usual="grows with the id", put=put_birth))
    description: str | None = field(default=None, metadata=key(OPTIONAL_TEXT, ""))
    archived: bool = field(default=False, metadata=key(FLAG, ""))
    marked_for_deletion_on: str | None = field(default=None, metadata=key(DATE, "scheduled for deletion"))
    pending_delete: bool = field(default=False, metadata=key(FLAG, "its deletion is running: nobody finds it"))
    hidden: bool = field(default=False, metadata=key(FLAG, "hidden by administrators: nobody finds it"))
    topics: tuple[str, ...] = field(default=(), metadata=key(TEXTS, ""))
    members: dict[int, int] = field(default_factory=dict, metadata=key(MEMBERS, "direct members"))
    links: dict[int, Link] = field(
        default_factory=dict, metadata=key(LINKS, "groups invited to it", name="shared_with", put=_replace_links)
    )
    moved_from: tuple[str, ...] = field(
        default=(), metadata=key(TEXTS, "former full paths, which lead to it", put=_redirect)
    )

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
