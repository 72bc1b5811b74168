# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making, archiving and deleting groups and projects, as far as setting up a test takes."""

from __future__ import annotations

import re

from ..answers import JSON, Answer, forbidden, json_answer, message, not_found, parameter_error
from ..group_entity import group_detail
from ..levels import DEVELOPER, MAINTAINER, OWNER
from ..parameters import PATH_ID, VISIBILITY, Param, to_boolean, to_integer, to_texts
from ..project_entity import ProjectEntities
from ..records import Group, Project, User, birthday
from ..site import Call, Route
from .groups import find_group, readable_group
from .projects import AI, find_project

TAKEN = "has already been taken"


def create_group(call: Call) -> Answer:
    """POST /groups."""
    given = call.parameters
    above = given["parent_id"]
    parent = None if above is None else readable_group(call, str(above), MAINTAINER)
    path = f"{parent.full_path}/{given['path']}" if parent else given["path"]
    if call.world.find_group(path) or call.world.find_user(path) or call.world.find_project(path):
        raise message(400, f'Failed to save group {{:path=>["{TAKEN}"]}}')
    number = max(call.world.namespace_ids(), default=0) + 1
    visibility = given["visibility"] or "private"
    group = Group(number, given["path"], path, given["name"], parent, visibility, birthday(number))
    if parent is None and call.caller.user is not None:
        group.members[call.caller.user.id] = OWNER
    call.world.add_group(group)
    return json_answer(201, group_detail(group, call), effect="group created")


def delete_group(call: Call) -> Answer:
    """DELETE /groups/:id: at once, or scheduled where GitLab delays it."""
    group = find_group(call, OWNER)
    if call.parameters["permanently_remove"]:
        _check_permanent(call, group)
        call.world.remove_group(group)
    elif not call.rules.delayed_deletion:
        call.world.remove_group(group)
    elif _may_schedule(group, group.lineage[1:]):
        group.marked_for_deletion_on = call.site.today
        if call.rules.renames_scheduled_groups:
            suffix = f"-{call.rules.scheduled_infix}-{group.id}"
            group.name += suffix
            call.world.rename_group(group, group.path + suffix)
        call.world.touch(group)
    return json_answer(202, {"message": "202 Accepted"}, effect="group deleted")


def _check_permanent(call: Call, group: Group) -> None:
    """Only subgroups that are scheduled already can be removed at once."""
    if group.parent is None:
        raise message(400, "`permanently_remove` option is only available for subgroups.")
    if group.marked_for_deletion_on is None:
        raise message(400, "Group must be marked for deletion first.")
    if group.full_path != call.parameters["full_path"]:
        raise message(400, "`full_path` is incorrect. You must enter the complete path for the subgroup.")


def _may_schedule(record: Group | Project, above: list[Group]) -> bool:
    """Whether there is something left to do: what lies in a scheduled group goes with it."""
    if any(group.marked_for_deletion_on for group in above):
        return False
    if record.marked_for_deletion_on:
        raise message(400, f"{type(record).__name__} has already been marked for deletion")
    return True


def archive_group(call: Call) -> Answer:
    """POST /groups/:id/archive."""
    group = find_group(call, OWNER)
    if group.archived:
        raise message(422, "Group is already archived!")
    if any(above.archived for above in group.lineage):
        raise message(422, "Cannot archive group since one of the ancestor groups is already archived!")
    if any(above.marked_for_deletion_on for above in group.lineage):
        raise message(422, "Cannot archive group since it is scheduled for deletion.")
    return _set_group_archived(call, group, True)


def unarchive_group(call: Call) -> Answer:
    """POST /groups/:id/unarchive."""
    group = find_group(call, OWNER)
    if any(above.archived for above in group.lineage[1:]):
        raise message(422, "Cannot unarchive group since one of the ancestor groups is archived!")
    if not group.archived:
        raise message(422, "Group is already unarchived!")
    return _set_group_archived(call, group, False)


def _set_group_archived(call: Call, group: Group, archived: bool) -> Answer:
    group.archived = archived
    call.world.touch(group)
    return json_answer(200, group_detail(group, call), effect="group archived" if archived else "group unarchived")


def create_project(call: Call) -> Answer:
    """POST /projects, in the group that namespace_id names or in the caller's own namespace."""
    given = call.parameters
    if given["name"] is None and given["path"] is None:
        raise parameter_error("name, path are missing, at least one parameter must be provided")
    namespace = _namespace(call, given["namespace_id"])
    path = given["path"] or re.sub(r"[^a-z0-9_.-]+", "-", given["name"].lower()).strip("-")
    root = namespace.full_path if isinstance(namespace, Group) else namespace.username
    if call.world.find_project(f"{root}/{path}") or call.world.find_group(f"{root}/{path}"):
        raise message(400, {"name": [TAKEN], "path": [TAKEN]})
    number = max(call.world.projects, default=0) + 1
    project = Project(number, path, given["name"] or path, namespace, "private", birthday(number))
    _take_over(project, call)
    call.world.add_project(project)
    return _project_answer(call, project, 201, "project created")


def _namespace(call: Call, number: int | None) -> Group | User:
    user = call.caller.user
    if user is None:
        raise forbidden()
    if number is None or number == user.namespace_id:
        return user
    group = call.world.groups.get(number)
    if group is None or not call.access.can_read_group(call.caller, group):
        raise not_found("Namespace")
    if call.role_in(group) < DEVELOPER:
        raise message(400, {"namespace": ["is not valid"], "limit_reached": []})
    return group


def _take_over(project: Project, call: Call) -> None:
    """Takes over what a request says of a project."""
    given = call.parameters
    project.description = given["description"] or project.description
    project.visibility = given["visibility"] or project.visibility
    project.topics = project.topics if given["topics"] is None else tuple(filter(None, given["topics"]))


def _project_answer(call: Call, project: Project, status: int, effect: str) -> Answer:
    text = ProjectEntities(call).full(project)
    return Answer(status, text.encode(), JSON, effect=effect)


def update_project(call: Call) -> Answer:
    """PUT /projects/:id; a new path makes the old one a redirect."""
    project = find_project(call, MAINTAINER)
    project.name = call.parameters["name"] or project.name
    path = call.parameters["path"]
    if path and path != project.path:
        if call.world.find_project(f"{project.namespace_path}/{path}"):
            raise message(400, {"path": [TAKEN]})
        call.world.move_project(project, project.namespace, path)
    _take_over(project, call)
    call.world.touch(project)
    return _project_answer(call, project, 200, "project updated")


def delete_project(call: Call) -> Answer:
    """DELETE /projects/:id: at once, or scheduled where GitLab delays it, under another name and path."""
    project = find_project(call, OWNER)
    if not call.rules.delayed_deletion:
        call.world.remove_project(project)
    elif _may_schedule(project, project.lineage):
        suffix = f"-{call.rules.scheduled_infix}-{project.id}"
        project.marked_for_deletion_on, project.archived = call.site.today, True
        project.name += suffix
        call.world.move_project(project, project.namespace, project.path + suffix)
    return json_answer(202, {"message": "202 Accepted"}, effect="project deleted")


def archive_project(call: Call) -> Answer:
    return _set_archived(call, True)


def unarchive_project(call: Call) -> Answer:
    return _set_archived(call, False)


def _set_archived(call: Call, archived: bool) -> Answer:
    project = find_project(call, OWNER)
    project.archived = archived
    if archived:
        call.world.leave_fork_network(project)
    call.world.touch(project)
    return _project_answer(call, project, 201, "project archived" if archived else "project unarchived")


CREATE_GROUP = (
    Param("name", required=True),
    Param("path", required=True),
    Param("parent_id", to_integer),
    VISIBILITY,
)
DELETE_GROUP = (PATH_ID, Param("permanently_remove", to_boolean), Param("full_path"))
CHANGE_PROJECT = (
    Param("name"),
    Param("path"),
    Param("description"),
    VISIBILITY,
    Param("topics", to_texts),
    Param("archived", to_boolean),
)
CREATE_PROJECT = (Param("namespace_id", to_integer), *CHANGE_PROJECT)

ROUTES = (
    Route("POST", "/groups", create_group, CREATE_GROUP, AI, permission="create_group"),
    Route("DELETE", "/groups/:id", delete_group, DELETE_GROUP, AI, permission="delete_group"),
    Route("POST", "/groups/:id/archive", archive_group, (PATH_ID,), AI, since=(18, 9), permission="archive_group"),
    Route(
        "POST", "/groups/:id/unarchive", unarchive_group, (PATH_ID,), AI, since=(18, 9), permission="unarchive_group"
    ),
    Route("POST", "/projects", create_project, CREATE_PROJECT, AI, permission="create_project"),
    Route("PUT", "/projects/:id", update_project, (PATH_ID, *CHANGE_PROJECT), AI, permission="update_project"),
    Route("DELETE", "/projects/:id", delete_project, (PATH_ID,), AI, permission="delete_project"),
    Route("POST", "/projects/:id/archive", archive_project, (PATH_ID,), AI, permission="archive_project"),
    Route("POST", "/projects/:id/unarchive", unarchive_project, (PATH_ID,), AI, permission="unarchive_project"),
)
