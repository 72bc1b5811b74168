# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits of GitLab over real sockets: who waits, how long, and when it is too long."""

from __future__ import annotations

import datetime
import re
import time
from contextlib import closing

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import throttle
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import WaitTooLong
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.parts import connection
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company

USER = "/api/v4/user"
PROJECT = "/api/v4/projects/1"
POST = ("/api/v4/projects/1/share", {"group_id": 11, "group_access": 10})


def app() -> Company:
    return Company().project("acme/app")


def test_a_429_is_waited_out_and_counts_no_try(start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(app().fault("status", status=429, headers={"Retry-After": "1"}))
    client = http(gitlab, retries=0)
    started = time.monotonic()
    assert client.get(USER).status == 200
    assert time.monotonic() - started >= 0.9
    assert client.traffic.retries == 1
    assert 0.5 < client.traffic.waited_seconds <= 1


def test_one_limit_holds_all(start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(app().fault("status", path="/version", status=429, headers={"Retry-After": "60"}))
    client = http(gitlab, max_wait=0)
    with pytest.raises(WaitTooLong):
        client.get("/api/v4/version")
    with pytest.raises(WaitTooLong):
        client.get(USER)
    assert len(gitlab.log) == 1


def test_a_429_of_the_throttle(start_gitlab: StartGitLab, http: OpenClient) -> None:
    limit = {"kind": "rack", "requests": 3, "seconds": 1, "headers": "none"}
    client = http(start_gitlab(app().limit("throttle_authenticated_api", **limit)))
    for _request in range(5):
        client.get(USER)
    assert client.traffic.retries >= 1


def test_a_429_of_the_application_without_headers_waits_for_the_next_minute(
    start_gitlab: StartGitLab, http: OpenClient
) -> None:
    limit = {"kind": "application", "requests": 1, "seconds": 600}
    client = http(start_gitlab(app().limit("project_api", **limit)), max_wait=0)
    client.get(PROJECT)
    with pytest.raises(WaitTooLong, match=r"[1-6]?\d more seconds of waiting would exceed max_wait \(0\)\.$"):
        client.get(PROJECT)


@pytest.mark.parametrize("headers", ["old", "new"])
def test_it_slows_down_before_the_limit(headers: str, start_gitlab: StartGitLab, http: OpenClient) -> None:
    limit = {"kind": "rack", "requests": 4, "seconds": 2, "headers": headers}
    gitlab = start_gitlab(app().limit("throttle_authenticated_api", **limit))
    client = http(gitlab, parallel_requests=1)
    for _request in range(10):
        client.get(USER)
    assert client.traffic.waited_seconds > 0
    assert {entry.status for entry in gitlab.log} == {200}
    assert client.traffic.retries == 0


def test_the_list_of_all_projects_waits_for_the_next_ten_minutes(start_gitlab: StartGitLab, http: OpenClient) -> None:
    limit = {"kind": "application", "requests": 1, "seconds": 600}
    client = http(start_gitlab(app().limit("projects_api", **limit)), max_wait=0)
    client.get("/api/v4/projects")
    left = 600 - time.time() % 600
    with pytest.raises(WaitTooLong) as raised:
        client.get("/api/v4/projects")
    waiting = re.search(r"(\d+) more seconds? of waiting", raised.value.reason)
    assert waiting is not None
    # Unless ten minutes end just now.
    assert abs(int(waiting[1]) - left) <= 5 or left <= 5


def test_retry_after_is_heeded_for_other_errors_too(start_gitlab: StartGitLab, http: OpenClient) -> None:
    client = http(start_gitlab(app().fault("status", status=503, headers={"Retry-After": "60"})), max_wait=5)
    with pytest.raises(WaitTooLong) as raised:
        client.post(*POST)
    assert raised.value.effect_unknown


def test_a_429_means_that_nothing_was_done(start_gitlab: StartGitLab, http: OpenClient) -> None:
    client = http(start_gitlab(app().fault("status", status=429, headers={"Retry-After": "60"})), max_wait=5)
    with pytest.raises(WaitTooLong, match=r"^POST .*: 429 Retry later; 60 more seconds") as raised:
        client.post(*POST)
    assert not raised.value.effect_unknown
    assert client.traffic.retries == 0


def test_who_asks_is_told_when_a_wait_ends(start_gitlab: StartGitLab) -> None:
    told: list[datetime.datetime] = []
    gitlab = start_gitlab(app().fault("status", status=429, headers={"Retry-After": "1"}))
    with closing(HttpClient(connection(gitlab.url), "groupshare.gitlab/test", on_wait=told.append)) as client:
        client.get(USER)
    assert len(told) == 1


def test_a_shielded_request_waits_beyond_max_wait(
    start_gitlab: StartGitLab, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "SHIELD_SECONDS", 1.5)
    gitlab = start_gitlab(app().fault("status", status=429, headers={"Retry-After": "1"}, times=None))
    client = http(gitlab, max_wait=0)
    with client.shielded(), pytest.raises(WaitTooLong, match=r"still asks to wait after 1\.5 seconds"):
        client.post(*POST)
    assert len(gitlab.log) == 3


def test_after_a_stop_only_shielded_requests_are_sent(start_gitlab: StartGitLab, http: OpenClient) -> None:
    client = http(start_gitlab(app()))
    client.stop("it was ended")
    with pytest.raises(WaitTooLong, match="it was ended"):
        client.get(USER)
    with client.shielded():
        assert client.post(*POST).status == 201
    with pytest.raises(WaitTooLong, match="it was ended"):
        client.get(USER)
