# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""POST /projects/:id/share: GitLab API sheet, section 1."""

from __future__ import annotations

from typing import Any

import pytest

NOT_FOUND = (404, {"message": "Not Found"})
FORBIDDEN = (403, {"message": "403 Forbidden"})
NO_GROUP = (404, {"message": "404 Group Not Found"})
NO_LINK = (404, {"message": "404 Group Link Not Found"})
PROJECT_NOT_FOUND = (404, {"message": "404 Project Not Found"})
DISABLED = (400, {"message": "The project sharing with group is disabled"})
ANCESTOR = "Project cannot be shared with the group it is in or one of its ancestors."
LOCKED = {"groups": [{"path": "acme", "share_with_group_lock": True}]}


def answer(reply: Any) -> tuple[int, Any]:
    return reply.status, reply.json


def test_share_answers_with_the_link(company: Any) -> None:
    """GitLab API sheet 1.4."""
    status, link = company.share(expires_at="2027-01-31")
    assert status == 201
    assert list(link) == ["id", "project_id", "group_id", "group_access", "expires_at"]
    assert (link["project_id"], link["group_id"], link["group_access"]) == (4, 11, 10)
    assert link["expires_at"] == "2027-01-31"
    made = company.world.share_of("acme/app", "security/auditors")
    assert (made.id, made.access_level, made.expires_at) == (link["id"], 10, "2027-01-31")


def test_share_without_expiry(company: Any) -> None:
    """GitLab API sheet 1.4."""
    assert company.share()[1]["expires_at"] is None


@pytest.mark.parametrize("kind", ["form", "query", "path"])
def test_share_parameters_come_in_every_form(company: Any, kind: str) -> None:
    """GitLab API sheet 1.1: body as JSON or form, query, and the project by its path."""
    client = company.as_user("olivia")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    if kind == "form":
        reply = client.request("POST", "/projects/4/share", "group_id=11&group_access=10", form)
    elif kind == "query":
        reply = client.post("/projects/4/share?group_id=11&group_access=10")
    else:
        reply = client.post("/projects/acme%2Fapp/share", {"group_id": "11", "group_access": "10"})
    assert reply.status == 201


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"group_access": 10}, "group_id is missing"),
        ({"group_id": 11}, "group_access is missing, group_access does not have a valid value"),
        ({}, "group_id is missing, group_access is missing, group_access does not have a valid value"),
        ({"group_id": 11, "group_access": 0}, "group_access does not have a valid value"),
        ({"group_id": 11, "group_access": 5}, "group_access does not have a valid value"),
        ({"group_id": 11, "group_access": 60}, "group_access does not have a valid value"),
        ({"group_id": 11, "group_access": None}, "group_access does not have a valid value"),
        (
            {"group_id": 11, "group_access": "developer"},
            "group_access is invalid, group_access does not have a valid value",
        ),
        ({"group_id": "security/auditors", "group_access": 10}, "group_id is invalid"),
        ({"group_id": 11, "group_access": 10, "expires_at": "soon"}, "expires_at is invalid"),
        (
            {"group_id": "x", "group_access": 7, "expires_at": "soon"},
            "group_id is invalid, group_access does not have a valid value, expires_at is invalid",
        ),
    ],
)
def test_bad_parameters(company: Any, body: dict[str, Any], error: str) -> None:
    """GitLab API sheet 1.5: Grape's texts, all problems in one."""
    reply = company.as_user("olivia").post("/projects/4/share", body)
    assert (reply.status, reply.json) == (400, {"error": error})


@pytest.mark.parametrize(
    ("version", "level", "known"),
    [
        ("15.0.0-ee", 10, True),
        ("15.0.0-ee", 50, False),
        ("16.6.9-ee", 50, False),
        ("16.7.0-ee", 50, True),
        ("17.6.5-ee", 15, False),
        ("17.7.0-ee", 15, True),
        ("18.11.0-ee", 25, False),
        ("19.0.0-ee", 25, False),
    ],
)
def test_levels_by_version(serve: Any, version: str, level: int, known: bool) -> None:
    """GitLab API sheet 1.1."""
    assert serve(version=version).share(group_access=level)[0] == (201 if known else 400)


@pytest.mark.parametrize(
    ("version", "enterprise", "status"),
    [("17.6.5-ee", True, 201), ("17.7.0-ee", True, 400), ("18.5.1", False, 201)],
)
def test_member_role_id(serve: Any, version: str, enterprise: bool, status: int) -> None:
    """GitLab API sheet 1.1: declared from 17.7 in Enterprise, unknown and ignored elsewhere."""
    company = serve(version=version, enterprise=enterprise)
    assert company.share(member_role_id="x")[0] == status


@pytest.mark.parametrize(("version", "status"), [("18.6.0-ee", 400), ("18.7.0-ee", 201), ("19.0.0-ee", 201)])
def test_security_manager_has_to_be_switched_on(serve: Any, version: str, status: int) -> None:
    """GitLab API sheet 1.1: level 25, from 18.7."""
    assert serve(version=version, security_manager=True).share(group_access=25)[0] == status


def test_unauthenticated_before_validation(company: Any) -> None:
    """GitLab API sheet 1.2 step 2 before step 3."""
    reply = company.anonymous().post("/projects/4/share", {})
    assert (reply.status, reply.json) == (401, {"message": "401 Unauthorized"})


def test_validation_before_the_project(company: Any) -> None:
    """GitLab API sheet 1.2 step 3 before step 5."""
    assert company.share(project=999, group_access=7)[0] == 400


def test_fine_grained_token_without_the_permission(serve: Any) -> None:
    """GitLab API sheet 1.2 step 2g and 6.1: before validation; a project that is not there has another text."""
    token = {"token": "glpat-fine-2Wc8bRt5Yk1Hs6Nd", "user": "olivia", "granular_denied": ["share_project"]}
    client = serve({"tokens": [token]}).client(token["token"])
    body = {"group_id": 11, "group_access": 10}
    reply = client.post("/projects/4/share", {**body, "group_access": 7})
    lacks = 'Access denied: Your Personal Access Token lacks the required permissions: [share_project] for "acme/app".'
    assert (reply.status, reply.json) == (403, {"error": "insufficient_granular_scope", "error_description": lacks})
    unknown = client.post("/projects/999/share", body).json["error_description"]
    assert unknown == "Unable to determine boundaries for authorization"


@pytest.mark.parametrize(
    ("method", "path", "lacks"),
    [
        ("GET", "/projects/8", '[read_project] for "open/site"'),
        ("GET", "/groups/20", '[read_group] for "open"'),
        ("DELETE", "/projects/8/share/11", '[unshare_project] for "open/site"'),
        ("GET", "/projects/30/groups", None),
        ("GET", "/groups/999/members", None),
        ("GET", "/projects/acme%2Fapp", ""),
        ("GET", "/projects", ""),
        ("GET", "/user", "[read_user]"),
    ],
)
def test_fine_grained_token(serve: Any, method: str, path: str, lacks: str | None) -> None:
    """GitLab API sheet 6.1: each permission counts only where the user is a member, and where there is something."""
    denied = ["share_project", "read_user"]
    token = {"token": "glpat-fine-2Wc8bRt5Yk1Hs6Nd", "user": "olivia", "granular_denied": denied}
    reply = serve({"tokens": [token]}).client(token["token"]).request(method, path)
    if lacks == "":
        assert reply.status == 200
        return
    description = "Unable to determine boundaries for authorization"
    if lacks:
        description = f"Access denied: Your Personal Access Token lacks the required permissions: {lacks}."
    assert answer(reply) == (403, {"error": "insufficient_granular_scope", "error_description": description})


def test_fine_grained_token_of_an_administrator(serve: Any) -> None:
    """GitLab API sheet 6.1: it need not be a member, and nobody asks under sudo (lib/api/helpers.rb)."""
    token = {"token": "glpat-fine-2Wc8bRt5Yk1Hs6Nd", "user": "root", "scopes": ["api", "sudo"]}
    client = serve({"tokens": [{**token, "granular_denied": ["read_user"]}]}).client(token["token"])
    assert client.get("/projects/8").status == 200
    assert (client.get("/user").status, client.get("/user", Sudo="stan").status) == (403, 200)


@pytest.mark.parametrize("patch", [{"pending_delete": True}, {"hidden": True}, {"delete": True}])
@pytest.mark.parametrize("user", ["olivia", "root"])
def test_project_that_is_not_to_be_found(serve: Any, patch: dict[str, Any], user: str) -> None:
    """GitLab API sheet 1.2 step 5, for administrators too."""
    company = serve({"projects": [{"path": "acme/app", **patch}]})
    assert company.share(user=user) == PROJECT_NOT_FOUND


def test_invisible_project(company: Any) -> None:
    """GitLab API sheet 1.2 step 5."""
    assert company.share(user="stan") == PROJECT_NOT_FOUND


@pytest.mark.parametrize(("version", "status"), [("18.5.1-ee", 405), ("16.7.0-ee", 405), ("16.6.0-ee", 201)])
def test_moved_project(serve: Any, version: str, status: int) -> None:
    """GitLab API sheet 1.2 step 5 and section 8."""
    company = serve({"projects": [{"path": "acme/app", "move_to": "acme/shop"}]}, version=version)
    body = {"group_id": 11, "group_access": 10}
    reply = company.as_user("olivia").post("/projects/acme%2Fapp/share", body)
    assert reply.status == status
    if status == 405:
        assert reply.json == {"message": "Non GET methods are not allowed for moved projects"}


@pytest.mark.parametrize("user", ["dora", "greta"])
def test_below_maintainer(company: Any, user: str) -> None:
    """GitLab API sheet 1.2 step 6."""
    assert company.share(user=user) == FORBIDDEN


def test_forbidden_before_the_group_is_looked_at(company: Any) -> None:
    """GitLab API sheet 1.2 step 6 before step 7."""
    assert company.share(user="dora", group_id=999) == FORBIDDEN


def test_locked_namespace(serve: Any) -> None:
    """GitLab API sheet 1.2 step 8: before the group is looked at, and for administrators too."""
    company = serve(LOCKED)
    assert company.share(group_id=999) == DISABLED
    assert company.share(user="root") == DISABLED


def test_lock_counts_for_the_immediate_namespace_only(serve: Any) -> None:
    """GitLab API sheet 1.5."""
    assert serve(LOCKED).share(project=5)[0] == 201


def test_enforced_sso(serve: Any) -> None:
    """GitLab API sheet 1.2 step 9: a group of another root, in Enterprise only."""
    sso = {"groups": [{"path": "acme", "enforced_sso": True, "members": {"olivia": "owner"}}]}
    refused = {"message": "This group cannot be invited to a project inside a group with enforced SSO"}
    assert serve(sso).share(project=5) == (409, refused)
    assert serve(sso).share(project=5, group_id=999) == NOT_FOUND
    assert serve(sso, enterprise=False).share(project=5)[0] == 201
    inner = {"groups": [*sso["groups"], {"path": "acme/audit", "id": 99}]}
    assert serve(inner).share(project=5, group_id=99)[0] == 201


@pytest.mark.parametrize(
    ("version", "answer"),
    [("16.7.0-ee", FORBIDDEN), ("17.11.0-ee", FORBIDDEN), ("18.0.0-ee", NOT_FOUND)],
)
def test_maintainer_granting_owner(serve: Any, version: str, answer: Any) -> None:
    """GitLab API sheet 1.2 step 10, before the group counts."""
    company = serve(version=version)
    assert company.share(user="max", group_access=50) == answer
    assert company.share(user="max", group_access=50, group_id=999) == answer
    assert company.share(user="olivia", group_access=50)[0] == 201


@pytest.mark.parametrize(("version", "status"), [("15.0.0-ee", 201), ("17.11.2-ee", 201), ("18.0.0-ee", 404)])
def test_maintainer_may_share_before_18(serve: Any, version: str, status: int) -> None:
    """GitLab API sheet 1.2 step 11, 1.3."""
    reply = serve(version=version).share(user="max")
    assert reply[0] == status
    if status == 404:
        assert reply == NOT_FOUND


def test_unknown_group(company: Any) -> None:
    """GitLab API sheet 1.2 step 11."""
    assert company.share(group_id=999) == NOT_FOUND


@pytest.mark.parametrize("group_id", [20, 30])
def test_group_without_membership(company: Any, group_id: int) -> None:
    """GitLab API sheet 1.3: a public group that the caller can read is no exception."""
    assert company.share(group_id=group_id) == NOT_FOUND


def test_membership_by_an_ancestor_counts(serve: Any) -> None:
    """GitLab API sheet 1.3."""
    groups = [
        {"path": "security", "members": {"olivia": "guest"}},
        {"path": "security/auditors", "members": {}},
    ]
    assert serve({"groups": groups}).share()[0] == 201


def test_membership_by_a_group_share_counts(serve: Any) -> None:
    """GitLab API sheet 1.3."""
    groups = [{"path": "secret", "share": [{"group": "security/auditors", "access_level": "reporter"}]}]
    assert serve({"groups": groups}).share(group_id=30)[0] == 201


@pytest.mark.parametrize(
    "patch",
    [
        {"groups": [{"path": "secret", "members": {"olivia": 5}}]},
        {"projects": [{"path": "secret/plan", "members": {"olivia": "owner"}}]},
    ],
)
def test_minimal_access_and_projects_are_no_membership(serve: Any, patch: dict[str, Any]) -> None:
    """GitLab API sheet 1.3."""
    assert serve(patch).share(group_id=30) == NOT_FOUND


def test_outside_the_hierarchy(serve: Any) -> None:
    """GitLab API sheet 1.6: the root's rule, for administrators too."""
    patch = {
        "groups": [
            {"path": "acme", "prevent_sharing_groups_outside_hierarchy": True},
            {"path": "acme/audit", "id": 99},
        ]
    }
    company = serve(patch)
    assert company.share(project=5) == NOT_FOUND
    assert company.share(project=5, user="root") == NOT_FOUND
    assert company.share(project=5, group_id=99)[0] == 201


def test_hierarchy_rule_counts_on_the_root_only(serve: Any) -> None:
    """GitLab API sheet 1.6."""
    patch = {"groups": [{"path": "acme/backend", "prevent_sharing_groups_outside_hierarchy": True}]}
    assert serve(patch).share(project=5)[0] == 201


@pytest.mark.parametrize(("version", "subject"), [("18.2.9-ee", "Group"), ("18.3.0-ee", "Project")])
def test_already_shared(serve: Any, version: str, subject: str) -> None:
    """GitLab API sheet 1.5 and 2: another level or expiry is refused too and changes nothing."""
    company = serve(version=version)
    company.share()
    refused = (409, {"message": f"{subject} already shared with this group"})
    assert company.share(group_access=30, expires_at="2030-01-01") == refused
    link = company.world.share_of("acme/app", "security/auditors")
    assert (link.access_level, link.expires_at) == (10, None)


@pytest.mark.parametrize("group_id", [3, 4])
def test_own_group_and_ancestors(company: Any, group_id: int) -> None:
    """GitLab API sheet 1.5."""
    assert company.share(project=5, group_id=group_id) == (409, {"message": ANCESTOR})


def test_subgroup_of_the_own_group_is_fine(company: Any) -> None:
    """GitLab API sheet 1.5: only the groups above count."""
    assert company.share(project=4, group_id=4)[0] == 201


def test_already_shared_with_an_ancestor(serve: Any) -> None:
    """GitLab API sheet 1.5: both texts, as a sentence."""
    shared = {"path": "acme/app", "share": [{"group": "acme", "access_level": 10}]}
    message = f"Project already shared with this group and {ANCESTOR}"
    assert serve({"projects": [shared]}).share(group_id=3) == (409, {"message": message})


def test_localized_texts(serve: Any) -> None:
    """GitLab API sheet 1.5: model texts may come in the user's language."""
    english = "Project already shared with this group"
    company = serve(locale_texts={english: "Gruppe bereits geteilt"})
    company.share()
    assert company.share() == (409, {"message": "Gruppe bereits geteilt"})


@pytest.mark.parametrize(
    "patch",
    [{}, {"archived": True}, {"marked_for_deletion_on": "2026-02-01"}, {"visibility": "public"}],
)
def test_what_does_not_stop_a_share(serve: Any, patch: dict[str, Any]) -> None:
    """GitLab API sheet 1.5: past expiry, archived, scheduled for deletion, more visible than the group."""
    company = serve({"projects": [{"path": "acme/app", **patch}]})
    assert company.share(expires_at="2001-01-01")[0] == 201


def test_personal_project(company: Any) -> None:
    """GitLab API sheet 1.5: its user is Owner; to others it is invisible."""
    assert company.share(project=7)[0] == 201
    assert company.share(project=7, user="stan") == PROJECT_NOT_FOUND


def test_administrator_passes_every_role_check(company: Any) -> None:
    """GitLab API sheet 1.3."""
    assert company.share(user="root", group_id=30, group_access=50)[0] == 201


def test_administrator_without_admin_mode_is_a_stranger(serve: Any) -> None:
    """GitLab API sheet 1.3 and 6: Admin Mode on, token without scope admin_mode."""
    company = serve(admin_mode=True)
    assert company.share(user="root") == PROJECT_NOT_FOUND
    with_scope = {"token": "glpat-super-5Lq9vXz3Bn7Mk2Jh", "user": "root", "scopes": ["api", "admin_mode"]}
    company.world.change({"tokens": [with_scope]})
    body = {"group_id": 11, "group_access": 10}
    assert company.client(with_scope["token"]).post("/projects/4/share", body).status == 201


def test_group_token_cannot_invite_foreign_groups(serve: Any) -> None:
    """GitLab API sheet 6: the bot can invite subgroups of its group, not that group, no others."""
    patch = {
        "users": [{"username": "group_3_bot_5f1c", "bot": True}],
        "groups": [
            {"path": "acme", "members": {"group_3_bot_5f1c": "owner"}},
            {"path": "acme/audit", "id": 99},
        ],
        "tokens": [{"token": "glpat-bot-4Tg8wSx2Cv6Bz9Kp", "user": "group_3_bot_5f1c", "kind": "group"}],
    }
    client = serve(patch).client("glpat-bot-4Tg8wSx2Cv6Bz9Kp")
    answers = {
        group: client.post("/projects/5/share", {"group_id": group, "group_access": 10}).status
        for group in (99, 3, 20, 11)
    }
    assert answers == {99: 201, 3: 409, 20: 404, 11: 404}


def test_group_to_group(company: Any) -> None:
    """GitLab API sheet 1.7."""
    client = company.as_user("olivia")
    body = {"group_id": 11, "group_access": 20}
    first = client.post("/groups/3/share", body)
    assert (first.status, first.json["shared_with_groups"][0]["group_access_level"]) == (201, 20)
    again = client.post("/groups/3/share", body)
    assert again.status == 409
    assert again.json == {"message": "Shared group The group has already been shared with this group"}
    assert client.delete("/groups/3/share/11").status == 204
    assert answer(client.delete("/groups/3/share/11")) == NO_LINK


def test_answer_of_group_to_group(company: Any) -> None:
    """GitLab's lib/api/groups.rb gives its entity no user_can_admin_group, which two fields ask for."""
    reply = company.as_user("olivia").post("/groups/3/share", {"group_id": 11, "group_access": 20})
    assert not {"runners_token", "enabled_git_access_protocol"} & reply.json.keys()
    assert "prevent_sharing_groups_outside_hierarchy" in reply.json


def test_group_to_group_below_owner(company: Any) -> None:
    """GitLab API sheet 1.7, in the order of lib/api/groups.rb: the invited group, the other one, then the role."""
    client = company.as_user("max")
    body = {"group_id": 11, "group_access": 20}
    assert answer(client.post("/groups/3/share", {**body, "group_id": 30})) == NO_GROUP
    assert answer(client.post("/groups/30/share", body)) == NO_GROUP
    assert answer(client.post("/groups/3/share", body)) == NOT_FOUND


def test_group_from_group_below_owner(serve: Any) -> None:
    """GitLab's lib/api/groups.rb looks for the link first, and not at what its service says."""
    company = serve({"groups": [{"path": "acme", "share": [{"group": "open", "access_level": 20}]}]})
    client = company.as_user("max")
    assert answer(client.delete("/groups/3/share/11")) == NO_LINK
    assert client.delete("/groups/3/share/20").status == 204
    assert list(company.world.groups[3].links) == [20]


@pytest.mark.parametrize(("user", "left"), [("olivia", [20]), ("root", [])])
def test_group_from_group_with_a_lock(serve: Any, user: str, left: list[int]) -> None:
    """GitLab's ee/app/policies/ee/group_policy.rb: memberships_locked_to_ldap prevents admin_group_member."""
    shared = {"groups": [{"path": "acme", "share": [{"group": "open", "access_level": 20}]}]}
    company = serve(shared, lock_memberships_to_ldap=True)
    assert company.as_user(user).delete("/groups/3/share/20").status == 204
    assert list(company.world.groups[3].links) == left


@pytest.mark.parametrize(("version", "status"), [("17.2.0-ee", 201), ("17.3.0-ee", 400)])
def test_member_role_id_of_group_to_group(serve: Any, version: str, status: int) -> None:
    """GitLab's lib/api/groups.rb; since 17.3 by its CHANGELOG."""
    body = {"group_id": 11, "group_access": 20, "member_role_id": "x"}
    assert serve(version=version).as_user("olivia").post("/groups/3/share", body).status == status


def test_owner_level_before_16_7(serve: Any) -> None:
    """GitLab API sheet 1.1: only the list of project shares was the short Gitlab::Access.values."""
    company = serve(version="15.11.0-ee")
    client = company.as_user("olivia")
    assert company.share(group_access=50)[0] == 400
    assert client.post("/groups/3/share", {"group_id": 11, "group_access": 50}).status == 201
    owned = ("/projects", "/groups", "/groups/3/projects", "/groups/3/groups/shared")
    paths = [*(f"{path}?min_access_level=50" for path in owned), "/projects/4/groups?shared_min_access_level=50"]
    assert [client.get(path).status for path in paths] == [200] * 5
