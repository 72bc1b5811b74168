# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for tasks: a world, and every option of the module with values that make sense there, or nearly."""

from __future__ import annotations

from dataclasses import dataclass
from pprint import pformat

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.plugins.module_utils._options.connection import CONNECTION_ARGUMENTS
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.selection import SELECTION_ARGUMENTS
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.sharing import SHARING_ARGUMENTS
from ansible_collections.groupshare.gitlab.tests.property.dice import DICE, Dice
from ansible_collections.groupshare.gitlab.tests.property.rights import Rights
from ansible_collections.groupshare.gitlab.tests.property.worlds import (
    LATE,
    PAST,
    SOON,
    TARGETS,
    TOKEN,
    VISIBILITIES,
    Json,
    known_levels,
    version_of,
    worlds,
)
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

DEFAULTS = {
    name: argument.get("default")
    for name, argument in {**CONNECTION_ARGUMENTS, **SELECTION_ARGUMENTS, **SHARING_ARGUMENTS}.items()
}
PATTERNS = ("*", "acme/*", "acme/app", "/Lab/", "*/p1*", "lab/*", "~.*p[2-7]$", "~acme/(app|web)/", "[al]*", "ada/*")


@dataclass(frozen=True)
class Case:
    """A world as the simulator dumps it, and what the module is asked to do there."""

    world: Json
    params: Json

    def __repr__(self) -> str:
        """Only what somebody needs who looks into a failure."""
        world = {
            "gitlab": {name: value for name, value in self.world["gitlab"].items() if value},
            "user": _telling(self.world["users"][0]),
            "token": _telling(self.world["tokens"][0]),
            "groups": [_telling(group) for group in self.world["groups"]],
            "projects": [_telling(project) for project in self.world["projects"]],
        }
        params = {name: value for name, value in self.params.items() if value != DEFAULTS[name]}
        return f"Case({pformat(world, width=160, sort_dicts=False)}, {params})"


def _telling(entry: Json) -> Json:
    """An entry without what is empty or follows from the rest."""
    return {key: value for key, value in entry.items() if value and key not in ("created_at", "namespace_id", "token")}


@st.composite
def cases(draw: st.DrawFn, /, most_projects: int = 25, **fixed: object) -> Case:
    """A task on a world; options that are fixed are not drawn."""
    world = World.from_dict(draw(worlds(most_projects))).to_dict()
    dice, which = draw(DICE), draw(DICE)
    params = {**DEFAULTS, "api_token": TOKEN, **what(dice, world), **_guards(dice), **_which(which, world), **fixed}
    if world["tokens"][0]["kind"] == "oauth":
        params.update(api_token=None, api_oauth_token=TOKEN)
    return Case(world, params)


def what(dice: Dice, world: Json) -> Json:
    """The options that say what is wanted."""
    target = dice.pick(TARGETS)
    group = next(group for group in world["groups"] if group["path"] == target)
    levels = known_levels(version_of(world), world["gitlab"]["security_manager"]) * 4
    return {
        "group": dice.pick((target, target, target, str(group["id"]), group["name"], f"/{target}/")),
        "access_level": dice.pick((*levels, "planner", "security_manager", "owner")),
        "expires_at": PAST if dice.rarely(30) else dice.pick((None, None, None, "never", SOON, LATE)),
        "state": dice.pick(("present", "present", "absent")),
        "update_existing": dice.pick(("always", "always", "raise_only", "never")),
    }


def _which(dice: Dice, world: Json) -> Json:
    which: Json = {
        "include_subgroups": not dice.rarely(3),
        "archived": dice.pick(("exclude", "exclude", "include", "include", "only")),
        "personal_projects": not dice.rarely(3),
        "skip_inherited": dice.rarely(3),
    }
    rights = Rights(world)
    named = dice.pick(("", "", "", "groups", "groups", "both", "projects", "empty"))
    if named in ("groups", "both"):
        seen = [group for group in world["groups"] if rights.reads_group(group["path"])]
        which["source_groups"] = _references(dice, seen, "lab/nowhere", most=3)
    if named in ("projects", "both"):
        seen = [project for project in world["projects"] if rights.reads_project(project)]
        which["projects"] = _references(dice, seen, "acme/nowhere", most=6)
    if named == "empty" and dice.rarely(3):
        which[dice.pick(("source_groups", "projects"))] = []
    for option in ("include", "exclude"):
        if dice.rarely(6):
            which[option] = dice.some(PATTERNS, most=2, least=0)
    if dice.rarely(8):
        which["topics"] = dice.pick((["payment"], ["web", "payment"], ["nothing"], []))
    if dice.rarely(6):
        which["visibility"] = dice.some(VISIBILITIES, most=3, least=0)
    return which


def _references(dice: Dice, records: list[Json], unknown: str, most: int) -> list[str]:
    """Paths, former ones too, and ids of some of the records, seldom of something that does not exist."""
    known = [
        reference
        for record in records
        for reference in (record["path"], str(record["id"]), *record.get("moved_from", ()))
    ]
    return dice.some(known, most) if known and not dice.rarely(20) else [unknown]


def _guards(dice: Dice) -> Json:
    return {
        "max_changes": dice.pick((None, None, None, None, None, None, 1, 5, 100)),
        "fail_on_error": dice.pick((True, False)),
        "return_unchanged": dice.pick((True, True, False)),
        "parallel_requests": dice.pick((4, 1, 16)),
    }
