# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong between the plan and its end: lost answers, others who write too, shares that must be put back."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
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


class TestHiddenShares:
    """Shares that GitLab's lists do not show to the token, though they exist."""

    def test_as_wanted(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "guest", hidden=True).project("acme/new"))
        assert share_all(gitlab, return_unchanged=True).steps == {"acme/app": "unchanged", "acme/new": "shared"}
        assert len(gitlab.writes) == 1

    def test_at_another_level(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "developer", hidden=True))
        assert share_all(gitlab, check=True).project("acme/app")["before"]["access_level"] == "developer"
        assert share_all(gitlab).steps == {"acme/app": "updated"}
        assert level_of(gitlab.world, "acme/app") == 10

    def test_at_a_level_that_is_not_told_anywhere(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "developer", hidden="everywhere"))
        run = share_all(gitlab, access_level="reporter", return_unchanged=True)
        assert run.steps == {"acme/app": "unchanged"}
        assert run.project("acme/app")["before"] == {"access_level": None, "expires_at": None}
        assert run.warnings == [
            "1 projects are shared with the group at a level that this token may not see; they stay as they are."
        ]
        assert gitlab.writes == []

    def test_removed_all_the_same(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "developer", hidden="everywhere"))
        assert share_all(gitlab, state="absent").steps == {"acme/app": "unshared"}
        assert level_of(gitlab.world, "acme/app") is None

    @pytest.mark.parametrize("version", ["18.5.0-ee", "18.6.0-ee"])
    def test_not_even_in_the_list_of_shared_projects(
        self, version: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Only the 409 tells of such a share, in words that differ by version."""
        gitlab = start_gitlab(
            Company(version)
            .project("acme/app", "developer", hidden="everywhere")
            .fault("status", "GET", "/groups/11/projects/shared", status=200, json=[], times=None)
        )
        run = share_all(gitlab, return_unchanged=True)
        assert not run.failed
        assert run.steps == {"acme/app": "unchanged"}
        assert not run.changed


class TestOthersWriteToo:
    @pytest.mark.parametrize("version", ["18.5.0-ee", "18.6.0-ee"])
    @pytest.mark.parametrize(
        ("level", "options", "step", "final"),
        [
            ("guest", {}, "unchanged", 10),
            ("developer", {}, "updated", 10),
            ("developer", {"update_existing": "never"}, "kept", 30),
            ("developer", {"update_existing": "raise_only"}, "kept", 30),
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
        run = share_all(gitlab, return_unchanged=True, **options)
        assert not run.failed
        assert run.steps == {"acme/app": step}
        assert run.changed is (step == "updated")
        assert level_of(gitlab.world, "acme/app") == final

    def test_a_409_in_another_language(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        texts = {"Project already shared with this group": "Die Gruppe ist bereits eingeladen"}
        gitlab = start_gitlab(
            Company("18.5.0-ee", locale_texts=texts)
            .project("acme/app")
            .fault("change", "POST", SHARE, world=share_by_others("developer"))
        )
        assert share_all(gitlab).steps == {"acme/app": "updated"}

    def test_unshared_by_somebody_else_meanwhile(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(
            Company().project("acme/app", "guest").fault("change", "DELETE", UNSHARE, world=unshare_by_others())
        )
        run = share_all(gitlab, state="absent", return_unchanged=True)
        assert run.steps == {"acme/app": "unchanged"}
        assert not run.changed

    def test_unshared_by_somebody_else_before_a_change(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        company = Company().project("acme/app", "developer")
        gitlab = start_gitlab(company.fault("change", "DELETE", UNSHARE, world=unshare_by_others()))
        assert share_all(gitlab).steps == {"acme/app": "updated"}
        assert level_of(gitlab.world, "acme/app") == 10

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
        ("DELETE", "developer", "present", "updated"),
        ("POST", "developer", "present", "updated"),
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
    run = share_all(gitlab, retries=retries, state=state, fail_on_error=False)
    assert not run.failed
    entry = run.project("acme/app")
    if (retries and do != "html_200") or do in ("reset_after", "status_after", "cut_body", "wrong_json", "not_a_list"):
        assert entry["status"] == step
    link = gitlab.world.share_of("acme/app", GROUP)
    reported = entry["after"] and (entry["after"]["access_level"], entry["after"]["expires_at"])
    assert reported == (link and ({10: "guest", 30: "developer"}[link.access_level], link.expires_at))
    assert run.changed is any(write.effect for write in gitlab.writes)

    again = share_all(gitlab, state=state)
    assert not again.failed
    assert level_of(gitlab.world, "acme/app") == (None if state == "absent" else 10)


class TestStopping:
    def test_a_token_revoked_in_mid_run(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        revoked = {"tokens": [{"token": token_of("olivia"), "revoked": True}]}
        gitlab = start_gitlab(
            Company()
            .projects(*(f"acme/p{number}" for number in range(6)))
            .fault("change", "POST", "/projects/3/share", world=revoked)
        )
        run = share_all(gitlab, parallel_requests=1, fail_on_error=False)
        assert run.failed
        assert run.msg.startswith("The run was stopped: POST /api/v4/projects/3/share: 401 invalid_token: Token was re")
        assert "Run the task again for the projects that it did not reach." in run.msg
        assert run.counts == {"selected": 6, "shared": 2, "failed": 1, "not_attempted": 3}
        assert run.changed
        assert len(gitlab.writes) == 3

    @pytest.mark.parametrize("shared", [None, "developer"])
    def test_when_max_wait_is_spent(self, shared: str | None, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        headers = {"Retry-After": "60"}
        gitlab = start_gitlab(
            Company()
            .projects("acme/a", "acme/b", "acme/c", shared=shared)
            .fault("status", "DELETE" if shared else "POST", status=429, headers=headers, after=1, times=None)
        )
        started = time.monotonic()
        run = share_all(gitlab, parallel_requests=1, max_wait=30)
        assert time.monotonic() - started < 10
        assert run.msg.startswith("The run was stopped:")
        assert "would exceed max_wait (30)" in run.msg
        assert run.counts == {"selected": 3, "updated" if shared else "shared": 1, "not_attempted": 2}
        assert {level_of(gitlab.world, path) for path in ("acme/b", "acme/c")} == {30 if shared else None}

    def test_a_signal_lets_what_is_begun_finish(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(
            Company().projects("acme/a", "acme/b", "acme/c", shared="developer").fault("delay", "POST", seconds=0.5)
        )

        def end_after_the_first_removal() -> None:
            while not gitlab.writes:
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGTERM)

        killer = threading.Thread(target=end_after_the_first_removal)
        killer.start()
        run = share_all(gitlab, parallel_requests=1)
        killer.join()
        assert run.msg.startswith("The run was stopped: it was ended by SIGTERM.")
        assert run.steps == {"acme/a": "updated", "acme/b": "not_attempted", "acme/c": "not_attempted"}
        assert [level_of(gitlab.world, path) for path in ("acme/a", "acme/b", "acme/c")] == [10, 30, 30]


@pytest.mark.parametrize(
    ("maintenance", "message"),
    [
        (503, "503 GitLab is undergoing maintenance"),
        (403, "403 You cannot perform write operations on a read-only instance"),
    ],
)
@pytest.mark.parametrize(("shared", "state"), [(None, "present"), ("guest", "absent"), ("developer", "present")])
def test_maintenance_mode_refuses_writes_and_nothing_is_lost(
    maintenance: int,
    message: str,
    shared: str | None,
    state: str,
    start_gitlab: StartGitLab,
    share_all: RunModule,
) -> None:
    gitlab = start_gitlab(Company(maintenance=maintenance, maintenance_retry_after=0).project("acme/app", shared))
    before = level_of(gitlab.world, "acme/app")
    run = share_all(gitlab, retries=1, state=state)
    assert message in run.msg
    assert run.project("acme/app")["status"] == "failed"
    assert run.project("acme/app")["access_lost"] is False
    assert not any(write.effect for write in gitlab.writes)
    assert level_of(gitlab.world, "acme/app") == before


def test_maintenance_between_removal_and_new_share_is_an_access_lost(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(
        Company(maintenance_retry_after=0)
        .project("acme/app", "developer")
        .fault("change", "POST", world={"gitlab": {"maintenance": 503}})
    )
    run = share_all(gitlab, retries=1)
    assert run.project("acme/app")["access_lost"] is True
    gitlab.world.change({"gitlab": {"maintenance": False}})
    assert not share_all(gitlab).failed
    assert level_of(gitlab.world, "acme/app") == 10


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
