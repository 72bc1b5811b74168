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
        .project("acme/high", "developer", "2099-01-31")
        .project("acme/low", "guest")
        .project("acme/none")
        .project("acme/sub/tool")
        .project("acme/vault/keys")
        .project("acme/old", archived=True)
        .project("acme/gone", marked_for_deletion_on="2026-01-31")
        .project(f"{GROUP}/handbook")
    )


def test_coverage(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    gitlab = start_gitlab(company())
    info = share_info(gitlab, access_level="reporter")
    assert not info.failed
    assert info["coverage"] == {"selected": 7, "shared": 2, "missing": 3, "below_level": 1, "inherited": 1}
    assert info["missing"] == ["acme/none", "acme/sub/tool", "acme/vault/keys"]
    assert info["below_level"] == ["acme/low"]
    assert gitlab.writes == []
    assert not info.changed


def test_each_project_shows_its_share_and_what_is_inherited(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    info = share_info(start_gitlab(company()), include=["acme/high", "acme/sub/*"])
    assert [(entry["path"], entry["share"], entry["inherited"]) for entry in info["projects"]] == [
        ("acme/high", {"access_level": "developer", "expires_at": "2099-01-31"}, None),
        ("acme/sub/tool", None, {"access_level": "reporter", "group": "acme/sub"}),
    ]
    assert info["group"]["full_path"] == GROUP
    assert info["requests"]["writes"] == 0


@pytest.mark.parametrize(("level", "missing"), [("reporter", False), ("developer", True)])
def test_what_is_inherited_is_not_missing_if_that_is_enough(
    level: str, missing: bool, start_gitlab: StartGitLab, share_info: RunModule
) -> None:
    info = share_info(start_gitlab(company()), access_level=level, skip_inherited=True)
    assert ("acme/sub/tool" in info["missing"]) is missing


@pytest.mark.parametrize(
    ("options", "selected"),
    [
        ({"source_groups": ["acme/sub"]}, 1),
        ({"source_groups": ["acme"], "include_subgroups": False}, 4),
        ({"projects": ["acme/low"]}, 1),
        ({"exclude": ["acme/*"]}, 1),
        ({"archived": "include"}, 8),
        ({"archived": "only"}, 1),
        ({"visibility": ["public"]}, 0),
        ({"topics": ["none"]}, 0),
        ({"personal_projects": False}, 7),
    ],
)
def test_the_selection_is_that_of_the_other_module(
    options: dict[str, Any], selected: int, start_gitlab: StartGitLab, share_info: RunModule, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    assert share_info(gitlab, **options)["coverage"]["selected"] == selected
    assert share_all(gitlab, check=True, **options)["summary"]["selected"] == selected


def test_after_a_run_only_what_it_skips_is_missing(
    start_gitlab: StartGitLab, share_info: RunModule, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company())
    assert not share_all(gitlab, access_level="reporter").failed
    info = share_info(gitlab, access_level="reporter")
    assert info["missing"] == ["acme/vault/keys"]
    assert info["below_level"] == []


def test_a_token_that_only_reads_is_enough(start_gitlab: StartGitLab, share_info: RunModule) -> None:
    info = share_info(start_gitlab(company().token("olivia", scopes=["read_api"])))
    assert info["coverage"]["selected"] == 7
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
    assert info["coverage"] == {"selected": 2, "shared": 2, "missing": 0, "below_level": 0, "inherited": 0}
