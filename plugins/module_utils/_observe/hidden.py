# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shares that the lists of projects do not show to this token, though they exist."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._gitlab.client import GitLab, ProjectFilter
from .._gitlab.paths import lies_within
from .._gitlab.records import Group, Project, Share
from .select import Selected

# So many projects are searched for one by one.
FEW = 3


def reveal_hidden(gitlab: GitLab, group: Group, selected: Selected) -> Selected:
    """Return the selection, its hidden shares completed from the group's own list of shared projects.

    A share whose level even that list hides gets the level None.
    """
    bare = {
        project.id: project
        for project in selected.projects
        if project.share is None and not lies_within(project.namespace, group.full_path)
    }
    found = {project.id: project.share or Share.HIDDEN for project in _shared(gitlab, group, selected, bare)}
    return replace(
        selected,
        projects=tuple(
            replace(project, share=found.get(project.id)) if project.id in bare else project
            for project in selected.projects
        ),
    )


def _shared(gitlab: GitLab, group: Group, selected: Selected, bare: t.Mapping[int, Project]) -> t.Iterable[Project]:
    """Return those shared projects that may be among the bare ones, read in the cheapest way."""
    wanted = selected.filter
    if not all(wanted.lets_through(project) for project in bare.values()):
        # Projects that are named are selected whatever their state.
        wanted = ProjectFilter()
    if len(bare) <= FEW:
        names = {project.path.rsplit("/", 1)[-1] for project in bare.values()}
        return gitlab.shared_projects_matching(group.id, names, wanted)
    if wanted == selected.filter and gitlab.count_shared_projects(group.id, wanted) == selected.shares_seen:
        # Every share that exists is among those seen.
        return ()
    simple = gitlab.shared_projects(group.id, wanted, simple=True)
    if bare.keys().isdisjoint(project.id for project in simple):
        return ()
    return gitlab.shared_projects(group.id, wanted)
