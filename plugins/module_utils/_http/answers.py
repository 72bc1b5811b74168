# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer is: GitLab's own or not, final or worth another try, and what it leaves open."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from functools import cached_property

from .bodies import UnreadableBody, decode, error_text, is_json, plain_text

NO_CONTENT = 204
TOO_MANY_REQUESTS = 429
# GitLab's API answers in JSON but for these: texts of its middleware, its throttle, and Workhorse.
PLAIN_TEXTS = (400, TOO_MANY_REQUESTS, 502)
# GitLab's answer while another request changes the same thing.
RESOURCE_LOCK = "409 Conflict: Resource lock"
# What nginx, Apache and Go's servers say.
PLAIN_HTTP_ON_TLS_PORT = re.compile(
    rb"plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL|HTTP request to an HTTPS server"
)


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came, of any status; names of headers in any case."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes

    @cached_property
    def data(self) -> t.Any:
        """The decoded JSON, or None for an empty body.

        :raises UnreadableBody: when the body is something else.
        """
        return decode(self._content_type, self.body)

    @cached_property
    def unusable_because(self) -> str | None:
        """Why this cannot be an answer of GitLab's API, as "a page instead of JSON"; None if it can."""
        try:
            data = self.data
        except UnreadableBody as error:
            gitlabs_own = self.status in PLAIN_TEXTS and self._is_plain_text and not self.wants_https
            return None if gitlabs_own else str(error)
        if not self.body.strip() and self.status != NO_CONTENT:
            return "an empty answer instead of JSON"
        if self.status >= 400 and not isinstance(data, dict):
            return "JSON of an unexpected shape"
        return None

    @property
    def error_text(self) -> str:
        """What an error answer says, in one line: GitLab's words without the status, or what came in their place."""
        if self.unusable_because is not None:
            return self.unusable_because
        text = plain_text(self.body) if self._is_plain_text else error_text(self.data)
        return text.removeprefix(f"{self.status} ") or "no text"

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def is_json(self) -> bool:
        """Whether the body is declared as JSON."""
        return is_json(self._content_type)

    @property
    def is_application_limit(self) -> bool:
        """Whether a limit of one endpoint was reached, rather than the throttle that counts all requests."""
        if self.status != TOO_MANY_REQUESTS or self.unusable_because is not None or self._is_plain_text:
            return False
        return isinstance(self.data.get("message"), dict)

    @property
    def may_pass(self) -> bool:
        """Whether another try may bring a better answer. CDNs have statuses of their own up to 530."""
        return self.status >= 500 or self.status == 408 or self.is_resource_lock

    @property
    def is_resource_lock(self) -> bool:
        """Whether GitLab has done nothing, because another request changes the same thing."""
        return self.status == 409 and self.unusable_because is None and self.data.get("message") == RESOURCE_LOCK

    @property
    def effect_unknown(self) -> bool:
        """Whether a write may have taken effect although this answer does not say so."""
        if self.status == TOO_MANY_REQUESTS:
            return False
        return self.unusable_because is not None or self.status >= 500 or self.status == 408

    @property
    def refuses_token(self) -> bool:
        """Whether GitLab refuses every request with this token: unknown, expired, wrong scope, blocked user."""
        if self.unusable_because is not None or self._is_plain_text:
            return False
        if self.status == 403:
            scope = self.data.get("error") == "insufficient_scope"
            return scope or str(self.data.get("message")).startswith("403 Forbidden - ")
        return self.status == 401

    @property
    def wants_https(self) -> bool:
        """Whether a web server says that its port expects https."""
        return self.status == 400 and PLAIN_HTTP_ON_TLS_PORT.search(self.body) is not None

    def advice(self, proxy: str | None) -> str:
        """Return where an answer that is not GitLab's comes from and what to do; empty if that is unknown.

        :param proxy: the address of the proxy through which it came.
        """
        if self.wants_https:
            return "The port speaks TLS: api_url has to begin with https://."
        if self.status == 407:
            return f"The proxy {proxy or 'in front of GitLab'} asks for a user name and a password."
        if self.is_json:
            return ""
        if self.status in (401, 403):
            return (
                "It comes from something in front of GitLab, and says nothing about the token. "
                "If a gateway needs headers of its own, give them in the option headers."
            )
        known = f"the proxy {proxy}" if proxy else "a proxy"
        return f"It comes from something in front of GitLab, such as {known}, a load balancer or a login page."

    @property
    def _content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    @property
    def _is_plain_text(self) -> bool:
        return self._content_type.lower().startswith("text/plain") and bool(self.body.strip())
