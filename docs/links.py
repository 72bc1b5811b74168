# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the links between files of the repository, which work on GitHub, links of the site: links.py FOLDER"""

from __future__ import annotations

import re
import sys
from pathlib import Path

REPOSITORY = "https://github.com/groupshare/groupshare.gitlab/blob/main"

# What stands between the angle brackets of a link, and what it becomes.
RULES = (
    (r"(\w+)\.rst(#[\w-]+)?", r"\1.html\2"),
    (r"\.\./\.\./\.\./plugins/modules/(\w+)\.py", r"../\1_module.html"),
    (r"\.\./\.\./\.\./([\w./]+)", rf"{REPOSITORY}/\1"),
)


def adapt(page: str) -> str:
    """Return a page in reStructuredText with links for the site."""
    for link, address in RULES:
        page = re.sub(f"<{link}>`__", f"<{address}>`__", page)
    return page


def main() -> None:
    """Change all pages of a folder."""
    for page in Path(sys.argv[1]).glob("*.rst"):
        page.write_text(adapt(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
