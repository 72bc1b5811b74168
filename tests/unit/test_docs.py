# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides are readable on GitHub as they are, and every link within the repository leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs/docsite/rst").glob("*.rst"))
MARKDOWN = sorted(ROOT.glob("*.md"))
RST_LINK = re.compile(r"<([^<>\s]+)>`__|^\.\. image:: (\S+)", re.MULTILINE)
MARKDOWN_LINK = re.compile(r"\]\(([^()\s]+)\)")
BLOB = "https://github.com/groupshare/groupshare.gitlab/"


def slugs(page: str) -> set[str]:
    """The anchors of a page's headings, which Sphinx and GitHub make alike."""
    headings = re.findall(r"^(\S.*)\n[=\-~]{3,}$", page, re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") for heading in headings}


def local(links: list[str]) -> list[str]:
    """The links within this repository, as relative paths; those to its page on GitHub too."""
    relative = [re.sub(rf"^{BLOB}(?:blob|tree)/main/", "/", link) for link in links]
    return [link for link in relative if not re.match(r"\w+:", link)]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guides_links_lead_somewhere(guide: Path) -> None:
    page = guide.read_text(encoding="utf-8")
    for link in local(["".join(found) for found in RST_LINK.findall(page)]):
        path, _hash, anchor = link.partition("#")
        target = (guide.parent / path).resolve() if path else guide
        assert target.exists(), link
        assert not anchor or anchor in slugs(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("document", MARKDOWN, ids=lambda document: document.stem)
def test_a_documents_links_lead_somewhere(document: Path) -> None:
    for link in local(MARKDOWN_LINK.findall(document.read_text(encoding="utf-8"))):
        path = link.partition("#")[0].lstrip("/")
        assert not path or (ROOT / path).exists(), link


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_has_no_roles_that_github_shows_raw(guide: Path) -> None:
    assert not re.findall(r":\w+:`", guide.read_text(encoding="utf-8"))


def test_the_index_lists_every_guide() -> None:
    (section,) = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    assert sorted(section["toctree"]) == [guide.stem for guide in GUIDES]
    index = (ROOT / "docs/docsite/index.rst").read_text(encoding="utf-8")
    assert re.findall(r"^   docsite/(\w+)$", index, re.MULTILINE) == section["toctree"]


def test_the_pictures_have_words() -> None:
    for guide in GUIDES:
        page = guide.read_text(encoding="utf-8")
        assert page.count(".. image::") == page.count("   :alt: ")
