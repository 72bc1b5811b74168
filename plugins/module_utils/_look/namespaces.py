# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""Settings of namespaces and top-level groups that forbid to share their projects."""

from __future__ import annotations

import typing as t

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import NotFound
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.pages import PER_PAGE
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Group

# So many groups are asked for one by one; more of them come from a list.
FEW = 6


def locked_namespaces(gitlab: GitLab, namespaces: frozenset[str], min_access_level: int | None) -> frozenset[str]:
    """Return those groups, among some by full path, whose projects cannot be shared with groups.

    :param min_access_level: a role that the token's user has in most of them; None for an administrator.
    """
    found: dict[str, Group] = {}
    if len(namespaces) > FEW:
        count = gitlab.count_groups(min_access_level)
        if count is not None and count <= len(namespaces) * PER_PAGE:
            found = {group.full_path: group for group in gitlab.groups(min_access_level)}
    found.update(groups_by_path(gitlab, namespaces - found.keys()))
    return frozenset(path for path in namespaces if path in found and found[path].share_locked)


def closed_roots(gitlab: GitLab, namespaces: frozenset[str], group: Group) -> frozenset[str]:
    """Return the top-level groups of some namespaces that forbid to share projects with a group outside of them."""
    roots = {path.split("/")[0] for path in namespaces} - {group.full_path.split("/")[0]}
    found = groups_by_path(gitlab, roots)
    return frozenset(path for path, root in found.items() if root.prevents_outside_sharing)


def groups_by_path(gitlab: GitLab, paths: t.Iterable[str]) -> dict[str, Group]:
    """Return groups by full path, one request each; those that the token cannot see are left out."""

    def group_or_none(path: str) -> Group | None:
        try:
            return gitlab.group(path)
        except NotFound:
            return None

    wanted = sorted(paths)
    return {path: group for path, group in zip(wanted, gitlab.at_once(group_or_none, wanted)) if group is not None}
