# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain client of the simulated GitLab: one kept connection, no cleverness, any answer is fine."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Sends requests below /api/v4; a body goes out as JSON."""

    def __init__(self, url: str, token: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._base = f"{parts.path}/api/v4"
        self._token = token
        self._connection = (
            http.client.HTTPSConnection(parts.netloc, context=tls)
            if parts.scheme == "https"
            else http.client.HTTPConnection(parts.netloc)
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def request(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One request; a body that is no text is sent as JSON."""
        sent = dict(headers or {})
        if self._token is not None:
            sent.setdefault("PRIVATE-TOKEN", self._token)
        if body is not None and not isinstance(body, str):
            sent.setdefault("Content-Type", "application/json")
            body = json.dumps(body)
        self._connection.request(method, self._base + path, body, sent)
        answer = self._connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: object = None) -> Reply:
        return self.request("POST", path, body)

    def delete(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.request("DELETE", path, headers=headers)
