# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twenty thousand projects: small enough to be sent, quick enough to be used. Figures are printed with -s."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from playwright.sync_api import CDPSession, Page

from ansible_collections.groupshare.gitlab.tests.report.answers import large

# Seconds of processor time of the page's main thread, which other work does not lengthen. Each step takes some 3.
BOUND = 8


def seconds_so_far(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def test_twenty_thousand_projects(open_report: Callable[..., Page], reports: Callable[[str], Path]) -> None:
    size = (reports("large") / "report.html").stat().st_size
    assert size < 10_000_000

    page = open_report("large", goto=False)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = 0.0
    took: dict[str, float] = {}

    def note(what: str) -> None:
        nonlocal before
        page.evaluate("document.body.offsetHeight")
        now = seconds_so_far(session)
        took[what], before = now - before, now

    page.goto((reports("large") / "report.html").as_uri())
    note("open")
    assert page.locator(".projects tbody tr").count() == 20_000
    page.locator(".projects thead button").first.click()
    note("sort")
    assert page.locator(".projects tbody td").first.inner_text() == large(20_000)["projects"][0]["path"]
    page.get_by_label("Path contains").fill("service-19999")
    note("filter")
    assert page.locator("output").inner_text() == "1 of 20,000 shown"

    print(f"\n{size / 1e6:.1f} MB", *(f"{what} {seconds:.2f} s" for what, seconds in took.items()), sep=", ")
    assert max(took.values()) < BOUND, took
