# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that are compared, and what one run of any program costs."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario, describe
from ansible_collections.groupshare.gitlab.tests.simulator.generate import LEVEL, OWNER_TOKEN, TARGET
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency
from ansible_collections.groupshare.gitlab.tests.support.gitlabform import CONFIG as GITLABFORM_CONFIG

PROGRAMS = Path(__file__).parent / "programs"
# More of it would only make this process large, and with it what the kernel counts for its children.
MAX_OUTPUT = 2000


class Place(t.NamedTuple):
    """Where a client does its work.

    :param url: of GitLab.
    :param files: a directory for the client's own files.
    """

    url: str
    files: Path
    scenario: Scenario


Command = t.Callable[[Place], t.Sequence[str]]


@dataclass(frozen=True)
class Client:
    """A program that shares all projects with the group.

    :param python: the Python that it runs on; without it, the client is missing.
    :param command: its arguments.
    :param workers: how many requests it sends at once.
    """

    name: str
    python: Path
    command: Command
    workers: int = 1

    @property
    def is_missing(self) -> bool:
        """Whether it could not be installed."""
        return not self.python.exists()


@dataclass(frozen=True)
class Run:
    """What a program cost: seconds from start to end and of processor time, the most memory that it held."""

    wall: float
    cpu: float
    peak_mb: float
    exit_code: int
    output: str

    @property
    def has_failed(self) -> bool:
        """Whether it says so."""
        return self.exit_code != 0


def module_call(name: str, params: str) -> t.Sequence[str]:
    """Return the arguments of a Python that runs a module of this collection, its parameters given as JSON."""
    return [str(PROGRAMS / "call_module.py"), name, params]


def share_all_params(place: Place, workers: int = 4, **params: t.Any) -> dict[str, t.Any]:
    """Return the module's parameters."""
    present = {"access_level": LEVEL, "update_existing": "always"}
    state = {"state": "absent"} if place.scenario.removed else present
    where = {"api_url": place.url, "api_token": OWNER_TOKEN, "recovery_dir": str(place.files)}
    return {**where, "group": TARGET, "parallel_requests": workers, **state, **params}


def share_all(environments: Path, workers: int, **params: t.Any) -> Client:
    """Return this module."""

    def command(place: Place) -> t.Sequence[str]:
        given = json.dumps(share_all_params(place, workers, **params))
        return module_call("plugins.modules.gitlab_group_share_all", given)

    return Client(f"this module, {workers} at once", _python(environments, "share_all"), command, workers)


def sequential_loop(environments: Path) -> Client:
    """Return a loop with python-gitlab."""

    def command(place: Place) -> t.Sequence[str]:
        return [str(PROGRAMS / "sequential_loop.py"), place.url, OWNER_TOKEN, TARGET]

    return Client("python-gitlab loop", _python(environments, "python-gitlab"), command)


def guide_script(environments: Path) -> Client:
    """Return the script of vendors' guides."""

    def command(place: Place) -> t.Sequence[str]:
        return [str(PROGRAMS / "guide_script.py"), place.url, OWNER_TOKEN, TARGET.rpartition("/")[2]]

    return Client("guide's script", _python(environments, "share_all"), command)


def gitlabform(environments: Path) -> Client:
    """Return gitlabform."""

    def command(place: Place) -> t.Sequence[str]:
        config = place.files / "gitlabform.yml"
        text = GITLABFORM_CONFIG.format(url=place.url, token=OWNER_TOKEN, group=TARGET, level=LEVEL)
        config.write_text(text, encoding="utf-8")
        start = "import sys; from gitlabform.run import run; sys.exit(run())"
        return ["-c", start, "--skip-version-check", "--config", str(config), "ALL"]

    return Client("gitlabform", _python(environments, "gitlabform"), command)


def gitlabracadabra(environments: Path) -> Client:
    """Return gitlabracadabra; each project has to be named to it."""

    def command(place: Place) -> t.Sequence[str]:
        config, actions = place.files / "python-gitlab.cfg", place.files / "gitlabracadabra.yml"
        config.write_text(
            f"[global]\ndefault = bench\n[bench]\nurl = {place.url}\nprivate_token = {OWNER_TOKEN}\n", encoding="utf-8"
        )
        paths = [project["path"] for project in describe(place.scenario, Latency())["projects"]]
        actions.write_text(json.dumps({path: {"groups": {TARGET: LEVEL}} for path in paths}), encoding="utf-8")
        start = "import sys; from gitlabracadabra.cli import main; sys.exit(main())"
        return ["-c", start, "--fail-on-errors", "--config-file", str(config), str(actions)]

    return Client("gitlabracadabra", _python(environments, "gitlabracadabra"), command)


def run_client(client: Client, url: str, scenario: Scenario) -> Run:
    """Let a client do its work once."""
    with tempfile.TemporaryDirectory() as files:
        return run_program([str(client.python), *client.command(Place(url, Path(files), scenario))])


def run_program(command: t.Sequence[str]) -> Run:
    """Run a program to its end; children that it waits for count as its own."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        started = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output) as process:
            # Popen's own wait would throw away what the process used.
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        output.seek(0)
        cpu = usage.ru_utime + usage.ru_stime
        return Run(wall, cpu, usage.ru_maxrss / 1024, process.returncode, output.read()[-MAX_OUTPUT:])


def _python(environments: Path, name: str) -> Path:
    return environments / name / "bin" / "python"
