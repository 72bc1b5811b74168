# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects a list holds, and in which order (GitLab API sheet, section 3.4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .levels import OWNER
from .project_entity import is_archived
from .records import Project
from .site import Call

Filter = Callable[[Project], bool]

# GitLab finds parts of words only from this length on.
MIN_PARTIAL = 3
# After every timestamp.
LATER = "9999"


def ids_in_range(ids: list[int], parameters: Mapping[str, Any]) -> list[int]:
    """Of the sorted ids those between id_after and id_before, both exclusive."""
    after, before = parameters.get("id_after"), parameters.get("id_before")
    start = 0 if after is None else bisect_right(ids, after)
    end = len(ids) if before is None else bisect_left(ids, before)
    return ids[start:end]


def selected(call: Call, candidates: Iterable[Project]) -> Iterator[Project]:
    """Those of the candidates that the caller sees and the parameters ask for, in the same order."""
    filters = [*_visibility(call), *_filters(call)]
    for project in candidates:
        for fits in filters:
            if not fits(project):
                break
        else:
            yield project


def in_order(projects: Iterable[Project], parameters: Mapping[str, Any]) -> list[Project]:
    """Sorted as order_by and sort say, equal ones by id; similarity puts exact names first."""
    key = parameters["order_by"]
    search = (parameters.get("search") or "").lower()

    def position(project: Project) -> tuple[Any, int]:
        if key in ("name", "path"):
            return getattr(project, key).lower(), project.id
        if key in ("created_at", "updated_at", "last_activity_at", "similarity"):
            return project.created_at, project.id
        return 0, project.id

    def similarity(project: Project) -> tuple[bool, int]:
        return search in (project.name.lower(), project.path.lower()), project.id

    if key == "similarity" and search:
        return sorted(projects, key=similarity, reverse=True)
    return sorted(projects, key=position, reverse=parameters["sort"] == "desc")


def _visibility(call: Call) -> list[Filter]:
    """What the caller sees at all; only administrators may ask for what is being deleted or hidden."""
    caller, given = call.caller, call.parameters
    filters: list[Filter] = []
    if not (caller.admin and given.get("include_pending_delete")):
        filters.append(lambda project: not project.pending_delete)
    if not (caller.admin and given.get("include_hidden")):
        filters.append(lambda project: not project.hidden)
    if not caller.admin:
        open_to = ("public",) if caller.user is None else ("public", "internal")
        roles = call.access.project_roles(caller)
        filters.append(lambda project: project.visibility in open_to or project.id in roles)
    return filters


def _filters(call: Call) -> list[Filter]:
    return [*_role_filters(call), *_state_filters(call), *_text_filters(call), *_time_filters(call)]


def _role_filters(call: Call) -> list[Filter]:
    """These count memberships alone, so an administrator loses what it is no member of."""
    given = call.parameters
    roles = call.access.project_roles(call.caller)
    filters: list[Filter] = []
    if given.get("membership"):
        filters.append(lambda project: project.id in roles)
    if given.get("owned"):
        filters.append(lambda project: roles.get(project.id, 0) >= OWNER)
    least = given.get("min_access_level")
    if least is not None and call.caller.user is not None:
        filters.append(lambda project: roles.get(project.id, 0) >= least)
    return filters


def _state_filters(call: Call) -> list[Filter]:
    given = call.parameters
    filters: list[Filter] = []
    if given.get("archived") is not None:
        filters.append(lambda project: is_archived(project, call) == given["archived"])
    if given.get("active") is not None:
        filters.append(lambda project: is_active(project, call) == given["active"])
    if given.get("visibility"):
        filters.append(lambda project: project.visibility == given["visibility"])
    if given.get("marked_for_deletion_on"):
        filters.append(lambda project: project.marked_for_deletion_on == given["marked_for_deletion_on"])
    if _asks_for_nothing(call):
        filters.append(lambda _unused: False)
    return filters


def _asks_for_nothing(call: Call) -> bool:
    """Nothing here is starred, imported, in a language or a topic by id, or outside the default storage."""
    given = call.parameters
    elsewhere = call.caller.admin and given.get("repository_storage") not in (None, "default")
    unheard_of = ("starred", "imported", "with_programming_language", "topic_id")
    return elsewhere or any(given.get(key) for key in unheard_of)


def is_active(project: Project, call: Call) -> bool:
    """Neither archived nor scheduled for deletion, and in no such group."""
    doomed = project.marked_for_deletion_on or any(group.marked_for_deletion_on for group in project.lineage)
    return not doomed and not is_archived(project, call)


def _text_filters(call: Call) -> list[Filter]:
    given = call.parameters
    filters: list[Filter] = []
    search = given.get("search")
    if search:
        with_namespace = given.get("search_namespaces")
        filters.append(
            lambda project: found(search, project.name, project.path, project.description or "")
            or bool(with_namespace and found(search, project.full_path))
        )
    topics = {topic.strip().lower() for topic in given.get("topic") or ()}
    if topics:
        filters.append(lambda project: topics <= {topic.lower() for topic in project.topics})
    return filters


def found(search: str, *texts: str) -> bool:
    """Whether one of the texts holds all words of the search; short searches have to match exactly."""
    search = search.lower()
    words = [word for word in search.split() if len(word) >= MIN_PARTIAL]
    if not words:
        return search in map(str.lower, texts)
    return any(all(word in text for word in words) for text in map(str.lower, texts))


def _time_filters(call: Call) -> list[Filter]:
    """A project's times are all its creation time."""
    given = call.parameters
    after = max(given.get("last_activity_after") or "", given.get("updated_after") or "")
    before = min(given.get("last_activity_before") or LATER, given.get("updated_before") or LATER)
    return [] if (after, before) == ("", LATER) else [lambda project: after <= project.created_at <= before]
