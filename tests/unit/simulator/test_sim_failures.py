# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failure shapes: GitLab API sheet, section 8."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.client import Client

SHARE = {"group_id": 11, "group_access": 10}
TEXTS = {
    503: "GitLab is undergoing maintenance",
    403: "You cannot perform write operations on a read-only instance",
}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/nonsense", "/projects/acme/app", "/projects/4/share/11/12"])
def test_unknown_route(company: Any, method: str, path: str) -> None:
    reply = company.as_user("olivia").request(method, path)
    assert (reply.status, reply.json) == (404, {"error": "404 Not Found"})


def test_wrong_method(company: Any) -> None:
    """Section 8: a known path with another method is a route that there is not."""
    reply = company.as_user("olivia").request("GET", "/projects/4/share")
    assert (reply.status, reply.json, reply.headers["Allow"]) == (404, {"error": "404 Not Found"}, None)


def test_options(company: Any) -> None:
    """Section 8: what a known path allows, and nothing of an unknown one."""
    reply = company.as_user("olivia").request("OPTIONS", "/projects/4/share/11")
    assert (reply.status, reply.headers["Allow"]) == (204, "OPTIONS, DELETE")
    assert company.as_user("olivia").request("OPTIONS", "/groups").headers["Allow"] == "OPTIONS, GET, POST, HEAD"
    assert company.as_user("olivia").request("OPTIONS", "/nonsense").status == 404


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


@pytest.mark.parametrize("path", ["/projects/4/share", "/nonsense"])
def test_broken_json(serve: Any, path: str) -> None:
    """Section 8: from 18.9 refused as JSON, before the token and the path are looked at; before, as a text."""
    headers = {"Content-Type": "application/json"}
    reply = serve(version="18.9.0-ee").anonymous().request("POST", path, '{"group_id": ', headers)
    assert (reply.status, reply.json) == (400, {"error": "Invalid JSON format"})
    older = serve(version="18.8.0-ee").anonymous().request("POST", path, '{"group_id": ', headers)
    assert (older.status, older.text, older.headers["Content-Type"]) == (400, "Bad Request", "text/plain")


@pytest.mark.parametrize(
    ("sent", "named"), [(None, ""), ("text/plain", "text/plain"), ("Application/XML; x=1", "application/xml")]
)
def test_media_type_that_nobody_reads(company: Any, sent: str | None, named: str) -> None:
    """Section 1.1: 415 for a body without a media type or with another, before the token is looked at."""
    headers = {"Content-Type": sent} if sent else {}
    reply = company.anonymous().request("POST", "/projects/4/share", '{"group_id": 11, "group_access": 30}', headers)
    assert (reply.status, reply.json) == (415, {"error": f"The provided content-type '{named}' is not supported."})


def test_media_type_on_an_unknown_route(company: Any) -> None:
    """GitLab's lib/api/api.rb ends with a route for any path, whose body Grape looks at first."""
    reply = company.anonymous().request("POST", "/nonsense", "x", {"Content-Type": "text/plain"})
    assert reply.status == 415


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/projects?format=xml", 406),
        ("/projects?format=", 406),
        ("/nonsense?format=xml", 406),
        ("/projects?format=json", 401),
        ("/projects.json?format=xml", 401),
    ],
)
def test_format_that_nobody_writes(company: Any, path: str, status: int) -> None:
    """Grape's lib/grape/middleware/formatter.rb: before the token and the route, but for a suffix that it knows."""
    reply = company.client("glpat-nobody-1Qa2Ws3Ed4Rf5Tg6").get(path)
    assert reply.status == status
    if status == 406:
        text = f"The requested format '{path.partition('=')[2]}' is not supported."
        assert reply.json == {"error": text}


@pytest.mark.parametrize("query", ["a=1&a[b]=2", "a=1&a[]=2", "a[]=1&a[b]=2", "a[b]=1&a[]=2"])
def test_names_of_two_kinds(company: Any, query: str) -> None:
    """Rack's query parser raises, which GitLab's lib/gitlab/middleware/handle_malformed_strings.rb answers."""
    reply = company.anonymous().get(f"/nonsense?{query}")
    assert (reply.status, reply.text) == (400, "Bad Request")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert company.as_user("olivia").request("POST", "/projects/4/share", query, form).text == "Bad Request"
    assert company.anonymous().get("/projects?a[]=1&a=2").status == 200


@pytest.mark.parametrize("path", ["/projects/%FF", "/projects/%zz", "/projects?search=%00", "/projects?search=%E4"])
def test_malformed_texts(company: Any, path: str) -> None:
    """Section 8: refused as text, whatever the path and the token."""
    reply = company.anonymous().get(path)
    assert (reply.status, reply.text, reply.headers["Content-Type"]) == (400, "Bad Request", "text/plain")


@pytest.mark.parametrize(
    ("version", "path", "status"),
    [
        ("18.9.0-ee", "/projects/..%2Fapp", 400),
        ("18.9.0-ee", "/projects?topic=a/../x", 400),
        ("18.9.0-ee", "/projects?search=a/../x", 200),
        ("18.9.0-ee", "/projects?topic=a..b", 200),
        ("18.1.0-ee", "/projects?topic=a/../x", 200),
    ],
)
def test_path_traversal(serve: Any, version: str, path: str, status: int) -> None:
    """Section 8: ../ anywhere but in texts that may be any, from 18.2."""
    reply = serve(version=version).as_user("olivia").get(path)
    assert reply.status == status
    assert status == 200 or reply.text.startswith("Potential path traversal attempt detected.")


@pytest.mark.parametrize(
    ("path", "rest"),
    [("/projects/acme%2Fapp", ""), ("/projects/acme%2Fapp/groups?per_page=5", "/groups?per_page=5")],
)
def test_moved_project(serve: Any, path: str, rest: str) -> None:
    """Section 8: GET is led to the id below the configured URL, with a text of no type; HEAD is refused."""
    moved = {"projects": [{"path": "acme/app", "move_to": "acme/shop"}]}
    company = serve(moved, external_url="https://gitlab.example.com")
    reply = company.as_user("olivia").get(path)
    location = f"https://gitlab.example.com/api/v4/projects/4{rest}"
    assert (reply.status, reply.headers["Location"]) == (301, location)
    assert "Content-Type" not in reply.headers
    assert reply.text == f"This resource has been moved permanently to {location}"
    assert company.as_user("olivia").request("HEAD", path).status == 405
    assert company.as_user("stan").get(path).status == 404
    assert company.as_user("olivia").get("/projects/acme%2Fshop").status == 200


def test_moved_project_with_a_dot_in_its_name(serve: Any) -> None:
    """Section 8: what looks like a format stays behind the id, and then leads nowhere."""
    company = serve({"projects": [{"path": "acme/app", "moved_from": ["acme/old.name"]}]})
    reply = company.as_user("olivia").get("/projects/acme%2Fold.name")
    assert reply.headers["Location"] == f"{company.gitlab.url}/api/v4/projects/4.name"
    assert company.as_user("olivia").get("/projects/4.name").status == 404


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
    assert "Retry-After" not in reply.headers
    json = {"Content-Type": "application/json; charset=utf-8"}
    assert company.as_user("olivia").delete("/projects/4/share/11", json).status == mode
    assert company.as_user("olivia").get("/projects").status == 200


@pytest.mark.parametrize("headers", [None, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_maintenance_for_others(serve: Any, headers: dict[str, str] | None) -> None:
    """Section 8: who does not say application/json is sent to where it came from, else to the root."""
    company = serve(maintenance=503)
    reply = company.as_user("olivia").delete("/projects/4/share/11", headers)
    assert (reply.status, reply.headers["Location"]) == (301, f"{company.gitlab.url}/")
    assert "Content-Type" not in reply.headers
    again = company.as_user("olivia").delete("/projects/4/share/11", {**(headers or {}), "Referer": "http://other/"})
    assert again.headers["Location"] == "http://other/"


@pytest.mark.parametrize(("mode", "wait"), [(503, "900"), (403, None)])
def test_how_long_maintenance_may_take(serve: Any, mode: int, wait: str | None) -> None:
    """Section 8: from 18.9, in seconds."""
    reply = serve(version="18.9.0-ee", maintenance=mode).as_user("olivia").post("/projects/4/share", SHARE)
    assert (reply.status, reply.headers["Retry-After"]) == (mode, wait)


@pytest.mark.parametrize(("mode", "status"), [(503, 201), (403, 403)])
def test_maintenance_mode_is_enterprise_only(serve: Any, mode: int, status: int) -> None:
    """Section 16.1, row 1; a replica of the database is read-only in both editions."""
    assert serve(enterprise=False, maintenance=mode).share()[0] == status


def test_maintenance_in_the_words_of_an_administrator(serve: Any) -> None:
    company = serve(maintenance=503, maintenance_mode_message="Back at noon")
    assert company.as_user("olivia").post("/projects/4/share", SHARE).json == {"message": "Back at noon"}


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
