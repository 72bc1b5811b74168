# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole playbooks against a simulated GitLab."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.plays import Played, play_of, run_playbook

Play = Callable[..., Played]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Runs tasks in one play; keywords are those of a play."""

    def run(
        gitlab: Simulator,
        *tasks: Mapping[str, Any],
        user: str = "olivia",
        arguments: tuple[str, ...] = (),
        **keywords: Any,
    ) -> Played:
        playbook = tmp_path / "playbook.yml"
        playbook.write_text(json.dumps(play_of(gitlab, tasks, user, **keywords)), encoding="utf-8")
        return run_playbook(str(playbook), tmp_path, arguments)

    return run
