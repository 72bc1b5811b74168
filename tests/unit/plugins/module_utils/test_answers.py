# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers: whose they are, whether they are final, and what they leave open about a write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.answers import RawAnswer

HTML = "text/html; charset=utf-8"
TEXT = "text/plain"
JSON = "application/json"


def answer(status: int, body: object = None, content_type: str = JSON) -> RawAnswer:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return RawAnswer(status, {"Content-Type": content_type} if content_type else {}, raw)


OWN: list[tuple[int, object, str]] = [
    (200, {"id": 4}, JSON),
    (200, [], JSON),
    (200, b"null", JSON),
    (201, {"id": 4}, JSON),
    (204, None, ""),
    (204, None, JSON),
    (400, {"error": "group_access is missing"}, JSON),
    (400, b"Potential path traversal attempt detected. (Path: ...)", TEXT),
    (404, {"message": "404 Project Not Found"}, JSON),
    (409, {"message": "Project already shared with this group"}, JSON),
    (429, b"Retry later\n", TEXT),
    (429, {"message": {"error": "Too many."}}, JSON),
    (500, {"message": "500 Internal Server Error"}, JSON),
    (502, b"GitLab is not responding", TEXT),
    (503, {"message": "GitLab is undergoing maintenance"}, JSON),
]
STRANGE: list[tuple[int, object, str, str]] = [
    (200, b"<title>Sign in</title>", HTML, 'an HTML page titled "Sign in" instead of JSON'),
    (200, None, JSON, "an empty answer instead of JSON"),
    (201, None, "", "an empty answer instead of JSON"),
    (201, b'{"id": ', JSON, "JSON that is broken or cut off after 7 bytes"),
    (200, b"ok", TEXT, 'the text "ok" instead of JSON'),
    (400, b"<html>", HTML, "an HTML page instead of JSON"),
    (400, b"Client sent an HTTP request to an HTTPS server.", TEXT, 'the text "Client'),
    (401, b"Jwt is missing", TEXT, 'the text "Jwt is missing" instead of JSON'),
    (403, b"RBAC: access denied", TEXT, 'the text "RBAC: access denied" instead of JSON'),
    (403, None, "", "an empty answer instead of JSON"),
    (404, b'["nothing"]', JSON, "JSON of an unexpected shape"),
    (404, b"<title>404 Not Found</title>", HTML, 'an HTML page titled "404 Not Found" instead of JSON'),
    (429, b"<title>Slow down</title>", HTML, 'an HTML page titled "Slow down" instead of JSON'),
    (524, b"<title>A timeout occurred</title>", HTML, 'an HTML page titled "A timeout occurred" instead of JSON'),
]


@pytest.mark.parametrize(("status", "body", "content_type"), OWN)
def test_gitlabs_own_answers(status: int, body: object, content_type: str) -> None:
    assert answer(status, body, content_type).unusable_because is None


@pytest.mark.parametrize(("status", "body", "content_type", "what"), STRANGE)
def test_answers_that_are_not_gitlabs(status: int, body: object, content_type: str, what: str) -> None:
    given = answer(status, body, content_type)
    assert (given.unusable_because or "").startswith(what)
    assert given.error_text == given.unusable_because
    assert not given.refuses_token


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (answer(404, {"message": "404 Project Not Found"}), "Project Not Found"),
        (answer(404, {"message": "Not Found"}), "Not Found"),
        (answer(429, b"Retry later\n", TEXT), "Retry later"),
        (answer(500, {"message": ""}), "no text"),
    ],
)
def test_the_text_of_an_error(given: RawAnswer, text: str) -> None:
    assert given.error_text == text


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504, 511, 520, 524, 530, 599])
@pytest.mark.parametrize(("body", "content_type"), [({"message": "?"}, JSON), (b"<html>", HTML), (None, "")])
def test_timeouts_and_all_from_500_on_may_pass_and_prove_nothing(status: int, body: object, content_type: str) -> None:
    given = answer(status, body, content_type)
    assert given.may_pass
    assert given.effect_unknown


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 407, 409, 412, 413, 422, 429])
def test_refusals_do_not_pass_and_mean_that_nothing_was_done(status: int) -> None:
    given = answer(status, {"message": "no"})
    assert not given.may_pass
    assert not given.effect_unknown


@pytest.mark.parametrize(("status", "body", "content_type", "what"), STRANGE)
def test_what_is_not_gitlabs_proves_nothing(status: int, body: object, content_type: str, what: str) -> None:
    # A server that answers "too many requests" has not passed the request on.
    assert answer(status, body, content_type).effect_unknown is (status != 429)


def test_a_resource_lock_passes_and_means_that_nothing_was_done() -> None:
    locked = answer(409, {"message": "409 Conflict: Resource lock"})
    assert locked.may_pass
    assert not locked.effect_unknown
    assert not answer(409, {"message": "Project already shared with this group"}).may_pass
    assert not answer(409, b"409 Conflict: Resource lock", HTML).may_pass


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        (401, {"message": "401 Unauthorized"}, True),
        (401, {"error": "invalid_token", "error_description": "Token is expired."}, True),
        (403, {"error": "insufficient_scope", "scope": "api"}, True),
        (403, {"message": "403 Forbidden - Your account has been blocked."}, True),
        (403, {"message": "403 Forbidden"}, False),
        (403, {"message": {"base": ["no"]}}, False),
        (403, {"error": "insufficient_granular_scope"}, False),
        (404, {"message": "404 Not Found"}, False),
    ],
)
def test_only_gitlab_refuses_the_token(status: int, body: dict[str, Any], refused: bool) -> None:
    assert answer(status, body).refuses_token is refused


@pytest.mark.parametrize(
    ("given", "of_application"),
    [
        (answer(429, {"message": {"error": "This endpoint has been requested too many times."}}), True),
        (answer(429, {"message": "API rate limit exceeded"}), False),
        (answer(429, b"Retry later\n", TEXT), False),
        (answer(429, b"<html>", HTML), False),
        (answer(403, {"message": {"error": "no"}}), False),
    ],
)
def test_two_kinds_of_limits(given: RawAnswer, of_application: bool) -> None:
    assert given.is_application_limit is of_application


PROXY = "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer(400, b"<center>The plain HTTP request was sent to HTTPS port</center>", HTML), "begin with https://"),
        (
            answer(400, b"Reason: You're speaking plain HTTP to an SSL-enabled server port.", HTML),
            "begin with https://",
        ),
        (answer(400, b"Client sent an HTTP request to an HTTPS server.", TEXT), "begin with https://"),
        (answer(401, b"<html>", HTML), "says nothing about the token"),
        (answer(403, b"RBAC: access denied", TEXT), "the option headers"),
        (answer(407, b"<html>", HTML), f"The proxy {PROXY} asks for a user name and a password."),
        (answer(502, b"<html>", HTML), f"in front of GitLab, such as the proxy {PROXY}, a load balancer or"),
    ],
)
def test_what_to_do_about_what_is_not_gitlabs(given: RawAnswer, words: str) -> None:
    assert words in given.advice(PROXY)
    assert PROXY not in given.advice(None)


def test_broken_json_is_blamed_on_nobody() -> None:
    assert answer(200, b'{"id": ').advice(PROXY) == ""
