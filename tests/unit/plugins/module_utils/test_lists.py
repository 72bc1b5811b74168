# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which mix of lists is read, and that each of them shows the same projects and shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.projects import ProjectFilter
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Group, Project, Share, Version
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe import hidden
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.lists import Found, ListReader, Scope
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenGitLab, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP_ID, Company

OWNED = ProjectFilter(archived=False, min_access_level=50)
SHARED = "/groups/11/projects/shared"


def company(unshared: int, shared: int = 0, version: str = "18.5.1-ee", **settings: Any) -> Company:
    made = Company(version, **settings)
    made.projects(*(f"acme/new{number:03}" for number in range(unshared)), topics=["web"])
    return made.projects(*(f"acme/old{number:03}" for number in range(shared)), shared="reporter", until="2099-01-31")


def read(gitlab: GitLab, filters: ProjectFilter = OWNED, sources: tuple[Group, ...] = (), **details: Any) -> Found:
    version = details.pop("version", gitlab.instance().version)
    groups = details.pop("groups", None) or [gitlab.group_by_id(GROUP_ID)]
    return ListReader(gitlab, groups, version, **details).read(Scope(sources, True, filters))


def read_in_full(gitlab: GitLab, filters: ProjectFilter = OWNED) -> Found:
    return read(gitlab, filters, needs_full_items=True)


def without_roles(found: Found) -> tuple[Mapping[int, Project], Mapping[int, Mapping[int, Share]]]:
    """Simple items lack them; where a role has been asked for, they are not needed."""
    projects = {number: replace(project, known_role=0) for number, project in found.projects.items()}
    return projects, found.shares


def full_pages(gitlab: Simulator) -> int:
    """How many pages were read in full of the list of all projects, apart from those of inactive ones."""
    return sum(
        entry.path == "/projects" and entry.query.get("simple") != "true" and "active" not in entry.query
        for entry in gitlab.reads
    )


def by_path(found: Found, group_id: int = GROUP_ID) -> dict[str, Share | None]:
    return {project.path: found.shares[group_id].get(number) for number, project in found.projects.items()}


@pytest.mark.parametrize(("unshared", "shared", "simple"), [(100, 0, True), (60, 90, True), (40, 110, False)])
def test_the_more_are_shared_the_less_simple_items_pay(
    unshared: int, shared: int, simple: bool, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    gitlab = start_gitlab(company(unshared, shared))
    found = read(api(gitlab))
    assert (full_pages(gitlab) == 0) is simple
    # Version and group, both lists measured, those inactive, two pages of all and one or two of the shared.
    assert len(gitlab.reads) <= 9
    assert without_roles(found) == without_roles(read_in_full(api(gitlab)))
    assert list(by_path(found).values()).count(Share(20, date(2099, 1, 31))) == shared


@pytest.mark.parametrize("archived", [None, False, True])
@pytest.mark.parametrize("version", ["18.0.0-ee", "18.5.1-ee", "18.9.0-ee"])
def test_what_is_archived_or_pending_deletion_is_known(
    version: str, archived: bool | None, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    world = company(unshared=30, shared=10, version=version)
    world.project("acme/gone", marked_for_deletion_on="2099-01-31").project("acme/done", archived=True)
    world.project("acme/gone-too", "guest", marked_for_deletion_on="2099-01-31")
    gitlab = start_gitlab(world)
    filters = replace(OWNED, archived=archived)
    found = read(api(gitlab), filters)
    # Archived ones alone are inactive, every one of them.
    assert (full_pages(gitlab) == 0) is (archived is not True)
    assert without_roles(found) == without_roles(read_in_full(api(gitlab), filters))


@pytest.mark.parametrize("version", ["15.11.0-ee", "17.11.0-ee"])
def test_an_older_gitlab_shows_what_is_pending_deletion_in_full_only(
    version: str, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    world = company(90, shared=30, version=version).project("acme/gone", marked_for_deletion_on="2099-01-31")
    gitlab = start_gitlab(world)
    found = read(api(gitlab), replace(OWNED, min_access_level=40))
    assert full_pages(gitlab) > 0
    assert [project.path for project in found.projects.values() if project.pending_deletion] == ["acme/gone"]


@pytest.mark.parametrize(("unshared", "shared", "simple"), [(250, 0, True), (200, 20, True), (20, 200, False)])
def test_where_gitlab_does_not_count_samples_decide(
    unshared: int, shared: int, simple: bool, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    mixed = Company(count_limit=15)
    kinds = ["guest"] * shared + [None] * unshared
    for number in range(len(kinds)):
        mixed.project(f"acme/p{number:03}", kinds[number * 7 % len(kinds)])
    gitlab = start_gitlab(mixed)
    found = read(api(gitlab))
    assert (full_pages(gitlab) == 0) is simple
    assert without_roles(found) == without_roles(read_in_full(api(gitlab)))
    assert list(by_path(found).values()).count(Share(10)) == shared


class TestHiddenShares:
    """Shares that are only seen in the group's own list of shared projects."""

    def company(self, shared: int, unshared: int = 0, **settings: Any) -> Company:
        made = company(unshared, shared, **settings)
        return made.project("acme/a", "guest", hidden=True).project("acme/b", "guest", hidden="everywhere")

    @pytest.mark.parametrize(("shared", "unshared"), [(0, 30), (30, 5), (150, 20)])
    def test_are_found(self, shared: int, unshared: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(self.company(shared, unshared))
        for found in (read(api(gitlab)), read_in_full(api(gitlab))):
            shares = by_path(found)
            assert (shares["acme/a"], shares["acme/b"]) == (Share(10), Share.HIDDEN)
            assert list(shares.values()).count(None) == unshared

    def test_are_found_where_gitlab_does_not_count(
        self, start_gitlab: StartGitLab, api: OpenGitLab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hidden, "SHARES_A_COUNT", 9)
        gitlab = start_gitlab(self.company(40, 5, count_limit=10))
        shares = by_path(read_in_full(api(gitlab)))
        assert (shares["acme/a"], shares["acme/b"]) == (Share(10), Share.HIDDEN)
        assert list(shares.values()).count(None) == 5

    @pytest.mark.parametrize(("limit", "counts"), [(10_000, 0), (10, 5)])
    def test_where_none_is_hidden_they_are_only_counted(
        self,
        limit: int,
        counts: int,
        start_gitlab: StartGitLab,
        api: OpenGitLab,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(hidden, "SHARES_A_COUNT", 9)
        gitlab = start_gitlab(company(5, shared=40, count_limit=limit))
        found = read_in_full(api(gitlab))
        assert list(by_path(found).values()).count(None) == 5
        asked = [entry.query["per_page"] for entry in gitlab.reads if entry.path == SHARED]
        assert asked == ["1"] * (1 + counts)

    def test_of_projects_in_the_group_itself_cannot_be(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(
            company(0, shared=3).group("security", members={"olivia": "owner"}).project("security/auditors/x")
        )
        assert by_path(read_in_full(api(gitlab)))["security/auditors/x"] is None
        assert sum(entry.path == SHARED for entry in gitlab.reads) == 1


def test_of_source_groups(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    world = company(150, shared=20).group("bank", members={"olivia": "owner"})
    world.projects("bank/a", "bank/b", shared="guest").project("else/x", "guest", visibility="public")
    client = api(start_gitlab(world))
    sources = (client.group("acme"), client.group("bank"))
    for version in (Version(18, 7), Version(18, 9)):
        found = read(client, ProjectFilter(archived=False), sources, version=version)
        assert len(found.projects) == 150 + 20 + 2
        assert {path: share for path, share in by_path(found).items() if path.startswith("bank")} == {
            "bank/a": Share(10),
            "bank/b": Share(10),
        }
        assert list(by_path(found).values()).count(None) == 150


def test_shares_with_several_groups(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    world = company(40).group("security/scanners", id=12, members={"olivia": "guest"})
    both = [
        {"group": "security/auditors", "access_level": "guest"},
        {"group": "security/scanners", "access_level": "reporter"},
    ]
    world.project("acme/both", shared_with=both).project("acme/one", shared_with=both[1:])
    client = api(start_gitlab(world))
    groups = [client.group_by_id(GROUP_ID), client.group_by_id(12)]
    for found in (read(client, groups=groups), read(client, groups=groups, needs_full_items=True)):
        assert by_path(found)["acme/both"] == Share(10)
        assert by_path(found)["acme/one"] is None
        assert (by_path(found, 12)["acme/both"], by_path(found, 12)["acme/one"]) == (Share(20), Share(20))


def test_a_short_list_of_what_is_shared_keeps_all_workers_busy(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(company(0, shared=60))
    client = api(gitlab)
    found = ListReader(client, [client.group_by_id(GROUP_ID)], Version(18, 5)).read_shared(ProjectFilter())
    assert list(by_path(found).values()) == [Share(20, date(2099, 1, 31))] * 60
    # The list is measured, and each of four workers reads a quarter of it.
    pages = [entry for entry in gitlab.reads if entry.path == SHARED and entry.query["per_page"] != "1"]
    assert sorted((int(each.query["id_after"]), int(each.query["id_before"])) for each in pages) == [
        (0, 16),
        (15, 31),
        (30, 46),
        (45, 61),
    ]


def test_only_what_is_shared(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(company(250, shared=20).project("acme/b", "guest", hidden="everywhere"))
    client = api(gitlab)
    reader = ListReader(client, [client.group_by_id(GROUP_ID)], Version(18, 5))
    found = reader.read_shared(ProjectFilter(min_access_level=50))
    assert len(found.projects) == 21
    assert by_path(found)["acme/b"] == Share.HIDDEN
    assert {entry.path for entry in gitlab.reads} == {"/groups/11", SHARED}
