# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark: measures this module and its peers on simulated GitLabs, prints tables, writes RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.comparison import Row, compare
from ansible_collections.groupshare.gitlab.benchmarks.promises import (
    large_instance,
    reads_by_ids,
    scale_check,
    start_up,
    through_playbook,
    under_limit,
)
from ansible_collections.groupshare.gitlab.benchmarks.results import markdown
from ansible_collections.groupshare.gitlab.benchmarks.targets import Results
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    :param scale: what GitLab's times are multiplied by.
    :param slow_projects: the largest world that slow clients are measured in.
    :param fast_scale: the same where requests are counted, or the client's own cost, rather than seconds.
    """

    sizes: tuple[int, ...]
    slow_projects: int
    scale: float
    fast_scale: float
    limited_projects: int
    scattered_projects: int
    large_projects: int
    scale_checks: tuple[Scenario, ...]
    check_scales: tuple[float, ...]
    starts: int


FULL = Extent(
    sizes=(1000, 10_000),
    slow_projects=1000,
    scale=0.5,
    fast_scale=0.1,
    limited_projects=5000,
    scattered_projects=1000,
    large_projects=50_000,
    scale_checks=(Scenario("steady state", 10_000), Scenario("first run", 1000, missing=1000)),
    check_scales=(0.25, 0.5, 1.0),
    starts=15,
)
QUICK = Extent(
    sizes=(1000,),
    slow_projects=1000,
    scale=0.02,
    fast_scale=0.05,
    limited_projects=2000,
    scattered_projects=1000,
    large_projects=5000,
    scale_checks=(Scenario("steady state", 1000),),
    check_scales=(0.02, 0.1),
    starts=3,
)


def main() -> int:
    """Measure, print, write; fails when this module left a project wrong."""
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small worlds and short times; RESULTS.md stays")
    parser.add_argument("--all", action="store_true", help="slow peers in the large world too: two hours more")
    parser.add_argument("--workdir", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    extent = QUICK if arguments.quick else FULL
    if arguments.all:
        extent = replace(extent, slow_projects=max(extent.sizes))
    results = measure_all(arguments.workdir, extent)
    command = "benchmarks/run" + " --quick" * arguments.quick + " --all" * arguments.all
    text = markdown(results, command, extent.scale, arguments.workdir)
    print(text)
    if not arguments.quick:
        RESULTS.write_text(text, encoding="utf-8")
    return int(any(_went_wrong(row) for row in results.rows if row.client.workers > 1))


def measure_all(workdir: Path, extent: Extent) -> Results:
    """Measure one thing after another, so that nothing gets into the way of anything else."""
    return Results(
        rows=compare(workdir, extent.sizes, extent.scale, extent.slow_projects),
        scale_rows=[row for case in extent.scale_checks for row in scale_check(workdir, case, extent.check_scales)],
        limited=under_limit(workdir, extent.limited_projects, extent.fast_scale),
        reads=reads_by_ids(workdir, extent.scattered_projects, extent.fast_scale),
        large=large_instance(workdir, extent.large_projects, extent.fast_scale),
        start=start_up(workdir, extent.starts),
        playbook=through_playbook(workdir, extent.starts),
    )


def _went_wrong(row: Row) -> bool:
    return row.run is None or row.served is None or row.run.failed or row.served.wrong > 0


if __name__ == "__main__":
    sys.exit(main())
