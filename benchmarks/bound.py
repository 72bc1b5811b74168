# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lower bound: the server time that no client can do without, spread over the workers of the server."""

from __future__ import annotations

import math

from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Cost, Latency

PER_PAGE = 100


def bound_seconds(scenario: Scenario, latency: Latency) -> float:
    """Seconds that the cheapest sufficient requests take when all workers are busy from the first to the last.

    Left out is what a client may want besides: who the token is, which group is meant, what GitLab would refuse.
    """
    # Either all projects in full, which shows their shares ...
    full = _list_ms(scenario.projects, latency.full_item_ms, latency)
    # ... or all of them in short, and in full those that the group's own list of shared projects holds.
    short = _list_ms(scenario.projects, latency.simple_item_ms, latency) + _list_ms(
        scenario.shared, latency.full_item_ms, latency
    )
    # A missing share is one POST; a wrong one is a DELETE and a POST, for GitLab cannot edit shares.
    share = latency.service_ms(Cost(call="share"))
    unshare = latency.service_ms(Cost(call="unshare"))
    writes = scenario.missing * share + scenario.wrong * (unshare + share)
    return (min(full, short) + writes) / latency.workers / 1000


def _list_ms(items: int, item_ms: float, latency: Latency) -> float:
    """Pages as large as GitLab allows, because each has its base; not even a first one for an empty list."""
    return math.ceil(items / PER_PAGE) * latency.base_ms + items * item_ms
