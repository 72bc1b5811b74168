# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected branches, tags and environments of a project (GitLab API sheet, section 14.1)."""

from __future__ import annotations

from collections.abc import Sequence

from ..access import reads_code
from ..answers import Answer, forbidden, json_answer
from ..latency import Cost
from ..levels import MAINTAINER
from ..pagination import offset_page
from ..parameters import PAGINATION, PATH_ID, SEARCH
from ..protection import Entries, Entry, ProtectedBranch, ProtectedEnvironment
from ..records import Project
from ..searching import found
from ..site import Call, Route
from .projects import find_project

ROLES = {0: "No one", 30: "Developers + Maintainers", 40: "Maintainers", 60: "Instance admins"}


def list_branches(call: Call) -> Answer:
    """GET /projects/:id/protected_branches, for who reads code; those of the root group are inherited."""
    project = find_project(call)
    if not reads_code(project, call.role_in(project), call.rules):
        raise forbidden()
    branches = sorted([*project.protected_branches, *_inherited(project)], key=lambda branch: branch.id)
    asked = (call.parameters["search"] or "").strip()
    seen = [branch for branch in branches if not asked or found(asked, branch.name)]
    return _page(call, [_branch(call, branch, branch in _inherited(project)) for branch in seen])


def _inherited(project: Project) -> tuple[ProtectedBranch, ...]:
    """Those of the root group, licensed or not (app/models/project.rb, all_protected_branches)."""
    return project.root.protected_branches if project.root is not None else ()


def list_tags(call: Call) -> Answer:
    """GET /projects/:id/protected_tags, for Maintainers."""
    project = find_project(call, MAINTAINER)
    tags: list[dict[str, object]] = [
        {"name": tag.name, "create_access_levels": _ref_entries(call, tag.create_access_levels, deploy_keys=True)}
        for tag in project.protected_tags
    ]
    return _page(call, tags)


def list_environments(call: Call) -> Answer:
    """GET /projects/:id/protected_environments, for Maintainers, by name; Enterprise only."""
    project = find_project(call, MAINTAINER)
    environments = sorted(project.protected_environments, key=lambda environment: environment.name)
    return _page(call, [_environment(call, environment) for environment in environments])


def _page(call: Call, items: Sequence[dict[str, object]]) -> Answer:
    page, headers = offset_page(call, items)
    return json_answer(200, list(page), headers, cost=Cost(call="protected"))


def _branch(call: Call, branch: ProtectedBranch, inherited: bool) -> dict[str, object]:
    entity: dict[str, object] = {
        "id": branch.id,
        "name": branch.name,
        "push_access_levels": _ref_entries(call, branch.push_access_levels, deploy_keys=True),
        "merge_access_levels": _ref_entries(call, branch.merge_access_levels),
        "allow_force_push": branch.allow_force_push,
    }
    if call.rules.enterprise:
        entity["unprotect_access_levels"] = _ref_entries(call, branch.unprotect_access_levels)
        entity["code_owner_approval_required"] = False
        entity["inherited"] = inherited
    return entity


def _environment(call: Call, environment: ProtectedEnvironment) -> dict[str, object]:
    deployers = [
        {
            "id": entry.id,
            "access_level": entry.access_level if entry.by_role else None,
            "access_level_description": _description(call, entry),
            "user_id": entry.user,
            "group_id": entry.group,
            "group_inheritance_type": entry.group_inheritance_type,
        }
        for entry in environment.deploy_access_levels
    ]
    rules = [
        {
            "id": entry.id,
            "user_id": entry.user,
            "group_id": entry.group,
            "access_level": entry.access_level if entry.by_role else None,
            "access_level_description": _description(call, entry),
            "required_approvals": entry.required_approvals,
            "group_inheritance_type": entry.group_inheritance_type,
        }
        for entry in environment.approval_rules
    ]
    return {
        "name": environment.name,
        "deploy_access_levels": deployers,
        "required_approval_count": environment.required_approval_count,
        "approval_rules": rules,
    }


def _ref_entries(call: Call, entries: Entries, deploy_keys: bool = False) -> list[dict[str, object]]:
    """Who may do something to a branch or tag; Community Edition knows levels only."""
    enterprise = call.rules.enterprise
    return [
        {
            "id": entry.id,
            "access_level": entry.access_level,
            "access_level_description": _description(call, entry),
            **({"deploy_key_id": None} if deploy_keys else {}),
            **({"user_id": entry.user, "group_id": entry.group} if enterprise else {}),
        }
        for entry in entries
        if enterprise or entry.by_role
    ]


def _description(call: Call, entry: Entry) -> str | None:
    if entry.group is not None:
        return call.world.groups[entry.group].name
    if entry.user is not None:
        return call.world.users[entry.user].name
    return ROLES[entry.access_level]


LIST = (PATH_ID, *PAGINATION)

ROUTES = (
    Route(
        "GET",
        "/projects/:id/protected_branches",
        list_branches,
        (*LIST, SEARCH),
        permission="read_protected_branch",
        parameters_first=True,
    ),
    Route(
        "GET",
        "/projects/:id/protected_tags",
        list_tags,
        LIST,
        permission="read_protected_tag",
        parameters_first=True,
    ),
    Route(
        "GET",
        "/projects/:id/protected_environments",
        list_environments,
        LIST,
        permission="read_protected_environment",
        before=lambda call: find_project(call, MAINTAINER),
        enterprise=True,
    ),
)
