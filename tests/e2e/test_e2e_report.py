# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook report: its files, what they hold, and that names of projects are only text in them."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.report.answers import (
    NASTY,
    SOON,
    answer,
    company,
    group,
    nasty,
    project,
)
from ansible_collections.groupshare.gitlab.tests.report.render import render
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.plays import run_playbook
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, token_of

FILES = ("report.html", "report.csv", "report.json")
AUDITORS = "security/auditors"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "report.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text_of(folder: Path) -> str:
    """What a person reads on the page, each run of white space as one blank."""
    return " ".join(Page.read(folder).texts).replace("\n", " ")


class Page(HTMLParser):
    """The texts, tags and links of a page, as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []

    @classmethod
    def read(cls, folder: Path) -> Page:
        page = cls()
        # Not translated: a carriage return in a name is part of it.
        page.feed((folder / "report.html").read_bytes().decode())
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] not in (["style"], ["script"]):
            self.texts.append(data.strip("\n"))


def test_the_files_are_private(tmp_path: Path) -> None:
    assert render(answer(company()), tmp_path, group=AUDITORS, report_dir="new/report").status == 0
    folder = tmp_path / "new/report"
    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == dict.fromkeys(FILES, 0o600)


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    played = render(answer(company()), tmp_path, group=AUDITORS)
    assert played.status == 0
    assert mode(tmp_path) == 0o755
    assert [mode(tmp_path / name) for name in FILES] == [0o600] * 3
    assert str(tmp_path / "report.html") in played.stdout


def test_check_mode_leaves_no_trace(tmp_path: Path) -> None:
    played = render(answer(company()), tmp_path, "--check", "--diff", group=AUDITORS, report_dir="out")
    assert played.status == 0, played.output
    assert not (tmp_path / "out").exists()
    assert "shop/checkout" not in played.stdout


def test_the_module_gets_what_is_given(tmp_path: Path) -> None:
    given: dict[str, Any] = {
        "groups": ["security/auditors", "scanner"],
        "access_level": "developer",
        "source_groups": ["shop"],
        "exclude": ["*/attic/*"],
        "personal_projects": False,
        "timeout": 7,
    }
    # That of the other playbooks, in an inventory for all of them.
    others = {"group": "security/pentest", "state": "absent"}
    assert render(answer(company(), level="developer"), tmp_path, **others, **given, report_dir="out").status == 0
    assert json.loads((tmp_path / "given.json").read_text(encoding="utf-8")) == given
    shown = text_of(tmp_path / "out")
    for words in ("source groups: shop", "exclude: */attic/*", "personal projects: False", "Required level developer"):
        assert words in " ".join(shown.replace("  ", " ").split())
    selection = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))["selection"]
    assert selection == {name: given[name] for name in ("source_groups", "exclude", "personal_projects")}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"group": AUDITORS, "report_dirs": "out"}, "Did you mean groupshare_report_dir?"),
        ({"goups": [AUDITORS]}, "Did you mean groupshare_groups?"),
        ({}, "-e groupshare_group=security/auditors"),
    ],
)
def test_what_is_misspelt_ends_it_before_any_request(variables: dict[str, Any], words: str, tmp_path: Path) -> None:
    played = render(answer(company()), tmp_path, **variables)
    assert played.status != 0
    assert words in " ".join(played.stdout.split())
    assert not (tmp_path / "given.json").exists()


def test_the_table_has_a_line_for_each_project(tmp_path: Path) -> None:
    assert render(answer(company(), company(8, "scanner")), tmp_path, groups=["a", "b"]).status == 0
    rows = rows_of(tmp_path)
    projects = company()["projects"]
    assert len(rows) == 2 * len(projects)
    assert [row["project"] for row in rows[: len(projects)]] == [each["path"] for each in projects]
    by_path = {row["project"]: row for row in rows if row["group"] == AUDITORS}
    assert by_path["finance/payroll-api"] == {
        **dict.fromkeys(rows[0], ""),
        "group": AUDITORS,
        "project": "finance/payroll-api",
        "project_id": by_path["finance/payroll-api"]["project_id"],
        "state": "blocked",
        "ends_within_30_days": "no",
        "reason": "share_locked",
        "explanation": "the namespace forbids sharing with groups",
        "web_url": "https://gitlab.example.com/finance/payroll-api",
    }
    for each in projects:
        row, share, inherited = by_path[each["path"]], each["share"] or {}, each["inherited"] or {}
        assert row["access_level"] == (share.get("access_level") or "")
        assert row["expires_at"] == (share.get("expires_at") or "")
        assert row["ends_within_30_days"] == ("yes" if share.get("expires_at") == SOON else "no")
        assert row["inherited_from"] == inherited.get("group", "")


def test_the_data_hold_the_answer_and_add_it_up(tmp_path: Path) -> None:
    found = answer(company())
    assert render(found, tmp_path, group=AUDITORS).status == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (only,) = report["groups"]
    for key in ("group", "coverage", "missing", "below_level", "projects"):
        assert only[key] == found[key]
    for key in ("gitlab", "user", "access_level"):
        assert report[key] == found[key]
    assert only["totals"]["states"] == Counter(each["state"] for each in found["projects"]) | {"inherited": 0}
    for row in only["top_level"]:
        there = [each for each in found["projects"] if each["path"].startswith(f"{row['path']}/")]
        assert row["projects"] == len(there)
        for state, count in row["states"].items():
            assert count == sum(each["state"] == state for each in there)
        assert row["inherited"] == sum(each["inherited"] is not None for each in there)
        assert row["ends_soon"] == sum((each["share"] or {}).get("expires_at") == SOON for each in there)


def test_nasty_names_are_only_text(tmp_path: Path) -> None:
    found = nasty()
    played = render(found, tmp_path, groups=["a", "b"])
    assert played.status == 0, played.output
    page = Page.read(tmp_path)
    assert page.tags.count("script") == 1
    assert not {"img", "iframe", "object", "link", "base"} & set(page.tags)
    assert not {"onclick", "onmouseover", "onerror", "src", "style"} & page.attributes
    assert all(link.startswith(("https://gitlab.example.com/", "#")) for link in page.links)
    for text in NASTY:
        assert f"{text}/{text}" in page.texts
        assert any(text in each for each in page.texts if "reached through" in each)
    assert "1337" not in (tmp_path / "report.html").read_text(encoding="utf-8")

    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [each["projects"] for each in report["groups"]] == [each["projects"] for each in found["groups"]]
    assert report["warnings"] == list(NASTY)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    assert render(nasty(), tmp_path, groups=["a", "b"]).status == 0
    text = (tmp_path / "report.csv").read_bytes().decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for text in NASTY:
        assert f"{text}/{text}" in cells or f"'{text}/{text}" in cells


@pytest.mark.parametrize(
    ("projects", "words"),
    [
        ([], "No project was looked at."),
        ([project(1, "a/b", "blocked", reason="archived")], "The one project looked at cannot be shared."),
        (
            [project(1, "a/b", "shared", "owner")],
            "The one project that can be shared is shared with security/auditors , at the level reporter or higher.",
        ),
        (
            [project(1, "a/b", "shared", "owner"), project(2, "a/c", "shared", None)],
            "All 2 projects that can be shared are shared with security/auditors , at the level reporter or higher.",
        ),
        (
            [project(1, "a/b", "shared", "owner"), project(2, "a/c", "missing", through=("guest", "a"))],
            "1 of 2 projects that can be shared has a gap: 1 is not shared with security/auditors , 0 only below the "
            "level reporter. Of the missing, 1 is reached through a group above.",
        ),
        (
            [project(1, "a/b", "shared", "owner"), project(2, "a/c", "inherited", through=("reporter", "a"))],
            "at the level reporter or higher. 1 project is left out as asked for: the group reaches it through a group",
        ),
    ],
)
def test_the_first_sentence_is_right_and_well_formed(
    projects: list[dict[str, Any]], words: str, tmp_path: Path
) -> None:
    played = render(answer(group(AUDITORS, projects)), tmp_path, group=AUDITORS)
    assert played.status == 0, played.output
    assert words in " ".join(text_of(tmp_path).split())


def test_from_gitlab_to_the_page(start_gitlab: Callable[..., Simulator], tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest").project("acme/site", "reporter").projects("acme/lib"))
    environment = {"GITLAB_URL": gitlab.url, "GITLAB_TOKEN": token_of("olivia")}
    variables = {"groupshare_group": GROUP, "groupshare_access_level": "reporter", "groupshare_report_dir": "out"}
    played = run_playbook("groupshare.gitlab.report", tmp_path, ("-e", json.dumps(variables)), environment)
    assert played.status == 0, played.output
    assert gitlab.writes == []
    states = {row["project"]: row["state"] for row in rows_of(tmp_path / "out")}
    assert states == {"acme/app": "below_level", "acme/site": "shared", "acme/lib": "missing"}
    shown = text_of(tmp_path / "out")
    for words in (gitlab.url, "olivia", "acme/app"):
        assert words in shown
    for name in FILES:
        assert token_of("olivia") not in (tmp_path / "out" / name).read_text(encoding="utf-8")
