# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated GitLab in a process of its own, so that its work is not counted as a client's."""

from __future__ import annotations

import multiprocessing
import typing as t
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario, count_wrong, describe
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class Served:
    """What a simulated GitLab saw.

    :param refused: writes that were answered with an error.
    :param limited: requests that were answered with 429.
    :param span: seconds from the first request to the last answer.
    :param server_seconds: time that all requests took the server, one after another and at its full length.
    :param passed: when the requests arrived that were not limited.
    :param wrong: how many projects are not as wanted now.
    """

    reads: int
    writes: int
    refused: int
    limited: int
    span: float
    server_seconds: float
    passed: tuple[float, ...]
    wrong: int


class SimulatedGitLab:
    """For use in a with statement.

    :param scenario: what is on it, as describe() makes it.
    :param options: those of describe().
    """

    def __init__(self, scenario: Scenario, latency: Latency, **options: t.Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other_end = context.Pipe()
        arguments = (other_end, scenario, latency, options)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self.url = ""

    def __enter__(self) -> SimulatedGitLab:
        self._process.start()
        self.url = self._pipe.recv()
        return self

    def __exit__(self, *_error: object) -> None:
        self._pipe.send("stop")
        self._process.join()

    def served(self) -> Served:
        """What it has seen so far."""
        self._pipe.send("served")
        served: Served = self._pipe.recv()
        return served


def _serve(pipe: Connection, scenario: Scenario, latency: Latency, options: t.Mapping[str, t.Any]) -> None:
    # The world is made here: the benchmark's own process stays small.
    with Simulator(World.from_dict(describe(scenario, latency, **options))) as gitlab:
        pipe.send(gitlab.url)
        while pipe.recv() == "served":
            pipe.send(_served(gitlab, scenario))


def _served(gitlab: Simulator, scenario: Scenario) -> Served:
    log = gitlab.log
    return Served(
        reads=len(gitlab.reads),
        writes=len(gitlab.writes),
        refused=sum(entry.status >= 400 for entry in gitlab.writes),
        limited=sum(entry.status == TOO_MANY_REQUESTS for entry in log),
        span=max(entry.finished for entry in log) - min(entry.started for entry in log) if log else 0.0,
        server_seconds=gitlab.served_ms / 1000,
        passed=tuple(entry.started for entry in log if entry.status != TOO_MANY_REQUESTS),
        wrong=count_wrong(gitlab.world, scenario),
    )
