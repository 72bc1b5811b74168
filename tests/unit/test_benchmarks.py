# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark's worlds, bounds and sums; and that all that it publishes follows from what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.groupshare.gitlab.benchmarks import guides, results
from ansible_collections.groupshare.gitlab.benchmarks.__main__ import RESULTS
from ansible_collections.groupshare.gitlab.benchmarks.bound import bound_seconds
from ansible_collections.groupshare.gitlab.benchmarks.clients import Run
from ansible_collections.groupshare.gitlab.benchmarks.markdown import markdown
from ansible_collections.groupshare.gitlab.benchmarks.measure import Measured, Server, full_seconds
from ansible_collections.groupshare.gitlab.benchmarks.results import Results
from ansible_collections.groupshare.gitlab.benchmarks.simulated import Served
from ansible_collections.groupshare.gitlab.benchmarks.targets import targets, write_cost
from ansible_collections.groupshare.gitlab.benchmarks.worlds import (
    Scenario,
    absent,
    count_wrong,
    describe,
    drift,
    first_run,
    steady,
)
from ansible_collections.groupshare.gitlab.docs.diagrams import IMAGES, benchmark_drawing
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

SCENARIOS = (first_run(300), steady(300), drift(300, 10), drift(300, 10, enterprise=False), absent(300, 100))


def measured(scenario: Scenario, client: str = "this module, 8 at once", workers: int = 8, **values: float) -> Measured:
    """A run that was right, and took what the bound says."""
    usual = Measured(
        client=client,
        workers=workers,
        scenario=scenario,
        scale=1.0,
        seconds=bound_seconds(scenario, Latency()),
        reads=10,
        writes=scenario.writes,
        refused=0,
        cpu=1.0,
        peak_mb=50.0,
        exit_code=0,
        wrong=0,
        load=0.0,
    )
    return replace(usual, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_a_world_is_in_the_state_of_its_scenario(scenario: Scenario) -> None:
    described = describe(scenario, Latency())
    projects = described["projects"]
    assert len(projects) == scenario.projects
    assert sum("shared_with" in project for project in projects) == scenario.shared
    expected = scenario.removed or scenario.missing + scenario.wrong
    assert count_wrong(World.from_dict(described), scenario) == expected
    assert described == describe(scenario, Latency())


def test_scattered_ids_are_as_many() -> None:
    ids = [project["id"] for project in describe(steady(300), Latency(), scattered=True)["projects"]]
    assert len(set(ids)) == 300
    assert max(ids) > 1_000_000


START = 35  # of the group; version, user and token are asked for at the same time


@pytest.mark.parametrize(
    ("scenario", "reading", "foresight", "changes"),
    [
        # 3 pages of simple items, whether the user belongs to the group, and one POST for each.
        (first_run(300), 3 * 40 + 300 * 8, 8 * 40, 300 * 65),
        # Nearly all of them are shared: full items cost less than simple ones and those of the shared projects.
        (steady(300), 3 * 40 + 300 * 25, 0, 0),
        # A replacement reads 3 lists of rules, tries, removes and makes.
        (drift(300, 10), 3 * 40 + 300 * 25, 40 + 10 * 3 * 50, 10 * 65 + 10 * (45 + 55 + 65)),
        (drift(300, 10, enterprise=False), 3 * 40 + 300 * 25, 8 * 40, 10 * 65 + 10 * (45 + 55 + 65)),
        # However many workers there are, the requests of one replacement follow each other.
        (drift(300, 1), 3 * 40 + 300 * 25, 8 * 50, 8 * (45 + 55 + 65)),
        # Only what is shared is read.
        (absent(300, 100), 40 + 100 * 25, 40 + 100 * 3 * 50, 100 * 55),
        (absent(300, 100, enterprise=False), 40 + 100 * 25, 8 * 40, 100 * 55),
        # Few are shared: simple items of all, and full ones of those.
        (Scenario("few", 300, missing=250), 3 * 40 + 300 * 8 + 40 + 50 * 25, 8 * 40, 250 * 65),
    ],
)
def test_the_bound_is_the_server_time_of_what_is_needed(
    scenario: Scenario, reading: float, foresight: float, changes: float
) -> None:
    assert bound_seconds(scenario, Latency()) == pytest.approx((START + (reading + foresight + changes) / 8) / 1000)


def test_a_server_of_one_worker_takes_the_sum_of_all() -> None:
    asked = 15 + 20 + 20 + 35
    alone = asked + 3 * 40 + 300 * 25 + 40 + 10 * 3 * 50 + 10 * 65 + 10 * (45 + 55 + 65)
    assert bound_seconds(drift(300, 10), Latency(workers=1)) == pytest.approx(alone / 1000)


def test_the_plan_counts_the_trial_of_a_replacement() -> None:
    assert [scenario.writes for scenario in SCENARIOS] == [300, 0, 40, 40, 100]


RUN = Run(wall=3.0, cpu=0.5, peak_mb=30, exit_code=0, output="")
SERVED = Served(reads=1, writes=0, refused=0, limited=0, span=2.0, server_seconds=16.0, passed=(), wrong=0)


def test_one_request_after_another_takes_the_server_and_the_client_their_time() -> None:
    assert full_seconds(RUN, SERVED, 0.0, workers=1) == 16.5


def test_with_several_at_once_only_the_time_of_requests_was_shortened() -> None:
    assert full_seconds(RUN, SERVED, 0.5, workers=8) == 1 + 2 / 0.5
    assert full_seconds(RUN, SERVED, 1.0, workers=8) == RUN.wall


def test_a_later_run_of_the_same_replaces_the_earlier_one() -> None:
    first, again = measured(steady(300)), measured(steady(300), reads=11)
    other = measured(steady(300), client="another")
    assert Results().with_run(first).with_run(other).with_run(again).runs == (again, other)
    quick, slow = measured(steady(300)), measured(steady(300), scale=0.5)
    assert Results().with_run(quick, "at_scales").with_run(slow, "at_scales").at_scales == (quick, slow)


def test_results_are_read_as_they_were_written() -> None:
    found = Results(
        date="2026-11-26",
        versions={"requests": "2.34.2"},
        runs=(measured(steady(300)),),
        small_server=(measured(absent(300, 100), server=Server(2, small=True)),),  # type: ignore[arg-type]
        limited=results.Limited(0.99, 0, 0),
        start=results.Start(0.2, 0.1),
    )
    assert results.from_json(results.to_json(found)) == found


def met(*runs: Measured) -> dict[str, bool | None]:
    """Which targets are met, by the beginning of their names."""
    return {target.figure.split(",")[0]: target.met for target in targets(Results(runs=runs))}


def test_targets_are_held_against_the_bound() -> None:
    right = measured(steady(10_000), reads=114)
    assert met(right)["times the lower bound"]
    assert met(right)["reads"]
    assert met(replace(right, reads=115))["reads"] is False
    assert met(replace(right, seconds=1.21 * right.seconds))["times the lower bound"] is False
    assert met(replace(right, writes=1))["runs with other writes than the plan's"] is False
    # Below 10,000 the ratio is reported only.
    assert "times the lower bound" not in met(measured(steady(1000)))


def test_the_loop_is_held_against_four_requests_at_once() -> None:
    four = measured(steady(10_000), client="this module, 4 at once", workers=4, seconds=10)
    loop = measured(steady(10_000), client="python-gitlab loop", workers=1, seconds=29)
    assert met(four, loop)["4 at once"] is False
    assert met(four, replace(loop, seconds=30))["4 at once"]


def test_a_write_costs_what_a_run_takes_beyond_its_preview() -> None:
    preview = measured(first_run(10_000), client="this module, 8 at once, check mode", cpu=2.0, writes=0)
    for cpu, milliseconds in ((7.0, 0.5), (8.0, 0.6)):
        costs = (measured(first_run(10_000), cpu=cpu), preview)
        assert write_cost(Results(costs=costs)) == pytest.approx(milliseconds)
    assert write_cost(Results(costs=(preview,))) is None


def test_what_is_published_follows_from_what_was_measured() -> None:
    text = results.FILE.read_text(encoding="utf-8")
    kept = results.from_json(text)
    assert results.to_json(kept) == text
    assert RESULTS.read_text(encoding="utf-8") == markdown(kept)
    for name, figures in guides.guide_figures(kept).items():
        page = (guides.GUIDES / f"{name}.rst").read_text(encoding="utf-8")
        assert guides.with_figures(page, figures) == page
    assert (IMAGES / "benchmark.svg").read_text(encoding="utf-8") == benchmark_drawing().svg()


def test_a_guide_without_a_place_for_figures_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no place"):
        guides.with_figures("Nothing\n", "figures\n")
