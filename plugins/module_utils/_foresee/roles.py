# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles of the token's user: in the invited group, and on the projects that are to be written to."""

from __future__ import annotations

import re
import typing as t
from functools import partial

from .._errors import RunRefused
from .._gitlab.client import GitLab
from .._gitlab.paths import root_of
from .._gitlab.records import Group, Project, User
from .._observe.costs import MAX_SINGLE_ROLES
from .._observe.identity import LACKS_ADMIN_MODE, Caller


def require_group_membership(gitlab: GitLab, group: Group, caller: Caller) -> None:
    """Make sure that the token's user may invite the group at all.

    :raises RunRefused: when it is not a member of the group; GitLab would answer 404 for every project.
    """
    user = caller.user
    if gitlab.role_in_group(group.id, user.id):
        return
    remedy = f"Add {user.username} to the group (the role Guest is enough) or use the token of one of its members."
    if caller.lacks_admin_mode:
        remedy = f"{remedy} {LACKS_ADMIN_MODE}"
    elif re.match(r"(group|project)_\d+_bot", user.username):
        remedy = (
            "The bot of a group or project token cannot be added to other groups: use the token of one of its members."
        )
    raise RunRefused(
        f"The token's user {user.username} is not a member of the group {group.full_path}. "
        f"GitLab would refuse to share any project with it. {remedy}"
    )


def projects_without_role(gitlab: GitLab, user: User, projects: t.Sequence[Project], role: int) -> frozenset[int]:
    """Return the ids of those projects in which the token's user has less than this role.

    Groups are asked first, because a role in a group holds for all projects below it.
    """
    candidates = _not_by_membership(gitlab, user, projects, role)

    def read(after: int, before: int) -> dict[int, int]:
        return dict.fromkeys(gitlab.projects.ids_with_role(role, after, before), role)

    held = _read_in_ranges(gitlab, candidates, read)
    return frozenset(project.id for project in candidates).difference(held)


def projects_held_by_own_share(
    gitlab: GitLab, group: Group, user: User, projects: t.Sequence[Project], role: int
) -> frozenset[int]:
    """Return the ids of the projects in which the user has the role only through their share with the group.

    After removing such a share, the user could not make another one.
    """
    candidates = [project for project in projects if project.share and (project.share.access_level or 0) >= role]
    if not candidates or gitlab.role_in_group(group.id, user.id) < role:
        return frozenset()
    candidates = _not_by_membership(gitlab, user, candidates, role)
    # Lists of groups and simple lists do not show the user's role in a project itself.
    shown = _read_in_ranges(gitlab, candidates, partial(gitlab.projects.shown_roles, role))
    return frozenset(project.id for project in candidates if shown.get(project.id, 0) < role)


def _read_in_ranges(
    gitlab: GitLab, projects: t.Sequence[Project], read: t.Callable[[int, int], dict[int, int]]
) -> dict[int, int]:
    """Return the roles in some projects by id; the result may contain other projects too.

    :param read: returns them for the projects between two ids.
    """
    ids = sorted(project.id for project in projects)
    if len(ids) > MAX_SINGLE_ROLES:
        return read(ids[0] - 1, ids[-1] + 1)
    found = gitlab.in_parallel(lambda number: read(number - 1, number + 1), ids)
    return {number: shown for roles in found for number, shown in roles.items()}


def _not_by_membership(gitlab: GitLab, user: User, projects: t.Sequence[Project], role: int) -> list[Project]:
    """Return the projects where no membership (own namespace, project, group) gives the user this role."""
    unsettled = [
        project
        for project in projects
        if project.known_role < role and not (project.personal and project.namespace == user.username)
    ]
    if _are_many(unsettled):
        # There are few of these groups, and a role in them holds for all groups below.
        held = _groups_with_role(gitlab, role, top_level_only=True)
        unsettled = [project for project in unsettled if root_of(project.namespace) not in held]
    held = _groups_with_role(gitlab, role) if _are_many(unsettled) else _those_of(gitlab, unsettled, role)
    return [project for project in unsettled if project.namespace not in held]


def _are_many(projects: t.Iterable[Project]) -> bool:
    """Return whether the groups that projects lie in are too many to look for one by one."""
    return len({project.namespace for project in projects}) > MAX_SINGLE_ROLES


def _groups_with_role(gitlab: GitLab, role: int, **filters: bool) -> frozenset[str]:
    """Return the full paths of the groups where the token's user has a role."""
    count = gitlab.count_groups(min_access_level=role, **filters)
    groups = gitlab.groups(count, min_access_level=role, **filters) if count != 0 else ()
    return frozenset(group.full_path for group in groups)


def _those_of(gitlab: GitLab, projects: t.Iterable[Project], role: int) -> frozenset[str]:
    """Return the same, looking only for the groups that projects lie in."""
    namespaces = {project.namespace for project in projects}
    return frozenset(group.full_path for group in gitlab.groups_matching(namespaces, min_access_level=role))
