# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between the removal of a share and the making of the new one: whatever goes wrong, the former share comes back."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.already_shared import SENTENCES
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.invited_group import InvitedGroup
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.tasks import BEFORE, RAISED, carry_out, task_to_raise
from ansible_collections.groupshare.gitlab.tests.support.waiting import wait_for
from ansible_collections.groupshare.gitlab.tests.support.worlds import (
    SHARE,
    UNSHARE,
    Company,
    level_of,
    share_by_others,
    share_of,
    token_of,
    unshare_by_others,
)

ONE = "/projects/1/share"


def company() -> Company:
    return Company().project("acme/app", "reporter", "2099-01-31")


# What the new share is answered, and whether a repetition brings another answer.
ANSWERS: list[tuple[str, dict[str, Any]]] = [
    *(("status", {"status": status}) for status in (400, 403, 404, 405, 412, 422)),
    *(("status", {"status": status}) for status in (408, 500, 502, 503, 504, 520, 524)),
    *(("status", {"status": status, "html": True}) for status in (200, 302, 401, 403, 404, 520, 530)),
    ("status", {"status": 409, "json": {"message": "This group cannot be invited"}}),
    ("status", {"status": 401, "json": {"error": "invalid_token"}}),
    ("status", {"status": 403, "json": {"error": "insufficient_scope"}}),
    ("status", {"status": 400, "body": "not JSON at all"}),
    ("status", {"status": 201, "json": ["a list"]}),
    ("resource_lock", {}),
    ("reset_before", {}),
    ("html_200", {}),
    ("redirect", {"location": "https://login.example.com/"}),
]


@pytest.mark.parametrize("check_state", ["new share fails once", "new share fails", "both fail"])
@pytest.mark.parametrize(("do", "details"), ANSWERS, ids=str)
def test_the_share_is_there_again_or_access_lost_is_said_and_the_next_run_puts_it_back(
    do: str,
    details: dict[str, Any],
    check_state: str,
    records: Path,
    start_gitlab: StartGitLab,
    share_all: RunModule,
) -> None:
    retries = 1
    times = {"new share fails once": 1, "new share fails": 1 + retries, "both fail": None}[check_state]
    gitlab = start_gitlab(company().fault(do, "POST", ONE, after=1, times=times, **details))
    run = share_all(gitlab, retries=retries, fail_on_error=False, **RAISED)
    entry = run.project("acme/app")
    link = share_of(gitlab.world)
    if link is None:
        assert run.failed
        assert entry["access_lost"] is True
        assert "The group has lost its access to acme/app (reporter, expires 2099-01-31)" in run.msg
        assert len(list(records.iterdir())) == 1
        gitlab.faults.clear()
        again = share_all(gitlab, **RAISED)
        assert again["recovered"] == [{"path": "acme/app", **BEFORE}]
        assert again.steps == {"acme/app": "updated"}
    else:
        assert link == ((30, "2099-01-31") if entry["status"] == "updated" else (20, "2099-01-31"))
        assert entry.get("access_lost", False) is False
        assert entry["after"] == {"access_level": {20: "reporter", 30: "developer"}[link[0]], "expires_at": link[1]}
    assert run.changed
    assert list(records.iterdir()) == []


@pytest.mark.parametrize(("do", "details"), ANSWERS, ids=str)
def test_a_removal_without_an_answer_loses_nothing(
    do: str, details: dict[str, Any], records: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company().fault(do, "DELETE", UNSHARE, times=None, **details))
    run = share_all(gitlab, retries=1, fail_on_error=False, **RAISED)
    assert share_of(gitlab.world) == (20, "2099-01-31")
    assert run.steps == {"acme/app": "failed"}
    assert run.project("acme/app")["after"] == BEFORE
    assert run.project("acme/app")["access_lost"] is False
    assert not run.changed
    assert not any(entry.effect for entry in gitlab.writes)
    assert list(records.iterdir()) == []


@pytest.mark.parametrize("retries", [0, 1])
@pytest.mark.parametrize("do", ["reset_after", "status_after", "cut_body", "wrong_json", "not_a_list"])
@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_what_was_done_although_the_answer_is_lost_is_done(
    method: str, do: str, retries: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    after = 1 if method == "POST" else 0
    gitlab = start_gitlab(company().fault(do, method, ".*share.*", after=after, status=524))
    run = share_all(gitlab, retries=retries, **RAISED)
    assert not run.failed
    assert run.steps == {"acme/app": "updated"}
    assert share_of(gitlab.world) == (30, "2099-01-31")


@pytest.mark.parametrize("fail_on_error", [True, False])
def test_access_that_is_lost_fails_the_task_whatever_it_says(
    fail_on_error: bool, records: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company().fault("status", "POST", ONE, after=1, times=2, status=400))
    run = share_all(gitlab, fail_on_error=fail_on_error, diff=True, **RAISED)
    assert run.failed
    assert run.msg.startswith(
        "The group has lost its access to acme/app (reporter, expires 2099-01-31): neither the new share nor the "
        "former one could be made. Fix the cause and run the task again: it then puts the former share back."
    )
    assert run.project("acme/app")["after"] is None
    assert run["diff"]["before"] == "acme/app: reporter, expires 2099-01-31\n"
    assert run["diff"]["after"] == ""
    (record,) = records.iterdir()
    assert token_of("olivia") not in record.read_text()
    assert record.stat().st_mode & 0o777 == 0o600


class TestExceptions:
    """Whatever is raised, also what nobody has thought of."""

    @pytest.mark.parametrize("error", [RuntimeError, MemoryError, RecursionError, KeyboardInterrupt, SystemExit])
    @pytest.mark.parametrize("method", ["unshare", "share"])
    def test_the_share_is_made_again(
        self,
        method: str,
        error: type[BaseException],
        tmp_path: Path,
        start_gitlab: StartGitLab,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Raised after GitLab has done its work for the removal, and in place of the second request for a share."""
        gitlab = start_gitlab(company())
        real_share, real_unshare = InvitedGroup.share, InvitedGroup.unshare
        calls: list[int] = []

        def share(self: InvitedGroup, project_id: int, share: Share) -> None:
            calls.append(project_id)
            if method == "share" and len(calls) == 2:
                raise error("out of the blue")
            real_share(self, project_id, share)

        def unshare(self: InvitedGroup, project_id: int) -> None:
            real_unshare(self, project_id)
            if method == "unshare":
                raise error("out of the blue")

        monkeypatch.setattr(InvitedGroup, "share", share)
        monkeypatch.setattr(InvitedGroup, "unshare", unshare)
        with pytest.raises(error):
            carry_out(task_to_raise(gitlab, tmp_path / "records", retries=1))
        assert share_of(gitlab.world) == (20, "2099-01-31")
        assert list((tmp_path / "records").iterdir()) == []

    def test_if_that_fails_too_the_record_stays_open(
        self, tmp_path: Path, start_gitlab: StartGitLab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gitlab = start_gitlab(company())
        real = InvitedGroup.share
        calls: list[int] = []

        def share(self: InvitedGroup, project_id: int, share: Share) -> None:
            calls.append(project_id)
            if len(calls) > 1:
                raise RuntimeError("out of the blue")
            real(self, project_id, share)

        with monkeypatch.context() as patch:
            patch.setattr(InvitedGroup, "share", share)
            with pytest.raises(RuntimeError):
                carry_out(task_to_raise(gitlab, tmp_path, retries=1))
        assert share_of(gitlab.world) is None
        assert len(list(tmp_path.iterdir())) == 1
        report = carry_out(task_to_raise(gitlab, tmp_path, retries=1))
        assert report.result["recovered"] == [{"path": "acme/app", **BEFORE}]
        assert share_of(gitlab.world) == (30, "2099-01-31")
        assert list(tmp_path.iterdir()) == []

    def test_other_projects_get_what_was_begun(
        self, tmp_path: Path, start_gitlab: StartGitLab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gitlab = start_gitlab(Company().projects(*(f"acme/p{n}" for n in range(9)), shared="reporter"))
        real = InvitedGroup.unshare

        def unshare(self: InvitedGroup, project_id: int) -> None:
            real(self, project_id)
            if project_id == 4:
                raise RuntimeError("out of the blue")

        monkeypatch.setattr(InvitedGroup, "unshare", unshare)
        with pytest.raises(RuntimeError):
            carry_out(task_to_raise(gitlab, tmp_path, retries=1))
        assert all(level_of(gitlab.world, f"acme/p{n}") in (20, 30) for n in range(9))
        assert level_of(gitlab.world, "acme/p3") == 20
        assert list(tmp_path.iterdir()) == []


class TestWaiting:
    """Members are without access meanwhile, so that max_wait and signals do not count there."""

    @pytest.mark.parametrize("method", ["DELETE", "POST"])
    def test_a_limit_is_waited_for(self, method: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        limit = {"status": 429, "headers": {"Retry-After": "1"}}
        after = 1 if method == "POST" else 0
        gitlab = start_gitlab(company().fault("status", method, ".*share.*", after=after, **limit))
        assert share_all(gitlab, max_wait=0, **RAISED).steps == {"acme/app": "updated"}

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
    @pytest.mark.parametrize("failing", [0, 1])
    def test_a_signal_lets_the_replacement_finish(
        self, failing: int, number: signal.Signals, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(
            Company()
            .projects("acme/a", "acme/b", "acme/c", shared="reporter")
            .fault("delay", "POST", ONE, after=1, seconds=0.4)
            .fault("status", "POST", ONE, after=1, times=failing, status=502)
        )

        def end_after_the_removal() -> None:
            if wait_for(lambda: any(entry.method == "DELETE" for entry in gitlab.writes)):
                os.kill(os.getpid(), number)

        killer = threading.Thread(target=end_after_the_removal, daemon=True)
        killer.start()
        run = share_all(gitlab, parallel_requests=1, **RAISED)
        killer.join(30)
        assert run.msg.startswith(f"The run was stopped: it received {number.name}.")
        assert run.steps == {
            "acme/a": "updated",
            "acme/b": "not_attempted signal",
            "acme/c": "not_attempted signal",
        }
        assert [level_of(gitlab.world, path) for path in ("acme/a", "acme/b", "acme/c")] == [30, 20, 20]

    def test_a_stop_by_another_worker_lets_the_replacement_finish(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        refused = {"status": 401, "json": {"error": "invalid_token"}}
        gitlab = start_gitlab(
            Company()
            .projects("acme/a", "acme/b", shared="reporter")
            .fault("delay", "POST", ONE, after=1, seconds=0.5)
            .fault("delay", "POST", "/projects/2/share", seconds=0.2)
            .fault("status", "POST", "/projects/2/share", **refused)
        )
        run = share_all(gitlab, parallel_requests=2, **RAISED)
        assert run.steps == {"acme/a": "updated", "acme/b": "failed"}

    @pytest.mark.parametrize("location", ["https://login.example.com/", "http://[bad"])
    def test_a_redirect_is_tried_again(self, location: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        """As a load balancer gives that takes GitLab for down."""
        gitlab = start_gitlab(company().fault("redirect", "POST", ONE, after=1, times=2, location=location))
        assert share_all(gitlab, **RAISED).steps == {"acme/app": "updated"}

    def test_a_limit_that_is_nearly_reached_is_waited_for_before_the_removal(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Not between removal and new share."""
        nearly = {"RateLimit-Remaining": "3", "RateLimit-Reset": str(int(time.time()) + 2)}
        answer = {"status": 409, "json": {"message": SENTENCES[0]}, "headers": nearly}
        gitlab = start_gitlab(company().fault("status", "POST", ONE, **answer))
        run = share_all(gitlab, **RAISED)
        assert run.steps == {"acme/app": "updated"}
        trial, removal, share = gitlab.writes
        assert removal.started - trial.finished > share.started - removal.finished
        assert run["requests"]["waited_seconds"] > 0


class TestMaintenance:
    @pytest.mark.parametrize(
        ("maintenance", "message"),
        [
            (503, "GitLab is undergoing maintenance"),
            (403, "403 You cannot perform write operations on a read-only instance"),
        ],
    )
    @pytest.mark.parametrize("retries", [0, 1])
    @pytest.mark.parametrize(("shared", "state"), [(None, "present"), ("guest", "absent"), ("guest", "present")])
    def test_it_refuses_writes_and_nothing_is_lost(
        self,
        maintenance: int,
        message: str,
        shared: str | None,
        state: str,
        retries: int,
        start_gitlab: StartGitLab,
        share_all: RunModule,
    ) -> None:
        gitlab = start_gitlab(Company(maintenance=maintenance).project("acme/app", shared))
        before = level_of(gitlab.world, "acme/app")
        run = share_all(gitlab, retries=retries, max_wait=0, state=state, access_level="developer")
        assert run.failed
        assert message in run.msg
        assert not any(write.effect for write in gitlab.writes)
        assert not run.changed
        assert level_of(gitlab.world, "acme/app") == before

    def test_between_removal_and_new_share_it_is_an_access_lost_until_it_is_over(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        world = Company().project("acme/app", "reporter")
        gitlab = start_gitlab(world.fault("change", "POST", after=1, world={"gitlab": {"maintenance": 403}}))
        run = share_all(gitlab, retries=1, **RAISED)
        assert run.project("acme/app")["access_lost"] is True
        again = share_all(gitlab, retries=1, **RAISED)
        assert again.failed
        assert again.steps == {"acme/app": "failed"}
        assert again["recovered"] == []
        gitlab.world.change({"gitlab": {"maintenance": False}})
        last = share_all(gitlab, **RAISED)
        assert [entry["path"] for entry in last["recovered"]] == ["acme/app"]
        assert level_of(gitlab.world, "acme/app") == 30


class TestOthersWriteToo:
    def test_a_share_that_somebody_else_has_just_removed_is_made(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company().fault("change", "DELETE", UNSHARE, world=unshare_by_others()))
        assert share_all(gitlab, **RAISED).steps == {"acme/app": "updated"}
        assert share_of(gitlab.world) == (30, "2099-01-31")

    @pytest.mark.parametrize("level", ["developer", "maintainer"])
    def test_a_share_that_somebody_else_makes_in_between_stays(
        self, level: str, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company())
        gitlab.faults.add(Fault("change", "POST", ONE, after=1, world=share_by_others(level)))
        run = share_all(gitlab, fail_on_error=False, **RAISED)
        entry = run.project("acme/app")
        assert share_of(gitlab.world) == ({"developer": 30, "maintainer": 40}[level], None)
        assert entry["after"] == {"access_level": level, "expires_at": None}
        assert entry.get("access_lost", False) is False
        assert list(records.iterdir()) == []

    def test_a_project_that_is_deleted_before_the_removal_has_nothing_to_lose(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gone = {"projects": [{"path": "acme/app", "delete": True}]}
        gitlab = start_gitlab(company().fault("change", "DELETE", UNSHARE, world=gone))
        run = share_all(gitlab, fail_on_error=False, **RAISED)
        assert run.steps == {"acme/app": "failed"}
        assert run.project("acme/app")["access_lost"] is False
        assert "404 Project Not Found" in run.project("acme/app")["error"]["message"]
        assert list(records.iterdir()) == []


class TestNotEvenRead:
    """The answer is lost, and then the project cannot be read."""

    def company(self, shared: str | None) -> Company:
        return Company().project("acme/app", shared).fault("status", "GET", "/projects/1", status=500, times=None)

    def test_a_new_share(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company(None).fault("reset_after", "POST", SHARE))
        run = share_all(gitlab, retries=0)
        assert run.steps == {"acme/app": "failed"}
        # Rather one change too many than a handler that does not run.
        assert run.changed
        assert level_of(gitlab.world, "acme/app") == 10

    def test_a_removal_is_followed_by_a_new_share(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company("reporter").fault("reset_after", "DELETE", UNSHARE))
        run = share_all(gitlab, retries=0, **RAISED)
        assert run.steps == {"acme/app": "updated"}
        assert level_of(gitlab.world, "acme/app") == 30

    def test_and_if_no_share_can_be_made_access_counts_as_lost(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        world = self.company("reporter").fault("reset_after", "DELETE", UNSHARE)
        gitlab = start_gitlab(world.fault("status", "POST", SHARE, status=500, after=1, times=None))
        run = share_all(gitlab, retries=0, **RAISED)
        assert run.project("acme/app")["access_lost"] is True
        assert level_of(gitlab.world, "acme/app") is None
        assert len(list(records.iterdir())) == 1
