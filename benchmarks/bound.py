# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lower bound: the server time that no client can do without, spread over the workers of the server."""

from __future__ import annotations

import math
import typing as t

from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Latency

PER_PAGE = 100
# Lists of branches, tags and environments, whose rules an Enterprise Edition removes together with the share.
LISTS_OF_RULES = 3


def bound_seconds(scenario: Scenario, latency: Latency) -> float:
    """Return the seconds that the cheapest sufficient requests take if all workers are busy in each of four phases.

    Each phase needs all answers of the one before: who asks, and which group is meant; the projects; what GitLab would
    refuse, and which rules go with a share; the changes.
    """
    phases = (_start(latency), _reading(scenario, latency), _foresight(scenario, latency), _changes(scenario, latency))
    return sum(max(milliseconds / latency.workers, longest) for milliseconds, longest in phases) / 1000


class Phase(t.NamedTuple):
    """Milliseconds of all requests, and of the longest chain of those that need the answer of another one."""

    milliseconds: float
    longest: float = 0


def _start(latency: Latency) -> Phase:
    """Version, user, token and group, asked for at the same time."""
    milliseconds = latency.version_ms + 2 * latency.user_ms + latency.group_ms
    return Phase(milliseconds, longest=latency.group_ms)


def _reading(scenario: Scenario, latency: Latency) -> Phase:
    """The projects with their shares; a page can be as small as it takes to keep all workers busy."""
    in_full = _list_ms(scenario.shared, latency.full_item_ms, latency)
    if scenario.removed:
        # The group's own list of shared projects has all that matters.
        return Phase(in_full)
    # Either all projects in full, which shows their shares, or all of them in short, and the shared ones in full.
    all_in_full = _list_ms(scenario.projects, latency.full_item_ms, latency)
    return Phase(min(all_in_full, _list_ms(scenario.projects, latency.simple_item_ms, latency) + in_full))


def _foresight(scenario: Scenario, latency: Latency) -> Phase:
    """Whether the user belongs to the group, and each project's lists of rules before a removal."""
    if not scenario.writes:
        return Phase(0)
    rules = LISTS_OF_RULES * latency.protected_ms * (scenario.wrong + scenario.removed) if scenario.enterprise else 0
    return Phase(latency.base_ms + rules, longest=latency.protected_ms if rules else latency.base_ms)


def _changes(scenario: Scenario, latency: Latency) -> Phase:
    """A missing share is one POST. A wrong one is tried beside the old one, which is removed then, and made."""
    replacement = latency.conflict_ms + latency.unshare_ms + latency.share_ms
    chains = (
        (scenario.missing, latency.share_ms),
        (scenario.wrong, replacement),
        (scenario.removed, latency.unshare_ms),
    )
    return Phase(
        sum(count * chain for count, chain in chains),
        longest=max((chain for count, chain in chains if count), default=0),
    )


def _list_ms(items: int, item_ms: float, latency: Latency) -> float:
    """Pages as large as GitLab allows, because each has its base; not even a first one for an empty list."""
    return math.ceil(items / PER_PAGE) * latency.base_ms + items * item_ms
