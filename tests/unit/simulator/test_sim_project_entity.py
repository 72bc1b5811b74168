# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects as the API shows them: GitLab API sheet, section 4, and recorded answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

KEYS = json.loads(Path(__file__).with_name("keys.json").read_text(encoding="utf-8"))

SIMPLE = KEYS["project_simple"]
CODE = {"default_branch", "readme_url", "forks_count"}
STATE = KEYS["project_state"]
CI = KEYS["project_ci"]
MERGING = KEYS["project_merging"]
ENTERPRISE = KEYS["project_enterprise"]
ROLE = "ci_restrict_pipeline_cancellation_role"
ADMINISTRATION = {"import_url", "import_type", "runners_token", ROLE, *CI}
SINGLE = [*SIMPLE, *STATE, *CI, "runners_token", "ci_config_path", *MERGING, *ENTERPRISE]
FULL = [key for key in SINGLE if key != "import_error"]

# Keys of a project that a non-member once got from gitlab.com, without what was dropped since
# (build_coverage_regex, operations_access_level) and what a newer version shows Maintainers only.
RECORDED = KEYS["recorded_project"]
RECORDED_HEADERS = KEYS["recorded_list_headers"]


def in_list(company: Any, user: str, path: str = "/projects", project: int = 4) -> dict[str, Any]:
    found = [entry for entry in company.as_user(user).get(path).json if entry["id"] == project]
    return dict(found[0])


def test_full_keys_in_order(company: Any) -> None:
    """Section 4.2."""
    assert list(in_list(company, "olivia")) == [*FULL, "permissions"]
    assert list(company.as_user("olivia").get("/projects/4").json) == [*SINGLE, "permissions"]


def test_full_without_permissions_in_lists_of_groups(company: Any) -> None:
    """Sections 3.1 and 4.4."""
    assert list(in_list(company, "olivia", "/groups/acme/projects")) == FULL


def test_simple_keys_in_order(company: Any) -> None:
    """Section 4.1: no archived, no shared_with_groups, no permissions."""
    assert list(in_list(company, "olivia", "/projects?simple=true")) == SIMPLE


@pytest.mark.parametrize(("version", "shown"), [("17.10.4-ee", False), ("17.11.0-ee", True)])
def test_visibility_in_simple(serve: Any, version: str, shown: bool) -> None:
    """Section 4.1: added after 17.10."""
    company = serve(version=version)
    assert ("visibility" in in_list(company, "olivia", "/projects?simple=true")) is shown
    assert "visibility" in in_list(company, "olivia")


def test_guest_of_a_private_project_reads_no_code(company: Any) -> None:
    """Sections 4.1 and 4.2: keys can be absent."""
    missing = set(FULL) - set(in_list(company, "greta"))
    assert missing == {*CODE, "ci_config_path", "merge_requests_template", "service_desk_address", *ADMINISTRATION}
    assert set(SIMPLE) - set(in_list(company, "greta", "/projects?simple=true")) == CODE


@pytest.mark.parametrize(("version", "reads"), [("18.8.0-ee", False), ("18.9.0-ee", True)])
def test_planner_reads_code(serve: Any, version: str, reads: bool) -> None:
    """Section 4.1: of private projects, from 18.9."""
    company = serve({"projects": [{"path": "acme/app", "members": {"stan": "planner"}}]}, version=version)
    assert (set(in_list(company, "stan")) >= CODE) is reads


def test_topics_are_sorted(serve: Any) -> None:
    """Section 3.4: by their letters, capital ones first."""
    company = serve({"projects": [{"path": "acme/app", "topics": ["go", "Web", "api"]}]})
    shown = in_list(company, "olivia")
    assert shown["topics"] == shown["tag_list"] == ["Web", "api", "go"]


def test_import_error_of_single_projects_only(company: Any) -> None:
    """Section 4.2: and for Maintainers."""
    assert "import_error" not in in_list(company, "olivia")
    assert company.as_user("olivia").get("/projects/4").json["import_error"] is None
    assert "import_error" not in company.as_user("dora").get("/projects/4").json


def test_developer_sees_no_administration(company: Any) -> None:
    """Section 4.2: runners_token and others for Maintainers only."""
    assert set(FULL) - set(in_list(company, "dora")) == ADMINISTRATION
    assert "runners_token" in in_list(company, "max")


def test_anonymous_callers_get_short_projects(company: Any) -> None:
    """Section 3.1; lists of groups are full all the same."""
    client = company.anonymous()
    assert list(client.get("/projects").json[0]) == SIMPLE
    assert list(client.get("/projects/8").json) == SIMPLE
    in_group = client.get("/groups/open/projects").json[0]
    assert set(FULL) - set(in_group) == {"service_desk_address", *ADMINISTRATION}


def test_community_edition(serve: Any) -> None:
    """Section 4.2: no Enterprise keys; deletion dates from 18.0 on."""
    assert list(in_list(serve(enterprise=False), "olivia")) == [
        key for key in (*FULL, "permissions") if key not in ENTERPRISE
    ]
    older = in_list(serve(enterprise=False, version="17.11.0"), "olivia")
    assert "marked_for_deletion_on" not in older
    assert "marked_for_deletion_on" in in_list(serve(version="17.11.0-ee"), "olivia")


NEWEST = {
    "automatic_rebase_enabled",
    "ci_display_pipeline_variables",
    "ci_skip_branch_pipelines_for_mrs",
    "mr_default_title_template",
    "protect_merge_request_pipelines",
}
TITLES = {"merge_request_title_regex", "merge_request_title_regex_description"}


@pytest.mark.parametrize(
    ("version", "shown"), [("18.1.0-ee", set()), ("18.2.0-ee", TITLES), ("18.9.0-ee", TITLES), ("19.0.0-ee", NEWEST)]
)
def test_keys_of_versions(serve: Any, version: str, shown: set[str]) -> None:
    """Section 4.2: what 18.9 lacks, and what it adds."""
    assert set(in_list(serve(version=version), "olivia")) & (NEWEST | TITLES) == shown


UNLICENSED = {
    "requirements_enabled",
    "requirements_access_level",
    "security_and_compliance_enabled",
    "compliance_frameworks",
}
CHECKS = {"only_allow_merge_if_all_status_checks_passed", "prevent_merge_without_jira_issue"}
SECRETS = {"secret_push_protection_enabled", "pre_receive_secret_detection_enabled"}


@pytest.mark.parametrize(
    ("tier", "user", "shown"),
    [
        (None, "olivia", UNLICENSED),
        ("premium", "max", {*ENTERPRISE}),
        ("premium", "dora", {*ENTERPRISE} - {ROLE}),
        ("ultimate", "max", {*ENTERPRISE, *CHECKS, *SECRETS}),
        ("ultimate", "dora", {*ENTERPRISE, *CHECKS, *SECRETS} - {ROLE}),
        ("ultimate", "greta", {*ENTERPRISE, *CHECKS} - {ROLE, "merge_requests_template"}),
    ],
)
def test_licensed_keys(serve: Any, tier: str | None, user: str, shown: set[str]) -> None:
    """Section 4.2, ee/lib/ee/api/entities/project.rb: most keys of Enterprise Edition take a licence or a role."""
    assert set(in_list(serve(license=tier), user)) & {*ENTERPRISE, *CHECKS, *SECRETS} == shown


FLOWS = {"duo_remote_flows_enabled", "duo_foundational_flows_enabled"}
SCANS = {"duo_sast_fp_detection_enabled", "duo_sast_vr_workflow_enabled", "spp_repository_pipeline_access"}


@pytest.mark.parametrize(
    ("version", "tier", "shown"),
    [
        ("18.9.0-ee", None, set()),
        ("18.9.0-ee", "premium", FLOWS),
        ("18.9.0-ee", "ultimate", FLOWS | SCANS),
        ("18.8.0-ee", "ultimate", set()),
        ("19.0.0-ee", "ultimate", set()),
    ],
)
def test_duo_keys(serve: Any, version: str, tier: str | None, shown: set[str]) -> None:
    """Section 4.2: 18.9 has them with a licence; those of the tiers as ee/lib/ee/api/entities/project.rb says."""
    assert set(in_list(serve(version=version, license=tier), "olivia")) & (FLOWS | SCANS) == shown


@pytest.mark.parametrize(
    ("user", "project", "desk", "merges"),
    [
        ("olivia", 4, True, True),
        ("dora", 4, True, True),
        ("greta", 4, False, False),
        ("olivia", 6, False, False),
        ("root", 6, False, False),
        ("stan", 8, False, True),
        ("stan", 9, False, True),
        (None, 8, False, False),
    ],
)
def test_who_may_contribute(company: Any, user: str | None, project: int, desk: bool, merges: bool) -> None:
    """lib/api/entities/project.rb: by role, to nothing that is archived, and without a token to nothing at all."""
    client = company.as_user(user) if user else company.anonymous()
    group = {4: "acme", 6: "4"}.get(project, "open")
    shown = next(entry for entry in client.get(f"/groups/{group}/projects").json if entry["id"] == project)
    assert ("service_desk_address" in shown, shown["can_create_merge_request_in"]) == (desk, merges)


def test_planner_may_contribute(serve: Any) -> None:
    """app/policies/project_policy.rb: to issues, in a private project not to merge requests."""
    company = serve({"projects": [{"path": "acme/app", "members": {"stan": "planner"}}]}, version="18.9.0-ee")
    shown = in_list(company, "stan")
    assert ("service_desk_address" in shown, shown["can_create_merge_request_in"]) == (True, False)


def test_storage_is_for_administrators(serve: Any) -> None:
    """Section 4.1: for effective ones."""
    assert in_list(serve(), "root")["repository_storage"] == "default"
    assert in_list(serve(), "root", "/projects?simple=true")["repository_storage"] == "default"
    without_admin_mode = serve(admin_mode=True).as_user("root").get("/projects").json[0]
    assert "repository_storage" not in without_admin_mode


def test_owner_of_a_personal_project(company: Any) -> None:
    """Section 4.2, and namespace.kind of section 4.1."""
    tool = in_list(company, "olivia", project=7)
    assert tool["owner"]["username"] == "olivia"
    assert (tool["namespace"]["kind"], tool["namespace"]["full_path"]) == ("user", "olivia")
    app = in_list(company, "olivia")
    assert "owner" not in app
    assert list(app["namespace"]) == KEYS["namespace"]
    assert (app["namespace"]["kind"], app["namespace"]["id"]) == ("group", 3)


def test_on_request_only(company: Any) -> None:
    """Sections 4.1 and 4.2."""
    assert "statistics" in in_list(company, "dora", "/projects?statistics=true")
    assert "statistics" not in in_list(company, "greta", "/projects?statistics=true")
    assert in_list(company, "root", "/projects?with_custom_attributes=true")["custom_attributes"] == []
    assert company.as_user("olivia").get("/projects/4?license=true").json["license"] is None


def test_names_and_urls(company: Any) -> None:
    url = company.gitlab.url
    api = in_list(company, "olivia", project=5)
    assert api["name_with_namespace"] == "Acme / Backend / api"
    assert api["path_with_namespace"] == "acme/backend/api"
    assert api["web_url"] == f"{url}/acme/backend/api"
    assert api["_links"]["self"] == f"{url}/api/v4/projects/5"
    assert api["namespace"]["web_url"] == f"{url}/groups/acme/backend"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", api["created_at"])


def test_recorded_project(company: Any) -> None:
    """A recorded full project of a group: every key that still exists is there."""
    reply = company.as_user("stan").get("/groups/open/projects")
    assert set(RECORDED) - set(reply.json[0]) == set()
    assert set(RECORDED_HEADERS) - set(reply.headers) == set()
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "max-age=0, private, must-revalidate"


class TestSharedWithGroups:
    """Section 4.3."""

    def shared(self, group: str, **link: Any) -> dict[str, Any]:
        return {"projects": [{"path": "acme/app", "share": [{"group": group, "access_level": 20, **link}]}]}

    def test_item(self, serve: Any) -> None:
        company = serve(self.shared("security/auditors", expires_at="2027-01-31"))
        item = {
            "group_id": 11,
            "group_name": "Auditors",
            "group_full_path": "security/auditors",
            "group_access_level": 20,
            "expires_at": "2027-01-31",
        }
        for path in ("/projects", "/groups/acme/projects", "/groups/11/projects/shared"):
            assert in_list(company, "olivia", path)["shared_with_groups"] == [item]
        assert company.as_user("olivia").get("/projects/4").json["shared_with_groups"] == [item]

    def test_expired_links_stay(self, serve: Any) -> None:
        company = serve(self.shared("security/auditors", expires_at="2001-01-01"))
        assert len(in_list(company, "olivia")["shared_with_groups"]) == 1
        assert company.share()[0] == 409

    def test_links_to_unreadable_groups_do_not_show(self, serve: Any) -> None:
        company = serve(self.shared("secret"))
        assert in_list(company, "olivia")["shared_with_groups"] == []
        assert len(in_list(company, "root")["shared_with_groups"]) == 1
        assert company.share(group_id=30) == (404, {"message": "Not Found"})

    def test_public_groups_show_to_everybody(self, serve: Any) -> None:
        assert len(in_list(serve(self.shared("open")), "greta")["shared_with_groups"]) == 1

    def test_no_inherited_links(self, serve: Any) -> None:
        inherited = {"groups": [{"path": "acme", "share": [{"group": "security/auditors", "access_level": 20}]}]}
        company = serve(inherited)
        assert in_list(company, "olivia")["shared_with_groups"] == []
        assert company.share()[0] == 201

    def test_hidden_from_lists(self, serve: Any) -> None:
        """Issues 328428 and 322145: lists leave a link out that others show."""
        company = serve(self.shared("security/auditors", hidden=True))
        assert in_list(company, "olivia")["shared_with_groups"] == []
        assert in_list(company, "olivia", "/groups/acme/projects")["shared_with_groups"] == []
        assert len(in_list(company, "olivia", "/groups/11/projects/shared")["shared_with_groups"]) == 1
        assert len(company.as_user("olivia").get("/projects/4").json["shared_with_groups"]) == 1
        assert len(in_list(company, "root")["shared_with_groups"]) == 1
        assert company.share()[0] == 409

    def test_hidden_everywhere(self, serve: Any) -> None:
        company = serve(self.shared("security/auditors", hidden="everywhere"))
        assert in_list(company, "olivia", "/groups/11/projects/shared")["shared_with_groups"] == []
        assert company.as_user("olivia").get("/projects/4").json["shared_with_groups"] == []
        assert len(company.as_user("root").get("/projects/4").json["shared_with_groups"]) == 1


class TestPermissions:
    """Section 4.4: memberships, not the effective role."""

    def permissions(self, company: Any, user: str, project: int = 4) -> tuple[Any, Any]:
        shown = in_list(company, user, project=project)["permissions"]
        levels = [entry and (entry["access_level"], entry["notification_level"]) for entry in shown.values()]
        assert list(shown) == ["project_access", "group_access"]
        return levels[0], levels[1]

    def test_direct_and_group(self, serve: Any) -> None:
        company = serve({"projects": [{"path": "acme/app", "members": {"max": "owner"}}]})
        assert self.permissions(company, "max") == ((50, 3), (40, 3))
        assert self.permissions(company, "olivia") == (None, (50, 3))
        assert self.permissions(company, "root") == (None, None)

    def test_personal(self, company: Any) -> None:
        assert self.permissions(company, "olivia", 7) == ((50, 3), None)

    @pytest.mark.parametrize(("version", "shown"), [("16.11.0-ee", None), ("17.0.0-ee", (50, 3))])
    def test_ancestor(self, serve: Any, version: str, shown: Any) -> None:
        assert self.permissions(serve(version=version), "olivia", 5) == (None, shown)

    def test_highest_of_several(self, serve: Any) -> None:
        """The one that counts, not the nearest."""
        company = serve({"groups": [{"path": "acme/backend", "members": {"olivia": "reporter"}}]})
        assert self.permissions(company, "olivia", 5) == (None, (50, 3))
        one = company.as_user("olivia").get("/projects/5").json["permissions"]["group_access"]
        assert one == {"access_level": 50, "notification_level": 3}

    def test_one_membership_for_each_root_on_a_page(self, serve: Any) -> None:
        """A list can show null although there is a membership; a single project shows it."""
        company = serve({"groups": [{"path": "acme/backend", "members": {"greta": "owner"}}]})
        assert self.permissions(company, "greta", 5) == (None, (50, 3))
        assert self.permissions(company, "greta", 4) == (None, None)
        client = company.as_user("greta")
        assert client.get("/projects/4").json["permissions"]["group_access"]["access_level"] == 10
        alone = client.get("/projects?id_before=5").json[0]
        assert alone["permissions"]["group_access"]["access_level"] == 10

    def test_group_shares_do_not_show(self, serve: Any) -> None:
        shared = {"path": "acme", "share": [{"group": "secret", "access_level": 50}]}
        company = serve({"groups": [shared, {"path": "secret", "members": {"stan": "owner"}}]})
        assert self.permissions(company, "stan") == (None, None)
