# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's API as typed endpoints, against the simulated one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab, ProjectFilter
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Project, Share, Token
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import (
    BadAnswer,
    NotFound,
    Redirected,
    Refused,
    TokenRefused,
)
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, GROUP_ID, Company

StartGitLab = Callable[..., Simulator]
OpenGitLab = Callable[..., GitLab]

EVERYTHING = ProjectFilter()


def paths(projects: Any) -> list[str]:
    return [project.path for project in projects]


def all_projects(gitlab: GitLab, wanted: ProjectFilter = EVERYTHING) -> tuple[Project, ...]:
    return gitlab.all_projects(GROUP_ID, wanted, gitlab.extent_of(wanted))


class TestIdentity:
    @pytest.mark.parametrize(
        ("text", "version", "enterprise"),
        [
            ("15.0.5", (15, 0), False),
            ("15.3.1-ee", (15, 3), True),
            ("16.0.0", (16, 0), False),
            ("19.0.0-pre", (19, 0), True),
        ],
    )
    def test_instance(
        self, text: str, version: tuple[int, int], enterprise: bool, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        instance = api(start_gitlab(Company(text, enterprise=enterprise))).instance()
        assert (instance.version, instance.version_text, instance.enterprise) == (version, text, enterprise)

    def test_user(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company())
        user = api(gitlab).user()
        assert (user.id, user.username, user.is_admin) == (1, "olivia", False)
        assert api(gitlab, user="root").user().is_admin

    def test_token(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company().token("olivia", scopes=["read_api"], expires_at="2099-01-31"))
        assert api(gitlab).token() == Token(frozenset({"read_api"}), date(2099, 1, 31))

    def test_some_tokens_tell_nothing_of_themselves(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        oauth = "oauth-olivia-3Hd8sPq6Yv1Bx5Jc"
        gitlab = start_gitlab(Company().token("olivia", token=oauth, kind="oauth"))
        assert api(gitlab, api_token=None, api_oauth_token=oauth).token() is None
        assert api(start_gitlab(Company("15.4.0"))).token() is None

    def test_a_token_that_is_refused_is_another_matter(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(TokenRefused):
            api(start_gitlab(Company().token("olivia", revoked=True))).token()

    @pytest.mark.parametrize(
        ("user", "admin_mode", "scopes", "acts"),
        [
            ("olivia", False, ["api"], False),
            ("root", False, ["api"], True),
            ("root", True, ["api"], False),
            ("root", True, ["api", "admin_mode"], True),
        ],
    )
    def test_who_acts_as_administrator(
        self, user: str, admin_mode: bool, scopes: list[str], acts: bool, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(Company(admin_mode=admin_mode).token(user, scopes=scopes))
        assert api(gitlab, user=user).acts_as_admin() is acts

    @pytest.mark.parametrize(("switched_on", "accepted"), [(True, True), (False, False)])
    def test_security_manager_is_a_matter_of_settings(
        self, switched_on: bool, accepted: bool, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(Company("19.1.0-ee", security_manager=switched_on))
        assert api(gitlab).accepts_level(25) is accepted
        assert api(gitlab).accepts_level(50)


class TestGroups:
    def company(self) -> Company:
        return (
            Company()
            .group("acme/sub", invites=GROUP, level="reporter", share_with_group_lock=True)
            .group("bank", members={"olivia": "owner"}, prevent_sharing_groups_outside_hierarchy=True)
        )

    @pytest.mark.parametrize("reference", ["acme/sub", "Acme/Sub"])
    def test_by_path(self, reference: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(self.company())
        group = api(gitlab).group(reference)
        assert group.full_path == "acme/sub"
        assert group.share_locked
        assert group.share_with(GROUP_ID) == Share(20)
        assert gitlab.log[0].path.lower() == "/groups/acme%2fsub"
        assert gitlab.log[0].query == {"with_projects": "false"}

    def test_by_id(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert api(start_gitlab(self.company())).group("3").full_path == "acme"

    def test_unknown(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(NotFound):
            api(start_gitlab(self.company())).group("nobody/here")

    def test_a_root_that_prevents_sharing_outside(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert api(start_gitlab(self.company())).group("bank").prevents_outside_sharing

    def test_a_search_finds_more_than_was_meant(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company().group("auditors-of-old", name="Auditors of old", visibility="public")
        found = api(start_gitlab(company)).groups_matching(["auditors"], all_available=True)
        assert {group.full_path for group in found} == {GROUP, "auditors-of-old"}

    def test_many(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company()
        for number in range(230):
            company.group(f"acme/g{number:03}")
        client = api(start_gitlab(company))
        assert len(client.groups(50)) == client.count_groups(50) == 230 + 3

    def test_groups_that_invite_it(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert [group.full_path for group in api(start_gitlab(self.company())).inviting_groups(GROUP_ID)] == [
            "acme/sub"
        ]

    @pytest.mark.parametrize(("user", "role"), [("olivia", 10), ("stan", 0)])
    def test_a_role(self, user: str, role: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(self.company())
        number = gitlab.world.user(user).id
        assert api(gitlab, user="root").role_in_group(GROUP_ID, number) == role


class TestProjects:
    @pytest.mark.parametrize("reference", ["acme/app", "1", 1])
    def test_one(self, reference: str | int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        project = api(start_gitlab(Company().project("acme/app", "reporter", "2099-01-31"))).project(
            reference, GROUP_ID
        )
        assert (project.id, project.path, project.share) == (1, "acme/app", Share(20, date(2099, 1, 31)))

    @pytest.mark.parametrize("version", ["16.6.0", "18.5.1-ee"])
    def test_one_that_was_moved(self, version: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        """Its redirect names GitLab's own address, which is none of ours to send the token to."""
        other = start_gitlab(Company())
        company = Company(version, external_url=other.url).project("acme/app", moved_from=["old/app"])
        assert api(start_gitlab(company)).project("old/app", GROUP_ID).path == "acme/app"
        assert other.log == []

    def test_a_redirect_to_something_else_is_none_to_a_project(
        self, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        gitlab.faults.add(Fault("redirect", location="https://login.example.com/"))
        with pytest.raises(Redirected, match=r"redirected to https://login\.example\.com/\."):
            api(gitlab).project("acme/app", GROUP_ID)

    @pytest.mark.parametrize("count", [0, 1, 100, 101, 530])
    def test_all(self, count: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        other = start_gitlab(Company())
        every = [f"acme/p{number:04}" for number in range(count)]
        gitlab = start_gitlab(Company(external_url=other.url).projects(*every))
        assert paths(all_projects(api(gitlab), ProjectFilter(min_access_level=50))) == every
        assert other.log == []

    def test_all_where_gitlab_does_not_count(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        every = [f"acme/p{number:04}" for number in range(530)]
        client = api(start_gitlab(Company(count_limit=300).projects(*every)))
        assert paths(all_projects(client)) == every
        assert paths(client.projects_of([client.group("acme")], GROUP_ID, True, EVERYTHING).items) == every

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (ProjectFilter(archived=False, min_access_level=10), ["acme/app", "open/site"]),
            (ProjectFilter(archived=True), ["acme/old"]),
            (ProjectFilter(min_access_level=50), ["acme/app", "acme/old"]),
            (ProjectFilter(visibility="public"), ["open/site"]),
        ],
    )
    def test_filtered(
        self, wanted: ProjectFilter, found: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        company = Company().project("acme/app").project("acme/old", archived=True)
        company.project("open/site", visibility="public", members={"olivia": "guest"})
        assert paths(all_projects(api(start_gitlab(company)), wanted)) == found

    @pytest.mark.parametrize(
        ("include_subgroups", "found"), [(True, ["acme/app", "acme/sub/tool"]), (False, ["acme/app"])]
    )
    def test_of_a_group(
        self, include_subgroups: bool, found: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        invited = [{"group": "acme", "access_level": "guest"}]
        company = Company().projects("acme/app", "acme/sub/tool").project("olivia/notes", shared_with=invited)
        client = api(start_gitlab(company))
        assert paths(client.projects_of([client.group("acme")], GROUP_ID, include_subgroups, EVERYTHING).items) == found

    def test_shared_with_the_group(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        shared = [f"acme/s{number:03}" for number in range(130)]
        company = Company().project("acme/app").projects(*shared, shared="guest")
        client = api(start_gitlab(company))
        assert paths(client.shared_projects(GROUP_ID, EVERYTHING)) == shared
        assert client.count_shared_projects(GROUP_ID, EVERYTHING) == 130
        matching = client.shared_projects_matching(GROUP_ID, ["s042", "s077"], EVERYTHING)
        assert paths(matching) == ["acme/s042", "acme/s077"]
        assert {project.share for project in matching} == {Share(10)}
        assert {project.share for project in client.shared_projects(GROUP_ID, EVERYTHING, simple=True)} == {None}

    def test_with_a_role(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company().projects(*(f"acme/p{number:03}" for number in range(250)))
        company.projects("open/a", "open/b", visibility="public")
        client = api(start_gitlab(company))
        assert client.roles(50, 0, 1000, simple=True) == dict.fromkeys(range(1, 251), 0)
        assert client.roles(50, 99, 105, simple=False) == dict.fromkeys((100, 101, 102, 103, 104), 50)
        assert client.roles(50, 250, 260, simple=True) == {}


class TestShares:
    @pytest.mark.parametrize("share", [Share(10), Share(30, date(2099, 1, 31))])
    def test_made_and_removed(self, share: Share, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        client = api(gitlab)
        client.share(1, GROUP_ID, share)
        assert client.project(1, GROUP_ID).share == share
        client.unshare(1, GROUP_ID)
        assert client.project(1, GROUP_ID).share is None
        assert [entry.effect for entry in gitlab.writes] == ["shared", "unshared"]

    def test_an_end_is_sent_only_if_there_is_one(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        api(gitlab).share(1, GROUP_ID, Share(10))
        assert gitlab.log[0].body == {"group_id": GROUP_ID, "group_access": 10}

    def test_a_second_one_is_refused(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(Company().project("acme/app", "guest")))
        with pytest.raises(Refused, match="409 Project already shared with this group"):
            client.share(1, GROUP_ID, Share(10))

    def test_none_cannot_be_removed(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(NotFound, match="404 Group Link Not Found"):
            api(start_gitlab(Company().project("acme/app"))).unshare(1, GROUP_ID)


READS: Mapping[str, Callable[[GitLab], object]] = {
    "instance": lambda gitlab: gitlab.instance(),
    "user": lambda gitlab: gitlab.user(),
    "token": lambda gitlab: gitlab.token(),
    "group": lambda gitlab: gitlab.group("acme"),
    "project": lambda gitlab: gitlab.project(1, GROUP_ID),
    "groups": lambda gitlab: gitlab.groups(50),
    "shared projects": lambda gitlab: gitlab.shared_projects(GROUP_ID, EVERYTHING),
    "all projects": all_projects,
}


@pytest.mark.parametrize("answer", [{"hello": "world"}, ["hello"], "hello", 42, None], ids=str)
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_answer_of_another_shape_is_told_with_its_path(
    read: Callable[[GitLab], object], answer: object, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    body = "null" if answer is None else None
    gitlab = start_gitlab(Company().fault("status", status=200, json=answer, body=body, times=None))
    with pytest.raises(BadAnswer) as raised:
        read(api(gitlab))
    assert str(raised.value).startswith("GET /api/v4/")
    assert "200 not what GitLab answers here" in str(raised.value)


def test_a_page_that_is_no_list_is_told_so(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    gitlab = start_gitlab(Company().project("acme/app").fault("not_a_list", path="/projects"))
    with pytest.raises(BadAnswer, match="dict instead of a list"):
        all_projects(api(gitlab))


def test_a_link_to_the_same_page_is_not_followed(start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    every = [f"acme/p{number:03}" for number in range(250)]
    gitlab = start_gitlab(Company().projects(*every).fault("link_loop", path="/projects", times=None))
    assert paths(all_projects(api(gitlab))) == every
