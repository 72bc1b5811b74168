# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RESULTS.md: the figures as tables, with how they came about."""

from __future__ import annotations

import datetime
import platform
import subprocess
import typing as t
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.bound import bound_seconds
from ansible_collections.groupshare.gitlab.benchmarks.comparison import Row
from ansible_collections.groupshare.gitlab.benchmarks.targets import Results, Target, targets
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency

PACKAGES: dict[str, tuple[str, ...]] = {
    "share_all": ("ansible-core", "requests", "urllib3"),
    "python-gitlab": ("python-gitlab",),
    "gitlabform": ("gitlabform",),
}
COLUMNS = ("client", "reads", "writes", "refused", "seconds", "bounds", "CPU s", "CPU ms a project", "peak MB", "end")


def markdown(results: Results, command: str, scale: float, workdir: Path) -> str:
    """The text of RESULTS.md."""
    sections = [
        "# Results",
        _circumstances(command, scale, workdir),
        "Requests are counted by the simulated GitLab. Seconds are those on a GitLab that takes its full time; "
        "`bounds` is their ratio to the lower bound. README.md tells what is measured, and how.",
        "## What is promised",
        _table(["figure", "measured", "target", "met"], map(_target_cells, targets(results))),
        *_comparison(results.rows),
        "## Whether the scale distorts",
        "The same runs of this module, 8 at once, with GitLab's times shortened more and less:",
        _table(
            ["projects", "scenario", "scale", "seconds", "bounds"],
            [
                [row.scenario.projects, row.scenario.name, row.scale, f"{row.seconds:.1f}", f"{row.ratio:.2f}"]
                for row in results.scale_rows
            ],
        ),
    ]
    return "\n\n".join(sections) + "\n"


def _circumstances(command: str, scale: float, workdir: Path) -> str:
    versions = [f"{name} {version}" for environment in PACKAGES for name, version in _versions(workdir, environment)]
    return (
        f"`{command}`, {datetime.date.today().isoformat()}, all of GitLab's times multiplied by {scale}. "
        f"Python {platform.python_version()}; {', '.join(versions)}."
    )


def _versions(workdir: Path, environment: str) -> list[tuple[str, str]]:
    python = workdir / environment / "bin" / "python"
    names = PACKAGES[environment]
    if not python.exists():
        return [(name, "missing") for name in names]
    code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    shown = subprocess.run([str(python), "-c", code, *names], check=True, capture_output=True, text=True).stdout
    return list(zip(names, shown.split()))


def _comparison(rows: t.Sequence[Row]) -> t.Iterator[str]:
    """A table for each scenario, in the order of the rows."""
    for scenario in dict.fromkeys(row.scenario for row in rows):
        bound = bound_seconds(scenario, Latency())
        yield f"## {scenario.projects} projects, {scenario.name}"
        yield f"{scenario.missing} shares missing, {scenario.wrong} at a wrong level. Lower bound: {bound:.1f} s."
        yield _table(
            COLUMNS,
            [_cells(row) for row in rows if row.scenario == scenario],
        )


def _cells(row: Row) -> list[t.Any]:
    if row.run is None or row.served is None:
        return [row.client.name, row.reason, *[""] * (len(COLUMNS) - 2)]
    return [
        row.client.name,
        row.served.reads,
        row.served.writes,
        row.served.refused,
        f"{row.seconds:.1f}",
        f"{row.ratio:.2f}",
        f"{row.run.cpu:.2f}",
        f"{1000 * row.run.cpu / row.scenario.projects:.2f}",
        f"{row.run.peak_mb:.0f}",
        _end(row),
    ]


def _end(row: Row) -> str:
    if row.run is None or row.served is None:
        return ""
    problems = [f"{row.served.wrong} projects wrong"] if row.served.wrong else []
    problems += [f"exit code {row.run.exit_code}"] if row.run.failed else []
    return ", ".join(problems) or "right"


def _target_cells(target: Target) -> list[str]:
    return [target.figure, target.measured, target.wanted, {True: "yes", False: "no", None: ""}[target.met]]


def _table(names: t.Sequence[str], rows: t.Iterable[t.Sequence[t.Any]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
