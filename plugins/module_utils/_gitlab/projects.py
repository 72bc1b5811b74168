# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects at GitLab: single ones, and whole lists of them with their shares."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, replace
from functools import partial

from .._http.errors import Redirected
from .api import Api, Param, quoted
from .pages import PER_PAGE, IdList, Item, OnRead, read_by_id
from .records import Group, Listed, role_shown
from .version_rules import MAX_COUNTED

BY_ID: t.Mapping[str, Param] = {"order_by": "id", "sort": "asc", "per_page": PER_PAGE}


@dataclass(frozen=True)
class ProjectFilter:
    """What GitLab itself is to leave out of a list of projects.

    :param archived: True for archived ones only, False for none of them, None for both.
    :param min_access_level: only projects where the token's user has at least this role as a member; this holds for
        administrators too.
    :param active: False for only those that are archived or pending deletion. GitLab knows it from 18.0 on.
    """

    archived: bool | None = None
    min_access_level: int | None = None
    visibility: str | None = None
    active: bool | None = None

    def params(self) -> dict[str, Param]:
        """Return GitLab's parameters."""
        return {
            "archived": self.archived,
            "min_access_level": self.min_access_level,
            "visibility": self.visibility,
            "active": self.active,
        }


@dataclass(frozen=True)
class ProjectList:
    """A list of projects at GitLab: measured, but not read yet.

    :param params: GitLab's parameters.
    :param highest: no project of the list has a higher id; 0 for an empty list.
    :param total: how many projects it has; None if GitLab does not count them, because they are more than 10,000.
    :param after: all projects have higher ids than this one.
    :param simple: read simple items, which cost a third. They lack shares, roles, and whether the project is archived,
        pending deletion, a fork or a mirror.
    :param spread: read it in more requests than pages if it is short, to be faster.
    """

    path: str
    params: t.Mapping[str, Param]
    highest: int
    total: int | None
    after: int = 0
    simple: bool = False
    spread: bool = False

    @property
    def at_least(self) -> int:
        """How many projects it has at least."""
        return MAX_COUNTED + 1 if self.total is None else self.total

    def with_simple_items(self) -> ProjectList:
        """Return the same list, to be read with simple items."""
        return replace(self, simple=True)

    def between(self, after: int, before: int, total: int | None = None) -> ProjectList:
        """Return the part of the list between two ids, which do not belong to it."""
        highest = min(self.highest, before - 1)
        return replace(self, after=max(self.after, after), highest=highest, total=total)


class RoleHeld(t.NamedTuple):
    """The role that the token's user is shown to have in a project; 0 for none."""

    id: int
    role: int


class Projects:
    """The projects of one instance.

    :param on_read: called after each page of a long list.
    """

    def __init__(self, api: Api, on_read: OnRead | None = None) -> None:
        self._api = api
        self._on_read = on_read

    def one(self, reference: str | int, group_ids: t.Collection[int]) -> Listed:
        """Return the project with a full path or id, and its shares with some groups.

        A moved project's old path works too.
        """
        parse = partial(Listed.from_json, group_ids=group_ids)
        try:
            return self._api.get_or_redirect(f"/projects/{quoted(str(reference))}", parse)
        except Redirected as error:
            # Take only the id from it: it leads to GitLab's own address, which may not be the one we use, and if the
            # old path has a dot, GitLab appends what follows the dot to the id.
            moved = re.search(r"/projects/(\d+)(\.[^/%]*)?/?$", error.location)
            if moved is None:
                raise
            return self._api.get(f"/projects/{moved[1]}", parse)

    def measure_all(self, filters: ProjectFilter) -> ProjectList:
        """Measure the list of all projects that the token sees."""
        return self._measure("/projects", filters.params())

    def measure_within(self, group: Group, include_subgroups: bool, filters: ProjectFilter) -> ProjectList:
        """Measure the list of projects that lie in a group, without those that are only shared with it."""
        # By default, GitLab adds projects that lie elsewhere and are shared with the group.
        where: dict[str, Param] = {"with_shared": False, "include_subgroups": include_subgroups}
        return self._measure(f"/groups/{group.id}/projects", {**where, **filters.params()})

    def measure_shared(self, group: Group, filters: ProjectFilter) -> ProjectList:
        """Measure the list of projects that are shared with a group, even if other lists hide that share."""
        return self._measure(f"/groups/{group.id}/projects/shared", filters.params())

    def count(self, projects: ProjectList) -> int | None:
        """Return how many projects a list has now; None where GitLab does not count them."""
        part: dict[str, Param] = {"id_after": projects.after or None, "id_before": projects.highest + 1}
        return self._api.count(projects.path, simple=True, **part, **projects.params)

    def count_members(self, filters: ProjectFilter) -> int | None:
        """Return how many projects the token's user is a member of; None where GitLab does not count them."""
        # Beside min_access_level, GitLab ignores membership.
        params = replace(filters, min_access_level=None).params()
        return self._api.count("/projects", membership=True, simple=True, **params)

    def read(self, lists: t.Sequence[ProjectList], group_ids: t.Collection[int]) -> list[tuple[Listed, ...]]:
        """Read several lists at once; return the projects of each with their shares with some groups."""
        parse = partial(Listed.from_json, group_ids=group_ids)
        return self._read(lists, parse)

    def ids_with_role(self, role: int, after: int, before: int) -> frozenset[int]:
        """Return the ids, between two ids, of projects where the token's user has the role by any route."""
        projects = self._measure_roles(role, after, before).with_simple_items()
        (found,) = self._read([projects], lambda item: RoleHeld(int(item["id"]), 0))
        return frozenset(held.id for held in found)

    def shown_roles(self, role: int, after: int, before: int) -> dict[int, int]:
        """Return, for the same projects, the role that the user is shown to have as a member, by id; 0 for none."""
        projects = self._measure_roles(role, after, before)
        (found,) = self._read([projects], lambda item: RoleHeld(int(item["id"]), role_shown(item)))
        return {held.id: held.role for held in found}

    def _measure(
        self, path: str, params: t.Mapping[str, Param], after: int | None = None, before: int | None = None
    ) -> ProjectList:
        order: dict[str, Param] = {"order_by": "id", "sort": "desc", "per_page": 1, "simple": True}
        newest = self._api.page(path, lambda item: int(item["id"]), id_after=after, id_before=before, **order, **params)
        if not newest.items:
            return ProjectList(path, params, highest=0, total=0)
        return ProjectList(path, params, newest.items[0], newest.total, after=after or 0)

    def _measure_roles(self, role: int, after: int, before: int) -> ProjectList:
        params = ProjectFilter(min_access_level=role).params()
        if before - after - 1 <= PER_PAGE:
            # One page has them all, so they need not be counted.
            return ProjectList("/projects", params, highest=before - 1, total=before - after - 1, after=after)
        return self._measure("/projects", params, after, before)

    def _read(self, lists: t.Sequence[ProjectList], parse: t.Callable[[t.Any], Item]) -> list[tuple[Item, ...]]:
        sources = [
            IdList(
                partial(self._read_range, projects, parse),
                projects.highest,
                projects.total,
                projects.after,
                projects.spread,
            )
            for projects in lists
        ]
        found = read_by_id(sources, self._api.workers, self._on_read)
        return [
            self._read_numbered(projects, parse) if items is None else items for projects, items in zip(lists, found)
        ]

    def _read_range(
        self, projects: ProjectList, parse: t.Callable[[t.Any], Item], after: int, before: int
    ) -> t.Sequence[Item]:
        """Return the first page of a list between two ids."""
        # GitLab counts the items of every page, except with keyset pagination, which lists of a group do not have.
        keyset = "keyset" if projects.path == "/projects" else None
        page = self._api.page(
            projects.path,
            parse,
            id_after=after,
            id_before=before,
            pagination=keyset,
            simple=projects.simple or None,
            **BY_ID,
            **projects.params,
        )
        return page.items

    def _read_numbered(self, projects: ProjectList, parse: t.Callable[[t.Any], Item]) -> tuple[Item, ...]:
        """Read a list for which this GitLab ignores ranges of ids."""
        items = self._api.whole_list(
            projects.path, parse, order_by="id", sort="asc", simple=projects.simple or None, **projects.params
        )
        return tuple(item for item in items if projects.after < item.id <= projects.highest)
