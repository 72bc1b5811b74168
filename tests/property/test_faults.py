# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is lost on a bad day: what is reported is what is, and a following run heals the rest."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import event, given

from ansible_collections.groupshare.gitlab.tests.property.chosen import Refusal
from ansible_collections.groupshare.gitlab.tests.property.faults import BadDay, bad_days, kind_of
from ansible_collections.groupshare.gitlab.tests.property.oracle import WRITES, expected
from ansible_collections.groupshare.gitlab.tests.property.runs import (
    Run,
    WatchedSimulator,
    again,
    carry_out,
    links_of,
    without_links,
)
from ansible_collections.groupshare.gitlab.tests.property.verdicts import check_outcome
from ansible_collections.groupshare.gitlab.tests.property.worlds import TOKEN, Json
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

RUNNERS_TOKEN = "GR1348941"
HEALTHY = {"gitlab": {"maintenance": None}, "tokens": [{"token": TOKEN, "revoked": False}]}
UNREADABLE = ("html_200", "wrong_json", "not_a_list", "cut_body")


@given(bad_days())
def test_what_is_reported_is_what_is(day: BadDay) -> None:
    for fault in day.faults:
        event(kind_of(fault))
    with (
        tempfile.TemporaryDirectory() as folder,
        WatchedSimulator(World.from_dict(day.case.world)) as gitlab,
    ):
        journal = Path(folder, "journal")
        for fault in day.faults:
            gitlab.faults.add(Fault.from_dict(fault))
        run = carry_out(gitlab, {**day.case.params, "journal_path": str(journal)})
        lines = journal.read_text(encoding="utf-8") if journal.exists() else ""
        gitlab.faults.clear()
        gitlab.world.change(HEALTHY)
        healed = gitlab.world.to_dict()
        following = carry_out(gitlab, day.case.params)
    _check_secrets(run, lines)
    _check_journal(run, [json.loads(line) for line in lines.splitlines()])
    _check_rest(day, run)
    _check_told(day, run)
    check_outcome(again(day.case, healed), following, check_mode=False)


def _check_secrets(run: Run, journal: str) -> None:
    told = [journal, repr(run.report)]
    error: BaseException | None = run.error
    while error is not None:
        told += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    for text in told:
        assert TOKEN not in text
        assert RUNNERS_TOKEN not in text


def _check_journal(run: Run, lines: list[Json]) -> None:
    """Every write that reached the server was announced, and every announcement was followed by an end."""
    begun = [(line["event"], line["id"]) for line in lines if line.get("outcome") == "begun"]
    ended = [(line["event"], line["id"]) for line in lines if line.get("outcome") in ("done", "failed")]
    ended = [end for end in ended if end[0] in ("share", "unshare")]
    assert sorted(begun) == sorted(ended)
    events = {"POST": "share", "DELETE": "unshare"}
    assert {(events[entry.method], _project_id(entry.path)) for entry in run.writes} <= set(begun)


def _project_id(path: str) -> int:
    found = re.match(r"/projects/(\d+)", path)
    assert found is not None, path
    return int(found.group(1))


def _check_rest(day: BadDay, run: Run) -> None:
    """Nothing else has changed, and nothing was written that was not to be written."""
    group = _group(day)
    before, after = (_undisturbed(without_links(world, group), day) for world in (day.case.world, run.world))
    assert after == before
    paths = {project["id"]: project["path"] for project in day.case.world["projects"]}
    try:
        fates = expected(day.case).fates
    except Refusal:
        fates = {}
    written = {_project_id(entry.path) for entry in run.writes} - day.disturbed
    assert all(fates[paths[number]].status in WRITES for number in written)


def _undisturbed(world: Json, day: BadDay) -> Json:
    known = {project["id"] for project in day.case.world["projects"]} - day.disturbed
    projects = [project for project in world["projects"] if project["id"] in known]
    return {"users": world["users"], "groups": world["groups"], "projects": projects}


def _check_told(day: BadDay, run: Run) -> None:
    """Each project is as its entry says, and changed is true if anything was written."""
    effects = [entry for entry in run.log if entry.effect]
    if run.report is None:
        assert effects == []
        return
    # What nobody could read afterwards counts as changed, rather than as not.
    assert run.result["changed"] or not effects
    assert effects or not run.result["changed"] or _blind_projects(day, run)
    group = _group(day)
    before, after = links_of(day.case.world, group), links_of(run.world, group)
    for project in day.case.world["projects"]:
        if project["id"] not in day.disturbed | _blind_projects(day, run):
            path = project["path"]
            _check_entry(run.entries.get(path), before.get(path), after.get(path))


def _blind_projects(day: BadDay, run: Run) -> set[int]:
    """Projects that failed, and whose last request had no answer that tells anything."""
    last = {_project_id(entry.path): entry for entry in run.log if re.match(r"/projects/\d+", entry.path)}
    failed = {entry["id"] for entry in run.entries.values() if entry["status"] == "failed"}
    # The log does not tell of an answer of success whether it could be read.
    unreadable = any(fault["do"] in UNREADABLE for fault in day.faults)

    def tells_nothing(entry: LogEntry) -> bool:
        if entry.method == "GET":
            return entry.status != 200 or unreadable
        return entry.status in (0, 401, 403) or entry.status >= 500

    return {number for number, entry in last.items() if number in failed and tells_nothing(entry)}


def _check_entry(entry: Any, before: Json | None, after: Json | None) -> None:
    if entry is None or entry["status"] in ("unchanged", "kept", "skipped", "not_attempted"):
        assert after == before, entry
    if entry is not None:
        assert _matches(entry["before"], before), (entry, before)
        assert _matches(entry["after"], after), (entry, after)
        lost = entry["status"] == "failed" and before is not None and after is None
        assert entry.get("access_lost", False) == lost, entry


def _matches(told: Json | None, link: Json | None) -> bool:
    """Whether a share that was told is the one there is; one that is hidden everywhere is told without its level."""
    if told is None or link is None:
        return told is None and link is None
    if told["access_level"] is None:
        return bool(link["hidden"] == "everywhere")
    return (told["access_level"], told["expires_at"]) == (link["access_level"], link["expires_at"])


def _group(day: BadDay) -> str:
    """The invited group; where the task does not get so far, any will do, for nothing is written."""
    try:
        return expected(day.case).group
    except Refusal:
        return "security/auditors"
