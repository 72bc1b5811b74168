# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks, run by ansible-playbook in a process of its own and with nothing of the caller's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.outcomes import Outcome
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, token_of

SHARE_ALL = "groupshare.gitlab.gitlab_group_share_all"
SHARE_INFO = "groupshare.gitlab.gitlab_group_share_info"
# Where the tree that holds ansible_collections begins; not resolved, as it may be made of links.
TREE = Path(__file__).parents[5]
TIME_LIMIT = 120
KEYWORDS = ("check_mode", "diff", "environment", "async", "poll", "notify", "ignore_errors")


@dataclass(frozen=True)
class Played:
    """What a run of ansible-playbook left behind."""

    status: int
    stdout: str
    stderr: str
    outcomes: Sequence[Outcome] = ()

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def share_all(**options: Any) -> dict[str, Any]:
    """A task; names of task keywords (check_mode, diff, environment ...) are taken as such."""
    return _task(SHARE_ALL, options)


def share_info(**options: Any) -> dict[str, Any]:
    return _task(SHARE_INFO, options)


def _task(module: str, options: Mapping[str, Any]) -> dict[str, Any]:
    keywords = {name: value for name, value in options.items() if name in KEYWORDS}
    arguments = {name: value for name, value in options.items() if name not in KEYWORDS}
    return {"name": module, module: arguments, **keywords}


def play_of(gitlab: Simulator, tasks: Sequence[Mapping[str, Any]], user: str, **keywords: Any) -> list[dict[str, Any]]:
    """A playbook of these tasks, all of which run whatever becomes of them, and show what they returned."""
    names = [f"outcome_{number}" for number in range(len(tasks))]
    registered = [{"ignore_errors": True, **task, "register": name} for task, name in zip(tasks, names)]
    show = {"name": "Outcomes", "ansible.builtin.debug": {"msg": "{{ [" + ", ".join(names) + "] }}"}}
    defaults = {"api_url": gitlab.url, "api_token": token_of(user), "group": GROUP}
    return [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/groupshare.gitlab.gitlab": defaults},
            "tasks": [*registered, show],
            **keywords,
        }
    ]


def run_playbook(
    playbook: str,
    home: Path,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    time_limit: int = TIME_LIMIT,
) -> Played:
    """Run a playbook by its path or its name in a collection."""
    # An empty one of its own keeps Ansible from looking for others.
    configuration = home / "ansible.cfg"
    configuration.touch()
    settings = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(TREE),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Of these, Ansible finds some by HOME and some by the user's name.
        "ANSIBLE_ASYNC_DIR": str(home / "async"),
        "ANSIBLE_LOCAL_TEMP": str(home / "local"),
        "ANSIBLE_REMOTE_TEMP": str(home / "remote"),
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_CONFIG": str(configuration),
        "ANSIBLE_DEPRECATION_WARNINGS": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", *arguments, playbook],
        env={**settings, **(environment or {})},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=time_limit,
        check=False,
    )
    return Played(ended.returncode, ended.stdout, ended.stderr, _outcomes(ended.stdout))


def _outcomes(stdout: str) -> list[Outcome]:
    """What the last task shows."""
    _unused, shown, text = stdout.partition("TASK [Outcomes]")
    if not shown:
        return []
    results = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]["msg"]
    return [Outcome(result) for result in results]
