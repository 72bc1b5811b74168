# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of groups, single groups, and the projects in them (GitLab API sheet, section 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice

from ..answers import Answer, json_answer, not_found
from ..group_entity import group_detail, group_entity
from ..latency import Cost
from ..levels import OWNER
from ..pagination import check_offset_limit, cursor_page, offset_page
from ..parameters import (
    CUSTOM_ATTRIBUTES,
    MIN_ACCESS_LEVEL,
    PAGINATION,
    PATH_ID,
    SEARCH,
    SKIP_GROUPS,
    VISIBILITY,
    Param,
    to_boolean,
    to_date,
)
from ..project_entity import ProjectEntities
from ..records import Group, Project
from ..selection import found, selected
from ..site import Call, Route
from ..world import by_id_or_name
from .projects import GROUP_LIST, SHARED_LIST, flag, offset_list

# GroupProjectsFinder::DEFAULT_PROJECTS_LIMIT
DETAIL_PROJECTS = 100

Filter = Callable[[Group], bool]


def find_group(call: Call, text: str) -> Group:
    """The group with this id or full path, if the caller can read it; former paths lead nowhere."""
    group = by_id_or_name(text, call.world.groups, call.world.find_group)
    if group is None or not call.access.can_read_group(call.caller, group):
        raise not_found("Group")
    return group


def list_groups(call: Call) -> Answer:
    """GET /groups: by offset, for anonymous callers that ask for keyset by cursor."""
    groups = in_order(_found_groups(call, call.world.groups.values()), call)
    keyset = call.parameters["pagination"] == "keyset"
    by_name = (call.parameters["order_by"], call.parameters["sort"]) == ("name", "asc")
    if keyset and by_name and call.caller.user is None:
        page, headers = cursor_page(call, groups)
    else:
        check_offset_limit(call, "Group", enforced=True)
        page, headers = offset_page(call, groups)
    return json_answer(200, [group_entity(group, call) for group in page], headers)


def list_subgroups(call: Call) -> Answer:
    """GET /groups/:id/subgroups."""
    parent = find_group(call, call.parameters["id"])
    return _group_page(call, [group for group in call.world.groups.values() if group.parent is parent])


def list_descendants(call: Call) -> Answer:
    """GET /groups/:id/descendant_groups."""
    top = find_group(call, call.parameters["id"])
    below = [group for group in call.world.groups.values() if group is not top and top.holds(group)]
    return _group_page(call, below)


def _group_page(call: Call, candidates: Iterable[Group]) -> Answer:
    page, headers = offset_page(call, in_order(_found_groups(call, candidates), call))
    return json_answer(200, [group_entity(group, call) for group in page], headers)


def _found_groups(call: Call, candidates: Iterable[Group]) -> list[Group]:
    filters = [_listed(call), *group_filters(call)]
    return [group for group in candidates if all(fits(group) for fits in filters)]


def _listed(call: Call) -> Filter:
    """Without all_available, which only administrators have by default, just the caller's groups."""
    everything = call.parameters["all_available"]
    if call.caller.user is None or (call.caller.admin if everything is None else everything):
        return lambda group: call.access.can_read_group(call.caller, group)
    roles = call.access.group_roles(call.caller)
    return lambda group: group.id in roles


def group_filters(call: Call) -> list[Filter]:
    """What the parameters of a list of groups ask for."""
    given = call.parameters
    filters: list[Filter] = []
    if given.get("search"):
        filters.append(lambda group: found(given["search"], group.name, group.path, group.full_path))
    if given.get("visibility"):
        filters.append(lambda group: group.visibility == given["visibility"])
    if given.get("skip_groups"):
        filters.append(lambda group: group.id not in given["skip_groups"])
    if given.get("top_level_only"):
        filters.append(lambda group: group.parent is None)
    if given.get("min_access_level") is not None:
        filters.append(lambda group: member_level(call, group) >= given["min_access_level"])
    if given.get("owned"):
        filters.append(lambda group: member_level(call, group) >= OWNER)
    if given.get("marked_for_deletion_on"):
        filters.append(lambda group: group.marked_for_deletion_on == given["marked_for_deletion_on"])
    if given.get("archived") is not None:
        filters.append(lambda group: _is_archived(group) == given["archived"])
    if given.get("active") is not None:
        filters.append(lambda group: _is_active(group) == given["active"])
    return filters


def member_level(call: Call, group: Group) -> int:
    """The caller's level by direct or inherited membership, without invitations of other groups."""
    user = call.caller.user
    return max((above.members.get(user.id, 0) for above in group.lineage), default=0) if user else 0


def _is_archived(group: Group) -> bool:
    return any(above.archived for above in group.lineage)


def _is_active(group: Group) -> bool:
    return not _is_archived(group) and not any(above.marked_for_deletion_on for above in group.lineage)


def in_order(groups: Iterable[Group], call: Call) -> list[Group]:
    """Sorted as order_by and sort say; similarity puts exact names first."""
    key = call.parameters["order_by"]
    search = (call.parameters.get("search") or "").lower()

    def position(group: Group) -> tuple[str, int]:
        text = "" if key == "id" else (group.path if key == "path" else group.name).lower()
        return text, group.id

    def dissimilarity(group: Group) -> tuple[bool, str]:
        return search not in (group.name.lower(), group.path.lower()), group.full_path

    if key == "similarity" and search:
        return sorted(groups, key=dissimilarity)
    return sorted(groups, key=position, reverse=call.parameters["sort"] == "desc")


def show_group(call: Call) -> Answer:
    """GET /groups/:id; with_projects adds at most 100 projects of each kind."""
    group = find_group(call, call.parameters["id"])
    detail = group_detail(group, call)
    if call.parameters["with_projects"]:
        detail["projects"] = _some_projects(call, group.project_ids)
        detail["shared_projects"] = _some_projects(call, call.world.invitations.get(group.id, ()))
    return json_answer(200, detail, cost=Cost(call="group"))


def _some_projects(call: Call, ids: Iterable[int]) -> list[object]:
    entities = ProjectEntities(call, listed=True)
    projects = islice(selected(call, _projects(call, ids)), DETAIL_PROJECTS)
    return [json.loads(entities.full(project)) for project in projects]


def _projects(call: Call, ids: Iterable[int]) -> list[Project]:
    return [call.world.projects[number] for number in sorted(ids)]


def list_group_projects(call: Call) -> Answer:
    """GET /groups/:id/projects: with_shared adds what the group itself is invited to."""
    group = find_group(call, call.parameters["id"])
    holders = [group]
    if call.parameters["include_subgroups"]:
        holders = [other for other in call.world.groups.values() if group.holds(other)]
    if call.parameters["include_ancestor_groups"]:
        holders += group.lineage[1:]
    ids = {number for holder in holders for number in holder.project_ids}
    if call.parameters["with_shared"]:
        ids |= call.world.invitations.get(group.id, set())
    return offset_list(call, _projects(call, ids), with_access=False)


def list_shared_projects(call: Call) -> Answer:
    """GET /groups/:id/projects/shared: what the group is invited to, hidden links included."""
    group = find_group(call, call.parameters["id"])
    ids = call.world.invitations.get(group.id, ())
    return offset_list(call, _projects(call, ids), with_access=False, listed=False)


SORT = Param("sort", default="asc", values=("asc", "desc"))
ORDER = Param("order_by", default="name", values=("name", "path", "id", "similarity"))

LIST = (
    flag("statistics"),
    SKIP_GROUPS,
    Param("all_available", to_boolean),
    VISIBILITY,
    SEARCH,
    flag("owned"),
    ORDER,
    SORT,
    MIN_ACCESS_LEVEL,
    Param("top_level_only", to_boolean),
    Param("repository_storage"),
    Param("marked_for_deletion_on", to_date),
    Param("archived", to_boolean, since=(18, 0)),
    Param("active", to_boolean, since=(18, 0)),
    CUSTOM_ATTRIBUTES,
    *PAGINATION,
)
TOP_LIST = (
    *LIST,
    Param("pagination", values=("legacy", "keyset")),
    Param("cursor"),
)
SHOW = (PATH_ID, flag("with_projects", default=True), CUSTOM_ATTRIBUTES)

ROUTES = (
    Route("GET", "/groups", list_groups, TOP_LIST, limit="groups_api"),
    Route("GET", "/groups/:id", show_group, SHOW, limit="group_api"),
    Route("GET", "/groups/:id/subgroups", list_subgroups, (PATH_ID, *LIST)),
    Route("GET", "/groups/:id/descendant_groups", list_descendants, (PATH_ID, *LIST)),
    Route("GET", "/groups/:id/projects", list_group_projects, GROUP_LIST, limit="group_projects_api"),
    Route("GET", "/groups/:id/projects/shared", list_shared_projects, SHARED_LIST),
)
