# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports in a headless Chromium of the system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from ansible_collections.groupshare.gitlab.tests.report.answers import answer, company, large, nasty
from ansible_collections.groupshare.gitlab.tests.report.chromium import chromium
from ansible_collections.groupshare.gitlab.tests.report.render import render

ANSWERS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "company": lambda: answer(company()),
    "several": lambda: answer(company(), company(8, "support/second-line"), company(9, "scanner")),
    "nasty": nasty,
    "large": lambda: answer(large(20_000)),
}

Reports = Callable[[str], Path]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Gives the folder of a report of one of the answers, which is made once."""
    made: dict[str, Path] = {}

    def report(name: str) -> Path:
        if name not in made:
            home = tmp_path_factory.mktemp(name)
            played = render(ANSWERS[name](), home, group="security/auditors")
            assert played.status == 0, played.output
            made[name] = home
        return made[name]

    return report


@pytest.fixture
def open_report(browser: Browser, reports: Reports) -> Iterator[Open]:
    """Opens a page for a report; the test fails if it asks for anything else, or complains of anything."""
    addresses: list[str] = []
    requests: list[str] = []
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(name: str, width: int = 1280, goto: bool = True, **options: Any) -> Page:
        address = (reports(name) / "report.html").as_uri()
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        if goto:
            page.goto(address)
        addresses.append(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert requests == addresses
