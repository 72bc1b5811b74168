# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected branches, tags and environments, and who may do what to them (GitLab API sheet, section 14.1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from .keys import COUNT, FLAG, NAME, choice, key, records
from .levels import MAINTAINER
from .references import OPTIONAL_GROUP_ID, OPTIONAL_USER_ID

NUMBER = "the next free one"


@dataclass(frozen=True)
class Entry:
    """Who may do something: everybody from a level on, or one user or group."""

    id: int = field(metadata=key(COUNT, "", usual=NUMBER))
    group: int | None = field(default=None, metadata=key(OPTIONAL_GROUP_ID, "the members of this group; EE"))
    user: int | None = field(default=None, metadata=key(OPTIONAL_USER_ID, "this user; EE"))
    access_level: int = field(
        default=MAINTAINER,
        metadata=key(choice(0, 30, 40, 60), "everybody from this level on, where neither group nor user is named"),
    )
    group_inheritance_type: int = field(
        default=0, metadata=key(choice(0, 1), "of environments: 1 counts inherited members of the group too")
    )
    required_approvals: int = field(default=1, metadata=key(COUNT, "of an approval rule"))

    @property
    def by_role(self) -> bool:
        return self.group is None and self.user is None


Entries = tuple[Entry, ...]
LIST = records(Entry, "group", "list of entries", numbered=True)


@dataclass(frozen=True)
class ProtectedBranch:
    id: int = field(metadata=key(COUNT, "", usual=NUMBER))
    name: str = field(metadata=key(NAME, "may hold `*`"))
    push_access_levels: Entries = field(default=(), metadata=key(LIST, "allowed to push"))
    merge_access_levels: Entries = field(default=(), metadata=key(LIST, "allowed to merge"))
    unprotect_access_levels: Entries = field(default=(), metadata=key(LIST, "allowed to unprotect; EE"))
    allow_force_push: bool = field(default=False, metadata=key(FLAG, ""))

    def without(self, group: int) -> ProtectedBranch:
        """What is left when the share with a group goes: "allowed to unprotect" stays."""
        return replace(
            self,
            push_access_levels=_others(self.push_access_levels, group),
            merge_access_levels=_others(self.merge_access_levels, group),
        )


@dataclass(frozen=True)
class ProtectedTag:
    name: str = field(metadata=key(NAME, "may hold `*`"))
    create_access_levels: Entries = field(default=(), metadata=key(LIST, "allowed to create"))

    def without(self, group: int) -> ProtectedTag:
        return replace(self, create_access_levels=_others(self.create_access_levels, group))


@dataclass(frozen=True)
class ProtectedEnvironment:
    name: str = field(metadata=key(NAME, ""))
    deploy_access_levels: Entries = field(default=(), metadata=key(LIST, "allowed to deploy"))
    approval_rules: Entries = field(default=(), metadata=key(LIST, "who has to approve"))
    required_approval_count: int = field(default=0, metadata=key(COUNT, ""))

    def without(self, group: int) -> ProtectedEnvironment:
        return replace(
            self,
            deploy_access_levels=_others(self.deploy_access_levels, group),
            approval_rules=_others(self.approval_rules, group),
        )


Protected = TypeVar("Protected", ProtectedBranch, ProtectedTag, ProtectedEnvironment)

BRANCHES = records(ProtectedBranch, "name", "list of protected branches", numbered=True)
TAGS = records(ProtectedTag, "name", "list of protected tags")
ENVIRONMENTS = records(ProtectedEnvironment, "name", "list of protected environments")


def without_group(protected: tuple[Protected, ...], group: int) -> tuple[Protected, ...]:
    """The same without the entries that the removal of a share takes along."""
    return tuple(one.without(group) for one in protected)


def _others(entries: Entries, group: int) -> Entries:
    return tuple(entry for entry in entries if entry.group != group)
