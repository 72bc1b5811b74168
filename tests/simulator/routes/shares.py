# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inviting a group to a project or to a group, and taking the invitation back.

GitLab API sheet, sections 1 and 2.
"""

from __future__ import annotations

from datetime import datetime, timezone

from ..answers import JSON, Answer, forbidden, json_answer, message, not_found
from ..group_entity import group_detail
from ..latency import Cost
from ..levels import MAINTAINER, OWNER
from ..links import Link
from ..parameters import PATH_ID, Param, to_date, to_integer
from ..records import Group, Project, timestamp
from ..share_rules import (
    check_enforced_sso,
    check_group_link,
    check_link,
    may_invite,
    may_invite_to_group,
    sharing_disabled,
)
from ..site import Call, Route
from ..times import read_moment
from .groups import find_group, readable_group
from .projects import AI, find_project

DISABLED = "The project sharing with group is disabled"


def share_project(call: Call) -> Answer:
    """POST /projects/:id/share, from step 5 of section 1.2 on."""
    project = find_project(call, MAINTAINER)
    level = call.parameters["group_access"]
    group = call.world.groups.get(call.parameters["group_id"])
    if sharing_disabled(call, project):
        raise message(400, DISABLED)
    if group is not None:
        check_enforced_sso(call, project, group)
    if _needs_an_owner(call, project, level):
        raise forbidden()
    if group is None or not may_invite(call, project, group):
        raise message(404, "Not Found")
    role = call.parameters.get("member_role_id") if call.settings.ultimate else None
    check_link(call, project, group, level, role)
    ends = call.parameters["expires_at"]
    link = call.world.share(project, group, level, ends, _now(), member_role_id=role)
    return json_answer(201, _entity(call, project, link), effect="shared", cost=Cost(call="share"))


def _entity(call: Call, project: Project, link: Link) -> dict[str, object]:
    """The link; its custom role only where there are any (section 1.4)."""
    entity: dict[str, object] = {
        "id": link.id,
        "project_id": project.id,
        "group_id": link.group_id,
        "group_access": link.access_level,
        "expires_at": link.expires_at,
    }
    if call.settings.ultimate and call.rules.version >= (17, 7):
        entity["member_role_id"] = link.member_role_id
    return entity


def _now() -> str:
    return timestamp(datetime.now(timezone.utc))


def _needs_an_owner(call: Call, project: Project, level: int) -> bool:
    """Step 10, and its counterpart for removing such a link."""
    restricted = call.rules.owner_level_needs_owner and level == OWNER
    return restricted and call.role_in(project) < OWNER


def unshare_project(call: Call) -> Answer:
    """DELETE /projects/:id/share/:group_id."""
    project = find_project(call, MAINTAINER)
    link = project.links.get(call.parameters["group_id"])
    if link is None:
        raise not_found("Group Link")
    _check_unmodified(call, link)
    group = call.world.groups[link.group_id]
    if _needs_an_owner(call, project, link.access_level):
        raise message(403, "Forbidden")
    if call.rules.only_owners_share and max(call.role_in(project), call.role_in(group)) < OWNER:
        raise message(403, "Forbidden")
    call.world.unshare(project, group)
    return Answer(204, b"", JSON, effect="unshared", cost=Cost(call="unshare"))


def _check_unmodified(call: Call, link: Link) -> None:
    """412 for a client that has seen only an older link; a date that cannot be read is no condition."""
    text = call.request.headers.get("If-Unmodified-Since")
    if not text:
        return
    try:
        seen = read_moment(text)
    except ValueError:
        return
    if link.created_at > timestamp(seen):
        raise message(412, "412 Precondition Failed")


def share_group(call: Call) -> Answer:
    """POST /groups/:id/share: invites a group to a group (section 1.7); the invited one is looked up first."""
    group = readable_group(call, str(call.parameters["group_id"]))
    target = find_group(call)
    if call.role_in(target) < OWNER or not may_invite_to_group(call, target, group):
        raise message(404, "Not Found")
    check_group_link(call, target, group)
    call.world.share(target, group, call.parameters["group_access"], call.parameters["expires_at"], _now())
    return json_answer(201, group_detail(target, call, owners_fields=False), effect="group shared")


def unshare_group(call: Call) -> Answer:
    """DELETE /groups/:id/share/:group_id: 204 for everybody who can read the group, though only Owners remove."""
    target = find_group(call)
    if call.parameters["group_id"] not in target.links:
        raise not_found("Group Link")
    if not _removes_members(call, target):
        return Answer(204, b"", JSON)
    call.world.unshare(target, call.world.groups[call.parameters["group_id"]])
    return Answer(204, b"", JSON, effect="group unshared")


def _removes_members(call: Call, group: Group) -> bool:
    """admin_group_member: the lock of memberships to LDAP takes it from all but administrators."""
    locked = call.settings.lock_memberships_to_ldap and call.rules.enterprise and not call.caller.admin
    return call.role_in(group) >= OWNER and not locked


GROUP_ID = Param("group_id", to_integer, required=True)
EXPIRES_AT = Param("expires_at", to_date)

SHARE = (
    PATH_ID,
    GROUP_ID,
    Param("group_access", to_integer, required=True, values=lambda rules: rules.project_share_levels),
    EXPIRES_AT,
    Param("member_role_id", to_integer, since=(17, 7), enterprise=True),
)
SHARE_GROUP = (
    PATH_ID,
    GROUP_ID,
    Param("group_access", to_integer, required=True, values=lambda rules: rules.group_share_levels),
    EXPIRES_AT,
    Param("member_role_id", to_integer, since=(17, 3)),
)

ROUTES = (
    Route("POST", "/projects/:id/share", share_project, SHARE, AI, permission="share_project"),
    Route(
        "DELETE",
        "/projects/:id/share/:group_id",
        unshare_project,
        (PATH_ID, GROUP_ID),
        AI,
        permission="unshare_project",
    ),
    Route("POST", "/groups/:id/share", share_group, SHARE_GROUP, AI, permission="share_group"),
    Route("DELETE", "/groups/:id/share/:group_id", unshare_group, (PATH_ID, GROUP_ID), AI, permission="unshare_group"),
)
