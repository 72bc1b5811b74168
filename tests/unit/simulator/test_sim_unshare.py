# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DELETE /projects/:id/share/:group_id: GitLab API sheet, section 2."""

from __future__ import annotations

from typing import Any

import pytest

GUEST_LINK = {"group": "security/auditors", "access_level": "guest", "created_at": "2026-01-15T09:00:00.000Z"}


def shared(level: str = "guest", group: str = "security/auditors") -> dict[str, Any]:
    return {"projects": [{"path": "acme/app", "share": [{**GUEST_LINK, "group": group, "access_level": level}]}]}


def test_removed(serve: Any) -> None:
    company = serve(shared())
    reply = company.as_user("olivia").delete("/projects/4/share/11")
    assert (reply.status, reply.body) == (204, b"")
    assert company.world.share_of("acme/app", "security/auditors") is None


def test_no_such_link(company: Any) -> None:
    reply = company.as_user("olivia").delete("/projects/4/share/11")
    assert (reply.status, reply.json) == (404, {"message": "404 Group Link Not Found"})


@pytest.mark.parametrize("user", ["dora", "greta"])
def test_below_maintainer(serve: Any, user: str) -> None:
    reply = serve(shared()).as_user(user).delete("/projects/4/share/11")
    assert (reply.status, reply.json) == (403, {"message": "403 Forbidden"})


@pytest.mark.parametrize(("version", "status"), [("17.11.0-ee", 204), ("18.0.0-ee", 403)])
def test_maintainer_since_18(serve: Any, version: str, status: int) -> None:
    reply = serve(shared(), version=version).as_user("max").delete("/projects/4/share/11")
    assert reply.status == status
    if status == 403:
        assert reply.json == {"message": "Forbidden"}


def test_maintainer_who_owns_the_invited_group(serve: Any) -> None:
    owner = {"groups": [{"path": "security/auditors", "members": {"max": "owner"}}]}
    assert serve({**shared(), **owner}).as_user("max").delete("/projects/4/share/11").status == 204


@pytest.mark.parametrize(
    ("version", "status"), [("16.6.0-ee", 204), ("16.7.0-ee", 403), ("17.11.0-ee", 403), ("18.0.0-ee", 403)]
)
def test_maintainer_removing_an_owner_link(serve: Any, version: str, status: int) -> None:
    """GitLab API sheet 2: the text is that of a service, without the number."""
    reply = serve(shared("owner"), version=version).as_user("max").delete("/projects/4/share/11")
    assert reply.status == status
    if status == 403:
        assert reply.json == {"message": "Forbidden"}


def test_group_id_is_a_number(company: Any) -> None:
    reply = company.as_user("olivia").delete("/projects/4/share/security%2Fauditors")
    assert (reply.status, reply.json) == (400, {"error": "group_id is invalid"})


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        ("Wed, 14 Jan 2026 09:00:00 GMT", 412),
        ("Thu, 15 Jan 2026 09:00:00 GMT", 204),
        ("not a date", 204),
        ("2000-01-01", 412),
        ("2100-01-01", 204),
    ],
)
def test_only_if_unmodified(serve: Any, seen: str, status: int) -> None:
    client = serve(shared()).as_user("olivia")
    reply = client.delete("/projects/4/share/11", {"If-Unmodified-Since": seen})
    assert reply.status == status
    if status == 412:
        assert reply.json == {"message": "412 Precondition Failed"}


def test_needs_no_membership_in_the_group(serve: Any) -> None:
    client = serve(shared(group="secret")).as_user("olivia")
    assert client.delete("/projects/4/share/30").status == 204
    assert client.post("/projects/4/share", {"group_id": 30, "group_access": 10}).status == 404


def test_there_is_no_update(serve: Any) -> None:
    """Section 2: no such routes."""
    client = serve(shared()).as_user("olivia")
    assert client.request("PUT", "/projects/4/share/11", {"group_access": 30}).json == {"error": "404 Not Found"}
    assert client.request("PATCH", "/projects/4/share", {"group_access": 30}).json == {"error": "404 Not Found"}
