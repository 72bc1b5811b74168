# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a run told against what it left behind: in the world, in the server's log, in its journal."""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.groupshare.gitlab.tests.property.chosen import Refusal, invited_group
from ansible_collections.groupshare.gitlab.tests.property.faults import BadDay
from ansible_collections.groupshare.gitlab.tests.property.oracle import WRITES, expected
from ansible_collections.groupshare.gitlab.tests.property.rights import LEVELS, Rights
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, links_of, without_links
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case
from ansible_collections.groupshare.gitlab.tests.property.worlds import TOKEN, Json
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry

RUNNERS_TOKEN = "GR1348941"


def check_secrets(run: Run, journal: str) -> None:
    """No token stands in what was told."""
    told = [journal, repr(run.report)]
    error: BaseException | None = run.error
    while error is not None:
        told += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    for text in told:
        assert TOKEN not in text
        assert RUNNERS_TOKEN not in text


def check_journal(run: Run, journal: str) -> None:
    """Every write that reached the server was announced, and every announcement was followed by an end."""
    lines = [json.loads(line) for line in journal.splitlines()]
    begun = [(line["event"], line["id"]) for line in lines if line.get("outcome") == "begun"]
    ended = [(line["event"], line["id"]) for line in lines if line.get("outcome") in ("done", "failed")]
    ended = [end for end in ended if end[0] in ("share", "unshare")]
    assert sorted(begun) == sorted(ended)
    events = {"POST": "share", "DELETE": "unshare"}
    assert {(events[entry.method], project_id(entry.path)) for entry in run.writes} <= set(begun)


def check_rest(day: BadDay, run: Run) -> None:
    """Nothing has changed but links of the group, and what others changed."""
    group = group_of(day.case)
    before, after = (_undisturbed(without_links(world, group), day) for world in (day.case.world, run.world))
    assert after == before


def check_written(run: Run, *days: BadDay) -> None:
    """Nothing was written that was not to be written, by what one or several tasks asked for."""
    paths = {project["id"]: project["path"] for project in days[0].case.world["projects"]}
    for number in {project_id(entry.path) for entry in run.writes} - days[0].disturbed:
        assert any(_is_to_be_written(paths[number], day.case) for day in days), paths[number]


def check_told(day: BadDay, run: Run) -> None:
    """Each project is as its entry says, and changed is true if anything was written."""
    effects = [entry for entry in run.log if entry.effect]
    if run.report is None:
        assert effects == []
        return
    blind = _blind_projects(run)
    # What nobody could read afterwards counts as changed, rather than as not.
    assert run.result["changed"] or not effects
    assert effects or not run.result["changed"] or blind
    group = group_of(day.case)
    before, after = links_of(day.case.world, group), links_of(run.world, group)
    for project in day.case.world["projects"]:
        if project["id"] not in day.disturbed | blind:
            entry = run.entries.get(project["path"])
            _check_entry(entry, before.get(project["path"]), after.get(project["path"]))
            if entry is not None and entry.get("access_lost"):
                _check_put_back(entry, run)


def is_as_told(told: Json | None, link: Json | None) -> bool:
    """Whether a share that was told is the one there is; one that is hidden everywhere is told without its level."""
    if told is None or link is None:
        return told is None and link is None
    if told["access_level"] is None:
        return bool(link["hidden"] == "everywhere")
    return (told["access_level"], told["expires_at"]) == (link["access_level"], link["expires_at"])


def group_of(case: Case) -> str:
    """The invited group; where there is none, any will do, for nothing is written."""
    try:
        return invited_group(case.params, Rights(case.world))
    except Refusal:
        return "security/auditors"


def project_id(path: str) -> int:
    """The id in the path of a request that concerns one project."""
    found = re.match(r"/projects/(\d+)", path)
    assert found is not None, path
    return int(found.group(1))


def _undisturbed(world: Json, day: BadDay) -> Json:
    known = {project["id"] for project in day.case.world["projects"]} - day.disturbed
    projects = [project for project in world["projects"] if project["id"] in known]
    return {"users": world["users"], "groups": world["groups"], "projects": projects}


def _is_to_be_written(path: str, case: Case) -> bool:
    try:
        fates = expected(case).fates
    except Refusal:
        return False
    return path in fates and fates[path].status in WRITES


def _blind_projects(run: Run) -> set[int]:
    """Projects that failed, and whose last request had no answer that tells anything."""
    # The log has them in the order of their answers, and a client may not have waited for one.
    asked = sorted(run.log, key=lambda entry: entry.number)
    last = {project_id(entry.path): entry for entry in asked if re.match(r"/projects/\d+", entry.path)}
    failed = {entry["id"] for entry in run.entries.values() if entry["status"] == "failed"}
    return {number for number, entry in last.items() if number in failed and _tells_nothing(entry)}


def _tells_nothing(entry: LogEntry) -> bool:
    if entry.method == "GET":
        return entry.status != 200 or entry.spoilt
    return entry.status in (0, 401, 403) or entry.status >= 500


def _check_entry(entry: Any, before: Json | None, after: Json | None) -> None:
    if entry is None or entry["status"] in ("unchanged", "kept", "skipped", "not_attempted"):
        assert after == before, entry
    if entry is not None:
        assert is_as_told(entry["before"], before), (entry, before)
        assert is_as_told(entry["after"], after), (entry, after)
        lost = entry["status"] == "failed" and before is not None and after is None
        assert entry.get("access_lost", False) == lost, entry


def _check_put_back(entry: Any, run: Run) -> None:
    """Before access is given up for lost, the former share was to be made again."""
    former = LEVELS[entry["before"]["access_level"]], entry["before"]["expires_at"]
    posted = [write.body for write in run.writes if write.method == "POST" and project_id(write.path) == entry["id"]]
    assert former in [(body["group_access"], body.get("expires_at")) for body in posted], entry
