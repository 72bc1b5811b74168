# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies: what is JSON, what error answers say, and where reading ends."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import bodies
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.bodies import (
    UnreadableBody,
    decode,
    error_text,
    plain_text,
    read_body,
)

JSON = "application/json"
HTML = "text/html; charset=utf-8"


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
        (HTML, b"<html>", "an HTML page instead of JSON"),
        (
            "TEXT/HTML",
            b"<html><h1>502 Bad Gateway</h1></html>",
            'an HTML page titled "502 Bad Gateway" instead of JSON',
        ),
        ("application/xhtml+xml", b"<html/>", "an HTML page instead of JSON"),
        ("text/plain", b"Retry later\n", 'the text "Retry later" instead of JSON'),
        ("text/plain", b"\xff\xfe", 'the text "\ufffd\ufffd" instead of JSON'),
        ("", b"{}", 'the text "{}" instead of JSON'),
        ("image/png", b"\x89PNG", "image/png instead of JSON"),
        (JSON, b'{"id": ', "JSON that is broken or cut off after 7 bytes"),
        (JSON, b"<html>", "JSON that is broken or cut off after 6 bytes"),
        (JSON, b'"\xff"', "JSON that is broken or cut off after 3 bytes"),
        (JSON, b"[" * 200_000, "JSON that is broken or cut off after 200000 bytes"),
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
    assert error_text(answer) == expected


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<html><head><title>400 Bad Request</title></head><h1>Oops</h1></html>", "400 Bad Request"),
        ("<TITLE lang='en'>\n Sign in \n&middot; Corp&nbsp;</TITLE>", "Sign in \u00b7 Corp"),
        ("<title> </title><h1>Just <b>a</b> moment...</h1>", "Just a moment..."),
        ("<title>caf\u00e9</title>", "caf\u00e9"),
        ("<title>a\x1b[31m</title>", "a [31m"),
    ],
)
def test_a_page_is_named_by_its_title(page: str, title: str) -> None:
    with pytest.raises(UnreadableBody) as raised:
        decode(HTML, page.encode())
    assert str(raised.value) == f'an HTML page titled "{title}" instead of JSON'


def test_a_text_of_others_has_an_end() -> None:
    for text in (error_text({"message": "long " * 1000}), plain_text(b"x" * 10**6)):
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
