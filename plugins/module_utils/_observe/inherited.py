# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects the group reaches already, because it is invited to a group above them."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._errors import InvalidOption
from .._gitlab.client import GitLab
from .._gitlab.paths import ancestors_of
from .._gitlab.records import Group, Project
from .._http.errors import NotFound


@dataclass(frozen=True)
class Inherited:
    """The access that the group has to a project because it is invited to one of the project's ancestor groups.

    :param group: full path of that ancestor group.
    """

    access_level: int
    group: str


def find_inherited(
    gitlab: GitLab, group: Group, projects: t.Iterable[Project], today: datetime.date, needed: bool
) -> dict[str, Inherited]:
    """Return, by namespace of the projects, the best access that the group has there through an ancestor group.

    :param today: what has ended by this day does not count.
    :param needed: whether the run depends on it, and not only its report.
    :raises InvalidOption: when it is needed and this GitLab does not tell it.
    """
    namespaces = {project.namespace for project in projects if not project.personal}
    ancestors = {ancestor for namespace in namespaces for ancestor in ancestors_of(namespace)}
    try:
        inviting = gitlab.inviting_groups(group.id)
    except NotFound:
        if needed:
            raise InvalidOption(
                "skip_inherited", True, "needs a GitLab that lists the groups a group is invited to."
            ) from None
        return {}
    # Only a group's own page tells the level of its shares.
    paths = [inviter.full_path for inviter in inviting if inviter.full_path in ancestors]
    inviters = gitlab.in_parallel(gitlab.group if needed else gitlab.group_or_none, paths)
    access: dict[str, int] = {}
    for path, inviter in zip(paths, inviters):
        share = inviter.share_with(group.id) if inviter else None
        if share is not None and (share.expires_at is None or share.expires_at > today):
            access[path] = share.access_level or 0
    best = {namespace: _best(namespace, access) for namespace in namespaces}
    return {namespace: inherited for namespace, inherited in best.items() if inherited is not None}


def _best(namespace: str, access: t.Mapping[str, int]) -> Inherited | None:
    found = [Inherited(access[path], path) for path in ancestors_of(namespace) if path in access]
    return max(found, key=lambda inherited: inherited.access_level, default=None)
