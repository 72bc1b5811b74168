# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page as a person sees it: on a screen and a telephone, in the dark, on paper, without script, sorted."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any, Callable

import pytest
from playwright.sync_api import Page

from ansible_collections.groupshare.gitlab.tests.report.answers import NASTY, company, nasty

Reports = Callable[[str], Path]
Open = Callable[..., Page]

PROJECTS = company()["projects"]
GAPS = [each["path"] for each in PROJECTS if each["state"] in ("missing", "below_level")]
LEVELS = ("guest", "planner", "reporter", "security_manager", "developer", "maintainer", "owner")


def column(page: Page, number: int, table: str = ".projects") -> list[str]:
    """The texts of a column from 1, of the rows that are shown."""
    cells = f"{table} tbody tr:not([hidden]) > :nth-child({number})"
    texts: list[str] = page.eval_on_selector_all(cells, "cells => cells.map(cell => cell.textContent)")
    return texts


def sort_by(page: Page, name: str, table: str = ".projects") -> None:
    page.locator(f"{table} thead button[aria-label='Sort by {name}']").click()


def color(page: Page, selector: str, name: str) -> tuple[float, ...]:
    """Red, green and blue, from 0 to 255."""
    text = page.eval_on_selector(selector, f"element => getComputedStyle(element).{name}")
    return tuple(float(part) for part in re.findall(r"[\d.]+", text)[:3])


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The ratio that the Web Content Accessibility Guidelines define, from 1 to 21."""

    def luminance(parts: tuple[float, ...]) -> float:
        linear = [((part / 255 + 0.055) / 1.055) ** 2.4 if part > 10 else part / 255 / 12.92 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("kind", ["style", "script"])
def test_the_policy_lets_the_page_have_its_own_style_and_script(kind: str, reports: Reports) -> None:
    """This failure says what belongs into playbooks/templates/report.html.j2 after a change of either."""
    page = (reports("company") / "report.html").read_text(encoding="utf-8")
    (part,) = re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
    checksum = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
    assert f"{kind}-src 'sha256-{checksum}'" in page


def test_it_says_what_was_looked_at(open_report: Open) -> None:
    head = open_report("company").locator("header").inner_text()
    for fact in ("https://gitlab.example.com", "18.9.0-ee, Enterprise Edition", " UTC", "petra", "reporter"):
        assert fact in head
    assert "3 more projects are visible to this token, but not shareable by it" in head


def test_every_project_stands_there_with_what_matters(open_report: Open) -> None:
    page = open_report("company")
    assert sorted(column(page, 1)) == sorted(each["path"] for each in PROJECTS)
    assert set(column(page, 1)[: len(GAPS)]) == set(GAPS)
    row = page.locator(".projects tr", has_text="finance/payroll-api")
    assert "Cannot be shared" in row.inner_text()
    assert "the namespace forbids sharing with groups" in row.inner_text()
    assert row.locator("a").get_attribute("href") == "https://gitlab.example.com/finance/payroll-api"
    through = page.locator(".projects tr", has_text="platform/mail-docs")
    assert "reached through platform as reporter" in through.inner_text()


def test_top_level_groups_with_most_gaps_come_first(open_report: Open) -> None:
    page = open_report("company")
    names = column(page, 1, ".tops")
    gaps = [sum(path.startswith(f"{name}/") for path in GAPS) for name in names]
    assert gaps == sorted(gaps, reverse=True)
    assert sum(gaps) == len(GAPS)
    missing, below = (sum(map(int, column(page, number, ".tops"))) for number in (4, 5))
    assert missing + below == len(GAPS)


def test_bars_have_a_text_for_those_who_cannot_see_them(open_report: Open) -> None:
    page = open_report("company")
    bars = page.get_by_role("img")
    assert bars.count() == 1 + len(column(page, 1, ".tops"))
    assert bars.first.get_attribute("aria-label") == "67 shared, 5 below the level, 13 missing, 4 cannot be shared"
    widths = page.eval_on_selector_all("main > section > .bar rect", "all => all.map(e => e.width.baseVal.value)")
    assert sum(widths) == pytest.approx(1000, abs=0.1)


@pytest.mark.parametrize(
    ("name", "number", "key"),
    [
        ("Project", 1, str.lower),
        ("State", 2, ["Missing", "Below the level", "Cannot be shared", "Shared"].index),
        ("Level", 3, lambda text: LEVELS.index(text) if text else -1),
        ("Ends", 4, str),
    ],
)
def test_projects_sort_by_each_column(name: str, number: int, key: Callable[[str], Any], open_report: Open) -> None:
    page = open_report("company")
    before = column(page, 1)
    for direction in ("ascending", "descending"):
        sort_by(page, name)
        values = [key(text) for text in column(page, number)]
        assert values == sorted(values, reverse=direction == "descending")
        assert page.locator(f".projects th[aria-sort='{direction}']").inner_text().strip().startswith(name)
    assert page.locator(".projects th[aria-sort]").count() == 1
    assert sorted(column(page, 1)) == sorted(before)


@pytest.mark.parametrize(("name", "number"), [("Projects", 3), ("Missing", 4), ("Shared", 6)])
def test_numbers_sort_as_numbers(name: str, number: int, open_report: Open) -> None:
    page = open_report("company")
    sort_by(page, name, ".tops")
    values = [int(text) for text in column(page, number, ".tops")]
    assert values == sorted(values)


def test_a_sort_is_reached_by_keyboard(open_report: Open) -> None:
    page = open_report("company")
    page.locator(".projects thead button").first.focus()
    page.keyboard.press("Enter")
    assert column(page, 1) == sorted(each["path"] for each in PROJECTS)


def test_projects_can_be_filtered(open_report: Open) -> None:
    page = open_report("company")
    page.get_by_label("Path contains").fill("MAIL")
    assert column(page, 1) == ["platform/mail-docs", "platform/mail", "platform/mail-api"]
    assert page.locator("output").inner_text() == "3 of 89 shown"
    page.get_by_label("Path contains").fill("")
    page.get_by_role("combobox").select_option("missing")
    assert column(page, 1) == [each["path"] for each in PROJECTS if each["state"] == "missing"]
    page.locator(".tops a", has_text="shop").click()
    assert set(column(page, 1)) == {each["path"] for each in PROJECTS if each["path"].startswith("shop/")}


def test_without_script_everything_is_there_and_no_dead_control(open_report: Open) -> None:
    page = open_report("company", java_script_enabled=False)
    assert page.locator(".projects tbody tr").count() == len(PROJECTS)
    assert page.locator("button, input, select").count() == 0


@pytest.mark.parametrize("name", ["company", "several", "nasty"])
def test_a_telephone_need_not_scroll_sideways(name: str, open_report: Open) -> None:
    page = open_report(name, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    beyond = "all => all.filter(e => e.getBoundingClientRect().right > 360.5).map(e => e.outerHTML.slice(0, 200))"
    assert page.eval_on_selector_all("body *", beyond) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_by_day_and_by_night(scheme: str, open_report: Open) -> None:
    page = open_report("company", color_scheme=scheme)
    background = color(page, "body", "backgroundColor")
    assert (sum(background) < 3 * 64) == (scheme == "dark")
    for selector in ("h1", "header > p", ".projects td", ".projects a", "dt", ".tops [data-key='0']"):
        assert contrast(color(page, selector, "color"), background) >= 4.5, selector
    for selector in (".tiles dd", ".tiles dt", ".verdict a"):
        assert contrast(color(page, selector, "color"), color(page, ".verdict", "backgroundColor")) >= 4.5, selector


def test_paper_is_white_and_has_no_controls(open_report: Open, tmp_path: Path) -> None:
    page = open_report("company", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert color(page, "body", "backgroundColor") == (255, 255, 255)
    assert color(page, "body", "color") == (0, 0, 0)
    assert not page.locator("input, select, button").filter(visible=True).count()
    file = tmp_path / "report.pdf"
    page.pdf(path=file, format="A4")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) <= 6


def test_several_groups_have_a_section_each_and_a_table_above(open_report: Open) -> None:
    page = open_report("several")
    assert page.locator("nav tbody th").all_inner_texts() == ["security/auditors", "support/second-line", "scanner"]
    page.locator("nav a", has_text="scanner").click()
    assert page.evaluate("document.querySelector(':target').textContent") == "scanner"
    assert page.locator("section").count() == 3
    # What is filtered in one section stays as it is in the others.
    page.get_by_label("Path contains").last.fill("no such project")
    assert page.locator("output").all_inner_texts() == ["89 of 89 shown", "89 of 89 shown", "0 of 89 shown"]


def test_nasty_names_do_nothing_and_are_read_as_they_are(open_report: Open) -> None:
    page = open_report("nasty")
    page.locator(".projects a").first.hover()
    for name in ("Project", "Ends", "Remarks"):
        page.locator(f".projects thead button[aria-label='Sort by {name}']").first.click()
    assert "led astray" not in page.evaluate("document.title").replace(NASTY[0], "").replace(NASTY[1], "")
    assert page.title() == "Coverage of 2 groups"
    assert page.locator("img:not(svg), iframe, object, link, base").count() == 0
    assert page.locator("script").count() == 1
    assert page.locator("[onclick], [onmouseover], [onerror]").count() == 0
    schemes = page.eval_on_selector_all("a", "all => [...new Set(all.map(a => a.protocol))].sort()")
    assert schemes == ["file:", "https:"]  # the page's own sections, and GitLab
    shown = set(column(page, 1))
    # HTML itself takes a carriage return for a new line.
    assert shown == {each["path"].replace("\r", "\n") for each in nasty()["groups"][0]["projects"]}
    assert "1337" not in page.content()
    warnings = page.locator("header li").evaluate_all("all => all.map(e => e.textContent)")
    assert warnings == [text.replace("\r", "\n") for text in NASTY]
