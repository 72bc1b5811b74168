# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP request, taken apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from urllib.parse import parse_qsl

from .answers import JSON
from .bodies import form_pairs, json_object

API = "/api/v4"
SLASHES = re.compile("/{2,}")
# What Ruby's JSON parser reads at most.
MAX_NESTING = 100


@dataclass(frozen=True)
class Request:
    """What a client sent; target is the request line's path and query as they came."""

    method: str
    target: str
    headers: Message
    body: bytes
    address: str
    scheme: str
    host: str
    relative_url: str

    @cached_property
    def url_path(self) -> str:
        """The path of the request, still percent-encoded."""
        return self.target.partition("?")[0]

    @cached_property
    def path(self) -> str:
        """The path below /api/v4, percent-encoded; the whole path of what is no API request."""
        base = self.relative_url + API
        return (self.plain_path[len(base) :] if self.is_api else self.plain_path) or "/"

    @property
    def is_api(self) -> bool:
        return f"{self.plain_path}/".startswith(self.relative_url + API + "/")

    @cached_property
    def plain_path(self) -> str:
        """The path as Grape's router reads it: slashes count once, and not at the end."""
        return SLASHES.sub("/", self.url_path).rstrip("/")

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"

    @cached_property
    def query_pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one given twice the last counts."""
        return dict(self.query_pairs)

    @property
    def form_pairs(self) -> list[tuple[str, str]]:
        content_type = self.headers.get("Content-Type") or ""
        return form_pairs(self.media_type, content_type, self.body) if self.body else []

    @cached_property
    def private_token(self) -> str:
        """What is sent as PRIVATE-TOKEN, in a form, the query or the header; JSON is not searched for one."""
        return self._sent("private_token") or (self.headers.get("PRIVATE-TOKEN") or "").strip()

    @cached_property
    def bearer_token(self) -> str:
        """What is sent as access_token, with the scheme Bearer, or as bearer_token: the first of them counts."""
        kind, _unused, text = (self.headers.get("Authorization") or "").partition(" ")
        header = text.strip() if kind.lower() == "bearer" else ""
        return self._sent("access_token") or header or self._sent("bearer_token")

    def _sent(self, name: str) -> str:
        """A parameter of the form or the query."""
        return dict(self.form_pairs).get(name) or self.query.get(name) or ""

    @property
    def media_type(self) -> str:
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()

    @cached_property
    def parameters(self) -> Mapping[str, object]:
        """Query and body together, with lists for names that end in []; ValueError for what cannot be read."""
        return {**collected(self.query_pairs), **self._body_parameters}

    @property
    def content(self) -> Mapping[str, object]:
        """The body's parameters; none if it cannot be read."""
        try:
            return self._body_parameters
        except ValueError:
            return {}

    @cached_property
    def _body_parameters(self) -> dict[str, object]:
        if self.body and self.media_type == JSON:
            return json_object(self.body, MAX_NESTING)
        return collected(self.form_pairs)


def collected(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """Name and value pairs as Rails reads them: a[] makes lists, a[b] objects; ValueError for a mixture."""
    parameters: dict[str, object] = {}
    for name, value in pairs:
        base, bracket, rest = name.partition("[")
        if not bracket or not base or not rest.endswith("]"):
            parameters[name] = value
            continue
        key = rest[:-1]
        values = parameters.setdefault(base, {} if key else [])
        if isinstance(values, dict) and key:
            values[key] = value
        elif isinstance(values, list) and not key:
            values.append(value)
        else:
            raise ValueError(name)
    return parameters
