# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""gitlabform as a client of the simulated GitLab: it must behave there as it does with GitLab, faults included."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import typing as t
from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.groupshare.gitlab.tests.peers.conftest import COMPANY, OWNER_TOKEN, Serve
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.gitlabform import CONFIG

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("gitlabform") is None,
    reason="gitlabform is missing: pip install -r tests/peers/requirements.txt (Python 3.12 or newer)",
)

PROJECTS = [project["path"] for project in COMPANY["projects"]]
GUEST, DEVELOPER = 10, 30

Run = t.Callable[..., None]


@pytest.fixture
def gitlabform(tmp_path: Path) -> Run:
    """Lets gitlabform share all projects with a group."""

    def run(server: Simulator, group: str = "security/auditors", level: str = "guest") -> None:
        config = tmp_path / "gitlabform.yml"
        config.write_text(CONFIG.format(url=server.url, token=OWNER_TOKEN, group=group, level=level))
        start = "import sys; from gitlabform.run import run; sys.exit(run())"
        subprocess.run(
            [sys.executable, "-c", start, "--skip-version-check", "--config", str(config), "ALL"],
            check=True,
            timeout=120,
        )

    return run


def levels(server: Simulator, group: str = "security/auditors") -> list[int | None]:
    links = [server.world.share_of(path, group) for path in PROJECTS]
    return [link.access_level if link else None for link in links]


def effects(server: Simulator) -> Counter[tuple[str, int]]:
    return Counter((entry.method, entry.status) for entry in server.writes)


def test_first_run_shares_every_project(server: Simulator, gitlabform: Run) -> None:
    gitlabform(server)
    assert levels(server) == [GUEST] * 5
    # It removes first what is not there.
    assert effects(server) == {("DELETE", 404): 5, ("POST", 201): 5}


def test_second_run_changes_nothing(server: Simulator, gitlabform: Run) -> None:
    gitlabform(server)
    server.clear_log()
    gitlabform(server)
    assert server.writes == []
    assert levels(server) == [GUEST] * 5


def test_it_reads_each_project_three_times(server: Simulator, gitlabform: Run) -> None:
    gitlabform(server)
    server.clear_log()
    gitlabform(server)
    single = [entry.path for entry in server.reads if entry.path.startswith("/projects/")]
    assert len(single) == 3 * len(PROJECTS)
    assert sum(path.endswith("/members") for path in single) == len(PROJECTS)


def test_another_level_is_removed_and_made_anew(server: Simulator, gitlabform: Run) -> None:
    gitlabform(server)
    server.clear_log()
    gitlabform(server, level="developer")
    assert levels(server) == [DEVELOPER] * 5
    assert effects(server) == {("DELETE", 204): 5, ("POST", 201): 5}


def test_a_group_with_a_capital_is_shared_anew_at_every_run(server: Simulator, gitlabform: Run) -> None:
    """Its known defect: it compares a name in lower case with GitLab's own spelling."""
    gitlabform(server, group="security/Scanner")
    server.clear_log()
    gitlabform(server, group="security/Scanner")
    assert effects(server) == {("DELETE", 204): 5, ("POST", 201): 5}
    assert levels(server, "security/Scanner") == [GUEST] * 5


def test_archived_projects_are_left_out(serve: Serve, gitlabform: Run) -> None:
    archived = [{**project, "archived": project["path"] == "acme/site"} for project in COMPANY["projects"]]
    server = serve(projects=archived)
    gitlabform(server)
    assert levels(server) == [GUEST, None, GUEST, GUEST, GUEST]
