# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the playbook groupshare.gitlab.report as it is, on an answer that is given instead of read from a GitLab."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.groupshare.gitlab.tests.support.plays import Played, run_playbook

COLLECTION = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in"
TIME_LIMIT = 600


def install(place: Path) -> None:
    """Make a collection of the real playbooks and a module that only hands on an answer."""
    here = place / "ansible_collections/groupshare/gitlab"
    for folder in ("meta", "playbooks", "plugins/filter"):
        shutil.copytree(COLLECTION / folder, here / folder)
    shutil.copytree(STAND_IN, here / "plugins/modules")
    shutil.copy(COLLECTION / "galaxy.yml", here)


def render(answer: Mapping[str, Any], home: Path, *arguments: str, **variables: Any) -> Played:
    """Run the playbook in a folder.

    :param arguments: further ones for ansible-playbook.
    :param variables: those of the playbook, without their prefix.
    """
    place, file = home / "collections", home / "answer.json"
    if not place.exists():
        install(place)
    file.write_text(json.dumps(answer), encoding="utf-8")
    extra = {f"groupshare_{name}": value for name, value in variables.items()}
    # The playbook asks for both, though no request is sent.
    connection = {"GITLAB_URL": "https://gitlab.example.com", "GITLAB_TOKEN": "glpat-not-sent-to-anybody-0123456789"}
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place), "GROUPSHARE_ANSWER": str(file), **connection}
    return run_playbook(
        "groupshare.gitlab.report", home, ("-e", json.dumps(extra), *arguments), environment, TIME_LIMIT
    )
