# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All clients on the same worlds, side by side."""

from __future__ import annotations

import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.bound import bound_seconds
from ansible_collections.groupshare.gitlab.benchmarks.clients import Client, Run, peers, run_client, share_all
from ansible_collections.groupshare.gitlab.benchmarks.simulated import Served, SimulatedGitLab
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario, scenarios
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency

PARALLEL_REQUESTS = (8, 4)
# Clients with a request for every project at every run: a larger world takes hours to show what a small one shows.
SLOW = ("guide's script", "gitlabform")


@dataclass(frozen=True)
class Row:
    """What a client did in one scenario; without a run, the reason."""

    client: Client
    scenario: Scenario
    scale: float = 1.0
    run: Run | None = None
    served: Served | None = None
    reason: str = ""

    @property
    def seconds(self) -> float:
        """Wall time on a GitLab that takes its full time.

        Only the time from the first request to the last answer was shortened; to start a program takes what it takes.
        """
        if self.run is None or self.served is None:
            raise ValueError(self.reason)
        return self.served.span / self.scale + self.run.wall - self.served.span

    @property
    def ratio(self) -> float:
        """How many times the lower bound that is."""
        return self.seconds / bound_seconds(self.scenario, Latency())


def compare(workdir: Path, sizes: t.Sequence[int], scale: float, slow_projects: int) -> list[Row]:
    """Measure one client after another: side by side they slow each other down.

    :param slow_projects: the largest world that slow clients are measured in.
    """
    clients = [*(share_all(workdir, workers) for workers in PARALLEL_REQUESTS), *peers(workdir)]
    return [
        (
            Row(client, scenario, reason="not run in so large a world (--all does)")
            if client.name in SLOW and size > slow_projects
            else measure(client, scenario, scale)
        )
        for size in sizes
        for scenario in scenarios(size)
        for client in clients
    ]


def measure(client: Client, scenario: Scenario, scale: float) -> Row:
    """Let a client loose on a fresh world."""
    if client.missing:
        return Row(client, scenario, reason="missing: it could not be installed")
    with SimulatedGitLab(scenario, scale=scale) as gitlab:
        run = run_client(client, gitlab.url)
        row = Row(client, scenario, scale, run, gitlab.served())
    print(f"{scenario.projects} projects, {scenario.name}, {client.name}: {run.wall:.1f} s", file=sys.stderr)
    if run.failed:
        print(run.output, file=sys.stderr)
    return row
