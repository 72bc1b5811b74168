# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses and settings with which nothing can be sent: told in one sentence, and not tried again."""

from __future__ import annotations

from typing import Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import Unreachable

OpenClient = Callable[..., HttpClient]

USER = "/api/v4/user"
IMPOSSIBLE: list[tuple[str, dict[str, str], str]] = [
    ("https://gitlab..example.com", {}, "no valid host name"),
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
        client.get(USER)
    assert "no request to " in raised.value.reason
    assert words in raised.value.reason
    assert client.traffic.retries == 0
