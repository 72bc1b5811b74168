# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the selection: patterns, references, and empty lists."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import InvalidOption
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.selection import Selection
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.selection import (
    SELECTION_ARGUMENTS,
    selection_from,
)
from ansible_collections.groupshare.gitlab.tests.support.parts import given


def selection(**values: Any) -> Selection:
    return selection_from(given(SELECTION_ARGUMENTS, **values))


@pytest.mark.parametrize(
    ("include", "exclude", "path", "matches"),
    [
        ([], [], "acme/app", True),
        (["acme/app"], [], "acme/app", True),
        (["acme/app"], [], "acme/app2", False),
        (["acme"], [], "acme/app", False),
        (["acme/*"], [], "acme/app", True),
        (["acme/*"], [], "acme/sub/app", True),
        (["acme/*"], [], "acme2/app", False),
        (["*/app"], [], "acme/sub/app", True),
        (["acme/?pp"], [], "acme/app", True),
        (["acme/[ab]pp"], [], "acme/app", True),
        (["acme/[!ab]pp"], [], "acme/app", False),
        (["acme/a.p"], [], "acme/app", False),
        (["ACME/*"], [], "acme/app", False),
        (["~acme/"], [], "acme/app", True),
        (["~app"], [], "acme/app", False),
        (["~.*app"], [], "acme/app", True),
        (["~acme/ap$"], [], "acme/app", False),
        (["~(?i)ACME/"], [], "acme/app", True),
        (["bank/*", "acme/*"], [], "acme/app", True),
        ([], ["acme/*"], "acme/app", False),
        ([], ["bank/*"], "acme/app", True),
        (["acme/*"], ["acme/app"], "acme/app", False),
        (["acme/app"], ["~.*"], "acme/app", False),
        ([], ["bank/*", "~acme/a"], "acme/app", False),
    ],
)
def test_a_path_matches(include: list[str], exclude: list[str], path: str, matches: bool) -> None:
    assert selection(include=include, exclude=exclude).matches_path(path) is matches


@pytest.mark.parametrize("option", ["include", "exclude"])
@pytest.mark.parametrize("pattern", ["~(", "~[", "~*", "~a{2,1}", "~(?P<a", ""])
def test_a_pattern_that_is_none_is_named(option: str, pattern: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        selection(**{option: ["acme/*", pattern]})
    assert str(raised.value).startswith(f"{option}: {pattern!r} is ")


@pytest.mark.parametrize("option", ["source_groups", "projects"])
def test_references_lose_slashes_and_repetitions(option: str) -> None:
    values = ["/acme/app/", "acme/app", " 12 ", "bank"]
    assert getattr(selection(**{option: values}), option) == ("acme/app", "12", "bank")


@pytest.mark.parametrize("option", ["source_groups", "projects"])
@pytest.mark.parametrize("value", ["", " ", "/", " // "])
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
