# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The projects among which a selection selects, with their shares."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field, replace

from .._gitlab.client import GitLab
from .._gitlab.paths import lies_within
from .._gitlab.projects import ProjectFilter
from .._gitlab.records import Group, Instance, Listed
from .._gitlab.version_rules import MAX_COUNTED, SIMPLE_VISIBILITY_SINCE, role_to_share
from .costs import MAX_SINGLE_PROJECTS, PROJECT_MS, full_list_ms
from .identity import Caller
from .lists import Found, ListReader, Scope
from .references import find_all, find_source_groups, or_none
from .selection import Selection


@dataclass(frozen=True)
class Question:
    """What is to be found out.

    :param group: full path, id or name of the invited group.
    :param access_level: a level of shares that GitLab must know, or None.
    :param only_shared: of interest are only projects that are shared with the group, and those that are named.
    :param levels_matter: whether the levels and ends of shares are needed; without them, shares may be hidden.
    :param named_only: ids of the only projects that are of interest, which the selection narrows; those that do not
        exist any more are left out.
    """

    group: str
    selection: Selection
    today: datetime.date
    access_level: int | None = None
    only_shared: bool = False
    levels_matter: bool = True
    named_only: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Candidates:
    """The projects among which a selection selects.

    :param named: ids of those that are named.
    :param sources: the groups in which all others lie; none where those are all that the token may share.
    :param beyond_reach: how many more projects the token's user sees, but may not share; None where it is unknown.
    """

    found: Found = field(default_factory=Found)
    named: frozenset[int] = frozenset()
    sources: tuple[Group, ...] = ()
    beyond_reach: int | None = None


class CandidateFinder:
    """Reads the projects among which a selection selects, and their shares with some groups."""

    def __init__(
        self, gitlab: GitLab, question: Question, instance: Instance, caller: Caller, groups: t.Sequence[Group]
    ) -> None:
        self._gitlab = gitlab
        self._question = question
        self._selection = question.selection
        self._groups = groups
        self._group_ids = frozenset(group.id for group in groups)
        # An administrator may share all projects, but would see only those that it is a member of.
        self._role = None if caller.acts_as_admin else role_to_share(instance.version)
        self._reader = ListReader(
            gitlab,
            groups,
            instance.version,
            needs_full_items=_needs_full_items(self._selection, instance),
            levels_matter=question.levels_matter,
        )

    def find(self) -> Candidates:
        """Return the candidates.

        :raises InvalidOption: naming a source group or project that the token's user cannot see.
        """
        selection = self._selection
        sources = find_source_groups(self._gitlab, selection.source_groups)
        if self._question.named_only is not None:
            return self._find_by_id(sources, self._question.named_only)
        named = self._read_named(selection.projects)
        listed = Candidates()
        if selection.everything or sources:
            listed = self._find_listed(_outermost(sources) if selection.include_subgroups else sources)
        found = listed.found.joined_with(Found.of(named, self._groups))
        return replace(listed, found=found, named=frozenset(item.id for item in named))

    def _find_listed(self, sources: tuple[Group, ...]) -> Candidates:
        if self._question.only_shared:
            # Whoever may not remove a share is to be told so, rather than to believe that it is gone.
            found = self._reader.read_shared(self._filters(None))
            return Candidates(self._within(sources, found), sources=sources)
        filters = self._filters(None if sources else self._role)
        found = self._reader.read(Scope(sources, self._selection.include_subgroups, filters))
        beyond_reach = None if self._role is None else self._count_beyond_reach(sources, len(found.projects))
        return Candidates(found, sources=sources, beyond_reach=beyond_reach)

    def _find_by_id(self, sources: tuple[Group, ...], numbers: t.Sequence[int]) -> Candidates:
        """Return those of some projects that lie in the source groups or are named."""
        items = self._gitlab.in_parallel(lambda number: or_none(self._read_one, str(number)), numbers)
        found = Found.of((item for item in items if item is not None), self._groups)
        if self._selection.everything:
            return Candidates(found)
        references = self._selection.projects
        named = [
            item
            for item in items
            if item is not None and (item.project.path in references or str(item.id) in references)
        ]
        within = self._within(sources, found) if sources else Found.of((), self._groups)
        return Candidates(within.joined_with(Found.of(named, self._groups)), sources=sources)

    def _filters(self, role: int | None) -> ProjectFilter:
        """Return what GitLab itself can filter by."""
        visibility = self._selection.visibility
        return ProjectFilter(
            archived={"exclude": False, "include": None, "only": True}[self._selection.archived],
            visibility=next(iter(visibility)) if len(visibility) == 1 else None,
            min_access_level=role,
        )

    def _within(self, sources: t.Sequence[Group], found: Found) -> Found:
        """Return those projects that lie in source groups; all of them where no groups are named."""
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
        """Return projects by path and id from a list, if that costs less than to ask for some of them one by one."""
        if len(references) <= MAX_SINGLE_PROJECTS:
            return {}
        everything = self._gitlab.projects.measure_all(ProjectFilter(min_access_level=self._role))
        if full_list_ms(everything.at_least) > len(references) * PROJECT_MS:
            return {}
        (items,) = self._gitlab.projects.read([everything], self._group_ids)
        return {reference: item for item in items for reference in (item.project.path, str(item.id))}

    def _count_beyond_reach(self, sources: t.Sequence[Group], found: int) -> int | None:
        """Return how many more projects the user sees, in the source groups or as a member, but may not share.

        :param found: how many were found: in the source groups all, else those that it may share.
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
    """Return whether the selection depends on what simple items do not show."""
    needs_visibility = len(selection.visibility) > 1 and instance.version < SIMPLE_VISIBILITY_SINCE
    return needs_visibility or not selection.forks or not selection.mirrors


def _outermost(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return the groups that lie in no other of them."""
    return tuple(
        group
        for group in groups
        if not any(lies_within(group.full_path, other.full_path) for other in groups if other.id != group.id)
    )
