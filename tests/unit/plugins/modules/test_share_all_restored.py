# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""state=restored: a run of the journal is undone, where nobody has changed the share since."""

from __future__ import annotations

import datetime
import difflib
import itertools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply import journal as journal_module
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import (
    GROUP,
    SHARE,
    UNSHARE,
    Company,
    level_of,
    share_by_others,
    share_of,
    token_of,
    unshare_by_others,
)

Shares = dict[str, Any]
ALWAYS = {"access_level": "reporter", "expires_at": "2099-06-30", "update_existing": "always"}


def company() -> Company:
    return (
        Company()
        .project("acme/ends", "guest", "2099-01-31")
        .project("acme/high", "developer")
        .project("acme/new")
        .project("acme/right", "reporter", "2099-06-30")
    )


def shares_of(gitlab: Simulator) -> Shares:
    paths = [project.full_path for project in gitlab.world.projects.values()]
    return {path: share_of(gitlab.world, path) for path in paths}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


RUNS: list[tuple[dict[str, Any], dict[str, str]]] = [
    # the run that is undone, and the steps of the undo
    (ALWAYS, {"acme/ends": "updated", "acme/high": "updated", "acme/new": "unshared"}),
    ({"access_level": "reporter"}, {"acme/ends": "updated", "acme/new": "unshared"}),
    ({"state": "absent"}, {"acme/ends": "shared", "acme/high": "shared", "acme/right": "shared"}),
]


@pytest.mark.parametrize(("options", "steps"), RUNS, ids=str)
def test_each_project_gets_back_what_it_had(
    options: dict[str, Any], steps: dict[str, str], journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    before = shares_of(gitlab)
    assert not share_all(gitlab, journal_path=str(journal), **options).failed
    done = shares_of(gitlab)
    assert done != before

    check = share_all(gitlab, state="restored", journal_path=str(journal), check=True)
    assert check.steps == steps
    assert shares_of(gitlab) == done
    undo = share_all(gitlab, state="restored", journal_path=str(journal))
    assert not undo.failed
    assert undo.steps == steps
    assert shares_of(gitlab) == before


def test_the_diff_keeps_both_halves_of_a_change_together(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    diff = share_all(gitlab, state="restored", journal_path=str(journal), check=True, diff=True)["diff"]
    lines = list(difflib.ndiff(diff["before"].splitlines(), diff["after"].splitlines()))
    assert [line for line in lines if not line.startswith("?")] == [
        "  acme/ends",
        "- acme/ends: reporter, expires 2099-06-30",
        "+ acme/ends: guest, expires 2099-01-31",
        "  acme/high",
        "- acme/high: reporter, expires 2099-06-30",
        "+ acme/high: developer, no expiry",
        "  acme/new",
        "- acme/new: reporter, expires 2099-06-30",
    ]


def test_what_was_undone_once_is_without_a_change_again(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    before = shares_of(gitlab)
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    for changed in (True, False, False):
        undo = share_all(gitlab, state="restored", journal_path=str(journal), list_projects="all")
        assert not undo.failed
        assert undo.changed is changed
        assert shares_of(gitlab) == before
    assert set(undo.steps.values()) == {"unchanged"}


def test_an_undo_is_undone_only_by_its_number(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company())
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    done = shares_of(gitlab)
    share_all(gitlab, state="restored", journal_path=str(journal))
    share_all(gitlab, state="restored", journal_path=str(journal))
    assert share_all(gitlab, state="restored", journal_path=str(journal), journal_run="2").changed
    assert shares_of(gitlab) == done


def test_runs_are_named_by_number_or_time(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company())
    before = shares_of(gitlab)
    share_all(gitlab, journal_path=str(journal), access_level="reporter")
    between = shares_of(gitlab)
    share_all(gitlab, journal_path=str(journal), access_level="developer")
    starts = [line["time"] for line in lines_of(journal) if line["event"] == "start"]
    share_all(gitlab, state="restored", journal_path=str(journal), journal_run=starts[1])
    assert shares_of(gitlab) == between
    share_all(gitlab, state="restored", journal_path=str(journal), journal_run="1")
    assert shares_of(gitlab) == before


def test_a_run_that_wrote_nothing_is_passed_over(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    before = shares_of(gitlab)
    share_all(gitlab, journal_path=str(journal), access_level="reporter")
    share_all(gitlab, journal_path=str(journal), access_level="reporter")
    share_all(gitlab, journal_path=str(journal), access_level="owner", max_changes=0)
    assert share_all(gitlab, state="restored", journal_path=str(journal)).changed
    assert shares_of(gitlab) == before


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (share_by_others("owner", "acme/new"), "kept changed_since"),
        (unshare_by_others("acme/ends"), "kept changed_since"),
        (unshare_by_others("acme/new"), "unchanged"),
    ],
)
def test_what_somebody_has_changed_since_is_kept(
    change: dict[str, Any], step: str, journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    gitlab.world.change(change)
    now = shares_of(gitlab)
    path = change["projects"][0]["path"]
    undo = share_all(gitlab, state="restored", journal_path=str(journal), list_projects="all")
    assert not undo.failed
    assert undo.steps[path] == step
    assert shares_of(gitlab)[path] == now[path]


@pytest.mark.parametrize(
    ("shared", "state", "fault", "steps", "left"),
    [
        (None, "present", ("POST", SHARE, share_by_others("guest")), {"acme/app": "updated"}, (10, None)),
        ("guest", "present", ("POST", SHARE, unshare_by_others()), {"acme/app": "unshared"}, None),
        ("guest", "absent", ("DELETE", UNSHARE, unshare_by_others()), {}, None),
    ],
    ids=["shared", "removed", "removed too"],
)
def test_what_somebody_has_changed_before_the_write_comes_back(
    shared: str | None,
    state: str,
    fault: tuple[str, str, dict[str, Any]],
    steps: dict[str, str],
    left: tuple[int, str | None] | None,
    journal: Path,
    start_gitlab: StartGitLab,
    share_all: RunModule,
) -> None:
    """The share is as the run met it, and not as it was listed a moment before."""
    method, path, world = fault
    company = Company().project("acme/app", shared).project("acme/other", "guest" if state == "absent" else None)
    gitlab = start_gitlab(company.fault("change", method, path, world=world))
    level = {"access_level": "reporter"} if state == "present" else {}
    share_all(gitlab, journal_path=str(journal), state=state, parallel_requests=1, **level)
    undo = share_all(gitlab, state="restored", journal_path=str(journal), exclude=["acme/other"])
    assert undo.steps == steps
    assert share_of(gitlab.world) == left


def test_a_former_end_that_is_past_by_now_is_kept(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    yesterday = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
    gitlab = start_gitlab(Company().project("acme/app", "guest", yesterday.isoformat()))
    share_all(gitlab, journal_path=str(journal), access_level="reporter", expires_at="never")
    undo = share_all(gitlab, state="restored", journal_path=str(journal))
    assert undo.steps == {"acme/app": "kept ended"}
    assert shares_of(gitlab) == {"acme/app": (20, None)}


def test_the_selection_narrows_it_down(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company())
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    undo = share_all(gitlab, state="restored", journal_path=str(journal), exclude=["acme/high"])
    assert undo.steps == {"acme/ends": "updated", "acme/new": "unshared"}


def test_projects_that_are_named_narrow_it_down(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company().project("acme/other").group("bank", members={"olivia": "owner"}))
    share_all(gitlab, journal_path=str(journal), **ALWAYS, exclude=["acme/other"])
    gitlab.world.change({"projects": [{"path": "acme/new", "move_to": "bank/new"}]})

    def undo(**options: Any) -> Any:
        return share_all(gitlab, state="restored", journal_path=str(journal), check=True, **options)

    assert undo(projects=["acme/new", "acme/other", "2"]).steps == {"acme/high": "updated", "bank/new": "unshared"}
    assert undo(projects=["acme/high"], source_groups=["bank"]).steps == {
        "acme/high": "updated",
        "bank/new": "unshared",
    }
    assert undo(projects=["acme/high", "acme/hihg"]).msg.startswith("projects: 'acme/hihg' cannot be found")
    assert undo(projects=["acme/other"]).msg.endswith(
        "none of the projects in question is in source_groups or projects"
    )


def test_a_level_that_has_no_name_hinders_no_other_project(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/a", 5).project("acme/b", "guest"))
    share_all(gitlab, journal_path=str(journal), access_level="reporter")
    undo = share_all(gitlab, state="restored", journal_path=str(journal))
    # GitLab makes no such share any more.
    assert undo.steps == {"acme/a": "kept cannot_be_replaced", "acme/b": "updated"}


def test_archived_projects_are_restored_too(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/old", "guest", archived=True))
    share_all(gitlab, journal_path=str(journal), state="absent")
    assert share_all(gitlab, state="restored", journal_path=str(journal)).steps == {"acme/old": "shared"}


def test_a_moved_and_a_deleted_project(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().projects("acme/a", "acme/b", "acme/c", shared="guest"))
    share_all(gitlab, journal_path=str(journal), access_level="reporter")
    gitlab.world.change({"projects": [{"path": "acme/a", "move_to": "acme/z"}, {"path": "acme/b", "delete": True}]})
    undo = share_all(gitlab, state="restored", journal_path=str(journal))
    assert not undo.failed
    assert undo.steps == {"acme/c": "updated", "acme/z": "updated"}
    gone = "1 project of the run to undo cannot be found: deleted, or not visible to this token."
    assert gone in undo.warnings
    assert shares_of(gitlab) == {"acme/c": (10, None), "acme/z": (10, None)}


def test_a_run_that_read_for_long_can_be_undone(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal says now and then how far the reading is."""
    gitlab = start_gitlab(company())
    before = shares_of(gitlab)
    hours = itertools.count(step=3600)
    monkeypatch.setattr(journal_module, "time", SimpleNamespace(monotonic=lambda: next(hours)))
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    assert [line["read"] for line in lines_of(journal) if "read" in line]
    assert not share_all(gitlab, state="restored", journal_path=str(journal)).failed
    assert shares_of(gitlab) == before


class TestKilledRuns:
    """The journal of a killed run ends anywhere, even in the middle of a line."""

    @pytest.mark.parametrize("options", [ALWAYS, {"state": "absent"}], ids=str)
    def test_wherever_it_ends_the_undo_leads_back(
        self, options: dict[str, Any], tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        """Each line stands for a moment: what GitLab has done by then is what it had done, or one write more."""
        gitlab = start_gitlab(company())
        before = shares_of(gitlab)
        full = tmp_path / "full.jsonl"
        share_all(gitlab, journal_path=str(full), parallel_requests=1, **options)
        lines = full.read_text().splitlines(keepends=True)
        for number in range(4, len(lines)):
            for last in ("", lines[number][:20]):
                for state in worlds_at(lines[:number], before):
                    gitlab.world.change(as_change(state))
                    cut = tmp_path / f"{number}{bool(last)}.jsonl"
                    cut.write_text("".join(lines[:number]) + last)
                    undo = share_all(gitlab, state="restored", journal_path=str(cut), check=True, list_projects="all")
                    if undo.msg.endswith("has no run that changed a share."):
                        assert state == before
                        continue
                    assert not undo.failed
                    after = {entry["path"]: entry["after"] for entry in undo["projects"]}
                    assert after == {path: told(before[path]) for path in after}
                    assert {path for path in state if state[path] != before[path]} <= set(after)

    def test_a_line_that_was_cut_off_within_a_letter_says_nothing(
        self, journal: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company())
        before = shares_of(gitlab)
        share_all(gitlab, journal_path=str(journal), **ALWAYS)
        with open(journal, "ab") as file:
            file.write('{"error": "é'.encode()[:-1])
        assert not share_all(gitlab, state="restored", journal_path=str(journal)).failed
        assert shares_of(gitlab) == before

    def test_a_journal_goes_on_after_a_line_that_was_cut_off(
        self, journal: Path, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(company())
        before = shares_of(gitlab)
        share_all(gitlab, journal_path=str(journal), access_level="reporter")
        text = journal.read_text()
        journal.write_text(text[:-30])
        between = shares_of(gitlab)
        share_all(gitlab, journal_path=str(journal), access_level="developer")
        share_all(gitlab, state="restored", journal_path=str(journal))
        assert shares_of(gitlab) == between
        share_all(gitlab, state="restored", journal_path=str(journal), journal_run="1")
        assert shares_of(gitlab) == before


def test_runs_that_wrote_at_the_same_time_are_told_apart(
    tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(
        Company().projects("acme/a", "bank/b", shared="guest").group("bank", members={"olivia": "owner"})
    )
    first, second, both = tmp_path / "first", tmp_path / "second", tmp_path / "both"
    share_all(gitlab, journal_path=str(first), access_level="reporter", source_groups=["acme"])
    share_all(gitlab, journal_path=str(second), access_level="developer", source_groups=["bank"])
    woven = [line for pair in zip(lines_of(first), lines_of(second)) for line in pair]
    both.write_text("".join(json.dumps(line) + "\n" for line in woven))
    share_all(gitlab, state="restored", journal_path=str(both), journal_run="1")
    assert shares_of(gitlab) == {"acme/a": (10, None), "bank/b": (30, None)}
    share_all(gitlab, state="restored", journal_path=str(both), journal_run="2")
    assert shares_of(gitlab) == {"acme/a": (10, None), "bank/b": (10, None)}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"journal_path": None}, "state: 'restored' needs journal_path, the journal of the run to undo."),
        ({"access_level": "guest"}, "access_level: 'guest' has no meaning with state=restored"),
        ({"expires_at": "never"}, "expires_at: 'never' has no meaning with state=restored"),
        ({"update_existing": "always"}, "update_existing: 'always' has no meaning with state=restored"),
        ({"journal_run": "7"}, "journal_run: '7' is neither the number nor the time of a run in "),
        ({"journal_run": "yesterday"}, "journal_run: 'yesterday' is neither the number nor the time of a run in "),
        ({"journal_path": "{tmp}/none"}, "cannot be read: No such file or directory."),
        ({"journal_path": "{tmp}/empty"}, "has no run of this module."),
        ({"journal_path": "{tmp}/other"}, "is not a journal of this module"),
        ({"journal_path": "{tmp}/idle"}, "has no run that changed a share."),
        ({"state": "present", "journal_run": "1"}, "journal_run: '1' is for state=restored only."),
        ({"group": "scanner"}, "group: 'scanner' is not the group of run 1 in the journal."),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_what_cannot_be_undone_is_refused_before_any_write(
    options: dict[str, Any],
    problem: str,
    check: bool,
    tmp_path: Path,
    journal: Path,
    start_gitlab: StartGitLab,
    share_all: RunModule,
) -> None:
    gitlab = start_gitlab(company().group("scanner", id=12, members={"olivia": "guest"}))
    (tmp_path / "empty").touch()
    (tmp_path / "other").write_text('{"run": "1", "event": "start"}\n')
    share_all(gitlab, journal_path=str(tmp_path / "idle"), max_changes=0)
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    gitlab.clear_log()
    given = {"state": "restored", "journal_path": str(journal), **options}
    if given["journal_path"] is not None:
        given["journal_path"] = given["journal_path"].format(tmp=tmp_path)
    run = share_all(gitlab, check=check, **given)
    assert run.failed
    assert problem in run.msg
    assert "\n" not in run.msg
    assert gitlab.writes == []


def test_the_run_of_another_gitlab_is_refused_before_any_request(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    first, second = start_gitlab(company()), start_gitlab(company())
    share_all(first, journal_path=str(journal), **ALWAYS)
    run = share_all(second, state="restored", journal_path=str(journal))
    assert run.msg == f"journal_path: '{journal}' is from a run on another GitLab, {first.url}."
    assert second.log == []


def test_a_refused_replacement_is_kept_in_an_undo_too(
    journal: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest"))
    share_all(gitlab, journal_path=str(journal), access_level="reporter")
    gitlab.world.change({"groups": [{"path": "acme", "share_with_group_lock": True}]})
    undo = share_all(gitlab, state="restored", journal_path=str(journal))
    assert undo.steps == {"acme/app": "skipped share_locked"}
    assert level_of(gitlab.world, "acme/app") == 20
    assert not any(entry.path == UNSHARE for entry in gitlab.writes[3:])


def test_no_token_is_in_the_journal(journal: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company())
    share_all(gitlab, journal_path=str(journal), **ALWAYS)
    share_all(gitlab, state="restored", journal_path=str(journal))
    assert token_of("olivia") not in journal.read_text()


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def worlds_at(lines: list[str], before: Shares) -> list[Shares]:
    """The shares that there can be when a journal ends with these lines: a write that has begun may be done or not."""
    shares = dict(before)
    begun: Shares = {}
    for text in lines:
        line = json.loads(text)
        if line["event"] in ("share", "unshare"):
            made = None if line["event"] == "unshare" else (LEVELS[line["access_level"]], line["expires_at"])
            begun = {line["project"]: made} if line["outcome"] == "begun" else {}
            # A share that is tried beside another one is never made.
            if line["event"] == "share" and shares[line["project"]] is not None:
                begun = {}
            elif line["outcome"] == "done":
                shares[line["project"]] = made
    return [shares, {**shares, **begun}] if begun else [shares]


LEVELS = {"guest": 10, "reporter": 20, "developer": 30}
NAMES = {number: name for name, number in LEVELS.items()}


def told(share: Any) -> dict[str, Any] | None:
    return share and {"access_level": NAMES[share[0]], "expires_at": share[1]}


def as_change(shares: Shares) -> dict[str, Any]:
    entries = []
    for path, share in shares.items():
        links = [] if share is None else [{"group": GROUP, "access_level": NAMES[share[0]], "expires_at": share[1]}]
        entries.append({"path": path, "shared_with": links})
    return {"projects": entries}
