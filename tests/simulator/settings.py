# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instance itself: version, edition, address, switches."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .keys import COUNT, DATE, FLAG, OBJECT, OPTIONAL_COUNT, OPTIONAL_TEXT, Kind, choice, key
from .reading import Fields
from .rules import Rules, parse_version

MAINTENANCE = {None: None, False: None, True: 503, 503: 503, 403: 403}


def _read_version(entry: Fields, name: str) -> str:
    text = entry.take(name, str)
    try:
        parse_version(text)
    except ValueError as error:
        raise entry.wrong(name, str(error)) from None
    return text


def _read_relative_url(entry: Fields, name: str) -> str:
    path = entry.take(name, str).rstrip("/")
    if path and not path.startswith("/"):
        raise entry.wrong(name, f"{path!r} does not begin with a slash")
    return path


def _read_maintenance(entry: Fields, name: str) -> int | None:
    value = entry.value(name)
    if value is not None and (not isinstance(value, int) or value not in MAINTENANCE):
        raise entry.wrong(name, f"{value!r} is none of null, true, 503 and 403")
    return MAINTENANCE[value]


VERSION = Kind("text", _read_version)
RELATIVE_URL = Kind("text", _read_relative_url)
WRITES_REFUSED = Kind("null, true, 503 or 403", _read_maintenance)


@dataclass(frozen=True)
class Settings:
    """The instance itself."""

    version: str = field(default="18.5.1-ee", metadata=key(VERSION, "decides which rules apply"))
    enterprise: bool = field(default=True, metadata=key(FLAG, "Enterprise Edition, else Community Edition"))
    license: str | None = field(
        default="premium",
        metadata=key(choice(None, "premium", "ultimate"), "of Enterprise Edition: the tier whose features there are"),
    )
    external_url: str | None = field(
        default=None,
        metadata=key(OPTIONAL_TEXT, "what GitLab's own links begin with; null: where the simulator listens"),
    )
    relative_url: str = field(
        default="", metadata=key(RELATIVE_URL, "path that the instance lives below, such as `/gitlab`")
    )
    admin_mode: bool = field(
        default=False, metadata=key(FLAG, "administrators then need a token with the scope `admin_mode`")
    )
    maintenance: int | None = field(
        default=None, metadata=key(WRITES_REFUSED, "503 or true: maintenance mode, EE; 403: read-only database")
    )
    maintenance_mode_message: str | None = field(
        default=None, metadata=key(OPTIONAL_TEXT, "the administrator's text for maintenance mode; null: GitLab's")
    )
    maintenance_retry_after: int = field(
        default=900, metadata=key(COUNT, "seconds that maintenance mode names; GitLab's are always 900")
    )
    disable_invite_members: bool = field(
        default=False,
        metadata=key(FLAG, "invitations switched off for all but administrators; Premium, from 18.0"),
    )
    lock_memberships_to_ldap: bool = field(
        default=False, metadata=key(FLAG, "projects in groups cannot be shared; EE, licensed or not")
    )
    lock_memberships_to_saml: bool = field(default=False, metadata=key(FLAG, "the same, from 18.4"))
    security_manager: bool = field(
        default=False, metadata=key(FLAG, "whether level 25 is switched on, which there is from 18.7")
    )
    locale_texts: dict[str, str] = field(
        default_factory=dict, metadata=key(OBJECT, "texts of validations by their English form")
    )
    count_limit: int | None = field(
        default=None, metadata=key(OPTIONAL_COUNT, "lists with more rows have no totals; null: 10,000")
    )
    offset_limit: int | None = field(
        default=None,
        metadata=key(
            OPTIONAL_COUNT,
            "null: 50,000 for users, anonymous lists of groups, and projects before 16.0; a number: that, for all",
        ),
    )
    today: str | None = field(default=None, metadata=key(DATE, "the day that tokens expire by; null: the real one"))

    @property
    def premium(self) -> bool:
        """Whether features of the tier Premium are there; Ultimate has them too."""
        return self.enterprise and self.license is not None

    @property
    def ultimate(self) -> bool:
        return self.enterprise and self.license == "ultimate"

    @cached_property
    def rules(self) -> Rules:
        return Rules(parse_version(self.version), self.enterprise, self.security_manager)
