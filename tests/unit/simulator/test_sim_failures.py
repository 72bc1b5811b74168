# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failure shapes: GitLab API sheet, section 8."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.client import Client

SHARE = {"group_id": 11, "group_access": 10}
TEXTS = {
    503: "GitLab Maintenance: system is in maintenance mode",
    403: "You cannot perform write operations on a read-only instance",
}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/nonsense", "/projects/acme/app", "/projects/4/share/11/12"])
def test_unknown_route(company: Any, method: str, path: str) -> None:
    reply = company.as_user("olivia").request(method, path)
    assert (reply.status, reply.json) == (404, {"error": "404 Not Found"})


def test_wrong_method(company: Any) -> None:
    reply = company.as_user("olivia").request("GET", "/projects/4/share")
    assert (reply.status, reply.json, reply.headers["Allow"]) == (405, {"error": "405 Not Allowed"}, "POST")


def test_outside_the_api(serve: Any) -> None:
    """What is no API request gets a page."""
    url = serve(relative_url="/gitlab").gitlab.url.replace("/gitlab", "")
    with Client(url) as client:
        reply = client.get("/projects")
    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("name", ["999", "acme%2Fnone", "none%2Fapp", "app"])
def test_project_that_does_not_exist(company: Any, name: str) -> None:
    """Recorded."""
    reply = company.as_user("olivia").get(f"/projects/{name}")
    assert (reply.status, reply.json) == (404, {"message": "404 Project Not Found"})
    assert reply.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["4", "acme%2Fapp", "ACME%2fApp", "acme%2F%61pp"])
def test_project_by_id_and_path(company: Any, name: str) -> None:
    assert company.as_user("olivia").get(f"/projects/{name}").json["id"] == 4


def test_broken_json(company: Any) -> None:
    headers = {"Content-Type": "application/json"}
    reply = company.as_user("olivia").request("POST", "/projects/4/share", '{"group_id": ', headers)
    assert (reply.status, reply.json) == (400, {"error": "message body does not match declared format"})


def test_json_without_its_content_type(company: Any) -> None:
    """A body of no declared type has no parameters."""
    reply = company.as_user("olivia").request("POST", "/projects/4/share", '{"group_id": 11}')
    assert reply.json["error"].startswith("group_id is missing")


@pytest.mark.parametrize(
    ("path", "rest"),
    [("/projects/acme%2Fapp", ""), ("/projects/acme%2Fapp/groups?per_page=5", "/groups?per_page=5")],
)
def test_moved_project(serve: Any, path: str, rest: str) -> None:
    """GET: 301 to the id below the configured URL, with a text."""
    moved = {"projects": [{"path": "acme/app", "move_to": "acme/shop"}]}
    company = serve(moved, external_url="https://gitlab.example.com")
    reply = company.as_user("olivia").get(path)
    location = f"https://gitlab.example.com/api/v4/projects/4{rest}"
    assert (reply.status, reply.headers["Location"]) == (301, location)
    assert reply.headers["Content-Type"] == "text/plain"
    assert reply.text == f"This resource has been moved permanently to {location}."
    assert company.as_user("stan").get(path).status == 404
    assert company.as_user("olivia").get("/projects/acme%2Fshop").status == 200


def test_moved_project_before_16_7(serve: Any) -> None:
    moved = {"projects": [{"path": "acme/app", "move_to": "acme/shop"}]}
    reply = serve(moved, version="16.6.0-ee").as_user("olivia").get("/projects/acme%2Fapp")
    assert (reply.status, reply.json["path_with_namespace"]) == (200, "acme/shop")


def test_moved_from_in_the_world(serve: Any) -> None:
    company = serve({"projects": [{"path": "acme/app", "moved_from": ["old/app"]}]})
    assert company.as_user("olivia").get("/projects/old%2Fapp").status == 301


def test_a_new_project_takes_over_a_former_path(serve: Any) -> None:
    moved = {"projects": [{"path": "acme/app", "move_to": "acme/shop"}, {"path": "acme/app", "id": 70}]}
    assert serve(moved).as_user("olivia").get("/projects/acme%2Fapp").json["id"] == 70


@pytest.mark.parametrize("mode", [503, 403])
def test_maintenance_for_json(serve: Any, mode: int) -> None:
    """Writes only, before the guard."""
    company = serve(maintenance=mode)
    reply = company.anonymous().post("/projects/4/share", SHARE)
    assert (reply.status, reply.json) == (mode, {"message": TEXTS[mode]})
    json = {"Content-Type": "application/json; charset=utf-8"}
    assert company.as_user("olivia").delete("/projects/4/share/11", json).status == mode
    assert company.as_user("olivia").get("/projects").status == 200


@pytest.mark.parametrize("headers", [None, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_maintenance_for_others(serve: Any, headers: dict[str, str] | None) -> None:
    """Who does not say application/json is sent to the root of the instance."""
    company = serve(maintenance=503)
    reply = company.as_user("olivia").delete("/projects/4/share/11", headers)
    assert (reply.status, reply.headers["Location"]) == (301, f"{company.gitlab.url}/")


def test_maintenance_can_begin_and_end(company: Any) -> None:
    company.world.change({"gitlab": {"maintenance": True}})
    assert company.as_user("olivia").post("/projects/4/share", SHARE).status == 503
    company.world.change({"gitlab": {"maintenance": None}})
    assert company.as_user("olivia").post("/projects/4/share", SHARE).status == 201


def test_validation_hash(company: Any) -> None:
    """Recorded: POST /projects with a name that is taken."""
    reply = company.as_user("olivia").post("/projects", {"name": "app", "namespace_id": 3})
    taken = ["has already been taken"]
    assert (reply.status, reply.json) == (400, {"message": {"name": taken, "path": taken}})


def test_head(company: Any) -> None:
    """As GET, without the body."""
    reply = company.as_user("olivia").request("HEAD", "/projects/4")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 0
    assert company.as_user("olivia").get("/version").status == 200
