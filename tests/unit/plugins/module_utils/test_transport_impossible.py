# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses and settings with which nothing can be sent: one sentence, and no second try where that is no use."""

from __future__ import annotations

import socket

import pytest
import requests

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import BadAnswer, Unreachable
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.failures import NoAnswer, Route, explain
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient
from ansible_collections.groupshare.gitlab.tests.support.rawserver import RawServer, page

USER = "/api/v4/user"
IMPOSSIBLE: list[tuple[str, dict[str, str], str]] = [
    ("https://gitlab..example.com", {}, "label empty or too long"),
    ("https://*.example.com", {}, "URL has an invalid label"),
    ("https://gitlab.example.com", {"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}, "invalid path: /nowhere/ca.pem"),
    ("http://gitlab.example.com", {"HTTP_PROXY": "socks5://127.0.0.1:9"}, "Missing dependencies for SOCKS support"),
]


@pytest.mark.parametrize(("url", "environment", "words"), IMPOSSIBLE, ids=[case[2] for case in IMPOSSIBLE])
def test_what_cannot_be_sent_at_all_is_told_once(
    url: str, environment: dict[str, str], words: str, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = http(url)
    with pytest.raises(Unreachable) as raised:
        client.post(USER, {})
    assert "no request to " in raised.value.reason
    assert words in raised.value.reason
    assert not raised.value.effect_unknown
    assert client.traffic.retries == 0


@pytest.mark.parametrize(
    ("number", "words", "tries"),
    [
        (
            socket.EAI_NONAME,
            "the name of the host gitlab.example.com cannot be resolved (no such name); check api_url.",
            1,
        ),
        (socket.EAI_AGAIN, "the name of the host gitlab.example.com cannot be resolved now (no such name).", 3),
    ],
)
def test_a_name_without_an_address(
    number: int, words: str, tries: int, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getaddrinfo(*_arguments: object) -> None:
        raise socket.gaierror(number, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    client = http("https://gitlab.example.com", retries=2)
    with pytest.raises(Unreachable) as raised:
        client.post(USER, {})
    assert raised.value.reason == words
    assert not raised.value.effect_unknown
    assert client.traffic.writes == tries


TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


@pytest.mark.parametrize(
    ("scheme", "reply", "words"),
    [
        ("http", TLS_ALERT, "speaks TLS; api_url has to begin with https://."),
        (
            "https",
            page("400 Bad Request", "400 Bad Request"),
            "does not speak TLS; api_url may have to begin with http://.",
        ),
        ("https", b"SSH-2.0-OpenSSH_9.2p1\r\n", "does not speak TLS; api_url may have to begin with http://."),
    ],
)
def test_the_wrong_scheme_is_told_once(scheme: str, reply: bytes, words: str, http: OpenClient) -> None:
    with RawServer(reply) as server:
        client = http(f"{scheme}://{server.address}")
        with pytest.raises(Unreachable) as raised:
            client.post(USER, {})
    assert raised.value.reason == f"{server.address} {words}"
    assert not raised.value.effect_unknown
    assert client.traffic.retries == 0


def test_http_on_a_port_of_https_as_nginx_tells_it(http: OpenClient) -> None:
    with RawServer(page("400 Bad Request", "400 The plain HTTP request was sent to HTTPS port")) as server:
        with pytest.raises(BadAnswer) as raised:
            http(f"http://{server.address}").get(USER)
        assert len(server.received) == 1
    assert raised.value.reason == (
        'an HTML page titled "400 The plain HTTP request was sent to HTTPS port" instead of JSON. '
        "The port speaks TLS: api_url has to begin with https://."
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing(scheme: str, http: OpenClient) -> None:
    with RawServer(None) as server:
        client = http(f"{scheme}://{server.address}", timeout=1, retries=1)
        with pytest.raises(Unreachable, match=rf"{server.address} did not answer within 1 second\.$") as raised:
            client.post(USER, {})
    assert raised.value.effect_unknown
    assert client.traffic.retries == 1


def test_a_server_that_speaks_something_else_is_quoted_in_one_line(http: OpenClient) -> None:
    with RawServer(b"SSH-2.0-OpenSSH_9.2p1\x1b[31m\r\n") as server, pytest.raises(Unreachable) as raised:
        http(f"http://{server.address}", retries=0).get(USER)
    assert "closed the connection (SSH-2.0-OpenSSH_9.2p1 [31m)" in raised.value.reason


def test_a_connection_that_is_not_accepted_in_time() -> None:
    """On the loopback, every connection is accepted."""
    route = Route("https", "gitlab.example.com", None, None, 30)
    outcome = explain(requests.exceptions.ConnectTimeout(), route)
    assert outcome == NoAnswer("gitlab.example.com did not accept a connection within 30 seconds", True, False)


def test_what_nobody_has_foreseen_is_not_tried_again_and_proves_nothing() -> None:
    outcome = explain(OSError("something new."), Route("https", "gitlab.example.com", None, None, 30))
    assert outcome == NoAnswer("no request to gitlab.example.com is possible (something new)", False, True)
