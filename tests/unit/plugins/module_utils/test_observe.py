# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found at GitLab for a question, and how many requests that takes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import (
    GroupShareError,
    InvalidOption,
    RunRefused,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Project, Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import RequestFailed
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.candidates import Question
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.observe import (
    Observed,
    observe,
    observe_groups,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.select import Unmatched
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.selection import (
    SELECTION_ARGUMENTS,
    selection_from,
)
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenGitLab, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.parts import given
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company

TODAY = date(2026, 11, 25)
OWNER: dict[str, Any] = {"members": {"olivia": "owner"}}


def question(group: str = GROUP, access_level: int | None = 10, **details: Any) -> Question:
    """Asks for a group; options of the selection stand beside those of the question."""
    values = {name: details.pop(name) for name in SELECTION_ARGUMENTS if name in details}
    selection = selection_from(given(SELECTION_ARGUMENTS, **values))
    return Question(group, selection, TODAY, access_level, **details)


def shares(observed: Observed) -> dict[str, Share | None]:
    return {project.path: project.share for project in observed.projects}


def project(observed: Observed, path: str) -> Project:
    (found,) = (each for each in observed.projects if each.path == path)
    return found


def asked(gitlab: Simulator) -> list[str]:
    return [entry.path for entry in gitlab.reads]


class TestTheGroup:
    @pytest.mark.parametrize("reference", [GROUP, "Security/Auditors", "11", "Auditors"])
    def test_by_path_id_and_name(self, reference: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        observed = observe(api(start_gitlab(Company().project("acme/app"))), question(reference))
        assert observed.group.id == 11
        assert observed.caller.user.username == "olivia"
        assert observed.instance.version == (18, 5)

    @pytest.mark.parametrize("reference", ["security/nobody", "12", "/11", "/12", "Nobody"])
    def test_an_unknown_one(self, reference: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(InvalidOption, match=f"group: '{reference}' is not the path, id or name of a group"):
            observe(api(start_gitlab(Company())), question(reference))

    def test_one_that_is_listed_but_has_no_page_for_the_user(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company().fault("status", path=r"/groups/(11|security%2Fauditors)", status=404, times=None)
        with pytest.raises(InvalidOption, match="group: 'Auditors' is not the path, id or name of a group"):
            observe(api(start_gitlab(company)), question("Auditors"))

    def company(self) -> Company:
        return Company().group("suppliers", id=2024, **OWNER).group("2024", id=77, **OWNER).project("acme/app")

    def test_digits_that_are_path_and_id(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(InvalidOption) as raised:
            observe(api(start_gitlab(self.company())), question("2024"))
        assert str(raised.value) == (
            "group: '2024' is the path of one group and the id of another, suppliers. "
            "Write /2024 for the one with this path, or the full path of the other."
        )

    @pytest.mark.parametrize("reference", ["/2024", "77", "/2024/"])
    def test_digits_with_a_slash_are_a_path(self, reference: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert observe(api(start_gitlab(self.company())), question(reference)).group.full_path == "2024"

    def test_digits_that_are_but_a_path(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company().group("4711", id=77, **OWNER).project("4711/app").project("acme/app", "guest")
        client = api(start_gitlab(company))
        assert observe(client, question("4711")).group.id == 77
        assert list(shares(observe(client, question(source_groups=["4711"])))) == ["4711/app"]

    def test_source_groups_of_digits(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company().project("2024/app").project("suppliers/app")
        client = api(start_gitlab(company))
        with pytest.raises(InvalidOption, match="source_groups: '2024' is the path of one group and the id of another"):
            observe(client, question(source_groups=["2024"]))
        assert list(shares(observe(client, question(source_groups=["/2024"])))) == ["2024/app"]


class TestRefusals:
    def test_a_token_that_is_not_accepted(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(RunRefused, match="GitLab does not accept the token"):
            observe(api(start_gitlab(Company().token("olivia", revoked=True))), question())

    def test_a_level_is_asked_for_only_if_there_is_one(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(Company("16.0.0-ee").project("acme/app")))
        with pytest.raises(InvalidOption, match=r"access_level: 'planner' is not known to GitLab 16\.0\.0-ee"):
            observe(client, question(access_level=15))
        assert observe(client, question(access_level=None)).projects

    @pytest.mark.parametrize(
        ("option", "values"), [("projects", ["acme/app", "acme/x", "99"]), ("source_groups", ["acme", "x", "99"])]
    )
    def test_all_that_cannot_be_found_are_named(
        self, option: str, values: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        names = ", ".join(values[1:])
        with pytest.raises(InvalidOption, match=f"{option}: '{names}' cannot be found"):
            observe(api(start_gitlab(Company().project("acme/app"))), question(**dict[str, Any]({option: values})))


class TestStates:
    """A project may be archived or about to be deleted because of a group above it: sheet, section 17."""

    def company(self, version: str) -> Company:
        made = Company(version).project("acme/app").group("acme/attic", archived=True).project("acme/attic/app")
        made.group("acme/doomed", marked_for_deletion_on="2027-01-01").project("acme/doomed/sub/app")
        made.project("acme/done", archived=True).project("acme/gone", marked_for_deletion_on="2027-01-01")
        return made

    @pytest.mark.parametrize("more", [0, 9])
    @pytest.mark.parametrize("version", ["18.5.1-ee", "18.9.0-ee"])
    def test_of_groups(self, version: str, more: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        """From the pages of a few groups, or from a list of inactive ones."""
        company = self.company(version)
        for number in range(more):
            company.project(f"acme/team{number}/app")
        client = api(start_gitlab(company))
        for options in ({"archived": "include"}, {"archived": "include", "source_groups": ["acme"]}):
            found = {each.path: each for each in observe(client, question(**options)).projects}
            assert {path for path, each in found.items() if each.archived} == {"acme/attic/app", "acme/done"}
            pending = {path for path, each in found.items() if each.pending_deletion}
            assert pending == {"acme/doomed/sub/app", "acme/gone"}

    @pytest.mark.parametrize("version", ["18.5.1-ee", "18.9.0-ee"])
    def test_what_is_archived_is_left_out(self, version: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(self.company(version)))
        kept = shares(observe(client, question()))
        assert {"acme/attic/app", "acme/done"}.isdisjoint(kept)
        assert {"acme/app", "acme/doomed/sub/app"} <= set(kept)
        assert "acme/attic/app" in shares(observe(client, question(projects=["acme/attic/app"])))

    def test_of_a_named_project(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(self.company("18.9.0-ee")))
        observed = observe(client, question(projects=["acme/doomed/sub/app"]))
        assert project(observed, "acme/doomed/sub/app").pending_deletion

    def test_an_older_gitlab_shows_it_on_pages_of_groups(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(self.company("17.9.0-ee")))
        observed = observe(client, question(projects=["acme/doomed/sub/app"]))
        assert project(observed, "acme/doomed/sub/app").pending_deletion


class TestInherited:
    @pytest.mark.parametrize("others", [0, 9])
    def test_from_the_groups_above(self, others: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = (
            Company().group("acme", invites=GROUP, level="guest").group("acme/sub", invites=GROUP, level="reporter")
        )
        company.project("acme/app").project("acme/sub/deep/app").project("olivia/notes")
        company.projects(*(f"bank/team{number}/app" for number in range(others))).group("bank", **OWNER)
        gitlab = start_gitlab(company)
        assert dict(observe(api(gitlab), question()).inherited) == {
            "acme": Inherited(10, "acme"),
            "acme/sub/deep": Inherited(20, "acme/sub"),
        }
        assert ("/groups/11/groups/shared" in asked(gitlab)) is bool(others)


class TestUnmatched:
    def test_what_matches_nothing(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company().project("acme/app", topics=["web"]).project("acme/vault/keys")
        options: dict[str, Any] = {
            "include": ["acme"],
            "exclude": ["/acme/valt/"],
            "exclude_topics": ["web", "no-scan"],
        }
        observed = observe(api(start_gitlab(company)), question(**options))
        assert list(shares(observed)) == ["acme/vault/keys"]
        assert observed.unmatched == (Unmatched("exclude", "/acme/valt/"), Unmatched("exclude_topics", "no-scan"))


class TestEmpty:
    @pytest.mark.parametrize(
        ("options", "user", "reason"),
        [
            ({}, "max", "max is not Owner of any project that is not archived"),
            ({"archived": "include"}, "max", "max is not Owner of any project"),
            (
                {"visibility": ["public"]},
                "root",
                "there is no project that is not archived and has the visibility public",
            ),
            ({"archived": "only"}, "olivia", "olivia is not Owner of any project that is archived"),
            ({"source_groups": ["acme/sub"]}, "olivia", "there is no project that is not archived in acme/sub"),
            ({"include": ["bank"]}, "olivia", "include leaves out all 2 projects found"),
            (
                {"include": ["acme/app"], "exclude": ["acme"]},
                "olivia",
                "of 2 projects found, exclude leaves out 1 and include leaves out 1",
            ),
            ({"only_shared": True, "archived": "include"}, "olivia", "no project is shared with security/auditors"),
            ({"only_ids": (99,)}, "olivia", "none of the projects in question can be found"),
        ],
        ids=str,
    )
    def test_why(
        self, options: dict[str, Any], user: str, reason: str, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        company = Company().group("acme/sub").projects("acme/app", "acme/web")
        observed = observe(api(start_gitlab(company), user=user), question(**options))
        assert (observed.projects, observed.empty_because) == ((), reason)
        assert observed.unmatched == () or "include" in options

    def test_there_is_no_reason_where_there_are_projects(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert observe(api(start_gitlab(Company().project("acme/app"))), question()).empty_because is None


class TestBeyondReach:
    """Projects that the token's user sees, but may not share."""

    @pytest.mark.parametrize(
        ("options", "user", "count"),
        [
            ({}, "olivia", 2),
            ({"include": ["nothing"]}, "olivia", 2),
            ({"archived": "include"}, "olivia", 3),
            ({"source_groups": ["bank", "acme"]}, "olivia", 2),
            ({"source_groups": ["acme"]}, "olivia", 0),
            ({"projects": ["acme/app"]}, "olivia", None),
            ({}, "root", None),
            ({"only_shared": True}, "olivia", None),
        ],
        ids=str,
    )
    def test_are_counted(
        self, options: dict[str, Any], user: str, count: int | None, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        company = Company().project("acme/app").group("bank", members={"olivia": "maintainer"})
        company.projects("bank/a", "bank/b").project("bank/old", archived=True).project("open/x", visibility="public")
        observed = observe(api(start_gitlab(company), user=user), question(**options))
        assert observed.beyond_reach == count
        assert observed.lists_beyond_reach == ("source_groups" in options)

    def test_are_unknown_where_gitlab_does_not_count(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = Company(count_limit=3).projects(*(f"acme/p{number}" for number in range(5)))
        client = api(start_gitlab(company))
        assert observe(client, question()).beyond_reach is None
        assert observe(client, question(source_groups=["acme"])).beyond_reach is None


class TestOnlyShared:
    def company(self) -> Company:
        made = Company().projects(*(f"acme/p{number:03}" for number in range(250))).project("acme/s", "guest")
        made.project("acme/old", "reporter", archived=True).project("acme/sub/s", "guest")
        return made.group("bank", members={"olivia": "maintainer"}).project("bank/s", "guest")

    @pytest.mark.parametrize(
        ("options", "paths"),
        [
            ({}, ["acme/s", "acme/sub/s", "bank/s"]),
            ({"archived": "include"}, ["acme/old", "acme/s", "acme/sub/s", "bank/s"]),
            ({"source_groups": ["acme"]}, ["acme/s", "acme/sub/s"]),
            ({"source_groups": ["acme"], "include_subgroups": False}, ["acme/s"]),
            ({"source_groups": ["bank"], "projects": ["acme/p007"]}, ["acme/p007", "bank/s"]),
            ({"exclude": ["acme"]}, ["bank/s"]),
        ],
        ids=str,
    )
    def test_only_the_groups_own_list_is_read(
        self, options: dict[str, Any], paths: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(self.company())
        observed = observe(api(gitlab), question(access_level=None, only_shared=True, **options))
        assert sorted(shares(observed)) == paths
        assert observed.beyond_reach is None
        assert "/projects" not in asked(gitlab)


class TestNamedOnly:
    """The projects of an earlier run."""

    @pytest.mark.parametrize(
        ("options", "paths"),
        [
            ({}, ["acme/app", "acme/sub/web", "bank/x"]),
            ({"source_groups": ["acme"]}, ["acme/app", "acme/sub/web"]),
            ({"source_groups": ["bank"], "projects": ["acme/app"]}, ["acme/app", "bank/x"]),
            ({"projects": ["3"]}, ["bank/x"]),
            ({"exclude": ["acme/sub"]}, ["acme/app", "bank/x"]),
        ],
        ids=str,
    )
    def test_the_selection_narrows_them(
        self, options: dict[str, Any], paths: list[str], start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        company = Company().project("acme/app", "guest").project("acme/sub/web").group("bank", **OWNER)
        company.project("bank/x", "reporter").project("acme/other", "guest")
        observed = observe(api(start_gitlab(company)), question(only_ids=(1, 2, 3, 99), **options))
        assert sorted(shares(observed)) == paths

    @pytest.mark.parametrize("hidden", [False, True])
    def test_many_of_them_are_read_from_lists(self, hidden: bool, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        """GitLab limits how many single projects are read in a minute."""
        company = Company().projects(*(f"acme/p{number:03}" for number in range(1, 61)), shared="guest")
        company.project("acme/old", "reporter", archived=True).project("acme/h", "developer", hidden=hidden)
        company.project("acme/none").group("bank", members={"olivia": "guest"}).project("bank/x", "guest")
        gitlab = start_gitlab(company.project("acme/another"))
        observed = observe(api(gitlab), question(only_ids=(*range(1, 65), 99), archived="include"))
        found = shares(observed)
        assert len(found) == 64
        assert [found[f"acme/{name}"] for name in ("old", "h", "none")] == [Share(20), Share(30), None]
        assert found["bank/x"] == Share(10)
        single = [entry.path for entry in gitlab.reads if re.fullmatch(r"/projects/\d+", entry.path)]
        assert sorted(single) == ["/projects/64", "/projects/99"]


class TestSeveralGroups:
    def test_the_projects_are_read_once(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        groups = ["security/scanners", "support"]
        company = Company().projects(*(f"acme/p{number:03}" for number in range(130)))
        for number, path in enumerate(groups, 12):
            company.group(path, id=number, members={"olivia": "guest"})
        links = [{"group": GROUP, "access_level": "guest"}, {"group": groups[0], "access_level": "reporter"}]
        company.project("acme/both", shared_with=links).project("acme/one", shared_with=links[1:])
        gitlab = start_gitlab(company)
        found = observe_groups(api(gitlab), "groups", [GROUP, *groups], question())
        assert [each.group.full_path for each in found] == [GROUP, *groups]
        assert [[each.share for each in one.projects if each.share] for one in found] == [
            [Share(10)],
            [Share(20), Share(20)],
            [],
        ]
        assert {len(each.projects) for each in found} == {132}
        # The list is measured, and read in two pages.
        assert sum(entry.path == "/projects" and "active" not in entry.query for entry in gitlab.reads) <= 4

    def test_an_unknown_one_is_named(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(InvalidOption, match="groups: 'nobody' is not the path"):
            observe_groups(api(start_gitlab(Company())), "groups", [GROUP, "nobody"], question())


class TestCost:
    def test_one_named_project_in_a_top_level_group(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company().project("acme/app"))
        observe(api(gitlab), question(projects=["acme/app"]))
        first, *at_once, project, group = asked(gitlab)
        assert first == "/metadata"
        assert sorted(at_once) == ["/groups/security%2Fauditors", "/personal_access_tokens/self", "/user"]
        assert (project, group) == ("/projects/acme%2Fapp", "/groups/acme")

    @pytest.mark.parametrize("shared", ["guest", None])
    @pytest.mark.parametrize("count", [100, 1000, 2500])
    def test_hardly_more_requests_than_pages(
        self, count: int, shared: str | None, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        """Of 12 besides the pages, a run that changes nothing has three left."""
        company = Company().projects(*(f"acme/t{number % 20}/p{number}" for number in range(count)), shared=shared)
        gitlab = start_gitlab(company)
        assert len(observe(api(gitlab), question()).projects) == count
        assert len(gitlab.reads) <= count / 100 * 1.02 + 12


@pytest.mark.parametrize("path", ["/groups/11/projects/shared", "/groups", "/groups/acme", "/projects"])
def test_what_gitlab_does_not_answer_is_an_error(path: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
    company = (
        Company()
        .project("acme/app")
        .projects(*(f"acme/t{number}/p" for number in range(6 if path == "/groups" else 1)))
    )
    gitlab = start_gitlab(company.fault("status", path=path, status=500, times=None))
    with pytest.raises(RequestFailed, match="500") as raised:
        observe(api(gitlab, retries=0), question())
    assert isinstance(raised.value, GroupShareError)
