# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for tasks: a world, and every option of the module with values that make sense there, or nearly."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.tests.property.model.levels import share_levels, version_of
from ansible_collections.groupshare.gitlab.tests.property.model.plan import PAST
from ansible_collections.groupshare.gitlab.tests.property.model.rights import Rights
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task
from ansible_collections.groupshare.gitlab.tests.property.strategies.choices import Choices
from ansible_collections.groupshare.gitlab.tests.property.strategies.worlds import (
    LATE,
    SOON,
    TARGETS,
    TOKEN,
    VISIBILITIES,
    worlds,
)
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

PATTERNS = (
    *("*", "acme/*", "acme/app", "/Lab/", "*/p1*", "lab/*", "~.*p[2-7]$", "~acme/(app|web)/", "[al]*", "ada/*", "2024"),
    "https://gitlab.example.com/groups/acme/app",
    "https://gitlab.example.com/lab/a/-/settings",
)


@st.composite
def tasks(
    draw: st.DrawFn,
    /,
    most_projects: int = 20,
    unforeseen: bool = True,
    usual: bool | None = None,
    **fixed: object,
) -> Task:
    """A task on a world; options that are fixed are not drawn.

    :param usual: the token's user may share most projects, most are shared with one group, and the task is about that;
        None for such tasks and others.
    """
    choose = Choices(draw)
    usual = choose.one_of(True, False) if usual is None else usual
    world = World.from_dict(draw(worlds(most_projects, unforeseen, usual))).to_dict()
    targets = TARGETS[:1] if usual else TARGETS
    options = {**draw(wishes(world, targets)), **_run_options(choose), **_selection(choose, world), **fixed}
    token = "api_oauth_token" if world["tokens"][0]["kind"] == "oauth" else "api_token"
    return Task(world, {}).with_options(**{token: TOKEN}, **options)


@st.composite
def wishes(draw: st.DrawFn, world: Json, targets: tuple[str, ...] = TARGETS) -> Json:
    """The options that say which shares there shall be."""
    choose = Choices(draw)
    target = choose.one_of(*targets)
    group = next(group for group in world["groups"] if group["path"] == target)
    levels = share_levels(version_of(world["gitlab"]["version"]), world["gitlab"]["security_manager"])
    if choose.rarely(10):
        levels = ["planner", "security_manager", "owner"]
    slashed = f"/{target}/"
    return {
        "group": choose.one_of(slashed, target, slashed, target, str(group["id"]), group["name"]),
        "access_level": choose.one_of(None, *levels),
        "expires_at": PAST if choose.rarely(30) else choose.one_of(None, None, None, "never", SOON, LATE),
        "state": choose.one_of("present", "present", "absent"),
        "update_existing": choose.one_of("always", "always", None, "raise_only", "never"),
        "protection_rules": choose.one_of("keep", "keep", "drop"),
    }


def _selection(choose: Choices, world: Json) -> Json:
    which: Json = {
        "include_subgroups": not choose.rarely(3),
        "archived": choose.one_of(None, None, "exclude", "include", "include", "only"),
        "personal_projects": not choose.rarely(3),
        "skip_inherited": choose.rarely(3),
        "forks": "exclude" if choose.rarely(4) else "include",
        "mirrors": "exclude" if choose.rarely(4) else "include",
    }
    rights = Rights(World.from_dict(world))
    named = choose.one_of("", "", "", "groups", "groups", "both", "projects", "empty")
    if named in ("groups", "both"):
        groups = [group for group in rights.world.groups.values() if rights.reads_group(group)]
        known = [reference for group in groups for reference in _group_references(group.full_path, group.id)]
        which["source_groups"] = _some_references(choose, known, "lab/nowhere", most=3)
    if named in ("projects", "both"):
        projects = [project for project in rights.world.projects.values() if rights.reads_project(project)]
        known = [
            reference for project in projects for reference in (project.full_path, str(project.id), *project.moved_from)
        ]
        which["projects"] = _some_references(choose, known, "acme/nowhere", most=6)
    if named == "empty" and choose.rarely(3):
        which[choose.one_of("source_groups", "projects")] = []
    for option in ("include", "exclude"):
        if choose.rarely(6):
            which[option] = choose.some(PATTERNS, most=2)
    for option in ("topics", "exclude_topics"):
        if choose.rarely(8):
            which[option] = choose.one_of(["payment"], ["web", "payment"], ["nothing"], [])
    if choose.rarely(6):
        which["visibility"] = choose.some(VISIBILITIES, most=3)
    return which


def _group_references(path: str, number: int) -> tuple[str, ...]:
    """Return what a group may be called; digits without a slash can be another group's id."""
    return (path, str(number), f"/{path}")


def _some_references(choose: Choices, known: list[str], unknown: str, most: int) -> list[str]:
    """Some of what is known, seldom something that does not exist."""
    return choose.some(known, most, least=1) if known and not choose.rarely(20) else [unknown]


def _run_options(choose: Choices) -> Json:
    return {
        "max_changes": choose.one_of(*(None,) * 6, 1, 5, 100),
        "fail_on_error": choose.one_of(True, False),
        "list_projects": choose.one_of("all", "all", "changed", "problems"),
        "parallel_requests": choose.one_of(1, 4, 16),
    }
