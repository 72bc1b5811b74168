# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is killed: the next one makes all right, and the journal accounts for every write of the killed one.

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
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.parts import TOKEN
from ansible_collections.groupshare.gitlab.tests.support.tasks import carry_out, parameters
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, share_of

KILLS = int(os.environ.get("GROUPSHARE_KILLS", "8"))
PROJECTS = 12
END = "2099-01-31"
# The parameters come by standard input: a process list shows arguments to everybody.
RUN = """
import json, sys
from ansible_collections.groupshare.gitlab.tests.support.tasks import carry_out
carry_out(json.load(sys.stdin))
"""
EFFECTS = {"share": "shared", "unshare": "unshared"}


def company() -> Company:
    """Half of the projects have to be shared, half of them are shared at another level and until an end."""
    world = Company()
    for number in range(PROJECTS):
        world.project(f"acme/p{number}", *(["guest", END] if number % 2 else []))
    return world


def kill_during(gitlab: Simulator, params: dict[str, Any], delay: float) -> None:
    """Start a run, and kill it some time after GitLab has met its first write."""
    process = subprocess.Popen([sys.executable, "-c", RUN], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(json.dumps(params).encode())
    process.stdin.close()
    while not gitlab.writes and process.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    process.wait()


@pytest.mark.parametrize("seed", range(KILLS))
def test_after_a_kill_nothing_stays_lost(seed: int, start_gitlab: Callable[..., Simulator], tmp_path: Path) -> None:
    gitlab = start_gitlab(company())
    # A write takes some milliseconds, so that a kill finds several under way.
    gitlab.world.latency = replace(gitlab.world.latency, scale=0.1)
    journal = tmp_path / "journal.jsonl"
    records = tmp_path / "records"
    options = {"group": GROUP, "access_level": "reporter", "journal_path": str(journal), "recovery_dir": str(records)}
    params = parameters(api_url=gitlab.url, api_token=TOKEN, **options)

    kill_during(gitlab, params, random.Random(seed).uniform(0, 0.1))

    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    begun = [(line["id"], EFFECTS[line["event"]]) for line in lines if line.get("outcome") == "begun"]
    written = [(int(write.path.split("/")[2]), write.effect) for write in gitlab.writes if write.effect]
    assert set(written) <= set(begun)

    report = carry_out(params)
    assert report.failure is None
    shares = [share_of(gitlab.world, f"acme/p{number}") for number in range(PROJECTS)]
    # Temporary access stays temporary.
    assert shares == [(20, END if number % 2 else None) for number in range(PROJECTS)]
    assert not carry_out(params).result["changed"]
    assert list(records.glob("*")) == []
