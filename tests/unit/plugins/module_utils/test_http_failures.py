# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong: what is tried again, what a write leaves open, and the sentence that people read."""

from __future__ import annotations

import socket
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import (
    BadAnswer,
    NotFound,
    Refused,
    RequestFailed,
    TokenRefused,
    Unreachable,
    WaitTooLong,
)
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.rawserver import RawServer
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, Company

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
    {"do": "status", "status": 520, "html": True},
    {"do": "status", "status": 530, "html": True},
    {"do": "status", "status": 408},
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
    with pytest.raises((Unreachable, Refused, BadAnswer)) as raised:
        http(gitlab, retries=2).get(USER)
    assert len(gitlab.log) == 3
    assert not raised.value.effect_unknown
    assert str(raised.value).startswith(f"GET {USER}: ")
    assert "0x" not in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"do": "status", "status": 502}, "502 GitLab is not responding"),
        (
            {"do": "status", "status": 502, "html": True},
            '502 an HTML page titled "502 Bad Gateway" instead of JSON. It comes from something in front of GitLab, '
            "such as a proxy, a load balancer or a login page.",
        ),
        (
            {"do": "status", "status": 500, "json": {"message": "500 Internal Server Error"}},
            "500 Internal Server Error",
        ),
        ({"do": "resource_lock"}, "409 Conflict: Resource lock"),
        (
            {"do": "html_200"},
            '200 an HTML page titled "Sign in" instead of JSON. It comes from something in front of GitLab, '
            "such as a proxy, a load balancer or a login page.",
        ),
        (
            {"do": "status", "status": 401, "html": True},
            '401 an HTML page titled "401 Unauthorized" instead of JSON. It comes from something in front of GitLab, '
            "and says nothing about the token. "
            "If a gateway needs headers of its own, give them in the option headers.",
        ),
        ({"do": "wrong_json"}, "200 JSON that is broken or cut off after 18 bytes."),
        (
            {"do": "reset_before"},
            "{host} closed the connection (Connection reset by peer).",
        ),
        ({"do": "cut_body"}, "{host} closed the connection in the middle of its answer."),
        ({"do": "delay", "seconds": 3}, "{host} did not answer within 1 second."),
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


NOT_GITLABS: list[dict[str, Any]] = [
    {"do": "html_200"},
    {"do": "wrong_json"},
    {"do": "status", "status": 200, "body": ""},
    {"do": "status", "status": 400, "html": True},
    {"do": "status", "status": 401, "html": True},
    {"do": "status", "status": 403, "html": True},
    {"do": "status", "status": 404, "html": True},
    {"do": "status", "status": 407, "html": True},
]


@pytest.mark.parametrize("fault", NOT_GITLABS, ids=str)
def test_a_read_is_not_repeated_after_an_answer_that_is_not_gitlabs(
    fault: dict[str, Any], start_gitlab: StartGitLab, http: OpenClient
) -> None:
    gitlab = start_gitlab(app().fault(**fault))
    with pytest.raises(BadAnswer) as raised:
        http(gitlab).get(USER)
    assert not raised.value.effect_unknown
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

    @pytest.mark.parametrize(
        "fault",
        [
            {"do": "html_200"},
            {"do": "status", "status": 201, "body": '{"id": 4, "na'},
            {"do": "status", "status": 201, "body": ""},
            {"do": "status", "status": 520, "html": True},
            {"do": "status", "status": 408, "html": True},
        ],
        ids=str,
    )
    def test_a_write_is_repeated_when_something_stands_in_the_place_of_its_answer(
        self, fault: dict[str, Any], start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gitlab = start_gitlab(app().fault(times=2, **fault))
        assert http(gitlab, retries=2).post(*POST).status == 201
        gitlab = start_gitlab(app().fault(times=None, **fault))
        for write in both_writes(http(gitlab, retries=2)):
            gitlab.clear_log()
            with pytest.raises(BadAnswer) as raised:
                write()
            assert raised.value.effect_unknown
            assert len(gitlab.log) == 3

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 413])
    def test_a_page_of_a_firewall_is_no_refusal_of_gitlabs_and_not_tried_again(
        self, status: int, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gitlab = start_gitlab(app().fault("status", status=status, html=True, times=2))
        for write in both_writes(http(gitlab)):
            with pytest.raises(BadAnswer) as raised:
                write()
            assert raised.value.status == status
            assert raised.value.effect_unknown
        assert len(gitlab.log) == 2

    def test_inside_a_shield_a_connection_is_tried_again_whatever_is_wrong_with_it(
        self, start_gitlab: StartGitLab, http: OpenClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = http("https://gitlab.example.com", retries=2)

        def getaddrinfo(*_arguments: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with client.shielded(), pytest.raises(Unreachable):
            client.post(*POST)
        assert client.traffic.writes == 3

    def test_inside_a_shield_a_page_is_tried_again(self, start_gitlab: StartGitLab, http: OpenClient) -> None:
        """GitLab has answered a moment before, and people are without access until it does again."""
        gitlab = start_gitlab(app().fault("status", status=403, html=True, times=2))
        client = http(gitlab, retries=2)
        with client.shielded():
            assert client.post(*POST).status == 201

    def test_a_plain_text_of_gitlabs_middleware_is_a_refusal(self, http: OpenClient) -> None:
        text = b"Potential path traversal attempt detected."
        reply = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
        with RawServer(reply % (len(text), text)) as server, pytest.raises(Refused) as raised:
            http(f"http://{server.address}").post(*POST)
        assert raised.value.reason == text.decode()
        assert not raised.value.effect_unknown

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

    def test_maintenance_mode_keeps_its_words_when_the_wait_is_too_long(
        self, start_gitlab: StartGitLab, http: OpenClient
    ) -> None:
        gitlab = start_gitlab(app())
        told = {"message": "GitLab is undergoing maintenance"}
        gitlab.faults.add(Fault("status", status=503, json=told, headers={"Retry-After": "900"}, times=None))
        with pytest.raises(WaitTooLong) as raised:
            http(gitlab, max_wait=899).post(*POST)
        assert raised.value.reason == (
            "503 GitLab is undergoing maintenance; 900 more seconds of waiting would exceed max_wait (899)."
        )
        assert raised.value.effect_unknown
        assert len(gitlab.log) == 1
