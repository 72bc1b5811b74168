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
from .._gitlab.records import Group
from .._http.errors import NotFound


@dataclass(frozen=True)
class Inherited:
    """The access that the group has to a project because it is invited to one of the project's ancestor groups.

    :param group: full path of that ancestor group.
    """

    access_level: int
    group: str


def find_inherited(
    group: Group, namespaces: t.Collection[str], inviting: t.Iterable[Group], today: datetime.date
) -> dict[str, Inherited]:
    """Return, by namespace, the best access that the group has there through an ancestor group.

    :param inviting: pages of groups that may have invited the group.
    :param today: what has ended by this day does not count.
    """
    access: dict[str, int] = {}
    for ancestor in inviting:
        share = ancestor.share_with(group.id)
        if share is not None and (share.expires_at is None or share.expires_at > today):
            access[ancestor.full_path] = share.access_level or 0
    best = {namespace: _best(namespace, access) for namespace in namespaces}
    return {namespace: inherited for namespace, inherited in best.items() if inherited is not None}


def find_inviting_groups(gitlab: GitLab, group: Group, ancestors: t.Collection[str], needed: bool) -> list[Group]:
    """Return the pages of those groups among some, by full path, that have invited the group.

    :param needed: whether the run depends on them, and not only its report.
    :raises InvalidOption: if they are needed and this GitLab does not list them.
    """
    try:
        listed = gitlab.inviting_groups(group.id)
    except NotFound:
        if needed:
            problem = "needs a GitLab that lists the groups a group is invited to."
            raise InvalidOption("skip_inherited", True, problem) from None
        return []
    # Only a group's own page shows the level of its shares.
    paths = [inviting.full_path for inviting in listed if inviting.full_path in ancestors]
    pages = gitlab.in_parallel(gitlab.group if needed else gitlab.group_or_none, paths)
    return [page for page in pages if page is not None]


def _best(namespace: str, access: t.Mapping[str, int]) -> Inherited | None:
    found = [Inherited(access[path], path) for path in ancestors_of(namespace) if path in access]
    return max(found, key=lambda inherited: inherited.access_level, default=None)
