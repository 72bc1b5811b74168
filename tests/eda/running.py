# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's rulebook, run by ansible-rulebook in a process of its own, with a simulated GitLab before it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from ansible_collections.groupshare.gitlab.tests.eda.system_hook import SECRET, SystemHook
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.plays import TREE
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, level_of, token_of

RULEBOOK = "groupshare.gitlab.share_new_projects"
TOKEN = token_of("olivia")
GATHER_SECONDS = 2
PAUSE_SECONDS = 2
TIME_LIMIT = 120
# What the nightly run is given, and the runs of the rulebook with it.
VARIABLES = {
    "groupshare_group": GROUP,
    "groupshare_access_level": "reporter",
    "groupshare_source_groups": ["acme"],
    "groupshare_exclude": ["acme/sandbox/*"],
}


@dataclass(frozen=True)
class Running:
    """A rulebook that listens."""

    gitlab: Simulator
    hook: SystemHook
    process: subprocess.Popen[bytes]
    log: Path
    journal: Path

    @property
    def output(self) -> str:
        """What ansible-rulebook has printed, debug lines and the output of playbooks included."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def runs(self) -> int:
        """How many runs of the module have begun, as they note in their journal."""
        lines = self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []
        return sum(json.loads(line)["event"] == "start" for line in lines)

    def add(self, project: int, path: str, **details: Any) -> None:
        """Add a project to GitLab, of which nobody is told."""
        self.gitlab.world.change({"projects": [{"id": project, "path": path, **details}]})

    def level(self, path: str) -> int | None:
        """Return the level at which a project is shared with the auditors."""
        return level_of(self.gitlab.world, path)

    def asked_for(self, project: int) -> list[LogEntry]:
        """Return the requests for one project."""
        return [entry for entry in list(self.gitlab.log) if f"{entry.path}/".startswith(f"/projects/{project}/")]

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until the condition holds.

        :raises AssertionError: when it does not come to hold, or ansible-rulebook ends.
        """
        deadline = time.monotonic() + TIME_LIMIT
        while not condition():
            assert self.process.poll() is None, f"ansible-rulebook has ended:\n{self.output[-5000:]}"
            assert time.monotonic() < deadline, f"in vain: {what}\n{self.output[-5000:]}"
            time.sleep(0.05)

    def wait_until_idle(self) -> None:
        """Wait until every playbook that was started has ended."""
        self.wait_until(
            lambda: self.output.count("Calling Ansible runner") == self.output.count("Ansible runner rc:"),
            "no playbook runs any more",
        )

    def wait_until_shared(self, path: str) -> None:
        self.wait_until(lambda: self.level(path), f"{path} is shared")


@contextmanager
def running_rulebook(gitlab: Simulator, home: Path) -> Iterator[Running]:
    """Run the rulebook, with all that it can print, until the end of the block."""
    journal, log = home / "journal.jsonl", home / "rulebook.log"
    port = free_port()
    variables = {
        "groupshare_hook_port": port,
        "groupshare_gather_seconds": GATHER_SECONDS,
        "groupshare_pause": PAUSE_SECONDS,
    }
    inventory = {"all": {"vars": {**VARIABLES, "groupshare_journal_path": str(journal)}}}
    (home / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
    (home / "variables.yml").write_text(json.dumps(variables), encoding="utf-8")
    command = [sys.executable, "-m", "ansible_rulebook", "--rulebook", RULEBOOK, "-vv", "--shutdown-delay", "1"]
    command += ["--inventory", "inventory.yml", "--vars", "variables.yml"]
    environment = _environment(home, {"GITLAB_URL": gitlab.url, "GITLAB_TOKEN": TOKEN, "GITLAB_HOOK_SECRET": SECRET})
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=home, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    running = Running(gitlab, SystemHook(port), process, log, journal)
    try:
        running.wait_until(lambda: listens(port), "the rulebook listens")
        yield running
    finally:
        _end(process)


def _environment(home: Path, gitlab: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with nothing of the caller's but Java and the PATH, with this Python's folder first."""
    kept = {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
    return {
        **kept,
        **gitlab,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(TREE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_NOCOLOR": "1",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
