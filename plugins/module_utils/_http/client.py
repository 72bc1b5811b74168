# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JSON API as a client sees it: requests with retries and limits, answers or one clear error."""

from __future__ import annotations

import contextlib
import random
import threading
import typing as t
from dataclasses import dataclass, replace

from .bodies import UnreadableBody, decode, error_text
from .brake import AllowanceSpent, Brake
from .connection import Connection
from .errors import BadAnswer, NotFound, Refused, RequestFailed, TokenRefused, Unreachable, WaitTooLong
from .limits import retry_after, seconds_to_wait, seconds_until_fresh
from .transport import LostAnswer, RawAnswer, Transport

# It comes with requests, of which main() says when it is missing.
with contextlib.suppress(ImportError):
    from urllib3.util.retry import Retry

CONFLICT = 409
TOO_MANY_REQUESTS = 429
TRANSIENT = (500, 502, 503, 504)
# GitLab's answer while another request changes the same thing.
RESOURCE_LOCK = b"409 Conflict: Resource lock"


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
    """What a run has cost so far: requests sent, repetitions among them, seconds in which it waited."""

    reads: int = 0
    writes: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


class HttpClient:
    """Sends requests to the API of one instance and repeats those that a later try can answer.

    May be used from several threads: what makes one of them wait for a limit makes all wait.

    :param backoff: after an error the first repetition comes at once, the second after twice these seconds at most;
        from there the wait doubles.
    """

    def __init__(self, connection: Connection, user_agent: str, backoff: float = 0.5) -> None:
        self._transport = Transport(connection, user_agent)
        self._retry = Retry(total=connection.retries, backoff_factor=backoff)
        self._brake = Brake(connection.max_wait)
        self._parallel_requests = connection.parallel_requests
        self._secret = connection.auth_header[1].split(" ")[-1]
        self._lock = threading.Lock()
        self._traffic = Traffic()

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        with self._lock:
            return replace(self._traffic, waited_seconds=round(self._brake.waited, 1))

    def give_up(self, reason: str) -> None:
        """Let no request start any more, but those that must finish."""
        self._brake.give_up(reason)

    def get(self, path: str, params: t.Mapping[str, t.Any] | None = None, must_finish: bool = False) -> Answer:
        """Read; parameters that are None are left out, booleans become true and false.

        :param must_finish: do not give up because max_wait is spent; limits then count as tries.
        :raises RequestFailed: one of its kinds, when no usable answer came.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return self._request(
            "GET", path, must_finish, params={name: _parameter(value) for name, value in given.items()}
        )

    def post(self, path: str, body: t.Mapping[str, object], must_finish: bool = False) -> Answer:
        """Write; parameters and errors as those of get."""
        return self._request("POST", path, must_finish, json=body)

    def delete(self, path: str) -> Answer:
        """Remove; errors as those of get."""
        # Without a content type, GitLab in maintenance mode answers with a redirect to its start page.
        return self._request("DELETE", path, headers={"Content-Type": "application/json"})

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def _request(self, method: str, path: str, must_finish: bool = False, **content: t.Any) -> Answer:
        """Send until an answer comes that another try would not change."""
        tries = self._retry
        lost_answer = False
        try:
            while True:
                self._brake.wait(must_finish)
                self._count(reads=method == "GET", writes=method != "GET")
                outcome = self._transport.send(method, path, **content)
                self._brake.slow_down(seconds_until_fresh(outcome.headers, self._parallel_requests))
                limited, transient = outcome.status == TOO_MANY_REQUESTS, _is_transient(outcome)
                # A resource lock, too, passes; but it is an answer, and says that nothing was done.
                lost_answer = lost_answer or (transient and outcome.status != CONFLICT)
                if limited and not must_finish:
                    # Bounded by max_wait rather than by a number of tries.
                    self._brake.hold(seconds_to_wait(outcome.headers))
                elif (limited or transient) and tries.total:
                    tries = tries.increment()
                    self._back_off(tries, outcome, must_finish)
                else:
                    return self._accept(method, path, outcome)
                self._count(retries=True)
        except AllowanceSpent as error:
            raise WaitTooLong(method, path, None, f"{error}.", lost_answer) from error
        except RequestFailed as failure:
            failure.after_lost_answer = lost_answer or isinstance(failure, (BadAnswer, Unreachable))
            raise

    def _back_off(self, tries: Retry, outcome: RawAnswer | LostAnswer, must_finish: bool) -> None:
        if outcome.status == TOO_MANY_REQUESTS:
            self._brake.hold(seconds_to_wait(outcome.headers))
            return
        asked = retry_after(outcome.headers)
        if asked is not None:
            self._brake.hold(asked)
        else:
            # Some chance in it, so that the workers do not come back all at once.
            self._brake.pause(tries.get_backoff_time() * random.uniform(0.5, 1), must_finish)

    def _accept(self, method: str, path: str, outcome: RawAnswer | LostAnswer) -> Answer:
        """Return the answer of success, or raise what the outcome is instead."""
        if isinstance(outcome, LostAnswer):
            raise Unreachable(method, path, None, f"{outcome.reason}.")
        if outcome.status >= 400:
            raise self._refusal(method, path, outcome)
        try:
            data = decode(outcome.content_type, outcome.body)
        except UnreadableBody as error:
            raise BadAnswer(method, path, outcome.status, f"{error}.") from error
        return Answer(outcome.status, data, outcome.headers)

    def _refusal(self, method: str, path: str, raw: RawAnswer) -> Refused:
        reason = error_text(raw.content_type, raw.body).replace(self._secret, "********")
        # GitLab begins some of its texts with the status, which the error shows anyway.
        reason = reason.removeprefix(f"{raw.status} ")
        if _concerns_token(raw):
            return TokenRefused(method, path, raw.status, reason)
        return (NotFound if raw.status == 404 else Refused)(method, path, raw.status, reason)

    def _count(self, reads: bool = False, writes: bool = False, retries: bool = False) -> None:
        with self._lock:
            counted = self._traffic
            self._traffic = replace(
                counted,
                reads=counted.reads + reads,
                writes=counted.writes + writes,
                retries=counted.retries + retries,
            )


def _is_transient(outcome: RawAnswer | LostAnswer) -> bool:
    if isinstance(outcome, LostAnswer):
        return not outcome.permanent
    return outcome.status in TRANSIENT or (outcome.status == CONFLICT and RESOURCE_LOCK in outcome.body)


def _concerns_token(raw: RawAnswer) -> bool:
    """Tell whether every other request with this token must fail too: unknown, expired, wrong scope, blocked user."""
    if raw.status == 403:
        return b'"insufficient_scope"' in raw.body or b'"403 Forbidden - ' in raw.body
    return raw.status == 401


def _parameter(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
