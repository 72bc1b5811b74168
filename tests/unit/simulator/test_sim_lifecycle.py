# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members, and what sets up a test through the API."""

from __future__ import annotations

from typing import Any

import pytest


def levels(company: Any, path: str, user: str = "olivia") -> dict[str, int]:
    reply = company.as_user(user).get(path)
    assert reply.status == 200, reply.text
    return {member["username"]: member["access_level"] for member in reply.json}


ACME = {"olivia": 50, "max": 40, "dora": 30, "greta": 10}


class TestMembers:
    def test_of_groups(self, company: Any) -> None:
        assert levels(company, "/groups/acme/members") == ACME
        assert levels(company, "/groups/4/members") == {}
        assert levels(company, "/groups/4/members/all") == ACME

    def test_of_projects(self, serve: Any) -> None:
        patch = {
            "groups": [{"path": "secret", "members": {"stan": "owner"}}],
            "projects": [
                {
                    "path": "acme/app",
                    "members": {"greta": "developer"},
                    "share": [{"group": "secret", "access_level": 20}],
                }
            ],
        }
        company = serve(patch)
        assert levels(company, "/projects/4/members") == {"greta": 30}
        assert levels(company, "/projects/4/members/all") == {**ACME, "greta": 30, "stan": 20}
        assert levels(company, "/projects/7/members") == {"olivia": 50}

    @pytest.mark.parametrize("path", ["/groups/4/members/all/3", "/groups/acme/members/3", "/projects/4/members/all/3"])
    def test_one(self, company: Any, path: str) -> None:
        member = company.as_user("olivia").get(path).json
        assert (member["username"], member["access_level"], member["state"]) == ("max", 40, "active")

    @pytest.mark.parametrize("path", ["/groups/4/members/3", "/projects/4/members/3", "/projects/4/members/all/99"])
    def test_no_member(self, company: Any, path: str) -> None:
        """GitLab API sheet, section 8: the text of a record that is not found."""
        reply = company.as_user("olivia").get(path)
        assert (reply.status, reply.json) == (404, {"message": "404 Not found"})

    @pytest.mark.parametrize("path", ["/groups/open/members", "/groups/acme/members/all/3", "/projects/8/members/x"])
    def test_nobody_in_particular(self, company: Any, path: str) -> None:
        """GitLab API sheet, section 5: all of it needs a token."""
        reply = company.anonymous().get(path)
        assert (reply.status, reply.json) == (401, {"message": "401 Unauthorized"})

    @pytest.mark.parametrize("path", ["members", "members/all", "members/2", "members/all/2", "members/all/6"])
    def test_of_a_private_group_that_only_a_project_opens(self, serve: Any, path: str) -> None:
        """GitLab API sheet, section 5."""
        company = serve({"projects": [{"path": "acme/app", "members": {"stan": "guest"}}]})
        reply = company.as_user("stan").get(f"/groups/acme/{path}")
        assert (reply.status, reply.json) == (403, {"message": "403 Forbidden"})
        assert company.as_user("root").get(f"/groups/acme/{path.replace('6', '2')}").status == 200

    @pytest.mark.parametrize(
        ("query", "seen"),
        [
            ("query=MAX", ["max"]),
            ("query=@dora", ["dora"]),
            ("query=a", ["olivia", "max", "dora", "greta"]),
            ("user_ids=3,4", ["max", "dora"]),
            ("skip_users=3", ["olivia", "dora", "greta"]),
        ],
    )
    def test_filters(self, company: Any, query: str, seen: list[str]) -> None:
        assert list(levels(company, f"/groups/acme/members?{query}")) == seen

    def test_order(self, serve: Any) -> None:
        """That of the memberships, groups before projects."""
        patch = {
            "groups": [{"path": "acme", "members": {"stan": 10, "dora": 10, "olivia": 50}}],
            "projects": [{"path": "acme/app", "members": {"dora": 20, "greta": 10}}],
        }
        assert list(levels(serve(patch), "/projects/4/members/all")) == ["stan", "olivia", "dora", "greta"]

    def test_members_of_invited_groups(self, serve: Any) -> None:
        """Of the invited group and those above, at the level that it amounts to; who is no member sees less."""
        patch = {
            "groups": [{"path": "secret", "members": {"stan": "owner"}}, {"path": "secret/team", "id": 60}],
            "projects": [{"path": "open/site", "share": [{"group": "secret/team", "access_level": 20}]}],
        }
        company = serve(patch)
        assert levels(company, "/projects/8/members/all", "stan") == {"stan": 20}
        assert levels(company, "/projects/8/members/all", "olivia") == {}
        company.world.change({"groups": [{"path": "open", "share_with_group_lock": True}]})
        assert levels(company, "/projects/8/members/all", "root") == {"stan": 0}

    def test_minimal_access(self, serve: Any) -> None:
        company = serve({"groups": [{"path": "acme", "members": {"olivia": 50, "stan": "minimal_access"}}]})
        assert levels(company, "/projects/4/members/all") == {"olivia": 50}
        assert levels(company, "/groups/acme/members/all") == {"olivia": 50}

    @pytest.mark.parametrize(
        ("settings", "path", "shown"),
        [
            ({}, "acme", True),
            ({}, "acme/backend", False),
            ({"license": None}, "acme", False),
            ({"enterprise": False}, "acme", False),
        ],
    )
    def test_minimal_access_in_its_group(self, serve: Any, settings: Any, path: str, shown: bool) -> None:
        """GitLab's minimal_access_role_allowed? (ee/app/models/ee/group.rb): a licence and a root group."""
        company = serve({"groups": [{"path": path, "members": {"olivia": 50, "stan": "minimal_access"}}]}, **settings)
        group = path.replace("/", "%2F")
        assert levels(company, f"/groups/{group}/members") == {"olivia": 50, **({"stan": 5} if shown else {})}
        assert company.as_user("olivia").get(f"/groups/{group}/members/6").status == (200 if shown else 404)

    def test_skipping_is_enterprise_only(self, serve: Any) -> None:
        """GitLab's ee/lib/ee/api/helpers/members_helpers.rb; the Community Edition takes the parameter and no more."""
        assert "max" in levels(serve(enterprise=False), "/groups/acme/members?skip_users=3")

    @pytest.mark.parametrize(("user", "enterprise", "shown"), [("root", 1, 1), ("root", 0, 0), ("olivia", 1, 0)])
    def test_email_for_administrators(self, serve: Any, user: str, enterprise: int, shown: int) -> None:
        """GitLab's ee/lib/ee/api/entities/member.rb."""
        member = serve(enterprise=bool(enterprise)).as_user(user).get("/groups/acme/members/3").json
        assert member.get("email") == ("max@example.com" if shown else None)

    @pytest.mark.parametrize("enterprise", [True, False])
    def test_keys(self, serve: Any, enterprise: bool) -> None:
        shown = serve(enterprise=enterprise).as_user("olivia").get("/groups/acme/members").json[0]
        assert (shown["public_email"], "membership_state" in shown) == ("", enterprise)

    def test_invisible(self, company: Any) -> None:
        assert company.as_user("stan").get("/projects/4/members").json == {"message": "404 Project Not Found"}


class TestSettingUp:
    def test_group_and_project(self, company: Any) -> None:
        client = company.as_user("stan")
        group = client.post("/groups", {"name": "New", "path": "new", "visibility": "internal"}).json
        below = client.post("/groups", {"name": "Sub", "path": "sub", "parent_id": group["id"]}).json
        assert (below["full_path"], below["full_name"]) == ("new/sub", "New / Sub")
        made = client.post("/projects", {"name": "My App", "namespace_id": below["id"], "topics": ["a", "b"]})
        assert (made.status, made.json["path_with_namespace"], made.json["topics"]) == (
            201,
            "new/sub/my-app",
            ["a", "b"],
        )
        assert client.get("/projects?owned=true").json[0]["id"] == made.json["id"]

    def test_personal_project(self, company: Any) -> None:
        made = company.as_user("stan").post("/projects", {"path": "mine"}).json
        assert made["path_with_namespace"] == "stan/mine"

    @pytest.mark.parametrize(
        ("user", "path", "body", "status", "answer"),
        [
            (
                "olivia",
                "/projects",
                {},
                400,
                {"error": "name, path are missing, at least one parameter must be provided"},
            ),
            ("olivia", "/groups", {}, 400, {"error": "name is missing, path is missing"}),
            ("olivia", "/groups", {"name": "a", "path": "acme"}, 400, None),
            ("greta", "/projects", {"name": "x", "namespace_id": 3}, 400, None),
            (
                "stan",
                "/projects",
                {"name": "x", "namespace_id": 3},
                404,
                {"message": "404 Namespace Not Found"},
            ),
            (
                "dora",
                "/groups",
                {"name": "x", "path": "x", "parent_id": 3},
                403,
                {"message": "403 Forbidden"},
            ),
        ],
    )
    def test_refused(self, company: Any, user: str, path: str, body: Any, status: int, answer: Any) -> None:
        reply = company.as_user(user).post(path, body)
        assert reply.status == status
        assert answer is None or reply.json == answer

    def test_update_and_rename(self, company: Any) -> None:
        client = company.as_user("olivia")
        reply = client.request("PUT", "/projects/4", {"path": "shop", "visibility": "internal"})
        assert (reply.status, reply.json["path_with_namespace"], reply.json["visibility"]) == (
            200,
            "acme/shop",
            "internal",
        )
        assert client.get("/projects/acme%2Fapp").status == 301
        company.world.change({"projects": [{"path": "acme/taken"}]})
        taken = client.request("PUT", "/projects/4", {"path": "taken"})
        assert (taken.status, taken.json) == (400, {"message": {"path": ["has already been taken"]}})
        assert company.as_user("greta").request("PUT", "/projects/4", {"name": "x"}).status == 403

    def test_archive(self, company: Any) -> None:
        client = company.as_user("olivia")
        assert client.post("/projects/4/archive").json["archived"] is True
        assert client.post("/projects/4/unarchive").json["archived"] is False
        assert company.as_user("max").post("/projects/4/archive").status == 403

    @pytest.mark.parametrize(
        ("settings", "gone"),
        [
            ({"version": "17.11.0", "enterprise": False}, True),
            ({"version": "17.11.0-ee"}, False),
            ({}, False),
        ],
    )
    def test_delete_a_project(self, serve: Any, settings: dict[str, Any], gone: bool) -> None:
        """At once in the older Community Edition, else scheduled."""
        company = serve(today="2026-01-31", **settings)
        client = company.as_user("olivia")
        reply = client.delete("/projects/4")
        assert (reply.status, reply.json) == (202, {"message": "202 Accepted"})
        shown = client.get("/projects/4")
        assert shown.status == (404 if gone else 200)
        assert gone or shown.json["marked_for_deletion_on"] == "2026-01-31"
        assert company.as_user("max").delete("/projects/5").status == 403

    @pytest.mark.parametrize(
        ("version", "infix"),
        [("17.11.0-ee", "deleted"), ("18.0.0-ee", "deletion_scheduled"), ("18.9.0", "deletion_scheduled")],
    )
    def test_a_scheduled_project_has_another_name(self, serve: Any, version: str, infix: str) -> None:
        """GitLab API sheet, section 17.1: and another path, to which the former one leads."""
        company = serve(version=version)
        client = company.as_user("olivia")
        client.delete("/projects/4")
        shown = client.get("/projects/4").json
        assert (shown["name"], shown["path"]) == (f"App-{infix}-4", f"app-{infix}-4")
        assert client.get("/projects/acme%2Fapp").status == 301
        assert company.world.projects[4].archived
        again = client.delete("/projects/4")
        assert (again.status, again.json) == (400, {"message": "Project has already been marked for deletion"})

    def test_a_scheduled_group_has_another_name(self, serve: Any) -> None:
        """GitLab API sheet, section 17.1: paths below change with it, dates do not; nothing is left to schedule."""
        client = serve(today="2026-01-31").as_user("olivia")
        client.delete("/groups/4")
        group = client.get("/groups/4").json
        assert (group["name"], group["full_path"]) == (
            "Backend-deletion_scheduled-4",
            "acme/backend-deletion_scheduled-4",
        )
        project = client.get("/projects/5").json
        assert project["path_with_namespace"] == "acme/backend-deletion_scheduled-4/api"
        assert (project["marked_for_deletion_on"], project["archived"]) == (None, False)
        assert client.get("/groups/acme%2Fbackend").status == 404
        assert client.get("/projects/acme%2Fbackend%2Fapi").status == 301
        assert client.delete("/projects/5").status == 202
        assert client.get("/projects/5").json == project

    def test_archive_a_group(self, serve: Any) -> None:
        """GitLab API sheet, section 17.2, from 18.9."""
        client = serve(version="18.9.0").as_user("olivia")
        assert client.post("/groups/4/unarchive").json == {"message": "Group is already unarchived!"}
        assert client.post("/groups/acme/archive").json["archived"] is True
        assert client.get("/projects/5").json["archived"] is True
        for name, why in (
            ("4/archive", "Cannot archive group since one of the ancestor groups is already archived!"),
            ("4/unarchive", "Cannot unarchive group since one of the ancestor groups is archived!"),
            ("acme/archive", "Group is already archived!"),
        ):
            refused = client.post(f"/groups/{name}")
            assert (refused.status, refused.json) == (422, {"message": why})
        assert client.post("/groups/acme/unarchive").json["archived"] is False
        client.delete("/groups/acme")
        assert client.post("/groups/4/archive").json == {
            "message": "Cannot archive group since it is scheduled for deletion."
        }
        assert serve().as_user("olivia").post("/groups/acme/archive").status == 404

    def test_a_subgroup_can_be_removed_for_good(self, serve: Any) -> None:
        """lib/api/groups.rb: only once it is scheduled, and by its full path of then."""
        company = serve()
        client = company.as_user("olivia")
        wanted = {"permanently_remove": True, "full_path": "acme/backend-deletion_scheduled-4"}

        def remove(group: int, **body: Any) -> int:
            headers = {"Content-Type": "application/json"}
            return int(client.request("DELETE", f"/groups/{group}", {**wanted, **body}, headers).status)

        assert remove(4) == 400
        assert client.delete("/groups/4").status == 202
        assert remove(4, full_path="acme/backend") == 400
        assert remove(3) == 400
        assert remove(4) == 202
        assert client.get("/groups/4").status == 404
        assert company.world.find_project("acme/backend/api") is None

    def test_delete_a_group(self, serve: Any) -> None:
        company = serve(version="17.11.0", enterprise=False)
        assert company.as_user("olivia").delete("/groups/acme").status == 202
        assert company.as_user("olivia").get("/projects/4").status == 404
        later = serve(today="2026-01-31")
        assert later.as_user("max").delete("/groups/acme").status == 403
        assert later.as_user("olivia").delete("/groups/acme").status == 202
        assert later.as_user("olivia").get("/groups/3").json["marked_for_deletion_on"] == "2026-01-31"
        assert later.as_user("olivia").get("/projects?active=true").json[0]["id"] == 9
