# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JSON API as a client sees it: requests with retries and limits, answers or one clear error."""

from __future__ import annotations

import random
import threading
import typing as t
from dataclasses import dataclass, replace

from .answers import TOO_MANY_REQUESTS, RawAnswer
from .connection import Connection
from .errors import BadAnswer, NotFound, Refused, RequestFailed, TokenRefused, Unreachable, WaitTooLong
from .failures import NoAnswer
from .limits import retry_after, seconds_to_wait, seconds_until_fresh
from .throttle import AllowanceSpent, OnWait, Throttle
from .transport import Transport

NOT_FOUND = 404
# Longest back-off, in seconds, and how often it doubles until then at most.
MAX_BACKOFF = 120
MAX_DOUBLINGS = 20
# Shorter values of headers are no secrets, and would be found in any text.
SHORTEST_SECRET = 4


@dataclass(frozen=True)
class Answer:
    """A successful answer.

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

    The loop is not urllib3.Retry: that sleeps by itself, for each request, where a limit here holds all workers and
    counts against max_wait; and it sees only the status, where the body says whether an answer is GitLab's.

    :param backoff: the first retry comes at once, the second after at most twice this many seconds; from then on the
        wait doubles.
    :param on_wait: called when GitLab asks to wait, with the moment until which no request starts.
    """

    def __init__(
        self, connection: Connection, user_agent: str, backoff: float = 0.5, on_wait: OnWait | None = None
    ) -> None:
        self._transport = Transport(connection, user_agent)
        self._retries = connection.retries
        self._backoff = backoff
        self._throttle = Throttle(connection.max_wait, on_wait)
        self._parallel_requests = connection.parallel_requests
        self._secrets = _secrets_of(connection)
        self._counting = threading.Lock()
        self._reads = self._writes = self._repeated = 0

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        with self._counting:
            return Traffic(self._reads, self._writes, self._repeated, round(self._throttle.waited, 1))

    def stop(self, reason: str) -> None:
        """Start no more requests except shielded ones. A signal handler may call this."""
        self._throttle.stop(reason)

    def shielded(self, seconds: float | None = None) -> t.ContextManager[None]:
        """Exempt the calling thread's requests from stop() and max_wait.

        Inside, waits that GitLab asks for are kept up to some seconds in all, 15 minutes if nothing is said; then a
        request raises WaitTooLong. Whatever is not an answer of GitLab's is tried again.
        """
        return self._throttle.shielded(seconds)

    def get(self, path: str, params: t.Mapping[str, t.Any] | None = None, follows_redirects: bool = True) -> Answer:
        """Read; parameters that are None are left out, booleans become true and false.

        :param follows_redirects: go where an answer points, within the same host.
        :raises RequestFailed: one of its kinds, when no usable answer came.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        texts = {name: _parameter(value) for name, value in given.items()}
        return self._request("GET", path, params=texts, follows_redirects=follows_redirects)

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
        was_sent = effect_unknown = False
        try:
            while True:
                self._throttle.wait()
                outcome = self._send(method, path, content, again=was_sent)
                was_sent = True
                effect_unknown = effect_unknown or (method != "GET" and outcome.effect_unknown)
                if isinstance(outcome, RawAnswer) and outcome.status == TOO_MANY_REQUESTS:
                    # Bounded by max_wait rather than by a number of tries.
                    seconds = seconds_to_wait(outcome.headers, path, outcome.is_application_limit)
                    self._throttle.hold(seconds, self._in_short(outcome))
                elif self._may_pass(method, outcome) and failures < self._retries:
                    failures += 1
                    self._back_off(failures, outcome)
                else:
                    return self._accepted(method, path, outcome, effect_unknown)
        except AllowanceSpent as error:
            raise WaitTooLong(method, path, f"{error}.", effect_unknown, was_sent) from error

    def _send(self, method: str, path: str, content: dict[str, t.Any], again: bool) -> RawAnswer | NoAnswer:
        with self._counting:
            self._repeated += again
            if method == "GET":
                self._reads += 1
            else:
                self._writes += 1
        outcome = self._sent(method, path, content)
        self._throttle.slow_down(seconds_until_fresh(outcome.headers, self._parallel_requests))
        return outcome

    def _sent(self, method: str, path: str, content: dict[str, t.Any]) -> RawAnswer | NoAnswer:
        try:
            return self._transport.send(method, path, **content)
        except BadAnswer as error:
            if method == "GET" or not self._throttle.is_shielded:
                raise
            # See _may_pass(): people are without access until GitLab itself answers again.
            return NoAnswer(
                f"{error.status or ''} {error.reason.rstrip('.')}".strip(),
                may_pass=True,
                effect_unknown=error.effect_unknown,
            )

    def _may_pass(self, method: str, outcome: RawAnswer | NoAnswer) -> bool:
        """Return whether another try may bring an answer, or a better one."""
        if outcome.may_pass:
            return True
        if self._throttle.is_shielded:
            # GitLab has answered a moment ago, and people are without access until it does so again.
            return isinstance(outcome, NoAnswer) or outcome.unusable_because is not None
        if isinstance(outcome, NoAnswer) or outcome.unusable_because is None:
            return False
        # In place of a write's success, or as broken JSON, it is a lost answer. Other pages, such as those of a
        # firewall, come again.
        return method != "GET" and (outcome.is_success or outcome.is_json)

    def _back_off(self, failures: int, outcome: RawAnswer | NoAnswer) -> None:
        asked = retry_after(outcome.headers)
        if asked is not None:
            self._throttle.hold(asked, self._in_short(outcome))
        elif failures > 1:
            longest = min(MAX_BACKOFF, self._backoff * 2 ** min(failures - 1, MAX_DOUBLINGS))
            # Random, so that the workers do not come back all at once.
            self._throttle.pause(longest * random.uniform(0.5, 1), self._in_short(outcome))

    def _accepted(self, method: str, path: str, outcome: RawAnswer | NoAnswer, effect_unknown: bool) -> Answer:
        """Return a successful answer, or raise the error that the outcome stands for."""
        if isinstance(outcome, RawAnswer) and outcome.is_success and outcome.unusable_because is None:
            return Answer(outcome.status, outcome.data, outcome.headers)
        raise _kind_of(outcome)(method, path, outcome.status, self._reason(outcome), effect_unknown)

    def _reason(self, outcome: RawAnswer | NoAnswer) -> str:
        """Return GitLab's own words, or a sentence on what came in their place and what to do about it."""
        if isinstance(outcome, NoAnswer):
            return f"{self._masked(outcome.reason)}."
        text = self._text_of(outcome)
        if outcome.unusable_because is None:
            return text
        return f"{text}. {outcome.advice(self._transport.route.proxy)}".rstrip()

    def _in_short(self, outcome: RawAnswer | NoAnswer) -> str:
        """Return the reason for a wait."""
        if isinstance(outcome, NoAnswer):
            return self._masked(outcome.reason)
        return f"{outcome.status} {self._text_of(outcome)}"

    def _text_of(self, raw: RawAnswer) -> str:
        # Also before the text is cut to length, so that no half of a secret is left at its end.
        body = self._masked(raw.body.decode("utf-8", "replace"))
        return self._masked(replace(raw, body=body.encode()).error_text)

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "********")
        return text


def _kind_of(outcome: RawAnswer | NoAnswer) -> type[RequestFailed]:
    if isinstance(outcome, NoAnswer):
        return Unreachable
    if outcome.unusable_because is not None:
        return BadAnswer
    if outcome.refuses_token:
        return TokenRefused
    return NotFound if outcome.status == NOT_FOUND else Refused


def _secrets_of(connection: Connection) -> tuple[str, ...]:
    """Return what no message may repeat: the token, and the values of the option headers."""
    token = connection.auth_header[1].split(" ")[-1]
    return (token, *(value for value in connection.headers.values() if len(value) >= SHORTEST_SECRET))


def _parameter(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
