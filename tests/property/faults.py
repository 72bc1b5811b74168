# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for scripts of faults: what goes wrong between client and GitLab, and what others do meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.tests.property.dice import DICE, Dice
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case, cases
from ansible_collections.groupshare.gitlab.tests.property.worlds import LATE, SOON, TARGETS, TOKEN, Json

RACK_HEADERS = {"RateLimit-Remaining": "0", "RateLimit-Reset": "1", "Retry-After": "1"}
APP_LIMIT = {"message": {"error": "This endpoint has been requested too many times. Try again later."}}
BAD_DAYS: tuple[Json, ...] = (
    {"do": "reset_before"},
    {"do": "reset_after"},
    {"do": "status", "status": 500},
    {"do": "status", "status": 502, "html": True},
    {"do": "status", "status": 503, "headers": {"Retry-After": "2"}},
    {"do": "status", "status": 504, "html": True},
    {"do": "status_after", "status": 500},
    {"do": "status_after", "status": 502},
    {"do": "status_after", "status": 503},
    {"do": "status_after", "status": 504, "html": True},
    {"do": "status", "status": 429, "headers": RACK_HEADERS},
    {"do": "status", "status": 429, "json": APP_LIMIT},
    {"do": "status", "status": 403, "html": True},
    {"do": "html_200"},
    {"do": "cut_body"},
    {"do": "wrong_json"},
    {"do": "not_a_list"},
    {"do": "redirect", "status": 302, "location": "http://127.0.0.1:9/elsewhere"},
    {"do": "link_loop"},
    {"do": "resource_lock"},
    {"do": "delay", "seconds": 0.01},
    {"do": "delay", "seconds": 0.01, "when": "after"},
)
# Longer than the client waits for an answer.
TIMEOUT: Json = {"do": "delay", "seconds": 1.1, "when": "after"}
# A write whose answer is lost for good, and then no way to find out what became of it.
LOST_WRITES: tuple[Json, ...] = (
    {"do": "reset_after", "method": "POST", "times": None},
    {"do": "reset_after", "method": "DELETE", "times": None},
    {"do": "status_after", "status": 502, "path": r"/projects/\d+/share.*", "times": None},
    {"do": "reset_before", "path": r"/projects/\d+/share.*", "times": None},
)
# What ends all that others did to the instance and the token.
HEALTHY: Json = {"gitlab": {"maintenance": None}, "tokens": [{"token": TOKEN, "revoked": False}]}
BLIND: Json = {"do": "status", "status": 500, "method": "GET", "path": r"/projects/\d+", "after": 0, "times": None}
WHERE: tuple[Json, ...] = (
    {"method": "POST"},
    {"method": "DELETE"},
    {"path": r"/projects/\d+/share.*"},
    {"method": "GET", "path": r"/projects/\d+"},
    {"method": "GET"},
    {},
)


@dataclass(frozen=True)
class BadDay:
    """A task, the faults it meets, and the projects to which somebody else does something meanwhile."""

    case: Case
    faults: tuple[Json, ...]
    disturbed: frozenset[int]


@st.composite
def bad_days(draw: st.DrawFn) -> BadDay:
    """One to five faults, most of them where it hurts: between and around the writes."""
    case = draw(cases(most_projects=12, return_unchanged=True, journal_path=None, timeout=1))
    params, dice = case.params, draw(DICE)
    params.update(retries=dice.pick((2, 0, 1, 5)), max_wait=dice.pick((900, 900, 900, 0, 3)))
    day = bad_day(case, draw(st.lists(DICE, min_size=1, max_size=5)))
    if dice.rarely(8):
        return replace(day, faults=(*day.faults, dice.pick(LOST_WRITES), BLIND))
    return day


def bad_day(case: Case, rolls: Iterable[Dice]) -> BadDay:
    """One fault a roll; nobody does two things to the same project."""
    faults: list[Json] = []
    disturbed: set[int] = set()
    for roll in rolls:
        fault, project = _fault(roll, case)
        if project is None or project["id"] not in disturbed:
            faults.append(fault)
            disturbed |= {project["id"]} if project else set()
    return BadDay(case, tuple(faults), frozenset(disturbed))


def _fault(dice: Dice, case: Case) -> tuple[Json, Json | None]:
    when = {**dice.pick(WHERE), "after": dice.pick((0, 1, 2, 0, 1, 3, 5, 9))}
    if dice.rarely(4):
        change, project = interference(dice, case)
        return {"do": "change", "world": change, **when}, project
    if dice.rarely(60):
        return {**TIMEOUT, **when}, None
    return {**dice.pick(BAD_DAYS), **when, "times": dice.pick((1, 1, 2, 4, None))}, None


def interference(dice: Dice, case: Case) -> tuple[Json, Json | None]:
    """What somebody else does: to the instance, to the token, or to a project that perhaps is selected."""
    if dice.rarely(3) or not case.world["projects"]:
        maintenance: tuple[Json, ...] = (
            {"maintenance": 503, "maintenance_retry_after": 0},
            {"maintenance": 403},
            {"maintenance": None},
        )
        revoked = {"tokens": [{"token": TOKEN, "revoked": True}]}
        return dice.pick(({"gitlab": dice.pick(maintenance)}, revoked)), None
    project, target = dice.pick(case.world["projects"]), dice.pick(TARGETS)
    toggled = {"archived": not project.get("archived")}
    if f"{project['path']}/".startswith(f"{target}/"):
        return {"projects": [{"path": project["path"], **toggled}]}, project
    changes: tuple[Json, ...] = (
        {"delete": True},
        {"move_to": f"staff/moved{project['id']}"},
        toggled,
        {"shared_with": [{"group": target, "access_level": "reporter", "expires_at": LATE}]},
        {"unshare": [target]},
        {"marked_for_deletion_on": SOON},
    )
    return {"projects": [{"path": project["path"], **dice.pick(changes)}]}, project


def kind_of(fault: Json) -> str:
    """What statistics call a fault."""
    if fault["do"] != "change":
        return " ".join(str(fault[key]) for key in ("do", "status", "when") if fault.get(key))
    ((section, changed),) = fault["world"].items()
    entry = changed if isinstance(changed, dict) else changed[0]
    return f"{section}: {' '.join(key for key in entry if key not in ('path', 'token'))}"
