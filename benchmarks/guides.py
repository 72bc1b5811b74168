# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures in the guides, made from what was measured."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.jobs import HUGE, LARGE, SMALL
from ansible_collections.groupshare.gitlab.benchmarks.measure import Measured
from ansible_collections.groupshare.gitlab.benchmarks.results import Results
from ansible_collections.groupshare.gitlab.benchmarks.targets import ours
from ansible_collections.groupshare.gitlab.docs.diagrams import CLIENTS, benchmark

GUIDES = Path(__file__).resolve().parent.parent / "docs" / "docsite" / "rst"
PEERS = ("gitlabform", "gitlabracadabra", "python-gitlab")
SCENARIOS = {
    "steady state": "Nothing to do",
    "first run": "First run, nothing shared yet",
    "drift of 1000": "1,000 shares missing, 1,000 to be replaced",
}


def rewrite_guides(results: Results) -> None:
    """Write the tables and the picture."""
    for name, figures in guide_figures(results).items():
        path = GUIDES / f"{name}.rst"
        path.write_text(with_figures(path.read_text(encoding="utf-8"), figures), encoding="utf-8")
    benchmark()


def guide_figures(results: Results) -> dict[str, str]:
    """Return the tables by the names of the guides that they belong to."""
    return {"comparison": _compared(results), "large_instances": _sizes(results)}


def with_figures(page: str, figures: str) -> str:
    """Return a guide with these figures in place of those that it has."""
    parts = re.split(r"(?m)^(\.\. Figures of benchmarks/run:|\.\. End of figures\.)\n", page)
    if len(parts) != 5:
        raise ValueError("the guide has no place for figures, or several")
    before, begin, _former, end, after = parts
    return f"{before}{begin}\n\n{figures}\n{end}\n{after}"


def _compared(results: Results) -> str:
    """Return how long all clients take, as a table."""
    rows = []
    for client, label in CLIENTS.items():
        runs = {run.scenario.name: run for run in results.of(projects=SMALL) if run.client == client}
        if {"first run", "steady state"} <= runs.keys():
            first, steady = runs["first run"], runs["steady state"]
            rows.append((label, _seconds(first), _requests(first), _seconds(steady), _requests(steady)))
    names = ("", "First run", "Requests", "Nothing to do", "Requests")
    table = _list_table(f"{SMALL:,} projects, measured", names, rows, "   :stub-columns: 1")
    versions = ", ".join(f"{name} {results.versions.get(name, 'missing')}" for name in PEERS)
    return f"{table}\nMeasured with {versions}.\n"


def _sizes(results: Results) -> str:
    """Return how long this module takes by size, as a table."""
    columns = ((LARGE, 4), (LARGE, 8), (HUGE, 8))
    rows = []
    for name, label in SCENARIOS.items():
        found = [ours(results.of(projects=size, name=name, enterprise=True), workers) for size, workers in columns]
        if any(found):
            rows.append((label, *map(_size, found)))
    names = ("", *(f"{size:,} projects, {workers} at once" for size, workers in columns))
    return _list_table("Whole runs, measured", names, rows, "   :widths: 28 24 24 24")


def _size(runs: t.Sequence[Measured]) -> str:
    return f"{_minutes(runs[0])}, {_requests(runs[0])} requests" if runs else "not measured"


def _seconds(run: Measured) -> str:
    return f"{run.seconds:.0f} s"


def _minutes(run: Measured) -> str:
    if run.seconds < 100:
        return _seconds(run)
    return f"{run.seconds / 60:.1f} minutes"


def _requests(run: Measured) -> str:
    return f"{run.reads + run.writes:,}"


def _list_table(title: str, names: t.Sequence[str], rows: t.Iterable[t.Sequence[str]], *options: str) -> str:
    lines = [f".. list-table:: {title}", "   :header-rows: 1", *options, ""]
    for row in (names, *rows):
        cells = [f"     - {cell}".rstrip() for cell in row]
        lines += [cells[0].replace("     -", "   * -", 1), *cells[1:]]
    return "\n".join(lines) + "\n"
