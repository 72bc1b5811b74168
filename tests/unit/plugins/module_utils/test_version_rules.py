# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which version of GitLab has which rule for shares."""

from __future__ import annotations

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.access_levels import LEVELS
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Version
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.version_rules import (
    knows_level,
    role_to_make,
    role_to_remove,
    role_to_share,
)

USUAL = {"guest", "reporter", "developer", "maintainer"}


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ((15, 0), set()),
        ((16, 6), set()),
        ((16, 7), {"owner"}),
        ((17, 6), {"owner"}),
        ((17, 7), {"owner", "planner"}),
        ((18, 6), {"owner", "planner"}),
        ((18, 7), {"owner", "planner", "security_manager"}),
    ],
)
def test_levels_of_a_version(version: tuple[int, int], more: set[str]) -> None:
    known = {name for name, number in LEVELS.items() if knows_level(Version(*version), number)}
    assert known == USUAL | more


BEFORE, SINCE = Version(17, 11), Version(18, 0)


@pytest.mark.parametrize(("version", "role"), [(Version(15, 0), 40), (BEFORE, 40), (SINCE, 50), (Version(19, 2), 50)])
def test_the_role_to_share(version: Version, role: int) -> None:
    assert role_to_share(version) == role


@pytest.mark.parametrize(
    ("version", "level", "role"), [(BEFORE, 10, 40), (BEFORE, 50, 50), (SINCE, 10, 50), (SINCE, 50, 50)]
)
def test_the_role_to_make_a_share(version: Version, level: int, role: int) -> None:
    assert role_to_make(version, level) == role


@pytest.mark.parametrize(
    ("version", "level", "owns_group", "role"),
    [
        (BEFORE, 10, False, 40),
        (BEFORE, 10, True, 40),
        (BEFORE, 50, False, 50),
        (BEFORE, None, False, 40),
        (SINCE, 10, False, 50),
        (SINCE, 10, True, 40),
        (SINCE, 50, True, 40),
        (SINCE, None, False, 50),
    ],
)
def test_the_role_to_remove_a_share(version: Version, level: int | None, owns_group: bool, role: int) -> None:
    assert role_to_remove(version, level, owns_group) == role
