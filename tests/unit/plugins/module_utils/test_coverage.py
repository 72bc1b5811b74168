# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a group reaches, a pure function of a plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.selection import Selection
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.coverage import find_coverage
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.desired import Desired
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import plan_step
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.refusals import (
    Foreseen,
    Refusal,
    take_out_refused,
)
from ansible_collections.groupshare.gitlab.tests.support.parts import project

THROUGH = Inherited(20, "acme")
SKIP = Selection(skip_inherited=True)
LOCKED = Foreseen({7: Refusal("skipped", "share_locked")})


@pytest.mark.parametrize(
    ("share", "details", "state", "reason"),
    [
        (None, {}, "missing", None),
        (Share(20), {}, "shared", None),
        (Share(30, date(2020, 1, 31)), {}, "shared", None),
        (Share(10), {}, "below_level", None),
        (Share.HIDDEN, {}, "shared", None),
        (None, {"foreseen": LOCKED}, "blocked", "share_locked"),
        # A share that exists is what it is, even where GitLab would not let it be made.
        (Share(20), {"foreseen": LOCKED}, "shared", None),
        (Share(10), {"foreseen": LOCKED}, "below_level", None),
        (None, {"archived": True}, "blocked", "archived"),
        (None, {"inherited": THROUGH}, "missing", None),
        (None, {"inherited": THROUGH, "selection": SKIP}, "inherited", None),
        (None, {"inherited": Inherited(10, "acme"), "selection": SKIP}, "missing", None),
        (Share(10), {"inherited": THROUGH, "selection": SKIP}, "below_level", None),
    ],
)
def test_the_state_of_a_project(share: Share | None, details: dict[str, Any], state: str, reason: str | None) -> None:
    inherited = details.pop("inherited", None)
    selection = details.pop("selection", Selection())
    foreseen = details.pop("foreseen", Foreseen())
    step = plan_step(
        project(share=share, id=7, **details),
        Desired(20, update_existing="never"),
        selection,
        {"acme": inherited} if inherited else {},
    )
    (covered,) = find_coverage(take_out_refused([step], foreseen), 20)
    assert (covered.state, covered.reason, covered.inherited) == (state, reason, inherited)
