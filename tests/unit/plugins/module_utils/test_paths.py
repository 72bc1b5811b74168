# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Full paths: what lies within what, and what is above it."""

from __future__ import annotations

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.paths import (
    ancestors_of,
    lies_within,
    root_of,
)


@pytest.mark.parametrize(
    ("path", "inside"),
    [("acme", True), ("acme/sub", True), ("Acme/Sub", True), ("acme2", False), ("ac", False), ("sub/acme", False)],
)
def test_what_lies_within_a_group(path: str, inside: bool) -> None:
    assert lies_within(path, "acme") is inside
    assert lies_within(path, "ACME") is inside


def test_the_groups_above_a_group_begin_with_itself() -> None:
    assert ancestors_of("acme/web/shop") == ("acme/web/shop", "acme/web", "acme")
    assert ancestors_of("acme") == ("acme",)


@pytest.mark.parametrize("path", ["acme", "acme/web/shop"])
def test_the_root_of_a_path(path: str) -> None:
    assert root_of(path) == "acme"
