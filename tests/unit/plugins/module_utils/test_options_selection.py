# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the selection: patterns, references, and empty lists."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import InvalidOption
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.select import select
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.selection import Selection
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.selection import (
    SELECTION_ARGUMENTS,
    selection_from,
)
from ansible_collections.groupshare.gitlab.tests.support.parts import given, project


def selection(root_url: str = "", /, **values: Any) -> Selection:
    return selection_from(given(SELECTION_ARGUMENTS, **values), root_url)


@pytest.mark.parametrize(
    ("include", "exclude", "path", "matches"),
    [
        (None, None, "acme/app", True),
        (["acme/app"], None, "acme/app", True),
        (["acme/app"], None, "acme/app2", False),
        (["acme"], None, "acme/app", True),
        (["acme"], None, "acme/sub/app", True),
        (["acme"], None, "acme2/app", False),
        (["ac"], None, "acme/app", False),
        (["sub"], None, "acme/sub/app", False),
        (["/Acme/"], None, "acme/app", True),
        (["ACME/App"], None, "acme/app", True),
        (["/acme/*"], None, "acme/app", True),
        (["https://gitlab.example.com/acme"], None, "acme/app", True),
        (["https://gitlab.example.com/groups/acme/-/group_members?page=1"], None, "acme/app", True),
        (["https://gitlab.example.com/acme/app.git"], None, "acme/app", True),
        (["https://gitlab.example.com/acme2"], None, "acme/app", False),
        (["acme/*"], None, "acme/app", True),
        (["acme/*"], None, "acme/sub/app", True),
        (["acme/*"], None, "acme2/app", False),
        (["*/app"], None, "acme/sub/app", True),
        (["acme/?pp"], None, "acme/app", True),
        (["acme/[ab]pp"], None, "acme/app", True),
        (["acme/[!ab]pp"], None, "acme/app", False),
        (["acme/a.p"], None, "acme/app", False),
        (["ACME/*"], None, "acme/app", False),
        (["~acme/"], None, "acme/app", True),
        (["~app"], None, "acme/app", False),
        (["~.*app"], None, "acme/app", True),
        (["~acme/ap$"], None, "acme/app", False),
        (["~(?i)ACME/"], None, "acme/app", True),
        (["bank/*", "acme/*"], None, "acme/app", True),
        (None, ["acme/*"], "acme/app", False),
        (None, ["bank/*"], "acme/app", True),
        (["acme/*"], ["acme/app"], "acme/app", False),
        (["acme/app"], ["~.*"], "acme/app", False),
        (None, ["bank/*", "~acme/a"], "acme/app", False),
    ],
)
def test_a_path_matches(include: list[str] | None, exclude: list[str] | None, path: str, matches: bool) -> None:
    found = select([project(path)], selection(include=include, exclude=exclude))
    assert bool(found.projects) is matches


@pytest.mark.parametrize("url", ["https://gitlab.example.com/git/acme", "https://gitlab.example.com/acme"])
def test_the_path_of_the_instance_is_no_part_of_a_group(url: str) -> None:
    root_url = "https://gitlab.example.com/git"
    (pattern,) = selection(root_url, include=[url]).include
    assert pattern.matches("acme/app")
    assert pattern.text == url
    assert selection(root_url, source_groups=[url]).source_groups == ("acme",)


@pytest.mark.parametrize("option", ["include", "exclude"])
@pytest.mark.parametrize("pattern", ["~(", "~[", "~*", "~a{2,1}", "~(?P<a", "", "https://[acme/app"])
def test_a_pattern_that_is_none_is_named(option: str, pattern: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        selection(**{option: ["acme/*", pattern]})
    assert str(raised.value).startswith(f"{option}: {pattern!r} is ")


@pytest.mark.parametrize("option", ["source_groups", "projects"])
def test_references_lose_slashes_and_repetitions(option: str) -> None:
    values = ["/acme/app/", "acme/app", " 12 ", "bank", "https://gitlab.example.com/acme/app"]
    assert getattr(selection(**{option: values}), option) == ("acme/app", "12", "bank")


@pytest.mark.parametrize(
    ("value", "reference"),
    [("2024", "2024"), ("/2024", "/2024"), ("/2024/", "/2024"), ("2024/", "2024"), ("https://x.example/2024", "/2024")],
)
def test_a_path_of_digits_keeps_what_tells_it_from_an_id(value: str, reference: str) -> None:
    assert selection(source_groups=[value]).source_groups == (reference,)


@pytest.mark.parametrize("option", ["source_groups", "projects"])
@pytest.mark.parametrize("value", ["", " ", "/", " // ", "https://[acme/app"])
def test_a_reference_to_nothing_is_named(option: str, value: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        selection(**{option: ["acme", value]})
    assert str(raised.value).startswith(f"{option}: {value!r} ")


@pytest.mark.parametrize(
    "values", [{"source_groups": []}, {"projects": []}, {"source_groups": [], "projects": []}], ids=str
)
def test_an_empty_list_does_not_mean_everything(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="is empty; leave the option out to select every project"):
        selection(**values)


@pytest.mark.parametrize("option", ["include", "exclude", "topics", "exclude_topics", "visibility"])
def test_an_empty_list_does_not_mean_that_nothing_is_asked_for(option: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        selection(**{option: []})
    remedy = "leave the option out to select projects regardless of it."
    assert str(raised.value) == f"{option}: [] is empty; {remedy}"


@pytest.mark.parametrize("option", ["topics", "exclude_topics"])
def test_a_topic_without_a_name_is_none(option: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        selection(**{option: ["web", " "]})
    assert str(raised.value) == f"{option}: ' ' is not a topic."


def test_topics_have_no_case() -> None:
    found = selection(topics=["Web", " api "], exclude_topics=["No-Scan"])
    assert (found.topics, found.exclude_topics) == (frozenset({"web", "api"}), frozenset({"no-scan"}))


@pytest.mark.parametrize(
    ("values", "archived"),
    [
        ({}, "exclude"),
        ({"state": "present"}, "exclude"),
        ({"state": "absent"}, "include"),
        ({"state": "restored"}, "include"),
        ({"state": "absent", "archived": "exclude"}, "exclude"),
        ({"state": "present", "archived": "only"}, "only"),
    ],
    ids=str,
)
def test_archived_projects_count_where_shares_are_removed(values: dict[str, Any], archived: str) -> None:
    assert selection(**values).archived == archived


@pytest.mark.parametrize("option", ["forks", "mirrors"])
def test_forks_and_mirrors_are_meant_unless_they_are_excluded(option: str) -> None:
    assert getattr(selection(), option)
    assert not getattr(selection(**{option: "exclude"}), option)


@pytest.mark.parametrize(
    "values", [{"source_groups": [], "projects": ["1"]}, {"source_groups": ["1"], "projects": []}], ids=str
)
def test_an_empty_list_beside_a_filled_one_adds_nothing(values: dict[str, Any]) -> None:
    assert not selection(**values).everything


def test_everything_is_meant_when_nothing_is_named() -> None:
    assert selection().everything
    assert selection(include=["acme/*"], topics=["web"]).everything
    assert not selection(projects=["1"]).everything
    assert not selection(source_groups=["1"]).everything
