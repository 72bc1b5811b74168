# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How requests are read: bodies, paths, dates, and what no GitLab can read."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

SHARE = "/projects/4/share"
JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=X"}
CHUNKED = {**JSON, "Transfer-Encoding": "chunked"}
MANY_DIGITS = "9" * 5000


def parts(*contents: str) -> str:
    """A form in parts, as curl -F sends it; each content is what follows the field's disposition."""
    disposition = "--X\r\nContent-Disposition: form-data; name="
    return "".join(f"{disposition}{content}\r\n" for content in contents) + "--X--\r\n"


class TestBodies:
    def test_form_in_parts(self, company: Any) -> None:
        """GitLab API sheet 1.1: Grape merges all forms of parameters; Rack reads curl -F too."""
        body = parts('"group_id"\r\n\r\n11', "group_access\r\n\r\n20", '"expires_at"\r\n\r\n2027-01-31')
        reply = company.as_user("olivia").request("POST", SHARE, body, MULTIPART)
        assert reply.status == 201
        assert (reply.json["group_access"], reply.json["expires_at"]) == (20, "2027-01-31")
        sent = {"group_id": "11", "group_access": "20", "expires_at": "2027-01-31"}
        assert company.gitlab.log[0].body == sent

    def test_files_are_no_fields(self, company: Any) -> None:
        body = parts('"group_id"; filename="id.txt"\r\n\r\n11', '"group_access"\r\n\r\n20')
        reply = company.as_user("olivia").request("POST", SHARE, body, MULTIPART)
        assert (reply.status, reply.json) == (400, {"error": "group_id is missing"})

    def test_lists_and_letters_in_parts(self, company: Any) -> None:
        body = parts('"topics[]"\r\n\r\nGrün', '"topics[]"\r\n\r\nweb', '"description"\r\n\r\na\r\nb')
        reply = company.as_user("olivia").request("PUT", "/projects/4", body.encode().decode("latin-1"), MULTIPART)
        assert reply.json["topics"] == ["Grün", "web"]
        assert reply.json["description"] == "a\r\nb"

    def test_parts_without_a_boundary(self, company: Any) -> None:
        headers = {"Content-Type": "multipart/form-data"}
        reply = company.as_user("olivia").request("POST", SHARE, parts('"group_id"\r\n\r\n11'), headers)
        assert reply.status == 400
        assert reply.json["error"].startswith("group_id is missing")

    def test_chunked(self, company: Any) -> None:
        """RFC 9112, section 7.1: two chunks, an extension and a trailer."""
        first, second = '{"group_id": 11, ', '"group_access": 20}'
        chunks = f"{len(first):x};odd=1\r\n{first}\r\n{len(second):X}\r\n{second}\r\n0\r\nX-Sum: 1\r\n\r\n"
        client = company.as_user("olivia")
        assert client.request("POST", SHARE, chunks, CHUNKED).json["group_access"] == 20
        assert client.get("/version").status == 200

    @pytest.mark.parametrize("depth", [101, 100_000])
    def test_nested_too_deep(self, serve: Any, depth: int) -> None:
        """GitLab API sheet 8: 32 levels from 18.9; before, Ruby's JSON parser stops at 100 (max_nesting)."""
        body = "[" * depth + "]" * depth
        reply = serve(version="18.9.0-ee").as_user("olivia").request("POST", SHARE, body, JSON)
        assert (reply.status, reply.json) == (400, {"error": "Parameters nested too deeply"})
        older = serve(version="18.8.0-ee").as_user("olivia").request("POST", SHARE, body, JSON)
        assert (older.status, older.text) == (400, "Bad Request")

    @pytest.mark.parametrize(("version", "levels"), [("18.8.0-ee", 100), ("18.9.0-ee", 32)])
    def test_nested_as_deep_as_may_be(self, serve: Any, version: str, levels: int) -> None:
        client = serve(version=version).as_user("olivia")
        for depth, status in ((levels - 1, 201), (levels, 400)):
            nested = "[" * depth + "]" * depth
            body = f'{{"group_id": 11, "group_access": 10, "more": {nested}}}'
            assert client.request("POST", SHARE, body, JSON).status == status

    def test_json_that_is_no_object_says_nothing(self, company: Any) -> None:
        reply = company.as_user("olivia").request("POST", SHARE, "[11]", JSON)
        assert reply.json["error"].startswith("group_id is missing")


class TestBrokenFraming:
    """What nginx refuses by itself: a page, the end of the connection, no entry in GitLab's log."""

    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ({"Content-Length": "abc"}, None),
            ({"Content-Length": "-1"}, None),
            ({"Content-Length": MANY_DIGITS}, None),
            (CHUNKED, "five\r\nhello\r\n0\r\n\r\n"),
        ],
    )
    def test_no_length(self, company: Any, headers: dict[str, str], body: str | None) -> None:
        reply = company.as_user("olivia").request("POST", SHARE, body, headers)
        assert (reply.status, reply.headers["Connection"]) == (400, "close")
        assert reply.headers["Content-Type"].startswith("text/html")
        assert company.gitlab.log == []

    @pytest.mark.parametrize(("length", "status"), [(8000, 200), (8200, 414), (70000, 414)])
    def test_long_urls(self, company: Any, length: int, status: int) -> None:
        """GitLab API sheet 8; nginx takes a request line of 8 kB (large_client_header_buffers)."""
        assert company.as_user("olivia").get(f"/version?x={'x' * length}").status == status


class TestPaths:
    @pytest.mark.parametrize("path", ["/projects/", "/projects/4/", "/projects//4", "//projects///4//?simple=true"])
    def test_slashes(self, company: Any, path: str) -> None:
        """Grape's router strips slashes at the end and takes several for one."""
        assert company.as_user("olivia").get(path).status == 200

    @pytest.mark.parametrize("target", ["/api//v4/version", "//api/v4/version/", "/api/v4//version"])
    def test_slashes_before_the_path(self, company: Any, target: str) -> None:
        assert fetch(company, target).status == 200

    def test_slashes_in_encoded_paths(self, company: Any) -> None:
        """They belong to the path of the project."""
        client = company.as_user("olivia")
        assert [client.get(f"/projects/acme%2F{name}").status for name in ("app", "%2Fapp", "app%2F")] == [
            200,
            404,
            404,
        ]

    def test_slashes_of_a_moved_project(self, serve: Any) -> None:
        """GitLab API sheet 8: the redirect leads to the id, with the rest of the path and the query."""
        company = serve({"projects": [{"path": "acme/app", "move_to": "acme/shop"}]})
        reply = company.as_user("olivia").get("//projects//acme%2Fapp/groups/?per_page=3")
        assert reply.headers["Location"] == f"{company.gitlab.url}/api/v4/projects/4/groups?per_page=3"

    @pytest.mark.parametrize("target", ["/api/v4", "/api/v4/", "/api/v4?x=1"])
    def test_the_api_itself(self, company: Any, target: str) -> None:
        """GitLab API sheet 8: an unknown route of the API, and so no page."""
        reply = fetch(company, target)
        assert (reply.status, json.loads(reply.read())) == (404, {"error": "404 Not Found"})

    @pytest.mark.parametrize("target", ["/", "/api", "/api/v5/projects", "/nowhere"])
    def test_what_is_no_api(self, company: Any, target: str) -> None:
        """GitLab API sheet 8: a wrong address of the API looks like this, whatever the token."""
        reply = fetch(company, target)
        assert (reply.status, reply.headers["Content-Type"]) == (302, "text/html; charset=utf-8")
        assert reply.headers["Location"] == f"{company.gitlab.url}/users/sign_in"
        assert fetch(company, target, "POST").status == 404

    @pytest.mark.parametrize("target", ["/api/v45/version", "/api/v4x"])
    def test_no_version_of_the_api(self, company: Any, target: str) -> None:
        """GitLab API sheet 8."""
        reply = fetch(company, target)
        assert (reply.status, json.loads(reply.read())) == (404, {"error": "404 API Version Not Found"})

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_version_3(self, company: Any, method: str) -> None:
        """GitLab API sheet 8."""
        reply = fetch(company, "/api/v3/projects", method)
        text = "API V3 is no longer supported. Use API V4 instead."
        assert (reply.status, json.loads(reply.read())) == (410, {"error": text})

    @pytest.mark.parametrize(
        "path",
        ["/projects.json", "/version.json?x=1", "/groups/3/projects.json", "/projects/4/groups.json/", "/version.5"],
    )
    def test_format(self, company: Any, path: str) -> None:
        """Grape takes the format as a suffix of the path."""
        assert company.as_user("olivia").get(path).status == 200

    def test_format_in_links(self, company: Any) -> None:
        """Grape's lib/grape/request.rb takes what a route captures for parameters, which Link repeats."""
        client = company.as_user("olivia")
        assert "format=json&" in client.get("/projects.json?per_page=1").headers["Link"]
        assert "format" not in client.get("/projects?per_page=1").headers["Link"]

    def test_format_in_a_write(self, company: Any) -> None:
        client = company.as_user("olivia")
        assert client.post("/projects/4/share.json", {"group_id": 11, "group_access": 10}).status == 201
        assert client.delete("/projects/4/share/11.json").status == 204

    def test_what_follows_a_dot_in_the_id_of_a_group(self, company: Any) -> None:
        """GitLab API sheet 2: it is taken for a format."""
        reply = company.as_user("olivia").delete("/projects/4/share/11.5")
        assert (reply.status, reply.json) == (404, {"message": "404 Group Link Not Found"})
        assert company.as_user("olivia").delete("/projects/4/share/11.5.6").json == {"error": "404 Not Found"}

    @pytest.mark.parametrize(("name", "found"), [("acme%2Fsite.json", 70), ("acme%2Fapp.json", None), ("4.json", None)])
    def test_format_or_a_path(self, serve: Any, name: str, found: int | None) -> None:
        """GitLab API sheet 8: an :id is any text without a slash, with all its dots."""
        company = serve({"projects": [{"path": "acme/site.json", "id": 70}, {"path": "acme/site", "id": 71}]})
        reply = company.as_user("olivia").get(f"/projects/{name}")
        assert reply.json.get("id") == found

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            (f"/projects/{MANY_DIGITS}", "404 Project Not Found"),
            (f"/groups/{MANY_DIGITS}", "404 Group Not Found"),
            (f"/users/{MANY_DIGITS}/projects", "404 User Not Found"),
            ("/projects/%D9%A4", "404 Project Not Found"),
        ],
    )
    def test_ids_of_nobody(self, company: Any, path: str, message: str) -> None:
        """GitLab API sheet, "How to read this": ids are 64-bit; other scripts' digits are no id."""
        reply = company.as_user("olivia").get(path)
        assert (reply.status, reply.json) == (404, {"message": message})


def fetch(company: Any, target: str, method: str = "GET") -> http.client.HTTPResponse:
    """Olivia's request of a target as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", company.gitlab.port)
    connection.request(method, target, headers={"PRIVATE-TOKEN": "glpat-olivia-7Qx2kLm9Zr4Tn8Wv"})
    return connection.getresponse()


class TestDates:
    """GitLab API sheet 1.1: expires_at is a Date, which Grape has Ruby's Date.parse read, on every Python alike."""

    @pytest.mark.parametrize(
        "text",
        [
            "2027-01-05",
            "20270105",
            "2027/01/05",
            "05.01.2027",
            "2027-1-5",
            "5.1.2027",
            "2027-01-05T10:00:00Z",
            "05-01-2027",
            "Jan 5 2027",
            "january 5th, 2027",
            "5 Jan 2027",
            "from 2027-01-05 on",
        ],
    )
    def test_read(self, company: Any, text: str) -> None:
        assert company.share(expires_at=text)[1]["expires_at"] == "2027-01-05"

    @pytest.mark.parametrize(
        "value",
        [
            "soon",
            "2027-02-30",
            "2027-01/05",
            "202715",
            "202701050",
            "2027-01-050",
            "2027-W01-1",
            "2027-01",
            "12/31/2027",
            20270105,
            True,
            [],
        ],
    )
    def test_refused(self, company: Any, value: object) -> None:
        assert company.share(expires_at=value) == (400, {"error": "expires_at is invalid"})
