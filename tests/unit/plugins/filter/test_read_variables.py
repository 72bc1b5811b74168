# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbooks: unknown names, blank values, and lists that are given as text."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.filter._read_variables import FilterModule

KNOWN = (
    "groupshare_access_level",
    "groupshare_exclude",
    "groupshare_expires_at",
    "groupshare_group",
    "groupshare_journal_path",
    "groupshare_max_changes",
    "groupshare_source_groups",
)
LISTS = ("groupshare_exclude", "groupshare_source_groups")
PATHS = ("groupshare_journal_path",)


def read(**values: Any) -> dict[str, Any]:
    """Read variables; only known ones have a value."""
    known = {name: value for name, value in values.items() if name in KNOWN}
    result: dict[str, Any] = FilterModule().filters()["_read_variables"](known, list(values), KNOWN, LISTS, PATHS)
    return result


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("groupshare_acces_level", "groupshare_access_level"),
        ("groupshare_source_group", "groupshare_source_groups"),
        ("groupshare_excludes", "groupshare_exclude"),
        ("groupshare_maxchanges", "groupshare_max_changes"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_known_one(misspelt: str, nearest: str) -> None:
    assert read(**{misspelt: 1})["problems"] == [
        f"{misspelt} is not a variable of these playbooks. Did you mean {nearest}?"
    ]


def test_every_unknown_name_is_named() -> None:
    problems = read(groupshare_x=1, groupshare_group="g", groupshare_levels=2)["problems"]
    assert [problem.split()[0] for problem in problems] == ["groupshare_levels", "groupshare_x"]


@pytest.mark.parametrize("blank", ["", "  ", "\n", None])
def test_a_blank_value_is_not_given(blank: str | None) -> None:
    assert read(groupshare_max_changes=blank, groupshare_group="g") == {
        "given": {"groupshare_group": "g"},
        "problems": [],
    }


@pytest.mark.parametrize("value", [False, 0, "false", "0"])
def test_no_and_nought_are_values(value: Any) -> None:
    assert read(groupshare_max_changes=value)["given"] == {"groupshare_max_changes": value}


@pytest.mark.parametrize("blank", ["", " \n ", ",", None, []])
def test_a_blank_list_is_refused(blank: Any) -> None:
    (problem,) = read(groupshare_exclude=blank)["problems"]
    assert problem.startswith("groupshare_exclude is blank.")
    assert "remove the variable" in problem


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("shop", ["shop"]),
        ("shop,research", ["shop", "research"]),
        (" shop , research ,", ["shop", "research"]),
        ("shop\nresearch\n", ["shop", "research"]),
        ("shop\r\n\r\nmy group\r\n", ["shop", "my group"]),
        ("~.*/a{1,3} \nshop", ["~.*/a{1,3}", "shop"]),
        ("shop, ~.*/a{1,3}", ["shop", "~.*/a{1,3}"]),
        ("a~b,c", ["a~b", "c"]),
        ("~", ["~"]),
    ],
)
def test_a_list_can_be_text(text: str, entries: list[str]) -> None:
    assert read(groupshare_exclude=text) == {"given": {"groupshare_exclude": entries}, "problems": []}


def test_a_list_stays_as_it_is() -> None:
    entries = ["a,b", " c ", 17]
    assert read(groupshare_source_groups=entries)["given"] == {"groupshare_source_groups": entries}


def test_text_with_commas_is_no_list_elsewhere() -> None:
    assert read(groupshare_group="a,b")["given"] == {"groupshare_group": "a,b"}


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("journal.jsonl", "/srv/journal.jsonl"),
        ("logs/journal.jsonl", "/srv/logs/journal.jsonl"),
        ("/var/log/journal.jsonl", "/var/log/journal.jsonl"),
        ("~/journal.jsonl", "/home/ada/journal.jsonl"),
        ("$LOGS/journal.jsonl", "/logs/journal.jsonl"),
        (2027, "/srv/2027"),
    ],
)
def test_a_relative_path_begins_in_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, path: Any, whole: str
) -> None:
    monkeypatch.setattr("os.getcwd", lambda: "/srv")
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("LOGS", "/logs")
    assert read(groupshare_journal_path=path)["given"] == {"groupshare_journal_path": whole}
