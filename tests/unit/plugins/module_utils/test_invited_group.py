# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shares of one group, and the protection rules that hang on them, against the simulated GitLab."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.invited_group import InvitedGroup
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import NotFound, Refused
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenGitLab, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, GROUP_ID, Company


def auditors(gitlab: GitLab) -> InvitedGroup:
    return gitlab.invited(gitlab.group_by_id(GROUP_ID))


@pytest.mark.parametrize("share", [Share(10), Share(30, date(2099, 1, 31))])
def test_a_share_is_made_and_removed(share: Share, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    group = auditors(api(gitlab))
    group.share(1, share)
    assert group.project(1).share == share
    group.unshare(1)
    assert group.project("acme/app").share is None
    assert [entry.effect for entry in gitlab.writes] == ["shared", "unshared"]


def test_an_end_is_sent_only_if_there_is_one(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    auditors(api(gitlab)).share(1, Share(10))
    assert gitlab.writes[0].body == {"group_id": GROUP_ID, "group_access": 10}


def test_a_second_share_is_refused(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    group = auditors(api(start_gitlab(Company().project("acme/app", "guest"))))
    with pytest.raises(Refused, match=r"409 (Group|Project) already shared with this group"):
        group.share(1, Share(10))


def test_no_share_cannot_be_removed(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    with pytest.raises(NotFound, match="404 Group Link Not Found"):
        auditors(api(start_gitlab(Company().project("acme/app")))).unshare(1)


ENTRY = {"id": 1, "access_level": 40, "group_id": GROUP_ID}
OTHER = {"id": 2, "access_level": 40, "group_id": 12}
ROLE = {"id": 3, "access_level": 40, "user_id": None, "group_id": None}


class TestProtectionRules:
    """What GitLab removes with a share: sheet, section 14.1."""

    def rules(self, start_gitlab: StartGitLab, api: OpenGitLab, **lists: list[dict[str, Any]] | int) -> tuple[str, ...]:
        company = Company().project("acme/app")
        for kind in ("branches", "tags", "environments"):
            answer = lists.get(kind, [])
            details: dict[str, Any] = {"status": answer} if isinstance(answer, int) else {"status": 200, "json": answer}
            company.fault("status", path=f"/projects/1/protected_{kind}", times=None, **details)
        return auditors(api(start_gitlab(company), retries=0)).protection_rules(1)

    def test_of_branches(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        main = {"name": "main", "push_access_levels": [ENTRY, ROLE], "merge_access_levels": [OTHER, ENTRY]}
        release = {"name": "release/*", "push_access_levels": [OTHER], "merge_access_levels": [ENTRY]}
        unprotect = {"name": "x", "push_access_levels": [ROLE], "unprotect_access_levels": [ENTRY]}
        inherited = {"name": "y", "inherited": True, "push_access_levels": [ENTRY]}
        found = self.rules(start_gitlab, api, branches=[main, release, unprotect, inherited])
        assert found == ("branch main: push", "branch main: merge", "branch release/*: merge")

    def test_of_tags_and_environments(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        tag = {"name": "v*", "create_access_levels": [ROLE, ENTRY]}
        production = {"name": "production", "deploy_access_levels": [ENTRY], "approval_rules": [ENTRY]}
        staging = {"name": "staging", "deploy_access_levels": [OTHER], "approval_rules": []}
        found = self.rules(start_gitlab, api, tags=[tag], environments=[production, staging])
        assert found == ("tag v*: create", "environment production: deploy", "environment production: approval")

    def test_are_those_that_go_with_the_share(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        entries = [{"group": GROUP}, {"access_level": 40}]
        everything: dict[str, Any] = {
            "protected_branches": [
                {"name": "main", "push_access_levels": entries, "merge_access_levels": entries},
                {"name": "open", "unprotect_access_levels": entries},
            ],
            "protected_tags": [{"name": "v*", "create_access_levels": entries}],
            "protected_environments": [
                {"name": "live", "deploy_access_levels": entries, "approval_rules": entries[:1]},
            ],
        }
        company = Company("18.9.0-ee").project("acme/app", "guest", **everything)
        company.group("acme", protected_branches=[{"name": "inherited", "push_access_levels": entries}])
        group = auditors(api(start_gitlab(company)))
        assert group.protection_rules(1) == (
            "branch main: push",
            "branch main: merge",
            "tag v*: create",
            "environment live: deploy",
            "environment live: approval",
        )
        group.unshare(1)
        assert group.protection_rules(1) == ()

    def test_a_list_that_does_not_exist_holds_none(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert self.rules(start_gitlab, api, branches=404, tags=404, environments=404) == ()

    @pytest.mark.parametrize("status", [403, 500])
    def test_a_list_that_cannot_be_read_is_an_error(
        self, status: int, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        with pytest.raises(Refused, match=str(status)):
            self.rules(start_gitlab, api, tags=status)

    def test_of_all_pages(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        pages: list[list[dict[str, Any]]] = [
            [{"name": f"b{number}", "push_access_levels": []} for number in range(100)],
            [{"name": "last", "push_access_levels": [ENTRY]}],
        ]
        company = Company().project("acme/app")
        for page in pages:
            company.fault("status", path="/projects/1/protected_branches", status=200, json=page)
        for kind in ("tags", "environments"):
            company.fault("status", path=f"/projects/1/protected_{kind}", status=404, times=None)
        assert auditors(api(start_gitlab(company))).protection_rules(1) == ("branch last: push",)
