# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects: those of the selection, each with its share, read from lists."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._errors import InvalidOption
from .._gitlab.client import GitLab, ProjectFilter
from .._gitlab.pages import PER_PAGE, Listing
from .._gitlab.paths import lies_within
from .._gitlab.records import Group, Project
from .._gitlab.version_rules import role_to_share
from .._http.errors import NotFound
from .all_projects import read_all_projects
from .identity import Setting
from .selection import Selection

Record = t.TypeVar("Record")

# So many named projects are asked for one by one.
MANY = 50


@dataclass(frozen=True)
class Selected:
    """The projects of the selection.

    :param filter: what GitLab itself has left out of its lists.
    :param shares_seen: how many of all projects that were read, selected in the end or not, have a share and pass the
        filter.
    :param changed_meanwhile: GitLab's lists changed while they were read.
    """

    projects: tuple[Project, ...]
    filter: ProjectFilter
    shares_seen: int
    changed_meanwhile: bool = False


def select_projects(gitlab: GitLab, selection: Selection, setting: Setting) -> Selected:
    """Read the projects that the options select.

    :raises InvalidOption: naming a source group or project that the token's user cannot see.
    """
    group_id = setting.group.id
    sources = _resolve("source_groups", selection.source_groups, gitlab.group, gitlab)
    known = _known_projects(gitlab, selection, setting)
    named = _resolve(
        "projects",
        selection.projects,
        lambda reference: known.get(reference) or gitlab.project(reference, group_id),
        gitlab,
    )
    wanted = ProjectFilter(
        archived={"exclude": False, "only": True}.get(selection.archived),
        visibility=next(iter(selection.visibility)) if len(selection.visibility) == 1 else None,
        min_access_level=_role_to_list(setting) if selection.everything else None,
    )
    listed = Listing[Project](())
    if sources:
        outermost = _outermost(sources) if selection.include_subgroups else sources
        listed = gitlab.projects_of(outermost, group_id, selection.include_subgroups, wanted)
    elif selection.everything:
        listed = Listing(read_all_projects(gitlab, group_id, wanted))
    found = {project.id: project for project in (*listed.items, *named)}
    return Selected(
        projects=tuple(project for project in found.values() if _is_selected(project, selection)),
        filter=wanted,
        shares_seen=sum(project.share is not None and wanted.lets_through(project) for project in found.values()),
        changed_meanwhile=listed.changed,
    )


def _known_projects(gitlab: GitLab, selection: Selection, setting: Setting) -> dict[str, Project]:
    """Return projects by path and id from a list, where that takes far fewer requests than asking for each."""
    wanted = ProjectFilter(min_access_level=_role_to_list(setting))
    if len(selection.projects) <= MANY:
        return {}
    extent = gitlab.extent_of(wanted)
    if extent.total > PER_PAGE * len(selection.projects) // 2:
        return {}
    projects = gitlab.all_projects(setting.group.id, wanted, extent)
    return {reference: project for project in projects for reference in (project.path, str(project.id))}


def _role_to_list(setting: Setting) -> int | None:
    """Return the role to list projects by, which would leave out most of them for an administrator."""
    return None if setting.caller.acts_as_admin else role_to_share(setting.instance.version)


def _outermost(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return the groups that lie in no other of them."""
    return tuple(
        group
        for group in groups
        if not any(lies_within(group.full_path, other.full_path) for other in groups if other.id != group.id)
    )


def _resolve(
    option: str, references: tuple[str, ...], fetch: t.Callable[[str], Record], gitlab: GitLab
) -> tuple[Record, ...]:
    """Fetch what each reference names; name all those that do not exist at once."""

    def fetch_or_none(reference: str) -> Record | None:
        try:
            return fetch(reference)
        except NotFound:
            return None

    records = gitlab.in_parallel(fetch_or_none, references)
    unknown = [reference for reference, record in zip(references, records) if record is None]
    if unknown:
        problem = "cannot be found: it does not exist, or the token's user cannot see it."
        raise InvalidOption(option, ", ".join(unknown), problem)
    return tuple(dict.fromkeys(record for record in records if record is not None))


def _is_selected(project: Project, selection: Selection) -> bool:
    """Apply what GitLab's lists cannot filter; archived projects that are named stay, to be reported as skipped."""
    return all(
        (
            selection.matches_path(project.path),
            not selection.topics or not selection.topics.isdisjoint(map(str.casefold, project.topics)),
            not selection.visibility or project.visibility in selection.visibility,
            selection.personal_projects or not project.personal,
            selection.archived != "only" or project.archived,
        )
    )
