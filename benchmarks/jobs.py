# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to measure: one thing after another, since clients side by side slow each other down."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.clients import (
    Client,
    gitlabform,
    gitlabracadabra,
    guide_script,
    sequential_loop,
    share_all,
)
from ansible_collections.groupshare.gitlab.benchmarks.measure import USUAL, Server, measure
from ansible_collections.groupshare.gitlab.benchmarks.other_runs import (
    reads_by_ids,
    start_up,
    through_playbook,
    under_limit,
)
from ansible_collections.groupshare.gitlab.benchmarks.results import Results, Series
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario, absent, drift, first_run, steady

# What GitLab's times are multiplied by where requests are counted, or what the client itself takes. At full length,
# other programs would fill the processor's caches between two requests.
COUNTING_SCALE = 0.1
# The same run at each of these shows what the scale distorts.
COMPARED_SCALES = (0.5, 1.0)

SMALL = 1000
LARGE = 10_000
UNCOUNTED = 12_000
HUGE = 50_000
STARTS = 15
CHECK_MODE = "check mode"


@dataclass(frozen=True)
class Job:
    """One thing to measure.

    :param carry_out: returns the results with those of this job.
    """

    name: str
    carry_out: t.Callable[[Results], Results]


def jobs(environments: Path) -> list[Job]:
    """Return all that there is to measure."""
    eight, four = share_all(environments, 8), share_all(environments, 4)
    loop = sequential_loop(environments)
    one_by_one = (loop, guide_script(environments), gitlabform(environments), gitlabracadabra(environments))
    return [
        *(_run(client, scenario) for scenario in _compared(SMALL) for client in (eight, four, *one_by_one)),
        *(_run(client, absent(SMALL, 100)) for client in (eight, four)),
        *(_run(client, scenario) for scenario in _all(LARGE) for client in (eight, four)),
        *(_run(eight, scenario) for scenario in _community(LARGE)),
        *(_run(loop, scenario) for scenario in (*_compared(LARGE), drift(LARGE, 1000))),
        *(_run(eight, scenario) for scenario in _all(UNCOUNTED)),
        # With as many projects, what a few changes add is lost in what reading takes.
        *(_run(eight, scenario) for scenario in (first_run(HUGE), steady(HUGE), absent(HUGE, 100))),
        *(
            _run(client, first_run(LARGE), "costs", COUNTING_SCALE)
            for client in (eight, _previewing(eight, environments))
        ),
        *(_run(eight, steady(LARGE), "at_scales", scale) for scale in COMPARED_SCALES),
        *(
            _run(share_all(environments, workers), scenario, "small_server", 0.5, Server(2, small=True))
            for scenario in (first_run(600), steady(1200))
            for workers in (1, 2, 4, 8)
        ),
        *_other_runs(environments),
    ]


def _compared(projects: int) -> tuple[Scenario, ...]:
    """Return the scenarios that all clients know."""
    return first_run(projects), steady(projects), drift(projects, 10)


def _all(projects: int) -> tuple[Scenario, ...]:
    return (*_compared(projects), drift(projects, 1000), absent(projects, 100))


def _community(projects: int) -> tuple[Scenario, ...]:
    """Return the scenarios in which the edition matters: there are no protection rules to look for."""
    return drift(projects, 1000, enterprise=False), absent(projects, 100, enterprise=False)


def _previewing(client: Client, environments: Path) -> Client:
    """Return this module in check mode: the difference to a run is what its writes cost it."""
    preview = share_all(environments, client.workers, _ansible_check_mode=True)
    return replace(preview, name=f"{preview.name}, {CHECK_MODE}")


def usual_scale(workers: int, scenario: Scenario) -> float:
    """Return what GitLab's times are multiplied by, so that client and simulator have time enough on two cores.

    The time of clients that send one request after another can be added up, and needs no waiting.
    """
    if workers == 1:
        return 0.0
    is_long = scenario.projects >= HUGE and not scenario.removed
    return workers / 8 * (0.5 if is_long else 1.0)


def _run(
    client: Client, scenario: Scenario, series: Series = "runs", scale: float | None = None, server: Server = USUAL
) -> Job:
    chosen = usual_scale(client.workers, scenario) if scale is None else scale

    def carry_out(results: Results) -> Results:
        return results if client.is_missing else results.with_run(measure(client, scenario, chosen, server), series)

    return Job(f"{series}: {scenario.title}, {client.name}, scale {chosen:g}", carry_out)


def _other_runs(environments: Path) -> tuple[Job, ...]:
    return (
        Job("limit", lambda results: replace(results, limited=under_limit(environments, 5000, COUNTING_SCALE))),
        Job("ids", lambda results: replace(results, reads_by_ids=reads_by_ids(environments, SMALL, COUNTING_SCALE))),
        Job("start", lambda results: replace(results, start=start_up(environments, STARTS))),
        Job(
            "start in a playbook",
            lambda results: replace(results, start_in_playbook=through_playbook(environments, STARTS)),
        ),
    )
