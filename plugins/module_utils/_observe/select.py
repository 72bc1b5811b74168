# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the projects that were found are selected, and what of the selection has met nothing."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass

from .._gitlab.records import Project
from .selection import Selection


class Unmatched(t.NamedTuple):
    """A value of an option that no project matches."""

    option: str
    value: str


@dataclass(frozen=True)
class Selected:
    """The projects of a selection.

    :param left_out: how many projects each option has left out.
    """

    projects: tuple[Project, ...]
    left_out: t.Mapping[str, int]


def select(projects: t.Iterable[Project], selection: Selection) -> Selected:
    """Return the projects that the options select, whether they are archived or not."""
    selected = []
    left_out: Counter[str] = Counter()
    for project in projects:
        option = _left_out_by(project, selection)
        if option is None:
            selected.append(project)
        else:
            left_out[option] += 1
    return Selected(tuple(selected), left_out)


def select_by_archived(selected: Selected, selection: Selection, named: t.AbstractSet[int]) -> Selected:
    """Return the selection without what the option archived leaves out; what is named is only reported as skipped."""
    if selection.archived == "include":
        return selected
    only = selection.archived == "only"
    kept = tuple(
        project
        for project in selected.projects
        if project.archived == only or (project.archived and project.id in named)
    )
    return Selected(kept, {**selected.left_out, "archived": len(selected.projects) - len(kept)})


def find_unmatched(projects: t.Collection[Project], selection: Selection) -> tuple[Unmatched, ...]:
    """Return the values of the selection that none of the projects matches; nothing where there are no projects."""
    if not projects:
        return ()
    topics = {topic.casefold() for project in projects for topic in project.topics}
    visibilities = {project.visibility for project in projects}
    return (
        *_unmatched_patterns(projects, selection),
        *(Unmatched("topics", topic) for topic in sorted(selection.topics - topics)),
        *(Unmatched("exclude_topics", topic) for topic in sorted(selection.exclude_topics - topics)),
        *(Unmatched("visibility", visibility) for visibility in sorted(selection.visibility - visibilities)),
    )


def describe_left_out(left_out: t.Mapping[str, int]) -> str:
    """Return what left out all projects that were found, such as ``include leaves out all 12 projects found``."""
    total = sum(left_out.values())
    parts = sorted(
        ((option, count) for option, count in left_out.items() if count), key=lambda part: (-part[1], part[0])
    )
    if len(parts) == 1:
        return f"{parts[0][0]} leaves out {'the only project' if total == 1 else f'all {total} projects'} found"
    *others, last = [f"{option} leaves out {count}" for option, count in parts]
    return f"of {total} projects found, {', '.join(others)} and {last}"


def _left_out_by(project: Project, selection: Selection) -> str | None:
    """Return the first option that leaves a project out."""
    path, topics = project.path, {topic.casefold() for topic in project.topics}
    if selection.include and not any(pattern.matches(path) for pattern in selection.include):
        return "include"
    if any(pattern.matches(path) for pattern in selection.exclude):
        return "exclude"
    if selection.topics and selection.topics.isdisjoint(topics):
        return "topics"
    if not selection.exclude_topics.isdisjoint(topics):
        return "exclude_topics"
    if selection.visibility and project.visibility not in selection.visibility:
        return "visibility"
    if project.personal and not selection.personal_projects:
        return "personal_projects"
    if project.is_fork and not selection.forks:
        return "forks"
    if project.is_mirror and not selection.mirrors:
        return "mirrors"
    return None


def _unmatched_patterns(projects: t.Iterable[Project], selection: Selection) -> t.Iterator[Unmatched]:
    paths = [project.path for project in projects]
    for option, patterns in (("include", selection.include), ("exclude", selection.exclude)):
        for pattern in patterns:
            if not any(pattern.matches(path) for path in paths):
                yield Unmatched(option, pattern.text)
