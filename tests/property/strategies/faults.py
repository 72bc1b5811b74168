# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for faults: what goes wrong between client and GitLab, and what others do meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task
from ansible_collections.groupshare.gitlab.tests.property.strategies.choices import Choices
from ansible_collections.groupshare.gitlab.tests.property.strategies.tasks import tasks
from ansible_collections.groupshare.gitlab.tests.property.strategies.worlds import LATE, SOON, TARGETS, TOKEN

THROTTLED = {"RateLimit-Remaining": "0", "RateLimit-Reset": "1", "Retry-After": "1"}
APP_LIMIT = {"message": {"error": "This endpoint has been requested too many times. Try again later."}}
# Answers in place of GitLab's; those of a CDN have statuses of their own.
ANSWERS: tuple[Json, ...] = (
    {"do": "reset_before"},
    {"do": "reset_after"},
    {"do": "status", "status": 408, "html": True},
    {"do": "status", "status": 500},
    {"do": "status", "status": 502, "html": True},
    {"do": "status", "status": 503, "headers": {"Retry-After": "2"}},
    {"do": "status", "status": 504, "html": True},
    {"do": "status", "status": 520, "html": True},
    {"do": "status", "status": 530, "html": True},
    {"do": "status_after", "status": 408, "html": True},
    {"do": "status_after", "status": 500},
    {"do": "status_after", "status": 502},
    {"do": "status_after", "status": 503},
    {"do": "status_after", "status": 504, "html": True},
    {"do": "status_after", "status": 524, "html": True},
    {"do": "status", "status": 429, "headers": THROTTLED},
    {"do": "status", "status": 429, "json": APP_LIMIT},
    {"do": "status", "status": 403, "html": True},
    {"do": "status", "status": 404, "html": True},
    {"do": "status", "status": 200, "json": {"status": "ok"}},
    {"do": "html_200"},
    {"do": "cut_body"},
    {"do": "wrong_json"},
    {"do": "not_a_list"},
    {"do": "redirect", "status": 302, "location": "http://127.0.0.1:9/elsewhere"},
    {"do": "link_loop"},
    {"do": "resource_lock"},
    {"do": "twin", "path": r"/projects/\d+/share.*"},
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
UNREADABLE: Json = {"do": "status", "status": 500, "method": "GET", "path": r"/projects/\d+", "times": None}
# What ends all that others did to the instance and the token.
HEALTHY: Json = {"gitlab": {"maintenance": None}, "tokens": [{"token": TOKEN, "revoked": False}]}
HALF: Json = {"do": "delay", "seconds": 0.004, "times": None, "probability": 0.5}
# What holds one of two runs up while the other goes on.
DELAYS: tuple[tuple[Json, ...], ...] = (
    (),
    ({**HALF, "method": "POST"},),
    ({**HALF, "method": "DELETE", "when": "after"},),
    ({**HALF, "method": "DELETE"}, {**HALF, "method": "POST", "when": "after"}),
    ({**HALF, "method": "GET"},),
    ({"do": "delay", "seconds": 0.02, "after": 1},),
)
# What makes a top-level group refuse shares with groups of others.
CLOSING_RULES = (
    "share_with_group_lock",
    "prevent_sharing_groups_outside_hierarchy",
    "email_domains",
    "enforced_sso",
    "disable_invite_members",
)
WHERE: tuple[Json, ...] = (
    {"method": "POST"},
    {"method": "DELETE"},
    {"path": r"/projects/\d+/share.*"},
    {"method": "GET", "path": r"/projects/\d+"},
    {"method": "GET"},
    {},
)


@dataclass(frozen=True)
class Trouble:
    """A task, and the faults it meets: others do something to a project meanwhile, or answers go wrong."""

    task: Task
    faults: tuple[Json, ...] = ()

    @cached_property
    def disturbed(self) -> frozenset[int]:
        """The ids of the projects to which somebody else does something."""
        ids = _ids_by_path(self.task)
        return frozenset(ids[path] for fault in self.faults for path in _changed_by(fault))

    def on(self, task: Task) -> Trouble:
        """Return the same for a task on a later world, without what is done to projects that are not there any more."""
        known = _ids_by_path(task).keys()
        return Trouble(task, tuple(fault for fault in self.faults if known >= _changed_by(fault)))


@st.composite
def troubles(draw: st.DrawFn) -> Trouble:
    """One to five faults, most of them where it hurts: between and around the writes."""
    choose = Choices(draw)
    usual = not choose.rarely(4)
    task = draw(tasks(most_projects=12, unforeseen=False, usual=usual, list_projects="all", timeout=1))
    task = task.with_options(retries=choose.one_of(2, 0, 1, 5), max_wait=choose.one_of(900, 900, 900, 0, 3))
    faults = draw(faults_for(task, most=5))
    if choose.rarely(8):
        faults = (*faults, choose.one_of(*LOST_WRITES), UNREADABLE)
    return Trouble(task, faults)


@st.composite
def faults_for(draw: st.DrawFn, task: Task, most: int) -> tuple[Json, ...]:
    """Some faults for a task; nobody does two things to the same project."""
    choose = Choices(draw)
    faults: list[Json] = []
    changed: set[str] = set()
    for _number in range(choose.one_of(*range(1, most + 1))):
        fault = draw(_faults(task))
        if changed.isdisjoint(_changed_by(fault)):
            faults.append(fault)
            changed |= _changed_by(fault)
    return tuple(faults)


def answer_fault(choose: Choices) -> Json:
    """Something else than GitLab's answer, for one request or several."""
    when = {**choose.one_of(*WHERE), "after": choose.one_of(0, 1, 2, 0, 1, 3, 5, 9)}
    if choose.rarely(60):
        return {**TIMEOUT, **when}
    return {**when, **choose.one_of(*ANSWERS), "times": choose.one_of(1, 1, 2, 4, None)}


@st.composite
def _faults(draw: st.DrawFn, task: Task) -> Json:
    choose = Choices(draw)
    if not choose.rarely(4):
        return answer_fault(choose)
    when = {**choose.one_of(*WHERE), "after": choose.one_of(0, 1, 2, 0, 1, 3, 5, 9)}
    return {"do": "change", "world": draw(interferences(task)), **when}


@st.composite
def interferences(draw: st.DrawFn, task: Task) -> Json:
    """What somebody else does: to the instance, to the token, or to a project of the task's world."""
    choose = Choices(draw)
    if choose.rarely(3) or not task.world["projects"]:
        maintenance = choose.one_of(
            {"maintenance": 503, "maintenance_retry_after": 0}, {"maintenance": 403}, {"maintenance": None}
        )
        return choose.one_of({"gitlab": maintenance}, {"tokens": [{"token": TOKEN, "revoked": True}]})
    project, target = choose.one_of(*task.world["projects"]), choose.one_of(*TARGETS)
    toggled = {"archived": not project.get("archived")}
    if f"{project['path']}/".startswith(f"{target}/"):
        return {"projects": [{"path": project["path"], **toggled}]}
    changes: tuple[Json, ...] = (
        {"delete": True},
        {"move_to": f"staff/moved{project['id']}"} if _allows_shares(task.world, "staff") else toggled,
        toggled,
        {"share": [{"group": target, "access_level": "reporter", "expires_at": LATE}]},
        {"unshare": [target]},
        {"marked_for_deletion_on": SOON},
    )
    return {"projects": [{"path": project["path"], **choose.one_of(*changes)}]}


def _allows_shares(world: Json, path: str) -> bool:
    """Return whether what was taken from a project can still be put back after a move to a top-level group."""
    (group,) = (group for group in world["groups"] if group["path"] == path)
    return not any(group.get(rule) for rule in CLOSING_RULES)


def kind_of(fault: Json) -> str:
    """Return what statistics call a fault."""
    if fault["do"] != "change":
        return " ".join(str(fault[key]) for key in ("do", "status", "when") if fault.get(key))
    ((section, changed),) = fault["world"].items()
    entry = changed if isinstance(changed, dict) else changed[0]
    return f"{section}: {' '.join(key for key in entry if key not in ('path', 'token', 'username'))}"


def paths_in(change: Json) -> set[str]:
    """Return the full paths of the projects that a change of the world concerns."""
    return {project["path"] for project in change.get("projects", ())}


def _changed_by(fault: Json) -> set[str]:
    return paths_in(fault.get("world", {}))


def _ids_by_path(task: Task) -> dict[str, int]:
    return {project["path"]: project["id"] for project in task.world["projects"]}
