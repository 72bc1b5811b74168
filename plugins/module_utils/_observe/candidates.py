# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The projects that a selection chooses from, with their shares."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field, replace
from functools import partial

from .._gitlab.client import GitLab
from .._gitlab.paths import lies_within
from .._gitlab.projects import ProjectFilter, ProjectList
from .._gitlab.records import Group, Instance, Listed
from .._gitlab.version_rules import MAX_COUNTED, SIMPLE_VISIBILITY_SINCE, role_to_share
from .costs import FULL_ITEM_MS, MAX_SINGLE_PROJECTS, PROJECT_MS, list_ms
from .identity import Caller
from .lists import Found, ListReader, Scope
from .references import find_all, find_source_groups, or_none
from .selection import Selection


@dataclass(frozen=True)
class Question:
    """What is to be found out.

    :param group: full path, id or name of the invited group.
    :param access_level: a level of shares that GitLab must know, or None.
    :param only_shared: look only at projects that are shared with the group, and at those that the selection names.
    :param only_ids: look only at projects with these ids; the selection narrows them. Those that no longer exist are
        left out.
    """

    group: str
    selection: Selection
    today: datetime.date
    access_level: int | None = None
    only_shared: bool = False
    only_ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Candidates:
    """The projects that a selection chooses from.

    :param named: ids of those that the selection names.
    :param sources: the groups that all others lie in; none if they are all that the token may share.
    :param role_held: a role that the user has in all of them, because only such projects were listed; else 0.
    :param beyond_reach: how many projects the token's user sees but may not share; None if unknown.
    :param gone: how many of the projects in question cannot be found.
    """

    found: Found = field(default_factory=Found)
    named: frozenset[int] = frozenset()
    sources: tuple[Group, ...] = ()
    role_held: int = 0
    beyond_reach: int | None = None
    gone: int = 0


class CandidateFinder:
    """Reads the projects that a selection chooses from, and their shares with some groups."""

    def __init__(
        self, gitlab: GitLab, question: Question, instance: Instance, caller: Caller, groups: t.Sequence[Group]
    ) -> None:
        self._gitlab = gitlab
        self._question = question
        self._selection = question.selection
        self._groups = groups
        self._group_ids = frozenset(group.id for group in groups)
        # For administrators the filter by role would leave out all projects that they are no member of.
        self._role = None if caller.acts_as_admin else role_to_share(instance.version)
        self._reader = ListReader(
            gitlab,
            groups,
            instance.version,
            needs_full_items=_needs_full_items(self._selection, instance),
        )

    def find(self) -> Candidates:
        """Return the candidates.

        :raises InvalidOption: naming a source group or project that the token's user cannot see.
        """
        selection = self._selection
        sources = find_source_groups(self._gitlab, selection.source_groups)
        if self._question.only_ids is not None:
            return self._find_by_id(sources, self._question.only_ids)
        named = self._read_named(selection.projects)
        listed = Candidates()
        if selection.everything or sources:
            listed = self._find_listed(_outermost(sources) if selection.include_subgroups else sources)
        if not named:
            return listed
        found = listed.found.joined_with(Found.of(named, self._groups))
        return replace(listed, found=found, named=frozenset(item.id for item in named))

    def _find_listed(self, sources: tuple[Group, ...]) -> Candidates:
        if self._question.only_shared:
            # Without regard to the role: a share that the user may not remove must not go unnoticed.
            found = self._reader.read_shared(self._filters(None))
            return Candidates(self._within(sources, found), sources=sources)
        role = None if sources else self._role
        found = self._reader.read(Scope(sources, self._selection.include_subgroups, self._filters(role)))
        beyond_reach = None if self._role is None else self._count_beyond_reach(sources, len(found.projects))
        return Candidates(found, sources=sources, role_held=role or 0, beyond_reach=beyond_reach)

    def _find_by_id(self, sources: tuple[Group, ...], numbers: t.Sequence[int]) -> Candidates:
        """Return the projects with some ids, as far as they lie in the source groups or the selection names them."""
        named = [item for item in self._read_named(self._selection.projects) if item.id in numbers]
        others = numbers if self._selection.everything or sources else ()
        listed = self._find_all_in_place_of(others)
        rest = [str(number) for number in others if number not in listed.projects]
        items = self._gitlab.in_parallel(partial(or_none, self._read_one), rest)
        found = listed.joined_with(Found.of((item for item in items if item is not None), self._groups))
        found = self._within(sources, found).joined_with(Found.of(named, self._groups))
        return Candidates(found, sources=sources, gone=items.count(None))

    def _find_all_in_place_of(self, numbers: t.Sequence[int]) -> Found:
        """Return those of some projects that the user may share, if reading the lists costs less than each of them."""
        if self._measure_all_in_place_of(len(numbers)) is None:
            return Found.of((), self._groups)
        found = self._reader.read(Scope((), True, ProjectFilter(min_access_level=self._role)))
        return replace(
            found, projects={number: found.projects[number] for number in numbers if number in found.projects}
        )

    def _filters(self, role: int | None) -> ProjectFilter:
        """Return what GitLab itself can filter by."""
        visibility = self._selection.visibility
        return ProjectFilter(
            archived={"exclude": False, "include": None, "only": True}[self._selection.archived],
            visibility=next(iter(visibility)) if len(visibility) == 1 else None,
            min_access_level=role,
        )

    def _within(self, sources: t.Sequence[Group], found: Found) -> Found:
        """Return the projects that lie in source groups; all of them if there are no source groups."""
        if not sources:
            return found
        paths = {source.full_path for source in sources}

        def lies_in_source(namespace: str) -> bool:
            if self._selection.include_subgroups:
                return any(lies_within(namespace, path) for path in paths)
            return namespace in paths

        return replace(
            found,
            projects={
                number: project for number, project in found.projects.items() if lies_in_source(project.namespace)
            },
        )

    def _read_named(self, references: t.Sequence[str]) -> tuple[Listed, ...]:
        """Return the projects with some full paths or ids.

        :raises InvalidOption: naming all that cannot be found.
        """
        known = self._read_all_in_place_of(references)
        return find_all(
            self._gitlab,
            "projects",
            references,
            lambda reference: known.get(reference) or self._read_one(reference),
        )

    def _read_one(self, reference: str) -> Listed:
        return self._gitlab.projects.one(reference, self._group_ids)

    def _read_all_in_place_of(self, references: t.Sequence[str]) -> dict[str, Listed]:
        """Return all projects by path and id, if reading their list costs less than reading some of them one by one."""
        everything = self._measure_all_in_place_of(len(references))
        if everything is None:
            return {}
        (items,) = self._gitlab.projects.read([everything], self._group_ids)
        return {reference: item for item in items for reference in (item.project.path, str(item.id))}

    def _measure_all_in_place_of(self, count: int) -> ProjectList | None:
        """Return the list of all projects, if reading it costs less than reading some of them one by one.

        GitLab also lets a user read no more than 400 single projects a minute.
        """
        if count <= MAX_SINGLE_PROJECTS:
            return None
        everything = self._gitlab.projects.measure_all(ProjectFilter(min_access_level=self._role))
        return None if list_ms(everything.at_least, FULL_ITEM_MS) > count * PROJECT_MS else everything

    def _count_beyond_reach(self, sources: t.Sequence[Group], found: int) -> int | None:
        """Return how many projects the user sees but may not share: in the source groups, or as a member of them.

        :param found: how many projects the source groups have; without source groups, how many the user may share.
        """
        if found > MAX_COUNTED:
            return None
        if not sources:
            seen = self._gitlab.projects.count_members(self._filters(None))
            return None if seen is None else max(0, seen - found)
        filters = self._filters(self._role)

        def count(source: Group) -> int | None:
            return self._gitlab.projects.measure_within(source, self._selection.include_subgroups, filters).total

        counts = self._gitlab.in_parallel(count, sources)
        return None if None in counts else max(0, found - sum(filter(None, counts)))


def _needs_full_items(selection: Selection, instance: Instance) -> bool:
    """Return whether the selection depends on something that simple items do not show."""
    needs_visibility = len(selection.visibility) > 1 and instance.version < SIMPLE_VISIBILITY_SINCE
    return needs_visibility or not selection.forks or not selection.mirrors


def _outermost(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return those of some groups that lie in none of the others."""
    return tuple(
        group
        for group in groups
        if not any(lies_within(group.full_path, other.full_path) for other in groups if other.id != group.id)
    )
