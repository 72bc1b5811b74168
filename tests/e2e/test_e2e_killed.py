# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that is killed at random moments: the next run puts back what was lost, with its end, and does the rest.

GROUPSHARE_KILLS says how many moments to try; the few that ./check tries are always the same.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.tasks import carry_out, parameters
from ansible_collections.groupshare.gitlab.tests.support.waiting import wait_for
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, token_of

KILLS = int(os.environ.get("GROUPSHARE_KILLS", "8"))
PROJECTS = 12
ENDS = "2099-12-31"
# The options come by standard input: a process list shows arguments to everybody.
RUN = """
import json, sys
from ansible_collections.groupshare.gitlab.tests.support.tasks import carry_out, parameters
carry_out(parameters(**json.load(sys.stdin)))
"""
EFFECTS = {"share": "shared", "unshare": "unshared"}
PATHS = [f"acme/p{number}" for number in range(PROJECTS)]


def company() -> Company:
    """Half of the projects have to be shared, half of them are shared at a lower level and with an end."""
    world = Company()
    for number, path in enumerate(PATHS):
        world.project(path, *(["guest", ENDS] if number % 2 else []))
    return world


def kill_during(gitlab: Simulator, options: dict[str, Any], delay: float) -> None:
    """Start a run, and kill it some time after GitLab has met its first write."""
    process = subprocess.Popen([sys.executable, "-c", RUN], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(json.dumps(options).encode())
    process.stdin.close()
    while not gitlab.writes and process.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    process.wait()
    # What it had sent is still being answered.
    assert wait_for(lambda: gitlab.open_connections == 0)


@pytest.mark.parametrize("seed", range(KILLS))
def test_after_a_kill_nothing_stays_lost(seed: int, start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(company())
    # A write takes some milliseconds, so that a kill finds several under way.
    gitlab.world.latency = replace(gitlab.world.latency, scale=0.1)
    journal, records = tmp_path / "journal.jsonl", tmp_path / "records"
    options = {
        "api_url": gitlab.url,
        "api_token": token_of("olivia"),
        "group": GROUP,
        "access_level": "reporter",
        "journal_path": str(journal),
        "recovery_dir": str(records),
    }

    kill_during(gitlab, options, random.Random(seed).uniform(0, 0.15))

    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    begun = [(line["id"], EFFECTS[line["event"]]) for line in lines if line.get("outcome") == "begun"]
    written = [(int(write.path.split("/")[2]), write.effect) for write in gitlab.writes if write.effect]
    assert set(written) <= set(begun)
    lost = {path for path in PATHS[1::2] if gitlab.world.share_of(path, GROUP) is None}

    report = carry_out(parameters(**options))
    assert report.failure is None
    assert {entry["path"] for entry in report.result["recovered"]} == lost
    links = [gitlab.world.share_of(path, GROUP) for path in PATHS]
    assert {link and (link.access_level, link.expires_at) for link in links[0::2]} == {(20, None)}
    assert {link and (link.access_level, link.expires_at) for link in links[1::2]} == {(20, ENDS)}
    assert list(records.glob("[!.]*")) == []
    assert not carry_out(parameters(**options)).result["changed"]
