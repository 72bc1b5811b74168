# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups: GitLab API sheet, section 5."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

KEYS = json.loads(Path(__file__).with_name("keys.json").read_text(encoding="utf-8"))

DETAIL = KEYS["group_detail"]
# Keys of a recorded public group of 2021 that a stranger asked for, without Enterprise minutes and forking.
RECORDED = KEYS["recorded_group"]


def names(company: Any, query: str, user: str | None = "root", path: str = "/groups") -> list[str]:
    client = company.as_user(user) if user else company.anonymous()
    reply = client.get(f"{path}?{query}")
    assert reply.status == 200, reply.text
    return [group["full_path"] for group in reply.json]


def test_detail_keys(company: Any) -> None:
    group = company.as_user("olivia").get("/groups/acme").json
    assert [key for key in group if key in DETAIL] == DETAIL


def test_recorded_group(company: Any) -> None:
    group = company.anonymous().get("/groups/open").json
    assert set(RECORDED) - set(group) == set()
    assert "runners_token" not in group


@pytest.mark.parametrize("name", ["4", "acme%2Fbackend", "Acme%2FBackend"])
def test_by_id_and_path(company: Any, name: str) -> None:
    group = company.as_user("olivia").get(f"/groups/{name}").json
    assert (group["id"], group["full_path"], group["full_name"]) == (4, "acme/backend", "Acme / Backend")


@pytest.mark.parametrize(
    ("name", "user", "status"),
    [
        ("acme", "stan", 404),
        ("acme", None, 404),
        ("open", None, 200),
        ("open", "stan", 200),
        ("acme", "root", 200),
        ("999", "root", 404),
        ("backend", "olivia", 404),
    ],
)
def test_who_finds_it(company: Any, name: str, user: str | None, status: int) -> None:
    """An invisible private group is not found, without a token too."""
    client = company.as_user(user) if user else company.anonymous()
    reply = client.get(f"/groups/{name}")
    assert reply.status == status
    if status == 404:
        assert reply.json == {"message": "404 Group Not Found"}


def test_internal_group(serve: Any) -> None:
    company = serve({"groups": [{"path": "secret", "visibility": "internal"}]})
    assert company.as_user("stan").get("/groups/secret").status == 200
    assert company.anonymous().get("/groups/secret").status == 404


def test_readable_by_a_project_in_it(serve: Any) -> None:
    """Who is a member of a project below may read the group, but is no member of it (section 1.3)."""
    company = serve({"projects": [{"path": "acme/app", "members": {"stan": "guest"}}]})
    assert company.as_user("stan").get("/groups/acme").status == 200
    assert company.as_user("stan").get("/groups/acme%2Fbackend").status == 404


@pytest.mark.parametrize(
    ("visibility", "user", "status"),
    [("public", None, 200), ("public", "stan", 200), ("internal", "stan", 200), ("internal", None, 404)],
)
def test_readable_by_an_open_project_in_it(serve: Any, visibility: str, user: str | None, status: int) -> None:
    """has_projects of app/policies/group_policy.rb: whoever sees a project below, may read the group."""
    company = serve({"projects": [{"path": "acme/backend/api", "visibility": visibility}]})
    client = company.as_user(user) if user else company.anonymous()
    assert [client.get(f"/groups/{group}").status for group in (3, 4)] == [status, status]
    company.world.change({"projects": [{"path": "acme/backend/api", "pending_delete": True}]})
    assert [client.get(f"/groups/{group}").status for group in (3, 4)] == [404, 404]


@pytest.mark.parametrize("state", ["pending_delete", "hidden"])
def test_not_readable_by_a_project_about_to_vanish(serve: Any, state: str) -> None:
    """Section 5: nor do links to the group show."""
    company = serve(
        {
            "groups": [{"path": "open", "share": [{"group": "secret", "access_level": 10}]}],
            "projects": [{"path": "secret/plan", "members": {"stan": "guest"}, state: True}],
        }
    )
    assert company.as_user("stan").get("/groups/secret").status == 404
    assert company.as_user("stan").get("/groups/secret/projects").status == 404
    assert company.as_user("stan").get("/groups/open").json["shared_with_groups"] == []


@pytest.mark.parametrize(("query", "shown"), [("", True), ("?with_projects=false", False)])
def test_with_projects(serve: Any, query: str, shown: bool) -> None:
    """True by default."""
    shared = {"projects": [{"path": "open/site", "share": [{"group": "acme", "access_level": 10}]}]}
    group = serve(shared).as_user("olivia").get(f"/groups/acme{query}").json
    assert ("projects" in group) is shown
    if shown:
        assert [project["id"] for project in group["projects"]] == [4]
        assert [project["id"] for project in group["shared_projects"]] == [8]


def test_at_most_100_projects(serve: Any) -> None:
    """Section 5: the newest ones, the newest first."""
    company = serve({"projects": [{"path": f"acme/more-{number}", "id": number} for number in range(200, 320)]})
    projects = company.as_user("olivia").get("/groups/acme").json["projects"]
    assert [project["id"] for project in projects] == list(range(319, 219, -1))


@pytest.mark.parametrize(
    ("user", "path", "shown"),
    [
        ("olivia", "acme", {"runners_token", "enabled_git_access_protocol"}),
        ("olivia", "acme%2Fbackend", {"runners_token"}),
        ("max", "acme", set()),
    ],
)
def test_keys_for_owners(company: Any, user: str, path: str, shown: set[str]) -> None:
    """Section 5: one of them on root groups only."""
    group = company.as_user(user).get(f"/groups/{path}").json
    assert {"runners_token", "enabled_git_access_protocol"} & set(group) == shown


def test_enterprise_keys(company: Any) -> None:
    """Section 5; recorded: ldap_cn is there, and without a link there are no ldap_group_links."""
    group = company.as_user("olivia").get("/groups/acme").json
    assert {"ldap_cn", "ldap_access", "prevent_forking_outside_group"} <= set(group)
    assert not {"ldap_group_links", "saml_group_links", "file_template_project_id"} & set(group)


def test_community_keys(serve: Any) -> None:
    group = serve(version="18.5.1", enterprise=False).as_user("olivia").get("/groups/acme").json
    assert not {"ldap_cn", "wiki_access_level", "membership_lock"} & set(group)


@pytest.mark.parametrize(("user", "shown"), [("root", True), ("olivia", False)])
@pytest.mark.parametrize("path", ["/groups", "/groups/acme/subgroups"])
def test_statistics_are_for_administrators(company: Any, user: str, shown: bool, path: str) -> None:
    """gitlab-openapi.yaml, API_Entities_Group: these keys, and only on request."""
    keys = (
        "storage_size repository_size wiki_size lfs_objects_size job_artifacts_size pipeline_artifacts_size "
        "packages_size snippets_size uploads_size"
    )
    client = company.as_user(user)
    group = client.get(f"{path}?statistics=true").json[0]
    assert group.get("statistics") == (dict.fromkeys(keys.split(), 0) if shown else None)
    assert "statistics" not in client.get(path).json[0]


@pytest.mark.parametrize(
    ("version", "path", "shown"),
    [
        ("17.4.0-ee", "/groups", True),
        ("17.4.0-ee", "/groups/acme/subgroups", False),
        ("17.3.0-ee", "/groups", False),
    ],
)
def test_statistics_of_roots(serve: Any, version: str, path: str, shown: bool) -> None:
    """lib/api/entities/group.rb, lib/api/entities/namespace/root_storage_statistics.rb; doc/api/groups.md: 17.4."""
    client = serve(version=version).as_user("root")
    assert ("root_storage_statistics" in client.get(f"{path}?statistics=true").json[0]) is shown
    assert "root_storage_statistics" not in client.get(path).json[0]


def test_root_only_key(company: Any) -> None:
    """prevent_sharing_groups_outside_hierarchy is on root groups alone."""
    client = company.as_user("olivia")
    assert client.get("/groups/acme").json["prevent_sharing_groups_outside_hierarchy"] is False
    assert "prevent_sharing_groups_outside_hierarchy" not in client.get("/groups/4").json


def test_deletion_date(serve: Any) -> None:
    """marked_for_deletion_on: Enterprise, from 18.0 everywhere."""
    doomed = {"groups": [{"path": "acme", "marked_for_deletion_on": "2026-02-01"}]}
    shown = serve(doomed, enterprise=False).as_user("olivia").get("/groups/acme").json
    assert shown["marked_for_deletion_on"] == "2026-02-01"
    older = serve(doomed, enterprise=False, version="17.11.0").as_user("olivia").get("/groups/acme").json
    assert "marked_for_deletion_on" not in older


def test_shared_with_groups(serve: Any) -> None:
    """Group-to-group links, of groups the caller can read."""
    links = [{"group": "security/auditors", "access_level": 20}, {"group": "secret", "access_level": 20}]
    company = serve({"groups": [{"path": "acme", "share": links}]})
    shown = company.as_user("olivia").get("/groups/acme").json["shared_with_groups"]
    assert [link["group_full_path"] for link in shown] == ["security/auditors"]


@pytest.mark.parametrize(("tier", "shown"), [("ultimate", 7), ("premium", "missing")])
def test_custom_role_of_a_share(serve: Any, tier: str, shown: Any) -> None:
    """Section 5: with a licence that has custom roles (section 15)."""
    link = {"group": "open", "access_level": 20, "member_role_id": 7}
    company = serve({"groups": [{"path": "acme", "share": [link]}]}, license=tier)
    found = company.as_user("olivia").get("/groups/acme").json["shared_with_groups"][0]
    assert found.get("member_role_id", "missing") == shown


@pytest.mark.parametrize(
    ("user", "query", "seen"),
    [
        ("root", "", ["acme", "security/auditors", "acme/backend", "open", "secret", "security"]),
        ("root", "all_available=false", []),
        ("olivia", "", ["acme", "security/auditors", "acme/backend", "security"]),
        ("olivia", "all_available=true", ["acme", "security/auditors", "acme/backend", "open", "security"]),
        ("stan", "", []),
        ("stan", "all_available=true", ["open"]),
        ("stan", "visibility=public&all_available=false", ["open"]),
        (None, "", ["open"]),
        (None, "min_access_level=50", ["open"]),
        (None, "owned=true", []),
    ],
)
def test_who_lists_what(company: Any, user: str | None, query: str, seen: list[str]) -> None:
    """Section 5: groups above own ones too; all_available is true by default for administrators only."""
    assert names(company, query, user) == seen


@pytest.mark.parametrize(
    ("patch", "seen"),
    [
        ({"projects": [{"path": "acme/backend/api", "members": {"stan": 10}}]}, ["acme", "acme/backend"]),
        (
            {
                "groups": [
                    {"path": "secret", "members": {"stan": 10}},
                    {"path": "acme", "share": [{"group": "secret", "access_level": 10}]},
                ]
            },
            ["acme", "acme/backend", "secret"],
        ),
        ({"groups": [{"path": "acme", "members": {"stan": "minimal_access"}}]}, ["acme"]),
    ],
)
def test_groups_around_what_is_ones_own(serve: Any, patch: dict[str, Any], seen: list[str]) -> None:
    """Section 5: groups of own projects and those above, groups that invited own ones, and Minimal Access."""
    assert names(serve(patch), "", "stan") == seen


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_equal_names(serve: Any, order: str) -> None:
    """Section 5: by id upwards in both directions."""
    same = {"groups": [{"path": path, "id": number, "name": "Twin"} for path, number in (("y", 50), ("x", 51))]}
    assert names(serve(same), f"search=twin&sort={order}") == ["y", "x"]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("search=audit", ["security/auditors"]),
        ("search=SEC", ["security/auditors", "secret", "security"]),
        ("search=security%2Fauditors", ["security/auditors"]),
        ("search=ac", []),
        ("search=x1", ["x1"]),
        ("top_level_only=true", ["acme", "open", "secret", "security", "x1"]),
        ("visibility=public", ["open"]),
        ("skip_groups[]=3&skip_groups[]=4&top_level_only=true", ["open", "secret", "security", "x1"]),
        ("skip_groups=3,10,20,30", ["security/auditors", "acme/backend", "x1"]),
        ("order_by=id&sort=desc&search=sec", ["secret", "security/auditors", "security"]),
        ("order_by=path&top_level_only=true&sort=desc", ["x1", "security", "secret", "open", "acme"]),
        ("order_by=similarity&search=secret", ["secret"]),
    ],
)
def test_filters(serve: Any, query: str, seen: list[str]) -> None:
    """Fewer than 3 characters have to match exactly."""
    assert names(serve({"groups": [{"path": "x1", "id": 40}]}), query) == seen


@pytest.mark.parametrize(
    ("path", "query", "seen"),
    [
        ("/groups", "search=acme", ["acme", "acme/backend"]),
        ("/groups", "search=acme%20%2F%20back", ["acme/backend"]),
        ("/groups/acme/subgroups", "search=acme", []),
        ("/groups/acme/subgroups", "search=back", ["acme/backend"]),
        ("/groups/acme/subgroups", "top_level_only=true&search=acme", ["acme"]),
        ("/groups/none/subgroups", "top_level_only=true&visibility=public", ["open"]),
    ],
)
def test_where_a_search_looks(company: Any, path: str, query: str, seen: list[str]) -> None:
    """Section 5: at full paths and names, below a group at paths and names; top_level_only outweighs the parent."""
    assert names(company, query, "root", path) == seen


def test_top_level_only_among_descendants(company: Any) -> None:
    """Section 5."""
    assert company.as_user("root").get("/groups/none/descendant_groups?top_level_only=true").status == 500


def test_no_number_to_skip(company: Any) -> None:
    """A text that begins with no number is 0."""
    assert names(company, "skip_groups=x,3y&top_level_only=true") == ["open", "secret", "security"]


def test_min_access_level_and_owned(serve: Any) -> None:
    """Section 5: direct memberships and what is below, for owned not even that."""
    invited = {"groups": [{"path": "secret", "share": [{"group": "security/auditors", "access_level": 50}]}]}
    company = serve(invited)
    assert names(company, "", "olivia") == ["acme", "security/auditors", "acme/backend", "secret", "security"]
    assert names(company, "min_access_level=10", "olivia") == ["acme", "security/auditors", "acme/backend"]
    assert names(company, "min_access_level=40", "max") == ["acme", "acme/backend"]
    assert names(company, "owned=true", "olivia") == ["acme"]
    assert names(company, "owned=true", "root") == []


@pytest.mark.parametrize(
    ("since", "before", "query", "seen"),
    [
        ("18.2.0-ee", "18.1.0-ee", "archived=true", ["acme/backend"]),
        ("18.0.0-ee", "17.11.0-ee", "active=true", ["acme", "security/auditors", "security"]),
        ("17.1.0-ee", "17.0.0-ee", "marked_for_deletion_on=2026-02-01", []),
    ],
)
def test_filters_of_newer_versions(serve: Any, since: str, before: str, query: str, seen: list[str]) -> None:
    """Section 5."""
    archived = {"groups": [{"path": "acme/backend", "archived": True}]}
    assert names(serve(archived, version=since), query, "olivia") == seen
    older = serve(archived, version=before)
    assert names(older, query, "olivia") == ["acme", "security/auditors", "acme/backend", "security"]


def test_subgroups_and_descendants(serve: Any) -> None:
    company = serve({"groups": [{"path": "acme/backend/data", "id": 50}]})
    assert names(company, "", "olivia", "/groups/acme/subgroups") == ["acme/backend"]
    below = names(company, "order_by=id", "olivia", "/groups/acme/descendant_groups")
    assert below == ["acme/backend", "acme/backend/data"]


class TestInvitations:
    """Section 3.1: lists of groups without levels."""

    public: ClassVar = ["id", "web_url", "name", "avatar_url", "full_name", "full_path"]
    links: ClassVar = {
        "groups": [{"path": "acme", "share": [{"group": "open", "access_level": 20}]}],
        "projects": [
            {
                "path": "acme/app",
                "share": [
                    {"group": "security/auditors", "access_level": 20},
                    {"group": "secret", "access_level": 30},
                ],
            }
        ],
    }

    def test_project_invited_groups(self, serve: Any) -> None:
        company = serve(self.links)
        path = "/projects/4/invited_groups"
        assert names(company, "", "olivia", path) == ["open", "security/auditors"]
        assert names(company, "min_access_level=10", "olivia", path) == ["security/auditors"]
        assert names(company, "", "root", path) == ["secret", "open", "security/auditors"]
        assert names(company, "relation[]=direct", "olivia", path) == ["security/auditors"]
        assert names(company, "relation=inherited", "olivia", path) == ["open"]
        assert names(company, "search=audit", "olivia", path) == ["security/auditors"]
        shown = company.as_user("olivia").get(path)
        assert list(shown.json[0]) == self.public
        for unknown in ("all", "direct,,inherited"):
            assert company.as_user("olivia").get(f"{path}?relation={unknown}").status == 400

    def test_not_in_old_versions(self, serve: Any) -> None:
        reply = serve(version="16.11.0-ee").as_user("olivia").get("/projects/4/invited_groups")
        assert (reply.status, reply.json) == (404, {"error": "404 Not Found"})

    def test_who_may_know_of_invited_groups(self, serve: Any) -> None:
        """Section 3.6: a group that the caller reads only through a project in it counts as well."""
        company = serve(self.links)
        company.world.change({"projects": [{"path": "secret/plan", "members": {"olivia": 10}}]})
        path = "/projects/4/invited_groups"
        assert names(company, "relation=direct", "olivia", path) == ["secret", "security/auditors"]

    def test_project_groups(self, serve: Any) -> None:
        company = serve(self.links)
        path = "/projects/5/groups"
        assert names(company, "", "olivia", path) == ["acme/backend", "acme"]
        path = "/projects/4/groups"
        assert names(company, "with_shared=true", "olivia", path) == ["secret", "security/auditors", "acme"]
        visible = "with_shared=true&shared_visible_only=true"
        assert names(company, visible, "olivia", path) == ["security/auditors", "acme"]
        strong = "with_shared=true&shared_min_access_level=30"
        assert names(company, strong, "olivia", path) == ["secret", "acme"]
        assert names(company, "search=security&with_shared=true", "olivia", path) == []

    def test_group_invited_groups(self, serve: Any) -> None:
        company = serve(self.links)
        assert names(company, "", "olivia", "/groups/acme/invited_groups") == ["open"]
        shown = company.as_user("olivia").get("/groups/acme/invited_groups").json[0]
        assert list(shown) == list(company.as_user("olivia").get("/groups").json[0])
        assert names(company, "relation=direct", "olivia", "/groups/4/invited_groups") == []

    def test_groups_shared(self, serve: Any) -> None:
        assert names(serve(self.links), "", "olivia", "/groups/open/groups/shared") == ["acme"]

    path = "/projects/5/share_locations"

    @pytest.mark.parametrize(
        ("user", "query", "seen"),
        [
            ("olivia", "", ["security/auditors"]),
            ("olivia", "search=nope", []),
            ("olivia", "search=security", ["security/auditors"]),
            ("max", "", ["security/auditors"]),
            ("dora", "", []),
            ("root", "", ["security/auditors", "open", "secret", "security"]),
        ],
    )
    def test_share_locations(self, company: Any, user: str, query: str, seen: list[str]) -> None:
        """Section 3.6: for Maintainers, by path."""
        assert names(company, query, user, self.path) == seen

    @pytest.mark.parametrize(
        "patch",
        [
            {"groups": [{"path": "acme/backend", "share_with_group_lock": True}]},
            {"groups": [{"path": "acme", "prevent_sharing_groups_outside_hierarchy": True}]},
            {"projects": [{"path": "acme/backend/api", "share": [{"group": "security/auditors", "access_level": 10}]}]},
        ],
    )
    def test_nothing_to_invite(self, serve: Any, patch: dict[str, Any]) -> None:
        assert names(serve(patch), "", "olivia", self.path) == []

    @pytest.mark.parametrize("lock", ["lock_memberships_to_ldap", "lock_memberships_to_saml"])
    @pytest.mark.parametrize("user", ["olivia", "root"])
    def test_nothing_to_invite_under_a_lock(self, serve: Any, lock: str, user: str) -> None:
        """Section 3.6: memberships locked to a directory count like the share lock, for everybody."""
        assert names(serve(**{lock: True}), "", user, self.path) == []

    def test_share_locations_need_no_user(self, company: Any) -> None:
        assert names(company, "", None, "/projects/8/share_locations") == []
        assert company.anonymous().get(self.path).json == {"message": "404 Project Not Found"}

    def test_ids_of_share_locations(self, company: Any) -> None:
        """Section 3.6: a number; with a dot in it there is no such route."""
        client = company.as_user("olivia")
        refused = client.get("/projects/acme%2Fapp/share_locations")
        assert (refused.status, refused.json) == (400, {"error": "id is invalid"})
        assert client.get("/projects/acme%2Fa.b/share_locations").json == {"error": "404 Not Found"}

    @pytest.mark.parametrize(
        ("query", "status", "size"), [("per_page=x", 200, "20"), ("per_page=0", 500, None), ("per_page=7", 200, "7")]
    )
    def test_pages_of_share_locations(self, company: Any, query: str, status: int, size: str | None) -> None:
        """Section 3.6: the route does not declare them."""
        reply = company.as_user("olivia").get(f"{self.path}?{query}")
        assert (reply.status, reply.headers["X-Per-Page"]) == (status, size)
