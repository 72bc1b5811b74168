# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure this module and its peers on simulated GitLabs; write results.json and all that is made from it.

Without a pattern everything is measured. With one, only what it is found in; all other results stay as they are.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks import results as kept
from ansible_collections.groupshare.gitlab.benchmarks.guides import rewrite_guides
from ansible_collections.groupshare.gitlab.benchmarks.jobs import jobs
from ansible_collections.groupshare.gitlab.benchmarks.markdown import markdown

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = {
    "share_all": ("ansible-core", "requests", "urllib3"),
    "python-gitlab": ("python-gitlab",),
    "gitlabform": ("gitlabform",),
    "gitlabracadabra": ("gitlabracadabra",),
}


def main() -> int:
    """Measure, and write; fails if this module left a project wrong."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pattern", nargs="?", default="", help="regular expression for names of what is measured")
    parser.add_argument("--list", action="store_true", help="print the names, and measure nothing")
    parser.add_argument("--write", action="store_true", help="measure nothing, write what is made from results.json")
    parser.add_argument("--environments", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    chosen = [job for job in jobs(arguments.environments) if re.search(arguments.pattern, job.name)]
    if arguments.list:
        print(*(job.name for job in chosen), sep="\n")
        return 0
    results = kept.load()
    for job in () if arguments.write else chosen:
        results = replace(job.carry_out(results), date=datetime.date.today().isoformat())
        results = replace(results, versions=_versions(arguments.environments))
        # After each one: what has been measured is not lost if the next one fails.
        kept.save(results)
    RESULTS.write_text(markdown(results), encoding="utf-8")
    rewrite_guides(results)
    return int(any(run.wrong or run.exit_code for run in results.runs if run.workers > 1 and "check" not in run.client))


def _versions(environments: Path) -> dict[str, str]:
    """Return the versions of Python and of what is measured."""
    code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    found = {"Python": platform.python_version()}
    for name, packages in PACKAGES.items():
        python = environments / name / "bin" / "python"
        if python.exists():
            shown = subprocess.run([str(python), "-c", code, *packages], check=True, capture_output=True, text=True)
            found.update(zip(packages, shown.stdout.split()))
    return found


if __name__ == "__main__":
    sys.exit(main())
