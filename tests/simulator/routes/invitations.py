# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which groups are invited where: lists without levels (GitLab API sheet, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable

from ..answers import Answer, json_answer
from ..group_entity import group_entity, public_group
from ..group_selection import direct_level, group_filters, in_order, newest_first, visible_groups, with_level
from ..levels import GUEST, MAINTAINER
from ..links import Link
from ..pagination import offset_page, undeclared_page
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
    to_integer,
    to_texts,
)
from ..records import Group, Project
from ..share_rules import sharing_disabled, within_hierarchy
from ..site import Call, Route
from .groups import ORDER, SORT, find_group
from .projects import AI, find_project, flag


def _full_page(call: Call, groups: list[Group]) -> Answer:
    page, headers = offset_page(call, groups)
    return json_answer(200, [group_entity(group, call) for group in page], headers)


def _public_page(call: Call, groups: list[Group]) -> Answer:
    page, headers = offset_page(call, groups)
    return json_answer(200, [public_group(group, call) for group in page], headers)


def _linked(call: Call, links: Iterable[Link]) -> list[Group]:
    return [call.world.groups[link.group_id] for link in links]


def list_project_groups(call: Call) -> Answer:
    """GET /projects/:id/groups: the groups above, with_shared also the invited ones."""
    project = find_project(call)
    groups = dict.fromkeys([*project.lineage, *_asked_invited_groups(call, project)])
    filters = group_filters(call)
    return _public_page(call, newest_first(group for group in groups if all(fits(group) for fits in filters)))


def _asked_invited_groups(call: Call, project: Project) -> list[Group]:
    """Invited groups show even to callers who cannot read them, unless shared_visible_only is set."""
    if not call.parameters["with_shared"]:
        return []
    least = call.parameters["shared_min_access_level"] or 0
    invited = _linked(call, (link for link in project.links.values() if link.access_level >= least))
    if not call.parameters["shared_visible_only"]:
        return invited
    return [group for group in invited if _is_open(call, group) or direct_level(call, group) >= GUEST]


def _is_open(call: Call, group: Group) -> bool:
    """Whether a group is visible to anybody with the sign-in state of the caller."""
    if call.caller.admin:
        return True
    return group.visibility == "public" or (group.visibility == "internal" and call.caller.user is not None)


def list_project_invited_groups(call: Call) -> Answer:
    """GET /projects/:id/invited_groups."""
    project = find_project(call)
    return _public_page(call, _invited(call, project.links.values(), project.lineage))


def list_group_invited_groups(call: Call) -> Answer:
    """GET /groups/:id/invited_groups: whole groups, other than those of a project."""
    group = find_group(call)
    return _full_page(call, _invited(call, group.links.values(), group.lineage[1:]))


def _invited(call: Call, direct: Iterable[Link], above: Iterable[Group]) -> list[Group]:
    relations = call.parameters["relation"] or ["direct", "inherited"]
    groups = _linked(call, direct) if "direct" in relations else []
    if "inherited" in relations:
        groups += [group for holder in above for group in _linked(call, holder.links.values())]
    return newest_first(visible_groups(call, groups))


def list_groups_shared_with(call: Call) -> Answer:
    """GET /groups/:id/groups/shared: the groups that this group is invited to."""
    group = find_group(call)
    inviting = [other for other in call.world.groups.values() if group.id in other.links]
    return _full_page(call, in_order(visible_groups(call, inviting), call.parameters))


def list_share_locations(call: Call) -> Answer:
    """GET /projects/:id/share_locations: the groups that the caller could invite, as far as it looks."""
    project = find_project(call)
    filters = group_filters(call, below=False)
    groups = [group for group in _could_invite(call, project) if all(fits(group) for fits in filters)]
    page, headers = undeclared_page(call, in_order(groups, {"order_by": "path", "sort": "asc"}))
    return json_answer(200, [public_group(group, call) for group in page], headers)


def _could_invite(call: Call, project: Project) -> list[Group]:
    """It looks at the role Maintainer, the locks, the hierarchy rule, and what is there already."""
    if sharing_disabled(call, project) or call.role_in(project) < MAINTAINER:
        return []
    has_role = with_level(call, GUEST)
    return [
        group
        for group in call.world.groups.values()
        if (call.caller.admin or has_role(group))
        and group not in project.lineage
        and group.id not in project.links
        and within_hierarchy(project.root, group)
    ]


INVITED = (
    PATH_ID,
    Param("relation", to_texts, values=("direct", "inherited")),
    SEARCH,
    MIN_ACCESS_LEVEL,
    *PAGINATION,
    CUSTOM_ATTRIBUTES,
)
PROJECT_GROUPS = (
    PATH_ID,
    SEARCH,
    SKIP_GROUPS,
    flag("with_shared"),
    Param("shared_visible_only", to_boolean, default=False),
    Param("shared_min_access_level", to_integer, values=lambda rules: rules.levels),
    *PAGINATION,
)
SHARED_WITH = (
    PATH_ID,
    SKIP_GROUPS,
    VISIBILITY,
    SEARCH,
    MIN_ACCESS_LEVEL,
    ORDER,
    SORT,
    *PAGINATION,
    CUSTOM_ATTRIBUTES,
)
LOCATIONS = (Param("id", to_integer, required=True), SEARCH)

ROUTES = (
    Route("GET", "/projects/:id/groups", list_project_groups, PROJECT_GROUPS, AI, permission="read_ancestor_group"),
    Route(
        "GET",
        "/projects/:id/invited_groups",
        list_project_invited_groups,
        INVITED,
        AI,
        limit="project_invited_groups_api",
        permission="read_project_invited_group",
        since=(17, 5),
    ),
    Route(
        "GET",
        "/projects/:id/share_locations",
        list_share_locations,
        LOCATIONS,
        AI,
        dotted=(),
        permission="read_share_location",
    ),
    Route(
        "GET",
        "/groups/:id/groups/shared",
        list_groups_shared_with,
        SHARED_WITH,
        AI,
        limit="group_shared_groups_api",
        permission="read_shared_group",
    ),
    Route(
        "GET",
        "/groups/:id/invited_groups",
        list_group_invited_groups,
        INVITED,
        AI,
        limit="group_invited_groups_api",
        permission="read_group_invited_group",
    ),
)
