# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages: GitLab API sheet, sections 3.1 to 3.3."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

KEYSET = "/projects?pagination=keyset&order_by=id&sort=asc"
MANY = {"projects": [{"path": f"open/page-{number}", "visibility": "public"} for number in range(44)]}
# The company's six projects and these.
TOTAL = 50


def links(reply: Any) -> list[tuple[str, str]]:
    """Relation and URL of each link, in their order."""
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', reply.headers["Link"] or "")
    return [(relation, url) for url, relation in found]


def x_headers(reply: Any) -> dict[str, str]:
    names = ("X-Per-Page", "X-Page", "X-Next-Page", "X-Prev-Page", "X-Total", "X-Total-Pages")
    return {name: reply.headers[name] for name in names if name in reply.headers}


def ids(reply: Any) -> list[int]:
    return [project["id"] for project in reply.json]


@pytest.mark.parametrize(
    ("page", "following", "previous", "relations"),
    [
        (1, "2", "", ["next", "first", "last"]),
        (2, "3", "1", ["prev", "next", "first", "last"]),
        (3, "", "2", ["prev", "first", "last"]),
        (4, "", "", ["first", "last"]),
    ],
)
def test_offset_headers(serve: Any, page: int, following: str, previous: str, relations: list[str]) -> None:
    """Section 3.2: empty texts, not missing headers; beyond the end the page is empty."""
    reply = serve(MANY).as_user("root").get(f"/projects?page={page}&per_page=20")
    assert x_headers(reply) == {
        "X-Per-Page": "20",
        "X-Page": str(page),
        "X-Next-Page": following,
        "X-Prev-Page": previous,
        "X-Total": str(TOTAL),
        "X-Total-Pages": "3",
    }
    assert [relation for relation, _unused in links(reply)] == relations
    assert len(reply.json) == {1: 20, 2: 20, 3: 10, 4: 0}[page]


def test_an_empty_list_has_one_page(company: Any) -> None:
    """Section 3.2."""
    reply = company.as_user("stan").get("/projects?owned=true")
    assert (reply.json, reply.headers["X-Total"], reply.headers["X-Total-Pages"]) == ([], "0", "1")


def test_per_page(serve: Any) -> None:
    """Section 3.2: 20 by default, more than 100 is 100, 0 is refused."""
    company = serve({"projects": [{"path": f"acme/x-{number}"} for number in range(120)]})
    client = company.as_user("root")
    assert len(client.get("/projects").json) == 20
    assert len(client.get("/projects?per_page=500").json) == 100
    assert client.get("/projects?per_page=500").headers["X-Per-Page"] == "100"
    refused = client.get("/projects?per_page=0")
    assert (refused.status, refused.json) == (400, {"error": "per_page has a value not allowed"})
    assert client.get("/projects?page=two").json == {"error": "page is invalid"}


def test_offset_link_echoes_all_parameters(company: Any) -> None:
    """Section 3.3: path parameters and undeclared ones too, with defaults, by name."""
    client = company.as_user("olivia")
    url = dict(links(client.get("/groups/acme/projects/?nonsense=1&simple=true")))["first"]
    assert url == (
        f"{company.gitlab.url}/api/v4/groups/acme/projects?id=acme&include_ancestor_groups=false"
        "&include_subgroups=false&nonsense=1&order_by=created_at&owned=false&page=1&per_page=20&simple=true&sort=desc"
        "&starred=false&with_custom_attributes=false&with_issues_enabled=false"
        "&with_merge_requests_enabled=false&with_security_reports=false&with_shared=true"
    )


@pytest.mark.parametrize(
    ("query", "echoed"),
    [
        ("per_page=500", "&per_page=100&"),
        ("per_page=-3", "&per_page=20&"),
        ("archived=&simple=", "?archived=&"),
        ("topic=&sort=asc", "&starred=false&statistics=false&with_custom"),
        ("topic=a,b", "&topic%5B%5D=a&topic%5B%5D=b&"),
        ("topic=a,,b,,", "&topic%5B%5D=a&topic%5B%5D=&topic%5B%5D=b&"),
        ("last_activity_after=2019-01-01", "&last_activity_after=2019-01-01T00%3A00%3A00%2B00%3A00&"),
        ("marked_for_deletion_on=1.2.2026", "&marked_for_deletion_on=2026-02-01&"),
        ("with_issues_enabled=Yes", "&with_issues_enabled=true&"),
    ],
)
def test_how_parameters_are_echoed(serve: Any, query: str, echoed: str) -> None:
    """Section 3.3: as GitLab has understood them; empty ones stay, empty lists do not."""
    reply = serve(version="18.9.0", enterprise=False).as_user("olivia").get(f"/projects?{query}")
    assert echoed in dict(links(reply))["first"]


def test_a_token_in_the_query_is_echoed(company: Any) -> None:
    """Section 3.3: one more reason not to send it there."""
    reply = company.anonymous().get("/projects?private_token=glpat-olivia-7Qx2kLm9Zr4Tn8Wv")
    assert "&private_token=glpat-olivia-7Qx2kLm9Zr4Tn8Wv&" in dict(links(reply))["first"]


def test_community_edition_declares_less(serve: Any) -> None:
    """Section 3.4: some parameters are Enterprise's; Community echoes them as they are."""
    client = serve(enterprise=False).as_user("olivia")
    reply = client.get("/groups/acme/projects?with_security_reports=x")
    assert reply.status == 200
    assert "with_security_reports=x" in reply.headers["Link"]
    names = ("include_hidden", "wiki_checksum_failed", "repository_checksum_failed")
    assert not [name for name in names if name in client.get("/projects").headers["Link"]]


def test_count_limit(serve: Any) -> None:
    """Section 3.2: counting with a limit drops the totals and rel=last."""
    client = serve(MANY, count_limit=49).as_user("root")
    reply = client.get("/projects?page=2")
    assert "X-Total" not in reply.headers
    assert "X-Total-Pages" not in reply.headers
    assert [relation for relation, _unused in links(reply)] == ["prev", "next", "first"]
    assert "X-Total" in serve(MANY, count_limit=50).as_user("root").get("/projects").headers


@pytest.mark.parametrize(
    ("settings", "path", "status"),
    [
        ({"version": "15.11.0-ee"}, "/projects?page=501&per_page=100", 405),
        ({"version": "15.11.0-ee"}, "/projects?page=500&per_page=100", 200),
        ({"version": "18.5.0-ee"}, "/projects?page=501&per_page=100", 200),
        ({"offset_limit": 30}, "/projects?page=2", 405),
        ({"offset_limit": 40}, "/projects?page=2", 200),
        ({"offset_limit": 30}, "/groups/acme/projects?page=2", 200),
        ({"offset_limit": 30}, f"{KEYSET}&page=3", 200),
        ({"version": "15.11.0-ee"}, "/projects?page=501&per_page=-100", 200),
        ({"version": "15.11.0-ee"}, "/projects?page=251&per_page=200", 405),
        ({}, "/groups?page=501&per_page=100", 200),
    ],
)
def test_offset_limit(serve: Any, settings: dict[str, Any], path: str, status: int) -> None:
    """Section 3.2: by default for projects up to 15.x; per_page counts as it was sent."""
    reply = serve(**settings).as_user("root").get(path)
    assert reply.status == status
    if status == 405:
        limit = settings.get("offset_limit", 50000)
        kind = "Group" if "groups" in path else "Project"
        assert reply.json == {
            "error": f"Offset pagination has a maximum allowed offset of {limit} for requests that return "
            f"objects of type {kind}. Remaining records can be retrieved using keyset pagination."
        }


def test_offset_limit_of_anonymous_lists_of_groups(company: Any) -> None:
    """Section 3.2."""
    assert company.anonymous().get("/groups?page=501&per_page=100").status == 405
    assert company.anonymous().get("/groups?page=500&per_page=100").status == 200


def test_lists_too_long_to_be_counted(serve: Any) -> None:
    """Section 3.2: more than 10,000 rows have no totals; what is cut down to 10,000 has them again."""
    company = serve({"projects": [{"path": f"acme/p{number}", "id": number} for number in range(1000, 11_001)]})
    client = company.as_user("root")
    for path in ("/projects", "/groups/acme/projects"):
        long = client.get(f"{path}?per_page=1&order_by=id&sort=asc&id_after=999")
        assert ("X-Total" in long.headers, long.headers["X-Next-Page"]) == (False, "2")
        assert [relation for relation, _unused in links(long)] == ["next", "first"]
        cut = client.get(f"{path}?per_page=1&order_by=id&sort=asc&id_after=1000")
        assert (cut.headers["X-Total"], cut.headers["X-Total-Pages"]) == ("10000", "10000")


def test_keyset_walk(serve: Any) -> None:
    """Section 3.3: a Link on every page that is not empty, no X-* headers, the end is an empty page."""
    client = serve(MANY).as_user("root")
    seen: list[int] = []
    path = f"{KEYSET}&per_page=20"
    for size in (20, 20, 10, 0):
        reply = client.get(path)
        assert len(reply.json) == size
        assert not x_headers(reply)
        assert [relation for relation, _unused in links(reply)] == (["next"] if size else [])
        seen += ids(reply)
        path = links(reply)[0][1].partition("/api/v4")[2] if size else ""
    assert seen == sorted(seen)
    assert len(set(seen)) == TOTAL


def test_keyset_link_format(company: Any) -> None:
    """Section 3.3: all parameters with defaults, by name, page=1 among them, per_page as it was sent."""
    reply = company.as_user("root").get(f"{KEYSET}&per_page=2&unknown=1")
    assert links(reply)[0][1] == (
        f"{company.gitlab.url}/api/v4/projects?id_after=5&imported=false&include_hidden=false"
        "&membership=false&order_by=id&owned=false&page=1&pagination=keyset&per_page=2"
        "&repository_checksum_failed=false&simple=false&sort=asc&starred=false&statistics=false&unknown=1"
        "&wiki_checksum_failed=false&with_custom_attributes=false&with_issues_enabled=false"
        "&with_merge_requests_enabled=false"
    )


def test_keyset_downwards(company: Any) -> None:
    """Section 3.3: id_before in the Link."""
    reply = company.as_user("root").get("/projects?pagination=keyset&order_by=id&sort=desc&per_page=2")
    assert ids(reply) == [9, 8]
    assert "id_before=8" in links(reply)[0][1]


def test_ids_as_plain_parameters(company: Any) -> None:
    """Section 3.3: id_after and id_before work by themselves and together."""
    client = company.as_user("root")
    assert ids(client.get(f"{KEYSET}&id_after=5&id_before=8")) == [6, 7]
    assert ids(client.get("/projects?order_by=id&sort=asc&id_after=7")) == [8, 9]


def test_page_has_no_effect_on_keyset(company: Any) -> None:
    """Section 3.3."""
    assert ids(company.as_user("root").get(f"{KEYSET}&page=3&per_page=2")) == [4, 5]


@pytest.mark.parametrize("order", ["", "&order_by=name", "&order_by=created_at"])
def test_keyset_needs_the_order_by_id(company: Any, order: str) -> None:
    """Section 3.3."""
    reply = company.as_user("root").get(f"/projects?pagination=keyset{order}")
    assert reply.status == 405
    assert reply.json == {"error": "Keyset pagination is not yet available for this type of request"}


def test_keyset_of_a_users_projects(company: Any) -> None:
    """Section 3.1: GET /users/:id/projects, by id or name."""
    client = company.as_user("olivia")
    reply = client.get("/users/olivia/projects?pagination=keyset&order_by=id")
    assert ids(reply) == [7]
    assert "user_id=olivia" in links(reply)[0][1]
    assert ids(client.get("/users/2/projects")) == [7]
    assert client.get("/users/nobody/projects").json == {"message": "404 User Not Found"}


@pytest.mark.parametrize("path", ["/groups/acme/projects", "/groups/acme/projects/shared", "/groups"])
def test_lists_of_groups_ignore_keyset(company: Any, path: str) -> None:
    """Section 3.1."""
    reply = company.as_user("olivia").get(f"{path}?pagination=keyset")
    assert reply.headers["X-Page"] == "1"


def test_anonymous_groups_by_cursor(serve: Any) -> None:
    """Section 3.1: GET /groups has a cursor for anonymous callers, in the order of names."""
    public = [{"path": name, "visibility": "public"} for name in ("b", "a", "c")]
    client = serve({"groups": public}).anonymous()
    names, path = [], "/groups?pagination=keyset&order_by=name&sort=asc&per_page=3"
    while path:
        reply = client.get(path)
        names += [group["name"] for group in reply.json]
        assert "X-Page" not in reply.headers
        path = dict(links(reply)).get("next", "").partition("/api/v4")[2]
    assert names == ["a", "b", "c", "open"]


def test_cursors(serve: Any) -> None:
    """Section 3.1: in headers too; one that cannot be read is an error of the server, and so is an empty page."""
    client = serve({"groups": [{"path": "a", "id": 90, "visibility": "public"}]}).anonymous()
    first = client.get("/groups?pagination=keyset&per_page=1")
    cursor = first.headers["X-NEXT-CURSOR"]
    assert json.loads(base64.urlsafe_b64decode(cursor)) == {"name": "a", "id": "90", "_kd": "n"}
    assert "X-PREV-CURSOR" not in first.headers
    last = client.get(f"/groups?pagination=keyset&per_page=1&cursor={cursor}")
    assert [group["path"] for group in last.json] == ["open"]
    assert ("X-NEXT-CURSOR" in last.headers, "X-PREV-CURSOR" in last.headers) == (False, True)
    beyond = base64.urlsafe_b64encode(b'{"name":"z","id":"1","_kd":"n"}').decode()
    for other in ("nonsense", beyond):
        assert client.get(f"/groups?pagination=keyset&cursor={other}").status == 500


def test_cursors_backwards(serve: Any) -> None:
    """GitLab's lib/gitlab/pagination/keyset/paginator.rb: what lies before the cursor, the nearest of it."""
    public = [{"path": name, "visibility": "public"} for name in "abcd"]
    client = serve({"groups": public}).anonymous()

    def page(cursor: str) -> Any:
        return client.get(f"/groups?pagination=keyset&per_page=2&cursor={cursor}")

    second = page(page("").headers["X-NEXT-CURSOR"])
    assert [group["name"] for group in second.json] == ["c", "d"]
    first = page(second.headers["X-PREV-CURSOR"])
    assert [group["name"] for group in first.json] == ["a", "b"]
    assert "X-PREV-CURSOR" not in first.headers
    assert first.headers["X-NEXT-CURSOR"] == page("").headers["X-NEXT-CURSOR"]
    middle = page(base64.urlsafe_b64encode(b'{"name":"d","id":"1","_kd":"p"}').decode())
    assert [group["name"] for group in middle.json] == ["b", "c"]
    assert "X-PREV-CURSOR" in middle.headers
    assert page(base64.urlsafe_b64encode(b'{"name":"a","id":"1","_kd":"p"}').decode()).status == 500


@pytest.mark.parametrize(("size", "status", "length"), [(-1, 500, None), (-9, 500, None), (150, 200, 121)])
def test_sizes_of_pages_by_cursor(serve: Any, size: int, status: int, length: int | None) -> None:
    """GitLab's paginator takes per_page as it is, and fails over what is below zero."""
    groups = [{"path": f"g{number}", "visibility": "public"} for number in range(120)]
    reply = serve({"groups": groups}).anonymous().get(f"/groups?pagination=keyset&per_page={size}")
    assert reply.status == status
    assert length is None or len(reply.json) == length


@pytest.mark.parametrize("query", ["order_by=id", "sort=desc"])
def test_cursors_need_the_order_by_name(company: Any, query: str) -> None:
    """Section 3.1."""
    reply = company.anonymous().get(f"/groups?pagination=keyset&{query}")
    assert reply.status == 405
    assert reply.json == {"error": "Keyset pagination is not yet available for this type of request"}


@pytest.mark.parametrize("path", ["/projects", "/groups"])
def test_unknown_pagination_is_by_offset(company: Any, path: str) -> None:
    """Section 3.1: it is declared nowhere."""
    assert company.as_user("olivia").get(f"{path}?pagination=bogus").headers["X-Page"] == "1"


@pytest.mark.parametrize(
    ("external", "expected"),
    [
        ("https://gitlab.example.com", "http://gitlab.example.com:443/api/v4/projects?"),
        ("http://gitlab.example.com", "http://gitlab.example.com/api/v4/projects?"),
        ("http://gitlab.example.com:8080", "http://gitlab.example.com:8080/api/v4/projects?"),
    ],
)
def test_host_of_links(serve: Any, external: str, expected: str) -> None:
    """Section 3.3: host and port as configured, scheme and path as requested."""
    reply = serve(external_url=external).as_user("root").get(KEYSET)
    assert links(reply)[0][1].startswith(expected)
    assert reply.json[0]["web_url"] == f"{external}/acme/app"


def test_relative_url(serve: Any) -> None:
    """Section 8: installs below a path."""
    company = serve(relative_url="/gitlab")
    reply = company.as_user("root").get(KEYSET)
    assert "/gitlab/api/v4/projects?" in links(reply)[0][1]
    assert reply.json[0]["web_url"] == f"{company.gitlab.url}/acme/app"
    assert company.gitlab.url.endswith("/gitlab")


def test_changes_show_in_the_next_page(company: Any) -> None:
    """Section 3.2: offset pages skip what moves up while they are read."""
    client = company.as_user("root")
    path = "/projects?order_by=id&sort=asc&per_page=2"
    assert ids(client.get(path)) == [4, 5]
    company.world.change({"projects": [{"path": "acme/app", "delete": True}]})
    assert ids(client.get(f"{path}&page=2")) == [7, 8]
