# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which groups a list holds, and in which order (GitLab API sheet, sections 3.6 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .levels import GUEST, OWNER
from .records import Group
from .searching import found, similarity
from .site import Call

Filter = Callable[[Group], bool]
Given = Mapping[str, Any]


def found_groups(call: Call, fits_place: Filter, below: bool) -> list[Group]:
    """GroupsFinder: the groups at a place that the caller sees and asks for; below says if a parent is named."""
    filters = [_listed(call), fits_place, *_state_filters(call.parameters), *group_filters(call, below)]
    return [group for group in call.world.groups.values() if all(fits(group) for fits in filters)]


def _listed(call: Call) -> Filter:
    """The first of owned, min_access_level, a visibility that is no secret, and all_available decides alone."""
    given, caller = call.parameters, call.caller
    if given["owned"]:
        return lambda group: direct_level(call, group) >= OWNER
    if given["min_access_level"] is not None and caller.user is not None:
        return with_level(call, given["min_access_level"])
    if given["visibility"] == "public" or (given["visibility"] == "internal" and caller.user is not None):
        return lambda group: group.visibility != "private"
    available = caller.admin if given["all_available"] is None else given["all_available"]
    if caller.admin and available:
        return lambda _unused: True
    open_to = () if caller.user and not available else ("public", "internal") if caller.user else ("public",)
    own = _with_those_above(call, call.access.authorized_groups(caller))
    return lambda group: group.visibility in open_to or group.id in own


def _with_those_above(call: Call, ids: Iterable[int]) -> set[int]:
    return {above.id for number in ids for above in call.world.groups[number].lineage}


def with_level(call: Call, least: int) -> Filter:
    """Groups with a direct membership of at least that level, and all below."""
    return lambda group: any(direct_level(call, above) >= max(least, GUEST) for above in group.lineage)


def direct_level(call: Call, group: Group) -> int:
    """The caller's own membership in a group."""
    user = call.caller.user
    return group.members.get(user.id, 0) if user else 0


def group_filters(call: Call, below: bool = True) -> list[Filter]:
    """Search, visibility and what is to be skipped; full path and full name are searched where no parent is named."""
    given = call.parameters
    filters: list[Filter] = []
    search = (given.get("search") or "").strip()
    if search and below:
        filters.append(lambda group: found(search, group.path, group.name))
    elif search:
        filters.append(lambda group: found(search, group.full_path, group.full_name))
    if given.get("visibility"):
        filters.append(lambda group: group.visibility == given["visibility"])
    if given.get("skip_groups"):
        filters.append(lambda group: group.id not in given["skip_groups"])
    return filters


def _state_filters(given: Given) -> list[Filter]:
    filters: list[Filter] = []
    if given.get("marked_for_deletion_on"):
        filters.append(lambda group: group.marked_for_deletion_on == given["marked_for_deletion_on"])
    if given.get("archived") is not None:
        filters.append(lambda group: _is_archived(group) == given["archived"])
    if given.get("active") is not None:
        filters.append(lambda group: _is_active(group) == given["active"])
    return filters


def _is_archived(group: Group) -> bool:
    return any(above.archived for above in group.lineage)


def _is_active(group: Group) -> bool:
    return not _is_archived(group) and not any(above.marked_for_deletion_on for above in group.lineage)


def visible_groups(call: Call, groups: Iterable[Group]) -> list[Group]:
    """Each of the groups once that is public or the caller's own, and that the parameters ask for."""
    least = call.parameters.get("min_access_level")
    filters = [lambda group: call.access.group_is_visible(call.caller, group), *group_filters(call, below=False)]
    if least is not None and call.caller.user is not None:
        filters.append(lambda group: direct_level(call, group) >= least)
    return [group for group in dict.fromkeys(groups) if all(fits(group) for fits in filters)]


def in_order(groups: Iterable[Group], given: Given) -> list[Group]:
    """Sorted as order_by and sort say, texts by their letters, equal ones by id upwards."""
    key, search = given["order_by"], given.get("search") or ""
    descending = given["sort"] == "desc"
    if key == "similarity" and search:
        return sorted(groups, key=lambda group: _likeness(group, search), reverse=True)
    if key == "id":
        return sorted(groups, key=lambda group: group.id, reverse=descending)
    by_id = sorted(groups, key=lambda group: group.id)
    return sorted(by_id, key=lambda group: group.path if key == "path" else group.name, reverse=descending)


def _likeness(group: Group, search: str) -> tuple[float, int, int]:
    """Of equally similar groups first those further down, the newest first."""
    score = similarity(search, (group.path, 1), (group.name, 0.7))
    return score, group.parent.id if group.parent else 0, group.id


def newest_first(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: group.id, reverse=True)
