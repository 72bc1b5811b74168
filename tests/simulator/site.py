# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all endpoints work with: the site they serve, the call they answer, the route they stand at."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from .access import Access, Caller
from .answers import Answer
from .languages import ENGLISH, joined, translated
from .limits import Limiter
from .parameters import Param
from .records import Group, Project
from .request import Request
from .rules import Rules, Version
from .settings import Settings
from .world import World

# How many lists a site keeps at most to serve further pages of them.
KEPT_LISTS = 16


class Site:
    """A simulated GitLab at its URL."""

    def __init__(self, world: World, own_url: str, limiter: Limiter) -> None:
        self.world = world
        self.access = Access(world)
        self.limiter = limiter
        self._own_url = own_url
        self._lists: dict[Hashable, Sequence[Project]] = {}
        self._lists_revision = world.revision

    @property
    def url(self) -> str:
        """The root that GitLab's own links begin with: external_url, or where the server listens."""
        external = self.world.settings.external_url
        if external is None:
            return self._own_url
        root = external.rstrip("/")
        relative = self.world.settings.relative_url
        return root if urlsplit(root).path == relative else root + relative

    @property
    def today(self) -> str:
        return self.world.settings.today or datetime.now(timezone.utc).date().isoformat()

    def kept_list(self, key: Hashable, make: Callable[[], Sequence[Project]]) -> Sequence[Project]:
        """A list that is made once, and again only after the world has changed."""
        if self._lists_revision != self.world.revision or len(self._lists) == KEPT_LISTS:
            self._lists.clear()
            self._lists_revision = self.world.revision
        if key not in self._lists:
            self._lists[key] = make()
        return self._lists[key]


@dataclass(frozen=True)
class Call:
    """One request at an endpoint, with its caller and its checked parameters.

    params is what Grape's params hold then: what was sent, undeclared parameters too, and defaults.
    """

    site: Site
    request: Request
    route: Route
    caller: Caller
    parameters: Mapping[str, Any]
    params: Mapping[str, Any]

    @property
    def world(self) -> World:
        return self.site.world

    @property
    def access(self) -> Access:
        return self.site.access

    @property
    def settings(self) -> Settings:
        return self.site.world.settings

    @property
    def rules(self) -> Rules:
        return self.settings.rules

    @property
    def language(self) -> str:
        """The language of the token's user (section 18)."""
        return self.caller.user.preferred_language if self.caller.user else ENGLISH

    def role_in(self, place: Group | Project) -> int:
        """The caller's level there; an administrator counts as the Owner."""
        if isinstance(place, Group):
            return self.access.group_role(self.caller, place)
        return self.access.project_role(self.caller, place)

    def localized(self, text: str) -> str:
        """A model's text in the language of the token's user."""
        return self.settings.locale_texts.get(text) or translated(text, self.language)

    def sentence(self, texts: Sequence[str]) -> str:
        """Some of a model's texts as one sentence in that language."""
        return joined([self.localized(text) for text in texts], self.language)


@dataclass(frozen=True)
class Route:
    """An endpoint: where it is, what it takes, who may come.

    pattern has path parameters as :name, of which those in dotted may hold a dot; scopes are registered besides
    those of every endpoint, any_scope stands for nearly all; limit names the application's rate limit; permission
    is what a fine-grained token needs, None where none is declared; parameters_first says that they are checked
    before the token, before what else is asked of the caller ahead of them.
    """

    method: str
    pattern: str
    endpoint: Callable[[Call], Answer]
    params: tuple[Param, ...] = ()
    scopes: tuple[str, ...] = ()
    any_scope: bool = False
    needs_user: bool = False
    limit: str = ""
    permission: str | None = None
    since: Version = (0, 0)
    enterprise: bool = False
    parameters_first: bool = False
    before: Callable[[Call], object] | None = None
    dotted: tuple[str, ...] = ("id",)

    def known(self, rules: Rules) -> bool:
        """Whether this version and edition have the endpoint."""
        return self.since <= rules.version and (rules.enterprise or not self.enterprise)

    def matcher(self) -> re.Pattern[str]:
        """What a path has to look like: a format may follow, a parameter that changes nothing."""
        path = re.sub(r":(\w+)", self._parameter, self.pattern)
        return re.compile(path + r"(?:\.(?P<format>[^/.]+))?")

    def _parameter(self, found: re.Match[str]) -> str:
        name = found.group(1)
        return f"(?P<{name}>[^/]+)" if name in self.dotted else f"(?P<{name}>[^/.]+)"
