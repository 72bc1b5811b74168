# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members of groups and projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..answers import Answer, json_answer, message
from ..levels import MINIMAL_ACCESS, OWNER
from ..pagination import offset_page
from ..parameters import PAGINATION, PATH_ID, Param, to_integer
from ..records import Group, Project
from ..site import Call, Route
from ..user_entity import member
from .groups import find_group
from .projects import find_project

Members = Mapping[int, int]


def direct_of_group(call: Call) -> Members:
    return find_group(call, call.parameters["id"]).members


def all_of_group(call: Call) -> Members:
    return _all_of_group(call, find_group(call, call.parameters["id"]))


def direct_of_project(call: Call) -> Members:
    return _direct_of_project(find_project(call, call.parameters["id"]))


def all_of_project(call: Call) -> Members:
    return _all_of_project(call, find_project(call, call.parameters["id"]))


def _page(call: Call, members: Members) -> Answer:
    numbers, headers = offset_page(call, sorted(members))
    url = call.site.url
    people = [member(call.world.users[number], members[number], url) for number in numbers]
    return json_answer(200, people, headers)


def _one(call: Call, members: Members) -> Answer:
    number = call.parameters["user_id"]
    if number not in members:
        raise message(404, "404 Not found")
    return json_answer(200, member(call.world.users[number], members[number], call.site.url))


def _direct_of_project(project: Project) -> Members:
    """The owner of a personal namespace is a member of the projects in it."""
    return {**project.members, project.owner.id: OWNER} if project.owner else project.members


def _all_of_group(call: Call, group: Group) -> Members:
    """Direct and inherited members, and those of invited groups."""
    inherited = [above.members for above in group.lineage]
    invited = [
        _capped(call.world.groups[link.group_id].members, link.access_level)
        for above in group.lineage
        for link in above.links.values()
    ]
    return _highest([*inherited, *invited])


def _all_of_project(call: Call, project: Project) -> Members:
    above = _all_of_group(call, project.group) if project.group else {}
    invited = [
        _capped(_all_of_group(call, call.world.groups[link.group_id]), link.access_level)
        for link in project.links.values()
    ]
    return _highest([_direct_of_project(project), above, *invited])


def _capped(members: Members, level: int) -> Members:
    return {number: min(role, level) for number, role in members.items() if role > MINIMAL_ACCESS}


def _highest(sources: Iterable[Members]) -> Members:
    highest: dict[int, int] = {}
    for members in sources:
        for number, level in members.items():
            highest[number] = max(level, highest.get(number, 0))
    return highest


LIST = (PATH_ID, *PAGINATION)
ONE = (PATH_ID, Param("user_id", to_integer, required=True))


def _routes(pattern: str, members: Callable[[Call], Members]) -> tuple[Route, Route]:
    """The list of some members, and one of them."""
    return (
        Route("GET", pattern, lambda call: _page(call, members(call)), LIST),
        Route("GET", f"{pattern}/:user_id", lambda call: _one(call, members(call)), ONE),
    )


# "all" comes first, else it would be taken for a user's id.
ROUTES = (
    *_routes("/groups/:id/members/all", all_of_group),
    *_routes("/groups/:id/members", direct_of_group),
    *_routes("/projects/:id/members/all", all_of_project),
    *_routes("/projects/:id/members", direct_of_project),
)
