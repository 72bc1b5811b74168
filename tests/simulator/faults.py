# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults: what goes wrong between a client and GitLab, and what others change meanwhile."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import JSON, Answer, html_page, json_answer, reason, text_answer
from .keys import (
    AMOUNT,
    ANYTHING,
    COUNT,
    FLAG,
    OBJECT,
    OPTIONAL_COUNT,
    OPTIONAL_TEXT,
    PATTERN,
    TEXT,
    Kind,
    choice,
    key,
    made,
)
from .reading import Fields
from .request import Request

# Faults that end the request, by what they do; the rest (delay, change) let it go on.
ENDINGS = (
    "status",
    "html_200",
    "reset_before",
    "reset_after",
    "status_after",
    "cut_body",
    "wrong_json",
    "not_a_list",
    "redirect",
    "endless_body",
    "link_loop",
    "resource_lock",
    "twin",
)
DOINGS = (*ENDINGS, "delay", "change")
# Of these the endpoint is never reached: nothing is changed.
WITHOUT_EFFECT = ("status", "html_200", "reset_before", "redirect", "resource_lock")
# Of these the status may be that of success, but no client can read the body.
UNREADABLE = ("html_200", "cut_body", "wrong_json", "not_a_list", "endless_body")
# What a throttle and Workhorse in front of GitLab send.
PLAIN_TEXTS = {429: "Retry later\n", 502: "GitLab is not responding"}


def _read_query(entry: Fields, name: str) -> dict[str, str]:
    return {key: str(value) for key, value in entry.take(name, dict).items()}


QUERY = Kind("object", _read_query, lambda query, _world: dict(query))


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, for the requests it matches."""

    do: str = field(metadata=key(choice(*DOINGS), "see below"))
    method: str = field(default="*", metadata=key(TEXT, "`*`: any"))
    path: str = field(default=".*", metadata=key(PATTERN, "has to fit the whole path below `/api/v4`"))
    query: Mapping[str, str] = field(
        default_factory=dict, metadata=key(QUERY, "parameters that have to be equal; others do not matter")
    )
    after: int = field(default=0, metadata=key(COUNT, "lets that many matching requests pass"))
    times: int | None = field(default=1, metadata=key(OPTIONAL_COUNT, "hits that many; null: for ever"))
    probability: float = field(default=1, metadata=key(AMOUNT, "hits by chance, up to 1"))
    seed: int = field(default=0, metadata=key(COUNT, "of that chance: the same for the same seed"))
    status: int | None = field(default=None, metadata=key(OPTIONAL_COUNT, "", usual="502, of a redirect 302"))
    html: bool = field(default=False, metadata=key(FLAG, "an HTML page as the body"))
    body: str | None = field(default=None, metadata=key(OPTIONAL_TEXT, "the body as a text"))
    json: object = field(default=None, metadata=key(ANYTHING, "the body as JSON"))
    headers: Mapping[str, str] = field(default_factory=dict, metadata=key(OBJECT, "sent besides"))
    seconds: float = field(default=0, metadata=key(AMOUNT, "of a delay"))
    when: str = field(default="before", metadata=key(choice("before", "after"), "a delay: before or after the work"))
    location: str = field(default="", metadata=key(TEXT, "of a redirect"))
    world: Mapping[str, Any] = field(default_factory=dict, metadata=key(OBJECT, "of a change: see below"))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Fault:
        """The fault that a dict describes; WorldError names what is wrong in it."""
        return made(cls, Fields(data, "fault"))

    def __post_init__(self) -> None:
        if self.do not in DOINGS:
            raise ValueError(f"{self.do!r} is none of {', '.join(DOINGS)}")

    def matches(self, request: Request) -> bool:
        """The path pattern has to fit the whole path below /api/v4."""
        return (
            self.method.upper() in ("*", request.method)
            and re.fullmatch(self.path, request.path) is not None
            and all(request.query.get(key) == value for key, value in self.query.items())
        )

    def answer(self) -> Answer:
        """What is sent in place of GitLab's answer."""
        if self.do == "html_200":
            return Answer(200, html_page("Sign in").encode(), "text/html; charset=utf-8")
        if self.do == "resource_lock":
            return json_answer(409, {"message": "409 Conflict: Resource lock"})
        if self.do == "redirect":
            return Answer(self.status or 302, b"", "text/html", {"Location": self.location, **self.headers})
        return self._status_answer(self.status or 502)

    def _status_answer(self, status: int) -> Answer:
        """The body that was given, else what usually comes with that status."""
        if self.json is not None:
            return json_answer(status, self.json, self.headers)
        if self.body is not None:
            return Answer(status, self.body.encode(), JSON, self.headers)
        title = f"{status} {reason(status)}"
        if self.html:
            return Answer(status, html_page(title).encode(), "text/html", self.headers)
        if status in PLAIN_TEXTS:
            return text_answer(status, PLAIN_TEXTS[status], self.headers)
        return json_answer(status, {"message": title}, self.headers)


class Faults:
    """The faults of a running simulator: more can be added at any time."""

    def __init__(self, faults: list[Fault]) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._armed.append(_Armed(fault))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def hitting(self, request: Request) -> list[Fault]:
        """The faults that hit this request, up to and including the first that ends it."""
        hits = []
        with self._lock:
            for armed in self._armed:
                if armed.fault.matches(request) and armed.fires():
                    hits.append(armed.fault)
                    if armed.fault.do in ENDINGS:
                        break
        return hits


class _Armed:
    """A fault with its counts."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._random = random.Random(fault.seed)
        self._seen = 0
        self._fired = 0

    def fires(self) -> bool:
        self._seen += 1
        fault = self.fault
        if self._seen <= fault.after or (fault.times is not None and self._fired >= fault.times):
            return False
        if self._random.random() >= fault.probability:
            return False
        self._fired += 1
        return True


def spoilt(fault: Fault, answer: Answer, url: str) -> Answer:
    """GitLab's answer as a fault that comes after the effect leaves it."""
    if fault.do == "status_after":
        return fault.answer()
    if fault.do == "wrong_json":
        return Answer(answer.status, b'{"id": 4, "name": ', JSON, answer.headers)
    if fault.do == "not_a_list":
        return Answer(answer.status, json.dumps({"projects": []}).encode(), JSON, answer.headers)
    if fault.do == "link_loop":
        return Answer(answer.status, answer.body, JSON, {**answer.headers, "Link": f'<{url}>; rel="next"'})
    return answer
