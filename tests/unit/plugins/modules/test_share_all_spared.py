# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shares that are not replaced because of what would go with them: protection rules, and the user's own right."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.tasks import RAISED
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, Company, level_of, share_by_others

ENTRY = [{"group": GROUP}]

# What a project has, and what the result calls it.
RULES: list[tuple[dict[str, Any], str]] = [
    ({"protected_branches": [{"name": "main", "push_access_levels": ENTRY}]}, "branch main: push"),
    ({"protected_branches": [{"name": "release/*", "merge_access_levels": ENTRY}]}, "branch release/*: merge"),
    ({"protected_tags": [{"name": "v*", "create_access_levels": ENTRY}]}, "tag v*: create"),
    ({"protected_environments": [{"name": "live", "deploy_access_levels": ENTRY}]}, "environment live: deploy"),
    ({"protected_environments": [{"name": "live", "approval_rules": ENTRY}]}, "environment live: approval"),
]
OTHERS: list[dict[str, Any]] = [
    {"protected_branches": [{"name": "main", "push_access_levels": [{"access_level": 40}]}]},
    {"protected_branches": [{"name": "main", "unprotect_access_levels": ENTRY}]},
    {"protected_branches": [{"name": "main", "push_access_levels": [{"group": "scanner"}]}]},
]
LISTS = ("protected_branches", "protected_tags", "protected_environments")


def company(enterprise: bool = True, **details: Any) -> Company:
    # Only a group that is invited to a project can be named in its rules.
    links = [{"group": GROUP, "access_level": "guest"}, {"group": "scanner", "access_level": "guest"}]
    made = Company("18.5.1", enterprise=enterprise).group("scanner", id=12, members={"olivia": "guest"})
    return made.project("acme/app", shared_with=links, **details)


def rules_asked(gitlab: Simulator) -> list[str]:
    return [entry.path for entry in gitlab.reads if "/protected_" in entry.path]


class TestProtectionRules:
    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    @pytest.mark.parametrize(("details", "name"), RULES)
    def test_keep(
        self, details: dict[str, Any], name: str, check: bool, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company(**details))
        run = share_all(gitlab, check=check, **RAISED)
        assert not run.failed
        assert not run.changed
        assert run.steps == {"acme/app": "kept protection_rules"}
        assert run.project("acme/app")["protection_rules"] == [name]
        assert gitlab.writes == []

    @pytest.mark.parametrize(("details", "name"), RULES)
    def test_drop(self, details: dict[str, Any], name: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(company(**details))
        options = {"protection_rules": "drop", **RAISED}
        check = share_all(gitlab, check=True, **options)
        run = share_all(gitlab, **options)
        for each in (check, run):
            assert each.steps == {"acme/app": "updated"}
            assert each.project("acme/app")["protection_rules"] == [name]
            assert any(f"this concerns 1 project: acme/app ({name})" in warning for warning in each.warnings)
        assert level_of(gitlab.world, "acme/app") == 30
        # GitLab has removed them; a second run has nothing to say of them.
        assert share_all(gitlab, **options).warnings == []

    @pytest.mark.parametrize("keep_or_drop", ["keep", "drop"])
    @pytest.mark.parametrize(("details", "name"), RULES)
    def test_absent_takes_them_along_and_says_so(
        self, details: dict[str, Any], name: str, keep_or_drop: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company(**details))
        for check in (True, False):
            run = share_all(gitlab, check=check, state="absent", protection_rules=keep_or_drop)
            assert run.steps == {"acme/app": "unshared"}
            assert run.project("acme/app")["protection_rules"] == [name]
            assert any(f"acme/app ({name})" in warning for warning in run.warnings)
        assert level_of(gitlab.world, "acme/app") is None

    @pytest.mark.parametrize("details", OTHERS, ids=str)
    def test_rules_that_do_not_go_with_the_share_keep_nothing(
        self, details: dict[str, Any], start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company(**details))
        run = share_all(gitlab, **RAISED)
        assert run.steps == {"acme/app": "updated"}
        assert "protection_rules" not in run.project("acme/app")

    @pytest.mark.parametrize("status", [403, 500, 502])
    @pytest.mark.parametrize("where", LISTS)
    def test_what_cannot_be_read_may_name_the_group(
        self, where: str, status: int, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company().fault("status", "GET", f"/projects/1/{where}", status=status, times=None))
        run = share_all(gitlab, retries=0, **RAISED)
        assert not run.failed
        assert run.steps == {"acme/app": "kept protection_rules"}
        assert run.project("acme/app")["error"]["status"] == status
        assert gitlab.writes == []
        assert share_all(gitlab, retries=0, protection_rules="drop", **RAISED).steps == {"acme/app": "updated"}

    @pytest.mark.parametrize("where", LISTS)
    def test_a_list_that_gitlab_does_not_have_holds_none(
        self, where: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company().fault("status", "GET", f"/projects/1/{where}", status=404, times=None))
        assert share_all(gitlab, **RAISED).steps == {"acme/app": "updated"}

    def test_they_are_asked_for_only_where_a_share_goes(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(
            Company()
            .project("acme/a")
            .project("acme/b", "guest")
            .project("acme/c", "developer")
            .project("acme/d", "owner")
        )
        share_all(gitlab, **RAISED)
        assert sorted(rules_asked(gitlab)) == sorted(f"/projects/2/{where}" for where in LISTS)

    def test_the_community_edition_has_none(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(company(enterprise=False))
        assert share_all(gitlab, **RAISED).steps == {"acme/app": "updated"}
        assert rules_asked(gitlab) == []

    @pytest.mark.parametrize("keep_or_drop", ["keep", "drop"])
    def test_of_a_share_that_somebody_else_has_just_made(
        self, keep_or_drop: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        made = {
            "path": "acme/app",
            "share": [{"group": GROUP, "access_level": "guest"}],
            "protected_branches": [{"name": "main", "push_access_levels": ENTRY}],
        }
        gitlab = start_gitlab(Company().project("acme/app").fault("change", "POST", SHARE, world={"projects": [made]}))
        run = share_all(gitlab, protection_rules=keep_or_drop, **RAISED)
        kept = keep_or_drop == "keep"
        assert run.steps == {"acme/app": "kept protection_rules" if kept else "updated"}
        assert run.project("acme/app")["protection_rules"] == ["branch main: push"]
        assert level_of(gitlab.world, "acme/app") == (10 if kept else 30)

    def test_an_undo_spares_them_as_well(self, tmp_path: Any, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(company())
        journal = str(tmp_path / "journal")
        share_all(gitlab, journal_path=journal, **RAISED)
        branch = {"name": "main", "push_access_levels": ENTRY}
        gitlab.world.change({"projects": [{"path": "acme/app", "protected_branches": [branch]}]})
        undo = share_all(gitlab, state="restored", journal_path=journal)
        assert undo.steps == {"acme/app": "kept protection_rules"}
        undo = share_all(gitlab, state="restored", journal_path=journal, protection_rules="drop")
        assert undo.steps == {"acme/app": "updated"}

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            ({"status": 401, "json": {"error": "invalid_token"}}, "401 invalid_token"),
            ({"status": 429, "headers": {"Retry-After": "60"}}, "would exceed max_wait (3)"),
        ],
        ids=["token", "limit"],
    )
    def test_what_stops_the_run_is_no_matter_of_one_project(
        self, answer: dict[str, Any], message: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company().fault("status", path=".*/protected_branches", times=None, **answer))
        run = share_all(gitlab, max_wait=3, **RAISED)
        assert run.failed
        assert message in run.msg
        assert gitlab.writes == []


LOWERED = {"update_existing": "always", "access_level": "guest"}


class TestOwnAccess:
    """olivia owns the auditors, and so, through a share at the level owner, projects of others."""

    def company(self, version: str = "18.5.1-ee", level: str = "owner", **details: Any) -> Company:
        made = Company(version).group(GROUP, members={"olivia": "owner"}).group("lab", members={"stan": "owner"})
        return made.project("lab/app", level, "2099-01-31", **details)

    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    @pytest.mark.parametrize("which", [{}, {"source_groups": ["lab"]}, {"projects": ["lab/app"]}], ids=str)
    @pytest.mark.parametrize("change", [LOWERED, {"access_level": "owner", "expires_at": "never"}], ids=str)
    def test_it_is_kept(
        self,
        change: dict[str, Any],
        which: dict[str, Any],
        check: bool,
        start_gitlab: StartGitLab,
        share_all: RunModule,
    ) -> None:
        gitlab = start_gitlab(self.company())
        run = share_all(gitlab, check=check, **which, **change)
        assert not run.failed
        assert run.steps == {"lab/app": "kept own_access"}
        assert gitlab.writes == []

    @pytest.mark.parametrize(
        "other_way",
        [
            lambda company: company.project("lab/app", "owner", members={"olivia": "owner"}),
            lambda company: company.project("lab/app", "owner").group("lab", members={"olivia": "owner"}),
            lambda company: company.project("lab/sub/app", "owner").group("lab", members={"olivia": "owner"}),
            lambda company: company.project("olivia/app", "owner"),
        ],
    )
    def test_not_where_another_way_is_seen(
        self, other_way: Any, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(other_way(Company().group(GROUP, members={"olivia": "owner"}).group("lab")))
        run = share_all(gitlab, **LOWERED)
        assert run.counts["updated"] == 1

    def test_not_for_an_administrator(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company().group(GROUP, members={"root": "owner"}))
        assert share_all(gitlab, user="root", **LOWERED).steps == {"lab/app": "updated"}

    def test_not_where_the_share_gives_less_than_is_needed(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(self.company(level="maintainer", members={"olivia": "owner"}))
        assert share_all(gitlab, **LOWERED).steps == {"lab/app": "updated"}

    def test_before_18_the_role_is_maintainer(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company("17.11.0-ee", "maintainer"))
        assert share_all(gitlab, **LOWERED).steps == {"lab/app": "kept own_access"}

    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    def test_absent_removes_it_and_warns(self, check: bool, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company().project("olivia/app", "owner"))
        run = share_all(gitlab, check=check, state="absent")
        assert run.steps == {"lab/app": "unshared", "olivia/app": "unshared"}
        warning = "The token's user has access to 1 project only through the removed share: lab/app."
        assert warning in run.warnings

    @pytest.mark.parametrize(("role", "step"), [("owner", "kept own_access"), ("guest", "failed")])
    def test_of_a_share_that_somebody_else_has_just_raised(
        self, role: str, step: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        made = Company("17.11.0-ee").group(GROUP, members={"max": role}).group("lab", members={"stan": "owner"})
        made.project("lab/app", members={"max": "maintainer"})
        made.fault("change", "POST", SHARE, world=share_by_others("owner", "lab/app"))
        run = share_all(start_gitlab(made), user="max", **LOWERED)
        assert run.steps == {"lab/app": step}
        assert run.project("lab/app")["before"] == {"access_level": "owner", "expires_at": None}

    def test_by_one_share_of_many(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = self.company().projects(*(f"lab/p{n}" for n in range(9)), shared="owner")
        company.projects(*(f"acme/p{n}" for n in range(9)), shared="owner")
        run = share_all(start_gitlab(company), **LOWERED)
        assert run.counts == {"selected": 19, "updated": 9, "kept": 10}


class TestEmailDomains:
    """A top-level group restricts its members by e-mail domain, and says so to its owners."""

    @pytest.mark.parametrize(
        ("domains", "of_the_invited", "step"),
        [
            (["bank.example"], [], "skipped email_domains"),
            (["bank.example"], ["other.example"], "skipped email_domains"),
            (["bank.example"], ["bank.example", "other.example"], "skipped email_domains"),
            (["bank.example", "other.example"], ["bank.example"], "done"),
            ([], ["bank.example"], "done"),
        ],
    )
    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    def test_what_gitlab_would_refuse_is_skipped(
        self,
        check: bool,
        domains: list[str],
        of_the_invited: list[str],
        step: str,
        start_gitlab: StartGitLab,
        share_all: RunModule,
    ) -> None:
        gitlab = start_gitlab(
            Company()
            .group("security", members={"olivia": "owner"}, email_domains=of_the_invited)
            .group("bank", members={"olivia": "owner"}, email_domains=domains)
            .project("bank/new")
            .project("bank/old", "guest")
            .project("bank/deep/old", "guest")
        )
        run = share_all(gitlab, check=check, **RAISED)
        assert not run.failed
        expected = {"bank/deep/old": "updated", "bank/new": "shared", "bank/old": "updated"}
        assert run.steps == (expected if step == "done" else dict.fromkeys(expected, step))

    def test_a_top_level_group_that_nobody_can_look_at_is_left_to_the_trial(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Who sees only the invited group cannot know to which domains the private one above it restricts members."""
        gitlab = start_gitlab(
            Company()
            .group("security", visibility="private", email_domains=["bank.example"])
            .group("bank", members={"olivia": "owner"}, email_domains=["bank.example"])
            .group("shop", members={"olivia": "owner"}, email_domains=["shop.example"])
            .projects("bank/old", "shop/old", shared="guest")
        )
        run = share_all(gitlab, **RAISED)
        assert run.steps == {"bank/old": "updated", "shop/old": "kept cannot_be_replaced"}
        assert level_of(gitlab.world, "shop/old") == 10
