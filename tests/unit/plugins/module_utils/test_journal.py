# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: lines as things happen, in a file that nobody else reads."""

from __future__ import annotations

import io
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply import journal as journal_module
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.journal import Journal
from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import InvalidOption
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import Refused
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import Step
from ansible_collections.groupshare.gitlab.tests.support.parts import project

STEP = Step(project("acme/app", id=4), "updated", Share(30, date(2099, 1, 31)), Share(10))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_there_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path)) as journal:
        journal.write("start", group="security/auditors")
        (line,) = lines(path)
    assert (line["event"], line["group"]) == ("start", "security/auditors")
    time = datetime.fromisoformat(line["time"])
    assert abs((datetime.now(timezone.utc) - time).total_seconds()) < 60


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    before = os.umask(0)
    try:
        with Journal(str(path)):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    for event in ("first", "second"):
        with Journal(str(path)) as journal:
            journal.write(event)
    assert [line["event"] for line in lines(path)] == ["first", "second"]


def test_around_what_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path)) as journal, journal.around("share", STEP, access_level="guest"):
        assert [line["outcome"] for line in lines(path)] == ["begun"]
    begun, done = lines(path)
    assert (begun["id"], begun["project"], begun["outcome"]) == (4, "acme/app", "begun")
    assert (done["id"], done["access_level"], done["outcome"]) == (4, "guest", "done")
    # What a killed run has removed can be read here.
    assert begun["before"] == {"access_level": "developer", "expires_at": "2099-01-31"}


def test_around_what_fails(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with pytest.raises(Refused), Journal(str(path)) as journal, journal.around("share", STEP):
        raise Refused("POST", "/api/v4/projects/4/share", 403, "Forbidden")
    failed, end = lines(path)[-2:]
    assert failed["outcome"] == "failed"
    assert end["event"] == "end"
    assert lines(path)[-1]["error"] == "POST /api/v4/projects/4/share: 403 Forbidden"


def test_lines_of_several_threads_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path)) as journal, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: journal.write("step", number=number, text="x" * 5000), range(200)))
    assert sorted(line["number"] for line in lines(path)) == list(range(200))


def test_a_name_of_two_lines_stays_on_one(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path)) as journal:
        journal.write("step", project="acme/\u00fc\nber")
    assert [line["project"] for line in lines(path)] == ["acme/\u00fc\nber"]


def test_without_a_path_nothing_is_written() -> None:
    with Journal(None) as journal, journal.around("share", STEP):
        journal.write("start")


def test_in_check_mode_no_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path), check_mode=True) as journal:
        journal.write("start")
    assert list(tmp_path.iterdir()) == []


def test_in_check_mode_no_line_is_added(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_text("{}\n")
    with Journal(str(path), check_mode=True) as journal:
        journal.write("start")
    assert path.read_text() == "{}\n"


@pytest.mark.parametrize("check_mode", [True, False])
class TestRefused:
    def test_a_symbolic_link(self, check_mode: bool, tmp_path: Path) -> None:
        target, link = tmp_path / "target", tmp_path / "link"
        target.write_text("precious")
        link.symlink_to(target)
        with pytest.raises(InvalidOption) as raised:
            Journal(str(link), check_mode)
        assert str(raised.value) == f"journal_path: '{link}' is a symbolic link."
        assert target.read_text() == "precious"

    def test_a_symbolic_link_to_nothing(self, check_mode: bool, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(tmp_path / "nothing")
        with pytest.raises(InvalidOption, match="is a symbolic link"):
            Journal(str(link), check_mode)
        assert not (tmp_path / "nothing").exists()

    def test_a_folder(self, check_mode: bool, tmp_path: Path) -> None:
        with pytest.raises(InvalidOption, match="cannot be written"):
            Journal(str(tmp_path), check_mode)

    def test_no_path_at_all(self, check_mode: bool) -> None:
        with pytest.raises(InvalidOption, match=r"journal_path: '' cannot be written"):
            Journal("", check_mode)

    def test_a_file_in_a_folder_that_does_not_exist(self, check_mode: bool, tmp_path: Path) -> None:
        with pytest.raises(InvalidOption, match="cannot be written"):
            Journal(str(tmp_path / "nowhere" / "journal"), check_mode)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_file_that_is_not_ours_to_write(self, check_mode: bool, tmp_path: Path) -> None:
        path = tmp_path / "journal"
        path.touch(mode=0o400)
        with pytest.raises(InvalidOption, match="cannot be written"):
            Journal(str(path), check_mode)


def test_what_is_no_unicode_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path)) as journal:
        journal.write("start", group="acme/\ud800")
    assert "acme/\\ud800" in path.read_text()


def test_each_line_names_its_run(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path)) as first, Journal(str(path)) as second:
        for journal in (first, second, first):
            journal.write("start")
    runs = [line["run"] for line in lines(path)]
    assert runs[0] == runs[2] != runs[1]
    assert [line["time"] for line in lines(path)] == runs


def test_a_line_that_was_cut_off_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_text('{"event": "st')
    with Journal(str(path)) as journal:
        journal.write("start")
    cut_off, line = path.read_text().splitlines()
    assert json.loads(line)["event"] == "start"
    assert cut_off == '{"event": "st'


def test_of_two_runs_that_begin_a_journal_at_once_neither_takes_the_others_line_for_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal"

    class LookedAtWhileOthersWrite(io.BufferedReader):
        def seek(self, offset: int, whence: int = 0, /) -> int:
            position = super().seek(offset, whence)
            if path.stat().st_size == 0:
                path.write_text('{"event": "of another run"}\n')
            return position

    def open_file(*_arguments: object) -> io.BufferedReader:
        return LookedAtWhileOthersWrite(io.FileIO(path))

    monkeypatch.setattr(journal_module, "open", open_file, raising=False)
    with Journal(str(path)) as journal:
        journal.write("start")
    assert [line["event"] for line in lines(path)] == ["of another run", "start"]


def test_a_full_disk_is_a_problem_but_no_error() -> None:
    """It must not come between the removal of a share and the making of the new one."""
    with Journal("/dev/full") as journal:
        journal.write("start")
        assert journal.problem == "The journal has gaps: No space left on device."


class TestProgress:
    def test_check_mode_writes_to_it_too(self, tmp_path: Path) -> None:
        path = tmp_path / "progress"
        path.touch()
        with Journal(None, check_mode=True, progress_path=str(path)) as journal:
            journal.planned([STEP])
            journal.settled(STEP)
        plan, step = lines(path)
        assert (plan["event"], plan["total"]) == ("plan", 1)
        assert (step["event"], step["outcome"], step["done"], step["total"]) == ("step", "updated", 1, 1)

    def test_one_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        with Journal(None, progress_path=str(tmp_path / "progress")) as journal:
            journal.write("start")
        assert list(tmp_path.iterdir()) == []

    def test_a_symbolic_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "precious").touch()
        (tmp_path / "progress").symlink_to(tmp_path / "precious")
        with Journal(None, progress_path=str(tmp_path / "progress")) as journal:
            journal.write("start")
        assert (tmp_path / "precious").read_text() == ""
