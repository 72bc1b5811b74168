# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found out through lists, where there are too many to ask for each, and where GitLab has no such list."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company

NEW = tuple(f"acme/new{number}" for number in range(9))


def asked(gitlab: Simulator, path: str) -> list[dict[str, Any]]:
    """The parameters of the requests for a path."""
    return [dict(entry.query) for entry in gitlab.reads if entry.path == path]


class TestHiddenShares:
    """The group's own list of shared projects has those that other lists hide."""

    def test_of_selected_projects_are_found(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = Company().projects(*NEW).project("acme/seen", "guest")
        company.project("acme/secret", "guest", hidden=True).project("acme/other", "reporter", hidden=True)
        gitlab = start_gitlab(company)
        run = share_all(gitlab, list_projects="all")
        assert run.counts == {"selected": 12, "shared": 9, "kept": 1, "unchanged": 2}
        assert run.project("acme/other")["before"]["access_level"] == "reporter"
        assert len(gitlab.writes) == 9

    def test_of_other_projects_cost_next_to_nothing(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = Company().projects(*NEW).project("acme/sub/secret", "guest", hidden=True)
        gitlab = start_gitlab(company)
        assert share_all(gitlab, exclude=["acme/sub/*"]).counts == {"selected": 9, "shared": 9}
        assert [query["per_page"] for query in asked(gitlab, "/groups/11/projects/shared")] == ["1", "100"]

    @pytest.mark.parametrize("others", [0, 9])
    def test_of_archived_projects_that_are_named_are_told(
        self, others: int, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company().projects(*NEW[:others]).project("acme/old", "guest", hidden=True, archived=True)
        run = share_all(start_gitlab(company), projects=[*NEW[:others], "acme/old"])
        assert run.steps["acme/old"] == "skipped archived"
        assert run.project("acme/old")["before"] == {"access_level": "guest", "expires_at": None}

    def test_where_none_is_hidden_they_are_only_counted(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().projects(*NEW, shared="guest").project("acme/new"))
        assert share_all(gitlab).counts == {"selected": 10, "shared": 1, "unchanged": 9}
        assert [query["per_page"] for query in asked(gitlab, "/groups/11/projects/shared")] == ["1"]


class TestInheritedAccess:
    def test_an_invitation_that_has_ended_is_none(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        ended = {"group": GROUP, "access_level": "guest", "expires_at": "2020-01-31"}
        gitlab = start_gitlab(Company().group("acme", shared_with=[ended]).project("acme/app"))
        assert share_all(gitlab, skip_inherited=True).steps == {"acme/app": "shared"}

    def test_where_it_cannot_be_read_it_is_only_needed_to_skip(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company().group("acme", invites=GROUP).project("acme/app")
        gitlab = start_gitlab(company.fault("status", path="/groups/acme", status=403, times=None))
        assert share_all(gitlab, skip_inherited=True).msg == "GET /api/v4/groups/acme: 403 Forbidden"
        assert share_all(gitlab).steps == {"acme/app": "shared"}

    def test_an_older_gitlab_does_not_tell(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        """Where there are too many groups above the projects to look at each of them."""
        company = Company().project("acme/app").projects(*(f"acme/team{number}/app" for number in range(5)))
        gitlab = start_gitlab(company.fault("status", path="/groups/11/groups/shared", status=404, times=None))
        refused = share_all(gitlab, skip_inherited=True)
        assert refused.msg == "skip_inherited: True needs a GitLab that lists the groups a group is invited to."
        assert gitlab.writes == []
        run = share_all(gitlab)
        assert run.project("acme/app")["inherited"] is None
        assert run.counts == {"selected": 6, "shared": 6}


@pytest.mark.parametrize(("others", "single"), [(10, 0), (3000, 60)])
def test_many_named_projects_come_from_a_list_that_is_not_much_longer(
    others: int, single: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    named = [f"acme/p{number:02}" for number in range(60)]
    gitlab = start_gitlab(Company().projects(*named, *(f"acme/other{number}" for number in range(others))))
    run = share_all(gitlab, projects=[*named[:30], *(str(number) for number in range(31, 61))])
    assert run.counts == {"selected": 60, "shared": 60}
    assert sum(entry.path.startswith("/projects/") for entry in gitlab.reads) == single


class TestLocks:
    """Each group's lock comes from the list of groups, unless that costs GitLab more than to read some of them."""

    @pytest.mark.parametrize(("others", "listed"), [(24, True), (60, False)])
    def test_come_from_where_they_cost_less(
        self, others: int, listed: bool, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company().projects(*(f"acme/team{number}/app" for number in range(9)))
        company.group("acme/team4", share_with_group_lock=True)
        for number in range(others):
            company.group(f"acme/other{number:02}")
        gitlab = start_gitlab(company)
        assert share_all(gitlab).counts == {"selected": 9, "shared": 8, "skipped": 1}
        assert len(asked(gitlab, "/groups/acme%2Fteam4")) == (0 if listed else 1)
        # All pages of the list at once, one for each worker.
        pages = [query["page"] for query in asked(gitlab, "/groups") if "min_access_level" in query and "page" in query]
        assert sorted(pages) == (["1", "2", "3", "4"] if listed else [])

    def test_in_a_list_that_gitlab_does_not_count(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = Company(count_limit=3).projects(*(f"acme/team{number}/app" for number in range(9)))
        company.group("acme/team4", share_with_group_lock=True)
        gitlab = start_gitlab(company)
        assert share_all(gitlab).counts == {"selected": 9, "shared": 8, "skipped": 1}
        assert asked(gitlab, "/groups/acme%2Fteam4") == [{"with_projects": "false"}]

    def test_of_groups_that_the_token_cannot_see_are_unknown(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company().project("acme/app").fault("status", path="/groups/acme", status=404, times=None)
        run = share_all(start_gitlab(company))
        assert run.steps == {"acme/app": "shared"}


class TestRoles:
    """The role of the token's user, in the groups of shares that are to be removed; absent looks at all shares."""

    APPS = tuple(f"acme/team{number}/app" for number in range(6))

    def test_in_top_level_groups_hold_for_all_below(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company("18.9.0").projects(*self.APPS, shared="guest"))
        assert share_all(gitlab, state="absent").counts == {"selected": 6, "unshared": 6}
        lists = [query for query in asked(gitlab, "/groups") if "min_access_level" in query]
        assert [query.get("top_level_only") for query in lists] == ["true", "true"]

    def test_in_other_groups_count_too(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = Company("18.9.0").projects(*self.APPS, "acme/lost/app", shared="guest")
        company.group("other", members={"max": "owner"}).project("other/app", "guest")
        for path in self.APPS:
            company.group(path.rpartition("/")[0], members={"max": "owner"})
        gitlab = start_gitlab(company)
        run = share_all(gitlab, state="absent", user="max", fail_on_error=False, list_projects="all")
        assert run.counts == {"selected": 8, "unshared": 7, "failed": 1}
        assert run.steps["acme/lost/app"] == "failed"
        assert run.project("acme/lost/app")["error"]["status"] == 403


@pytest.mark.parametrize(("path", "most"), [("acme/app", 8), ("acme/web/app", 9)])
def test_one_named_project_takes_few_requests(
    path: str, most: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    """As when a project has just been made; its share is one of them."""
    gitlab = start_gitlab(Company().project(path))
    assert share_all(gitlab, projects=["1"]).steps == {path: "shared"}
    assert len(gitlab.log) <= most
    before = len(gitlab.log)
    assert share_all(gitlab, projects=["1"]).counts == {"selected": 1, "unchanged": 1}
    assert len(gitlab.log) - before <= most - 1
