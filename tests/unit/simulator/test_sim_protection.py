# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected branches, tags and environments, and how shares end: GitLab API sheet, section 14."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.world import World

AUDITORS = {"group": "security/auditors"}
MAINTAINERS = {"access_level": 40}
SHARE = {"group": "security/auditors", "access_level": 30}
PROTECTED: dict[str, Any] = {
    "groups": [
        {"path": "acme", "protected_branches": [{"name": "release", "push_access_levels": [AUDITORS]}]},
    ],
    "projects": [
        {
            "path": "acme/app",
            "share": [SHARE],
            "protected_branches": [
                {
                    "name": "main",
                    "push_access_levels": [AUDITORS],
                    "merge_access_levels": [AUDITORS, MAINTAINERS, {"user": "max"}],
                    "unprotect_access_levels": [AUDITORS],
                }
            ],
            "protected_tags": [{"name": "v*", "create_access_levels": [AUDITORS, {"access_level": 0}]}],
            "protected_environments": [
                {
                    "name": "prod",
                    "deploy_access_levels": [AUDITORS, MAINTAINERS],
                    "approval_rules": [{**AUDITORS, "required_approvals": 2}],
                }
            ],
        }
    ],
}
LISTS = ("protected_branches", "protected_tags", "protected_environments")


def read(company: Any, name: str, user: str = "olivia", project: int = 4) -> Any:
    return company.as_user(user).get(f"/projects/{project}/{name}").json


def groups(entries: list[dict[str, Any]]) -> list[int | None]:
    return [entry["group_id"] for entry in entries]


def test_branches_as_recorded(serve: Any) -> None:
    company = serve(PROTECTED, version="18.9.0-ee")
    inherited, own = read(company, "protected_branches")
    (push,) = own["push_access_levels"]
    described = {"access_level": 40, "access_level_description": "Auditors", "user_id": None, "group_id": 11}
    assert push == {"id": push["id"], "deploy_key_id": None, **described}
    merge = own["merge_access_levels"]
    assert [entry["access_level_description"] for entry in merge] == ["Auditors", "Maintainers", "max"]
    assert "deploy_key_id" not in merge[0]
    assert (own["name"], own["allow_force_push"], own["code_owner_approval_required"]) == ("main", False, False)
    assert [(branch["name"], branch["inherited"]) for branch in (own, inherited)] == [
        ("main", False),
        ("release", True),
    ]


@pytest.mark.parametrize(
    ("search", "names"), [("REL", ["release"]), ("re", []), ("x1", ["x1"]), ("%20", ["release", "main", "x1"])]
)
def test_search_for_branches(serve: Any, search: str, names: list[str]) -> None:
    """GitLab's app/models/protected_branch.rb, by_name: fewer than three letters match whole names only."""
    branches = {"projects": [{"path": "acme/app", "protected_branches": [{"name": "main"}, {"name": "x1"}]}]}
    reply = serve({**branches, "groups": PROTECTED["groups"]}).as_user("olivia")
    assert [one["name"] for one in reply.get(f"/projects/4/protected_branches?search={search}").json] == names


def test_order_of_branches(serve: Any) -> None:
    """By id, own ones and inherited ones together (lib/gitlab/pagination/offset_pagination.rb)."""
    branches = [{"name": "second", "id": 7}, {"name": "last", "id": 9}]
    root = {"path": "acme", "protected_branches": [{"name": "third", "id": 8}, {"name": "first", "id": 6}]}
    company = serve({"groups": [root], "projects": [{"path": "acme/app", "protected_branches": branches}]})
    names = [branch["name"] for branch in read(company, "protected_branches")]
    assert names == ["first", "second", "third", "last"]


@pytest.mark.parametrize("name", LISTS)
def test_what_comes_before_the_parameters(serve: Any, name: str) -> None:
    """Only environments have a block that runs first, in GitLab's ee/lib/api/protected_environments.rb."""
    company = serve(PROTECTED)
    path = f"/projects/4/{name}?per_page=0"
    first = name == "protected_environments"
    assert company.client("glpat-nobody-1Qa2Ws3Ed4Rf5Tg6").get(path).status == (401 if first else 400)
    assert company.as_user("greta").get(path).status == (403 if first else 400)
    assert company.as_user("olivia").get(path).status == 400


def test_order_of_environments(serve: Any) -> None:
    """By name: sorted_by_name in GitLab's ee/lib/api/protected_environments.rb."""
    company = serve({"projects": [{"path": "acme/app", "protected_environments": [{"name": "z"}, {"name": "a"}]}]})
    assert [one["name"] for one in read(company, "protected_environments")] == ["a", "z"]


def test_tags_and_environments(serve: Any) -> None:
    company = serve(PROTECTED)
    (tag,) = read(company, "protected_tags")
    assert list(tag) == ["name", "create_access_levels"]
    assert [entry["access_level_description"] for entry in tag["create_access_levels"]] == ["Auditors", "No one"]
    (environment,) = read(company, "protected_environments")
    assert list(environment) == ["name", "deploy_access_levels", "required_approval_count", "approval_rules"]
    first, second = environment["deploy_access_levels"]
    assert (first["access_level"], first["group_id"]) == (None, 11)
    assert (second["access_level"], second["group_id"]) == (40, None)
    (rule,) = environment["approval_rules"]
    assert (rule["group_id"], rule["required_approvals"], rule["group_inheritance_type"]) == (11, 2, 0)


def test_who_may_read_them(serve: Any) -> None:
    """Branches for who reads code, the others for Maintainers."""
    company = serve(PROTECTED)
    statuses = {
        user: [company.as_user(user).get(f"/projects/4/{name}").status for name in LISTS]
        for user in ("max", "dora", "greta", "stan")
    }
    assert statuses == {"max": [200] * 3, "dora": [200, 403, 403], "greta": [403] * 3, "stan": [404] * 3}


def test_community_edition(serve: Any) -> None:
    """It knows levels only, and no protected environments; nothing goes with a share."""
    company = serve(PROTECTED, enterprise=False)
    branches, _tags = read(company, "protected_branches"), read(company, "protected_tags")
    assert [branch["name"] for branch in branches] == ["release", "main"]
    assert list(branches[1]["merge_access_levels"][0]) == ["id", "access_level", "access_level_description"]
    assert "inherited" not in branches[0]
    reply = company.as_user("olivia").get("/projects/4/protected_environments")
    assert (reply.status, reply.json) == (404, {"error": "404 Not Found"})
    unknown = company.client("glpat-nobody-1Qa2Ws3Ed4Rf5Tg6").get("/projects/4/protected_environments")
    assert (unknown.status, unknown.json) == (404, {"error": "404 Not Found"})
    before = company.world.to_dict()["projects"][0]["protected_branches"]
    assert company.as_user("olivia").delete("/projects/4/share/11").status == 204
    assert company.world.to_dict()["projects"][0]["protected_branches"] == before


@pytest.mark.parametrize("tier", [None, "premium"])
def test_what_goes_with_a_share_and_what_stays(serve: Any, tier: str | None) -> None:
    """14.1: licensed or not; a share made again brings nothing back."""
    company = serve(PROTECTED, license=tier)
    client = company.as_user("olivia")
    assert client.delete("/projects/4/share/11").status == 204
    assert client.post("/projects/4/share", {"group_id": 11, "group_access": 30}).status == 201
    inherited, own = read(company, "protected_branches")
    assert own["push_access_levels"] == []
    assert groups(own["merge_access_levels"]) == [None, None]
    assert groups(own["unprotect_access_levels"]) == [11]
    assert groups(inherited["push_access_levels"]) == [11]
    assert groups(read(company, "protected_tags")[0]["create_access_levels"]) == [None]
    (environment,) = read(company, "protected_environments")
    assert groups(environment["deploy_access_levels"]) == [None]
    assert environment["approval_rules"] == []


def test_another_level_keeps_the_entries(serve: Any) -> None:
    """As the web page does it, which keeps the link."""
    company = serve(PROTECTED)
    company.world.change({"projects": [{"path": "acme/app", "shared_with": [{**SHARE, "access_level": 20}]}]})
    assert groups(read(company, "protected_branches")[0]["push_access_levels"]) == [11]


def test_written_and_read_again(serve: Any) -> None:
    data = json.loads(json.dumps(serve(PROTECTED).world.to_dict()))
    assert World.from_dict(data).to_dict() == data


class TestExpiry:
    """14.4: a share ends at the beginning of its day, and is there until the next night's job."""

    ENDING = ({**SHARE, "expires_at": "2027-01-31"}, {**SHARE, "expires_at": "2027-02-01"})

    def company(self, serve: Any) -> Any:
        return serve(
            {
                "groups": [{"path": "open", "share": [self.ENDING[0]]}],
                "projects": [
                    {
                        "path": "acme/app",
                        "share": [self.ENDING[0]],
                        "protected_tags": PROTECTED["projects"][0]["protected_tags"],
                    },
                    {"path": "acme/backend/api", "share": [self.ENDING[1]]},
                    {"path": "open/site", "share": [SHARE]},
                ],
            }
        )

    @pytest.mark.parametrize(("day", "left"), [("2027-01-30", [4, 5, 8]), ("2027-01-31", [5, 8]), ("2027-02-01", [8])])
    def test_the_job(self, serve: Any, day: str, left: list[int]) -> None:
        company = self.company(serve)
        shared = company.as_user("root")
        assert shared.post("/projects/4/share", {"group_id": 11, "group_access": 30}).status == 409
        company.world.run_nightly_job(day)
        ids = [project["id"] for project in shared.get("/groups/11/projects/shared?order_by=id&sort=asc").json]
        assert ids == left
        assert (11 in company.world.group("open").links) == (4 in left)

    def test_it_takes_the_entries_along(self, serve: Any) -> None:
        company = self.company(serve)
        company.world.change({"nightly_job": "2027-01-31"})
        assert groups(read(company, "protected_tags")[0]["create_access_levels"]) == [None]
