# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which lists all projects are read from: whatever the mix, it tells the same of each project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab, ProjectFilter
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Project, Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe import all_projects
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.all_projects import read_all_projects
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP_ID, Company

StartGitLab = Callable[..., Simulator]
OpenGitLab = Callable[..., GitLab]

OWNED = ProjectFilter(min_access_level=50)


@pytest.fixture(autouse=True)
def _small_worlds_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_projects, "LARGE", 10)


def company(unshared: int, shared: int = 0, version: str = "18.5.1-ee", **settings: object) -> Company:
    made = Company(version, **settings)
    made.projects(*(f"acme/new{number:03}" for number in range(unshared)), topics=["web"])
    return made.projects(*(f"acme/old{number:03}" for number in range(shared)), shared="reporter", until="2099-01-31")


def in_full(gitlab: GitLab, wanted: ProjectFilter) -> tuple[Project, ...]:
    """What the full list tells."""
    return without_roles(gitlab.all_projects(GROUP_ID, wanted, gitlab.extent_of(wanted)))


def mixed(gitlab: GitLab, wanted: ProjectFilter) -> tuple[Project, ...]:
    return without_roles(read_all_projects(gitlab, GROUP_ID, wanted))


def without_roles(projects: Iterable[Project]) -> tuple[Project, ...]:
    """Simple items lack them; where a role has been asked for, they are not needed."""
    return tuple(replace(project, known_role=0) for project in projects)


def full_items(gitlab: Simulator) -> int:
    """How many pages were read of the list of all projects in full, apart from those of inactive ones."""
    return sum(
        entry.path == "/projects" and entry.query.get("simple") != "true" and "active" not in entry.query
        for entry in gitlab.reads
    )


@pytest.mark.parametrize(("unshared", "shared", "simple"), [(100, 0, True), (30, 90, True), (10, 90, False)])
def test_the_more_are_shared_the_less_simple_items_pay(
    unshared: int, shared: int, simple: bool, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    gitlab = start_gitlab(company(unshared, shared))
    found = mixed(api(gitlab), OWNED)
    assert (full_items(gitlab) == 0) is simple
    # Two pages of all, one of shared ones, three counts.
    assert len(gitlab.reads) <= 6
    assert found == in_full(api(gitlab), OWNED)
    assert sum(project.share == Share(20, date(2099, 1, 31)) for project in found) == shared


def test_few_projects_are_read_in_full_without_asking(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(company(unshared=10))
    assert len(mixed(api(gitlab), OWNED)) == 10
    assert [entry.path for entry in gitlab.reads] == ["/projects", "/projects"]


@pytest.mark.parametrize("archived", [None, False, True])
def test_what_is_archived_or_pending_deletion_is_known(
    archived: bool | None, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    world = company(unshared=30, shared=10).group("acme/attic", archived=True).project("acme/attic/app")
    world.project("acme/gone", marked_for_deletion_on="2099-01-31").project("acme/done", archived=True)
    world.project("acme/gone-too", "guest", marked_for_deletion_on="2099-01-31")
    gitlab = start_gitlab(world)
    wanted = replace(OWNED, archived=archived)
    found = mixed(api(gitlab), wanted)
    # Archived ones alone are inactive, every one of them.
    assert (full_items(gitlab) == 0) is (archived is not True)
    assert found == in_full(api(gitlab), wanted)
    assert any(project.pending_deletion for project in found) is (archived is not True)
    assert any(project.archived for project in found) is (archived is not False)


@pytest.mark.parametrize(
    ("version", "settings"),
    [("17.11.0-ee", {}), ("18.5.1-ee", {"count_limit": 20})],
    ids=["an older GitLab ignores the filter", "GitLab does not count the shared ones"],
)
def test_without_an_answer_all_are_read_in_full(
    version: str, settings: dict[str, object], start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    world = company(90, shared=30, version=version, **settings)
    world.project("acme/gone", marked_for_deletion_on="2099-01-31")
    gitlab = start_gitlab(world)
    wanted = ProjectFilter(archived=False, min_access_level=40)
    found = mixed(api(gitlab), wanted)
    assert full_items(gitlab) > 0
    assert found == in_full(api(gitlab), wanted)
    assert [project.path for project in found if project.pending_deletion] == ["acme/gone"]


def test_a_share_that_the_full_list_would_hide_is_known(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    world = company(unshared=30).project("acme/a", "guest", hidden=True).project("acme/b", "guest", hidden="everywhere")
    found = {project.path: project.share for project in mixed(api(start_gitlab(world)), OWNED)}
    assert (found["acme/a"], found["acme/b"], found["acme/new000"]) == (Share(10), Share.HIDDEN, None)
