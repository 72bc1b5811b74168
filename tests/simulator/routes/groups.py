# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of groups, single groups, and the projects in them (GitLab API sheet, section 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice

from ..answers import Answer, forbidden, json_answer, not_found, server_error
from ..cursors import cursor_page
from ..group_entity import group_detail, group_entity
from ..group_selection import found_groups, in_order
from ..latency import Cost
from ..pagination import check_offset_limit, offset_page
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
from ..restrictions import reads_group
from ..selection import group_filters, ids_in_range, selected, visible
from ..site import Call, Route
from ..undeclared import finder_parameters
from ..world import by_id_or_name
from .projects import AI, GROUP_LIST, SHARED_LIST, flag, offset_list

# GroupProjectsFinder::DEFAULT_PROJECTS_LIMIT
DETAIL_PROJECTS = 100


def find_group(call: Call, least: int = 0) -> Group:
    """The group that the path names, if the caller can read it and has at least that level in it."""
    return readable_group(call, call.parameters["id"], least)


def readable_group(call: Call, text: str, least: int = 0) -> Group:
    """The group with this id or full path, by the same rules; former paths lead nowhere."""
    group = by_id_or_name(text, call.world.groups, call.world.find_group)
    if group is None or not reads_group(call, group):
        raise not_found("Group")
    if call.role_in(group) < least:
        raise forbidden()
    return group


def list_groups(call: Call) -> Answer:
    """GET /groups: by offset, for anonymous callers that ask for keyset by cursor."""
    top = call.parameters["top_level_only"]
    groups = in_order(
        found_groups(call, lambda group: not top or group.parent is None, below=bool(top)), call.parameters
    )
    anonymous = call.caller.user is None
    if anonymous and call.params.get("pagination") == "keyset":
        page, headers = cursor_page(call, groups)
    else:
        check_offset_limit(call, "Group", enforced=anonymous)
        page, headers = offset_page(call, groups)
    return json_answer(200, [group_entity(group, call) for group in page], headers, cost=Cost(groups=len(page)))


def list_subgroups(call: Call) -> Answer:
    """GET /groups/:id/subgroups; top_level_only outweighs the parent, which then need not exist."""
    if call.parameters["top_level_only"]:
        return _group_page(call, lambda group: group.parent is None)
    parent = find_group(call)
    return _group_page(call, lambda group: group.parent is parent)


def list_descendants(call: Call) -> Answer:
    """GET /groups/:id/descendant_groups; GitLab fails over top_level_only (section 5)."""
    if call.parameters["top_level_only"]:
        raise server_error()
    top = find_group(call)
    return _group_page(call, lambda group: group is not top and top.holds(group))


def _group_page(call: Call, fits_place: Callable[[Group], bool]) -> Answer:
    page, headers = offset_page(call, in_order(found_groups(call, fits_place, below=True), call.parameters))
    return json_answer(200, [group_entity(group, call) for group in page], headers, cost=Cost(groups=len(page)))


def show_group(call: Call) -> Answer:
    """GET /groups/:id; with_projects adds the newest projects of each kind, at most 100."""
    group = find_group(call)
    detail = group_detail(group, call)
    if call.parameters["with_projects"]:
        detail["projects"] = _newest_projects(call, group.project_ids)
        detail["shared_projects"] = _newest_projects(call, call.world.invitations.get(group.id, ()))
    return json_answer(200, detail, cost=Cost(call="group"))


def _newest_projects(call: Call, ids: Iterable[int]) -> list[object]:
    projects = reversed(_projects(call, ids))
    page = list(islice(selected(call, projects, visible(call)), DETAIL_PROJECTS))
    entities = ProjectEntities(call, page, hides_links=True)
    return [json.loads(entities.full(project)) for project in page]


def _projects(call: Call, ids: Iterable[int]) -> list[Project]:
    return [call.world.projects[number] for number in sorted(ids)]


def list_group_projects(call: Call) -> Answer:
    """GET /groups/:id/projects: with_shared adds what the group itself is invited to."""
    group = find_group(call)
    holders = [group]
    if call.parameters["include_subgroups"]:
        holders = [other for other in call.world.groups.values() if group.holds(other)]
    if call.parameters["include_ancestor_groups"]:
        holders += group.lineage[1:]
    ids = {number for holder in holders for number in holder.project_ids}
    if call.parameters["with_shared"]:
        ids |= call.world.invitations.get(group.id, set())
    return _project_page(call, ids, hides_links=True)


def list_shared_projects(call: Call) -> Answer:
    """GET /groups/:id/projects/shared: what the group is invited to, hidden links included."""
    group = find_group(call)
    return _project_page(call, call.world.invitations.get(group.id, ()), hides_links=False)


def _project_page(call: Call, ids: Iterable[int], hides_links: bool) -> Answer:
    given = finder_parameters(call)
    projects = _projects(call, ids_in_range(sorted(ids), given))
    return offset_list(call, projects, given, group_filters, hides_links=hides_links)


SORT = Param("sort", default="asc", values=("asc", "desc"))
ORDER = Param("order_by", default="name", values=("name", "path", "id", "similarity"))

LIST = (
    flag("statistics"),
    Param("archived", to_boolean, since=(18, 2)),
    SKIP_GROUPS,
    Param("all_available", to_boolean),
    VISIBILITY,
    SEARCH,
    flag("owned"),
    ORDER,
    SORT,
    MIN_ACCESS_LEVEL,
    Param("top_level_only", to_boolean),
    Param("marked_for_deletion_on", to_date, since=(17, 1)),
    Param("active", to_boolean, since=(18, 0)),
    Param("repository_storage", enterprise=True),
    *PAGINATION,
    CUSTOM_ATTRIBUTES,
)
SHOW = (PATH_ID, CUSTOM_ATTRIBUTES, flag("with_projects", default=True))

ROUTES = (
    Route("GET", "/groups", list_groups, LIST, AI, limit="groups_api", permission="read_group"),
    Route("GET", "/groups/:id", show_group, SHOW, AI, limit="group_api", permission="read_group"),
    Route("GET", "/groups/:id/subgroups", list_subgroups, (PATH_ID, *LIST), AI, permission="read_sub_group"),
    Route(
        "GET",
        "/groups/:id/descendant_groups",
        list_descendants,
        (PATH_ID, *LIST),
        AI,
        permission="read_descendant_group",
    ),
    Route(
        "GET",
        "/groups/:id/projects",
        list_group_projects,
        GROUP_LIST,
        AI,
        limit="group_projects_api",
        permission="read_project",
    ),
    Route(
        "GET", "/groups/:id/projects/shared", list_shared_projects, SHARED_LIST, AI, permission="read_shared_project"
    ),
)
