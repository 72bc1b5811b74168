# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The system's own Chromium, headless, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# Another one is named in the environment.
CHROMIUM = os.environ.get("CHROMIUM", "chromium")
# It may be run by root, in a container, without a graphics card; and it is to ask nobody for anything.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser with a new profile.

    :raises FileNotFoundError: if there is no Chromium.
    """
    path = shutil.which(CHROMIUM)
    if path is None:
        raise FileNotFoundError(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()
