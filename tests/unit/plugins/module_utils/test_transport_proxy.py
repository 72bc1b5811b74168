# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies of the environment: used, left out, and named when they do not work."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable
from urllib.parse import urlsplit

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import Unreachable
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company

StartGitLab = Callable[..., Simulator]
OpenClient = Callable[..., HttpClient]
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
    with pytest.raises(Unreachable) as raised:
        http(f"{scheme}://gitlab.example.com", retries=0).get(USER)
    assert str(raised.value) == (
        f"GET {USER}: no connection through the proxy to gitlab.example.com (Connection refused)."
    )
