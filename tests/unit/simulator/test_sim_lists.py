# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects a list holds: GitLab API sheet, section 3.4."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

ALL = [4, 5, 6, 7, 8, 9]


def listed(company: Any, query: str, user: str | None = "olivia", path: str = "/projects") -> list[int]:
    client = company.as_user(user) if user else company.anonymous()
    reply = client.get(f"{path}?order_by=id&sort=asc&{query}")
    assert reply.status == 200, reply.text
    return [project["id"] for project in reply.json]


@pytest.mark.parametrize(
    ("user", "seen"),
    [("olivia", ALL), ("greta", [4, 5, 6, 8, 9]), ("stan", [8, 9]), (None, [8]), ("root", ALL)],
)
def test_visibility(company: Any, user: str | None, seen: list[int]) -> None:
    """Public and internal ones, and those the caller is a member of; all for an administrator."""
    assert listed(company, "", user) == seen


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("membership=true", [4, 5, 6, 7]),
        ("owned=true", [4, 5, 6, 7]),
        ("archived=true", [6]),
        ("archived=false", [4, 5, 7, 8, 9]),
        ("active=true", [4, 5, 7, 8, 9]),
        ("active=false", [6]),
        ("visibility=private", [4, 5, 6, 7]),
        ("visibility=public", [8]),
        ("search=APP", [4]),
        ("search=sells", [4]),
        ("search=ap", []),
        ("search=app", [4]),
        ("search=handbook%20open", []),
        ("search=handbook%20open&search_namespaces=true", [9]),
        ("search=acme%2Fbackend&search_namespaces=true", [5, 6]),
        ("topic=web", [4, 5]),
        ("topic=web,shop", [4]),
        ("topic[]=web&topic[]=shop", [4]),
        ("topic=Web,unheard", []),
        ("starred=true", []),
        ("imported=true", []),
        ("with_issues_enabled=true", ALL),
        ("search=handbook%20internal&search_namespaces=true", []),
        ("topic=WEB", []),
        ("topic=%20web%20,", [4, 5]),
        ("topic=,web", [4, 5]),
        ("topic[a]=go", ALL),
        ("topic_id=0", []),
        ("with_programming_language=", []),
        ("owned=true&min_access_level=10&membership=true&visibility=private", [4, 5, 6, 7]),
        ("last_activity_after=2020-01-01T00:07:00Z", [8, 9]),
        ("last_activity_before=2020-01-01T00:05:00Z", [4]),
        ("archived=&search=", ALL),
    ],
)
def test_filters(company: Any, query: str, seen: list[int]) -> None:
    """Section 3.4: topics are whole names in their case, bounds of activity are outside."""
    assert listed(company, query) == seen


def test_search_with_namespaces_looks_at_names_above(serve: Any) -> None:
    """Section 3.4: at the full path, the full name and the description."""
    company = serve({"groups": [{"path": "acme", "name": "Great Company"}]})
    assert listed(company, "search=company&search_namespaces=true") == [4, 5, 6]
    assert listed(company, "search=company") == []


def test_the_first_of_three_filters_decides(serve: Any) -> None:
    """Section 3.4: owned before min_access_level before membership."""
    company = serve({"projects": [{"path": "open/site", "members": {"olivia": "developer"}}]})
    assert listed(company, "membership=true&min_access_level=50") == [4, 5, 6, 7]
    assert listed(company, "owned=true&min_access_level=30") == [4, 5, 6, 7]
    assert listed(company, "membership=true") == [4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("query", "seen"),
    [("min_access_level=10", []), ("owned=true", []), ("membership=true", []), ("starred=true", [8])],
)
def test_anonymous_callers_have_no_roles(company: Any, query: str, seen: list[int]) -> None:
    """Section 3.4: and no stars, so that nobody asks for them."""
    assert listed(company, query, None) == seen


@pytest.mark.parametrize("bound", ["9223372036854775808", "-9223372036854775809"])
@pytest.mark.parametrize("path", ["/projects", "/groups/acme/projects", "/groups/acme/projects/shared"])
@pytest.mark.parametrize("name", ["id_after", "id_before"])
def test_ids_beyond_64_bits(company: Any, bound: str, path: str, name: str) -> None:
    """Section 3.5: Rails writes no such number into a query."""
    reply = company.as_user("olivia").get(f"{path}?{name}={bound}")
    assert (reply.status, reply.json) == (500, {"message": "500 Internal Server Error"})
    within = bound.replace("808", "807").replace("809", "808")
    assert company.as_user("olivia").get(f"{path}?{name}={within}").status == 200


@pytest.mark.parametrize(
    ("user", "level", "seen"),
    [
        ("olivia", 50, [4, 5, 6, 7]),
        ("max", 50, []),
        ("max", 40, [4, 5, 6]),
        ("greta", 10, [4, 5, 6]),
        ("greta", 20, []),
        ("root", 10, []),
    ],
)
def test_min_access_level(company: Any, user: str, level: int, seen: list[int]) -> None:
    """Counts memberships: an administrator loses everything it is no member of."""
    assert listed(company, f"min_access_level={level}", user) == seen


def test_membership_by_an_invited_group(serve: Any) -> None:
    """membership and min_access_level count shares with groups, capped at the share's level."""
    shared = {"path": "acme/app", "share": [{"group": "secret", "access_level": "reporter"}]}
    stan = {"path": "secret", "members": {"stan": "owner"}}
    company = serve({"groups": [stan], "projects": [shared]})
    assert listed(company, "membership=true", "stan") == [4]
    assert listed(company, "min_access_level=20", "stan") == [4]
    assert listed(company, "min_access_level=30", "stan") == []


def test_a_share_takes_effect_at_once(company: Any) -> None:
    """Who gets access by a share sees the project in the next list, and loses it by the DELETE."""
    company.world.change({"groups": [{"path": "security/auditors", "members": {"stan": 10, "olivia": 10}}]})
    assert listed(company, "", "stan") == [8, 9]
    company.share()
    assert listed(company, "", "stan") == [4, 8, 9]
    company.as_user("olivia").delete("/projects/4/share/11")
    assert listed(company, "", "stan") == [8, 9]


def test_shares_into_a_locked_namespace_give_no_access(serve: Any) -> None:
    shared = {"path": "acme/app", "share": [{"group": "secret", "access_level": "reporter"}]}
    groups = [
        {"path": "secret", "members": {"stan": "owner"}},
        {"path": "acme", "share_with_group_lock": True},
    ]
    assert listed(serve({"groups": groups, "projects": [shared]}), "membership=true", "stan") == []


@pytest.mark.parametrize(
    ("user", "query", "seen"), [("root", "true", True), ("root", "", False), ("olivia", "true", False)]
)
@pytest.mark.parametrize(("key", "param"), [("pending_delete", "include_pending_delete"), ("hidden", "include_hidden")])
def test_what_is_being_deleted(serve: Any, user: str, query: str, seen: bool, key: str, param: str) -> None:
    """Pending and hidden ones are left out; only an administrator may ask for them."""
    company = serve({"projects": [{"path": "acme/app", key: True}]})
    assert (4 in listed(company, f"{param}={query}", user)) is seen


@pytest.mark.parametrize(("user", "elsewhere"), [("olivia", ALL), ("root", [])])
def test_storage_is_a_filter_for_administrators(company: Any, user: str, elsewhere: list[int]) -> None:
    """Section 3.4; lists of groups filter for everybody (section 3.5)."""
    assert listed(company, "repository_storage=default", user) == ALL
    assert listed(company, "repository_storage=elsewhere", user) == elsewhere
    own = company.as_user(user).get("/users/olivia/projects?repository_storage=elsewhere").json
    assert [project["id"] for project in own] == [number for number in elsewhere if number == 7]


def test_community_edition_lists_hidden_projects(serve: Any) -> None:
    """Section 3.4: Enterprise leaves them out; by its id none is found (section 8)."""
    company = serve({"projects": [{"path": "secret/plan", "id": 50, "hidden": True}]}, enterprise=False)
    company.world.change({"projects": [{"path": "secret/plan", "members": {"stan": "guest"}}]})
    client = company.as_user("stan")
    assert 50 in listed(company, "", "stan")
    assert client.get("/projects/50").status == 404
    assert [project["id"] for project in client.get("/groups/secret/projects").json] == [50]


@pytest.mark.parametrize(("version", "archived"), [("17.11.0-ee", [6]), ("18.0.0-ee", [5, 6])])
def test_archived_ancestors_count_from_18(serve: Any, version: str, archived: list[int]) -> None:
    company = serve({"groups": [{"path": "acme/backend", "archived": True}]}, version=version)
    assert listed(company, "archived=true") == archived
    entities = company.as_user("olivia").get("/projects").json
    assert sorted(project["id"] for project in entities if project["archived"]) == archived


@pytest.mark.parametrize(("version", "seen"), [("17.11.0-ee", ALL), ("18.0.0-ee", [5, 7, 8, 9])])
def test_active_is_ignored_before_18(serve: Any, version: str, seen: list[int]) -> None:
    """Unknown parameters are silently not applied, not even checked."""
    doomed = {"projects": [{"path": "acme/app", "marked_for_deletion_on": "2026-02-01"}]}
    company = serve(doomed, version=version)
    assert listed(company, "active=true") == seen
    refused = company.as_user("olivia").get("/projects?active=banana")
    assert refused.status == (200 if version.startswith("17") else 400)


def test_scheduled_deletion_and_archived(serve: Any) -> None:
    """Section 17.2: the field is false while the deletion is scheduled, the filter goes by the flag."""
    doomed = {"projects": [{"path": "acme/backend/old", "marked_for_deletion_on": "2026-02-01"}]}
    company = serve(doomed)
    assert listed(company, "archived=true") == [6]
    assert listed(company, "archived=false") == [4, 5, 7, 8, 9]
    assert company.as_user("olivia").get("/projects/6").json["archived"] is False
    assert listed(company, "marked_for_deletion_on=2026-02-01") == [6]
    older = serve(doomed, version="17.11.0-ee")
    assert listed(older, "archived=true") == [6]
    assert older.as_user("olivia").get("/projects/6").json["archived"] is True


def test_scheduled_in_an_archived_group(serve: Any) -> None:
    """Section 17.2: the group's archiving counts all the same, in field and filter."""
    doomed = {
        "groups": [{"path": "acme/backend", "archived": True}],
        "projects": [{"path": "acme/backend/api", "marked_for_deletion_on": "2026-02-01"}],
    }
    company = serve(doomed)
    assert company.as_user("olivia").get("/projects/5").json["archived"] is True
    assert listed(company, "archived=true") == [5, 6]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("simple=banana", "simple is invalid"),
        ("archived=2", "archived is invalid"),
        ("order_by=size", "order_by does not have a valid value"),
        ("sort=up", "sort does not have a valid value"),
        ("visibility=secret", "visibility does not have a valid value"),
        ("id_after=x", "id_after is invalid"),
        ("min_access_level=5", "min_access_level does not have a valid value"),
        ("min_access_level=x", "min_access_level is invalid, min_access_level does not have a valid value"),
        ("updated_after=yesterday", "updated_after is invalid"),
        (
            "simple=banana&sort=up&per_page=x",
            "sort does not have a valid value, per_page is invalid, simple is invalid",
        ),
        ("archived=tRuE", "archived is invalid"),
        ("archived[a]=1", "archived is invalid"),
        ("id_after=%D9%A5", "id_after is invalid"),
        ("page=1;per_page=2", "page is invalid"),
    ],
)
def test_parameter_errors(company: Any, query: str, error: str) -> None:
    reply = company.as_user("olivia").get(f"/projects?{query}")
    assert (reply.status, reply.json) == (400, {"error": error})


@pytest.mark.parametrize("value", ["true", "1", "on", "yes", "T"])
def test_booleans(company: Any, value: str) -> None:
    assert listed(company, f"archived={value}") == [6]


def test_updated_needs_its_order(company: Any) -> None:
    client = company.as_user("olivia")
    reply = client.get("/projects?updated_after=2020-01-01T00:07:00Z")
    text = "400 Bad request - `updated_at` filter and `updated_at` sorting must be paired"
    assert (reply.status, reply.json) == (400, {"message": text})
    assert client.get("/projects?updated_before=2020-01-01&pagination=keyset").json == {"message": text}
    paired = client.get("/projects?updated_after=2020-01-01T00:07:00Z&order_by=updated_at")
    assert [project["id"] for project in paired.json] == [9, 8, 7]


@pytest.mark.parametrize(
    ("order", "seen"),
    [
        ("", [9, 8, 7, 6, 5, 4]),
        ("order_by=id&sort=asc", ALL),
        ("order_by=name&sort=asc", [4, 5, 9, 6, 8, 7]),
        ("order_by=path", [7, 8, 6, 9, 4, 5]),
        ("order_by=created_at&sort=asc", ALL),
    ],
)
def test_orders(company: Any, order: str, seen: list[int]) -> None:
    """Section 3.4: capital letters come first."""
    reply = company.as_user("olivia").get(f"/projects?{order}")
    assert [project["id"] for project in reply.json] == seen


@pytest.mark.parametrize("path", ["/projects", "/groups/acme/projects"])
def test_created_at_means_the_id(serve: Any, path: str) -> None:
    """Section 3.3: the default order, by which an imported project with an old date does not sink."""
    imported = {"projects": [{"path": "acme/zoo", "id": 99, "created_at": "2001-01-01T00:00:00.000Z"}]}
    client = serve(imported).as_user("olivia")
    assert [client.get(f"{path}{order}").json[0]["id"] for order in ("", "?order_by=created_at&sort=asc")] == [99, 4]


def test_similarity(serve: Any) -> None:
    """Section 3.4: the more alike the sooner, of equal ones the newest; only of projects with a role."""
    apps = [
        {"path": "acme/app-two", "id": 40},
        {"path": "acme/app-new", "id": 41},
        {"path": "open/app", "visibility": "public"},
    ]
    client = serve({"projects": apps}).as_user("olivia")
    reply = client.get("/projects?search=app&order_by=similarity")
    assert [project["id"] for project in reply.json] == [4, 41, 40]
    assert "order_by=similarity" in reply.headers["Link"]
    plain = client.get("/projects?order_by=similarity")
    assert [project["id"] for project in plain.json][:2] == [42, 41]
    assert "order_by=created_at" in plain.headers["Link"]


def test_sizes_are_an_order_for_administrators(company: Any) -> None:
    """Section 3.4: others get the default."""
    links = [company.as_user(user).get("/projects?order_by=wiki_size").headers["Link"] for user in ("root", "olivia")]
    assert "order_by=project_statistics.wiki_size" in links[0]
    assert "order_by=created_at" in links[1]


class TestUserProjects:
    """GET /users/:id/projects, section 3.1."""

    @pytest.mark.parametrize("query", ["owned=true", "membership=true", "updated_after=2019-01-01"])
    def test_parameters_without_effect(self, serve: Any, query: str) -> None:
        mine = {"projects": [{"path": "olivia/tool", "visibility": "public"}]}
        assert listed(serve(mine), query, "stan", "/users/olivia/projects") == [7]

    @pytest.mark.parametrize(("user", "seen"), [("root", [7]), ("stan", [])])
    def test_of_a_blocked_user(self, serve: Any, user: str, seen: list[int]) -> None:
        blocked = {
            "users": [{"username": "olivia", "state": "blocked"}],
            "projects": [{"path": "olivia/tool", "visibility": "public"}],
        }
        assert listed(serve(blocked), "", user, "/users/olivia/projects") == seen

    def test_by_role(self, serve: Any) -> None:
        company = serve({"projects": [{"path": "olivia/tool", "visibility": "public", "members": {"stan": 30}}]})
        for user, level, seen in (("stan", 30, [7]), ("stan", 40, []), ("max", 30, []), ("root", 50, [7])):
            assert listed(company, f"min_access_level={level}", user, "/users/olivia/projects") == seen


class TestGroupProjects:
    """GET /groups/:id/projects and /projects/shared."""

    path = "/groups/acme/projects"
    shared: ClassVar = {"projects": [{"path": "open/site", "share": [{"group": "acme", "access_level": 10}]}]}

    @pytest.mark.parametrize(
        ("query", "seen"),
        [
            ("", [4, 8]),
            ("with_shared=false", [4]),
            ("include_subgroups=true", [4, 5, 6, 8]),
            ("include_subgroups=true&with_shared=false", [4, 5, 6]),
            ("include_subgroups=true&with_shared=false&archived=false", [4, 5]),
            ("include_subgroups=true&with_shared=false&min_access_level=50", [4, 5, 6]),
            ("with_shared=false&include_subgroups=true&search=api", [5]),
        ],
    )
    def test_selection(self, serve: Any, query: str, seen: list[int]) -> None:
        """with_shared is true by default and counts this group's own invitations."""
        assert listed(serve(self.shared), query, path=self.path) == seen

    def test_shared_with_a_subgroup(self, serve: Any) -> None:
        patch = {"projects": [{"path": "open/site", "share": [{"group": "acme/backend", "access_level": 10}]}]}
        assert listed(serve(patch), "include_subgroups=true", path=self.path) == [4, 5, 6]

    def test_ancestors(self, company: Any) -> None:
        path = "/groups/acme%2Fbackend/projects"
        assert listed(company, "include_ancestor_groups=true", path=path) == [4, 5, 6]

    def test_invisible_ones_are_left_out(self, serve: Any) -> None:
        patch = {"projects": [{"path": "open/plan"}]}
        assert listed(serve(patch), "", "stan", "/groups/open/projects") == [8, 9]

    def test_shared_list_takes_the_invited_group(self, serve: Any) -> None:
        link = {"group": "security/auditors", "access_level": "developer"}
        patch = {"projects": [{"path": "acme/app", "share": [link]}, {"path": "open/site", "share": [link]}]}
        path = "/groups/11/projects/shared"
        company = serve(patch)
        assert listed(company, "", path=path) == [4, 8]
        assert listed(company, "visibility=public", path=path) == [8]
        reply = company.as_user("olivia").get(path)
        assert reply.json[0]["shared_with_groups"][0]["group_access_level"] == 30

    def test_no_such_group(self, company: Any) -> None:
        reply = company.as_user("stan").get(self.path)
        assert (reply.status, reply.json) == (404, {"message": "404 Group Not Found"})


class TestUndeclared:
    """Section 3.5: what lists of a group's projects honour without declaring it."""

    shared: ClassVar = {
        "projects": [
            {"path": path, "share": [{"group": "security/auditors", "access_level": 10}]}
            for path in ("acme/app", "acme/backend/api", "open/site")
        ]
    }
    path = "/groups/11/projects/shared"

    @pytest.mark.parametrize(
        ("query", "seen"),
        [
            ("id_after=4", [5, 8]),
            ("id_before=5", [4]),
            ("id_after=%204x", [5, 8]),
            ("id_after=abc", [4, 5, 8]),
            ("id_before=abc", []),
            ("id_after=", [4, 5, 8]),
            ("topic=shop", [4]),
            ("topic=SHOP", []),
            ("topic=web,%20shop", [4]),
            ("last_activity_after=2020-01-01T00:04:00Z", [5, 8]),
            ("last_activity_before=2020-01-01T00:05:00Z", [4]),
            ("repository_storage=elsewhere", []),
            ("topic_id=1", []),
            ("owned=false", [4, 5]),
            ("owned=", [4, 5, 8]),
            ("active=false", [4, 5, 8]),
            ("membership=true", [4, 5, 8]),
            ("updated_after=2030-01-01", [4, 5, 8]),
        ],
    )
    def test_shared_list(self, serve: Any, query: str, seen: list[int]) -> None:
        """Texts are taken as they are: any of owned and active means true."""
        assert listed(serve(self.shared, version="18.9.0-ee"), query, path=self.path) == seen

    def test_group_list(self, company: Any) -> None:
        path = "/groups/acme/projects"
        assert listed(company, "include_subgroups=true&id_after=4&id_before=6", path=path) == [5]
        assert listed(company, "include_subgroups=true&topic=web,shop", path=path) == [4]

    def test_what_is_no_time(self, company: Any) -> None:
        """The database fails over it."""
        reply = company.as_user("olivia").get("/groups/acme/projects?last_activity_after=nonsense")
        assert (reply.status, reply.json) == (500, {"message": "500 Internal Server Error"})

    @pytest.mark.parametrize(
        ("version", "query", "seen"),
        [
            ("17.11.0-ee", "active=false", [4, 5, 6]),
            ("18.7.0-ee", "active=false", [4, 5]),
            ("18.8.0-ee", "active=false", [6]),
        ],
    )
    def test_active(self, serve: Any, version: str, query: str, seen: list[int]) -> None:
        """Declared from 18.8 on; from 18.0 any text meant true."""
        path = "/groups/acme/projects"
        assert listed(serve(version=version), f"include_subgroups=true&{query}", path=path) == seen
