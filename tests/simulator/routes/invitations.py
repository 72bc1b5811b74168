# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which groups are invited where: lists without levels (GitLab API sheet, section 3.1)."""

from __future__ import annotations

from collections.abc import Iterable

from ..answers import Answer, json_answer
from ..group_entity import group_entity, public_group
from ..levels import GUEST
from ..links import Link
from ..pagination import offset_page
from ..parameters import (
    CUSTOM_ATTRIBUTES,
    MIN_ACCESS_LEVEL,
    PAGINATION,
    PATH_ID,
    SEARCH,
    SKIP_GROUPS,
    VISIBILITY,
    Param,
    levels,
    to_boolean,
    to_integer,
    to_texts,
)
from ..records import Group, Project
from ..site import Call, Route
from .groups import ORDER, SORT, find_group, group_filters, in_order
from .projects import find_project, flag
from .shares import within_hierarchy


def _readable(call: Call, groups: Iterable[Group]) -> list[Group]:
    """Without those the caller cannot read or did not ask for, each once."""
    filters = group_filters(call)
    return [
        group
        for group in dict.fromkeys(groups)
        if call.access.can_read_group(call.caller, group) and all(fits(group) for fits in filters)
    ]


def _public_page(call: Call, groups: list[Group]) -> Answer:
    page, headers = offset_page(call, groups)
    return json_answer(200, [public_group(group, call) for group in page], headers)


def _linked(call: Call, links: Iterable[Link]) -> list[Group]:
    return [call.world.groups[link.group_id] for link in links]


def list_project_groups(call: Call) -> Answer:
    """GET /projects/:id/groups: the groups above, with_shared also the invited ones."""
    project = find_project(call, call.parameters["id"])
    groups = [*project.lineage, *_asked_invited_groups(call, project)]
    filters = group_filters(call)
    return _public_page(call, [group for group in groups if all(fits(group) for fits in filters)])


def _asked_invited_groups(call: Call, project: Project) -> list[Group]:
    """Invited groups show even to callers who cannot read them, unless shared_visible_only is set."""
    if not call.parameters["with_shared"]:
        return []
    least = call.parameters["shared_min_access_level"] or 0
    invited = _linked(call, (link for link in project.links.values() if link.access_level >= least))
    return _readable(call, invited) if call.parameters["shared_visible_only"] else invited


def list_project_invited_groups(call: Call) -> Answer:
    """GET /projects/:id/invited_groups."""
    project = find_project(call, call.parameters["id"])
    return _invited(call, project.links.values(), project.lineage)


def list_group_invited_groups(call: Call) -> Answer:
    """GET /groups/:id/invited_groups."""
    group = find_group(call, call.parameters["id"])
    return _invited(call, group.links.values(), group.lineage[1:])


def _invited(call: Call, direct: Iterable[Link], above: Iterable[Group]) -> Answer:
    relations = call.parameters["relation"] or ["direct", "inherited"]
    groups = _linked(call, direct) if "direct" in relations else []
    if "inherited" in relations:
        groups += [group for holder in above for group in _linked(call, holder.links.values())]
    return _public_page(call, _readable(call, groups))


def list_groups_shared_with(call: Call) -> Answer:
    """GET /groups/:id/groups/shared: the groups that this group is invited to."""
    group = find_group(call, call.parameters["id"])
    inviting = [other for other in call.world.groups.values() if group.id in other.links]
    page, headers = offset_page(call, in_order(_readable(call, inviting), call))
    return json_answer(200, [group_entity(other, call) for other in page], headers)


def list_share_locations(call: Call) -> Answer:
    """GET /projects/:id/share_locations: the groups that the caller could invite."""
    project = find_project(call, str(call.parameters["id"]))
    groups = [
        group
        for group in call.world.groups.values()
        if call.access.group_role(call.caller, group) >= GUEST
        and group not in project.lineage
        and within_hierarchy(project, group)
    ]
    return _public_page(call, _readable(call, groups))


INVITED = (
    PATH_ID,
    Param("relation", to_texts, values=("direct", "inherited")),
    SEARCH,
    MIN_ACCESS_LEVEL,
    CUSTOM_ATTRIBUTES,
    *PAGINATION,
)
PROJECT_GROUPS = (
    PATH_ID,
    SEARCH,
    SKIP_GROUPS,
    flag("with_shared"),
    Param("shared_visible_only", to_boolean, default=False),
    Param("shared_min_access_level", to_integer, values=levels),
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
    CUSTOM_ATTRIBUTES,
    *PAGINATION,
)
LOCATIONS = (Param("id", to_integer, required=True), SEARCH, *PAGINATION)

ROUTES = (
    Route("GET", "/projects/:id/groups", list_project_groups, PROJECT_GROUPS),
    Route(
        "GET",
        "/projects/:id/invited_groups",
        list_project_invited_groups,
        INVITED,
        limit="project_invited_groups_api",
        since=(17, 5),
    ),
    Route("GET", "/projects/:id/share_locations", list_share_locations, LOCATIONS, needs_user=True),
    Route(
        "GET",
        "/groups/:id/groups/shared",
        list_groups_shared_with,
        SHARED_WITH,
        limit="group_shared_groups_api",
    ),
    Route(
        "GET",
        "/groups/:id/invited_groups",
        list_group_invited_groups,
        INVITED,
        limit="group_invited_groups_api",
    ),
)
