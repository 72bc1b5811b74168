# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies: what is JSON, what error answers say, and where reading ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import bodies
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.bodies import (
    UnreadableBody,
    decode,
    error_text,
    read_body,
)

JSON = "application/json"
HTML = "text/html; charset=utf-8"
A_PAGE = "an HTML page instead of JSON (from a proxy, a load balancer or a login page?)"


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", "Application/JSON", "a/problem+json"]
)
def test_json_is_decoded(content_type: str) -> None:
    assert decode(content_type, b'{"id": 4}') == {"id": 4}


@pytest.mark.parametrize("content_type", [JSON, HTML, ""])
@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_body_is_none(content_type: str, body: bytes) -> None:
    assert decode(content_type, body) is None


@pytest.mark.parametrize(
    ("content_type", "body", "problem"),
    [
        (HTML, b"<html>", "expected JSON, got text/html"),
        ("", b"{}", "expected JSON, got no content type"),
        ("text/plain", b"{}", "expected JSON, got text/plain"),
        (JSON, b'{"id": ', "the JSON is broken or cut off after 7 bytes"),
        (JSON, b"<html>", "the JSON is broken or cut off after 6 bytes"),
        (JSON, b'"\xff"', "the JSON is broken or cut off after 3 bytes"),
    ],
)
def test_anything_else_is_described(content_type: str, body: bytes, problem: str) -> None:
    with pytest.raises(UnreadableBody) as raised:
        decode(content_type, body)
    assert str(raised.value) == problem


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"message": "404 Project Not Found"}, "404 Project Not Found"),
        ({"message": "Not Found"}, "Not Found"),
        ({"message": {"name": ["has already been taken"]}}, "name has already been taken"),
        ({"message": {"name": ["is short", "is bad"], "path": ["is bad"]}}, "name is short, is bad; path is bad"),
        ({"message": {"base": ["Limit reached"]}}, "Limit reached"),
        ({"message": {"error": "This endpoint has been requested too many times."}}, None),
        ({"message": ["one", "two"]}, "one, two"),
        ({"error": "group_access does not have a valid value"}, "group_access does not have a valid value"),
        ({"error": "404 Not Found"}, "404 Not Found"),
        (
            {"error": "insufficient_scope", "error_description": "The request requires more.", "scope": "api"},
            "insufficient_scope: The request requires more.",
        ),
        ({"message": "500 Internal Server Error"}, "500 Internal Server Error"),
        ({"message": "a\n\tb\x1b[31m  c"}, "a b [31m c"),
        ({"message": None, "error": "x"}, "x"),
        ({"message": None}, "no text"),
        ({}, "no text"),
        ([], "no text"),
        (["a", {"b": 1}], "a, b 1"),
        ("text", "text"),
        (None, "no text"),
    ],
)
def test_the_text_of_an_error_in_json(answer: Any, text: str | None) -> None:
    expected = text or answer["message"]["error"]
    assert error_text(JSON, json.dumps(answer).encode()) == expected


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", b"Retry later\n", "Retry later"),
        ("text/plain", b"GitLab is not responding", "GitLab is not responding"),
        ("text/plain", b"\xff\xfe", "\ufffd\ufffd"),
        ("", b"upstream failed", "upstream failed"),
        ("text/plain", b"", "no text"),
        (HTML, b"<html><h1>502 Bad Gateway</h1></html>", A_PAGE),
        ("TEXT/HTML", b"<html>", A_PAGE),
        (JSON, b'{"message": "cut', '{"message": "cut'),
    ],
)
def test_the_text_of_another_error(content_type: str, body: bytes, text: str) -> None:
    assert error_text(content_type, body) == text


def test_an_error_text_has_an_end() -> None:
    for content_type, body in ((JSON, json.dumps({"message": "long " * 1000}).encode()), ("text/plain", b"x" * 10**6)):
        text = error_text(content_type, body)
        assert len(text) == bodies.MAX_ERROR_TEXT
        assert text.endswith("\u2026")


def answer_of(chunks: Iterator[bytes]) -> Any:
    return SimpleNamespace(raw=SimpleNamespace(), iter_content=lambda _size: chunks)


def endless() -> Iterator[bytes]:
    while True:
        yield b" " * 1024


def test_a_body_is_read_whole() -> None:
    assert read_body(answer_of(iter([b"[1,", b"2]"]))) == b"[1,2]"


def test_a_body_without_an_end_is_given_up_for_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_BYTES", 2 * 1024 * 1024)
    with pytest.raises(UnreadableBody, match="the answer is longer than 2 MiB"):
        read_body(answer_of(endless()))


def test_a_body_without_an_end_is_given_up_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_SECONDS", 0)
    with pytest.raises(UnreadableBody, match="the answer did not end within 0 seconds"):
        read_body(answer_of(endless()))
