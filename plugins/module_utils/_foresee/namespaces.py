# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of namespaces and of top-level groups that forbid sharing their projects."""

from __future__ import annotations

import typing as t

from .._gitlab.client import GitLab
from .._gitlab.paths import root_of
from .._gitlab.records import Group
from .._observe.costs import GROUP_ITEM_MS, GROUP_MS, MAX_SINGLE_LOCKS, list_ms
from .._plan.plan import SkippedReason


def find_closed_namespaces(
    gitlab: GitLab, namespaces: t.AbstractSet[str], group: Group, min_access_level: int | None
) -> dict[str, SkippedReason]:
    """Return the namespaces, by full path, whose projects cannot be shared with the invited group, and why.

    :param min_access_level: a role that the token's user has in most of them; None for an administrator.
    """
    home = root_of(group.full_path)
    # Only a top-level group's own page shows its rules for sharing outside of it.
    roots = gitlab.visible_groups({root_of(path) for path in namespaces} - {home})
    known = {**roots, **_listed(gitlab, namespaces - roots.keys(), min_access_level)}
    known.update(gitlab.visible_groups(namespaces - known.keys()))
    closed: dict[str, SkippedReason] = {}
    for path, root in roots.items():
        if root.prevents_outside_sharing:
            closed[path] = "outside_hierarchy"
        elif root.email_domains and not _covers(root, _home_domains(gitlab, home)):
            closed[path] = "email_domains"
    locked = {path for path in namespaces if path in known and known[path].share_locked}
    # GitLab looks at the lock before it looks at the top-level group.
    return {
        **{path: closed[root_of(path)] for path in namespaces if root_of(path) in closed},
        **dict.fromkeys(locked, "share_locked"),
    }


def _home_domains(gitlab: GitLab, home: str) -> tuple[str, ...] | None:
    """Return the e-mail domains to which the invited group's top-level group restricts its members.

    None if the token sees the invited group but not its top-level group; then only GitLab's answer to a write shows it.
    """
    group = gitlab.group_or_none(home)
    return None if group is None else group.email_domains


def _covers(root: Group, domains: tuple[str, ...] | None) -> bool:
    """Return whether GitLab may let a group with these e-mail domains be invited below a restricted one."""
    if domains is None:
        return True
    return bool(domains) and {domain.lower() for domain in domains} <= {each.lower() for each in root.email_domains}


def _listed(gitlab: GitLab, paths: t.AbstractSet[str], min_access_level: int | None) -> dict[str, Group]:
    """Return groups from GitLab's list, if that costs less than reading each of them."""
    if len(paths) <= MAX_SINGLE_LOCKS:
        return {}
    count = gitlab.count_groups(min_access_level=min_access_level)
    if count is None or list_ms(count, GROUP_ITEM_MS) > len(paths) * GROUP_MS:
        return {}
    return {group.full_path: group for group in gitlab.groups(count, min_access_level=min_access_level)}
