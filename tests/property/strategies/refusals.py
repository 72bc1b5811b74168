# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every reason for which GitLab refuses a share, by its row in the GitLab API sheet, section 16.1.

Each makes, for one project of a world, what somebody does there or what comes in place of GitLab's answer.
Row 22, a group that does not exist, takes its shares with it when it comes true; here only its answer comes.
Rows 27 and 31 concern requests that the module does not send; here their answers come all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from ansible_collections.groupshare.gitlab.tests.property.model.levels import NUMBERS
from ansible_collections.groupshare.gitlab.tests.property.model.plan import PAST
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task
from ansible_collections.groupshare.gitlab.tests.property.strategies.choices import Choices
from ansible_collections.groupshare.gitlab.tests.property.strategies.worlds import TOKEN
from ansible_collections.groupshare.gitlab.tests.simulator.languages import ALREADY_SHARED
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

JOINED = (
    "Project already shared with this group and Member role the custom role's base access level does not match the "
    "current access level"
)
ELSEWHERE = "192.0.2.0/24"


@dataclass(frozen=True)
class Place:
    """Where a refusal is to hold: a project of a task's world, the group that is invited, and the token's user."""

    task: Task
    project: Json
    target: str

    @property
    def user(self) -> str:
        return str(self.task.world["users"][0]["username"])

    @property
    def root(self) -> str:
        return str(self.project["path"]).partition("/")[0]

    @property
    def namespace(self) -> str:
        return str(self.project["path"]).rpartition("/")[0]

    @property
    def is_personal(self) -> bool:
        return self.namespace not in self._groups

    @property
    def _groups(self) -> dict[str, Json]:
        return {group["path"]: group for group in self.task.world["groups"]}

    def of_project(self, **values: object) -> Json:
        return {"projects": [{"path": self.project["path"], **values}]}

    def of_root(self, **values: object) -> Json:
        """Change the project's top-level group; there is none above a personal project."""
        return {} if self.is_personal else {"groups": [{"path": self.root, **values}]}

    def of_token(self, **values: object) -> Json:
        return {"tokens": [{"token": TOKEN, **values}]}

    def of_user(self, **values: object) -> Json:
        return {"users": [{"username": self.user, **values}]}

    def with_at_most(self, level: str | None, path: str) -> Json:
        """Lower the user's role in a group, and in all groups above it, to a level; None takes it away."""
        parts = path.split("/")
        above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        return {
            "groups": [
                {"path": each, "members": _lowered(self._groups[each]["members"], self.user, level)}
                for each in above
                if each in self._groups
            ]
        }


@dataclass(frozen=True)
class Refusal:
    """A reason for GitLab to refuse, in one world.

    :param row: of section 16.1.
    :param change: what somebody changes; empty where an answer comes in place of GitLab's.
    :param answer: a fault.
    """

    row: int
    change: Json
    answer: Json


def refusal(choose: Choices, place: Place) -> Refusal:
    """One of the reasons; without an effect where the world has not what it takes."""
    row = choose.one_of(*CHANGES, *ANSWERS)
    if row in CHANGES:
        return Refusal(row, CHANGES[row](choose, place), {})
    return Refusal(row, {}, choose.one_of(*ANSWERS[row]))


def _lowered(members: Json, user: str, level: str | None) -> Json:
    others = {name: role for name, role in members.items() if name != user}
    if user not in members or level is None:
        return others
    # Minimal Access is lower than all of these.
    return {**others, user: min(members[user], level, key=lambda role: NUMBERS.get(role, 0))}


def _maintenance(choose: Choices, _place: Place) -> Json:
    return {"gitlab": {"maintenance": 503, "maintenance_retry_after": choose.one_of(0, 900)}}


def _dead_token(choose: Choices, place: Place) -> Json:
    return choose.one_of(place.of_token(revoked=True), place.of_token(expires_at=PAST))


def _locked_to_directory(choose: Choices, _place: Place) -> Json:
    return {"gitlab": {choose.one_of("lock_memberships_to_ldap", "lock_memberships_to_saml"): True}}


def _invitations_off(choose: Choices, place: Place) -> Json:
    return choose.one_of({"gitlab": {"disable_invite_members": True}}, place.of_root(disable_invite_members=True))


def _no_level_in_target(choose: Choices, place: Place) -> Json:
    outside = {"groups": [{"path": place.target.partition("/")[0], "ip_restriction_ranges": [ELSEWHERE]}]}
    return choose.one_of(place.with_at_most(None, place.target), outside)


def _other_words(choose: Choices, place: Place) -> Json:
    """The sentence of row 25 in another language, or in words that nobody knows yet."""
    unknown = dict.fromkeys(("Project already shared with this group",), "Already invited")
    return choose.one_of(
        place.of_user(preferred_language=choose.one_of(*ALREADY_SHARED)),
        {"gitlab": {"locale_texts": {**unknown, "Group already shared with this group": "Already invited"}}},
    )


Make = Callable[[Choices, Place], Json]
CHANGES: dict[int, Make] = {
    1: _maintenance,
    2: lambda _choose, _place: {"gitlab": {"maintenance": 403}},
    4: _dead_token,
    5: lambda choose, place: place.of_user(state=choose.one_of("blocked", "deactivated", "terms", "banned")),
    6: lambda _choose, place: place.of_user(dpop=True),
    7: lambda _choose, place: place.of_user(too_many_ips=True),
    8: lambda _choose, place: place.of_token(scopes=["read_api"]),
    9: lambda choose, place: place.of_token(granular_denied=[choose.one_of("share_project", "unshare_project")]),
    10: lambda _choose, _place: {"gitlab": {"security_manager": False}},
    11: lambda choose, place: place.of_project(**{choose.one_of("pending_delete", "hidden"): True}),
    12: lambda _choose, place: place.of_root(ip_restriction_ranges=[ELSEWHERE]),
    13: lambda _choose, place: place.of_root(banned=[place.user]),
    14: lambda _choose, place: place.of_project(move_to=f"staff/moved{place.project['id']}"),
    15: lambda choose, place: place.with_at_most(choose.one_of("developer", None), place.namespace),
    16: lambda _choose, place: (
        {} if place.is_personal else {"groups": [{"path": place.namespace, "share_with_group_lock": True}]}
    ),
    17: _locked_to_directory,
    18: lambda _choose, place: place.of_project(forked_from=None, orphaned_fork=True),
    19: lambda _choose, place: place.of_root(enforced_sso=True),
    20: lambda _choose, place: place.with_at_most("maintainer", place.namespace),
    21: _invitations_off,
    23: _no_level_in_target,
    24: lambda _choose, place: place.of_root(prevent_sharing_groups_outside_hierarchy=True),
    25: _other_words,
    26: lambda _choose, place: place.of_project(move_to=f"{place.target}/moved{place.project['id']}"),
    28: lambda _choose, place: place.of_root(email_domains=["example.net"]),
}
POST: Json = {"method": "POST", "path": r"/projects/\d+/share", "do": "status"}
DELETE: Json = {"method": "DELETE", "path": r"/projects/\d+/share/\d+", "do": "status"}
ANSWERS: dict[int, tuple[Json, ...]] = {
    3: ({"do": "status", "status": 429}, {"do": "status", "status": 429, "headers": {"Retry-After": "60"}}),
    22: ({**POST, "status": 404, "json": {"message": "Not Found"}},),
    27: ({**POST, "status": 409, "json": {"message": JOINED}},),
    29: ({**POST, "do": "twin"}, {**DELETE, "do": "twin"}),
    30: ({**DELETE, "status": 404, "json": {"message": "404 Group Link Not Found"}},),
    31: ({**DELETE, "status": 412, "json": {"message": "412 Precondition Failed"}},),
    32: ({**DELETE, "status": 403, "json": {"message": "Forbidden"}},),
}


def undone(change: Json, world: Json) -> Json:
    """Return the change that makes what a change has touched as it was in a world."""
    keys = {"users": "username", "tokens": "token", "groups": "path", "projects": "path"}
    back: Json = {}
    for section, changed in change.items():
        if section == "gitlab":
            back[section] = {key: world["gitlab"].get(key, _nothing_for(value)) for key, value in changed.items()}
            continue
        name = keys[section]
        former = {entry[name]: entry for entry in world[section]}
        back[section] = [_entry_undone(name, entry, former[entry[name]]) for entry in changed]
    return back


def applies(change: Json, world: World) -> bool:
    """Return whether what a change undoes has happened: the project has moved, for one that moves it back."""
    return all("move_to" not in entry or world.find_project(entry["path"]) for entry in change.get("projects", ()))


def _entry_undone(name: str, entry: Json, former: Json) -> Json:
    if "move_to" in entry:
        return {name: entry["move_to"], "move_to": entry[name]}
    return {key: value if key == name else former.get(key, _nothing_for(value)) for key, value in entry.items()}


def _nothing_for(value: object) -> object:
    """Return what a key has that a world does not write down."""
    if isinstance(value, bool):
        return False
    return type(value)() if isinstance(value, (list, dict)) else None
