# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print a table of what .ci/run has run, then `N passed, N failed`; exit with 1 if anything failed.

Usage: python3 .ci/summary.py STEPS SESSIONS
STEPS holds lines of name, result and seconds; SESSIONS is the report that nox writes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

RESULTS = {"success": "passed", "skipped": "skipped"}


def read_steps(path: Path) -> list[tuple[str, str, float]]:
    """Return name, result and seconds of each line."""
    lines = (line.split() for line in path.read_text().splitlines())
    return [(name, result, float(seconds)) for name, result, seconds in lines]


def read_sessions(path: Path) -> list[tuple[str, str, float]]:
    """Return name, result and seconds of each session; whatever is neither success nor skip has failed."""
    sessions = json.loads(path.read_text())["sessions"]
    return [(one["name"], RESULTS.get(one["result"], "failed"), one["duration"]) for one in sessions]


def main() -> int:
    """Print the table and the count."""
    steps, sessions = map(Path, sys.argv[1:])
    rows = read_steps(steps) + read_sessions(sessions)
    print(f"\n{'step':30} {'result':8} {'seconds':>7}")
    for name, result, seconds in rows:
        print(f"{name:30} {result:8} {seconds:7.0f}")
    results = [result for _name, result, _seconds in rows]
    print(f"\n{results.count('passed')} passed, {results.count('failed')} failed")
    return 1 if "failed" in results else 0


if __name__ == "__main__":
    sys.exit(main())
