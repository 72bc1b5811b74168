# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
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

from ansible_collections.groupshare.gitlab.tests.simulator.generate import OWNER_TOKEN, TARGET
from ansible_collections.groupshare.gitlab.tests.support.gitlabform import CONFIG as GITLABFORM_CONFIG

PROGRAMS = Path(__file__).parent / "programs"
# More of it would only make this process large, and with it what the kernel counts for its children.
MAX_OUTPUT = 2000

Command = t.Callable[[str, Path], t.Sequence[str]]


@dataclass(frozen=True)
class Client:
    """A program that shares all projects with the group.

    :param python: the Python that it runs on; without it, the client is missing.
    :param command: its arguments, from the URL of GitLab and a directory for its files.
    :param workers: how many requests it sends at once.
    """

    name: str
    python: Path
    command: Command
    workers: int = 1

    @property
    def missing(self) -> bool:
        return not self.python.exists()


@dataclass(frozen=True)
class Run:
    """What a program cost: seconds from start to end and of processor time, the most memory it held."""

    wall: float
    cpu: float
    peak_mb: float
    exit_code: int
    output: str

    @property
    def failed(self) -> bool:
        return self.exit_code != 0


def module_call(name: str, params: str) -> t.Sequence[str]:
    """Arguments of a Python that runs a module of this collection, its parameters given as JSON."""
    return [str(PROGRAMS / "call_module.py"), name, params]


def share_all_params(url: str, workers: int = 4, **params: t.Any) -> str:
    """The module's parameters as JSON."""
    given = {"api_url": url, "api_token": OWNER_TOKEN, "group": TARGET, "parallel_requests": workers, **params}
    return json.dumps(given)


def share_all(workdir: Path, workers: int, **params: t.Any) -> Client:
    """This module."""

    def command(url: str, _files: Path) -> t.Sequence[str]:
        return module_call("plugins.modules.gitlab_group_share_all", share_all_params(url, workers, **params))

    return Client(f"this module, {workers} at once", _python(workdir, "share_all"), command, workers)


def peers(workdir: Path) -> tuple[Client, ...]:
    """The others; all of them send one request after another."""

    def gitlabform(url: str, files: Path) -> t.Sequence[str]:
        config = files / "gitlabform.yml"
        told = GITLABFORM_CONFIG.format(url=url, token=OWNER_TOKEN, group=TARGET, level="guest")
        config.write_text(told, encoding="utf-8")
        start = "import sys; from gitlabform.run import run; sys.exit(run())"
        return ["-c", start, "--skip-version-check", "--config", str(config), "ALL"]

    def guide_script(url: str, _files: Path) -> t.Sequence[str]:
        return [str(PROGRAMS / "guide_script.py"), url, OWNER_TOKEN, TARGET.rpartition("/")[2]]

    def sequential_loop(url: str, _files: Path) -> t.Sequence[str]:
        return [str(PROGRAMS / "sequential_loop.py"), url, OWNER_TOKEN, TARGET]

    return (
        Client("python-gitlab loop", _python(workdir, "python-gitlab"), sequential_loop),
        Client("guide's script", _python(workdir, "share_all"), guide_script),
        Client("gitlabform", _python(workdir, "gitlabform"), gitlabform),
    )


def run_client(client: Client, url: str) -> Run:
    """Let a client do its work once."""
    with tempfile.TemporaryDirectory() as files:
        return run_program([str(client.python), *client.command(url, Path(files))])


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


def _python(workdir: Path, environment: str) -> Path:
    return workdir / environment / "bin" / "python"
