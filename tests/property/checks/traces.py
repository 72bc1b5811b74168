# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a run reported against what it left behind: in the world, in the server's log, in its journal, on disk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.groupshare.gitlab.tests.property.model.levels import NAMES, NUMBERS
from ansible_collections.groupshare.gitlab.tests.property.model.plan import Share, plan_or_none
from ansible_collections.groupshare.gitlab.tests.property.model.rights import Rights
from ansible_collections.groupshare.gitlab.tests.property.model.selection import find_group
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task, TaskRefused
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, without_links
from ansible_collections.groupshare.gitlab.tests.property.strategies.faults import Trouble
from ansible_collections.groupshare.gitlab.tests.property.strategies.worlds import TOKEN
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry

RUNNERS_TOKEN = "GR1348941"
EVENTS = {"POST": "share", "DELETE": "unshare"}


def check_secrets(run: Run, *folders: Path) -> None:
    """No token stands in the report, in an error, or in a file; nor went one to anybody else.

    :param folders: in which journal and recovery records lie.
    """
    texts = [repr(run.report), *_texts_of_errors(run.error)]
    texts += [path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*") if path.is_file()]
    for text in texts:
        assert TOKEN not in text
        assert RUNNERS_TOKEN not in text


def check_journal(run: Run, journal: str) -> None:
    """Every write that reached the server was announced, and every announcement was followed by an end."""
    lines = [json.loads(line) for line in journal.splitlines()]
    writes = [line for line in lines if line["event"] in ("share", "unshare", "recover")]
    begun = [(line["event"], line["id"]) for line in writes if line["outcome"] == "begun"]
    ended = [(line["event"], line["id"]) for line in writes if line["outcome"] in ("done", "failed")]
    assert sorted(begun) == sorted(ended)
    announced = {("share" if event == "recover" else event, number) for event, number in begun}
    assert {(EVENTS[entry.method], project_id(entry.path)) for entry in run.writes} <= announced


def check_unrelated(trouble: Trouble, run: Run) -> None:
    """Nothing has changed but shares of the group, rules that go with them, and what others changed."""
    group = group_of(trouble.task)
    before, after = (_undisturbed(without_links(world, group), trouble) for world in (trouble.task.world, run.world))
    assert after == before


def check_writes(run: Run, *troubles: Trouble, also: frozenset[int] = frozenset()) -> None:
    """Nothing was written that was not to be written, by what one or several tasks asked for.

    :param also: ids of projects whose shares an earlier run has lost.
    """
    paths = {project["id"]: project["path"] for project in troubles[0].task.world["projects"]}
    plans = [plan_or_none(trouble.task) for trouble in troubles]
    to_change = {path for plan in plans if plan is not None for path in plan.to_change}
    written = {project_id(entry.path) for entry in run.writes} - troubles[0].disturbed - also
    assert {paths[number] for number in written} <= to_change


def check_report(trouble: Trouble, run: Run, also: frozenset[int] = frozenset()) -> None:
    """Each project is as its entry says, and changed is true if anything was written.

    :param also: as in check_writes(); what became of these is not in the entries alone.
    """
    effects = [entry for entry in run.log if entry.effect]
    if run.report is None:
        assert not effects or also
        return
    unknown = _left_open(run)
    # What nobody could read afterwards counts as changed, rather than as not.
    assert run.result["changed"] or not effects
    nobody_knows = unknown or _may_have_come_back(run) or any(entry.twin_effect for entry in run.log)
    assert effects or not run.result["changed"] or nobody_knows
    before, after = (links_of(world, trouble.task) for world in (trouble.task.world, run.world))
    for project in trouble.task.world["projects"]:
        number = project["id"]
        if number in trouble.disturbed | unknown | also:
            continue
        entry = run.entries.get(project["path"])
        by_twins = [link_after(write) for write in run.log if write.twin_effect and project_id(write.path) == number]
        _check_entry(entry, [before.get(number), *by_twins], after.get(number))
        if entry is not None and entry.get("access_lost"):
            _check_put_back_was_tried(entry, run)


def links_of(world: Json, task: Task) -> dict[int, Json]:
    """Return the links of the task's group in a world, by project id; from an administrator none is hidden."""
    group, is_admin = group_of(task), Rights(task.records).is_admin
    links = {
        project["id"]: link
        for project in world["projects"]
        for link in project["shared_with"]
        if link["group"] == group
    }
    return {number: {**link, "hidden": False} for number, link in links.items()} if is_admin else links


def link_after(effect: LogEntry) -> Json | None:
    """The link that a write has left."""
    if effect.method == "DELETE":
        return None
    body = effect.body
    return {"access_level": NAMES[body["group_access"]], "expires_at": body.get("expires_at"), "hidden": False}


def is_as_reported(reported: Json | None, link: Json | None) -> bool:
    """Return whether a share is as reported; of one that is hidden everywhere at most that it exists is known."""
    if link is not None and link["hidden"] == "everywhere":
        return reported is None or reported["access_level"] is None
    if reported is None or link is None:
        return reported is None and link is None
    return (reported["access_level"], reported["expires_at"]) == (link["access_level"], link["expires_at"])


def group_of(task: Task) -> str:
    """Return the invited group; where there is none, any will do, for nothing is written."""
    try:
        return find_group(task, Rights(task.records)).full_path
    except TaskRefused:
        return "security/auditors"


def project_id(path: str) -> int:
    """Return the id in the path of a request that concerns one project."""
    found = re.match(r"/projects/(\d+)", path)
    assert found is not None, path
    return int(found.group(1))


def _texts_of_errors(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield from (str(error), repr(error))
        error = error.__cause__ or error.__context__


def _undisturbed(world: Json, trouble: Trouble) -> Json:
    """Return a world without the projects that others changed, and without what forks say of these."""
    known = {project["id"]: project for project in trouble.task.world["projects"]}
    sources = {known[number]["path"] for number in trouble.disturbed}
    projects = [
        (
            {**project, "forked_from": None, "orphaned_fork": False}
            if known[project["id"]].get("forked_from") in sources
            else project
        )
        for project in world["projects"]
        if project["id"] in known.keys() - trouble.disturbed
    ]
    return {"users": world["users"], "groups": world["groups"], "projects": projects}


def _left_open(run: Run) -> set[int]:
    """Return the projects that failed, and whose last request had no answer that says what became of them."""
    return {number for number, asked in _failed(run).items() if asked and _says_nothing(asked[-1])}


def _may_have_come_back(run: Run) -> bool:
    """Return whether a share may have been removed and made again before anybody looked: no answer says either."""
    for asked in _failed(run).values():
        in_doubt: set[str] = set()
        for entry in asked:
            if entry.status in (200, 201, 204) and not _says_nothing(entry):
                in_doubt.clear()
            elif _says_nothing(entry) and (entry.method == "DELETE" or "DELETE" in in_doubt):
                in_doubt.add(entry.method)
            if "POST" in in_doubt:
                return True
    return False


def _failed(run: Run) -> dict[int, list[LogEntry]]:
    """Return the requests about each project that failed, as they were sent: a client may not wait for an answer."""
    requests: dict[int, list[LogEntry]] = {
        entry["id"]: [] for entry in run.entries.values() if entry["status"] == "failed"
    }
    for entry in sorted(run.log, key=lambda entry: entry.number):
        if re.match(r"/projects/\d+", entry.path) and project_id(entry.path) in requests:
            requests[project_id(entry.path)].append(entry)
    return requests


def _says_nothing(entry: LogEntry) -> bool:
    if entry.method == "GET":
        return entry.status != 200 or entry.spoilt
    return entry.status in (0, 401, 403, 408) or entry.status >= 500


def _check_entry(entry: Any, before: Sequence[Json | None], after: Json | None) -> None:
    """Hold an entry against the link as it is now and was before, at the beginning or as somebody else has left it."""
    if entry is None or entry["status"] in ("unchanged", "kept", "skipped", "not_attempted"):
        assert Share.of(after) in map(Share.of, before), entry
    if entry is not None:
        assert any(is_as_reported(entry["before"], link) for link in before), (entry, before)
        # A plan of which nothing is carried out shows what it would have led to.
        assert entry["status"] == "not_attempted" or is_as_reported(entry["after"], after), (entry, after)
        lost = entry["status"] == "failed" and before[0] is not None and after is None
        assert entry.get("access_lost", False) == lost, entry


def _check_put_back_was_tried(entry: Any, run: Run) -> None:
    """The former share was asked for, unless GitLab still asked to wait after 15 minutes (design, section 10.5)."""
    if entry["error"]["message"].endswith("GitLab still asks to wait after 900 seconds."):
        assert any(asked.status in (429, 503) for asked in run.log), entry
        return
    former = NUMBERS[entry["before"]["access_level"]], entry["before"]["expires_at"]
    posted = [write.body for write in run.writes if write.method == "POST" and project_id(write.path) == entry["id"]]
    assert former in [(body["group_access"], body.get("expires_at")) for body in posted], entry
