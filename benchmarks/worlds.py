# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The worlds that are measured: companies of some size, in a known state, with GitLab's own slowness."""

from __future__ import annotations

import random
import typing as t
from dataclasses import asdict, dataclass

from ansible_collections.groupshare.gitlab.tests.simulator.generate import TARGET, WRONG_LEVEL, describe_world
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency
from ansible_collections.groupshare.gitlab.tests.simulator.levels import level_number
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

WANTED_LEVEL = 10
PROJECTS_PER_GROUP = 50
DRIFT = 10
SCATTERED_RANGE = 70_000_000


@dataclass(frozen=True)
class Scenario:
    """How many projects there are, and how many of them are not as wanted."""

    name: str
    projects: int
    missing: int = 0
    wrong: int = 0

    @property
    def shared(self) -> int:
        """Projects that have a share before the run, right or wrong."""
        return self.projects - self.missing


def scenarios(projects: int) -> tuple[Scenario, ...]:
    """The states in which a world of that size is measured."""
    return (
        Scenario("first run", projects, missing=projects),
        Scenario("steady state", projects),
        Scenario("drift", projects, missing=DRIFT, wrong=DRIFT),
    )


def describe(
    scenario: Scenario, scale: float, limits: t.Sequence[dict[str, t.Any]] = (), scattered: bool = False
) -> dict[str, t.Any]:
    """The JSON form of a world in the state of a scenario; the same one every time.

    scattered ids lie anywhere in SCATTERED_RANGE, as on an instance where most projects are not ours.
    """
    chance = random.Random(scenario.projects)
    world = describe_world(
        projects=scenario.projects,
        groups=max(10, scenario.projects // PROJECTS_PER_GROUP),
        shared=1,
        wrong=0,
        seed=1,
        scattered=False,
        version="18.5.1-ee",
        personal=0,
        archived=0,
    )
    differing = chance.sample(world["projects"], scenario.missing + scenario.wrong)
    for project in differing[: scenario.missing]:
        del project["shared_with"]
    for project in differing[scenario.missing :]:
        project["shared_with"][0]["access_level"] = WRONG_LEVEL
    if scattered:
        ids = sorted(chance.sample(range(1, SCATTERED_RANGE), scenario.projects))
        for project, number in zip(world["projects"], ids):
            project["id"] = number
    return {**world, "limits": list(limits), "latency": asdict(Latency(scale=scale))}


def count_wrong(world: World) -> int:
    """Projects that are not shared as wanted."""
    links = [world.share_of(project.full_path, TARGET) for project in world.projects.values()]
    return sum(link is None or level_number(link.access_level) != WANTED_LEVEL for link in links)
