# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold after two runs at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.groupshare.gitlab.tests.property.checks.traces import (
    is_as_reported,
    link_after,
    links_of,
    project_id,
)
from ansible_collections.groupshare.gitlab.tests.property.model.plan import CHANGES, Expected, plan_or_none
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task
from ansible_collections.groupshare.gitlab.tests.property.runs import Run
from ansible_collections.groupshare.gitlab.tests.property.strategies.faults import Trouble


def check_at_once(troubles: Sequence[Trouble], runs: Sequence[Run], also: frozenset[int]) -> None:
    """Hold what two runs reported against what they left; with faults, less is certain.

    :param also: ids of projects whose shares an earlier run has lost.
    """
    effects = [entry for entry in runs[0].log if entry.effect]
    # Somebody else may have been faster with the same.
    writes = [entry for entry in runs[0].log if entry.effect or entry.twin_effect]
    assert any(run.report and run.result["changed"] for run in runs) or not effects or also
    task = troubles[0].task
    before, after = (links_of(world, task) for world in (task.world, runs[0].world))
    plans = [_projects(trouble.task) for trouble in troubles]
    for project in task.world["projects"]:
        path, number = project["path"], project["id"]
        if number in also:
            continue
        reported = [run.entries[path] for run in runs if run.report and path in run.entries]
        own = [entry for entry in effects if project_id(entry.path) == number]
        if number not in troubles[0].disturbed:
            made = [entry for entry in writes if project_id(entry.path) == number]
            _check_was_so_once(reported, [before.get(number), *map(link_after, made)])
            if None not in plans:
                _check_end([each[path] for each in plans if each and path in each], reported, after.get(number))
        if not troubles[0].faults:
            _check_claims(reported, len(own))
            assert not own or any(is_as_reported(entry["after"], after.get(number)) for entry in reported)


def _check_was_so_once(reported: Sequence[Any], links: Sequence[Json | None]) -> None:
    """Whatever is reported has been so at some time."""
    for entry in reported:
        for share in (entry["before"], entry["after"]):
            assert any(is_as_reported(share, link) for link in links), (entry, links)


def _projects(task: Task) -> dict[str, Expected] | None:
    """What should become of the projects; None where the task ends before there is a plan."""
    plan = plan_or_none(task)
    if plan is None:
        return None
    return {} if plan.is_stopped or not plan.may_write else plan.projects


def _check_claims(reported: Sequence[Any], effects: int) -> None:
    """Nobody claims what the other one did, and no access is lost."""
    assert not any(entry.get("access_lost") for entry in reported), reported
    claims = sum(entry["status"] in CHANGES for entry in reported)
    assert claims <= effects, reported


def _check_end(expected: Sequence[Expected], reported: Sequence[Any], after: Json | None) -> None:
    """A project that is to be changed ends as one of the tasks wants it, or is reported not to have been."""
    if reported and any(each.is_change for each in expected):
        wanted = [None if each.after is None else each.after._asdict() for each in expected]
        undone = [
            entry
            for entry in reported
            if entry["status"] in ("failed", "not_attempted") or entry["reason"] == "cannot_be_replaced"
        ]
        assert undone or any(is_as_reported(share, after) for share in wanted), (wanted, reported, after)
