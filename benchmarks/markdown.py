# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""RESULTS.md: the figures as tables, with how they came about."""

from __future__ import annotations

import typing as t

from ansible_collections.groupshare.gitlab.benchmarks.bound import bound_seconds
from ansible_collections.groupshare.gitlab.benchmarks.measure import Measured
from ansible_collections.groupshare.gitlab.benchmarks.results import Results
from ansible_collections.groupshare.gitlab.benchmarks.targets import Target, targets
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency

COLUMNS = ("client", "reads", "writes", "refused", "seconds", "bounds", "CPU s", "peak MB", "end", "scale", "load")


def markdown(results: Results) -> str:
    """Return the text of RESULTS.md."""
    sections = [
        "# Results",
        _circumstances(results),
        "Requests are counted by the simulated GitLab. Seconds are those on a GitLab that takes its full time; "
        "`bounds` is their ratio to the lower bound. README.md says what is measured, and how.",
        "## Targets",
        _table(("figure", "measured", "target", "met"), map(_target_cells, targets(results))),
        *_comparison(results.runs),
        "## Whether the scale distorts",
        "The same run of this module with GitLab's times shortened more and less:",
        _table(
            ("scenario", "client", "scale", "seconds", "bounds", "load"),
            [
                (run.scenario.title, run.client, run.scale, f"{run.seconds:.1f}", f"{run.ratio:.2f}", run.load)
                for run in results.at_scales
            ],
        ),
        "## A small server",
        "Two workers, which slow each other down as two cores shared with the database do (`Latency.small_server()`):",
        _table(
            ("scenario", "client", "seconds", "load"),
            [(run.scenario.title, run.client, f"{run.seconds:.1f}", run.load) for run in results.small_server],
        ),
    ]
    return "\n\n".join(sections) + "\n"


def _circumstances(results: Results) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    return (
        f"`benchmarks/run`, {results.date}. {versions}. The machine has 2 cores; its load from whatever else ran "
        "there is given for each run, as the mean of the last minute."
    )


def _comparison(runs: t.Sequence[Measured]) -> t.Iterator[str]:
    """Return a table for each scenario, small worlds first, in the order of the runs."""
    scenarios = sorted(dict.fromkeys(run.scenario for run in runs), key=lambda scenario: scenario.projects)
    for scenario in scenarios:
        yield f"## {scenario.title}"
        yield _about(scenario)
        yield _table(COLUMNS, [_cells(run) for run in runs if run.scenario == scenario])


def _about(scenario: Scenario) -> str:
    bound = f"Lower bound: {bound_seconds(scenario, Latency()):.1f} s."
    if scenario.removed:
        return f"{scenario.removed} shares to remove, no others. {bound}"
    return f"{scenario.missing} shares missing, {scenario.wrong} at a wrong level. {bound}"


def _cells(run: Measured) -> tuple[t.Any, ...]:
    seconds, bounds = f"{run.seconds:.1f}", f"{run.ratio:.2f}"
    cpu, peak = f"{run.cpu:.1f}", f"{run.peak_mb:.0f}"
    return run.client, run.reads, run.writes, run.refused, seconds, bounds, cpu, peak, _end(run), run.scale, run.load


def _end(run: Measured) -> str:
    problems = [f"{run.wrong} projects wrong"] if run.wrong else []
    problems += [f"exit code {run.exit_code}"] if run.exit_code else []
    return ", ".join(problems) or "right"


def _target_cells(target: Target) -> tuple[str, ...]:
    return target.figure, target.measured, target.wanted, {True: "yes", False: "no", None: ""}[target.met]


def _table(names: t.Sequence[str], rows: t.Iterable[t.Sequence[t.Any]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
