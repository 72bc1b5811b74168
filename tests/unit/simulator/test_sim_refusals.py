# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab refuses to share: GitLab API sheet, section 16.1, row by row.

Rows that have tests of their own elsewhere: 3 to 5 and 8 to 11 (identity, limits, share), 14 to 16 and 20, 22, 23 and
26 (share), 30 to 32 (unshare).
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.reading import WorldError

NOT_FOUND = (404, {"message": "Not Found"})
NO_PROJECT = (404, {"message": "404 Project Not Found"})
NO_GROUP = (404, {"message": "404 Group Not Found"})
DISABLED = (400, {"message": "The project sharing with group is disabled"})
FAILED = (500, {"message": "500 Internal Server Error"})
SSO = (409, {"message": "This group cannot be invited to a project inside a group with enforced SSO"})
SHARED = "Project already shared with this group"
ANCESTOR = "Project cannot be shared with the group it is in or one of its ancestors."
DOMAINS = (
    "Group Invited group allowed email domains must contain a subset of the allowed email domains of the root ancestor "
    "group. Go to the group's 'Settings &gt; General' page and check 'Restrict membership by email domain'."
)
ROLE_LEVEL = "Member role the custom role's base access level does not match the current access level"
ROLE_HIERARCHY = "Project must be in same hierarchy as custom role's namespace"
GUESTS = [{"group": "security/auditors", "access_level": 10}]


def on_root(**keys: Any) -> dict[str, Any]:
    return {"groups": [{"path": "acme", **keys}]}


def app(**keys: Any) -> dict[str, Any]:
    return {"projects": [{"path": "acme/app", **keys}]}


def answer(reply: Any) -> tuple[int, Any]:
    return reply.status, reply.json


class TestAccounts:
    """Rows 6 and 7: on any route, for administrators too."""

    @pytest.mark.parametrize("user", ["olivia", "root"])
    @pytest.mark.parametrize("path", ["/user", "/projects", "/projects/4"])
    def test_too_many_addresses(self, serve: Any, user: str, path: str) -> None:
        company = serve({"users": [{"username": user, "too_many_ips": True}]})
        assert answer(company.as_user(user).get(path)) == (403, {"message": "403 Forbidden"})
        assert company.share(user=user) == (403, {"message": "403 Forbidden"})

    def test_proof_of_possession(self, serve: Any) -> None:
        patch = {"users": [{"username": "olivia", "dpop": True, "too_many_ips": True}]}
        status, body = answer(serve(patch).as_user("olivia").get("/user"))
        assert (status, body["error"]) == (401, "dpop_error")
        assert body["error_description"].startswith("DPoP validation error: ")
        challenge = serve(patch).as_user("olivia").get("/user").headers["WWW-Authenticate"]
        assert challenge == 'Bearer realm="Protected by OAuth 2.0"'
        assert serve(patch, version="17.8.0-ee").as_user("olivia").get("/user").status == 403


class TestNetworks:
    """Row 12, and what it means for the invited group in row 23."""

    ELSEWHERE = ("10.0.0.0/8", "2001:db8::/32")

    def test_project_outside(self, serve: Any) -> None:
        company = serve(on_root(ip_restriction_ranges=list(self.ELSEWHERE)))
        assert company.share(project=5) == NO_PROJECT
        assert company.share(project=5, user="root")[0] == 201

    def test_lists_do_not_apply_it(self, serve: Any) -> None:
        client = serve(on_root(ip_restriction_ranges=["10.0.0.0/8"])).as_user("dora")
        assert 4 in [project["id"] for project in client.get("/projects").json]
        assert answer(client.get("/projects/4")) == NO_PROJECT
        assert answer(client.get("/groups/3")) == NO_GROUP

    def test_owners_read_their_group(self, serve: Any) -> None:
        client = serve(on_root(ip_restriction_ranges=["10.0.0.0/8"])).as_user("olivia")
        assert client.get("/groups/3").json["ip_restriction_ranges"] == "10.0.0.0/8"

    @pytest.mark.parametrize("settings", [{"license": None}, {"enterprise": False}])
    def test_without_the_licence(self, serve: Any, settings: dict[str, Any]) -> None:
        company = serve(on_root(ip_restriction_ranges=["10.0.0.0/8"]), **settings)
        assert company.share()[0] == 201
        assert "ip_restriction_ranges" not in company.as_user("olivia").get("/groups/3").json

    def test_inside(self, serve: Any) -> None:
        assert serve(on_root(ip_restriction_ranges=["10.0.0.0/8", "127.0.0.0/8"])).share()[0] == 201

    def test_invited_group_does_not_show(self, serve: Any) -> None:
        """Sections 4.3 and 6: shares show of groups that can be read, which from outside are a member's no more."""
        outside = {"path": "security", "ip_restriction_ranges": ["10.0.0.0/8"]}
        shared = {"path": "open", "members": {"max": "owner"}, "share": GUESTS}
        company = serve({"groups": [outside, shared], **app(share=GUESTS)})
        for user, shown in (("max", []), ("root", [11])):
            client = company.as_user(user)
            for path in ("/projects/4", "/groups/20"):
                assert [link["group_id"] for link in client.get(path).json["shared_with_groups"]] == shown
        assert answer(company.as_user("max").post("/groups/20/share", {"group_id": 11, "group_access": 10})) == NO_GROUP

    def test_source_of_a_fork_does_not_show(self, serve: Any) -> None:
        """Section 4.2."""
        fork = {"projects": [{"path": "olivia/tool", "forked_from": "acme/app"}]}
        company = serve({**on_root(ip_restriction_ranges=["10.0.0.0/8"]), **fork})
        assert "forked_from_project" not in company.as_user("olivia").get("/projects/7").json
        assert "forked_from_project" in company.as_user("root").get("/projects/7").json

    def test_invited_group(self, serve: Any) -> None:
        """A level below Owner does not count from outside; an administrator is let in."""
        outside = {"path": "security", "ip_restriction_ranges": ["10.0.0.0/8"]}
        company = serve({"groups": [outside]})
        assert company.share() == NOT_FOUND
        assert company.share(user="root")[0] == 201
        owner = {"path": "security/auditors", "members": {"olivia": "owner"}}
        assert serve({"groups": [outside, owner]}).share()[0] == 201


class TestBans:
    """Row 13: from the project's root, or from that of a group invited to it; administrators are exempt."""

    def test_project_and_group(self, serve: Any) -> None:
        company = serve(on_root(banned=["olivia", "root"]))
        assert company.share(project=5) == NO_PROJECT
        assert answer(company.as_user("olivia").get("/groups/3")) == NO_GROUP
        assert company.share(project=5, user="root")[0] == 201

    def test_lists_show_no_share_with_a_group_that_bans(self, serve: Any) -> None:
        """Section 4.3: a share shows if the group can be read."""
        banning = {"groups": [{"path": "security", "banned": ["olivia"]}]}
        client = serve({**banning, **app(share=GUESTS)}).as_user("olivia")
        listed = next(project for project in client.get("/projects").json if project["id"] == 4)
        assert listed["shared_with_groups"] == []

    def test_invited_group(self, serve: Any) -> None:
        banning = {"groups": [{"path": "security", "banned": ["olivia"]}]}
        company = serve({**banning, **app(share=GUESTS)})
        assert answer(company.as_user("olivia").delete("/projects/4/share/11")) == NO_PROJECT

    def test_group_to_invite(self, serve: Any) -> None:
        """GitLab's ee/app/policies/ee/group_policy.rb: a ban takes every right in the groups below its root."""
        banning = {"groups": [{"path": "security", "banned": ["olivia", "root"]}]}
        assert serve(banning).share() == NOT_FOUND
        assert serve(banning).share(user="root")[0] == 201
        assert serve(banning, enterprise=False).share()[0] == 201


class TestDirectories:
    """Row 17: memberships locked to LDAP or SAML; licensed or not, shared already or not, for everybody."""

    @pytest.mark.parametrize("setting", ["lock_memberships_to_ldap", "lock_memberships_to_saml"])
    @pytest.mark.parametrize("user", ["olivia", "root"])
    def test_projects_in_groups(self, serve: Any, setting: str, user: str) -> None:
        company = serve(app(share=GUESTS), license=None, **{setting: True})
        assert company.share(user=user) == DISABLED
        assert company.share(user=user, project=5, group_id=999) == DISABLED
        assert company.share(project=7)[0] == 201
        assert company.as_user(user).get("/projects/4").status == 200
        assert company.as_user(user).delete("/projects/4/share/11").status == 204

    def test_where_there_is_none(self, serve: Any) -> None:
        assert serve(lock_memberships_to_ldap=True, enterprise=False).share()[0] == 201
        assert serve(lock_memberships_to_saml=True, version="18.3.0-ee").share()[0] == 201

    def test_administrators_read_it(self, serve: Any) -> None:
        company = serve(lock_memberships_to_saml=True)
        settings = company.as_user("root").get("/application/settings").json
        assert (settings["lock_memberships_to_ldap"], settings["lock_memberships_to_saml"]) == (False, True)
        assert company.as_user("olivia").get("/application/settings").status == 403


class TestForks:
    """Rows 18 and 19."""

    @pytest.mark.parametrize("user", ["olivia", "root"])
    def test_orphaned(self, serve: Any, user: str) -> None:
        """After the membership lock, before the group's: 500 only if the group exists; Enterprise only."""
        company = serve(app(orphaned_fork=True))
        assert company.share(user=user) == FAILED
        assert company.share(user=user, group_id=999) == NOT_FOUND
        assert "forked_from_project" not in company.as_user(user).get("/projects/4").json
        assert serve(app(orphaned_fork=True), enterprise=False).share(user=user)[0] == 201

    @pytest.mark.parametrize("deed", ["delete", "archive"])
    def test_how_a_fork_becomes_one(self, serve: Any, deed: str) -> None:
        company = serve({"projects": [{"path": "olivia/tool", "forked_from": "acme/app"}]})
        if deed == "delete":
            company.world.change(app(delete=True))
        else:
            company.as_user("olivia").post("/projects/4/archive")
        assert company.share(project=7) == FAILED

    def test_entity(self, serve: Any) -> None:
        """GitLab API sheet 4.2: only for who can read the source."""
        company = serve({"projects": [{"path": "olivia/tool", "forked_from": "acme/app", "members": {"stan": 40}}]})
        assert company.as_user("olivia").get("/projects/7").json["forked_from_project"]["id"] == 4
        hidden = company.as_user("stan").get("/projects/7").json
        assert "forked_from_project" not in hidden
        assert hidden["mr_default_target_self"] is False

    @pytest.mark.parametrize(
        ("version", "source", "shown"),
        [
            ("17.2.0-ee", "open/site", {"forked_from_project"}),
            ("17.1.0-ee", "open/site", set()),
            ("17.2.0-ee", "acme/app", set()),
        ],
    )
    def test_anonymous_callers_see_the_source(self, serve: Any, version: str, source: str, shown: set[str]) -> None:
        """GitLab API sheet 3.1: ProjectDetails; CHANGELOG.md: from 17.2."""
        fork = {"path": "open/fork", "id": 60, "visibility": "public", "forked_from": source}
        client = serve({"projects": [fork]}, version=version).anonymous()
        keys = {"forked_from_project", "mr_default_target_self"}
        assert set(client.get("/projects/60").json) & keys == shown
        assert not set(client.get("/projects?id_after=59").json[0]) & keys

    @pytest.mark.parametrize(("version", "shown"), [("17.10.0-ee", False), ("17.11.0-ee", True)])
    def test_visibility_of_the_source(self, serve: Any, version: str, shown: bool) -> None:
        """GitLab API sheet 4.1: the source is a short project, which has it after 17.10."""
        company = serve({"projects": [{"path": "olivia/tool", "forked_from": "acme/app"}]}, version=version)
        fork = company.as_user("olivia").get("/projects/7").json
        assert ("visibility" in fork["forked_from_project"]) is shown

    def test_enforced_sso_reaches_through_the_source(self, serve: Any) -> None:
        fork = {"projects": [{"path": "olivia/tool", "forked_from": "acme/app"}]}
        company = serve({**on_root(enforced_sso=True), **fork})
        assert company.share(project=7) == SSO
        assert company.share(project=7, user="root") == SSO
        assert company.share(project=7, group_id=3, user="olivia")[0] == 201

    def test_enforced_sso_needs_a_licence(self, serve: Any) -> None:
        assert serve(on_root(enforced_sso=True), license=None).share()[0] == 201


class TestInvitations:
    """Row 21: 404 for everybody but administrators; without a licence no effect."""

    def test_of_the_instance(self, serve: Any) -> None:
        company = serve(app(share=GUESTS), disable_invite_members=True)
        assert [company.share(project=project) for project in (4, 5, 7)] == [NOT_FOUND] * 3
        assert company.share(project=5, user="root")[0] == 201
        assert company.as_user("olivia").delete("/projects/4/share/11").status == 204

    def test_of_a_root_group(self, serve: Any) -> None:
        company = serve(on_root(disable_invite_members=True))
        assert company.share(project=5) == NOT_FOUND
        assert company.share(project=7)[0] == 201

    @pytest.mark.parametrize("settings", [{"license": None}, {"version": "17.11.0-ee"}, {"enterprise": False}])
    def test_without_effect(self, serve: Any, settings: dict[str, Any]) -> None:
        assert serve(disable_invite_members=True, **settings).share()[0] == 201

    def test_groups_to_groups(self, serve: Any) -> None:
        """GitLab API sheet 1.7."""
        client = serve(disable_invite_members=True).as_user("olivia")
        assert answer(client.post("/groups/3/share", {"group_id": 11, "group_access": 10})) == NOT_FOUND


class TestDomains:
    """Row 28: the invited group's root has to restrict itself to some of the domains of the project's root."""

    @pytest.mark.parametrize(
        ("own", "invited", "status"),
        [
            (["acme.example"], [], 409),
            (["acme.example"], ["acme.example", "other.example"], 409),
            (["acme.example", "other.example"], ["acme.example"], 201),
            ([], ["acme.example"], 201),
        ],
    )
    @pytest.mark.parametrize("user", ["olivia", "root"])
    def test_domains(self, serve: Any, own: list[str], invited: list[str], status: int, user: str) -> None:
        groups = [{"path": "acme", "email_domains": own}, {"path": "security", "email_domains": invited}]
        found = serve({"groups": groups}, license=None).share(project=5, user=user)
        assert found[0] == status
        assert status == 201 or found[1] == {"message": DOMAINS}

    def test_joined_with_the_share_that_is_there(self, serve: Any) -> None:
        company = serve({**on_root(email_domains=["acme.example"]), **app(share=GUESTS)})
        assert company.share(group_access=30) == (409, {"message": f"{SHARED} and {DOMAINS}"})
        assert company.as_user("olivia").delete("/projects/4/share/11").status == 204
        assert company.share() == (409, {"message": DOMAINS})

    def test_a_root_covers_its_own_groups(self, serve: Any) -> None:
        company = serve({**on_root(email_domains=["a.example"]), **app(share=[{"group": "acme", "access_level": 10}])})
        assert company.share(group_id=3) == (409, {"message": f"{SHARED} and {ANCESTOR}"})

    @pytest.mark.parametrize(("tier", "listed"), [("premium", "a.example,b.example"), (None, "missing")])
    def test_key_needs_the_licence(self, serve: Any, tier: str | None, listed: str) -> None:
        """GitLab API sheet 5: every reader sees it."""
        shown = serve(on_root(email_domains=["a.example", "b.example"]), license=tier).as_user("greta")
        assert shown.get("/groups/3").json.get("allowed_email_domains_list", "missing") == listed

    def test_key_is_the_group_s_own(self, serve: Any) -> None:
        """ee/app/models/ee/group.rb:469-478: groups below a root have none."""
        restricted = on_root(email_domains=["a.example"], ip_restriction_ranges=["127.0.0.0/8"])
        below = serve(restricted).as_user("greta").get("/groups/4").json
        assert (below["allowed_email_domains_list"], below["ip_restriction_ranges"]) == (None, None)

    def test_key_is_not_in_old_versions(self, serve: Any) -> None:
        """GitLab API sheet 5: 17.4."""
        older = serve(on_root(email_domains=["a.example"]), version="17.3.0-ee").as_user("greta")
        assert "allowed_email_domains_list" not in older.get("/groups/3").json

    def test_personal_projects_and_community_edition(self, serve: Any) -> None:
        assert serve(on_root(email_domains=["a.example"])).share(project=7)[0] == 201
        assert serve(on_root(email_domains=["a.example"]), enterprise=False).share()[0] == 201


class TestCustomRoles:
    """Row 27, and GitLab API sheet, section 15."""

    def company(self, serve: Any, tier: str = "ultimate", **role: Any) -> Any:
        role = {"id": 1, "name": "Auditor", "base_access_level": "guest", **role}
        return serve({"member_roles": [role]}, license=tier)

    def test_shown_only_in_the_answer(self, serve: Any) -> None:
        company = self.company(serve)
        status, body = company.share(member_role_id=1)
        assert (status, body["member_role_id"]) == (201, 1)
        (link,) = company.as_user("olivia").get("/projects/4").json["shared_with_groups"]
        assert "member_role_id" not in link
        company.as_user("olivia").delete("/projects/4/share/11")
        assert company.share()[1]["member_role_id"] is None

    def test_level_and_hierarchy(self, serve: Any) -> None:
        company = self.company(serve, group="security")
        both = f"{ROLE_LEVEL} and {ROLE_HIERARCHY}"
        assert company.share(member_role_id=1) == (409, {"message": ROLE_HIERARCHY})
        assert company.share(member_role_id=1, group_access=20) == (409, {"message": both})
        assert self.company(serve, group="acme").share(project=5, member_role_id=1)[0] == 201

    def test_three_sentences(self, serve: Any) -> None:
        company = self.company(serve, group="security")
        company.world.change(app(share=GUESTS))
        message = f"{SHARED}, {ROLE_LEVEL}, and {ROLE_HIERARCHY}"
        assert company.share(member_role_id=1, group_access=20) == (409, {"message": message})

    def test_unknown_role(self, serve: Any) -> None:
        """GitLab API sheet 1.8."""
        assert self.company(serve).share(member_role_id=9) == FAILED

    def test_ignored_without_the_licence(self, serve: Any) -> None:
        status, body = self.company(serve, tier="premium").share(member_role_id=9)
        assert (status, "member_role_id" in body) == (201, False)


class TestTwins:
    """Row 29, GitLab API sheet 1.9: an equal request that was a moment faster."""

    @pytest.mark.parametrize(("version", "status"), [("18.9.0-ee", 500), ("18.8.0-ee", 409)])
    def test_two_at_once(self, serve: Any, version: str, status: int) -> None:
        company = serve(version=version)
        company.gitlab.faults.add(Fault("twin", "POST"))
        assert company.share()[0] == status
        assert company.world.share_of("acme/app", "security/auditors").access_level == 10
        assert [(entry.effect, entry.twin_effect) for entry in company.gitlab.writes] == [("", "shared")]
        assert company.share() == (409, {"message": SHARED})

    def test_nobody_is_faster_with_what_is_refused(self, serve: Any) -> None:
        company = serve(version="18.9.0-ee")
        company.gitlab.faults.add(Fault("twin", "POST"))
        assert company.share(group_id=999) == NOT_FOUND

    def test_removed_by_both(self, serve: Any) -> None:
        company = serve(app(share=GUESTS))
        company.gitlab.faults.add(Fault("twin", "DELETE"))
        assert company.as_user("olivia").delete("/projects/4/share/11").status == 204
        assert [(entry.effect, entry.twin_effect) for entry in company.gitlab.writes] == [("", "unshared")]


def test_order_of_the_rows(serve: Any) -> None:
    """Everything at once, and one cause after the other taken away: each shows the next one."""
    company = serve(
        {
            "users": [{"username": "olivia", "too_many_ips": True}],
            "groups": [
                {
                    "path": "acme",
                    "email_domains": ["acme.example"],
                    "ip_restriction_ranges": ["10.0.0.0/8"],
                    "enforced_sso": True,
                    "prevent_sharing_groups_outside_hierarchy": True,
                }
            ],
            **app(share=GUESTS, orphaned_fork=True),
        },
        version="18.9.0-ee",
        maintenance=503,
        lock_memberships_to_ldap=True,
        disable_invite_members=True,
    )

    def without(**change: Any) -> tuple[int, Any]:
        company.world.change(change)
        status, body = company.share()
        return status, body

    assert company.share()[0] == 503
    assert without(gitlab={"maintenance": None}) == (403, {"message": "403 Forbidden"})
    assert without(users=[{"username": "olivia", "too_many_ips": False}]) == NO_PROJECT
    assert without(**on_root(ip_restriction_ranges=[])) == DISABLED
    assert without(gitlab={"lock_memberships_to_ldap": False}) == FAILED
    assert without(**app(orphaned_fork=False)) == SSO
    assert without(**on_root(enforced_sso=False)) == NOT_FOUND
    assert without(gitlab={"disable_invite_members": False}) == NOT_FOUND
    both = (409, {"message": f"{SHARED} and {DOMAINS}"})
    assert without(**on_root(prevent_sharing_groups_outside_hierarchy=False)) == both
    assert without(**app(unshare=["security/auditors"])) == (409, {"message": DOMAINS})
    assert without(**on_root(email_domains=[]))[0] == 201


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        (
            {"groups": [{"path": "acme/backend", "email_domains": ["a.example"]}]},
            "groups[0] acme/backend: email_domains: only groups on the top level have this",
        ),
        (on_root(ip_restriction_ranges=["10.0.0.1/8"]), "ip_restriction_ranges: 10.0.0.1/8 has host bits set"),
        (on_root(banned=["nobody"]), "groups[0] acme: banned: 'nobody' is not among the users"),
        (app(forked_from="acme/none"), "projects[0] acme/app: forked_from: 'acme/none' is not among the projects"),
        ({"gitlab": {"license": "gold"}}, "gitlab: license: 'gold' is none of null, premium, ultimate"),
        ({"gitlab": {"nightly_job": "today"}}, "gitlab: unknown 'nightly_job'"),
        ({"nightly_job": "tonight"}, "change: nightly_job: 'tonight' is not a date YYYY-MM-DD"),
        (
            app(protected_tags=[{"name": "v*", "create_access_levels": [{"group": "none"}]}]),
            "projects[0] acme/app: protected_tags[0] v*: create_access_levels[0] none: group: 'none' is not among",
        ),
        (app(protected_branches=[{}]), "projects[0] acme/app: protected_branches[0]: name is missing"),
    ],
)
def test_what_is_no_world(company: Any, patch: dict[str, Any], problem: str) -> None:
    with pytest.raises(WorldError) as caught:
        company.world.change(patch)
    assert problem in str(caught.value)
