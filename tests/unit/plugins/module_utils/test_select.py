# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects are selected, what of the selection has met nothing, and why nothing is left."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.select import (
    describe_left_out,
    find_unmatched,
    select,
    select_by_archived,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.selection import Selection
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.selection import (
    SELECTION_ARGUMENTS,
    selection_from,
)
from ansible_collections.groupshare.gitlab.tests.support.parts import given, project


def selection(**values: Any) -> Selection:
    return selection_from(given(SELECTION_ARGUMENTS, **values))


PROJECTS = (
    project("acme/app", topics=("Web", "payment")),
    project("acme/fork", is_fork=True, visibility="internal"),
    project("acme/mirror", is_mirror=True, visibility="public"),
    project("acme/old", archived=True, topics=("no-scan",)),
    project("olivia/notes", personal=True),
)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["app", "fork", "mirror", "old", "notes"]),
        ({"include": ["acme"]}, ["app", "fork", "mirror", "old"]),
        ({"include": ["acme"], "exclude": ["acme/app", "*/o*"]}, ["fork", "mirror"]),
        ({"topics": ["web", "other"]}, ["app"]),
        ({"exclude_topics": ["No-Scan", "PAYMENT"]}, ["fork", "mirror", "notes"]),
        ({"visibility": ["internal", "public"]}, ["fork", "mirror"]),
        ({"personal_projects": False}, ["app", "fork", "mirror", "old"]),
        ({"forks": "exclude"}, ["app", "mirror", "old", "notes"]),
        ({"mirrors": "exclude"}, ["app", "fork", "old", "notes"]),
        ({"forks": "exclude", "mirrors": "exclude", "topics": ["web"]}, ["app"]),
    ],
    ids=str,
)
def test_what_is_selected(options: dict[str, Any], names: list[str]) -> None:
    selected = select(PROJECTS, selection(**options))
    assert [each.path.rpartition("/")[2] for each in selected.projects] == names
    assert sum(selected.left_out.values()) == len(PROJECTS) - len(names)


@pytest.mark.parametrize(
    ("archived", "named", "names"),
    [
        ("exclude", set(), ["app", "fork", "mirror", "notes"]),
        ("exclude", {"acme/old"}, ["app", "fork", "mirror", "old", "notes"]),
        ("include", set(), ["app", "fork", "mirror", "old", "notes"]),
        ("only", set(), ["old"]),
        ("only", {"acme/app"}, ["old"]),
    ],
)
def test_archived_projects(archived: str, named: set[str], names: list[str]) -> None:
    ids = {each.id for each in PROJECTS if each.path in named}
    options = selection(archived=archived)
    selected = select_by_archived(select(PROJECTS, options), options, ids)
    assert [each.path.rpartition("/")[2] for each in selected.projects] == names


@pytest.mark.parametrize(
    ("options", "unmatched"),
    [
        ({"include": ["acme", "Shop"]}, [("include", "Shop")]),
        (
            {"exclude": ["/acme/old/", "acme/valt", "~shop", "x*"]},
            [("exclude", "acme/valt"), ("exclude", "~shop"), ("exclude", "x*")],
        ),
        ({"topics": ["WEB", "Api"]}, [("topics", "api")]),
        ({"exclude_topics": ["no-scan", "noscan"]}, [("exclude_topics", "noscan")]),
        ({"visibility": ["private", "internal", "public"]}, []),
    ],
    ids=str,
)
def test_what_matches_nothing_is_named(options: dict[str, Any], unmatched: list[tuple[str, str]]) -> None:
    assert find_unmatched(PROJECTS, selection(**options)) == tuple(unmatched)


def test_each_pattern_is_named_as_it_was_written() -> None:
    url = "https://gitlab.example.com/groups/Shop"
    options = selection(include=["*"], exclude=["~shop", "x*", url, "/Vault/"], visibility=["private", "internal"])
    private = [each for each in PROJECTS if each.visibility == "private"]
    assert find_unmatched(private, options) == (
        ("exclude", "~shop"),
        ("exclude", "x*"),
        ("exclude", url),
        ("exclude", "/Vault/"),
        ("visibility", "internal"),
    )


def test_where_there_are_no_projects_nothing_is_unmatched() -> None:
    assert find_unmatched((), selection(include=["acme"], topics=["web"])) == ()


@pytest.mark.parametrize(
    ("left_out", "text"),
    [
        ({"include": 1}, "include leaves out the only project found"),
        ({"include": 12, "archived": 0}, "include leaves out all 12 projects found"),
        ({"include": 9, "topics": 3}, "of 12 projects found, include leaves out 9 and topics leaves out 3"),
        (
            {"include": 9, "topics": 3, "archived": 1},
            "of 13 projects found, include leaves out 9, topics leaves out 3 and archived leaves out 1",
        ),
    ],
    ids=str,
)
def test_why_nothing_is_left(left_out: dict[str, int], text: str) -> None:
    assert describe_left_out(left_out) == text
