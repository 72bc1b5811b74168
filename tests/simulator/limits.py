# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limits: rack-attack's in front of the application, and the application's own per endpoint.

GitLab API sheet, section 7.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate

from .answers import Answer, text_answer
from .keys import COUNT, NAME, Kind, choice, key
from .reading import Fields

GENERAL = ("throttle_authenticated_api", "throttle_unauthenticated_api")
DEPRECATED = ("throttle_authenticated_deprecated_api", "throttle_unauthenticated_deprecated_api")


def _read_period(entry: Fields, name: str) -> float:
    seconds = entry.amount(name)
    if not seconds:
        raise entry.wrong(name, "a window of 0 seconds limits nothing")
    return seconds


@dataclass(frozen=True)
class Limit:
    """How many requests one user or address may send in each fixed window."""

    name: str = field(metadata=key(NAME, "GitLab's name of it"))
    kind: str = field(
        default="rack",
        metadata=key(choice("rack", "application"), "in front of GitLab, or its own for an endpoint"),
    )
    requests: int = field(
        default=7200, metadata=key(COUNT, "requests in a window; an application limit of 0 is switched off")
    )
    seconds: float = field(
        default=3600, metadata=key(Kind("number", _read_period), "length of a window; may be a fraction")
    )
    per: str = field(default="user", metadata=key(choice("user", "ip"), "whose requests are counted together"))
    headers: str = field(
        default="old",
        metadata=key(
            choice("old", "new", "none"),
            "of a rack limit: `old` with `RateLimit-ResetTime`, `new` with `RateLimit-Name` instead",
        ),
    )
    retry_after: bool | None = field(
        default=None,
        metadata=key(
            choice(None, False, True),
            "of an application limit: whether 429 says `Retry-After`; null: from 18.5",
        ),
    )

    def counts(self, signed_in: bool) -> bool:
        """Whether a throttle is meant for such callers: GitLab's names say it."""
        if "unauthenticated" in self.name:
            return not signed_in
        return signed_in or "authenticated" not in self.name


@dataclass(frozen=True)
class Usage:
    """One counted request: the limit, how many there were, when the window ends."""

    limit: Limit
    observed: int
    reset: float
    now: float

    @property
    def exceeded(self) -> bool:
        return self.observed > self.limit.requests

    @property
    def remaining(self) -> int:
        return max(0, self.limit.requests - self.observed)

    @property
    def headers(self) -> dict[str, str]:
        """All headers of section 7.1 but Retry-After."""
        reset = math.ceil(self.reset)
        return {
            "RateLimit-Name": self.limit.name,
            "RateLimit-Limit": str(math.ceil(self.limit.requests * 60 / self.limit.seconds)),
            "RateLimit-Observed": str(self.observed),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(reset),
            "RateLimit-ResetTime": formatdate(reset, usegmt=True),
        }


class Limiter:
    """Counts requests in fixed windows that begin at multiples of their length since the epoch."""

    def __init__(self, limits: list[Limit], clock: Callable[[], float] = time.time) -> None:
        self._limits = limits
        self._clock = clock
        self._counts: dict[tuple[Limit, str, int], int] = {}

    def rack(self, user: str | None, address: str, deprecated: bool = False) -> Usage | None:
        """Counts a request at the rack throttles; the tightest one's usage, None without a throttle.

        Requests for what is deprecated have throttles of their own, which replace the general ones
        (lib/gitlab/rack_attack/request.rb).
        """
        limits = [limit for limit in self._limits if limit.kind == "rack" and limit.counts(user is not None)]
        replaced: tuple[str, ...] = DEPRECATED
        if deprecated:
            replaced = GENERAL if any(limit.name in DEPRECATED for limit in limits) else ()
        used = [self._count(limit, user, address) for limit in limits if limit.name not in replaced]
        return min(used, key=lambda usage: (not usage.exceeded, usage.remaining), default=None)

    def application(self, name: str, user: str | None, address: str) -> Usage | None:
        """Counts a request at the application's limit of that name; 0 requests switch it off."""
        for limit in self._limits:
            if limit.kind == "application" and limit.name == name and limit.requests:
                return self._count(limit, user, address)
        return None

    def _count(self, limit: Limit, user: str | None, address: str) -> Usage:
        now = self._clock()
        window = int(now // limit.seconds)
        who = address if limit.per == "ip" or user is None else user
        key = (limit, who, window)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._counts.pop((limit, who, window - 1), None)
        return Usage(limit, self._counts[key], (window + 1) * limit.seconds, now)


def rack_refusal(usage: Usage) -> Answer:
    """429 as rack-attack sends it (section 7.1)."""
    wait = max(1, math.ceil(usage.reset - usage.now))
    return text_answer(429, "Retry later\n", {**usage.headers, "Retry-After": str(wait)})


def rack_headers(usage: Usage) -> dict[str, str]:
    """What an enabled throttle adds to an answer that is let through."""
    dropped = {"old": {"RateLimit-Name"}, "new": {"RateLimit-ResetTime"}}.get(usage.limit.headers)
    if dropped is None:
        return {}
    return {name: value for name, value in usage.headers.items() if name not in dropped}
