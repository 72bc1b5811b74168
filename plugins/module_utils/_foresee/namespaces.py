# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of namespaces and top-level groups that forbid to share their projects."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._gitlab.client import GitLab
from .._gitlab.pages import PER_PAGE
from .._gitlab.paths import root_of
from .._gitlab.records import Group

# So many groups are asked for one by one; more of them come from a list.
FEW = 6


@dataclass(frozen=True)
class Forbidden:
    """Where projects cannot be shared.

    :param locked: full paths of groups whose own projects cannot be shared with any group.
    :param closed_roots: full paths of top-level groups below which projects can be shared within them only.
    """

    locked: frozenset[str]
    closed_roots: frozenset[str]


def find_forbidden(
    gitlab: GitLab, namespaces: t.AbstractSet[str], group: Group, min_access_level: int | None
) -> Forbidden:
    """Find out which of some groups, by full path, forbid to share their projects with the group.

    :param min_access_level: a role that the token's user has in most of them; None for an administrator.
    """
    roots = {root_of(path) for path in namespaces} - {root_of(group.full_path)}
    # Only a top-level group's own page tells whether it is closed.
    pages = _groups_by_path(gitlab, roots)
    found = {**pages, **_listed(gitlab, namespaces - pages.keys(), min_access_level)}
    found.update(_groups_by_path(gitlab, namespaces - found.keys()))
    return Forbidden(
        locked=frozenset(path for path in namespaces if path in found and found[path].share_locked),
        closed_roots=frozenset(path for path, root in pages.items() if root.prevents_outside_sharing),
    )


def _listed(gitlab: GitLab, paths: t.AbstractSet[str], min_access_level: int | None) -> dict[str, Group]:
    """Return groups from GitLab's list of groups, if there are too many to ask for each and the list is not endless."""
    if len(paths) <= FEW:
        return {}
    count = gitlab.count_groups(min_access_level)
    if count is None or count > len(paths) * PER_PAGE:
        return {}
    return {group.full_path: group for group in gitlab.groups(min_access_level)}


def _groups_by_path(gitlab: GitLab, paths: t.AbstractSet[str]) -> dict[str, Group]:
    """Return groups by full path, one request each; those that the token cannot see are left out."""
    wanted = sorted(paths)
    found = gitlab.in_parallel(gitlab.group_or_none, wanted)
    return {path: group for path, group in zip(wanted, found) if group is not None}
