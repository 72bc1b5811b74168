# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a group reaches, a pure function of what was seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.rules import Rules
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.coverage import find_coverage
from ansible_collections.groupshare.gitlab.tests.support.parts import project

GROUP = "security/auditors"
INHERITED = {"acme": Inherited(20, "acme")}


@pytest.mark.parametrize(
    ("share", "details", "rules", "missing", "below_level"),
    [
        (None, {}, Rules(GROUP), True, False),
        (Share(20), {}, Rules(GROUP), False, False),
        (Share(30, date(2020, 1, 31)), {}, Rules(GROUP), False, False),
        (Share(10), {}, Rules(GROUP), False, True),
        (Share.HIDDEN, {}, Rules(GROUP), False, False),
        (None, {"path": f"{GROUP}/app"}, Rules(GROUP), False, False),
        (None, {"pending_deletion": True}, Rules(GROUP), False, False),
        (None, {}, Rules(GROUP, inherited=INHERITED), True, False),
        (None, {}, Rules(GROUP, inherited=INHERITED, skip_inherited=True), False, False),
        (None, {}, Rules(GROUP, inherited={"acme": Inherited(10, "acme")}, skip_inherited=True), True, False),
        (Share(10), {}, Rules(GROUP, inherited=INHERITED), False, True),
    ],
)
def test_a_project_is_missing_or_below_the_level(
    share: Share | None, details: dict[str, Any], rules: Rules, missing: bool, below_level: bool
) -> None:
    (covered,) = find_coverage([project(share=share, **details)], 20, rules)
    assert (covered.missing, covered.below_level) == (missing, below_level)
    assert covered.inherited == rules.inherited.get("acme")


def test_projects_are_in_the_order_of_paths() -> None:
    covered = find_coverage([project("b/a"), project("a/z")], 10, Rules(GROUP))
    assert [each.project.path for each in covered] == ["a/z", "b/a"]
