# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scheduled pipeline under examples/: what its jobs run, with the variables that they run with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.plays import TREE
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, level_of, token_of

PIPELINE = TREE / "ansible_collections/groupshare/gitlab/examples/nightly.gitlab-ci.yml"


@pytest.fixture
def gitlab(start_gitlab: StartGitLab) -> Simulator:
    members = {"olivia": "owner", "reader": "owner"}
    company = Company().user("reader").token("reader", scopes=["read_api"])
    return start_gitlab(
        company.group("acme", members=members).group(GROUP, members=members).projects("acme/app", "acme/docs")
    )


def run_job(name: str, gitlab: Simulator, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a job's script; what its image has to install is there already."""
    pipeline: dict[str, Any] = yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))
    settings = {
        "CI_SERVER_URL": gitlab.url,
        "CI_PROJECT_DIR": str(home),
        "GROUPSHARE_TOKEN": token_of("olivia"),
        "READING_TOKEN": token_of("reader"),
    }
    variables = {**pipeline["variables"], **pipeline[name]["variables"]}
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(pipeline[name]["script"])],
        cwd=home,
        env={
            **settings,
            **{name: Template(value).safe_substitute(settings) for name, value in variables.items()},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "PYTHONPATH": str(TREE),
            "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_jobs_preview_share_and_verify(gitlab: Simulator, tmp_path: Path) -> None:
    preview = run_job("preview", gitlab, tmp_path)
    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert "+acme/app: reporter, no expiry" in preview.stdout
    assert gitlab.writes == []

    assert run_job("verify", gitlab, tmp_path).returncode == 2

    shared = run_job("share", gitlab, tmp_path)
    assert shared.returncode == 0, shared.stdout + shared.stderr
    assert [level_of(gitlab.world, path) for path in ("acme/app", "acme/docs")] == [20, 20]
    assert (tmp_path / "journal.jsonl").exists()

    verified = run_job("verify", gitlab, tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
