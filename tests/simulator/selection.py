# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects a list holds, and in which order (GitLab API sheet, section 3.4).

`given` are the parameters that GitLab's finder gets: those of the route, for lists of a group some more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .answers import server_error
from .levels import OWNER
from .project_entity import namespace_name
from .records import Project, timestamp
from .rules import Rules
from .searching import found, similarity
from .site import Call

Filter = Callable[[Project], bool]
Given = Mapping[str, Any]

# Ids are 64-bit; Rails writes no other number into a query.
ID_RANGE = range(-(2**63), 2**63)


def ids_in_range(ids: list[int], given: Given) -> list[int]:
    """Of the sorted ids those between id_after and id_before, both exclusive."""
    after, before = given.get("id_after"), given.get("id_before")
    if any(bound is not None and bound not in ID_RANGE for bound in (after, before)):
        raise server_error()
    start = 0 if after is None else bisect_right(ids, after)
    end = len(ids) if before is None else bisect_left(ids, before)
    return ids[start:end]


def selected(call: Call, candidates: Iterable[Project], filters: list[Filter]) -> Iterator[Project]:
    """Those of the candidates that fit, in the same order, without those that are about to vanish."""
    filters = [*_present(call), *filters]
    for project in candidates:
        for fits in filters:
            if not fits(project):
                break
        else:
            yield project


def in_order(projects: Iterable[Project], given: Given) -> list[Project]:
    """Sorted as order_by and sort say, equal ones by id; created_at means the id, texts go by their letters."""
    key, search = given["order_by"], given.get("search") or ""
    descending = given["sort"] == "desc"
    if key == "similarity" and search:
        return sorted(projects, key=lambda project: (_similarity(project, search), project.id), reverse=True)
    if key == "similarity":
        sign = -1 if descending else 1
        return sorted(projects, key=lambda project: (project.name, sign * project.id))
    if key in ("name", "path"):
        return sorted(projects, key=lambda project: (getattr(project, key), project.id), reverse=descending)
    if key in ("updated_at", "last_activity_at"):
        return sorted(projects, key=lambda project: (project.created_at, project.id), reverse=descending)
    return sorted(projects, key=lambda project: project.id, reverse=descending)


def _similarity(project: Project, search: str) -> float:
    return similarity(search, (project.path, 1), (project.name, 0.7), (project.description or "", 0.2))


def _present(call: Call) -> list[Filter]:
    """Only administrators may ask for what is being deleted or hidden; Community Edition hides nothing from lists."""
    given = call.parameters
    filters: list[Filter] = []
    if not (call.caller.admin and given.get("include_pending_delete")):
        filters.append(lambda project: not project.pending_delete)
    if call.rules.enterprise and not (call.caller.admin and given.get("include_hidden")):
        filters.append(lambda project: not project.hidden)
    return filters


def finder_filters(call: Call, given: Given) -> list[Filter]:
    """ProjectsFinder: of owned, min_access_level and membership the first decides alone.

    These count memberships, so an administrator loses what it is no member of and nobody has any.
    """
    least, member = given.get("min_access_level"), bool(given.get("membership"))
    if given.get("owned") or least is not None or member:
        return [_has_role(call, OWNER if given.get("owned") else least or 0), *common_filters(call, given)]
    return [*visible(call), *common_filters(call, given)]


def group_filters(call: Call, given: Given) -> list[Filter]:
    """GroupProjectsFinder: as ProjectsFinder, but anonymous callers see what is public in any case."""
    least = given.get("min_access_level")
    if call.caller.user is None or not (given.get("owned") or least is not None):
        return [*visible(call), *common_filters(call, given)]
    return [_has_role(call, OWNER if given.get("owned") else least or 0), *common_filters(call, given)]


def personal_filters(call: Call, given: Given) -> list[Filter]:
    """PersonalProjectsFinder: administrators see all, others may ask for a role."""
    least = given.get("min_access_level")
    if least is not None and call.caller.user is not None and not call.caller.admin:
        return [_has_role(call, least), *common_filters(call, given)]
    return [*visible(call), *common_filters(call, given)]


def _has_role(call: Call, least: int) -> Filter:
    roles = call.access.project_roles(call.caller)
    return lambda project: project.id in roles and roles[project.id] >= least


def visible(call: Call) -> list[Filter]:
    """What the caller sees at all."""
    caller = call.caller
    if caller.admin:
        return []
    open_to = ("public",) if caller.user is None else ("public", "internal")
    roles = call.access.project_roles(caller)
    return [lambda project: project.visibility in open_to or project.id in roles]


def common_filters(call: Call, given: Given) -> list[Filter]:
    """What every list of projects can be asked for."""
    return [*_state_filters(call, given), *_text_filters(given), *_time_filters(given)]


def _state_filters(call: Call, given: Given) -> list[Filter]:
    filters: list[Filter] = []
    rules = call.rules
    if given.get("archived") is not None:
        filters.append(lambda project: counts_as_archived(project, rules) == given["archived"])
    if given.get("active") is not None:
        filters.append(lambda project: is_active(project, rules) == given["active"])
    if given.get("visibility"):
        filters.append(lambda project: project.visibility == given["visibility"])
    if given.get("marked_for_deletion_on"):
        filters.append(lambda project: project.marked_for_deletion_on == given["marked_for_deletion_on"])
    if _asks_for_nothing(call, given):
        filters.append(lambda _unused: False)
    return filters


def _asks_for_nothing(call: Call, given: Given) -> bool:
    """Nothing here is starred, imported, in a language or a topic by id, or outside the default storage.

    To Ruby an empty language and a topic 0 are true.
    """
    elsewhere = given.get("repository_storage") not in (None, "", "default")
    starred = given.get("starred") and call.caller.user is not None
    unheard_of = any(given.get(key) is not None for key in ("with_programming_language", "topic_id"))
    return bool(elsewhere or starred or given.get("imported") or unheard_of)


def counts_as_archived(project: Project, rules: Rules) -> bool:
    """What the filter archived means: the own flag, whatever is scheduled, from 18.0 also a group above.

    GitLab API sheet, section 17.2.
    """
    above = rules.archived_by_ancestors and any(group.archived for group in project.lineage)
    return project.archived or above


def is_active(project: Project, rules: Rules) -> bool:
    """Neither archived nor scheduled for deletion, and in no such group."""
    doomed = project.marked_for_deletion_on or any(group.marked_for_deletion_on for group in project.lineage)
    return not doomed and not counts_as_archived(project, rules)


def _text_filters(given: Given) -> list[Filter]:
    filters: list[Filter] = []
    search = (given.get("search") or "").strip()
    if search and given.get("search_namespaces"):
        filters.append(lambda project: found(search, project.full_path, _full_name(project), project.description or ""))
    elif search:
        filters.append(lambda project: found(search, project.name, project.path, project.description or ""))
    if given.get("topic"):
        topics = set(filter(None, given["topic"]))
        filters.append(lambda project: bool(topics) and topics <= set(project.topics))
    return filters


def _full_name(project: Project) -> str:
    return f"{namespace_name(project.namespace)} / {project.name}"


def _time_filters(given: Given) -> list[Filter]:
    """A project's times are all its creation time; of activity the bounds themselves are outside."""
    bounds = {
        key: timestamp(given[key])
        for key in ("last_activity_after", "last_activity_before", "updated_after", "updated_before")
        if given.get(key)
    }
    filters: list[Filter] = []
    if "last_activity_after" in bounds:
        filters.append(lambda project: project.created_at > bounds["last_activity_after"])
    if "last_activity_before" in bounds:
        filters.append(lambda project: project.created_at < bounds["last_activity_before"])
    if "updated_after" in bounds:
        filters.append(lambda project: project.created_at >= bounds["updated_after"])
    if "updated_before" in bounds:
        filters.append(lambda project: project.created_at <= bounds["updated_before"])
    return filters
