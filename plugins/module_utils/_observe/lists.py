# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects and their shares, read by the mix of lists that costs GitLab least.

Full items show everything. Simple items cost a third. They lack the shares, which the invited group's own list of
shared projects shows, and whether a project is pending deletion, which the list of inactive projects shows.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from functools import partial

from .._gitlab.client import GitLab
from .._gitlab.projects import ProjectFilter, ProjectList
from .._gitlab.records import Group, Listed, Project, Share, Version
from .._gitlab.version_rules import ACTIVITY_IN_GROUP_SINCE, ACTIVITY_SINCE
from .costs import MAX_SHARE_IN_FULL, SAMPLE
from .hidden import find_hidden

SharesById = dict[int, Share]
Measure = t.Callable[[], ProjectList]


@dataclass(frozen=True)
class Scope:
    """Which lists of projects are meant.

    :param sources: groups whose projects are meant; none for all projects.
    :param filters: what GitLab is to leave out.
    """

    sources: tuple[Group, ...]
    include_subgroups: bool
    filters: ProjectFilter

    def measure(self, gitlab: GitLab, filters: ProjectFilter) -> list[Measure]:
        """Return the functions that measure the lists."""
        if not self.sources:
            return [partial(gitlab.projects.measure_all, filters)]
        return [
            partial(gitlab.projects.measure_within, source, self.include_subgroups, filters) for source in self.sources
        ]


@dataclass(frozen=True)
class Found:
    """Projects that were read, and their shares with some groups.

    :param projects: by id.
    :param shares: by the ids of group and project; ``Share.HIDDEN`` where the level is unknown.
    """

    projects: dict[int, Project] = field(default_factory=dict)
    shares: dict[int, SharesById] = field(default_factory=dict)

    @classmethod
    def of(cls, items: t.Iterable[Listed], groups: t.Iterable[Group]) -> Found:
        """Return what items of lists show."""
        found = cls({}, {group.id: {} for group in groups})
        for project, shares in items:
            found.projects[project.id] = project
            for group_id, share in shares:
                found.shares[group_id][project.id] = share
        return found

    def joined_with(self, other: Found) -> Found:
        """Return the projects and shares of both; what the other says of a project takes precedence."""
        shares = {number: {**self.shares.get(number, {}), **found} for number, found in other.shares.items()}
        return Found({**self.projects, **other.projects}, shares)


class ListReader:
    """Reads lists of projects with their shares with some groups.

    :param needs_full_items: something is needed that simple items lack.
    """

    def __init__(
        self,
        gitlab: GitLab,
        groups: t.Sequence[Group],
        version: Version,
        needs_full_items: bool = False,
    ) -> None:
        self._gitlab = gitlab
        self._groups = groups
        self._ids = frozenset(group.id for group in groups)
        self._version = version
        self._needs_full_items = needs_full_items

    def read(self, scope: Scope) -> Found:
        """Return all projects of some lists."""
        lists, shared = self._measure(scope)
        ratio = 1.0 if self._needs_full_items else self._share_in_full(lists, shared)
        if ratio > MAX_SHARE_IN_FULL:
            return self._read_full(lists, shared)
        inactive = self._measure_inactive(scope)
        if inactive is None or ratio + _at_least(inactive) / max(1, _at_least(lists)) > MAX_SHARE_IN_FULL:
            return self._read_full(lists, shared)
        return self._read_simple(lists, shared, inactive)

    def read_shared(self, filters: ProjectFilter) -> Found:
        """Return all projects that are shared with one of the groups, from the groups' own lists."""
        measures = [partial(self._gitlab.projects.measure_shared, group, filters) for group in self._groups]
        shared = self._gitlab.in_parallel(_call, measures)
        pages = self._gitlab.projects.read([replace(each, spread=True) for each in shared], self._ids)
        found = Found.of((item for items in pages for item in items), self._groups)
        for group, items in zip(self._groups, pages):
            shares = found.shares[group.id]
            for item in items:
                shares.setdefault(item.id, Share.HIDDEN)
        return found

    def _measure(self, scope: Scope) -> tuple[list[ProjectList], list[ProjectList]]:
        """Measure the lists, and each group's own list of shared projects."""
        lists = scope.measure(self._gitlab, scope.filters)
        shared = [partial(self._gitlab.projects.measure_shared, group, scope.filters) for group in self._groups]
        measures: list[Measure] = [*lists, *shared]
        measured = self._gitlab.in_parallel(_call, measures)
        first = len(lists)
        return measured[:first], measured[first:]

    def _measure_inactive(self, scope: Scope) -> list[ProjectList] | None:
        """Measure the lists of projects that are archived or pending deletion; return None if GitLab has no such lists.

        Usually the filter archived=false leaves out projects pending deletion, but not in every version.
        """
        if self._version < (ACTIVITY_IN_GROUP_SINCE if scope.sources else ACTIVITY_SINCE):
            return None
        return self._gitlab.in_parallel(_call, scope.measure(self._gitlab, replace(scope.filters, active=False)))

    def _share_in_full(self, lists: t.Sequence[ProjectList], shared: t.Sequence[ProjectList]) -> float:
        """Return the part of the projects that would have to be read in full besides simple lists of all of them."""
        if None not in [each.total for each in (*lists, *shared)]:
            return _at_least(shared) / max(1, _at_least(lists))
        if None not in [each.total for each in shared] and _at_least(shared) <= MAX_SHARE_IN_FULL * _at_least(lists):
            return _at_least(shared) / _at_least(lists)
        return self._sampled_share(lists, shared)

    def _sampled_share(self, lists: t.Sequence[ProjectList], shared: t.Sequence[ProjectList]) -> float:
        """Return the same, counted for a sample of ids, because GitLab does not count the whole lists."""
        highest = max(each.highest for each in lists)
        after, before = (int(highest * bound) for bound in SAMPLE)
        counts = self._gitlab.in_parallel(
            lambda each: self._gitlab.projects.count(each.between(after, before)), [*lists, *shared]
        )
        projects = sum(count or 0 for count in counts[: len(lists)])
        first = len(lists)
        return 1.0 if None in counts or not projects else sum(count or 0 for count in counts[first:]) / projects

    def _read_full(self, lists: t.Sequence[ProjectList], shared: t.Sequence[ProjectList]) -> Found:
        pages = self._gitlab.projects.read(lists, self._ids)
        found = Found.of((item for items in pages for item in items), self._groups)
        for group, own_list in zip(self._groups, shared):
            hidden = find_hidden(self._gitlab, group, own_list, found.projects, found.shares[group.id])
            found.shares[group.id].update(hidden)
        return found

    def _read_simple(
        self, lists: t.Sequence[ProjectList], shared: t.Sequence[ProjectList], inactive: t.Sequence[ProjectList]
    ) -> Found:
        simple = [each.with_simple_items() for each in lists]
        pages = self._gitlab.projects.read([*simple, *shared, *inactive], self._ids)
        first, second = len(lists), len(lists) + len(shared)
        listed, of_groups = pages[:first], pages[first:second]
        # A full item of the list of inactive projects replaces the simple one.
        in_full = pages[second:]
        found = Found.of((item for items in (*listed, *in_full) for item in items), self._groups)
        for group, items in zip(self._groups, of_groups):
            shares = found.shares[group.id]
            for item in items:
                if item.id in found.projects:
                    shares[item.id] = dict(item.shares).get(group.id, Share.HIDDEN)
        return found


def _at_least(lists: t.Iterable[ProjectList]) -> int:
    """Return how many projects some lists have at least."""
    return sum(each.at_least for each in lists)


def _call(measure: Measure) -> ProjectList:
    return measure()
