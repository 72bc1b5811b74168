# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What killed runs leave behind: the next run makes the shares again that are missing, with level and end."""

from __future__ import annotations

import datetime
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply import recovery
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.recovery import RecoveryRecord, abandoned_records
from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import RunRefused
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.invited_group import InvitedGroup
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Project, Share
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.killed import run_until_killed
from ansible_collections.groupshare.gitlab.tests.support.parts import project
from ansible_collections.groupshare.gitlab.tests.support.tasks import BEFORE, RAISED, carry_out, task_to_raise
from ansible_collections.groupshare.gitlab.tests.support.waiting import wait_for
from ansible_collections.groupshare.gitlab.tests.support.worlds import (
    GROUP_ID,
    SHARE,
    Company,
    level_of,
    share_by_others,
    share_of,
    token_of,
    unshare_by_others,
)

END = datetime.date(2099, 1, 31)
WAS = Share(20, END)


def leave_record(gitlab: Simulator, records: Path, shares: dict[int, Share], group_id: int = GROUP_ID) -> Path:
    """What a run leaves that was killed after it had removed some shares, by project id."""
    known = set(records.iterdir()) if records.exists() else set()
    with RecoveryRecord(str(records), gitlab.url, group_id) as record:
        for number, share in shares.items():
            path = gitlab.world.projects[number].full_path if number in gitlab.world.projects else "acme/gone"
            record.begin(project(path, id=number), share)
    (made,) = set(records.iterdir()) - known
    return made


class TestKilled:
    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_at_any_write_of_a_replacement(
        self, number: int, when: str, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """The writes are the trial, the removal and the new share."""
        gitlab = start_gitlab(Company().project("acme/app", "reporter", "2099-01-31"))
        assert run_until_killed(task_to_raise(gitlab, records), number, when)
        is_lost = (number, when) in ((1, "after"), (2, "before"))
        assert (share_of(gitlab.world) is None) is is_lost
        left = list(records.iterdir()) if records.exists() else []
        # Before the removal there is nothing to recover.
        assert len(left) == ((number, when) not in ((0, "before"), (0, "after")))
        assert all(token_of("olivia") not in record.read_text() for record in left)

        run = share_all(gitlab, list_projects="all", **RAISED)
        assert not run.failed
        assert run["recovered"] == ([{"path": "acme/app", **BEFORE}] if is_lost else [])
        assert share_of(gitlab.world) == (30, "2099-01-31")
        assert list(records.glob("*")) == []
        assert not share_all(gitlab, **RAISED).changed

    @pytest.mark.parametrize("number", [0, 3, 8])
    def test_while_several_replacements_are_under_way(
        self, number: int, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        paths = [f"acme/p{n}" for n in range(9)]
        gitlab = start_gitlab(Company().projects(*paths, shared="reporter", until="2099-01-31"))
        assert run_until_killed(task_to_raise(gitlab, records), number, "after", method="DELETE")
        # Requests that were on their way have arrived.
        assert wait_for(lambda: gitlab.open_connections == 0)
        lost = {path for path in paths if share_of(gitlab.world, path) is None}
        assert lost
        run = share_all(gitlab, **RAISED)
        assert not run.failed
        assert {entry["path"] for entry in run["recovered"]} == lost
        assert {share_of(gitlab.world, path) for path in paths} == {(30, "2099-01-31")}
        assert list(records.iterdir()) == []

    def test_one_run_after_the_other(self, records: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        """The second one is killed while it puts back, the third one after it has done so."""
        paths = [f"acme/p{n}" for n in range(6)]
        gitlab = start_gitlab(Company().projects(*paths, shared="reporter", until="2099-01-31"))
        params = task_to_raise(gitlab, records, parallel_requests=2)
        assert run_until_killed(params, 1, "after", method="DELETE")
        assert run_until_killed(params, 0, "before")
        assert run_until_killed(params, 1, "after", method="DELETE")
        assert len(list(records.iterdir())) >= 1
        assert not share_all(gitlab, **RAISED).failed
        assert {share_of(gitlab.world, path) for path in paths} == {(30, "2099-01-31")}
        assert list(records.iterdir()) == []

    @pytest.mark.parametrize("number", [0, 1])
    def test_a_run_that_makes_or_removes_shares_needs_no_record(
        self, number: int, records: Path, start_gitlab: StartGitLab
    ) -> None:
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b", "acme/c"))
        # One request at a time: the second run then finds as many shares to remove as it needs.
        assert run_until_killed(task_to_raise(gitlab, records, parallel_requests=1), number, "after")
        assert run_until_killed(task_to_raise(gitlab, records, parallel_requests=1, state="absent"), number, "after")
        assert not records.exists()


class TestPutBack:
    def test_level_and_end_and_the_run_says_so(
        self, records: Path, tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app").project("acme/other", "developer"))
        leave_record(gitlab, records, {1: WAS})
        journal = tmp_path / "journal"
        run = share_all(gitlab, access_level="guest", journal_path=str(journal))
        assert not run.failed
        assert run.changed
        assert run["recovered"] == [{"path": "acme/app", **BEFORE}]
        assert run.steps == {"acme/app": "kept would_lower", "acme/other": "kept would_lower"}
        assert "1 share that a killed run had removed was put back: acme/app." in run.warnings
        assert share_of(gitlab.world) == (20, "2099-01-31")
        assert list(records.iterdir()) == []
        lines = [line for line in map(json.loads, journal.open()) if line["event"] == "recover"]
        assert [line["outcome"] for line in lines] == ["begun", "done"]
        assert {line["project"] for line in lines} == {"acme/app"}
        assert {name: lines[-1][name] for name in BEFORE} == BEFORE

    @pytest.mark.parametrize("options", [{"exclude": ["acme/*"]}, {"projects": ["acme/other"]}], ids=str)
    def test_whatever_is_selected(
        self, options: dict[str, Any], records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app").project("acme/other", "developer"))
        leave_record(gitlab, records, {1: WAS})
        run = share_all(gitlab, **RAISED, **options)
        assert [entry["path"] for entry in run["recovered"]] == ["acme/app"]
        assert share_of(gitlab.world) == (20, "2099-01-31")

    def test_outside_of_max_changes(self, records: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app").project("acme/new"))
        leave_record(gitlab, records, {1: WAS})
        run = share_all(gitlab, max_changes=0, **RAISED)
        assert run.failed
        assert run.msg == (
            "The plan has 2 changes, more than max_changes=0. None of them has been made. "
            "If they are right, raise max_changes."
        )
        assert run.changed
        assert share_of(gitlab.world) == (20, "2099-01-31")

    @pytest.mark.parametrize("wrong", [{"include": ["~("]}, {"group": "nobody"}, {"projects": ["acme/none"]}], ids=str)
    def test_not_before_the_options_are_valid(
        self, wrong: dict[str, Any], records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        leave_record(gitlab, records, {1: WAS})
        assert share_all(gitlab, **wrong).failed
        assert gitlab.writes == []
        assert len(list(records.iterdir())) == 1

    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    def test_before_a_run_that_then_fails(
        self, check: bool, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b").fault("status", path="/groups/11/members/.*"))
        leave_record(gitlab, records, {1: WAS})
        run = share_all(gitlab, check=check, retries=0, **RAISED)
        assert run.failed
        assert share_of(gitlab.world, "acme/a") == (None if check else (20, "2099-01-31"))
        assert run.changed

    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    def test_before_a_run_that_removes_shares_and_then_removed_like_the_others(
        self, check: bool, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app").project("acme/other", "guest"))
        leave_record(gitlab, records, {1: WAS})
        run = share_all(gitlab, state="absent", check=check)
        assert run.steps == {"acme/app": "unshared", "acme/other": "unshared"}
        assert run["recovered"] == [{"path": "acme/app", **BEFORE}]
        if not check:
            assert share_of(gitlab.world) is None
            assert list(records.iterdir()) == []

    def test_of_several_killed_runs(self, records: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b", "acme/c"))
        leave_record(gitlab, records, {1: WAS, 2: Share(10)})
        leave_record(gitlab, records, {2: Share(40), 3: Share(30, END)})
        run = share_all(gitlab, access_level="guest")
        # Of two records of one project, the older one knows what there was before both.
        assert [(entry["path"], entry["access_level"]) for entry in run["recovered"]] == [
            ("acme/a", "reporter"),
            ("acme/b", "guest"),
            ("acme/c", "developer"),
        ]
        assert list(records.iterdir()) == []

    def test_check_mode_tells_what_it_would_put_back_and_what_follows(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app").project("acme/other", "developer"))
        record = leave_record(gitlab, records, {1: WAS})
        text = record.read_text()
        check = share_all(gitlab, check=True, diff=True, **RAISED)
        assert gitlab.writes == []
        assert record.read_text() == text
        assert "1 share that a killed run had removed would be put back: acme/app." in check.warnings
        run = share_all(gitlab, diff=True, **RAISED)
        for key in ("changed", "recovered", "summary", "projects", "diff"):
            assert run[key] == check[key]


class TestNotPutBack:
    @pytest.mark.parametrize("days", [0, -1])
    def test_what_has_ended(self, days: int, records: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        end = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=days)
        gitlab = start_gitlab(Company().project("acme/app").project("acme/other", "developer"))
        leave_record(gitlab, records, {1: Share(20, end)})
        run = share_all(gitlab, exclude=["acme/app"], **RAISED)
        assert run["recovered"] == []
        assert share_of(gitlab.world) is None
        assert list(records.iterdir()) == []

    def test_where_there_is_a_share_by_now(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "guest"))
        leave_record(gitlab, records, {1: WAS})
        run = share_all(gitlab, access_level="guest")
        assert run["recovered"] == []
        assert not run.changed
        assert share_of(gitlab.world) == (10, None)
        assert list(records.iterdir()) == []

    def test_where_somebody_else_makes_one_at_this_moment(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        leave_record(gitlab, records, {1: WAS})
        gitlab.faults.add(Fault("change", "POST", SHARE, world=share_by_others("maintainer")))
        run = share_all(gitlab, exclude=["acme/app"])
        assert run["recovered"] == []
        assert share_of(gitlab.world) == (40, None)
        assert list(records.iterdir()) == []

    def test_a_project_that_is_gone(self, records: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/other", "developer"))
        leave_record(gitlab, records, {99: WAS})
        # Nobody but an administrator can tell whether it is gone or hidden.
        run = share_all(gitlab, **RAISED)
        assert not run.failed
        assert any("the share of acme/gone" in warning for warning in run.warnings)
        assert len(list(records.iterdir())) == 1
        run = share_all(gitlab, user="root", **RAISED)
        assert not run.failed
        assert run.warnings == []
        assert list(records.iterdir()) == []

    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    def test_with_a_token_that_only_reads(
        self, check: bool, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = Company().token("olivia", scopes=["read_api"]).project("acme/app").project("acme/other", "developer")
        gitlab = start_gitlab(company)
        record = leave_record(gitlab, records, {1: WAS})
        text = record.read_text()
        run = share_all(gitlab, check=check, exclude=["acme/app"], **RAISED)
        assert not run.failed
        assert any("killed run" in warning for warning in run.warnings)
        assert gitlab.writes == []
        assert record.read_text() == text
        assert run["recovered"] == ([{"path": "acme/app", **BEFORE}] if check else [])

    def test_of_another_group_or_instance(self, records: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab, other = start_gitlab(Company().project("acme/app")), start_gitlab(Company().project("acme/app"))
        leave_record(gitlab, records, {1: WAS}, group_id=1)
        leave_record(gitlab, records, {1: WAS}, group_id=111)
        leave_record(other, records, {1: WAS})
        assert share_all(gitlab, **RAISED)["recovered"] == []
        assert len(list(records.iterdir())) == 3
        assert [entry["path"] for entry in share_all(other, **RAISED)["recovered"]] == ["acme/app"]

    def test_of_an_instance_whose_name_ends_like_the_id_of_the_group(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        with RecoveryRecord(str(records), f"{gitlab.url}-{GROUP_ID}", 5) as record:
            record.begin(project("acme/app", id=1), WAS)
        assert share_all(gitlab, **RAISED)["recovered"] == []
        assert len(list(records.iterdir())) == 1


class TestNotYet:
    """GitLab refuses the former share for now."""

    def company(self) -> Company:
        company = Company().projects("acme/a", "acme/b").project("acme/c", "reporter")
        return company.fault("status", "POST", "/projects/2/share", times=None, status=400)

    def test_the_project_gets_no_other_share_meanwhile(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(self.company())
        leave_record(gitlab, records, {1: WAS, 2: WAS})
        run = share_all(gitlab, **RAISED)
        assert run.failed
        assert run.steps == {"acme/a": "updated", "acme/b": "failed", "acme/c": "updated"}
        assert "A killed run had removed the share of acme/b, which cannot be put back yet" in run.msg
        assert [entry["path"] for entry in run["recovered"]] == ["acme/a"]
        assert share_of(gitlab.world, "acme/b") is None
        assert len(list(records.iterdir())) == 1

        gitlab.faults.clear()
        run = share_all(gitlab, **RAISED)
        assert [entry["path"] for entry in run["recovered"]] == ["acme/b"]
        assert share_of(gitlab.world, "acme/b") == (30, "2099-01-31")
        assert list(records.iterdir()) == []

    def test_the_run_says_that_access_is_still_lost_and_fails_whatever_the_task_says(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(self.company())
        leave_record(gitlab, records, {1: WAS, 2: WAS})
        run = share_all(gitlab, fail_on_error=False, **RAISED)
        assert run.failed
        assert "The group is still without its access to acme/b" in run.msg
        lost = {entry["path"]: entry.get("access_lost", False) for entry in run["projects"]}
        assert lost == {"acme/a": False, "acme/b": True, "acme/c": False}

    def test_what_was_put_back_is_not_put_back_again(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Even where somebody removes it on purpose while the rest of the record is open."""
        gitlab = start_gitlab(self.company())
        record = leave_record(gitlab, records, {1: WAS, 2: WAS})
        record.write_text(record.read_text() + '{"intent": 3, "pa')
        share_all(gitlab, exclude=["acme/*"])
        assert share_of(gitlab.world, "acme/a") == (20, "2099-01-31")
        gitlab.world.change(unshare_by_others("acme/a"))
        run = share_all(gitlab, exclude=["acme/*"])
        assert run["recovered"] == []
        assert share_of(gitlab.world, "acme/a") is None
        assert record.exists()


class TestRecord:
    def test_it_is_there_only_while_shares_are_replaced(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/new").project("acme/old", "guest"))
        share_all(gitlab, check=True, **RAISED)
        share_all(gitlab, projects=["acme/new"], **RAISED)
        assert not records.exists()
        share_all(gitlab, **RAISED)
        assert list(records.iterdir()) == []
        assert records.stat().st_mode & 0o777 == 0o700

    def test_its_name_tells_host_and_group_and_it_holds_no_token(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "reporter"))
        gitlab.faults.add(Fault("status", "POST", SHARE, status=400, after=1, times=None))
        assert share_all(gitlab, **RAISED).failed
        (record,) = records.iterdir()
        assert record.name.startswith(f"127.0.0.1_{gitlab.port}-{GROUP_ID}-")
        assert record.stat().st_mode & 0o777 == 0o600
        assert token_of("olivia") not in record.read_text()

    @pytest.mark.parametrize(
        "damage", ["", "\x00\x00", "5\n", '{"intent": 1}\n', '{"intent": "x", "before": 1', "[]\n"]
    )
    def test_one_that_is_damaged_ends_no_run(
        self, damage: str, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "reporter"))
        leave_record(gitlab, records, {1: WAS}).write_text(damage)
        run = share_all(gitlab, **RAISED)
        assert not run.failed
        assert run.steps == {"acme/app": "updated"}

    @pytest.mark.parametrize(
        "damage", [b"5\n", b"\xff\n", b'{"intent": 2}\n', b'{"intent": 2, "path": "acme/b", "before": 0}\n']
    )
    def test_a_line_that_is_damaged_spoils_no_other(
        self, damage: bytes, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b"))
        record = leave_record(gitlab, records, {1: WAS})
        record.write_bytes(damage + record.read_bytes())
        assert [entry["path"] for entry in share_all(gitlab, **RAISED)["recovered"]] == ["acme/a"]

    def test_a_line_that_was_cut_off_does_not_count(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """It was never acted on: shares are removed after their line is on disk."""
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b"))
        record = leave_record(gitlab, records, {1: WAS, 2: WAS})
        lines = record.read_text().splitlines(keepends=True)
        record.write_text(lines[0] + lines[1][:-20])
        assert [entry["path"] for entry in share_all(gitlab, **RAISED)["recovered"]] == ["acme/a"]

    def test_where_none_can_be_written_the_run_warns_and_goes_on(
        self, tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b", shared="reporter"))
        (tmp_path / "file").touch()
        directory = tmp_path / "file" / "records"
        run = share_all(gitlab, recovery_dir=str(directory), **RAISED)
        assert not run.failed
        assert run.counts == {"selected": 2, "updated": 2}
        (warning,) = run.warnings
        assert warning.startswith(f"No recovery record can be written to {directory} (Not a directory):")


class TestTwoAtOnce:
    def test_the_record_of_a_live_run_is_left_alone(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        with RecoveryRecord(str(records), gitlab.url, GROUP_ID) as live:
            live.begin(project("acme/app", id=1), WAS)
            run = share_all(gitlab, exclude=["acme/app"])
            assert run["recovered"] == []
            assert share_of(gitlab.world) is None
            assert len(list(records.iterdir())) == 1
        # Now it looks like a dead run's.
        assert share_all(gitlab, exclude=["acme/app"])["recovered"] == [{"path": "acme/app", **BEFORE}]

    def test_a_second_run_while_the_first_replaces(self, tmp_path: Path, start_gitlab: StartGitLab) -> None:
        gitlab = start_gitlab(
            Company()
            .project("acme/app", "reporter", "2099-01-31")
            .fault("delay", "POST", "/projects/1/share", after=1, seconds=1)
        )
        reports: list[Any] = []
        first = threading.Thread(target=lambda: reports.append(carry_out(task_to_raise(gitlab, tmp_path))), daemon=True)
        first.start()
        assert wait_for(lambda: share_of(gitlab.world) is None)
        second = carry_out(task_to_raise(gitlab, tmp_path, exclude=["acme/app"]))
        first.join(30)
        assert second.result["recovered"] == []
        assert reports[0].failure is None
        assert share_of(gitlab.world) == (30, "2099-01-31")
        assert list(tmp_path.iterdir()) == []
        assert level_of(gitlab.world, "acme/app") == 30

    def test_a_second_run_while_the_first_puts_back(self, tmp_path: Path, start_gitlab: StartGitLab) -> None:
        """It waits for that, rather than to make the share at its own level."""
        gitlab = start_gitlab(Company().project("acme/app"))
        leave_record(gitlab, tmp_path, {1: Share(40)})
        gitlab.faults.add(Fault("delay", "GET", "/projects/1", seconds=0.5))
        first = threading.Thread(target=carry_out, args=[task_to_raise(gitlab, tmp_path)], daemon=True)
        first.start()
        assert wait_for(lambda: any('"claimed"' in record.read_text() for record in tmp_path.iterdir()))
        second = carry_out(task_to_raise(gitlab, tmp_path))
        first.join(30)
        assert second.failure is None
        assert level_of(gitlab.world, "acme/app") == 40
        assert list(tmp_path.iterdir()) == []

    def test_a_second_run_does_not_wait_for_ever(
        self, tmp_path: Path, start_gitlab: StartGitLab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recovery, "CLAIM_SECONDS", 0.1)
        gitlab = start_gitlab(Company().project("acme/app"))
        leave_record(gitlab, tmp_path, {1: WAS})
        (claimed,) = abandoned_records(str(tmp_path), gitlab.url, GROUP_ID)
        with pytest.raises(RunRefused, match="Another run is still putting back shares"):
            carry_out(task_to_raise(gitlab, tmp_path))
        assert gitlab.writes == []
        claimed.close([])
        assert carry_out(task_to_raise(gitlab, tmp_path)).result["recovered"] == [{"path": "acme/app", **BEFORE}]

    def test_a_check_keeps_no_run_from_it(
        self, records: Path, start_gitlab: StartGitLab, share_all: RunModule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        leave_record(gitlab, records, {1: WAS})
        look, free = InvitedGroup.project, []

        def look_while_a_run_begins(group: InvitedGroup, reference: str | int) -> Project:
            for record in abandoned_records(str(records), gitlab.url, GROUP_ID):
                free.append(reference)
                record.release()
            return look(group, reference)

        monkeypatch.setattr(InvitedGroup, "project", look_while_a_run_begins)
        assert share_all(gitlab, check=True)["recovered"] == [{"path": "acme/app", **BEFORE}]
        assert free == [1]


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_of_two_records_of_a_project_the_older_one_counts(
    check: bool, records: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    for level in (10, 40):
        leave_record(gitlab, records, {1: Share(level)})
    run = share_all(gitlab, check=check, access_level="reporter")
    assert run["recovered"] == [{"path": "acme/app", "access_level": "guest", "expires_at": None}]
    assert run.steps == {"acme/app": "updated"}
