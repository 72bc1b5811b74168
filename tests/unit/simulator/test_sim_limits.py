# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limits: GitLab API sheet, section 7."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.limits import Limit, Limiter, rack_refusal
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

RACK = [
    "RateLimit-Name",
    "RateLimit-Limit",
    "RateLimit-Observed",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-ResetTime",
]
# Long enough never to end during a test.
LONG = 1e9


def limited(serve: Any, **limit: Any) -> Any:
    company = serve()
    company.world.limits.append(Limit(**{"seconds": LONG, **limit}))
    return company


def test_rack_refusal(serve: Any) -> None:
    """Section 7.1: plain text, all headers, Retry-After; before anything else."""
    company = limited(serve, name="throttle_authenticated_api", requests=2)
    client = company.as_user("olivia")
    assert [client.get("/version").status for _unused in range(3)] == [200, 200, 429]
    reply = client.post("/projects/nonsense/share", {})
    assert (reply.status, reply.text) == (429, "Retry later\n")
    assert reply.headers["Content-Type"] == "text/plain"
    assert [name for name in reply.headers if name.startswith("RateLimit")] == RACK
    assert reply.headers["RateLimit-Name"] == "throttle_authenticated_api"
    assert (reply.headers["RateLimit-Observed"], reply.headers["RateLimit-Remaining"]) == ("4", "0")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/groups/3", "throttle_authenticated_deprecated_api"),
        ("/groups/3?with_projects=on", "throttle_authenticated_deprecated_api"),
        ("/groups/3?with_projects=false", "throttle_authenticated_api"),
        ("/groups/3/projects", "throttle_authenticated_api"),
        ("/groups", "throttle_authenticated_api"),
    ],
)
def test_throttle_for_what_is_deprecated(serve: Any, path: str, counted: str) -> None:
    """Section 5; GitLab's lib/gitlab/rack_attack/request.rb counts such a request at this throttle alone."""
    company = limited(serve, name="throttle_authenticated_deprecated_api", headers="new")
    company.world.limits.append(Limit("throttle_authenticated_api", requests=9, seconds=LONG, headers="new"))
    assert company.as_user("olivia").get(path).headers["RateLimit-Name"] == counted


def test_rack_headers_of_one_window() -> None:
    """Section 7.1: the limit is stated per 60 seconds, windows begin at multiples of their length."""
    limiter = Limiter([Limit("throttle_authenticated_api", requests=7200, seconds=3600)], lambda: 7230.5)
    usage = limiter.rack("olivia", "127.0.0.1")
    assert usage is not None
    assert usage.headers["RateLimit-Limit"] == "120"
    assert usage.headers["RateLimit-Reset"] == "10800"
    assert parsedate_to_datetime(usage.headers["RateLimit-ResetTime"]).timestamp() == 10800
    assert rack_refusal(usage).headers["Retry-After"] == "3570"


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ("old", [name for name in RACK if name != "RateLimit-Name"]),
        ("new", [name for name in RACK if name != "RateLimit-ResetTime"]),
        ("none", []),
    ],
)
@pytest.mark.parametrize(("path", "status"), [("/projects", 200), ("/projects/999", 404)])
def test_headers_of_answers_let_through(serve: Any, headers: str, shown: list[str], path: str, status: int) -> None:
    company = limited(serve, name="throttle_authenticated_api", requests=5, headers=headers)
    reply = company.as_user("olivia").get(path)
    assert reply.status == status
    assert [name for name in reply.headers if name.startswith("RateLimit")] == shown
    if shown:
        assert reply.headers["RateLimit-Remaining"] == "4"


def test_no_headers_without_a_throttle(company: Any) -> None:
    assert not [name for name in company.as_user("olivia").get("/user").headers if "RateLimit" in name]


def test_rack_counts_each_user(serve: Any) -> None:
    company = limited(serve, name="throttle_authenticated_api", requests=1)
    assert company.as_user("olivia").get("/version").status == 200
    assert company.as_user("max").get("/version").status == 200
    assert company.as_user("olivia").get("/version").status == 429
    assert [company.anonymous().get("/projects").status for _unused in range(3)] == [200] * 3


def test_unauthenticated_throttle_counts_each_address(serve: Any) -> None:
    company = limited(serve, name="throttle_unauthenticated_api", requests=1, per="ip")
    assert [company.anonymous().get("/projects").status for _unused in range(2)] == [200, 429]
    assert [company.as_user("max").get("/version").status for _unused in range(3)] == [200] * 3


@pytest.mark.parametrize(
    "token", [{"expires_at": "2026-01-31"}, {"revoked": True}, {"scopes": ["read_user"]}, {"kind": "oauth"}]
)
def test_tokens_that_do_not_open_the_api_count_as_none(serve: Any, token: dict[str, Any]) -> None:
    """Section 7.1: so does an OAuth token in the header of personal ones."""
    text = "glpat-extra-9Kd3mWq7Zt5Hy2Rb"
    company = serve({"tokens": [{"token": text, "user": "olivia", **token}]}, today="2026-01-31")
    company.world.limits.append(Limit("throttle_unauthenticated_api", requests=1, seconds=LONG))
    statuses = [company.client(text).get("/projects").status for _unused in range(2)]
    assert statuses[1] == 429 != statuses[0]


def test_throttles_count_requests_of_the_api(serve: Any) -> None:
    """Section 7.1: neither pages nor what a middleware refuses."""
    company = limited(serve, name="throttle_unauthenticated_api", requests=1)
    client = company.anonymous()
    assert client.request("POST", "/projects", "{", {"Content-Type": "application/json"}).status == 400
    assert [client.get(path).status for path in ("/projects", "/projects")] == [200, 429]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("projects_api", "/projects"),
        ("user_projects_api", "/users/olivia/projects"),
        ("project_api", "/projects/4"),
        ("groups_api", "/groups"),
        ("group_api", "/groups/acme"),
        ("group_projects_api", "/groups/acme/projects"),
        ("project_invited_groups_api", "/projects/4/invited_groups"),
        ("group_invited_groups_api", "/groups/acme/invited_groups"),
        ("group_shared_groups_api", "/groups/acme/groups/shared"),
        ("project_members_api", "/groups/acme/members/all"),
        ("project_members_api", "/projects/4/members/all"),
    ],
)
def test_application_limit(serve: Any, name: str, path: str) -> None:
    """Section 7.2: the message is an object; Retry-After, from 18.5, is the whole interval."""
    company = limited(serve, name=name, kind="application", requests=1)
    client = company.as_user("olivia")
    assert client.get(path).status == 200
    reply = client.get(path)
    text = "This endpoint has been requested too many times. Try again later."
    assert (reply.status, reply.json) == (429, {"message": {"error": text}})
    assert reply.headers["Content-Type"] == "application/json"
    assert not [header for header in reply.headers if "RateLimit" in header]
    assert reply.headers["Retry-After"] == str(int(LONG))
    assert company.as_user("max").get(path).status in (200, 404)


@pytest.mark.parametrize(
    ("version", "asked", "said"),
    [
        ("18.4.0-ee", None, None),
        ("18.4.0-ee", True, "1000000000"),
        ("18.5.0-ee", None, "1000000000"),
        ("18.5.0-ee", False, None),
    ],
)
def test_when_an_application_limit_says_when_to_come_again(
    serve: Any, version: str, asked: bool | None, said: str | None
) -> None:
    """Section 7.2: from 18.5, unless the world says otherwise."""
    company = serve(version=version)
    limit = Limit("projects_api", kind="application", requests=1, seconds=LONG, retry_after=asked)
    company.world.limits.append(limit)
    client = company.as_user("olivia")
    client.get("/projects")
    assert client.get("/projects").headers["Retry-After"] == said


def test_headers_of_a_throttle_are_not_on_an_application_limit(serve: Any) -> None:
    """Section 7.1."""
    company = limited(serve, name="throttle_authenticated_api", requests=9)
    company.world.limits.append(Limit("project_api", kind="application", requests=1, seconds=LONG))
    replies = [company.as_user("olivia").get("/projects/4") for _unused in range(2)]
    assert ["RateLimit-Limit" in reply.headers for reply in replies] == [True, False]


@pytest.mark.parametrize("path", ["/groups/11/projects/shared", "/version", "/projects/4/groups"])
def test_endpoints_without_application_limit(serve: Any, path: str) -> None:
    """Section 3.1."""
    company = serve()
    for name in ("projects_api", "project_api", "groups_api", "group_api", "group_projects_api"):
        company.world.limits.append(Limit(name, kind="application", requests=1, seconds=LONG))
    client = company.as_user("olivia")
    assert [client.get(path).status for _unused in range(3)] == [200] * 3


def test_sharing_has_no_application_limit(serve: Any) -> None:
    """Section 7.2."""
    company = limited(serve, name="project_api", kind="application", requests=1)
    client = company.as_user("olivia")
    for _unused in range(3):
        assert client.post("/projects/4/share", {"group_id": 11, "group_access": 10}).status == 201
        assert client.delete("/projects/4/share/11").status == 204


def test_anonymous_project_lists_have_a_limit_of_their_own(serve: Any) -> None:
    """Section 7.2: projects_api_unauthenticated, by address."""
    company = limited(serve, name="projects_api_unauthenticated", kind="application", requests=1, per="ip")
    assert [company.anonymous().get("/projects").status for _unused in range(2)] == [200, 429]
    assert company.as_user("olivia").get("/projects").status == 200


def test_limits_of_the_world() -> None:
    limit = {"name": "group_api", "kind": "application", "requests": 3, "seconds": 0.5, "retry_after": True}
    world = World.from_dict({"limits": [limit]})
    assert world.limits == [Limit("group_api", "application", 3, 0.5, retry_after=True)]
    assert World.from_dict(world.to_dict()).limits == world.limits


def test_zero_switches_off(serve: Any) -> None:
    """Section 7.2."""
    client = limited(serve, name="projects_api", kind="application", requests=0).as_user("olivia")
    assert client.get("/projects").status == 200


def test_windows_are_fixed() -> None:
    """Section 7.2: a new window begins at the next multiple, however late the requests came."""
    now = [119.0]
    limiter = Limiter([Limit("group_api", kind="application", requests=1, seconds=60)], lambda: now[0])
    seen = []
    for now[0] in (119.0, 119.5, 120.0, 179.9, 180.0):
        usage = limiter.application("group_api", "olivia", "127.0.0.1")
        assert usage is not None
        seen.append((usage.exceeded, usage.reset))
    assert seen == [(False, 120), (True, 120), (False, 180), (True, 180), (False, 240)]
