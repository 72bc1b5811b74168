# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that takes longer than the interval says how far it is, where people can see it and nowhere else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Callable

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.plays import SHARE_ALL, Played, run_playbook
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, level_of, token_of

StartGitLab = Callable[..., Simulator]

# What GitLab takes for a new share. As lines come every five seconds, one of these moments falls into it.
SECONDS = 6.5
PROGRESS = "read 1 · 0 of 1 written"
JSON_CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "as_json"

    def v2_playbook_on_stats(self, stats):
        self._display.display(json.dumps({host: stats.summarize(host) for host in stats.processed}))
"""


def slow(*paths: str) -> Company:
    return Company().projects(*paths).fault("delay", "POST", seconds=SECONDS)


def play(gitlab: Simulator, home: Path, *tasks: dict[str, Any], **environment: str) -> Played:
    """Run one task for each set of keywords; each shares a project named by the task."""
    module = {"api_url": gitlab.url, "api_token": token_of("olivia"), "group": GROUP}
    shares = [{**task, SHARE_ALL: {**module, "projects": [task["name"]]}} for task in tasks]
    playbook = home / "playbook.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": shares}]), encoding="utf-8")
    return run_playbook(str(playbook), home, environment=environment)


def test_a_long_run_says_how_far_it_is(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(slow("acme/shown", "acme/async", "acme/secret"))
    tasks: tuple[dict[str, Any], ...] = (
        {"name": "acme/shown"},
        {"name": "acme/async", "async": 60, "poll": 1},
        {"name": "acme/secret", "no_log": True},
    )
    played = play(gitlab, tmp_path, *tasks)
    assert played.status == 0, played.output
    _start, shown, in_background, secret = re.split(r"(?m)^TASK .*\n", played.stdout)
    assert shown.splitlines()[0] == PROGRESS
    assert "written" not in in_background + secret
    assert [level_of(gitlab.world, task["name"]) for task in tasks] == [10, 10, 10]


def test_a_program_that_reads_json_is_not_disturbed(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(slow("acme/app"))
    (tmp_path / "as_json.py").write_text(JSON_CALLBACK, encoding="utf-8")
    environment = {"ANSIBLE_CALLBACK_PLUGINS": str(tmp_path), "ANSIBLE_STDOUT_CALLBACK": "as_json"}
    played = play(gitlab, tmp_path, {"name": "acme/app"}, **environment)
    assert json.loads(played.stdout)["localhost"]["changed"] == 1
