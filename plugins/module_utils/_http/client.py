# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JSON API as a client sees it: requests with retries and limits, answers or one clear error."""

from __future__ import annotations

import random
import threading
import typing as t
from dataclasses import dataclass

from .bodies import UnreadableBody, decode, error_text
from .connection import Connection
from .errors import BadAnswer, NotFound, Refused, TokenRefused, Unreachable, WaitTooLong
from .limits import retry_after, seconds_to_wait, seconds_until_fresh
from .throttle import AllowanceSpent, Throttle
from .transport import LostAnswer, RawAnswer, Transport

CONFLICT = 409
TOO_MANY_REQUESTS = 429
TRANSIENT = (500, 502, 503, 504)
# GitLab's answer while another request changes the same thing.
RESOURCE_LOCK = b"409 Conflict: Resource lock"
# Longest back-off, in seconds.
MAX_BACKOFF = 120


@dataclass(frozen=True)
class Answer:
    """An answer of success.

    :param data: the decoded JSON, or None for an empty body.
    :param headers: names in any case.
    """

    status: int
    data: t.Any
    headers: t.Mapping[str, str]


@dataclass(frozen=True)
class Traffic:
    """What a run has cost so far: requests sent, retries among them, seconds spent waiting."""

    reads: int = 0
    writes: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


class HttpClient:
    """Sends requests to the API of one instance and repeats those that a later try can answer.

    May be used from several threads: when a limit makes one of them wait, all of them wait.

    :param backoff: the first retry comes at once, the second after at most twice this many seconds; from then on the
        wait doubles.
    """

    def __init__(self, connection: Connection, user_agent: str, backoff: float = 0.5) -> None:
        self._transport = Transport(connection, user_agent)
        self._retries = connection.retries
        self._backoff = backoff
        self._throttle = Throttle(connection.max_wait)
        self._parallel_requests = connection.parallel_requests
        self._secret = connection.auth_header[1].split(" ")[-1]
        self._lock = threading.Lock()
        self._sent_reads = self._sent_writes = self._sent_again = 0

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        with self._lock:
            return Traffic(self._sent_reads, self._sent_writes, self._sent_again, round(self._throttle.waited, 1))

    def stop(self, reason: str) -> None:
        """Start no more requests except shielded ones. A signal handler may call this."""
        self._throttle.stop(reason)

    def shielded(self) -> t.ContextManager[None]:
        """Exempt the calling thread's requests from stop() and max_wait.

        Inside, waits that GitLab asks for are kept up to 15 minutes in all; then a request raises WaitTooLong.
        """
        return self._throttle.shielded()

    def get(self, path: str, params: t.Mapping[str, t.Any] | None = None) -> Answer:
        """Read; parameters that are None are left out, booleans become true and false.

        :raises RequestFailed: one of its kinds, when no usable answer came.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return self._request("GET", path, params={name: _parameter(value) for name, value in given.items()})

    def post(self, path: str, body: t.Mapping[str, object]) -> Answer:
        """Write; errors as those of get."""
        return self._request("POST", path, json=body)

    def delete(self, path: str) -> Answer:
        """Remove; errors as those of get."""
        # Without a content type, GitLab in maintenance mode answers with a redirect to its start page.
        return self._request("DELETE", path, headers={"Content-Type": "application/json"})

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def _request(self, method: str, path: str, **content: t.Any) -> Answer:
        """Send until an answer comes that another try would not change."""
        failures = 0
        effect_unknown = False
        try:
            while True:
                self._throttle.wait()
                outcome = self._send(method, path, content)
                transient = _is_transient(outcome)
                # A resource lock passes too; but it is an answer, and says that nothing was done.
                effect_unknown = effect_unknown or (transient and outcome.status != CONFLICT)
                if outcome.status == TOO_MANY_REQUESTS:
                    # Bounded by max_wait rather than by a number of tries.
                    self._throttle.hold(seconds_to_wait(outcome.headers))
                elif transient and failures < self._retries:
                    failures += 1
                    self._back_off(failures, outcome)
                else:
                    return self._accept(method, path, outcome, effect_unknown)
                with self._lock:
                    self._sent_again += 1
        except AllowanceSpent as error:
            raise WaitTooLong(method, path, None, f"{error}.", effect_unknown) from error

    def _send(self, method: str, path: str, content: dict[str, t.Any]) -> RawAnswer | LostAnswer:
        with self._lock:
            if method == "GET":
                self._sent_reads += 1
            else:
                self._sent_writes += 1
        outcome = self._transport.send(method, path, **content)
        self._throttle.slow_down(seconds_until_fresh(outcome.headers, self._parallel_requests))
        return outcome

    def _back_off(self, failures: int, outcome: RawAnswer | LostAnswer) -> None:
        asked = retry_after(outcome.headers)
        if asked is not None:
            self._throttle.hold(asked)
        elif failures > 1:
            longest = min(MAX_BACKOFF, self._backoff * 2 ** (failures - 1))
            # Random, so that the workers do not come back all at once.
            self._throttle.pause(longest * random.uniform(0.5, 1))

    def _accept(self, method: str, path: str, outcome: RawAnswer | LostAnswer, effect_unknown: bool) -> Answer:
        """Return the answer of success, or raise what the outcome is instead."""
        if isinstance(outcome, LostAnswer):
            raise Unreachable(method, path, None, f"{outcome.reason}.", effect_unknown=True)
        if outcome.status >= 400:
            raise self._refusal(method, path, outcome, effect_unknown)
        try:
            data = decode(outcome.content_type, outcome.body)
        except UnreadableBody as error:
            raise BadAnswer(method, path, outcome.status, f"{error}.", effect_unknown=True) from error
        return Answer(outcome.status, data, outcome.headers)

    def _refusal(self, method: str, path: str, raw: RawAnswer, effect_unknown: bool) -> Refused:
        reason = error_text(raw.content_type, raw.body).replace(self._secret, "********")
        # GitLab begins some of its texts with the status, which the error shows anyway.
        reason = reason.removeprefix(f"{raw.status} ")
        kind = TokenRefused if _concerns_token(raw) else NotFound if raw.status == 404 else Refused
        return kind(method, path, raw.status, reason, effect_unknown)


def _is_transient(outcome: RawAnswer | LostAnswer) -> bool:
    if isinstance(outcome, LostAnswer):
        return not outcome.permanent
    return outcome.status in TRANSIENT or (outcome.status == CONFLICT and RESOURCE_LOCK in outcome.body)


def _concerns_token(raw: RawAnswer) -> bool:
    """Return whether every other request with this token must fail too: unknown, expired, wrong scope, blocked user."""
    if raw.status == 403:
        return b'"insufficient_scope"' in raw.body or b'"403 Forbidden - ' in raw.body
    return raw.status == 401


def _parameter(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
