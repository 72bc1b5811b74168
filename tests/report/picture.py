# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the picture of a report in README.md: nox -s report-picture"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from ansible_collections.groupshare.gitlab.tests.report.answers import answer, company
from ansible_collections.groupshare.gitlab.tests.report.chromium import chromium
from ansible_collections.groupshare.gitlab.tests.report.render import render

PICTURE = Path("docs/images/report.png")
WIDTH, HEIGHT, COLORS = 1280, 1000, 64


def main() -> None:
    """Write the picture to where the command line says, or to its place in the checkout."""
    picture = Path(sys.argv[1]) if sys.argv[1:] else PICTURE
    with TemporaryDirectory() as folder, chromium() as browser:
        played = render(answer(company()), Path(folder), group="security/auditors")
        if played.status:
            raise SystemExit(played.output)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(Path(folder, "report.html").as_uri())
        seen = Image.open(io.BytesIO(page.screenshot()))
        seen.quantize(COLORS).save(picture, optimize=True)


if __name__ == "__main__":
    main()
