# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small typed records of the API's answers, so that 50,000 projects need little memory.

Each ``from_json`` takes one decoded JSON object and raises KeyError, TypeError, ValueError or AttributeError when the
object is not of GitLab's shape; the client turns that into one clear error.
"""

from __future__ import annotations

import datetime
import functools
import re
import sys
import typing as t
from dataclasses import dataclass, replace

Json = t.Mapping[str, t.Any]


class Version(t.NamedTuple):
    """GitLab's version, as far as its rules depend on it."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Return the version of texts like ``18.5.1-ee`` or ``19.0.0-pre``."""
        found = re.match(r"(\d+)\.(\d+)", text)
        if not found:
            raise ValueError(f"no version: {text}")
        return cls(int(found.group(1)), int(found.group(2)))


@dataclass(frozen=True)
class Instance:
    """A GitLab installation.

    :param version_text: as GitLab shows it, with its suffixes.
    """

    version: Version
    version_text: str
    enterprise: bool

    @classmethod
    def from_json(cls, data: Json) -> Instance:
        """Read an answer of /metadata or /version.

        Without the edition (before 15.6) it is the Community Edition if the version is that of a release without a
        suffix. What may be either, such as 15.4.0-pre, is taken for the Enterprise Edition.
        """
        text = data["version"]
        edition = data.get("enterprise")
        enterprise = re.fullmatch(r"[\d.]+", text) is None if edition is None else bool(edition)
        return cls(Version.parse(text), text, enterprise)


@dataclass(frozen=True)
class User:
    """The token's user.

    :param is_admin: true even when Admin Mode withholds the rights.
    :param language: in which GitLab answers this user, such as ``en`` or ``pt_BR``; None before 18.3.
    """

    id: int
    username: str
    is_admin: bool
    language: str | None = None

    @classmethod
    def from_json(cls, data: Json) -> User:
        """Read an answer of /user, in which is_admin is present for administrators only."""
        return cls(
            id=int(data["id"]),
            username=str(data["username"]),
            is_admin=bool(data.get("is_admin", False)),
            language=data.get("preferred_language"),
        )


@dataclass(frozen=True)
class Token:
    """What is known of an access token."""

    scopes: frozenset[str]
    expires_at: datetime.date | None
    granular: bool = False

    @classmethod
    def from_json(cls, data: Json) -> Token:
        """Read an answer of /personal_access_tokens/self."""
        return cls(frozenset(data["scopes"]), _date(data.get("expires_at")), bool(data.get("granular", False)))

    @property
    def may_write(self) -> bool:
        """Whether its scopes allow writes; what a fine-grained token may do shows only when it is used."""
        return "api" in self.scopes or self.granular


@dataclass(frozen=True)
class Share:
    """The link between one project (or group) and an invited group.

    :param access_level: GitLab's number, or None where the share exists but the token may not see its level.
    :param expires_at: the day at whose beginning the share ends, or None for no end.
    """

    # A share that exists, with a level and an end that the token may not see.
    HIDDEN: t.ClassVar[Share]

    access_level: int | None
    expires_at: datetime.date | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether its level and end are unknown, because the token may not see them."""
        return self.access_level is None

    @classmethod
    def all_in(cls, data: Json) -> tuple[tuple[int, Share], ...]:
        """Return the shares of a full project or group, each with the id of the invited group."""
        return tuple(
            (int(link["group_id"]), one_share(int(link["group_access_level"]), _date(link.get("expires_at"))))
            for link in data.get("shared_with_groups") or ()
        )


Share.HIDDEN = Share(None)


@functools.lru_cache(maxsize=1024)
def one_share(access_level: int, expires_at: datetime.date | None) -> Share:
    """Return a share; thousands of projects have an equal one, which is kept in memory once."""
    return Share(access_level, expires_at)


@dataclass(frozen=True)
class Project:
    """A project, with its share with one group.

    :param path: full path, namespace included.
    :param namespace: full path of the group or user that it lies in.
    :param personal: whether that namespace is a user's own.
    :param pending_deletion: it is marked for deletion.
    :param share: with the group that a run is about; None for no share, or where no group is meant.
    :param known_role: a role that the token's user has for sure; it may have a higher one in ways not shown.
    :param is_fork: of another project, whether that still exists or not; known of full projects only.
    :param is_mirror: GitLab pulls it from elsewhere (Enterprise Edition); known of full projects only.
    """

    id: int
    path: str
    web_url: str
    namespace: str
    personal: bool
    visibility: str
    archived: bool
    pending_deletion: bool
    topics: tuple[str, ...]
    share: Share | None
    known_role: int = 0
    is_fork: bool = False
    is_mirror: bool = False

    @classmethod
    def from_json(cls, data: Json) -> Project:
        """Read a full project, without shares; what a ``simple`` one lacks becomes False, empty or None."""
        namespace = data["namespace"]
        return cls(
            id=int(data["id"]),
            path=str(data["path_with_namespace"]),
            web_url=str(data["web_url"]),
            # Thousands of projects have the same text here, which is kept in memory once.
            namespace=sys.intern(str(namespace["full_path"])),
            personal=namespace["kind"] == "user",
            visibility=sys.intern(str(data.get("visibility", ""))),
            archived=bool(data.get("archived", False)),
            pending_deletion=bool(data.get("marked_for_deletion_on") or data.get("marked_for_deletion_at")),
            topics=tuple(sys.intern(str(topic)) for topic in data.get("topics") or data.get("tag_list") or ()),
            share=None,
            known_role=role_shown(data),
            # The first key is only there while the user can see the source, the second for every fork.
            is_fork=bool(data.get("forked_from_project")) or "mr_default_target_self" in data,
            is_mirror=bool(data.get("mirror", False)),
        )


class Listed(t.NamedTuple):
    """A project as GitLab shows it, with its shares with some groups, by their ids."""

    project: Project
    shares: tuple[tuple[int, Share], ...]

    @classmethod
    def from_json(cls, data: Json, group_ids: t.Collection[int]) -> Listed:
        """Read a project; simple ones show no shares."""
        shares = tuple(each for each in Share.all_in(data) if each[0] in group_ids)
        return cls(Project.from_json(data), _kept_once(shares))

    @property
    def id(self) -> int:
        """The project's id."""
        return self.project.id

    def shared_with(self, group_id: int) -> Project:
        """Return the project with its share with one of the groups."""
        share = dict(self.shares).get(group_id)
        return self.project if share is None else replace(self.project, share=share)


def role_shown(data: Json) -> int:
    """Return the role that a full project shows its reader to have, as a member of it or of its groups; 0 for none."""
    permissions = (data.get("permissions") or {}).values()
    return max((int(permission["access_level"]) for permission in permissions if permission), default=0)


@dataclass(frozen=True)
class Group:
    """A group, as its own page shows it; lists leave out prevents_outside_sharing, shares and email_domains.

    :param share_locked: its projects cannot be shared with groups.
    :param prevents_outside_sharing: a top-level group whose projects may be shared within it only.
    :param shares: ids of the groups that are invited to this one, with level and end.
    :param archived: itself, or a group above it.
    :param pending_deletion: it is itself scheduled for deletion; groups above it do not count.
    :param email_domains: a top-level group's only domains of members' addresses; empty for any, or where unknown.
    """

    id: int
    full_path: str
    name: str
    web_url: str
    share_locked: bool = False
    prevents_outside_sharing: bool = False
    shares: tuple[tuple[int, Share], ...] = ()
    archived: bool = False
    pending_deletion: bool = False
    email_domains: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Json) -> Group:
        """Read a group of a list or of its own page."""
        return cls(
            id=int(data["id"]),
            full_path=str(data["full_path"]),
            name=str(data["name"]),
            web_url=str(data["web_url"]),
            share_locked=bool(data.get("share_with_group_lock", False)),
            prevents_outside_sharing=bool(data.get("prevent_sharing_groups_outside_hierarchy", False)),
            shares=Share.all_in(data),
            archived=bool(data.get("archived", False)),
            pending_deletion=bool(data.get("marked_for_deletion_on")),
            email_domains=_words(data.get("allowed_email_domains_list")),
        )

    def share_with(self, group_id: int) -> Share | None:
        """Return the share of this group with another one, or None."""
        return dict(self.shares).get(group_id)


@functools.lru_cache(maxsize=1024)
def _kept_once(shares: tuple[tuple[int, Share], ...]) -> tuple[tuple[int, Share], ...]:
    """Return equal shares; thousands of projects have the same ones, which are kept in memory once."""
    return shares


def _date(text: str | None) -> datetime.date | None:
    """Return the day of a date or a time; None for no text."""
    return datetime.date.fromisoformat(text[:10]) if text else None


def _words(text: str | None) -> tuple[str, ...]:
    """Return the words of a list with commas between them; none for no text."""
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())
