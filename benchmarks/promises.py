# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else was promised of this module: under a limit, with scattered ids, on a large instance, at its start."""

from __future__ import annotations

import json
import statistics
import typing as t
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.clients import (
    PROGRAMS,
    Client,
    Run,
    module_call,
    run_client,
    run_program,
    share_all,
    share_all_params,
)
from ansible_collections.groupshare.gitlab.benchmarks.comparison import Row, measure
from ansible_collections.groupshare.gitlab.benchmarks.simulated import Served, SimulatedGitLab
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario

WORKERS = 8
REQUESTS_A_MINUTE = 600
# A day that has passed: the module refuses it once all options are parsed, before any request.
PAST = "2000-01-01"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Limited:
    """A first run under a rate limit.

    :param share: part of the allowance that was used, in the windows between the first and the last one.
    """

    run: Run
    served: Served
    share: float


def under_limit(workdir: Path, projects: int, scale: float) -> Limited:
    """Share all projects where REQUESTS_A_MINUTE are allowed; a minute is scaled as all times are."""
    window = 60 * scale
    limit = {"name": "throttle_authenticated_api", "requests": REQUESTS_A_MINUTE, "seconds": window}
    scenario = Scenario("first run", projects, missing=projects)
    with SimulatedGitLab(scenario, scale=scale, limits=[limit]) as gitlab:
        run = run_client(share_all(workdir, WORKERS), gitlab.url)
        served = gitlab.served()
    used = Counter(int(moment // window) for moment in served.passed)
    full = range(min(used) + 1, max(used))
    return Limited(run, served, statistics.fmean(used[number] for number in full) / REQUESTS_A_MINUTE)


def reads_by_ids(workdir: Path, projects: int, scale: float) -> tuple[int, int]:
    """Reads of a steady state with dense ids, and with ids scattered over a large range."""
    scenario = Scenario("steady state", projects)
    reads = []
    for scattered in (False, True):
        with SimulatedGitLab(scenario, scale=scale, scattered=scattered) as gitlab:
            run_client(share_all(workdir, WORKERS), gitlab.url)
            reads.append(gitlab.served().reads)
    return reads[0], reads[1]


def large_instance(workdir: Path, projects: int, scale: float) -> Row:
    """A steady state of many projects, of which memory and processor time count."""
    return measure(share_all(workdir, WORKERS), Scenario("steady state", projects), scale)


def scale_check(workdir: Path, scenario: Scenario, scales: t.Sequence[float]) -> list[Row]:
    """The same run at several scales: their ratios to the bound differ by what the client itself takes."""
    return [measure(share_all(workdir, WORKERS), scenario, scale) for scale in scales]


@dataclass(frozen=True)
class Start:
    """Median seconds until an end before the first request: of a module, and of an empty one with requests."""

    module: float
    empty: float


def start_up(workdir: Path, times: int) -> Start:
    """Import and parse arguments, in turns so that the machine's moods hit both alike."""
    module = share_all(workdir, WORKERS, expires_at=PAST)
    call = module_call("benchmarks.programs.library.empty_module", "{}")
    empty = Client("empty module", module.python, lambda _url, _files: call)
    return _median_start(lambda: run_client(module, NOWHERE), lambda: run_client(empty, NOWHERE), times)


def through_playbook(workdir: Path, times: int) -> Start:
    """The same through ansible-playbook, with Ansible's wrapper around the modules."""
    module = {"groupshare.gitlab.gitlab_group_share_all": json.loads(share_all_params(NOWHERE, expires_at=PAST))}
    empty: dict[str, t.Any] = {"empty_module": {}}
    return _median_start(lambda: _play(workdir, module), lambda: _play(workdir, empty), times)


def _median_start(module: t.Callable[[], Run], empty: t.Callable[[], Run], times: int) -> Start:
    """Run both as often; what ends for another reason than it should is no figure but a mistake."""
    runs = [(module(), empty()) for _unused in range(times)]
    for refused, ended in runs:
        if PAST not in refused.output or ended.failed:
            raise RuntimeError(f"{refused.output}\n{ended.output}")
    return Start(statistics.median(run[0].wall for run in runs), statistics.median(run[1].wall for run in runs))


def _play(workdir: Path, task: dict[str, t.Any]) -> Run:
    """Run a play of one task, which may fail."""
    play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}]
    playbook = workdir / "start.yml"
    playbook.write_text(json.dumps(play), encoding="utf-8")
    programs = workdir / "share_all" / "bin"
    python = f"ansible_python_interpreter={programs / 'python'}"
    options = ["-i", "localhost,", "-e", python, "-M", str(PROGRAMS / "library")]
    return run_program([str(programs / "ansible-playbook"), *options, str(playbook)])
