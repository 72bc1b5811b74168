# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a simulated GitLab consists of: users, tokens, groups, projects and their links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from ipaddress import ip_network
from typing import Any

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
)
from .links import LINKS, NEXT_ID, Link, replace_links
from .protection import BRANCHES, ENVIRONMENTS, TAGS, ProtectedBranch, ProtectedEnvironment, ProtectedTag
from .reading import Fields
from .references import MEMBERS, OPTIONAL_GROUP_ID, OPTIONAL_PROJECT_ID, USER, USER_IDS

BIRTH = datetime(2020, 1, 1, tzinfo=timezone.utc)
USER_STATES = (
    *("active", "blocked", "ldap_blocked", "banned", "blocked_pending_approval", "deactivated"),
    *("terms", "password_expired", "two_factor"),
)
TOKEN_KINDS = ("personal", "group", "project", "oauth", "deploy")
# From the least to the most visible.
VISIBILITIES = ("private", "internal", "public")
VISIBILITY = choice(*VISIBILITIES)


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
    preferred_language: str = field(
        default="en", metadata=key(TEXT, "of texts that GitLab translates, such as `de` or `pt_BR`")
    )
    dpop: bool = field(default=False, metadata=key(FLAG, "asks for DPoP: every request without its header is refused"))
    too_many_ips: bool = field(
        default=False, metadata=key(FLAG, "came from too many addresses: every request is refused as 403")
    )
    bot: bool = field(default=False, metadata=key(FLAG, "the user of a group or project token"))
    state: str = field(
        default="active",
        metadata=key(choice(*USER_STATES), "all but `active` and `two_factor` are refused, bots not for `terms`"),
    )


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
        metadata=key(TEXTS, "permissions that a fine-grained token lacks, such as `share_project`"),
    )

    def expired(self, today: str) -> bool:
        """A token's last day is the one before it expires."""
        return self.expires_at is not None and self.expires_at <= today


@dataclass(frozen=True)
class MemberRole:
    """A custom role, of the instance or of a root group."""

    id: int = field(metadata=key(COUNT, ""))
    name: str = field(metadata=key(NAME, ""))
    base_access_level: int = field(metadata=key(LEVEL, "the level that a share with this role has to have"))
    group: int | None = field(
        default=None, metadata=key(OPTIONAL_GROUP_ID, "the root group that it is for; null: the instance")
    )


def put_birth(_entry: Fields, record: Any, attribute: str, value: str | None) -> None:
    """Null leaves a record its birthday."""
    setattr(record, attribute, value or record.created_at)


def _put_on_root(entry: Fields, group: Group, attribute: str, value: Any) -> None:
    if value and group.parent is not None:
        raise entry.wrong(attribute, "only groups on the top level have this")
    setattr(group, attribute, value)


def _read_networks(entry: Fields, name: str) -> tuple[str, ...]:
    networks = entry.texts(name)
    try:
        for network in networks:
            ip_network(network)
    except ValueError as error:
        raise entry.wrong(name, str(error)) from None
    return networks


NETWORKS = Kind("list of networks", _read_networks, lambda value, _world: list(value))


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
        default_factory=dict, metadata=key(LINKS, "groups invited to it", name="shared_with", put=replace_links)
    )
    project_ids: set[int] = field(default_factory=set)
    share_with_group_lock: bool = field(
        default=False, metadata=key(FLAG, "projects directly in it cannot be shared, and shares there give no access")
    )
    prevent_sharing_groups_outside_hierarchy: bool = field(
        default=False, metadata=key(FLAG, "on a root group: only groups below it can be invited")
    )
    enforced_sso: bool = field(default=False, metadata=key(FLAG, "on a root group, in Enterprise"))
    email_domains: tuple[str, ...] = field(
        default=(),
        metadata=key(TEXTS, "on a root group: membership is restricted to these; EE", put=_put_on_root),
    )
    ip_restriction_ranges: tuple[str, ...] = field(
        default=(),
        metadata=key(NETWORKS, "on a root group: access only from these; Premium", put=_put_on_root),
    )
    disable_invite_members: bool = field(
        default=False,
        metadata=key(FLAG, "on a root group, as on gitlab.com: invitations switched off; Premium", put=_put_on_root),
    )
    banned: frozenset[int] = field(
        default=frozenset(), metadata=key(USER_IDS, "on a root group: banned from it; EE", put=_put_on_root)
    )
    membership_lock: bool = field(default=False, metadata=key(FLAG, "no more members; does not affect shares; EE"))
    protected_branches: tuple[ProtectedBranch, ...] = field(
        default=(), metadata=key(BRANCHES, "on a root group: inherited by every project below", put=_put_on_root)
    )
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


def _redirect(entry: Fields, project: Project, _attribute: str, paths: tuple[str, ...]) -> None:
    entry.world.redirect(project, paths)


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
    pending_delete: bool = field(
        default=False,
        metadata=key(FLAG, "is being deleted; only an administrator's list with `include_pending_delete` has it"),
    )
    hidden: bool = field(
        default=False,
        metadata=key(
            FLAG, "hidden by an administrator; only lists of CE and an administrator's with `include_hidden` have it"
        ),
    )
    topics: tuple[str, ...] = field(default=(), metadata=key(TEXTS, ""))
    members: dict[int, int] = field(default_factory=dict, metadata=key(MEMBERS, "direct members"))
    links: dict[int, Link] = field(
        default_factory=dict, metadata=key(LINKS, "groups invited to it", name="shared_with", put=replace_links)
    )
    forked_from: int | None = field(default=None, metadata=key(OPTIONAL_PROJECT_ID, "the project that it is a fork of"))
    orphaned_fork: bool = field(default=False, metadata=key(FLAG, "a fork whose source is gone"))
    mirror: bool = field(default=False, metadata=key(FLAG, "a pull mirror; Premium"))
    protected_branches: tuple[ProtectedBranch, ...] = field(default=(), metadata=key(BRANCHES, ""))
    protected_tags: tuple[ProtectedTag, ...] = field(default=(), metadata=key(TAGS, ""))
    protected_environments: tuple[ProtectedEnvironment, ...] = field(default=(), metadata=key(ENVIRONMENTS, "EE"))
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
    def root(self) -> Group | None:
        """The root of the project's groups; None in a personal namespace."""
        return self.namespace.root if isinstance(self.namespace, Group) else None

    @property
    def is_fork(self) -> bool:
        return self.orphaned_fork or self.forked_from is not None

    @property
    def lineage(self) -> list[Group]:
        """The project's groups from the immediate one up to the root; empty in a personal namespace."""
        return self.namespace.lineage if isinstance(self.namespace, Group) else []
