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
from ansible_collections.groupshare.gitlab.benchmarks.measure import measure
from ansible_collections.groupshare.gitlab.benchmarks.promises import reads_by_ids, start_up, through_playbook, under_limit
from ansible_collections.groupshare.gitlab.benchmarks.results import Results
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario, absent, drift, first_run, steady

# What GitLab's times are multiplied by: for clients that send several requests at once, for those that send one (they
# wait for nothing else, so that their time can be added up), and where only requests are counted.
PARALLEL_SCALE = 0.5
SEQUENTIAL_SCALE = 0.0
COUNTING_SCALE = 0.1
# The same run at each of these shows what the scale distorts.
COMPARED_SCALES = (0.25, 0.5, 1.0)

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
        *(_run(eight, scenario) for size in (UNCOUNTED, HUGE) for scenario in _all(size)),
        _run(_previewing(eight, environments), first_run(LARGE)),
        *(_run_at(eight, steady(LARGE), scale) for scale in COMPARED_SCALES),
        *_promises(environments),
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


def _run(client: Client, scenario: Scenario) -> Job:
    scale = SEQUENTIAL_SCALE if client.workers == 1 else PARALLEL_SCALE

    def carry_out(results: Results) -> Results:
        return results if client.is_missing else results.with_run(measure(client, scenario, scale))

    return Job(f"{scenario.title}, {client.name}", carry_out)


def _run_at(client: Client, scenario: Scenario, scale: float) -> Job:
    return Job(
        f"{scenario.title}, {client.name}, at scale {scale:g}",
        lambda results: results.with_run_at_scale(measure(client, scenario, scale)),
    )


def _promises(environments: Path) -> tuple[Job, ...]:
    return (
        Job("limit", lambda results: replace(results, limited=under_limit(environments, 5000, COUNTING_SCALE))),
        Job("ids", lambda results: replace(results, reads_by_ids=reads_by_ids(environments, SMALL, COUNTING_SCALE))),
        Job("start", lambda results: replace(results, start=start_up(environments, STARTS))),
        Job(
            "start in a playbook",
            lambda results: replace(results, start_in_playbook=through_playbook(environments, STARTS)),
        ),
    )
