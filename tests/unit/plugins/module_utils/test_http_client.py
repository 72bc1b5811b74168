# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP client over real sockets: retries, limits, and one clear error for whatever else comes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import bodies, throttle
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import (
    BadAnswer,
    NotFound,
    Redirected,
    Refused,
    RequestFailed,
    TokenRefused,
    Unreachable,
    WaitTooLong,
)
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, Company, token_of

StartGitLab = Callable[..., Simulator]
OpenClient = Callable[..., HttpClient]

USER = "/api/v4/user"
PROJECT = "/api/v4/projects/1"
POST = ("/api/v4/projects/1/share", {"group_id": 11, "group_access": 10})

MAINTENANCE = {
    503: "GitLab is undergoing maintenance",
    403: "You cannot perform write operations on a read-only instance",
}
FOR_A_TIME: list[dict[str, Any]] = [
    {"do": "reset_before"},
    {"do": "reset_after"},
    {"do": "cut_body"},
    {"do": "status", "status": 500},
    {"do": "status", "status": 502},
    {"do": "status", "status": 502, "html": True},
    {"do": "status", "status": 503},
    {"do": "status", "status": 504},
    {"do": "status_after", "status": 502},
    {"do": "resource_lock"},
]


def app() -> Company:
    return Company().project("acme/app")


@pytest.mark.parametrize("fault", FOR_A_TIME, ids=str)
def test_what_passes_is_tried_again(fault: dict[str, Any], start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(app().fault(times=2, **fault))
    client = http(gitlab, retries=2)
    assert client.get(USER).data["username"] == "olivia"
    assert (client.traffic.reads, client.traffic.writes, client.traffic.retries) == (3, 0, 2)
    assert len(gitlab.log) == 3


@pytest.mark.parametrize("fault", FOR_A_TIME, ids=str)
def test_what_does_not_pass_is_given_up(fault: dict[str, Any], start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(app().fault(times=None, **fault))
    with pytest.raises((Unreachable, Refused)) as raised:
        http(gitlab, retries=2).get(USER)
    assert len(gitlab.log) == 3
    # That one is an answer, and says that nothing was done.
    assert raised.value.effect_unknown is (fault["do"] != "resource_lock")
    assert str(raised.value).startswith(f"GET {USER}: ")
    assert "0x" not in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"do": "status", "status": 502}, "502 GitLab is not responding"),
        (
            {"do": "status", "status": 502, "html": True},
            "502 an HTML page instead of JSON (from a proxy, a load balancer or a login page?)",
        ),
        (
            {"do": "status", "status": 500, "json": {"message": "500 Internal Server Error"}},
            "500 Internal Server Error",
        ),
        ({"do": "resource_lock"}, "409 Conflict: Resource lock"),
        ({"do": "html_200"}, "200 expected JSON, got text/html."),
        ({"do": "wrong_json"}, "200 the JSON is broken or cut off after 18 bytes."),
        ({"do": "reset_before"}, "no connection to {host} (Connection reset by peer)."),
        ({"do": "cut_body"}, "{host} broke off in the middle of its answer."),
        ({"do": "delay", "seconds": 3}, "{host} did not answer within 1 seconds."),
    ],
    ids=str,
)
def test_an_error_is_one_clear_sentence(
    fault: dict[str, Any], message: str, start_gitlab: StartGitLab, http: OpenClient
) -> None:
    gitlab = start_gitlab(app().fault(times=None, **fault))
    with pytest.raises(RequestFailed) as raised:
        http(gitlab, retries=0, timeout=1).get(USER)
    host = gitlab.url.partition("://")[2]
    assert str(raised.value) == f"GET {USER}: {message.format(host=host)}"


@pytest.mark.parametrize("do", ["html_200", "wrong_json"])
def test_what_is_no_answer_of_gitlabs_is_not_tried_again(do: str, start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(app().fault(do))
    with pytest.raises(BadAnswer):
        http(gitlab).get(USER)
    assert len(gitlab.log) == 1


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("/api/v4/projects/99", NotFound, "404 Project Not Found"),
        ("/api/v4/nothing", NotFound, "404 Not Found"),
        ("/api/v4/projects?per_page=0", Refused, "400 per_page has a value not allowed"),
    ],
)
def test_a_refusal_is_not_tried_again(
    path: str, kind: type[Refused], message: str, start_gitlab: StartGitLab, http: OpenClient
) -> None:
    gitlab = start_gitlab(app())
    with pytest.raises(kind) as raised:
        http(gitlab).get(path)
    assert str(raised.value) == f"GET {path}: {message}"
    assert not raised.value.effect_unknown
    assert len(gitlab.log) == 1


@pytest.mark.parametrize(
    ("status", "json", "kind"),
    [
        (401, {"message": "401 Unauthorized"}, TokenRefused),
        (403, {"error": "insufficient_scope", "error_description": "More.", "scope": "api"}, TokenRefused),
        (403, {"message": "403 Forbidden - Your account has been blocked."}, TokenRefused),
        (403, {"message": "403 Forbidden"}, Refused),
        (403, {"error": "insufficient_granular_scope", "error_description": "share_project"}, Refused),
        (404, {"message": "Not Found"}, NotFound),
        (405, {"message": "Non GET methods are not allowed for moved projects"}, Refused),
        (409, {"message": "Project already shared with this group"}, Refused),
        (412, {"message": "412 Precondition Failed"}, Refused),
    ],
)
def test_kinds_of_refusals(
    status: int, json: object, kind: type[Refused], start_gitlab: StartGitLab, http: OpenClient
) -> None:
    gitlab = start_gitlab(app().fault("status", status=status, json=json))
    with pytest.raises(Refused) as raised:
        http(gitlab).post(*POST)
    assert raised.type is kind
    assert raised.value.status == status
    assert len(gitlab.log) == 1


def both_writes(client: HttpClient) -> list[Callable[[], object]]:
    return [lambda: client.post(*POST), lambda: client.delete("/api/v4/projects/1/share/11")]


class TestWrites:
    def test_a_write_is_json_and_says_who_sends_it(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app())
        client = http(gitlab)
        assert client.post(*POST).status == 201
        assert client.delete("/api/v4/projects/1/share/11").data is None
        assert [entry.content_type for entry in gitlab.log] == ["application/json"] * 2
        assert [entry.user_agent for entry in gitlab.log] == ["groupshare.gitlab/test"] * 2
        assert (client.traffic.reads, client.traffic.writes) == (0, 2)

    @pytest.mark.parametrize("do", ["reset_after", "status_after", "cut_body"])
    def test_a_repeated_write_tells_that_the_first_may_have_worked(
        self, do: str, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gitlab = start_gitlab(app().fault(do, "POST", SHARE))
        with pytest.raises(Refused) as raised:
            http(gitlab).post(*POST)
        assert raised.value.status == 409
        assert raised.value.effect_unknown
        assert gitlab.world.share_of("acme/app", GROUP)

    @pytest.mark.parametrize("maintenance", [503, 403])
    def test_maintenance_mode_is_told_in_gitlabs_words(
        self, maintenance: int, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        """Without a Content-Type, a DELETE would be answered by a redirect to the start page."""
        client = http(start_gitlab(Company(maintenance=maintenance).project("acme/app", "guest")), retries=0)
        for write in both_writes(client):
            with pytest.raises(Refused) as raised:
                write()
            assert raised.value.status == maintenance
            assert raised.value.reason == MAINTENANCE[maintenance]


class TestRedirects:
    def test_a_read_follows_within_the_same_origin(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app())
        for location in (f"{gitlab.url}{USER}", USER, "user"):
            gitlab.faults.add(Fault("redirect", path="/version", status=301, location=location))
            assert http(gitlab).get("/api/v4/version").data["username"] == "olivia"

    @pytest.mark.parametrize("query", ["", "?archived=true", "?archived=false&page=2"])
    def test_a_read_follows_to_no_other_list(self, query: str, start_gitlab: StartGitLab, http: OpenClient) -> None:
        """Without its filters, it would be one of projects that nobody has selected."""
        gitlab = start_gitlab(app().fault("redirect", location=f"/api/v4/projects{query}"))
        with pytest.raises(Redirected):
            http(gitlab).get("/api/v4/projects", {"archived": False})
        gitlab.faults.add(Fault("redirect", location="/api/v4/projects?archived=false"))
        assert http(gitlab).get("/api/v4/projects", {"archived": False}).status == 200

    def test_a_read_goes_to_no_other_host(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab, other = start_gitlab(app()), start_gitlab(app())
        gitlab.faults.add(Fault("redirect", location=f"{other.url}{USER}?private_token=x"))
        with pytest.raises(Redirected) as raised:
            http(gitlab).get(USER)
        assert raised.value.location == f"{other.url}{USER}"
        assert str(raised.value) == (
            f"GET {USER}: 302 redirected to {other.url}{USER}. If this is where GitLab is, set api_url to its address."
        )
        assert other.log == []

    def test_a_read_goes_to_no_other_scheme(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app())
        gitlab.faults.add(Fault("redirect", location=gitlab.url.replace("http:", "https:") + USER))
        with pytest.raises(Redirected):
            http(gitlab).get(USER)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_write_goes_nowhere_else(self, status: int, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app())
        gitlab.faults.add(Fault("redirect", status=status, location=f"{gitlab.url}{USER}", times=2))
        client = http(gitlab)
        for write in both_writes(client):
            with pytest.raises(Redirected) as raised:
                write()
            assert raised.value.status == status
        assert len(gitlab.log) == 2

    def test_a_circle_has_an_end(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app().fault("redirect", location=USER, times=None))
        with pytest.raises(BadAnswer, match="redirects again and again"):
            http(gitlab).get(USER)
        assert len(gitlab.log) < 10

    def test_a_redirect_to_nowhere(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app().fault("redirect", location="", times=None))
        with pytest.raises(BadAnswer):
            http(gitlab).get(USER)


class TestLimits:
    def test_a_429_is_waited_out_and_counts_no_try(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app().fault("status", status=429, headers={"Retry-After": "1"}))
        client = http(gitlab, retries=0)
        started = time.monotonic()
        assert client.get(USER).status == 200
        assert time.monotonic() - started >= 0.9
        assert client.traffic.retries == 1
        assert 0.5 < client.traffic.waited_seconds <= 1

    def test_one_limit_holds_all(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app().fault("status", path="/version", status=429, headers={"Retry-After": "60"}))
        client = http(gitlab, max_wait=0)
        with pytest.raises(WaitTooLong):
            client.get("/api/v4/version")
        with pytest.raises(WaitTooLong):
            client.get(USER)
        assert len(gitlab.log) == 1

    def test_a_429_of_the_throttle(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        limit = {"kind": "rack", "requests": 3, "seconds": 1, "headers": "none"}
        client = http(start_gitlab(app().limit("throttle_authenticated_api", **limit)))
        for _request in range(5):
            client.get(USER)
        assert client.traffic.retries >= 1

    def test_a_429_of_the_application_without_headers_waits_for_the_next_minute(
        self, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        limit = {"kind": "application", "requests": 1, "seconds": 600}
        client = http(start_gitlab(app().limit("project_api", **limit)), max_wait=0)
        client.get(PROJECT)
        with pytest.raises(WaitTooLong, match=r"[1-6]?\d more seconds of waiting would exceed max_wait \(0\)\.$"):
            client.get(PROJECT)

    @pytest.mark.parametrize("headers", ["old", "new"])
    def test_it_slows_down_before_the_limit(self, headers: str, start_gitlab: StartGitLab, http: OpenClient) -> None:
        limit = {"kind": "rack", "requests": 4, "seconds": 2, "headers": headers}
        gitlab = start_gitlab(app().limit("throttle_authenticated_api", **limit))
        client = http(gitlab, parallel_requests=1)
        for _request in range(10):
            client.get(USER)
        assert client.traffic.waited_seconds > 0
        assert {entry.status for entry in gitlab.log} == {200}
        assert client.traffic.retries == 0

    def test_retry_after_is_heeded_for_other_errors_too(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        client = http(start_gitlab(app().fault("status", status=503, headers={"Retry-After": "60"})), max_wait=5)
        with pytest.raises(WaitTooLong) as raised:
            client.get(USER)
        assert raised.value.effect_unknown

    def test_a_shielded_request_waits_beyond_max_wait(
        self, start_gitlab: StartGitLab, http: OpenClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(throttle, "SHIELD_SECONDS", 1.5)
        gitlab = start_gitlab(app().fault("status", status=429, headers={"Retry-After": "1"}, times=None))
        client = http(gitlab, max_wait=0)
        with client.shielded(), pytest.raises(WaitTooLong, match=r"longer than the 1\.5 seconds of a replacement"):
            client.post(*POST)
        assert len(gitlab.log) == 3

    def test_after_a_stop_only_shielded_requests_are_sent(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        client = http(start_gitlab(app()))
        client.stop("it was ended")
        with pytest.raises(WaitTooLong, match="it was ended"):
            client.get(USER)
        with client.shielded():
            assert client.post(*POST).status == 201
        with pytest.raises(WaitTooLong, match="it was ended"):
            client.get(USER)


class TestEndlessBodies:
    def test_too_long(self, start_gitlab: StartGitLab, http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "MAX_BYTES", 1024 * 1024)
        with pytest.raises(BadAnswer, match="the answer is longer than 1 MiB"):
            http(start_gitlab(app().fault("endless_body"))).get(USER)

    def test_too_slow(self, start_gitlab: StartGitLab, http: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "MAX_SECONDS", 0)
        with pytest.raises(BadAnswer, match="the answer did not end within 0 seconds"):
            http(start_gitlab(app().fault("endless_body"))).get(USER)


class TestSecrets:
    def test_a_netrc_is_not_read(
        self, tmp_path: Path, start_gitlab: StartGitLab, http: OpenClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hush-7Qx2kLm9\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        gitlab = start_gitlab(app())
        http(gitlab).get(USER)
        http(gitlab, api_token=None, api_oauth_token=token_of("olivia")).get(USER)
        first, second = gitlab.log
        assert "authorization" not in first.headers
        assert second.user == "olivia"

    def test_an_oauth_token_goes_as_bearer(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        oauth = "oauth-olivia-3Hd8sPq6Yv1Bx5Jc"
        gitlab = start_gitlab(app().token("olivia", token=oauth, kind="oauth"))
        assert http(gitlab, api_token=None, api_oauth_token=oauth).get(USER).data["username"] == "olivia"
        assert "private-token" not in gitlab.log[0].headers

    def test_a_cookie_is_not_kept(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        headers = {"Set-Cookie": "_gitlab_session=7Qx2kLm9; path=/"}
        gitlab = start_gitlab(app().fault("status", status=200, json={}, headers=headers))
        client = http(gitlab)
        client.get(USER)
        client.get(USER)
        assert "cookie" not in gitlab.log[1].headers

    @pytest.mark.parametrize("option", ["api_token", "api_oauth_token"])
    def test_an_answer_that_repeats_the_token_does_not_spread_it(
        self, option: str, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        token = token_of("olivia")
        gitlab = start_gitlab(app().fault("status", status=400, json={"error": f"bad token {token}!"}))
        with pytest.raises(Refused) as raised:
            http(gitlab, **{"api_token": None, option: token}).get(USER)
        assert token not in str(raised.value)
        assert "bad token ********!" in str(raised.value)


@pytest.mark.parametrize("suffix", ["", "/", "/api/v4", "/api/v4/"])
def test_an_installation_below_a_path(suffix: str, start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(Company(relative_url="/git/lab").project("acme/app"))
    assert http(gitlab.url + suffix).get(USER).data["username"] == "olivia"


def test_parameters_are_written_as_gitlab_reads_them(start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(app())
    http(gitlab).get("/api/v4/projects", {"simple": True, "archived": False, "per_page": 5, "search": None})
    assert gitlab.log[0].query == {"simple": "true", "archived": "false", "per_page": "5"}


def test_a_host_that_refuses(http: OpenClient) -> None:
    with pytest.raises(Unreachable, match=r"no connection to 127\.0\.0\.1:9 \(Connection refused\)\.$") as raised:
        http("http://127.0.0.1:9", retries=1).get(USER)
    assert raised.value.status is None
