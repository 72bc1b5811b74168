# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of the shipped code against a simulated GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.workers import Workers
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient, OpenGitLab
from ansible_collections.groupshare.gitlab.tests.support.parts import connection
from ansible_collections.groupshare.gitlab.tests.support.worlds import token_of


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken from the caller's environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def http() -> Iterator[OpenClient]:
    """Opens a client of a URL, or of a simulator; options are those of the connection."""
    with ExitStack() as stack:

        def open_client(where: Simulator | str, user: str = "olivia", **options: Any) -> HttpClient:
            url = where if isinstance(where, str) else where.url
            found = connection(url, **{"api_token": token_of(user), **options})
            client = HttpClient(found, "groupshare.gitlab/test", backoff=0.001)
            return stack.enter_context(closing(client))

        yield open_client


@pytest.fixture
def api(http: OpenClient) -> Iterator[OpenGitLab]:
    """Opens GitLab's API in the same way."""
    with Workers(4) as workers:
        yield lambda where, **options: GitLab(http(where, **options), workers)
