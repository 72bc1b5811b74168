# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of the simulated GitLab, and the refusals that endpoints raise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import responses

from .latency import NOTHING, Cost

JSON = "application/json"
_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

encode = _encoder.encode


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer; effect says what it changed, cost what GitLab would spend on it.

    An empty content_type stands for none.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    effect: str = ""
    cost: Cost = NOTHING


class Refused(Exception):
    """Raised by an endpoint that refuses; carries the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.decode())
        self.answer = answer


def json_answer(
    status: int,
    value: object,
    headers: Mapping[str, str] | None = None,
    effect: str = "",
    cost: Cost = NOTHING,
) -> Answer:
    return Answer(status, encode(value).encode(), JSON, headers or {}, effect, cost)


def text_answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, text.encode(), "text/plain", headers or {})


def message(status: int, text: object, headers: Mapping[str, str] | None = None) -> Refused:
    """The usual refusal, {"message": ...}."""
    return Refused(json_answer(status, {"message": text}, headers))


def parameter_error(text: str, status: int = 400) -> Refused:
    """What Grape itself refuses, {"error": ...}."""
    return Refused(json_answer(status, {"error": text}))


def forbidden() -> Refused:
    return message(403, "403 Forbidden")


def unauthorized() -> Refused:
    return message(401, "401 Unauthorized")


def not_found(resource: str) -> Refused:
    """{"message": "404 Project Not Found"}, and so on."""
    return message(404, f"404 {resource} Not Found")


def server_error() -> Refused:
    return message(500, "500 Internal Server Error")


def html_page(title: str) -> str:
    return f"<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n"


def reason(status: int) -> str:
    """The phrase that goes with a status code."""
    return responses.get(status, "Unknown")
