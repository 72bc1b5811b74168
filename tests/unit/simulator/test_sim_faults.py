# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults between client and GitLab, and changes in mid-run."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.client import Client
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.reading import WorldError
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

SHARE = {"group_id": 11, "group_access": 10}
BROKEN = (ConnectionError, http.client.RemoteDisconnected)


def statuses(company: Any, path: str, times: int) -> list[int]:
    client = company.as_user("olivia")
    return [client.get(path).status for _unused in range(times)]


def is_shared(company: Any) -> bool:
    return company.world.share_of("acme/app", "security/auditors") is not None


@pytest.mark.parametrize(
    ("fault", "content_type", "text"),
    [
        ({"status": 502}, "text/plain", "GitLab is not responding"),
        ({"status": 502, "html": True}, "text/html", "<h1>502 Bad Gateway</h1>"),
        ({"status": 500}, "application/json", '{"message":"500 Internal Server Error"}'),
        ({"status": 429, "headers": {"Retry-After": "7"}}, "text/plain", "Retry later\n"),
        ({"status": 503, "json": {"error": "busy"}}, "application/json", '{"error":"busy"}'),
        ({"status": 200, "body": "[1, 2"}, "application/json", "[1, 2"),
    ],
)
def test_status(company: Any, fault: dict[str, Any], content_type: str, text: str) -> None:
    company.gitlab.faults.add(Fault.from_dict({"do": "status", **fault}))
    reply = company.as_user("olivia").post("/projects/4/share", SHARE)
    assert (reply.status, reply.headers["Content-Type"]) == (fault["status"], content_type)
    assert text in reply.text
    assert reply.headers["Retry-After"] == fault.get("headers", {}).get("Retry-After")
    assert not is_shared(company)


def test_only_what_there_is() -> None:
    with pytest.raises(ValueError, match="'explode' is none of status"):
        Fault("explode")


def test_after_and_times(company: Any) -> None:
    company.gitlab.faults.add(Fault("status", path="/version", after=1, times=2, status=500))
    assert statuses(company, "/version", 5) == [200, 500, 500, 200, 200]


def test_for_ever(company: Any) -> None:
    company.gitlab.faults.add(Fault("status", times=None))
    assert statuses(company, "/version", 4) == [502] * 4
    company.gitlab.faults.clear()
    assert statuses(company, "/version", 1) == [200]


def test_what_a_fault_matches(company: Any) -> None:
    """The method, the whole path below /api/v4, and the query's parameters that it names."""
    matching = Fault("status", method="get", path=r"/projects/\d+", query={"simple": "1"}, times=None)
    company.gitlab.faults.add(matching)
    client = company.as_user("olivia")
    assert client.get("/projects/4?simple=1&more=2").status == 502
    assert client.get("/projects/4?simple=0").status == 200
    assert client.get("/projects?simple=1").status == 200
    assert client.get("/projects/4/groups?simple=1").status == 200
    assert client.post("/projects/4?simple=1").status == 404


def test_probability_repeats_by_seed(serve: Any) -> None:
    fault = Fault("status", times=None, probability=0.5, seed=3)
    runs = []
    for _unused in range(2):
        company = serve()
        company.gitlab.faults.add(fault)
        runs.append(statuses(company, "/version", 30))
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 502}


def test_the_first_fault_that_matches_wins(company: Any) -> None:
    company.gitlab.faults.add(Fault("status", status=500))
    company.gitlab.faults.add(Fault("status", status=503))
    assert statuses(company, "/version", 3) == [500, 503, 200]


@pytest.mark.parametrize(("do", "done"), [("reset_before", False), ("reset_after", True)])
def test_reset(company: Any, do: str, done: bool) -> None:
    company.gitlab.faults.add(Fault(do))
    with pytest.raises(BROKEN):
        company.as_user("olivia").post("/projects/4/share", SHARE)
    assert is_shared(company) is done
    entry = company.gitlab.log[0]
    assert (entry.status, entry.effect) == (0, "shared" if done else "")


def test_status_after_the_effect(company: Any) -> None:
    company.gitlab.faults.add(Fault("status_after", status=504))
    reply = company.as_user("olivia").post("/projects/4/share", SHARE)
    assert (reply.status, is_shared(company)) == (504, True)
    assert (company.gitlab.log[0].status, company.gitlab.log[0].effect) == (504, "shared")


@pytest.mark.parametrize(
    ("do", "told"),
    [
        ("html_200", (200, True)),
        ("cut_body", (200, True)),
        ("wrong_json", (200, True)),
        ("not_a_list", (200, True)),
        ("link_loop", (200, False)),
        ("status_after", (502, False)),
        ("reset_after", (0, False)),
    ],
)
def test_the_log_tells_which_answer_was_spoilt(company: Any, do: str, told: tuple[int, bool]) -> None:
    company.gitlab.faults.add(Fault(do))
    with contextlib.suppress(*BROKEN, http.client.IncompleteRead):
        company.as_user("olivia").get("/projects")
    company.as_user("olivia").get("/projects")
    assert [(entry.status, entry.spoilt) for entry in company.gitlab.log] == [told, (200, False)]


def test_login_page(company: Any) -> None:
    company.gitlab.faults.add(Fault("html_200"))
    reply = company.as_user("olivia").get("/projects")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_cut_body(company: Any) -> None:
    company.gitlab.faults.add(Fault("cut_body"))
    with pytest.raises(http.client.IncompleteRead) as caught:
        company.as_user("olivia").get("/projects")
    assert caught.value.partial.startswith(b'[{"id":')


def test_wrong_json(company: Any) -> None:
    company.gitlab.faults.add(Fault("wrong_json"))
    reply = company.as_user("olivia").get("/projects")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(reply.body)


def test_not_a_list(company: Any) -> None:
    company.gitlab.faults.add(Fault("not_a_list"))
    assert isinstance(company.as_user("olivia").get("/projects").json, dict)


@pytest.mark.parametrize("when", ["before", "after"])
def test_delay(company: Any, when: str) -> None:
    company.gitlab.faults.add(Fault("delay", seconds=0.05, when=when))
    started = time.monotonic()
    assert company.as_user("olivia").get("/version").status == 200
    assert time.monotonic() - started >= 0.05


def test_redirect(company: Any) -> None:
    elsewhere = "http://gitlab.example.com/api/v4/projects"
    company.gitlab.faults.add(Fault("redirect", location=elsewhere))
    company.gitlab.faults.add(Fault("redirect", location=elsewhere, status=307))
    client = company.as_user("olivia")
    replies = [client.post("/projects/4/share", SHARE) for _unused in range(2)]
    assert [(reply.status, reply.headers["Location"]) for reply in replies] == [
        (302, elsewhere),
        (307, elsewhere),
    ]
    assert not is_shared(company)


def test_endless_body(company: Any) -> None:
    company.gitlab.faults.add(Fault("endless_body"))
    connection = http.client.HTTPConnection(company.gitlab.url.partition("://")[2])
    connection.request("GET", "/api/v4/projects")
    answer = connection.getresponse()
    assert len(answer.read(300_000)) == 300_000
    assert company.gitlab.log[0].spoilt
    connection.close()


def test_link_loop(company: Any) -> None:
    company.gitlab.faults.add(Fault("link_loop"))
    path = "/projects?pagination=keyset&order_by=id"
    reply = company.as_user("olivia").get(path)
    assert reply.headers["Link"] == f'<{company.gitlab.url}/api/v4{path}>; rel="next"'


def test_resource_lock(company: Any) -> None:
    """GitLab API sheet 1.5: transient."""
    company.gitlab.faults.add(Fault("resource_lock", method="POST"))
    client = company.as_user("olivia")
    first = client.post("/projects/4/share", SHARE)
    assert (first.status, first.json) == (409, {"message": "409 Conflict: Resource lock"})
    assert client.post("/projects/4/share", SHARE).status == 201


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"projects": [{"path": "acme/app", "delete": True}]}, 404),
        ({"projects": [{"path": "acme/app", "archived": True}]}, 201),
        (
            {"projects": [{"path": "acme/app", "share": [{"group": "security/auditors", "access_level": 30}]}]},
            409,
        ),
        ({"groups": [{"path": "security/auditors", "members": {}}]}, 404),
        ({"groups": [{"path": "security/auditors", "delete": True}]}, 404),
        ({"tokens": [{"token": "glpat-olivia-7Qx2kLm9Zr4Tn8Wv", "revoked": True}]}, 401),
        ({"users": [{"username": "olivia", "state": "blocked"}]}, 403),
        ({"gitlab": {"maintenance": 503}}, 503),
    ],
)
def test_change_before_the_nth_request(company: Any, change: dict[str, Any], status: int) -> None:
    company.gitlab.faults.add(Fault("change", method="POST", after=1, world=change))
    client = company.as_user("olivia")
    assert client.post("/projects/5/share", SHARE).status == 201
    assert client.post("/projects/4/share", SHARE).status == status


def test_faults_of_the_world() -> None:
    fault = {"method": "GET", "path": "/projects", "do": "status", "status": 500}
    world = World.from_dict({"faults": [fault]})
    assert World.from_dict(world.to_dict()).faults == world.faults
    with Simulator(world) as gitlab, Client(gitlab.url) as client:
        assert [client.get("/projects").status for _unused in range(2)] == [500, 200]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"do": "explode"}, "'explode' is none of status, html_200"),
        ({"do": "status", "path": "("}, "no regular expression"),
        ({"do": "status", "stauts": 500}, "unknown 'stauts'"),
        ({"do": "delay", "seconds": -1}, "-1 is not a number of 0 or more"),
        ({"do": "delay", "when": "later"}, "'later' is none of before, after"),
    ],
)
def test_a_fault_that_is_none(fault: dict[str, Any], problem: str) -> None:
    with pytest.raises(WorldError, match=r"^fault") as caught:
        Fault.from_dict(fault)
    assert problem in str(caught.value)
