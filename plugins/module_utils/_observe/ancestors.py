# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups above projects; they can be archived or scheduled for deletion, which their projects may not show."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .._gitlab.client import GitLab
from .._gitlab.paths import ancestors_of
from .._gitlab.records import Group, Project, Version
from .._gitlab.version_rules import ACTIVITY_SINCE
from .costs import MAX_GROUP_PAGES


@dataclass(frozen=True)
class Ancestors:
    """The groups above some projects.

    :param paths: full paths of all of them: the groups that the projects lie in, and those above.
    :param known: if has_pages, their pages, as far as the token may see them; else, as a list shows them, at least
        those that are archived or scheduled for deletion.
    """

    paths: frozenset[str]
    known: tuple[Group, ...]
    has_pages: bool

    @property
    def is_complete(self) -> bool:
        """Whether the pages of all of them are known."""
        return self.has_pages and len(self.known) == len(self.paths)

    def mark(self, projects: t.Sequence[Project]) -> tuple[Project, ...]:
        """Return the projects, archived or pending deletion if a group above them is."""
        archived = {group.full_path for group in self.known if group.archived}
        pending = {group.full_path for group in self.known if group.pending_deletion}
        if not archived and not pending:
            return tuple(projects)
        return tuple(
            replace(
                project,
                archived=project.archived or not archived.isdisjoint(ancestors_of(project.namespace)),
                pending_deletion=project.pending_deletion or not pending.isdisjoint(ancestors_of(project.namespace)),
            )
            for project in projects
        )


def read_ancestors(gitlab: GitLab, version: Version, projects: t.Iterable[Project]) -> Ancestors:
    """Read the groups above some projects: the pages of all of them if they are few, else a list of inactive ones."""
    namespaces = {project.namespace for project in projects if not project.personal}
    paths = frozenset(ancestor for namespace in namespaces for ancestor in ancestors_of(namespace))
    if len(paths) <= MAX_GROUP_PAGES:
        return Ancestors(paths, tuple(gitlab.visible_groups(paths).values()), has_pages=True)
    # Older versions do not list them; there, only the pages of groups show it.
    inactive = gitlab.inactive_groups() if version >= ACTIVITY_SINCE else ()
    return Ancestors(paths, inactive, has_pages=False)
