# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run costs: lists rather than single requests, however many projects there are, and the same in check mode."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pytest
from hypothesis import given

from ansible_collections.groupshare.gitlab.tests.property.model.plan import ExpectedPlan, plan_or_none
from ansible_collections.groupshare.gitlab.tests.property.model.task import Task
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, WatchedSimulator, carry_out
from ansible_collections.groupshare.gitlab.tests.property.strategies.tasks import tasks
from ansible_collections.groupshare.gitlab.tests.simulator.records import Project
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

# Beyond pages, names and what is unavoidable (design, section 8); the rest is for a look at the caller.
FIXED_READS = 12 + 12
PROTECTION_LISTS = 3


@pytest.fixture(autouse=True)
def _some_worlds_are_large() -> None:
    """None is: the lists that only pay in large worlds would be the greater part of what small ones cost."""


@given(tasks(unforeseen=False))
def test_reads_are_few_and_the_same_in_check_mode(task: Task) -> None:
    # Where GitLab does not count its lists, one cannot know whether they are shorter than the way around them.
    task.world["gitlab"]["count_limit"] = None
    with WatchedSimulator(World.from_dict(task.world)) as gitlab:
        preview = carry_out(gitlab, task.options, check_mode=True)
        run = carry_out(gitlab, task.options)
    plan = plan_or_none(task)
    if plan is None:
        return
    if plan.is_foreseen:
        assert _asked(run) == _asked(preview)
    named = len(task["projects"] or ()) + len(task["source_groups"] or ())
    allowed = _pages(preview) + named + FIXED_READS + _unavoidable(task, plan)
    assert len(preview.reads) <= allowed, [(entry.path, dict(entry.query)) for entry in preview.reads]


def _asked(run: Run) -> list[tuple[str, str]]:
    return sorted((entry.path, repr(sorted(entry.query.items()))) for entry in run.reads)


def _pages(run: Run) -> int:
    return sum(_is_page(entry.path, entry.query) for entry in run.reads)


def _is_page(path: str, query: Mapping[str, str]) -> bool:
    """Return whether a request reads or counts projects of the selection, rather than something about them."""
    listed = path == "/projects" and (query.get("simple") != "true" or query.get("per_page") == "1")
    return listed or re.fullmatch(r"/groups/\d+/projects", path) is not None


def _unavoidable(task: Task, plan: ExpectedPlan) -> int:
    """Return what single requests have to find out.

    One request for a hundred namespaces that are written to; one for each top-level group above them, whose page
    alone tells its rules; one for each group above the selection that has invited the group, whose page alone tells
    the level; and three lists for each share that goes, whose project may have rules that go with it.
    """
    projects = {project.full_path: project for project in task.records.projects.values()}
    places = ("share_locked", "outside_hierarchy", "email_domains")
    asked = [
        projects[path]
        for path, expected in plan.projects.items()
        if expected.is_change or expected.rules or expected.reason in places
    ]
    namespaces = {project.group for project in asked if project.group is not None}
    inviting = {above for path in plan.projects for above in projects[path].lineage if plan.group.id in above.links}
    return math.ceil(len(namespaces) / 100) + len(_roots(asked)) + len(inviting) + _rules_read(plan, asked)


def _roots(projects: list[Project]) -> set[int]:
    return {project.root.id for project in projects if project.root is not None}


def _rules_read(plan: ExpectedPlan, projects: list[Project]) -> int:
    return PROTECTION_LISTS * sum(plan.projects[project.full_path].before is not None for project in projects)
