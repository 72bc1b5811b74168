# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shares that the lists of projects do not show to this token, though they exist."""

from __future__ import annotations

import typing as t
from bisect import bisect_left

from .._gitlab.client import GitLab
from .._gitlab.paths import lies_within
from .._gitlab.projects import ProjectList
from .._gitlab.records import Group, Project, Share
from .costs import FULL_ITEM_MS, PAGE_MS, SHARES_A_COUNT, SIMPLE_ITEM_MS, list_ms


def find_hidden(
    gitlab: GitLab,
    group: Group,
    shared: ProjectList,
    projects: t.Mapping[int, Project],
    seen: t.Mapping[int, Share],
) -> dict[int, Share]:
    """Return, by project id, the shares of a group that were not seen although they exist.

    The group's own list of shared projects has all of them. Counting it is enough if as many were seen.

    :param shared: the group's own list of shared projects.
    :param projects: all projects that were read.
    :param seen: their shares with the group.
    """
    bare = sorted(
        project.id
        for project in projects.values()
        if project.id not in seen and not lies_within(project.namespace, group.full_path)
    )
    found: dict[int, Share] = {}
    if not bare:
        return found
    for part, expected in _parts(shared, sorted(seen)):
        first, behind = bisect_left(bare, part.after + 1), bisect_left(bare, part.highest + 1)
        suspects = bare[first:behind]
        count = part.total if part is shared else gitlab.projects.count(part)
        if suspects and count != expected:
            found.update(_read_shares(gitlab, group, part, suspects))
    return found


def _parts(shared: ProjectList, seen: t.Sequence[int]) -> t.Iterator[tuple[ProjectList, int]]:
    """Divide a list into parts that GitLab counts; yield each part with the number of shares seen in it."""
    if shared.total is not None or not seen:
        yield shared, len(seen)
        return
    after = 0
    for start in range(0, len(seen), SHARES_A_COUNT):
        end = start + SHARES_A_COUNT
        counted = seen[start:end]
        is_last = start + SHARES_A_COUNT >= len(seen)
        before = shared.highest + 1 if is_last else counted[-1] + 1
        yield shared.between(after, before), len(counted)
        after = counted[-1]


def _read_shares(gitlab: GitLab, group: Group, shared: ProjectList, suspects: t.Sequence[int]) -> dict[int, Share]:
    """Return the shares of some projects from the group's own list, read in the cheapest way."""
    if len(suspects) * (PAGE_MS + FULL_ITEM_MS) > list_ms(shared.at_least, SIMPLE_ITEM_MS):
        (simple,) = gitlab.projects.read([shared.with_simple_items()], ())
        suspects = sorted({item.id for item in simple} & set(suspects))
    single = [shared.between(number - 1, number + 1, total=1) for number in suspects]
    return {
        item.id: dict(item.shares).get(group.id, Share.HIDDEN)
        for items in gitlab.projects.read(single, (group.id,))
        for item in items
    }
