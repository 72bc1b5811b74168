# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of projects, and single projects (GitLab API sheet, sections 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from ..answers import JSON, Answer, Refused, message, not_found
from ..latency import Cost
from ..pagination import check_keyset, check_offset_limit, keyset_headers, offset_page, page_size
from ..parameters import (
    CUSTOM_ATTRIBUTES,
    MIN_ACCESS_LEVEL,
    PAGINATION,
    PATH_ID,
    SEARCH,
    VISIBILITY,
    Param,
    to_boolean,
    to_date,
    to_integer,
    to_moment,
    to_texts,
)
from ..project_entity import ProjectEntities
from ..records import Project
from ..selection import ids_in_range, in_order, selected
from ..site import Call, Route
from ..world import by_id_or_name

ORDERS = ("id", "name", "path", "created_at", "updated_at", "last_activity_at", "similarity", "star_count")
SIZES = ("storage_size", "repository_size", "wiki_size", "packages_size")
SORT = Param("sort", default="desc", values=("asc", "desc"))


def flag(name: str, default: bool = False) -> Param:
    return Param(name, to_boolean, default=default)


# Declared by every list of projects.
COMMON = (
    Param("archived", to_boolean),
    VISIBILITY,
    SEARCH,
    SORT,
    flag("simple"),
    flag("starred"),
    flag("with_issues_enabled"),
    flag("with_merge_requests_enabled"),
    MIN_ACCESS_LEVEL,
    CUSTOM_ATTRIBUTES,
    Param("active", to_boolean, since=(18, 0)),
    *PAGINATION,
)
LIST = (
    Param("order_by", default="created_at", values=(*ORDERS, *SIZES)),
    *COMMON,
    Param("search_namespaces", to_boolean),
    flag("owned"),
    flag("imported"),
    flag("membership"),
    Param("with_programming_language"),
    Param("id_after", to_integer),
    Param("id_before", to_integer),
    Param("last_activity_after", to_moment),
    Param("last_activity_before", to_moment),
    Param("repository_storage"),
    Param("topic", to_texts),
    Param("topic_id", to_integer),
    Param("updated_after", to_moment),
    Param("updated_before", to_moment),
    Param("include_pending_delete", to_boolean),
    flag("wiki_checksum_failed"),
    flag("repository_checksum_failed"),
    flag("include_hidden"),
    Param("marked_for_deletion_on", to_date),
    flag("statistics"),
    Param("pagination", values=("legacy", "keyset")),
)
GROUP_LIST = (
    PATH_ID,
    Param("order_by", default="created_at", values=ORDERS),
    *COMMON,
    flag("owned"),
    flag("with_shared", default=True),
    flag("include_subgroups"),
    flag("include_ancestor_groups"),
    Param("with_security_reports", to_boolean, default=False, enterprise=True),
)
SHARED_LIST = (
    PATH_ID,
    Param("order_by", default="created_at", values=tuple(order for order in ORDERS if order != "similarity")),
    *COMMON,
)


def find_project(call: Call, text: str) -> Project:
    """The project with this id or full path; refuses as section 1.2, step 5, and section 8 say."""
    project = by_id_or_name(text, call.world.projects, call.world.find_project)
    moved = call.world.find_moved_project(text) if project is None else None
    found = project or moved
    if found is None or found.pending_delete or found.hidden:
        raise not_found("Project")
    if not call.access.can_read_project(call.caller, found):
        raise not_found("Project")
    if moved is not None and call.rules.redirects_moved_projects:
        raise _redirect(call, moved)
    return found


def _redirect(call: Call, project: Project) -> Refused:
    """To the project's id; what follows the path stays."""
    if call.request.method not in ("GET", "HEAD"):
        return message(405, "Non GET methods are not allowed for moved projects")
    rest = re.sub("/projects/[^/]+", "", call.request.path, count=1)
    query = "".join(call.request.target.partition("?")[1:])
    location = f"{call.site.url}/api/v4/projects/{project.id}{rest}{query}"
    body = f"This resource has been moved permanently to {location}."
    return Refused(Answer(301, body.encode(), "text/plain", {"Location": location}))


def list_projects(call: Call) -> Answer:
    """GET /projects and GET /users/:user_id/projects: by offset or by keyset."""
    _check_update_times(call)
    ids = ids_in_range(_listed_ids(call), call.parameters)
    if call.parameters["pagination"] == "keyset":
        return _keyset_list(call, ids)
    check_offset_limit(call, "Project", call.rules.project_offset_limit)
    return offset_list(call, map(call.world.projects.__getitem__, ids), with_access=True)


def _check_update_times(call: Call) -> None:
    given = call.parameters
    if (given["updated_after"] or given["updated_before"]) and given["order_by"] != "updated_at":
        text = "400 Bad request - `updated_at` filter and `updated_at` sorting must be paired"
        raise message(400, text)


def _listed_ids(call: Call) -> list[int]:
    if "user_id" not in call.parameters:
        return call.world.project_ids
    name = call.parameters["user_id"]
    user = by_id_or_name(name, call.world.users, call.world.find_user)
    if user is None:
        raise not_found("User")
    return [number for number in call.world.project_ids if call.world.projects[number].namespace is user]


def _keyset_list(call: Call, ids: list[int]) -> Answer:
    check_keyset(call)
    if call.parameters["sort"] == "desc":
        ids.reverse()
    candidates = map(call.world.projects.__getitem__, ids)
    page = list(islice(selected(call, candidates), page_size(call.parameters)))
    return _list_answer(call, page, keyset_headers(call, page[-1].id if page else None), True, True)


def offset_list(call: Call, candidates: Iterable[Project], with_access: bool, listed: bool = True) -> Answer:
    """A page of those of the candidates that fit; the whole list is kept while nothing changes."""
    caller = call.caller
    asked = {name: value for name, value in call.parameters.items() if name not in ("page", "per_page")}
    key = (call.route.pattern, caller.user and caller.user.id, caller.admin, repr(asked))
    rows = call.site.kept_list(key, lambda: in_order(selected(call, candidates), call.parameters))
    page, headers = offset_page(call, rows)
    return _list_answer(call, page, headers, with_access, listed)


def _list_answer(
    call: Call, page: Iterable[Project], headers: dict[str, str], with_access: bool, listed: bool
) -> Answer:
    """The page encoded; with_access lists show anonymous callers short projects only (section 3.1)."""
    entities, user = ProjectEntities(call, listed), call.caller.user
    if call.parameters["simple"] or (with_access and user is None):
        items = [entities.simple(project) for project in page]
        cost = Cost(simple=len(items))
    elif with_access and user is not None:
        items = [entities.with_access(project, user) for project in page]
        cost = Cost(full=len(items))
    else:
        items = [entities.full(project) for project in page]
        cost = Cost(full=len(items))
    return Answer(200, f"[{','.join(items)}]".encode(), JSON, headers, cost=cost)


def show_project(call: Call) -> Answer:
    """GET /projects/:id."""
    project = find_project(call, call.parameters["id"])
    entities = ProjectEntities(call, listed=False)
    user = call.caller.user
    text = entities.with_access(project, user) if user else entities.simple(project)
    return Answer(200, text.encode(), JSON, cost=Cost(call="project"))


SHOW = (PATH_ID, flag("statistics"), flag("license"), CUSTOM_ATTRIBUTES)

ROUTES = (
    Route("GET", "/projects", list_projects, LIST, limit="projects_api"),
    Route(
        "GET",
        "/users/:user_id/projects",
        list_projects,
        (Param("user_id", required=True), *LIST),
        limit="user_projects_api",
    ),
    Route("GET", "/projects/:id", show_project, SHOW, limit="project_api"),
)
