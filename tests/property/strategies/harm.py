# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for what can take access away: refusals at any moment, faults at every request, and kills."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.tests.property.killed_runs import Counted, Kill
from ansible_collections.groupshare.gitlab.tests.property.model.plan import expected_plan, plan_or_none
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task
from ansible_collections.groupshare.gitlab.tests.property.strategies.choices import Choices
from ansible_collections.groupshare.gitlab.tests.property.strategies.faults import answer_fault
from ansible_collections.groupshare.gitlab.tests.property.strategies.refusals import Place, refusal, undone
from ansible_collections.groupshare.gitlab.tests.property.strategies.tasks import tasks

# Moments of a refusal: mostly between the three writes of a replacement.
MOMENTS: tuple[Json, ...] = (
    *({"method": "DELETE"},) * 4,
    {"method": "POST"},
    {"path": r"/projects/\d+/share.*"},
    {"method": "GET", "path": r"/projects/\d+"},
    {},
)
# What is counted until a run is killed, and how far: in most runs there are fewer.
LAST: tuple[tuple[Counted, int], ...] = (("write", 8), ("write", 8), ("request", 60), ("file", 12))
# Everything is selected, so that most tasks have shares to replace.
FIXED: Json = {
    "state": "present",
    "source_groups": None,
    "projects": None,
    "list_projects": "all",
    "archived": "include",
    **dict.fromkeys(("include", "exclude", "topics", "exclude_topics", "visibility", "max_changes")),
    "forks": "include",
    "mirrors": "include",
    "personal_projects": True,
    "skip_inherited": False,
}


@dataclass(frozen=True)
class Harm:
    """A task that replaces or removes shares, and what comes between.

    :param kills: of the runs before the last one that meets the faults.
    :param remedies: what makes the world as it was.
    """

    task: Task
    faults: tuple[Json, ...]
    kills: tuple[Kill, ...]
    remedies: tuple[Json, ...]


@st.composite
def harms(draw: st.DrawFn) -> Harm:
    """A world in which shares are replaced, one or two refusals, some faults, and up to two runs that are killed."""
    choose = Choices(draw)
    wanted = {**FIXED, "update_existing": choose.one_of("always", "always", "raise_only")}
    task = draw(tasks(most_projects=10, unforeseen=False, usual=True, **wanted).filter(_replaces))
    task = task.with_options(retries=choose.one_of(1, 0, 5), max_wait=choose.one_of(900, 900, 0), timeout=1)
    killed = tuple(draw(kills()) for _number in range(choose.one_of(0, 1, 1, 2)))
    faults: list[Json] = []
    remedies: list[Json] = []
    for _number in range(choose.one_of(1, 0, 1, 2)):
        place = Place(task, choose.one_of(*task.world["projects"]), expected_plan(task).group.full_path)
        _add_refusal(choose, place, faults, remedies)
    faults += [answer_fault(choose) for _number in range(choose.one_of(0, 0, 1, 2))]
    return Harm(task, tuple(faults), killed, tuple(reversed(remedies)))


def _replaces(task: Task) -> bool:
    plan = plan_or_none(task)
    if plan is None or not plan.may_write:
        return False
    return any(expected.status == "updated" for expected in plan.projects.values())


def _add_refusal(choose: Choices, place: Place, faults: list[Json], remedies: list[Json]) -> None:
    reason = refusal(choose, place)
    when = {**choose.one_of(*MOMENTS), "after": choose.one_of(0, 0, 0, 1, 2, 5)}
    if reason.answer:
        faults.append({**when, "times": choose.one_of(None, 1, 3), **reason.answer})
    elif reason.change:
        remedy = undone(reason.change, place.task.world)
        faults.append({"do": "change", "world": reason.change, **when})
        remedies.append(remedy)
        if choose.rarely(4) and "move_to" not in str(remedy):
            # It passes while the run is under way.
            faults.append({"do": "change", "world": remedy, **when, "after": when["after"] + choose.one_of(1, 2, 4)})


@st.composite
def kills(draw: st.DrawFn) -> Kill:
    """A moment to be killed at."""
    choose = Choices(draw)
    at, last = choose.one_of(*LAST)
    return Kill(at, 1 + draw(st.integers(0, last - 1)), choose.one_of("before", "after"))
