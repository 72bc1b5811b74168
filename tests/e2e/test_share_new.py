# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook for single projects, as the rulebook, a job of AWX or a person runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.plays import Played, run_playbook
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, level_of, token_of

ShareNew = Callable[..., Played]


@pytest.fixture
def share_new(tmp_path: Path) -> ShareNew:
    """Runs the playbook with variables whose names get their prefix here."""

    def run(gitlab: Simulator, **variables: Any) -> Played:
        given = {f"groupshare_{name}": value for name, value in {"group": GROUP, "pause": 0, **variables}.items()}
        environment = {"GITLAB_URL": gitlab.url, "GITLAB_TOKEN": token_of("olivia")}
        return run_playbook("groupshare.gitlab.share_new", tmp_path, ["-e", json.dumps(given)], environment)

    return run


def company() -> Company:
    return Company().group("zoo", members={"olivia": "owner"}).projects("acme/app", "acme/docs", "zoo/cage")


@pytest.mark.parametrize("projects", [[1, 3], ["1", "3"], "1, 3", ["acme/app", 3], "acme/app,zoo/cage"])
def test_it_shares_the_projects_that_are_named(start_gitlab: StartGitLab, share_new: ShareNew, projects: Any) -> None:
    gitlab = start_gitlab(company())
    played = share_new(gitlab, projects=projects, access_level="reporter")
    assert played.status == 0, played.output
    assert [level_of(gitlab.world, path) for path in ("acme/app", "acme/docs", "zoo/cage")] == [20, None, 20]


@pytest.mark.parametrize("sources", ["acme", ["Acme"], ["/acme/"], "acme, nothing"])
def test_source_groups_narrow_and_add_nothing(start_gitlab: StartGitLab, share_new: ShareNew, sources: Any) -> None:
    gitlab = start_gitlab(company())
    played = share_new(gitlab, projects=[1, 3], source_groups=sources, groups=["another/playbook"])
    assert played.status == 0, played.output
    assert [level_of(gitlab.world, path) for path in ("acme/app", "acme/docs", "zoo/cage")] == [10, None, None]


@pytest.mark.parametrize(
    "variables",
    [
        {"state": "absent"},
        {"source_groups": ["acme"], "include": ["*/app"]},
        {"source_groups": ["zoo", 3]},
        {"source_groups": ["acme"], "include_subgroups": False},
    ],
    ids="-".join,
)
def test_what_single_projects_cannot_be_held_against_is_refused(
    start_gitlab: StartGitLab, share_new: ShareNew, variables: dict[str, Any]
) -> None:
    gitlab = start_gitlab(company())
    played = share_new(gitlab, projects=[1], **variables)
    assert played.status == 2
    assert "This playbook does not support groupshare_state other than present" in played.output
    assert gitlab.log == []


def test_a_blank_list_is_refused_and_another_blank_is_none(start_gitlab: StartGitLab, share_new: ShareNew) -> None:
    gitlab = start_gitlab(company())
    assert "groupshare_include is blank" in share_new(gitlab, projects=[1], include="").output
    assert gitlab.log == []
    assert share_new(gitlab, projects=[1], expires_at="").status == 0


def test_an_unknown_variable_is_refused(start_gitlab: StartGitLab, share_new: ShareNew) -> None:
    gitlab = start_gitlab(company())
    played = share_new(gitlab, projects=[1], acces_level="reporter")
    assert played.status == 2
    assert "acces_level" in played.output
    assert gitlab.log == []


@pytest.mark.parametrize("variables", [{"projects": [1], "group": None}, {"group": GROUP}])
def test_the_group_and_the_projects_are_required(tmp_path: Path, variables: dict[str, Any]) -> None:
    given = {f"groupshare_{name}": value for name, value in variables.items() if value is not None}
    played = run_playbook("groupshare.gitlab.share_new", tmp_path, ["-e", json.dumps(given)])
    assert played.status == 2
    assert "Set both variables, for example" in played.output


def test_projects_that_are_not_shown_are_tried_again_and_take_no_other_along(
    start_gitlab: StartGitLab, share_new: ShareNew
) -> None:
    gitlab = start_gitlab(Company().projects(*(f"acme/p{number}" for number in range(30))))
    played = share_new(gitlab, projects=[*range(1, 31), 77, 88])
    assert played.status == 0, played.output
    assert all(level_of(gitlab.world, f"acme/p{number}") for number in range(30))
    assert "GitLab does not show these projects: 77, 88." in played.output
    assert [entry.status for entry in gitlab.log if entry.path == "/projects/77"] == [404, 404, 404]
    # Each of the 30 is read once more, at most, if it was together with one of those.
    assert len([entry for entry in gitlab.reads if entry.status == 200]) < 70


def test_another_failure_is_one_of_the_playbook(start_gitlab: StartGitLab, share_new: ShareNew) -> None:
    gitlab = start_gitlab(company().fault("status", "POST", status=403, times=None))
    played = share_new(gitlab, projects=[1, 77])
    assert played.status == 2
    assert "403" in played.output
