# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The targets for this module, each held against what was measured."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ansible_collections.groupshare.gitlab.benchmarks.jobs import CHECK_MODE, HUGE, LARGE, SMALL
from ansible_collections.groupshare.gitlab.benchmarks.measure import Measured
from ansible_collections.groupshare.gitlab.benchmarks.other_runs import REQUESTS_A_MINUTE
from ansible_collections.groupshare.gitlab.benchmarks.results import Results, Start
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario

LOOP = "python-gitlab loop"
MAX_RATIO = 1.2
MIN_GAIN = 3


@dataclass(frozen=True)
class Target:
    """A target; met is None for a figure without one."""

    figure: str
    measured: str
    wanted: str = ""
    met: bool | None = None


def targets(results: Results) -> list[Target]:
    """Return all targets that something was measured for, and whether they are met."""
    return [
        *_ratios(results),
        *_gains(results),
        *_requests(results),
        *_client_costs(results),
        *_starts(results),
        *_rate_limit(results),
        *_ids(results),
    ]


def ours(runs: t.Iterable[Measured], workers: int) -> list[Measured]:
    """Return the runs of this module with so many requests at once that were no previews."""
    return [run for run in runs if run.workers == workers > 1 and CHECK_MODE not in run.client]


def _ratios(results: Results) -> t.Iterator[Target]:
    for size in sorted({run.scenario.projects for run in results.runs if run.scenario.projects >= LARGE}):
        runs = ours(results.of(projects=size), 8)
        if runs:
            measured = ", ".join(f"{_short(run.scenario)} {run.ratio:.2f}" for run in runs)
            met = max(run.ratio for run in runs) <= MAX_RATIO
            yield Target(f"times the lower bound, {size} projects, 8 at once", measured, f"at most {MAX_RATIO}", met)


def _gains(results: Results) -> t.Iterator[Target]:
    runs = results.of(projects=LARGE)
    gains = {
        _short(run.scenario): loop.seconds / run.seconds
        for loop in runs
        for run in ours(runs, 4)
        if loop.client == LOOP and loop.scenario == run.scenario
    }
    if gains:
        figure = f"4 at once, {LARGE} projects: times as fast as the {LOOP}"
        measured = ", ".join(f"{name} {gain:.1f}" for name, gain in gains.items())
        yield Target(figure, measured, f"at least {MIN_GAIN}", min(gains.values()) >= MIN_GAIN)


def _short(scenario: Scenario) -> str:
    return scenario.name if scenario.enterprise else f"{scenario.name} (Community Edition)"


def _requests(results: Results) -> t.Iterator[Target]:
    for size in sorted({run.scenario.projects for run in results.runs}):
        reads = [run.reads for run in ours(results.of(projects=size, name="steady state"), 8)]
        most = math.floor(math.ceil(size / 100) * 1.02 + 12)
        if reads:
            yield Target(f"reads, {size} projects, steady state", str(reads[0]), f"at most {most}", reads[0] <= most)
    all_ours = [run for workers in (4, 8) for run in ours(results.runs, workers)]
    others = sum(run.writes != run.scenario.writes for run in all_ours)
    yield Target("runs with other writes than the plan's", f"{others} of {len(all_ours)}", "0", not others)
    for run in results.of(projects=SMALL, name="steady state"):
        if run.client == "gitlabform":
            requests = [each.reads + each.writes for each in ours(results.of(projects=SMALL, name="steady state"), 4)]
            times = (run.reads + run.writes) / max(requests)
            figure = f"gitlabform's requests, {SMALL} projects, steady state"
            yield Target(figure, f"{times:.0f} times as many", "at least 20 times", times >= 20)


def _client_costs(results: Results) -> t.Iterator[Target]:
    for run in ours(results.of(projects=HUGE, name="steady state"), 8):
        cpu = 1000 * run.cpu / HUGE
        yield Target(f"processor time a project read, {HUGE} projects", f"{cpu:.2f} ms", "at most 0.2 ms", cpu <= 0.2)
    write = write_cost(results)
    if write is not None:
        figure = f"processor time a write, {LARGE} first shares"
        yield Target(figure, f"{write:.2f} ms", "at most 0.5 ms", write <= 0.5)
    peaks = [run.peak_mb for run in ours(results.of(projects=HUGE), 8)]
    if peaks:
        yield Target(f"peak memory, {HUGE} projects, worst", f"{max(peaks):.0f} MB", "under 120 MB", max(peaks) < 120)


def write_cost(results: Results) -> float | None:
    """Return the milliseconds of processor time that a first share takes: what a run takes beyond a preview of it."""
    previews = [run for run in results.costs if CHECK_MODE in run.client]
    written = ours(results.costs, 8)
    if not previews or not written:
        return None
    return 1000 * (written[0].cpu - previews[0].cpu) / written[0].writes


def _starts(results: Results) -> t.Iterator[Target]:
    if results.start is not None:
        figure = "start: import and parsing, beyond an empty module with requests"
        met = results.start.module - results.start.empty <= 0.25
        yield Target(figure, _difference(results.start), "at most 0.25 s", met)
    if results.start_in_playbook is not None:
        yield Target("the same through ansible-playbook", _difference(results.start_in_playbook))


def _rate_limit(results: Results) -> t.Iterator[Target]:
    limited = results.limited
    if limited is not None:
        under = f"first run under {REQUESTS_A_MINUTE} requests a minute"
        yield Target(f"allowance used, {under}", f"{limited.used:.1%}", "at least 90 %", limited.used >= 0.9)
        yield Target(f"429s met, {under}", str(limited.refused), "fewer than 10", limited.refused < 10)
        yield Target(f"projects wrong at the end, {under}", str(limited.wrong), "0", limited.wrong == 0)


def _ids(results: Results) -> t.Iterator[Target]:
    reads = results.reads_by_ids
    if reads is not None:
        measured = f"{reads.scattered} (dense: {reads.dense})"
        met = reads.scattered <= 2 * reads.dense
        yield Target(
            "reads with ids scattered over a range of 70 million", measured, "at most twice the dense ones", met
        )


def _difference(start: Start) -> str:
    return f"{start.module - start.empty:.3f} s ({start.module:.3f} - {start.empty:.3f})"
