# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The worlds that are measured: companies of some size, in a known state, with GitLab's own slowness."""

from __future__ import annotations

import random
import typing as t
from dataclasses import asdict, dataclass

from ansible_collections.groupshare.gitlab.tests.simulator.generate import TARGET, WRONG_LEVEL, LargeWorld
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency
from ansible_collections.groupshare.gitlab.tests.simulator.levels import level_number
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

VERSION = "18.9.0"
WANTED_LEVEL = 10
PROJECTS_PER_GROUP = 50
SCATTERED_RANGE = 70_000_000


@dataclass(frozen=True)
class Scenario:
    """How many projects there are, and what is to be done with them.

    :param missing: projects without a share that are to get one.
    :param wrong: projects whose share has another level.
    :param removed: projects whose share is to go; no other project has one then.
    :param enterprise: GitLab is an Enterprise Edition, else a Community Edition.
    """

    name: str
    projects: int
    missing: int = 0
    wrong: int = 0
    removed: int = 0
    enterprise: bool = True

    @property
    def shared(self) -> int:
        """Projects that have a share before the run, right or wrong."""
        return self.removed or self.projects - self.missing

    @property
    def writes(self) -> int:
        """What it takes: a share that is replaced is first tried, then removed, then made."""
        return self.missing + 3 * self.wrong + self.removed

    @property
    def title(self) -> str:
        """Size, name, and the edition if it is not Enterprise."""
        return f"{self.projects} projects, {self.name}" + ("" if self.enterprise else ", Community Edition")


def first_run(projects: int) -> Scenario:
    """No project is shared yet."""
    return Scenario("first run", projects, missing=projects)


def steady(projects: int) -> Scenario:
    """All is as wanted."""
    return Scenario("steady state", projects)


def drift(projects: int, each: int, enterprise: bool = True) -> Scenario:
    """As many shares are missing as are at a wrong level."""
    return Scenario(f"drift of {each}", projects, missing=each, wrong=each, enterprise=enterprise)


def absent(projects: int, removed: int, enterprise: bool = True) -> Scenario:
    """Some projects are shared, and none is to be."""
    return Scenario(f"absent of {removed}", projects, removed=removed, enterprise=enterprise)


def describe(
    scenario: Scenario,
    latency: Latency,
    limits: t.Sequence[dict[str, t.Any]] = (),
    scattered: bool = False,
) -> dict[str, t.Any]:
    """Return the JSON form of a world in the state of a scenario; the same one every time.

    :param scattered: ids lie anywhere in SCATTERED_RANGE, as on an instance where most projects are not ours.
    """
    chance = random.Random(scenario.projects)
    world = LargeWorld(
        scenario.projects,
        groups=max(10, scenario.projects // PROJECTS_PER_GROUP),
        shared=1,
        version=f"{VERSION}-ee" if scenario.enterprise else VERSION,
    ).describe()
    bare = scenario.projects - scenario.shared
    differing = chance.sample(world["projects"], bare + scenario.wrong)
    for project in differing[:bare]:
        del project["shared_with"]
    for project in differing[bare:]:
        project["shared_with"][0]["access_level"] = WRONG_LEVEL
    if scattered:
        ids = sorted(chance.sample(range(1, SCATTERED_RANGE), scenario.projects))
        for project, number in zip(world["projects"], ids):
            project["id"] = number
    return {**world, "limits": list(limits), "latency": asdict(latency)}


def count_wrong(world: World, scenario: Scenario) -> int:
    """Return how many projects are not as wanted."""
    links = [world.share_of(project.full_path, TARGET) for project in world.projects.values()]
    if scenario.removed:
        return sum(link is not None for link in links)
    return sum(link is None or level_number(link.access_level) != WANTED_LEVEL for link in links)
