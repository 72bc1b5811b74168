# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of projects, and single projects (GitLab API sheet, sections 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from posixpath import splitext

from ..answers import JSON, Answer, Refused, forbidden, message, not_found
from ..latency import Cost
from ..pagination import check_offset_limit, keyset_headers, no_keyset, offset_page, page_size
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
    to_texts,
)
from ..project_entity import ProjectEntities
from ..records import Project
from ..restrictions import reads_project
from ..selection import Filter, Given, finder_filters, ids_in_range, in_order, personal_filters, selected
from ..site import Call, Route
from ..times import read_moment
from ..user_entity import BLOCKED_STATES
from ..world import by_id_or_name

# The filters that a finder makes of its parameters.
Filters = Callable[[Call, Given], list[Filter]]

# What the classes of projects and of groups register besides (section 6).
AI = ("ai_workflows",)
ORDERS = ("id", "name", "path", "created_at", "updated_at", "last_activity_at", "similarity", "star_count")
SIZES = ("storage_size", "repository_size", "wiki_size", "packages_size")
SORT = Param("sort", default="desc", values=("asc", "desc"))


def flag(name: str, default: bool = False) -> Param:
    return Param(name, to_boolean, default=default)


ISSUES = flag("with_issues_enabled")
MERGE_REQUESTS = flag("with_merge_requests_enabled")
ARCHIVED = Param("archived", to_boolean)
SIMPLE = flag("simple")
STARRED = flag("starred")
SHARED_ORDERS = tuple(order for order in ORDERS if order != "similarity")

# In GitLab's order, which is that of the problems in a refusal.
LIST = (
    Param("order_by", default="created_at", values=(*ORDERS, *SIZES)),
    SORT,
    ARCHIVED,
    VISIBILITY,
    SEARCH,
    Param("search_namespaces", to_boolean),
    flag("owned"),
    STARRED,
    flag("imported"),
    flag("membership"),
    ISSUES,
    MERGE_REQUESTS,
    Param("with_programming_language"),
    MIN_ACCESS_LEVEL,
    Param("id_after", to_integer),
    Param("id_before", to_integer),
    Param("last_activity_after", read_moment),
    Param("last_activity_before", read_moment),
    Param("repository_storage"),
    Param("topic", to_texts),
    Param("topic_id", to_integer),
    Param("updated_before", read_moment),
    Param("updated_after", read_moment),
    Param("include_pending_delete", to_boolean),
    Param("marked_for_deletion_on", to_date),
    Param("active", to_boolean, since=(18, 0)),
    Param("wiki_checksum_failed", to_boolean, default=False, enterprise=True),
    Param("repository_checksum_failed", to_boolean, default=False, enterprise=True),
    Param("include_hidden", to_boolean, default=False, enterprise=True),
    *PAGINATION,
    SIMPLE,
    flag("statistics"),
    CUSTOM_ATTRIBUTES,
)
GROUP_LIST = (
    PATH_ID,
    Param("active", to_boolean, since=(18, 8)),
    ARCHIVED,
    VISIBILITY,
    SEARCH,
    Param("order_by", default="created_at", values=ORDERS),
    SORT,
    SIMPLE,
    flag("owned"),
    STARRED,
    ISSUES,
    MERGE_REQUESTS,
    flag("with_shared", default=True),
    flag("include_subgroups"),
    flag("include_ancestor_groups"),
    MIN_ACCESS_LEVEL,
    *PAGINATION,
    CUSTOM_ATTRIBUTES,
    Param("with_security_reports", to_boolean, default=False, enterprise=True),
)
SHARED_LIST = (
    PATH_ID,
    ARCHIVED,
    VISIBILITY,
    SEARCH,
    Param("order_by", default="created_at", values=SHARED_ORDERS),
    SORT,
    SIMPLE,
    STARRED,
    ISSUES,
    MERGE_REQUESTS,
    MIN_ACCESS_LEVEL,
    *PAGINATION,
    CUSTOM_ATTRIBUTES,
)


def find_project(call: Call, least: int = 0) -> Project:
    """The project that the path names by its id or full path; refuses as section 1.2, step 5, and section 8 say.

    A caller whose level on it is below the least one is refused last.
    """
    # One endpoint declares its id to be a number.
    text = str(call.parameters["id"])
    project = by_id_or_name(text, call.world.projects, call.world.find_project)
    moved = call.world.find_moved_project(text) if project is None else None
    found = project or moved
    if found is None or found.pending_delete or found.hidden:
        raise not_found("Project")
    if not reads_project(call, found):
        raise not_found("Project")
    if moved is not None and call.rules.redirects_moved_projects:
        raise _redirect(call, moved)
    if call.role_in(found) < least:
        raise forbidden()
    return found


def _redirect(call: Call, project: Project) -> Refused:
    """To the project's id; what follows the path stays, and so does what looks like a format in it."""
    if call.request.method != "GET":
        return message(405, "Non GET methods are not allowed for moved projects")
    rest = re.sub("/projects/[^/]+", "", call.request.path, count=1)
    suffix = "" if rest else splitext(call.request.path)[1]
    query = "".join(call.request.target.partition("?")[1:])
    location = f"{call.site.url}/api/v4/projects/{project.id}{rest}{suffix}{query}"
    body = f"This resource has been moved permanently to {location}"
    return Refused(Answer(301, body.encode(), "", {"Location": location}))


def list_projects(call: Call) -> Answer:
    """GET /projects: by offset or by keyset."""
    _check_update_times(call)
    by_similarity = call.parameters["order_by"] == "similarity"
    call = _with_known_order(call)
    given = call.parameters
    if by_similarity and given["order_by"] == "similarity":
        given = {**given, "membership": True}
    return _project_list(call, call.world.project_ids, given, finder_filters)


def list_user_projects(call: Call) -> Answer:
    """GET /users/:user_id/projects: those in the user's own namespace."""
    name = call.parameters["user_id"]
    user = by_id_or_name(name, call.world.users, call.world.find_user)
    if user is None:
        raise not_found("User")
    call = _with_known_order(call)
    hidden = user.state in BLOCKED_STATES and not call.caller.admin
    projects = () if hidden else call.world.project_ids
    ids = [number for number in projects if call.world.projects[number].namespace is user]
    return _project_list(call, ids, call.parameters, personal_filters)


def _check_update_times(call: Call) -> None:
    given = call.parameters
    if (given["updated_after"] or given["updated_before"]) and given["order_by"] != "updated_at":
        text = "400 Bad request - `updated_at` filter and `updated_at` sorting must be paired"
        raise message(400, text)


def _with_known_order(call: Call) -> Call:
    """The call with the order that GitLab takes in place of one that is not the caller's to choose."""
    asked = order = call.parameters["order_by"]
    if asked == "similarity" and not (call.parameters["search"] and call.caller.user):
        order = "created_at"
    if asked in SIZES:
        order = f"project_statistics.{asked}" if call.caller.admin else "created_at"
    if order == asked:
        return call
    changed = {"order_by": order}
    return replace(call, parameters={**call.parameters, **changed}, params={**call.params, **changed})


def _project_list(call: Call, ids: list[int], given: Given, filters: Filters) -> Answer:
    if not call.caller.admin:
        given = {**given, "repository_storage": None}
    ids = ids_in_range(ids, given)
    keyset = call.params.get("pagination") == "keyset"
    if keyset and given["order_by"] != "id":
        raise no_keyset()
    if not keyset:
        check_offset_limit(call, "Project", call.rules.project_offset_limit)
        candidates = map(call.world.projects.__getitem__, ids)
        return offset_list(call, candidates, given, filters, with_access=True)
    if given["sort"] == "desc":
        ids.reverse()
    candidates = map(call.world.projects.__getitem__, ids)
    page = list(islice(selected(call, candidates, filters(call, given)), page_size(given)))
    return _list_answer(call, page, keyset_headers(call, page[-1].id if page else None), True, True)


def offset_list(
    call: Call,
    candidates: Iterable[Project],
    given: Given,
    filters: Filters,
    with_access: bool = False,
    hides_links: bool = True,
) -> Answer:
    """A page of those of the candidates that fit; the whole list is kept while nothing changes."""
    caller = call.caller
    asked = {name: value for name, value in given.items() if name not in ("page", "per_page")}
    key = (call.route.pattern, caller.user and caller.user.id, caller.admin, repr(asked))
    rows = call.site.kept_list(key, lambda: in_order(selected(call, candidates, filters(call, given)), given))
    page, headers = offset_page(call, rows)
    return _list_answer(call, page, headers, with_access, hides_links)


def _list_answer(
    call: Call, page: Sequence[Project], headers: dict[str, str], with_access: bool, hides_links: bool
) -> Answer:
    """The page encoded; with_access lists show anonymous callers short projects only (section 3.1)."""
    entities, user = ProjectEntities(call, page, hides_links), call.caller.user
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
    project = find_project(call)
    entities = ProjectEntities(call)
    user = call.caller.user
    text = entities.with_access(project, user) if user else entities.details(project)
    return Answer(200, text.encode(), JSON, cost=Cost(call="project"))


SHOW = (PATH_ID, flag("statistics"), flag("license"), CUSTOM_ATTRIBUTES)

ROUTES = (
    Route("GET", "/projects", list_projects, LIST, AI, limit="projects_api", permission="read_project"),
    Route(
        "GET",
        "/users/:user_id/projects",
        list_user_projects,
        (Param("user_id", required=True), *LIST),
        AI,
        limit="user_projects_api",
        permission="read_project",
        dotted=("user_id",),
    ),
    Route("GET", "/projects/:id", show_project, SHOW, AI, limit="project_api", permission="read_project"),
)
