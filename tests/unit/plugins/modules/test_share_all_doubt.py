# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes of which nobody can tell at once what became of them, and what is tried before anything is removed."""

from __future__ import annotations

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import (
    GROUP,
    SHARE,
    UNSHARE,
    Company,
    level_of,
    share_by_others,
    token_of,
    unshare_by_others,
)


def methods(gitlab: Simulator, number: int) -> list[str]:
    """The writes to one project."""
    return [entry.method for entry in gitlab.writes if entry.path.startswith(f"/projects/{number}/")]


class TestTriedFirst:
    """After a share that could not be made, a new one is tried before the former one is removed."""

    FIRST = "/projects/1/share"

    def company(self) -> Company:
        return Company().project("acme/first").project("acme/app", "developer")

    def test_it_would_be_made(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company().fault("status", "POST", self.FIRST, status=403))
        run = share_all(gitlab)
        assert run.steps == {"acme/first": "failed", "acme/app": "updated"}
        assert methods(gitlab, 2) == ["POST", "DELETE", "POST"]

    def test_it_is_made_because_somebody_else_has_removed_the_former_one(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = self.company().fault("change", "POST", self.FIRST, world=unshare_by_others())
        gitlab = start_gitlab(company.fault("status", "POST", self.FIRST, status=403))
        run = share_all(gitlab)
        assert run.steps == {"acme/first": "failed", "acme/app": "updated"}
        assert methods(gitlab, 2) == ["POST"]
        assert level_of(gitlab.world, "acme/app") == 10

    def test_a_lost_answer_to_it_changes_nothing(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = self.company().fault("status", "POST", self.FIRST, status=403)
        gitlab = start_gitlab(company.fault("reset_after", "POST", "/projects/2/share", times=None))
        run = share_all(gitlab, retries=1)
        assert run.steps == {"acme/first": "failed", "acme/app": "failed"}
        assert not run.changed
        assert level_of(gitlab.world, "acme/app") == 30


class TestPuttingBack:
    def test_a_share_that_cannot_be_changed_is_put_back(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(
            Company().project("acme/app", "developer", "2099-01-31").fault("status", "POST", SHARE, status=403)
        )
        run = share_all(gitlab)
        assert run.msg == "1 of 1 projects failed: acme/app (POST /api/v4/projects/1/share: 403 Forbidden)."
        entry = run.project("acme/app")
        assert entry["after"] == entry["before"] == {"access_level": "developer", "expires_at": "2099-01-31"}
        assert entry["access_lost"] is False
        assert run.changed
        link = gitlab.world.share_of("acme/app", GROUP)
        assert link
        assert (link.access_level, link.expires_at) == (30, "2099-01-31")

    @pytest.mark.parametrize("fail_on_error", [True, False])
    def test_if_that_fails_too_access_is_lost_and_the_task_fails(
        self, fail_on_error: bool, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(
            Company().project("acme/app", "developer").fault("status", "POST", SHARE, status=403, times=2)
        )
        run = share_all(gitlab, fail_on_error=fail_on_error, diff=True)
        assert run.failed
        assert run.msg.startswith(
            "The group has lost its access to acme/app (developer, no expiry): "
            "run the task again when the cause is mended."
        )
        assert run.project("acme/app")["access_lost"] is True
        assert run.project("acme/app")["after"] is None
        assert run["diff"] == {"before": "acme/app: developer, no expiry\n", "after": ""}
        assert share_all(gitlab).steps == {"acme/app": "shared"}

    def test_a_refusal_that_nobody_foresees_costs_one_access_at_most(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """GitLab does not tell of enforced SSO before a write."""
        gitlab = start_gitlab(
            Company().group("acme", enforced_sso=True).projects(*(f"acme/p{n}" for n in range(6)), shared="developer")
        )
        run = share_all(gitlab)
        assert run.counts == {"selected": 6, "failed": 6}
        assert sum(entry["access_lost"] for entry in run["projects"]) == 1
        assert sum(level_of(gitlab.world, f"acme/p{n}") == 30 for n in range(6)) == 5

    def test_nor_more_than_one_where_it_holds_for_some_groups(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """The change that goes alone works in the first group; what follows is refused in the others."""
        company = Company().project("acme/app", "developer")
        for name in ("lab", "research"):
            company.group(name, members={"olivia": "owner"}, enforced_sso=True)
            company.projects(*(f"{name}/p{number}" for number in range(5)), shared="developer")
        run = share_all(start_gitlab(company), parallel_requests=8)
        assert run.counts == {"selected": 11, "updated": 1, "failed": 10}
        assert sum(entry.get("access_lost", False) for entry in run["projects"]) == 1

    def test_none_with_a_fine_grained_token_that_may_not_share(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company("19.3.1-ee").token("olivia", granular_denied=["share_project"])
        gitlab = start_gitlab(company.projects("acme/app", "acme/lib", shared="developer"))
        run = share_all(gitlab)
        assert run.counts == {"selected": 2, "failed": 2}
        assert level_of(gitlab.world, "acme/app") == level_of(gitlab.world, "acme/lib") == 30

    def test_no_access_is_lost_where_a_new_share_is_refused_first(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(
            Company().group("acme", enforced_sso=True).project("acme/new").project("acme/old", "developer")
        )
        run = share_all(gitlab)
        assert run.steps == {"acme/new": "failed", "acme/old": "failed"}
        assert level_of(gitlab.world, "acme/old") == 30
        assert [entry.method for entry in gitlab.writes] == ["POST", "POST"]

    def test_no_wait_is_too_long_between_removal_and_new_share(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Members are without access meanwhile, so that max_wait does not count there."""
        gitlab = start_gitlab(
            Company()
            .project("acme/app", "developer")
            .fault("status", "POST", SHARE, status=429, headers={"Retry-After": "1"})
        )
        assert share_all(gitlab, max_wait=0).steps == {"acme/app": "updated"}


class TestNotEvenRead:
    """The answer is lost, and then the project cannot be read."""

    def company(self, shared: str | None) -> Company:
        company = Company().project("acme/app", shared)
        return company.fault("status", "GET", "/projects/1", status=500, times=None)

    def test_a_new_share(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company(None).fault("reset_after", "POST", SHARE))
        run = share_all(gitlab, retries=0)
        assert run.steps == {"acme/app": "failed"}
        # Rather one change too many than a handler that does not run.
        assert run.changed
        assert level_of(gitlab.world, "acme/app") == 10

    def test_a_removal_before_a_change_is_followed_by_putting_back(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(self.company("developer").fault("reset_after", "DELETE", UNSHARE))
        run = share_all(gitlab, retries=0)
        entry = run.project("acme/app")
        assert (entry["status"], entry["access_lost"]) == ("failed", False)
        assert entry["after"] == entry["before"]
        assert level_of(gitlab.world, "acme/app") == 30

    def test_and_if_that_fails_too_access_counts_as_lost(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = self.company("developer").fault("reset_after", "DELETE", UNSHARE)
        gitlab = start_gitlab(company.fault("status", "POST", SHARE, status=500, times=None))
        run = share_all(gitlab, retries=0)
        assert run.project("acme/app")["access_lost"] is True
        assert level_of(gitlab.world, "acme/app") is None

    def test_because_the_token_was_revoked_meanwhile(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        revoked = {"tokens": [{"token": token_of("olivia"), "revoked": True}]}
        company = Company().project("acme/app").project("acme/lib").fault("change", "POST", SHARE, world=revoked)
        gitlab = start_gitlab(company.fault("reset_after", "POST", SHARE))
        run = share_all(gitlab, retries=0, parallel_requests=1)
        assert run.failed
        assert run.steps["acme/lib"] == "not_attempted"


@pytest.mark.parametrize("do", ["resource_lock", "status_after", "reset_before"])
def test_a_share_that_is_hidden_does_not_count_as_removed_because_it_is_not_seen(
    do: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    company = Company().project("acme/app", "developer", hidden="everywhere")
    gitlab = start_gitlab(company.fault(do, "DELETE", UNSHARE, times=None))
    run = share_all(gitlab, state="absent", retries=0)
    assert run.steps == {"acme/app": "failed"}
    # Whether a lost answer was one of success, nobody can tell.
    assert run.changed is (do != "resource_lock")


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_removal_that_is_lost_before_gitlab_fails_with_its_share_unharmed(
    state: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "developer").fault("reset_before", "DELETE", UNSHARE))
    run = share_all(gitlab, state=state, retries=0)
    assert run.steps == {"acme/app": "failed"}
    assert not run.changed
    assert level_of(gitlab.world, "acme/app") == 30


@pytest.mark.parametrize(("level", "step", "writes"), [("guest", "unchanged", 1), ("reporter", "updated", 3)])
def test_somebody_else_removes_a_share_and_makes_another_one(
    level: str, step: str, writes: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    """Such as a second run, which was faster: what it made is then the share to look at."""
    company = Company().project("acme/app", "developer").fault("change", "DELETE", UNSHARE, world=unshare_by_others())
    gitlab = start_gitlab(company.fault("change", "GET", "/projects/1", world=share_by_others(level)))
    run = share_all(gitlab, list_projects="all")
    assert run.steps == {"acme/app": step}
    assert len(gitlab.writes) == writes
    assert level_of(gitlab.world, "acme/app") == 10


def test_a_404_that_gitlab_does_not_explain_is_told_with_what_may_be_the_cause(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    body = {"message": "404 Not Found"}
    gitlab = start_gitlab(Company().project("acme/app").fault("status", "POST", SHARE, status=404, json=body))
    assert share_all(gitlab).msg == (
        "1 of 1 projects failed: acme/app (POST /api/v4/projects/1/share: 404 Not Found. GitLab does not tell why: "
        "perhaps the token's user is no longer a member of the group, or its role in the project has become too low)."
    )


def test_a_removal_that_finds_no_share_where_there_is_one_fails(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    company = Company().project("acme/app", "developer").fault("status", "DELETE", UNSHARE, status=404, times=None)
    gitlab = start_gitlab(company)
    assert share_all(gitlab).steps == {"acme/app": "failed"}
    assert len(gitlab.writes) == 1
