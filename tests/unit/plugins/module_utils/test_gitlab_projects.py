# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects at GitLab, one by one and in whole lists, against the simulated one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.projects import ProjectFilter, ProjectList
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Listed, Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import BadAnswer, Redirected
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenGitLab, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP_ID, Company

EVERYTHING = ProjectFilter()


def paths(items: Iterable[Listed]) -> list[str]:
    return [item.project.path for item in items]


def read(gitlab: GitLab, projects: ProjectList) -> tuple[Listed, ...]:
    (items,) = gitlab.projects.read([projects], (GROUP_ID,))
    return items


def read_all(gitlab: GitLab, filters: ProjectFilter = EVERYTHING) -> tuple[Listed, ...]:
    return read(gitlab, gitlab.projects.measure_all(filters))


class TestOne:
    @pytest.mark.parametrize("reference", ["acme/app", "1", 1])
    def test_by_path_and_id(self, reference: str | int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(Company().project("acme/app", "reporter", "2099-01-31")))
        item = client.projects.one(reference, (GROUP_ID, 12))
        assert (item.id, item.project.path) == (1, "acme/app")
        assert item.shares == ((GROUP_ID, Share(20, date(2099, 1, 31))),)
        assert client.projects.one(reference, (12,)).shares == ()

    @pytest.mark.parametrize("version", ["16.6.0", "18.5.1-ee"])
    def test_one_that_was_moved(self, version: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        """Its redirect names GitLab's own address, which is none of ours to send the token to."""
        other = start_gitlab(Company())
        company = Company(version, external_url=other.url).project("acme/app", moved_from=["old/app"])
        assert api(start_gitlab(company)).projects.one("old/app", ()).project.path == "acme/app"
        assert other.log == []

    def test_the_extension_of_an_old_path_is_no_part_of_the_id(
        self, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        """GitLab appends it: sheet, section 8."""
        gitlab = start_gitlab(Company().project("acme/app"))
        gitlab.faults.add(Fault("redirect", location="https://gitlab.example.com/api/v4/projects/1.app.site"))
        assert api(gitlab).projects.one("old/my.app.site", ()).project.path == "acme/app"
        assert gitlab.log[-1].path == "/projects/1"

    @pytest.mark.parametrize("old", ["old/my.site", "old/app"])
    def test_an_old_path_on_the_same_host(self, old: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company().project("acme/app", moved_from=[old]))
        assert api(gitlab).projects.one(old, ()).project.path == "acme/app"
        assert [entry.status for entry in gitlab.log] == [301, 200]

    @pytest.mark.parametrize(
        "location", ["https://login.example.com/", "https://x.example/projects/", "https://x.example/projects/1/share"]
    )
    def test_a_redirect_to_something_else_is_none_to_a_project(
        self, location: str, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        gitlab.faults.add(Fault("redirect", location=location))
        with pytest.raises(Redirected, match="redirected to"):
            api(gitlab).projects.one("acme/app", ())


class TestLists:
    @pytest.mark.parametrize("count", [0, 1, 100, 101, 530])
    def test_all(self, count: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        other = start_gitlab(Company())
        every = [f"acme/p{number:04}" for number in range(count)]
        gitlab = start_gitlab(Company(external_url=other.url).projects(*every))
        assert paths(read_all(api(gitlab), ProjectFilter(min_access_level=50))) == every
        assert other.log == []

    def test_where_gitlab_does_not_count(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        every = [f"acme/p{number:04}" for number in range(530)]
        client = api(start_gitlab(Company(count_limit=300).projects(*every)))
        projects = client.projects.measure_all(EVERYTHING)
        assert (projects.total, projects.at_least) == (None, 10_001)
        assert paths(read(client, projects)) == every
        assert client.projects.count(projects) is None
        assert client.projects.count(projects.between(0, 101)) == 100
        assert client.projects.count(projects.between(100, 301)) == 200
        assert paths(read(client, projects.between(100, 301))) == every[100:300]
        within = client.projects.measure_within(client.group("acme"), True, EVERYTHING)
        assert paths(read(client, within)) == every

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            (ProjectFilter(archived=False, min_access_level=10), ["acme/app", "open/site"]),
            (ProjectFilter(archived=True), ["acme/old"]),
            (ProjectFilter(min_access_level=50), ["acme/app", "acme/old"]),
            (ProjectFilter(visibility="public"), ["open/site"]),
            (ProjectFilter(active=False), ["acme/old"]),
        ],
    )
    def test_filtered(
        self, filters: ProjectFilter, found: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        company = Company().project("acme/app").project("acme/old", archived=True)
        company.project("open/site", visibility="public", members={"olivia": "guest"})
        assert paths(read_all(api(start_gitlab(company)), filters)) == found

    @pytest.mark.parametrize(
        ("include_subgroups", "found"), [(True, ["acme/app", "acme/sub/tool"]), (False, ["acme/app"])]
    )
    def test_of_a_group(
        self, include_subgroups: bool, found: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        invited = [{"group": "acme", "access_level": "guest"}]
        company = Company().projects("acme/app", "acme/sub/tool").project("olivia/notes", shared_with=invited)
        client = api(start_gitlab(company))
        within = client.projects.measure_within(client.group("acme"), include_subgroups, EVERYTHING)
        assert paths(read(client, within)) == found

    def test_shared_with_a_group(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        shared = [f"acme/s{number:03}" for number in range(130)]
        company = Company().project("acme/app").projects(*shared, shared="guest")
        client = api(start_gitlab(company))
        projects = client.projects.measure_shared(client.group_by_id(GROUP_ID), EVERYTHING)
        assert projects.total == 130
        assert paths(read(client, projects)) == shared
        assert {item.shares for item in read(client, projects)} == {((GROUP_ID, Share(10)),)}
        assert {item.shares for item in read(client, projects.with_simple_items())} == {()}

    def test_several_at_once(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company().projects(*(f"acme/n{number}" for number in range(150))).project("acme/s", "guest")
        client = api(start_gitlab(company))
        everything = client.projects.measure_all(EVERYTHING)
        shared = client.projects.measure_shared(client.group_by_id(GROUP_ID), EVERYTHING)
        lists = client.projects.read([everything.with_simple_items(), shared], (GROUP_ID,))
        assert [len(items) for items in lists] == [151, 1]

    def test_what_the_user_is_a_member_of(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = (
            Company().project("acme/app").project("acme/old", archived=True).project("open/a", visibility="public")
        )
        company.project("open/site", visibility="public", members={"olivia": "guest"})
        client = api(start_gitlab(company))
        assert client.projects.count_members(ProjectFilter(archived=False, min_access_level=50)) == 2

    def test_with_a_role(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company().projects(*(f"acme/p{number:03}" for number in range(250)))
        company.projects("open/a", "open/b", visibility="public")
        gitlab = start_gitlab(company)
        projects = api(gitlab).projects
        assert projects.ids_with_role(50, 0, 1000) == frozenset(range(1, 251))
        assert projects.shown_roles(50, 99, 105) == dict.fromkeys((100, 101, 102, 103, 104), 50)
        assert projects.ids_with_role(50, 250, 260) == frozenset()
        # One to measure and three pages; then one page each.
        assert len(gitlab.reads) <= 4 + 2 + 2


def test_a_page_that_is_no_list_is_told_so(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(Company().project("acme/app").fault("not_a_list", path="/projects"))
    with pytest.raises(BadAnswer, match="dict instead of a list"):
        read_all(api(gitlab))


def test_a_link_to_the_same_page_is_not_followed(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    every = [f"acme/p{number:03}" for number in range(250)]
    gitlab = start_gitlab(Company().projects(*every).fault("link_loop", path="/projects", times=None))
    assert paths(read_all(api(gitlab))) == every
