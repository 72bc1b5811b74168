# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lower bound: the server time that no client can do without, spread over the workers of the server."""

from __future__ import annotations

import math

from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency

PER_PAGE = 100
# Lists of branches, tags and environments, whose rules an Enterprise Edition removes together with the share.
LISTS_OF_RULES = 3


def bound_seconds(scenario: Scenario, latency: Latency) -> float:
    """Return the seconds that the cheapest sufficient requests take if all workers are busy from first to last.

    Left out is what a client may want besides: who the token is, which group is meant, what GitLab would refuse.
    """
    in_full = _list_ms(scenario.shared, latency.full_item_ms, latency)
    if scenario.removed:
        # The group's own list of shared projects has all that matters.
        reads = in_full
    else:
        # Either all projects in full, which shows their shares, or all of them in short, and the shared ones in full.
        reads = min(
            _list_ms(scenario.projects, latency.full_item_ms, latency),
            _list_ms(scenario.projects, latency.simple_item_ms, latency) + in_full,
        )
    return (reads + _changes_ms(scenario, latency)) / latency.workers / 1000


def _changes_ms(scenario: Scenario, latency: Latency) -> float:
    """A missing share is one POST. A wrong one is tried beside the old one, which is removed then, and made."""
    removal = latency.unshare_ms + (LISTS_OF_RULES * latency.protected_ms if scenario.enterprise else 0)
    replacement = latency.conflict_ms + removal + latency.share_ms
    return scenario.missing * latency.share_ms + scenario.wrong * replacement + scenario.removed * removal


def _list_ms(items: int, item_ms: float, latency: Latency) -> float:
    """Pages as large as GitLab allows, because each has its base; not even a first one for an empty list."""
    return math.ceil(items / PER_PAGE) * latency.base_ms + items * item_ms
