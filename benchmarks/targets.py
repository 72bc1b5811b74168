# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised of this module's speed, each promise held against what was measured."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ansible_collections.groupshare.gitlab.benchmarks.comparison import Row
from ansible_collections.groupshare.gitlab.benchmarks.promises import REQUESTS_A_MINUTE, Limited, Start


@dataclass(frozen=True)
class Results:
    """Everything that was measured; reads are those with dense and with scattered ids."""

    rows: t.Sequence[Row]
    scale_rows: t.Sequence[Row]
    limited: Limited
    reads: tuple[int, int]
    large: Row
    start: Start
    playbook: Start


@dataclass(frozen=True)
class Target:
    """A promise; met is None for what is only told."""

    figure: str
    measured: str
    wanted: str = ""
    met: bool | None = None


def targets(results: Results) -> t.Iterator[Target]:
    """All promises, with what became of them."""
    yield from _compared(results.rows)
    limited = results.limited
    under = f"first run under {REQUESTS_A_MINUTE} requests a minute"
    yield Target(f"allowance used, {under}", f"{limited.share:.1%}", "at least 90 %", limited.share >= 0.9)
    yield Target(f"429s met, {under}", str(limited.served.limited), "fewer than 10", limited.served.limited < 10)
    yield Target(f"projects wrong at the end, {under}", str(limited.served.wrong), "0", limited.served.wrong == 0)
    dense, scattered = results.reads
    yield Target(
        "reads with scattered ids, in a range of 70 million",
        f"{scattered} (dense: {dense})",
        "at most twice those with dense ones",
        scattered <= 2 * dense,
    )
    yield from _large(results.large)
    yield Target(
        "start: import and parsing, beyond an empty module with requests",
        _difference(results.start),
        "at most 0.25 s",
        results.start.module - results.start.empty <= 0.25,
    )
    yield Target("the same through ansible-playbook", _difference(results.playbook))


def _compared(rows: t.Sequence[Row]) -> t.Iterator[Target]:
    """What the worlds show in which all clients were compared; the largest one counts."""
    size = max(row.scenario.projects for row in rows)
    largest = [row for row in rows if row.scenario.projects == size]
    eight, four = ([row for row in largest if row.client.workers == workers] for workers in (8, 4))
    reads = max(_requests(row)[0] for row in (*eight, *four) if row.scenario.name == "steady state")
    most = math.floor(math.ceil(size / 100) + 0.02 * size / 100 + 12)
    yield Target(f"reads, {size} projects, steady state", str(reads), f"at most {most}", reads <= most)
    superfluous = [row for row in (*eight, *four) if _requests(row)[1] != row.scenario.missing + 2 * row.scenario.wrong]
    yield Target("runs with other writes than the plan's", str(len(superfluous)), "0", not superfluous)
    worst = max(row.ratio for row in eight)
    yield Target(
        f"times the lower bound, {size} projects, 8 at once, worst", f"{worst:.2f}", "at most 1.25", worst <= 1.25
    )
    gains = [
        loop.seconds / row.seconds
        for loop in largest
        for row in four
        if loop.client.name == "python-gitlab loop" and loop.run and loop.scenario == row.scenario
    ]
    if gains:
        gain = f"{min(gains):.1f}"
        yield Target("4 at once: times as fast as the python-gitlab loop, worst", gain, "at least 3", min(gains) >= 3)
    yield from _against_gitlabform(rows)


def _against_gitlabform(rows: t.Sequence[Row]) -> t.Iterator[Target]:
    steady = [row for row in rows if row.scenario.name == "steady state" and row.run]
    for other in steady:
        if other.client.name == "gitlabform":
            ours = max(
                sum(_requests(row)) for row in steady if row.scenario == other.scenario and row.client.workers > 1
            )
            times = sum(_requests(other)) / ours
            yield Target(
                f"gitlabform's requests, {other.scenario.projects} projects, steady state",
                f"{times:.0f} times as many",
                "at least 20 times",
                times >= 20,
            )


def _requests(row: Row) -> tuple[int, int]:
    return (row.served.reads, row.served.writes) if row.served else (0, 0)


def _large(row: Row) -> t.Iterator[Target]:
    if row.run is None:
        return
    projects, cpu = row.scenario.projects, 1000 * row.run.cpu / row.scenario.projects
    yield Target(f"processor time a project, {projects} projects", f"{cpu:.2f} ms", "at most 0.5 ms", cpu <= 0.5)
    yield Target(
        f"peak memory, {projects} projects", f"{row.run.peak_mb:.0f} MB", "under 150 MB", row.run.peak_mb < 150
    )


def _difference(start: Start) -> str:
    return f"{start.module - start.empty:.3f} s ({start.module:.3f} - {start.empty:.3f})"
