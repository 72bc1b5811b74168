# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects a task means, by the options' documentation and the GitLab API sheet, apart from the plugins."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

from ansible_collections.groupshare.gitlab.tests.property.model.levels import role_to_share
from ansible_collections.groupshare.gitlab.tests.property.model.rights import Rights
from ansible_collections.groupshare.gitlab.tests.property.model.task import Task, TaskRefused
from ansible_collections.groupshare.gitlab.tests.simulator.records import Group, Project

LISTS = ("source_groups", "projects", "include", "exclude", "topics", "exclude_topics", "visibility")


@dataclass(frozen=True)
class Selected:
    """The projects of a selection.

    :param candidates: all that were found, before the selection's own filters.
    :param named: ids of those that the option projects names.
    :param listed: ids of those that lists have shown, which show hidden shares too.
    """

    projects: tuple[Project, ...]
    candidates: tuple[Project, ...]
    named: frozenset[int]
    listed: frozenset[int]


def refuse_empty_lists(task: Task) -> None:
    """A list that came out empty must not mean more projects."""
    for option in LISTS:
        united = option in ("source_groups", "projects") and (task["source_groups"] or task["projects"])
        if task[option] == [] and not united:
            raise TaskRefused(f"InvalidOption: {option}")


def find_group(task: Task, rights: Rights) -> Group:
    """Return the group that is invited, by path, by id, or by a name that only one group has."""
    reference = str(task["group"]).strip()
    found = _groups_called(reference, rights)
    name = reference.strip("/")
    if not found and "/" not in name and not name.isdecimal():
        found = [group for group in rights.world.groups.values() if group.name == name and rights.reads_group(group)]
    if len(found) != 1:
        raise TaskRefused("InvalidOption: group")
    return found[0]


def select(task: Task, rights: Rights, group: Group) -> Selected:
    """Return the projects of the selection, archived ones that are named included."""
    sources = [_source(reference, rights) for reference in task["source_groups"] or ()]
    named = frozenset(_named(reference, rights).id for reference in task["projects"] or ())
    readable = [project for project in rights.world.projects.values() if rights.reads_project(project)]
    passing = [project for project in readable if _passes_filters(project, group, task, rights)]
    within = frozenset(project.id for project in passing if _lies_in(project, sources, bool(named), task, rights))
    candidates = tuple(project for project in readable if project.id in named | within)
    # Shares to remove are looked for in the group's own list, which shows those of projects elsewhere too.
    is_own_list = task["state"] == "absent" and (sources or not named)
    listed = frozenset(project.id for project in passing) if is_own_list else within
    fitting = [project for project in candidates if _fits(project, task)]
    projects = tuple(project for project in fitting if _is_kept(project, named, task, rights))
    return Selected(projects, candidates, named, listed)


def unmatched(task: Task, selected: Selected) -> list[str]:
    """Return the warnings about what matches none of the candidates."""
    if not selected.candidates:
        return []
    topics = {topic.lower() for project in selected.candidates for topic in project.topics}
    visibilities = {project.visibility for project in selected.candidates}
    missing = [
        *(
            (option, pattern)
            for option in ("include", "exclude")
            for pattern in task[option] or ()
            if not any(matches(pattern, project.full_path) for project in selected.candidates)
        ),
        *(
            (option, topic.lower())
            for option in ("topics", "exclude_topics")
            for topic in task[option] or ()
            if topic.lower() not in topics
        ),
        *(("visibility", one) for one in task["visibility"] or () if one not in visibilities),
    ]
    said = "matches none of the projects that were looked at."
    return sorted({f"{option}: {value!r} {said}" for option, value in missing})


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern of include or exclude matches a full path."""
    if pattern.startswith("~"):
        return re.match(pattern[1:], path) is not None
    if "://" in pattern:
        # Of the URLs in tests, what follows the host and a relative URL is the path, perhaps with /groups in front.
        pattern = re.sub(r"^https?://[^/]+(/gitlab)?(/groups)?/|/-/.*$", "", pattern)
    if not set(pattern) & set("*?["):
        return f"{path}/".lower().startswith(f"{pattern.strip('/')}/".lower())
    return fnmatch.fnmatchcase(path, pattern.strip("/"))


def _groups_called(reference: str, rights: Rights) -> list[Group]:
    """Return the visible groups with a path or id; digits can mean two, unless a slash says that they are a path."""
    path = reference.strip("/")
    by_id = path.isdecimal() and not reference.startswith("/")
    return [
        group
        for group in rights.world.groups.values()
        if rights.reads_group(group) and (group.full_path == path.lower() or (by_id and group.id == int(path)))
    ]


def _source(reference: str, rights: Rights) -> Group:
    found = _groups_called(reference, rights)
    if len(found) != 1:
        raise TaskRefused("InvalidOption: source_groups")
    return found[0]


def _named(reference: str, rights: Rights) -> Project:
    for project in rights.world.projects.values():
        if reference in (project.full_path, str(project.id), *project.moved_from) and rights.reads_project(project):
            return project
    raise TaskRefused("InvalidOption: projects")


def _lies_in(project: Project, sources: list[Group], are_named: bool, task: Task, rights: Rights) -> bool:
    """Return whether the project lies in a source group; without any, whether it may be shared.

    What is to be removed is looked for among all projects: a share that the user may not remove is reported.
    """
    if not sources and task["state"] == "absent":
        return not are_named
    if not sources:
        return not are_named and (rights.is_admin or rights.role_by_any_way(project) >= role_to_share(rights.version))
    where = project.lineage if task["include_subgroups"] else project.lineage[:1]
    return any(source in where for source in sources)


def _passes_filters(project: Project, group: Group, task: Task, rights: Rights) -> bool:
    """Return whether lists have the project, by what GitLab itself filters."""
    return (
        (task["archived"] == "include" or rights.is_listed_as_archived(project) == (task["archived"] == "only"))
        and (task["state"] != "absent" or group.id in project.links)
        and (len(set(task["visibility"] or ())) != 1 or project.visibility in task["visibility"])
    )


def _fits(project: Project, task: Task) -> bool:
    path = project.full_path
    topics = {topic.lower() for topic in project.topics}
    asked, excluded = ({topic.lower() for topic in task[option] or ()} for option in ("topics", "exclude_topics"))
    reasons_against = (
        any(matches(pattern, path) for pattern in task["exclude"] or ()),
        task["include"] and not any(matches(pattern, path) for pattern in task["include"]),
        asked and not asked & topics,
        excluded & topics,
        task["visibility"] and project.visibility not in task["visibility"],
        project.owner is not None and not task["personal_projects"],
        project.is_fork and task["forks"] == "exclude",
        project.mirror and task["mirrors"] == "exclude",
    )
    return not any(reasons_against)


def _is_kept(project: Project, named: frozenset[int], task: Task, rights: Rights) -> bool:
    """Return whether the option archived keeps a project; what is named is only reported as skipped."""
    archived = rights.is_archived(project)
    if task["archived"] == "include":
        return True
    return archived == (task["archived"] == "only") or (archived and project.id in named)
