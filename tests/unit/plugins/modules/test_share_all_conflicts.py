# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong between the plan and its end: hidden shares, others who write too, lost answers, a run that stops."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.waiting import wait_for
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


class TestHiddenShares:
    """Shares that GitLab's lists do not show to the token, though they exist."""

    def test_as_wanted(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "guest", hidden=True).project("acme/new"))
        assert share_all(gitlab, list_projects="all").steps == {"acme/app": "unchanged", "acme/new": "shared"}
        assert len(gitlab.writes) == 1

    def test_at_another_level(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "guest", hidden=True))
        check = share_all(gitlab, check=True, access_level="reporter")
        assert check.project("acme/app")["before"]["access_level"] == "guest"
        assert share_all(gitlab, access_level="reporter").steps == {"acme/app": "updated"}
        assert level_of(gitlab.world, "acme/app") == 20

    def test_at_a_level_that_is_not_told_anywhere(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "developer", hidden="everywhere"))
        run = share_all(gitlab, access_level="reporter", list_projects="all")
        assert run.steps == {"acme/app": "unchanged"}
        assert run.project("acme/app")["before"] == {"access_level": None, "expires_at": None}
        assert run.warnings == [
            "1 project is shared with the group at a level that this token may not see; it stays as it is."
        ]
        assert gitlab.writes == []

    def test_removed_all_the_same(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "developer", hidden="everywhere"))
        assert share_all(gitlab, state="absent").steps == {"acme/app": "unshared"}
        assert level_of(gitlab.world, "acme/app") is None

    @pytest.mark.parametrize("version", ["17.11.0-ee", "18.6.0-ee"])
    def test_not_even_in_the_list_of_shared_projects(
        self, version: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Only the 409 tells of such a share, in words that differ by version."""
        gitlab = start_gitlab(
            Company(version)
            .project("acme/app", "developer", hidden="everywhere")
            .fault("status", "GET", "/groups/11/projects/shared", status=200, json=[], times=None)
        )
        run = share_all(gitlab, list_projects="all")
        assert not run.failed
        assert run.steps == {"acme/app": "unchanged"}
        assert not run.changed

    @pytest.mark.parametrize("do", ["resource_lock", "status_after", "reset_before"])
    def test_none_counts_as_removed_because_it_is_not_seen(
        self, do: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company().project("acme/app", "developer", hidden="everywhere")
        gitlab = start_gitlab(company.fault(do, "DELETE", UNSHARE, times=None))
        run = share_all(gitlab, state="absent", retries=0)
        assert run.steps == {"acme/app": "failed"}
        # Whether a lost answer was one of success, nobody can tell.
        assert run.changed is (do != "resource_lock")


class TestOthersWriteToo:
    @pytest.mark.parametrize("version", ["17.11.0-ee", "18.6.0-ee"])
    @pytest.mark.parametrize(
        ("level", "options", "step", "final"),
        [
            ("reporter", {}, "unchanged", 20),
            ("guest", {}, "updated", 20),
            ("developer", {}, "kept would_lower", 30),
            ("developer", {"update_existing": "always"}, "updated", 20),
            ("guest", {"update_existing": "never"}, "kept not_updated", 10),
        ],
    )
    def test_shared_by_somebody_else_meanwhile(
        self,
        version: str,
        level: str,
        options: dict[str, Any],
        step: str,
        final: int,
        start_gitlab: StartGitLab,
        share_all: RunModule,
    ) -> None:
        company = Company(version).project("acme/app")
        gitlab = start_gitlab(company.fault("change", "POST", SHARE, world=share_by_others(level)))
        run = share_all(gitlab, list_projects="all", access_level="reporter", **options)
        assert not run.failed
        assert run.steps == {"acme/app": step}
        assert run.changed is (step == "updated")
        assert level_of(gitlab.world, "acme/app") == final

    def test_a_409_in_words_that_nobody_knows(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        """For a first share, what is read counts, and not the text."""
        gitlab = start_gitlab(
            Company()
            .project("acme/app")
            .fault("change", "POST", SHARE, world=share_by_others("guest"))
            .fault("status", "POST", SHARE, status=409, json={"message": "Die Gruppe ist bereits eingeladen"})
        )
        assert share_all(gitlab, access_level="reporter").steps == {"acme/app": "updated"}

    def test_a_share_whose_change_is_refused_is_reported_as_it_is(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(
            Company()
            .project("acme/app")
            .fault("change", "POST", SHARE, world=share_by_others("guest"))
            .fault("status", "DELETE", UNSHARE, status=403)
        )
        run = share_all(gitlab, access_level="reporter")
        entry = run.project("acme/app")
        assert entry["status"] == "failed"
        assert entry["before"] == entry["after"] == {"access_level": "guest", "expires_at": None}
        assert not run.changed

    def test_unshared_by_somebody_else_meanwhile(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(
            Company().project("acme/app", "guest").fault("change", "DELETE", UNSHARE, world=unshare_by_others())
        )
        run = share_all(gitlab, state="absent", list_projects="all")
        assert run.steps == {"acme/app": "unchanged"}
        assert not run.changed

    @pytest.mark.parametrize(
        ("level", "step", "final"),
        [("developer", "unchanged", 30), ("reporter", "updated", 30), ("maintainer", "kept would_lower", 40)],
    )
    def test_somebody_else_removes_a_share_and_makes_another_one(
        self, level: str, step: str, final: int, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Such as a second run, which was faster: what it made is then the share to look at."""
        company = Company().project("acme/app", "guest").fault("change", "DELETE", UNSHARE, world=unshare_by_others())
        gitlab = start_gitlab(company.fault("change", "GET", "/projects/1", world=share_by_others(level)))
        run = share_all(gitlab, list_projects="all", access_level="developer")
        assert run.steps == {"acme/app": step}
        assert level_of(gitlab.world, "acme/app") == final

    def test_somebody_who_never_stops_is_given_up_on(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = Company().project("acme/app", "guest")
        company.fault("change", "DELETE", UNSHARE, world=unshare_by_others(), times=None)
        for number in range(20):
            level = ("planner", "guest")[number % 2]
            company.fault("change", "GET", "/projects/1", world=share_by_others(level), after=number)
        gitlab = start_gitlab(company)
        run = share_all(gitlab, access_level="developer")
        assert run.steps == {"acme/app": "failed"}
        assert [entry.method for entry in gitlab.writes] == ["POST", "DELETE"] * 3
        assert level_of(gitlab.world, "acme/app") in (10, 15)
        assert run.project("acme/app")["access_lost"] is False

    def test_a_project_moved_meanwhile(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        moved = {"projects": [{"path": "acme/app", "move_to": "acme/shop"}]}
        gitlab = start_gitlab(Company().project("acme/app").fault("change", "POST", SHARE, world=moved))
        assert share_all(gitlab).steps == {"acme/app": "shared"}
        assert level_of(gitlab.world, "acme/shop") == 10

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"projects": [{"path": "acme/b", "delete": True}]}, "404 Project Not Found"),
            (
                {"groups": [{"path": "acme/sub", "share_with_group_lock": True}]},
                "400 The project sharing with group is",
            ),
            ({"groups": [{"path": "acme", "members": {"olivia": "developer"}}]}, "403 Forbidden"),
        ],
    )
    def test_what_is_refused_now_is_an_outcome_of_that_project(
        self, change: dict[str, Any], message: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        path = "acme/sub/b" if "sub" in str(change) else "acme/b"
        gitlab = start_gitlab(
            Company().projects("olivia/a", path).fault("change", "POST", "/projects/2/share", world=change)
        )
        run = share_all(gitlab)
        assert run.failed
        assert run.steps == {path: "failed", "olivia/a": "shared"}
        assert message in run.project(path)["error"]["message"]


LOST = ["reset_before", "reset_after", "status_after", "status", "cut_body", "wrong_json", "html_200", "not_a_list"]


@pytest.mark.parametrize("retries", [0, 1])
@pytest.mark.parametrize("do", LOST)
@pytest.mark.parametrize(
    ("method", "shared", "state", "step"),
    [
        ("POST", None, "present", "shared"),
        ("DELETE", "guest", "absent", "unshared"),
        ("DELETE", "guest", "present", "updated"),
        ("POST", "guest", "present", "updated"),
    ],
)
def test_after_a_lost_answer_the_report_tells_what_is(
    method: str,
    shared: str | None,
    state: str,
    step: str,
    do: str,
    retries: int,
    start_gitlab: StartGitLab,
    share_all: RunModule,
) -> None:
    gitlab = start_gitlab(Company().project("acme/app", shared, "2099-01-31").fault(do, method, ".*share.*"))
    options = {"state": state, "access_level": "developer"}
    run = share_all(gitlab, retries=retries, fail_on_error=False, **options)
    assert not run.failed
    entry = run.project("acme/app")
    if retries or do in ("reset_after", "status_after", "cut_body", "wrong_json", "not_a_list"):
        # A share that is tried beside the old one has no effect, whatever becomes of the answer.
        tried = ("failed", "kept") if shared and method == "POST" else ()
        assert entry["status"] in (step, *tried)
    link = gitlab.world.share_of("acme/app", GROUP)
    reported = entry["after"] and (entry["after"]["access_level"], entry["after"]["expires_at"])
    assert reported == (link and ({10: "guest", 30: "developer"}[link.access_level], link.expires_at))
    assert run.changed is any(write.effect for write in gitlab.writes)

    again = share_all(gitlab, **options)
    assert not again.failed
    assert level_of(gitlab.world, "acme/app") == (None if state == "absent" else 30)


class TestStopping:
    @pytest.mark.parametrize("shared", [None, "guest"])
    def test_a_token_revoked_in_mid_run(
        self, shared: str | None, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        revoked = {"tokens": [{"token": token_of("olivia"), "revoked": True}]}
        gitlab = start_gitlab(
            Company()
            .projects(*(f"acme/p{number}" for number in range(6)), shared=shared)
            .fault("change", "POST", "/projects/3/share", world=revoked)
        )
        run = share_all(gitlab, parallel_requests=1, fail_on_error=False, access_level="reporter")
        assert run.failed
        assert run.msg.startswith("The run was stopped: POST /api/v4/projects/3/share: 401 invalid_token: Token was re")
        assert "Run the task again for the projects that it did not reach." in run.msg
        done = "updated" if shared else "shared"
        assert run.counts == {"selected": 6, done: 2, "failed": 1, "not_attempted": 3}
        assert run.changed
        assert [level_of(gitlab.world, f"acme/p{n}") for n in range(2, 6)] == [10 if shared else None] * 4

    def test_a_token_revoked_before_the_answer_can_be_settled(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        revoked = {"tokens": [{"token": token_of("olivia"), "revoked": True}]}
        company = Company().project("acme/app").project("acme/lib").fault("change", "GET", "/projects/1", world=revoked)
        gitlab = start_gitlab(company.fault("reset_after", "POST", SHARE))
        run = share_all(gitlab, retries=0, parallel_requests=1)
        assert run.failed
        # Rather one change too many than a handler that does not run.
        assert run.changed
        assert run.project("acme/app")["status"] == "failed"
        assert run.steps["acme/lib"] in ("failed", "not_attempted token")

    @pytest.mark.parametrize("shared", [None, "guest"])
    def test_when_max_wait_is_spent(self, shared: str | None, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        headers = {"Retry-After": "60"}
        gitlab = start_gitlab(
            Company()
            .projects("acme/a", "acme/b", "acme/c", shared=shared)
            .fault("status", "POST", "/projects/[23]/share", status=429, headers=headers, times=None)
        )
        started = time.monotonic()
        run = share_all(gitlab, parallel_requests=1, max_wait=30, access_level="reporter")
        assert time.monotonic() - started < 10
        assert run.msg.startswith("The run was stopped:")
        assert "would exceed max_wait (30)" in run.msg
        done = "updated" if shared else "shared"
        assert run.steps == {"acme/a": done, "acme/b": "failed", "acme/c": "not_attempted max_wait"}
        assert {level_of(gitlab.world, path) for path in ("acme/b", "acme/c")} == {10 if shared else None}

    def test_a_signal_lets_what_is_begun_finish(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(
            Company().projects("acme/a", "acme/b", "acme/c").fault("delay", "POST", SHARE, seconds=0.5, when="after")
        )

        def end_after_the_first_write() -> None:
            if wait_for(lambda: gitlab.world.share_of("acme/a", GROUP)):
                os.kill(os.getpid(), signal.SIGTERM)

        killer = threading.Thread(target=end_after_the_first_write, daemon=True)
        killer.start()
        run = share_all(gitlab, parallel_requests=1)
        killer.join(30)
        assert run.msg.startswith("The run was stopped: it received SIGTERM.")
        assert run.steps == {
            "acme/a": "shared",
            "acme/b": "not_attempted signal",
            "acme/c": "not_attempted signal",
        }


def test_a_resource_lock_is_waited_out(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app").fault("resource_lock", "POST", SHARE))
    run = share_all(gitlab)
    assert run.steps == {"acme/app": "shared"}
    assert run["requests"]["retries"] == 1


@pytest.mark.parametrize("kind", ["rack", "application"])
def test_limits_are_waited_out(kind: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    """Windows of one second; of an application's limit the header tells it, as newer versions do."""
    limits: dict[str, dict[str, Any]] = {
        "rack": {"name": "throttle_authenticated_api", "kind": "rack", "requests": 6},
        "application": {"name": "project_api", "kind": "application", "requests": 2, "retry_after": True},
    }
    company = Company().projects(*(f"acme/p{number}" for number in range(5)))
    gitlab = start_gitlab(company.limit(seconds=1, **limits[kind]))
    run = share_all(gitlab, projects=[str(number) for number in range(1, 6)])
    assert run.counts == {"selected": 5, "shared": 5}
    assert run["requests"]["waited_seconds"] > 0


def test_a_second_run_goes_on_where_the_first_was_cut_off(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().projects(*(f"acme/p{number}" for number in range(4))))
    gitlab.faults.add(Fault("reset_before", "POST", after=2, times=None))
    assert share_all(gitlab, retries=0, parallel_requests=1).counts == {"selected": 4, "shared": 2, "failed": 2}
    gitlab.faults.clear()
    assert share_all(gitlab).counts == {"selected": 4, "shared": 2, "unchanged": 2}


def test_a_404_that_gitlab_does_not_explain_is_told_with_what_may_be_the_cause(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    body = {"message": "404 Not Found"}
    gitlab = start_gitlab(Company().project("acme/app").fault("status", "POST", SHARE, status=404, json=body))
    assert share_all(gitlab).msg == (
        "1 of 1 project failed: acme/app (POST /api/v4/projects/1/share: 404 Not Found. GitLab gives no reason. "
        "Invitations of groups may be switched off for the instance or the top-level group, the token's user may no "
        "longer be a member of the invited group, or no longer have the role that sharing this project requires)."
    )


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_removal_that_finds_no_share_where_there_is_one_fails(
    state: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    company = Company().project("acme/app", "guest").fault("status", "DELETE", UNSHARE, status=404, times=None)
    gitlab = start_gitlab(company)
    run = share_all(gitlab, state=state, access_level="reporter")
    assert run.steps == {"acme/app": "failed"}
    assert not run.changed
    assert level_of(gitlab.world, "acme/app") == 10


@pytest.mark.parametrize("do", ["reset_before", "status", "html_200"])
def test_a_removal_that_never_took_effect_is_no_change(
    do: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest").fault(do, "DELETE", UNSHARE, times=None))
    run = share_all(gitlab, retries=0, state="absent")
    assert run.steps == {"acme/app": "failed"}
    assert not run.changed
    assert level_of(gitlab.world, "acme/app") == 10
