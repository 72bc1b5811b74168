# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs for single targets: under a limit, with scattered ids, of the start alone."""

from __future__ import annotations

import json
import statistics
import tempfile
import typing as t
from collections import Counter
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.clients import (
    PROGRAMS,
    Client,
    Place,
    Run,
    module_call,
    run_client,
    run_program,
    share_all,
    share_all_params,
)
from ansible_collections.groupshare.gitlab.benchmarks.results import Limited, ReadsByIds, Start
from ansible_collections.groupshare.gitlab.benchmarks.simulated import SimulatedGitLab
from ansible_collections.groupshare.gitlab.benchmarks.worlds import first_run, steady
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency

WORKERS = 8
REQUESTS_A_MINUTE = 600
# A day that has passed: the module refuses it once all options are parsed, before any request.
PAST = "2000-01-01"
NOWHERE = "http://127.0.0.1:9"


def under_limit(environments: Path, projects: int, scale: float) -> Limited:
    """Share all projects where REQUESTS_A_MINUTE are allowed; a minute is scaled as all times are."""
    window = 60 * scale
    limit = {"name": "throttle_authenticated_api", "requests": REQUESTS_A_MINUTE, "seconds": window}
    scenario = first_run(projects)
    with SimulatedGitLab(scenario, Latency(scale), limits=[limit]) as gitlab:
        run_client(share_all(environments, WORKERS), gitlab.url, scenario)
        served = gitlab.served()
    used = Counter(int(moment // window) for moment in served.passed)
    full = range(min(used) + 1, max(used))
    share = statistics.fmean(used[number] for number in full) / REQUESTS_A_MINUTE
    return Limited(round(share, 3), served.limited, served.wrong)


def reads_by_ids(environments: Path, projects: int, scale: float) -> ReadsByIds:
    """Read a steady state with dense ids, and with scattered ones."""
    scenario = steady(projects)
    reads = []
    for scattered in (False, True):
        with SimulatedGitLab(scenario, Latency(scale), scattered=scattered) as gitlab:
            run_client(share_all(environments, WORKERS), gitlab.url, scenario)
            reads.append(gitlab.served().reads)
    return ReadsByIds(*reads)


def start_up(environments: Path, times: int) -> Start:
    """Import and parse arguments, in turns so that the machine's moods hit both alike."""
    module = share_all(environments, WORKERS, expires_at=PAST)
    call = module_call("benchmarks.programs.library.empty_module", "{}")
    empty = Client("empty module", module.python, lambda _place: call)
    return _median_start(
        lambda: run_client(module, NOWHERE, steady(0)), lambda: run_client(empty, NOWHERE, steady(0)), times
    )


def through_playbook(environments: Path, times: int) -> Start:
    """Do the same through ansible-playbook, with Ansible's wrapper around the modules."""
    params = share_all_params(Place(NOWHERE, environments, steady(0)), expires_at=PAST)
    module = {"groupshare.gitlab.gitlab_group_share_all": params}
    empty: dict[str, t.Any] = {"empty_module": {}}
    return _median_start(lambda: _play(environments, module), lambda: _play(environments, empty), times)


def _median_start(module: t.Callable[[], Run], empty: t.Callable[[], Run], times: int) -> Start:
    """Run both as often; what ends for another reason than it should is no figure but a mistake."""
    runs = [(module(), empty()) for _unused in range(times)]
    for refused, ended in runs:
        if PAST not in refused.output or ended.has_failed:
            raise RuntimeError(f"{refused.output}\n{ended.output}")
    medians = (statistics.median(run[number].wall for run in runs) for number in (0, 1))
    return Start(*(round(seconds, 3) for seconds in medians))


def _play(environments: Path, task: dict[str, t.Any]) -> Run:
    """Run a play of one task, which may fail."""
    play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}]
    programs = environments / "share_all" / "bin"
    python = f"ansible_python_interpreter={programs / 'python'}"
    options = ["-i", "localhost,", "-e", python, "-M", str(PROGRAMS / "library")]
    with tempfile.TemporaryDirectory() as files:
        playbook = Path(files) / "start.yml"
        playbook.write_text(json.dumps(play), encoding="utf-8")
        return run_program([str(programs / "ansible-playbook"), *options, str(playbook)])
