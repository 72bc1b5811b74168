# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what runs left behind against the promise: nothing is taken away that the task did not ask for.

Each share that a task was not to lower, shorten or remove is there, with level, end and protection rules; or the run
has failed and said that access was lost, and its record tells the next one what to put back.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from ansible_collections.groupshare.gitlab.tests.property.checks.outcome import check_rules
from ansible_collections.groupshare.gitlab.tests.property.checks.records import open_intents
from ansible_collections.groupshare.gitlab.tests.property.model.plan import (
    PAST,
    ExpectedPlan,
    Share,
    expected_plan,
)
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, share_in
from ansible_collections.groupshare.gitlab.tests.simulator.languages import ALREADY_SHARED as TRANSLATIONS
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

ALREADY_SHARED = (
    "Project already shared with this group",
    "Group already shared with this group",
    *TRANSLATIONS.values(),
)


def check_losses(task: Task, run: Run, records: Path, killed: bool) -> None:
    """Hold the world after a run against the one before all runs.

    :param killed: the run had no chance to say anything.
    """
    plan = expected_plan(task)
    intents = open_intents(records)
    for number, former in _projects(task.world).items():
        project = _projects(run.world)[number]
        share = share_in(project, plan.group.full_path)
        if share in _allowed(former, plan):
            check_rules(former, project, plan)
            continue
        if _had_ended(former, plan):
            continue
        assert share is None, f"{former['path']} has another share than it may: {share}"
        assert intents.get(number) in _allowed(former, plan), f"{former['path']} is lost, and no record is open"
        if not killed:
            _check_said(number, run)


def check_trials(run: Run) -> None:
    """A share was removed only after GitLab had said that nothing but itself stands in the way of the new one."""
    said: dict[str, bool] = {}
    for answered in run.answers:
        found = re.fullmatch(r"/projects/(\d+)/share(/\d+)?", answered.path)
        if found is None:
            continue
        if answered.method == "POST":
            said[found[1]] = answered.status == 409 and _message(answered.body) in ALREADY_SHARED
        else:
            assert said.get(found[1]), f"project {found[1]}: removed without a trial, or after one that failed"


def check_nothing_lost(task: Task, world: Json) -> None:
    """Hold the world after the last run against the one before all runs: whatever was lost is back."""
    plan = expected_plan(task)
    for number, former in _projects(task.world).items():
        project = _projects(world)[number]
        share = share_in(project, plan.group.full_path)
        assert share in _allowed(former, plan) or _had_ended(former, plan), f"{former['path']} has {share}"
        check_rules(former, project, plan)


def put_back(world: Json, group: str, records: Path) -> tuple[Json, dict[str, Share]]:
    """Return a world with the shares that the next run is to make again, and these by path."""
    live = World.from_dict(world)
    made: dict[str, Share] = {}
    for number, share in open_intents(records).items():
        project = live.projects.get(number)
        if project is None or share.expires_at == PAST or live.share_of(project.full_path, group) is not None:
            continue
        link = {"group": group, **share._asdict()}
        live.change({"projects": [{"path": project.full_path, "share": [link]}]})
        made[project.full_path] = share
    return live.to_dict(), made


def _message(body: bytes) -> object:
    try:
        return json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return None


def _projects(world: Json) -> dict[int, Json]:
    return {project["id"]: project for project in world["projects"]}


def _former_share(former: Json, plan: ExpectedPlan) -> Share | None:
    return share_in(former, plan.group.full_path)


def _had_ended(former: Json, plan: ExpectedPlan) -> bool:
    """Return whether the share was past its end: GitLab drops it the next night, and nobody makes it again."""
    share = _former_share(former, plan)
    return share is not None and share.expires_at == PAST


def _allowed(former: Json, plan: ExpectedPlan) -> tuple[Share | None, ...]:
    """Return the shares that a project may have: the former one, and the one that the task asks for."""
    expected = plan.projects.get(former["path"])
    share = _former_share(former, plan)
    return (share, expected.after) if expected is not None and expected.is_change else (share,)


def _check_said(number: int, run: Run) -> None:
    """The run has failed, and the project's entry says why access is lost."""
    if run.report is None:
        # It did not come as far as to look at projects: an earlier run has lost it, or was killed.
        return
    assert run.report.failure is not None
    # By its id: others may have moved it meanwhile.
    (entry,) = (entry for entry in run.entries.values() if entry["id"] == number)
    assert entry["access_lost"] is True, entry
