# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members of groups and projects (GitLab API sheet, section 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..access import Caller
from ..answers import Answer, forbidden, json_answer, message
from ..levels import GUEST, MINIMAL_ACCESS, OWNER
from ..pagination import offset_page
from ..parameters import PAGINATION, PATH_ID, Param, to_boolean, to_integer, to_integers
from ..records import Group, Project
from ..site import Call, Route
from ..user_entity import member
from .groups import find_group
from .projects import find_project


class Membership(NamedTuple):
    """A user's level in a group or project, and when it was given: lists come in that order."""

    level: int
    given: tuple[int, ...]


# By user id.
Members = dict[int, Membership]


def _readable_group(call: Call) -> Group:
    """The group of the path; who has no role in a private one may not see its members."""
    group = find_group(call)
    if group.visibility == "private" and call.role_in(group) < GUEST:
        raise forbidden()
    return group


def direct_of_group(call: Call) -> Members:
    """Minimal Access shows only with a licence, in a root group."""
    group = _readable_group(call)
    least = MINIMAL_ACCESS if call.settings.premium and group.parent is None else GUEST
    return {number: one for number, one in _of_group(group).items() if one.level >= least}


def all_of_group(call: Call) -> Members:
    return _all_of_group(call, _readable_group(call))


def direct_of_project(call: Call) -> Members:
    return _of_project(find_project(call))


def all_of_project(call: Call) -> Members:
    return _all_of_project(call, find_project(call))


def _page(call: Call, members: Members) -> Answer:
    asked = [number for number in members if _is_asked_for(call, number)]
    numbers, headers = offset_page(call, sorted(asked, key=lambda number: members[number].given))
    return json_answer(200, [_entity(call, number, members[number].level) for number in numbers], headers)


def _is_asked_for(call: Call, number: int) -> bool:
    given, user = call.parameters, call.world.users[number]
    skipped = given.get("skip_users") if call.rules.enterprise else None
    query = (given["query"] or "").removeprefix("@").lower()
    return (
        (query in user.username.lower() or query in user.name.lower())
        and (not given["user_ids"] or number in given["user_ids"])
        and number not in (skipped or ())
    )


def _one(call: Call, members: Members) -> Answer:
    number = call.parameters["user_id"]
    if number not in members:
        raise message(404, "404 Not found")
    return json_answer(200, _entity(call, number, members[number].level))


def _entity(call: Call, number: int, level: int) -> dict[str, object]:
    return member(call.world.users[number], level, call.site.url, call.rules, for_admin=call.caller.admin)


def _of_group(group: Group) -> Members:
    """Groups are older than the projects in them, parents than what is below."""
    return {
        number: Membership(level, (0, group.id, place)) for place, (number, level) in enumerate(group.members.items())
    }


def _of_project(project: Project) -> Members:
    """The owner of a personal namespace is a member of the projects in it."""
    owner = {project.owner.id: OWNER} if project.owner else {}
    levels = {**owner, **project.members, **owner}
    return {number: Membership(level, (1, project.id, place)) for place, (number, level) in enumerate(levels.items())}


def _all_of_group(call: Call, group: Group) -> Members:
    """Direct and inherited members, and the direct ones of invited groups that the caller may know of."""
    is_member = call.role_in(group) >= GUEST
    sources = [_capped(_of_group(holder), OWNER) for holder in (group, *reversed(group.lineage))]
    for above in group.lineage:
        for link in above.links.values():
            other = call.world.groups[link.group_id]
            if is_member or call.access.group_is_visible(call.caller, other):
                sources.append(_capped(_of_group(other), link.access_level))
    return _highest(sources)


def _all_of_project(call: Call, project: Project) -> Members:
    """Who is listed follows from memberships, at which level from what it amounts to on the project.

    That is none for who is only in a group whose share a lock makes void.
    """
    above = _all_of_group(call, project.group) if project.group else {}
    found = {**_invited_to(call, project), **above, **_of_project(project)}
    roles = {number: call.access.project_roles(Caller(call.world.users[number])) for number in found}
    return {number: found[number]._replace(level=roles[number].get(project.id, 0)) for number in found}


def _invited_to(call: Call, project: Project) -> Members:
    """Members of invited groups and of those above, which others than members of the project have to see."""
    is_member = call.access.project_roles(call.caller).get(project.id, 0) >= GUEST
    groups = {above for link in project.links.values() for above in call.world.groups[link.group_id].lineage}
    seen = (group for group in groups if is_member or call.access.group_is_visible(call.caller, group))
    return _highest(_capped(_of_group(group), OWNER) for group in seen)


def _capped(members: Members, level: int) -> Members:
    """Without Minimal Access, and nobody above the level."""
    return {number: one._replace(level=min(one.level, level)) for number, one in members.items() if one.level >= GUEST}


def _highest(sources: Iterable[Members]) -> Members:
    """Of each user the highest membership, of equal ones that of the first source."""
    highest: Members = {}
    for members in sources:
        for number, one in members.items():
            if number not in highest or one.level > highest[number].level:
                highest[number] = one
    return highest


FILTERS = (Param("query"), Param("user_ids", to_integers))
SEATS = Param("show_seat_info", to_boolean)
DIRECT = (PATH_ID, *FILTERS, Param("skip_users", to_integers), SEATS, *PAGINATION)
ALL = (PATH_ID, *FILTERS, SEATS, Param("state", values=("awaiting", "active"), enterprise=True), *PAGINATION)
ONE = (PATH_ID, Param("user_id", to_integer, required=True))


def _routes(
    pattern: str, members: Callable[[Call], Members], params: tuple[Param, ...], limit: str = ""
) -> tuple[Route, Route]:
    """The list of some members, and one of them."""
    return (
        Route(
            "GET",
            pattern,
            lambda call: _page(call, members(call)),
            params,
            needs_user=True,
            limit=limit,
            permission="read_member",
        ),
        Route(
            "GET",
            f"{pattern}/:user_id",
            lambda call: _one(call, members(call)),
            ONE,
            needs_user=True,
            permission="read_member",
        ),
    )


LIMIT = "project_members_api"

# "all" comes first, else it would be taken for a user's id.
ROUTES = (
    *_routes("/groups/:id/members/all", all_of_group, ALL, LIMIT),
    *_routes("/groups/:id/members", direct_of_group, DIRECT),
    *_routes("/projects/:id/members/all", all_of_project, ALL, LIMIT),
    *_routes("/projects/:id/members", direct_of_project, DIRECT),
)
