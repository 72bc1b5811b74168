# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One client in one scenario: what it did, and how long that takes on a GitLab that takes its full time."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace

from ansible_collections.groupshare.gitlab.benchmarks.bound import bound_seconds
from ansible_collections.groupshare.gitlab.benchmarks.clients import Client, Run, run_client
from ansible_collections.groupshare.gitlab.benchmarks.simulated import Served, SimulatedGitLab
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency


@dataclass(frozen=True)
class Server:
    """How many requests GitLab serves at once.

    :param small: requests take longer while others are there, as on the server of Latency.small_server().
    """

    workers: int = 8
    small: bool = False

    def latency(self, scale: float = 1.0) -> Latency:
        """Return the times of its requests."""
        latency = Latency.small_server(scale) if self.small else Latency(scale)
        return replace(latency, workers=self.workers)


USUAL = Server()


@dataclass(frozen=True)
class Measured:
    """What a client did in one scenario.

    :param workers: how many requests it sends at once.
    :param scale: what GitLab's times were multiplied by.
    :param seconds: wall time on a GitLab that takes its full time.
    :param refused: writes that GitLab answered with an error; a trial before a replacement is one.
    :param cpu: seconds of processor time.
    :param wrong: how many projects were not as wanted afterwards.
    :param load: of the machine in the last minute, from whatever else ran there too.
    """

    client: str
    workers: int
    scenario: Scenario
    scale: float
    seconds: float
    reads: int
    writes: int
    refused: int
    cpu: float
    peak_mb: float
    exit_code: int
    wrong: int
    load: float
    server: Server = USUAL

    @property
    def ratio(self) -> float:
        """How many times the lower bound it took."""
        return self.seconds / bound_seconds(self.scenario, self.server.latency())


def measure(client: Client, scenario: Scenario, scale: float, server: Server = USUAL) -> Measured:
    """Let a client loose on a fresh world."""
    with SimulatedGitLab(scenario, server.latency(scale)) as gitlab:
        run = run_client(client, gitlab.url, scenario)
        served = gitlab.served()
    print(f"{scenario.title}, {client.name}: {run.wall:.1f} s", file=sys.stderr)
    if run.has_failed:
        print(run.output, file=sys.stderr)
    return Measured(
        client=client.name,
        workers=client.workers,
        scenario=scenario,
        scale=scale,
        seconds=round(full_seconds(run, served, scale, client.workers), 2),
        reads=served.reads,
        writes=served.writes,
        refused=served.refused,
        cpu=round(run.cpu, 2),
        peak_mb=round(run.peak_mb),
        exit_code=run.exit_code,
        wrong=served.wrong,
        load=round(os.getloadavg()[0], 1),
        server=server,
    )


def full_seconds(run: Run, served: Served, scale: float, workers: int) -> float:
    """Return the wall time on a GitLab that takes its full time.

    A client that sends one request after another takes what the server takes for them, and its own processor time. With
    several requests at once the two overlap: there, all time from the first request to the last answer counts as if it
    had been shortened.
    """
    if workers == 1:
        return served.server_seconds + run.cpu
    return run.wall + served.span * (1 / scale - 1)
