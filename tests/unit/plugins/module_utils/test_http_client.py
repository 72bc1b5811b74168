# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP client over real sockets: redirects, secrets, and what an address may look like."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import bodies
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import (
    BadAnswer,
    Redirected,
    Refused,
    RequestFailed,
    Unreachable,
)
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.rawserver import RawServer, page
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company, token_of

USER = "/api/v4/user"
PROJECT = "/api/v4/projects/1"
POST = ("/api/v4/projects/1/share", {"group_id": 11, "group_access": 10})


def app() -> Company:
    return Company().project("acme/app")


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

    def test_a_login_page_of_gitlab_means_that_there_is_no_api(
        self, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gitlab = start_gitlab(app())
        gitlab.faults.add(Fault("redirect", location=f"{gitlab.url}/users/sign_in"))
        with pytest.raises(Redirected) as raised:
            http(gitlab).get(USER)
        assert raised.value.reason == (
            f"redirected to {gitlab.url}/users/sign_in. GitLab has no API at this address: check api_url."
        )
        assert len(gitlab.log) == 1

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
        writes: list[Callable[[], object]] = [lambda: client.post(*POST), lambda: client.delete(PROJECT)]
        for write in writes:
            with pytest.raises(Redirected) as raised:
                write()
            assert raised.value.status == status
            assert raised.value.effect_unknown
        assert len(gitlab.log) == 2

    def test_a_circle_has_an_end(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app().fault("redirect", location=USER, times=None))
        with pytest.raises(BadAnswer, match="keeps redirecting"):
            http(gitlab).get(USER)
        assert len(gitlab.log) < 10

    def test_a_redirect_to_nowhere(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        gitlab = start_gitlab(app().fault("redirect", location="", times=None))
        with pytest.raises(BadAnswer):
            http(gitlab).get(USER)


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

    def test_further_headers_go_with_every_request_and_to_no_other_host(
        self, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gitlab, other = start_gitlab(app()), start_gitlab(app())
        gateway = {"CF-Access-Client-Secret": "hush-7Qx2kLm9Zr4Tn8Wv"}
        gitlab.faults.add(Fault("redirect", path="/version", location=USER))
        gitlab.faults.add(Fault("redirect", path="/metadata", location=f"{other.url}{USER}"))
        client = http(gitlab, headers=gateway)
        client.get("/api/v4/version")
        client.post(*POST)
        with pytest.raises(Redirected):
            client.get("/api/v4/metadata")
        assert all("cf-access-client-secret" in entry.headers for entry in gitlab.log)
        assert [entry.path for entry in gitlab.log] == ["/version", "/user", "/projects/1/share", "/metadata"]
        assert other.log == []

    def test_further_headers_arrive_as_they_were_given(self, http: OpenClient) -> None:
        with RawServer(page("403 Forbidden")) as server, pytest.raises(BadAnswer):
            http(f"http://{server.address}", headers={"X-Secret": "hush-7Qx2kLm9Zr4Tn8Wv"}).get(USER)
        assert b"\r\nX-Secret: hush-7Qx2kLm9Zr4Tn8Wv\r\n" in server.received[0]

    def test_an_answer_that_repeats_a_header_does_not_spread_it(
        self, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gateway = {"X-Secret": "hush-7Qx2kLm9Zr4Tn8Wv", "X-Tenant": "7"}
        for fault in (
            Fault("status", status=403, json={"message": "no hush-7Qx2kLm9Zr4Tn8Wv for 7"}),
            Fault("status", status=429, json={"message": "no hush-7Qx2kLm9Zr4Tn8Wv for 7"}),
        ):
            gitlab = start_gitlab(app())
            gitlab.faults.add(fault)
            with pytest.raises(RequestFailed) as raised:
                http(gitlab, headers=gateway, max_wait=0).get(USER)
            assert "no ******** for 7" in str(raised.value)

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

    def test_an_answer_that_is_cut_to_length_shows_no_half_of_the_token(self, http: OpenClient) -> None:
        title = "x" * (bodies.MAX_ERROR_TEXT - 10) + token_of("olivia")
        with RawServer(page("400 Bad Request", title)) as server, pytest.raises(BadAnswer) as raised:
            http(f"http://{server.address}").get(USER)
        assert "xxx***" in str(raised.value)
        assert "glpat" not in str(raised.value)


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
        http("http://127.0.0.1:9", retries=1).post(*POST)
    assert raised.value.status is None
    assert not raised.value.effect_unknown
