# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""gitlab_group_share_info: what it tells, and that it changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company


def company() -> Company:
    return (
        Company()
        .group("security", members={"olivia": "owner"})
        .group("acme/sub", invites=GROUP, level="reporter")
        .group("acme/vault", share_with_group_lock=True)
        .group("bank", members={"olivia": "owner"}, prevent_sharing_groups_outside_hierarchy=True)
        .project("acme/high", "developer", "2099-01-31")
        .project("acme/low", "guest")
        .project("acme/none")
        .project("acme/sub/tool")
        .project("acme/vault/keys")
        .project("acme/vault/open", "reporter")
        .project("acme/old", archived=True)
        .project("acme/gone", marked_for_deletion_on="2026-01-31")
        .project("bank/safe")
        .project("olivia/notes", "reporter")
        .project(f"{GROUP}/handbook")
    )


STATES = {
    "acme/gone": ("blocked", "pending_deletion"),
    "acme/high": ("shared", None),
    "acme/low": ("below_level", None),
    "acme/none": ("missing", None),
    "acme/sub/tool": ("missing", None),
    "acme/vault/keys": ("blocked", "share_locked"),
    "acme/vault/open": ("shared", None),
    "bank/safe": ("blocked", "outside_hierarchy"),
    "olivia/notes": ("shared", None),
    f"{GROUP}/handbook": ("blocked", "own_group"),
}


def states(answer: Any) -> dict[str, tuple[str, str | None]]:
    return {entry["path"]: (entry["state"], entry["reason"]) for entry in answer["projects"]}


def test_coverage(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    gitlab = start_gitlab(company())
    info = share_info(gitlab, access_level="reporter")
    assert not info.failed
    assert states(info) == STATES
    assert {name: count for name, count in info["coverage"].items() if name != "beyond_reach"} == {
        "selected": 10,
        "shared": 4,
        "missing": 2,
        "below_level": 1,
        "blocked": 4,
        "inherited": 1,
        "personal": 1,
    }
    assert info["missing"] == ["acme/none", "acme/sub/tool"]
    assert info["below_level"] == ["acme/low"]
    assert info.msg.startswith(f"{GROUP}: 4 of 10 projects shared, 1 below the level, 2 missing, 4 cannot be shared")
    assert gitlab.writes == []
    assert not info.changed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "0 of 1 project shared, 1 missing, 2 more visible to this token but not shareable by it"),
        ({"source_groups": ["acme"]}, "2 of 2 projects shared, 2 in source_groups not shareable by this token"),
    ],
    ids=str,
)
def test_the_message_counts_no_project_twice(
    options: dict[str, Any], words: str, start_gitlab: StartGitLab, share_info: RunModule
) -> None:
    gitlab = start_gitlab(Company().projects("acme/a", "acme/b", shared="guest").project("max/notes"))
    assert share_info(gitlab, user="max", **options).msg == f"{GROUP}: {words}"


def test_each_project_shows_its_share_and_what_is_inherited(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    info = share_info(start_gitlab(company()), include=["acme/high", "acme/sub/*"])
    assert [(entry["path"], entry["share"], entry["inherited"]) for entry in info["projects"]] == [
        ("acme/high", {"access_level": "developer", "expires_at": "2099-01-31"}, None),
        ("acme/sub/tool", None, {"access_level": "reporter", "group": "acme/sub"}),
    ]
    assert info["group"]["full_path"] == GROUP
    assert info["user"] == {"username": "olivia"}
    assert info["access_level"] == "guest"
    assert info["requests"]["writes"] == 0


@pytest.mark.parametrize(("level", "state"), [("reporter", "inherited"), ("developer", "missing")])
def test_what_is_inherited_is_not_missing_if_that_is_enough(
    level: str, state: str, start_gitlab: StartGitLab, share_info: RunModule
) -> None:
    info = share_info(start_gitlab(company()), access_level=level, skip_inherited=True)
    assert states(info)["acme/sub/tool"] == (state, None)
    assert ("acme/sub/tool" in info["missing"]) is (state == "missing")


@pytest.mark.parametrize(
    ("options", "selected"),
    [
        ({"source_groups": ["acme/sub"]}, 1),
        ({"source_groups": ["acme"], "include_subgroups": False}, 4),
        ({"projects": ["acme/low"]}, 1),
        ({"exclude": ["acme/*"]}, 3),
        ({"archived": "include"}, 11),
        ({"archived": "only"}, 1),
        ({"visibility": ["public"]}, 0),
        ({"topics": ["none"]}, 0),
        ({"personal_projects": False}, 9),
    ],
)
def test_the_selection_is_that_of_the_other_module(
    options: dict[str, Any], selected: int, start_gitlab: StartGitLab, share_info: RunModule, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    assert share_info(gitlab, **options)["coverage"]["selected"] == selected
    assert share_all(gitlab, check=True, **options)["summary"]["selected"] == selected


def test_what_a_run_would_skip_is_blocked_for_the_same_reason(
    start_gitlab: StartGitLab, share_info: RunModule, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    run = share_all(gitlab, access_level="reporter", list_projects="all")
    assert not run.failed
    info = share_info(gitlab, access_level="reporter")
    assert info["missing"] == []
    assert info["below_level"] == []
    blocked = {path: f"skipped {reason}" for path, (state, reason) in states(info).items() if state == "blocked"}
    assert blocked == {path: step for path, step in run.steps.items() if step.startswith("skipped")}


def test_a_named_archived_project_is_blocked(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    info = share_info(start_gitlab(company()), projects=["acme/old", "acme/none"])
    assert states(info) == {"acme/none": ("missing", None), "acme/old": ("blocked", "archived")}


class TestGroups:
    def company(self) -> Company:
        link = {"group": "scanner", "access_level": "reporter"}
        company = Company().group("scanner", id=12, members={"olivia": "guest"}, name="Scanner")
        return company.project("acme/a", "guest").project("acme/b", shared_with=[link]).project("acme/c")

    def test_each_has_its_answer(self, start_gitlab: StartGitLab, share_info: RunModule) -> None:
        info = share_info(start_gitlab(self.company()), group=None, groups=[GROUP, "scanner"], access_level="reporter")
        assert not info.failed
        assert [answer["group"]["full_path"] for answer in info["groups"]] == [GROUP, "scanner"]
        assert [answer["missing"] for answer in info["groups"]] == [["acme/b", "acme/c"], ["acme/a", "acme/c"]]
        assert [answer["below_level"] for answer in info["groups"]] == [["acme/a"], []]
        assert "projects" not in info.result
        assert "coverage" not in info.result

    def test_each_answer_is_that_of_the_group_alone(self, start_gitlab: StartGitLab, share_info: RunModule) -> None:
        gitlab = start_gitlab(self.company())
        together = share_info(gitlab, group=None, groups=["scanner", GROUP])["groups"]
        for answer, group in zip(together, ("scanner", GROUP)):
            alone = share_info(gitlab, group=group)
            assert answer == {name: alone[name] for name in answer}

    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            ({"group": None}, "one of the following is required: group, groups"),
            ({"groups": [GROUP]}, "parameters are mutually exclusive: group|groups"),
            ({"group": None, "groups": []}, "groups: [] "),
            ({"group": None, "groups": [" "]}, "groups: ' ' is neither a full path, nor an id, nor a name."),
            ({"group": None, "groups": [GROUP, "nobody"]}, "'nobody' is not the path, id or name of a group"),
        ],
        ids=str,
    )
    def test_one_of_both_is_needed(
        self, options: dict[str, Any], problem: str, start_gitlab: StartGitLab, share_info: RunModule
    ) -> None:
        # The fixture names a group unless it is told otherwise.
        options = {"group": GROUP, **options}
        info = share_info(start_gitlab(self.company()), **options)
        assert info.failed
        assert problem in info.msg


def test_a_token_that_only_reads_is_enough(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    info = share_info(start_gitlab(company().token("olivia", scopes=["read_api"])))
    assert info["coverage"]["selected"] == 10
    assert info.warnings == []


def test_who_is_no_member_of_the_group_may_look(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    gitlab = start_gitlab(Company().group("open", visibility="public").project("acme/app"))
    assert share_info(gitlab, user="stan", group="open")["missing"] == ["acme/app"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"group": "nobody"}, "group: 'nobody' is not the path, id or name of a group"),
        (
            {"projects": ["acme/x"]},
            "projects: 'acme/x' cannot be found: it does not exist, or the token's user cannot see it.",
        ),
        ({"include": ["~["]}, "include: '~[' is not a regular expression:"),
        ({"access_level": "security_manager"}, "access_level: 'security_manager' is not known to GitLab 18.5.1-ee."),
        ({"user": None}, "one of the following is required: api_token, api_oauth_token"),
    ],
)
def test_a_wrong_value_ends_in_one_line(
    options: dict[str, Any], problem: str, start_gitlab: StartGitLab, share_info: RunModule
) -> None:
    info = share_info(start_gitlab(company()), **options)
    assert info.failed
    assert problem in info.msg
    assert "\n" not in info.msg


def test_check_mode_is_the_same(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    gitlab = start_gitlab(company())
    assert share_info(gitlab, check=True).told == share_info(gitlab).told


def test_a_hidden_share_counts(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    gitlab = start_gitlab(
        Company().project("acme/a", "developer", hidden=True).project("acme/b", "guest", hidden="everywhere")
    )
    info = share_info(gitlab, access_level="reporter")
    assert states(info) == {"acme/a": ("shared", None), "acme/b": ("shared", None)}
