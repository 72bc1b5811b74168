# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies of the environment: used, left out, and named when they do not work."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import GroupShareError
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import BadAnswer, Unreachable
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.rawserver import RawServer, page
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company, token_of

USER = "/api/v4/user"


class ForwardProxy(ThreadingHTTPServer):
    """Passes requests on to one GitLab, whatever host they name."""

    daemon_threads = True

    def __init__(self, gitlab: Simulator) -> None:
        super().__init__(("127.0.0.1", 0), _Forwarding)
        self.target = urlsplit(gitlab.url).netloc
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Forwarding(BaseHTTPRequestHandler):
    server: ForwardProxy

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        connection = http.client.HTTPConnection(self.server.target)
        connection.request("GET", urlsplit(self.path).path, headers=dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    def log_message(self, *_arguments: object) -> None:
        """Tests look at what was seen."""


@pytest.fixture
def gitlab(start_gitlab: StartGitLab) -> Simulator:
    return start_gitlab(Company())


@pytest.fixture
def proxy(gitlab: Simulator) -> Iterator[ForwardProxy]:
    server = ForwardProxy(gitlab)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_proxy_of_the_environment_is_used(
    proxy: ForwardProxy, gitlab: Simulator, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    assert http("http://gitlab.example.com").get(USER).data["username"] == "olivia"
    assert proxy.seen == ["http://gitlab.example.com" + USER]
    assert len(gitlab.log) == 1


def test_a_host_in_no_proxy_is_reached_without(
    proxy: ForwardProxy, gitlab: Simulator, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert http(gitlab).get(USER).status == 200
    assert proxy.seen == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_does_not_answer_is_named(scheme: str, http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{scheme}_proxy", "http://me:hush-7Qx2kLm9@127.0.0.1:9")
    client = http(f"{scheme}://gitlab.example.com", retries=1)
    with pytest.raises(Unreachable) as raised:
        client.post(USER, {})
    assert raised.value.reason == "no connection to the proxy http://127.0.0.1:9 (Connection refused)."
    assert not raised.value.effect_unknown
    assert client.traffic.retries == 1


def use_proxy(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, address)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_without_tls_that_is_given_as_one_of_https(
    scheme: str, gitlab: Simulator, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = gitlab.url.partition("://")[2]
    use_proxy(monkeypatch, f"https://me:hush-7Qx2kLm9@{address}")
    client = http(f"{scheme}://gitlab.example.com")
    with pytest.raises(Unreachable) as raised:
        client.post(USER, {})
    assert raised.value.reason == (
        f"the proxy https://{address} does not speak TLS; its address may have to begin with http://."
    )
    assert not raised.value.effect_unknown
    assert client.traffic.retries == 0


def test_such_a_proxy_that_says_nothing(http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(None) as server:
        use_proxy(monkeypatch, f"https://{server.address}")
        with pytest.raises(Unreachable) as raised:
            http("https://gitlab.example.com", timeout=1, retries=0).get(USER)
    assert f"https://{server.address}" in raised.value.reason
    assert "within 1 second" in raised.value.reason


def test_a_proxy_whose_name_is_unknown(http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_arguments: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    use_proxy(monkeypatch, "http://proxy.example.com:3128")
    client = http("https://gitlab.example.com")
    with pytest.raises(Unreachable) as raised:
        client.get(USER)
    assert (
        raised.value.reason
        == "the name of the proxy http://proxy.example.com:3128 cannot be resolved (Name or service not known)."
    )
    assert client.traffic.retries == 0


@pytest.mark.parametrize(
    ("status", "words", "tries"),
    [
        ("403 Forbidden", "lets no request through to gitlab.example.com", 1),
        ("407 Proxy Authentication Required", "asks for a user name and a password", 1),
        ("503 Service Unavailable", "cannot reach gitlab.example.com", 2),
    ],
)
def test_a_proxy_that_makes_no_tunnel(
    status: str, words: str, tries: int, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(page(status)) as server:
        use_proxy(monkeypatch, f"http://{server.address}")
        client = http("https://gitlab.example.com", retries=1)
        with pytest.raises(Unreachable) as raised:
            client.post(USER, {})
    assert raised.value.reason == f"the proxy http://{server.address} {words} (Tunnel connection failed: {status})."
    assert not raised.value.effect_unknown
    assert client.traffic.writes == tries
    # The token and what belongs to GitLab are not for the proxy.
    assert all(token_of("olivia").encode() not in request for request in server.received)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("407 Proxy Authentication Required", "The proxy http://{address} asks for a user name and a password."),
        ("502 Bad Gateway", "in front of GitLab, such as the proxy http://{address}, a load balancer or a login page."),
    ],
)
def test_a_proxy_that_answers_itself(
    status: str, words: str, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(page(status, f"ERROR: {status}")) as server:
        use_proxy(monkeypatch, f"http://me:hush-7Qx2kLm9@{server.address}")
        with pytest.raises(BadAnswer) as raised:
            http("http://gitlab.example.com", retries=0).get(USER)
    assert raised.value.reason.startswith(f'an HTML page titled "ERROR: {status}" instead of JSON. ')
    assert raised.value.reason.endswith(words.format(address=server.address))


@pytest.mark.parametrize("address", ["http://me:hush-7Qx2kLm9@", "http://me:hush-7Qx2kLm9@/"])
def test_a_proxy_without_a_host(address: str, http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    use_proxy(monkeypatch, address)
    with pytest.raises(GroupShareError, match="a proxy in the environment") as raised:
        http("https://gitlab.example.com")
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("address", ["http://me:hush-7Qx2kLm9@proxy.example.com:port", "me:hush-7Qx2kLm9@prox y"])
def test_a_proxys_password_is_in_no_message(address: str, http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    use_proxy(monkeypatch, address)
    with pytest.raises(Unreachable) as raised:
        http("https://gitlab.example.com", retries=0).get(USER)
    assert "hush" not in str(raised.value)
