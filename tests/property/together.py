# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs at once: how they are made to cross, and what must hold after both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.groupshare.gitlab.tests.property.chosen import Refusal
from ansible_collections.groupshare.gitlab.tests.property.faults import BadDay
from ansible_collections.groupshare.gitlab.tests.property.honesty import group_of, is_as_told, project_id
from ansible_collections.groupshare.gitlab.tests.property.oracle import WRITES, Fate, expected
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, links_of
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case
from ansible_collections.groupshare.gitlab.tests.property.worlds import Json
from ansible_collections.groupshare.gitlab.tests.simulator.levels import NAMES
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry

HALF = {"do": "delay", "seconds": 0.004, "times": None, "probability": 0.5}
# What holds one of the two up while the other goes on.
DELAYS: tuple[tuple[Json, ...], ...] = (
    (),
    ({**HALF, "method": "POST"},),
    ({**HALF, "method": "DELETE", "when": "after"},),
    ({**HALF, "method": "DELETE"}, {**HALF, "method": "POST", "when": "after"}),
    ({**HALF, "method": "GET"},),
    ({"do": "delay", "seconds": 0.02, "after": 1},),
)


def check_together(days: Sequence[BadDay], runs: Sequence[Run]) -> None:
    """Hold what two runs at once told against what they left; on a bad day, less is certain."""
    effects = [entry for entry in runs[0].log if entry.effect]
    assert any(run.report and run.result["changed"] for run in runs) or not effects
    world, group = days[0].case.world, group_of(days[0].case)
    before, after = links_of(world, group), links_of(runs[0].world, group)
    fates = [_fates(day.case) for day in days]
    for project in world["projects"]:
        path = project["path"]
        told = [run.entries[path] for run in runs if run.report and path in run.entries]
        own = [entry for entry in effects if project_id(entry.path) == project["id"]]
        if project["id"] not in days[0].disturbed:
            _check_sayings(told, [before.get(path), *map(_link_after, own)])
            if None not in fates:
                _check_end([each[path] for each in fates if each and path in each], told, after.get(path))
        if not days[0].faults:
            _check_claims(told, len(own))
            assert not own or any(is_as_told(entry["after"], after.get(path)) for entry in told)


def _link_after(effect: LogEntry) -> Json | None:
    """The link that a write has left."""
    if effect.method == "DELETE":
        return None
    body = effect.body
    return {"access_level": NAMES[body["group_access"]], "expires_at": body.get("expires_at"), "hidden": False}


def _check_sayings(told: Sequence[Any], links: Sequence[Json | None]) -> None:
    """Whatever is told has been so at some time."""
    for entry in told:
        for share in (entry["before"], entry["after"]):
            assert any(is_as_told(share, link) for link in links), (entry, links)


def _fates(case: Case) -> dict[str, Fate] | None:
    """What should become of the projects; None where the task ends before there is a plan."""
    try:
        wanted = expected(case)
    except Refusal:
        return None
    return {} if wanted.too_many or not wanted.may_write else wanted.fates


def _check_claims(told: Sequence[Any], effects: int) -> None:
    """Nobody claims what the other one did, and no access is lost."""
    assert not any(entry.get("access_lost") for entry in told), told
    claims = sum(entry["status"] in WRITES for entry in told)
    assert claims <= effects, told


def _check_end(fates: Sequence[Fate], told: Sequence[Any], after: Json | None) -> None:
    """A project that is to be written ends as one of the tasks wants it, or is told not to have been done."""
    if told and any(fate.status in WRITES for fate in fates):
        wanted = [None if fate.after is None else fate.after._asdict() for fate in fates]
        undone = any(entry["status"] in ("failed", "not_attempted") for entry in told)
        assert undone or any(is_as_told(share, after) for share in wanted), (wanted, told, after)
