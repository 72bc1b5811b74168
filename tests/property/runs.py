# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task against the simulator, over a real socket, and what came of it."""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, NamedTuple

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import GroupShareError
from ansible_collections.groupshare.gitlab.plugins.module_utils._http import client
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe import ancestors, lists
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report
from ansible_collections.groupshare.gitlab.tests.property.model.plan import Share
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json
from ansible_collections.groupshare.gitlab.tests.simulator.connection import Delivery
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry
from ansible_collections.groupshare.gitlab.tests.simulator.request import Request
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.world import World
from ansible_collections.groupshare.gitlab.tests.support import tasks
from ansible_collections.groupshare.gitlab.tests.support.clock import QuickThrottle

Replacement = tuple[ModuleType, str, object]

# The keys of a project's protection rules.
RULES = ("protected_branches", "protected_tags", "protected_environments")

# No run takes this many seconds: it hangs.
LONGEST = 60
# Where the stacks of a run that hangs are shown.
stderr_of_hangs = 2


# What tests put in place of parts of the module: clients wait on clocks that jump; and what pays only where there are
# many projects, and few of them shared, is done in most worlds.
QUICK: tuple[Replacement, ...] = ((client, "Throttle", QuickThrottle),)
LARGE: tuple[Replacement, ...] = ((lists, "MAX_SHARE_IN_FULL", 0.99), (ancestors, "MAX_GROUP_PAGES", 1))


class Answered(NamedTuple):
    """A request and the answer that was sent, or would have been."""

    method: str
    path: str
    status: int
    body: bytes


class WatchedSimulator(Simulator):
    """A simulator that knows when nothing is under way: a client that has lost patience may be gone before that."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.answers: list[Answered] = []
        self._under_way = 0
        self._idle = threading.Condition()

    def exchange(self, request: Request) -> Delivery:
        with self._idle:
            self._under_way += 1
        try:
            delivery = super().exchange(request)
            self.answers.append(Answered(request.method, request.path, delivery.answer.status, delivery.answer.body))
            return delivery
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def clear_log(self) -> None:
        super().clear_log()
        self.answers.clear()

    def wait_until_idle(self) -> None:
        """Return when all requests are answered."""
        with self._idle:
            assert self._idle.wait_for(lambda: not self._under_way, timeout=30)

    def left_behind(self, report: Report | None, error: GroupShareError | None) -> Run:
        """Return what a run has left behind."""
        return Run(report, error, tuple(self.log), self.world.to_dict(), tuple(self.answers))


@dataclass(frozen=True)
class Run:
    """What a run left behind.

    :param report: None if it ended with an error, or was killed.
    :param error: the error in place of a report.
    :param log: the requests it took.
    :param world: as it was left.
    :param answers: to all requests, in the order in which they were answered.
    """

    report: Report | None
    error: GroupShareError | None
    log: tuple[LogEntry, ...]
    world: Json
    answers: tuple[Answered, ...]

    @property
    def result(self) -> dict[str, Any]:
        assert self.report is not None, self.error
        return self.report.result

    @property
    def entries(self) -> dict[str, Any]:
        """The projects of the result by full path."""
        return {entry["path"]: entry for entry in self.result["projects"]}

    @property
    def reads(self) -> list[LogEntry]:
        return [entry for entry in self.log if entry.method == "GET"]

    @property
    def writes(self) -> list[LogEntry]:
        return [entry for entry in self.log if entry.method != "GET"]

    @property
    def report_without_cost(self) -> object:
        """All that was reported, but for the requests it took and for what check mode adds to the message."""
        if self.report is None:
            return type(self.error).__name__, str(self.error)
        result = {key: value for key, value in self.report.result.items() if key not in ("requests", "msg")}
        return replace(self.report, result=result)


def carry_out(gitlab: WatchedSimulator, options: Mapping[str, Any], check_mode: bool = False) -> Run:
    """Carry a task out on a running simulator."""
    gitlab.clear_log()
    with _hangs_shown():
        report, error = _outcome(gitlab, options, check_mode)
    gitlab.wait_until_idle()
    return gitlab.left_behind(report, error)


def carry_out_at_once(gitlab: WatchedSimulator, *several: Mapping[str, Any]) -> list[Run]:
    """Carry tasks out at the same time; requests and world of each run are those of all of them together."""
    gitlab.clear_log()
    with _hangs_shown(), ThreadPoolExecutor(len(several)) as threads:
        outcomes = list(threads.map(lambda options: _outcome(gitlab, options, check_mode=False), several))
    gitlab.wait_until_idle()
    return [gitlab.left_behind(report, error) for report, error in outcomes]


def _outcome(
    gitlab: WatchedSimulator, options: Mapping[str, Any], check_mode: bool
) -> tuple[Report | None, GroupShareError | None]:
    try:
        return tasks.carry_out(tasks.parameters(api_url=gitlab.url, **options), check_mode), None
    except GroupShareError as error:
        return None, error


@contextmanager
def _hangs_shown() -> Iterator[None]:
    """A deadlock cannot be turned into a failure, only into an end with the stacks of all threads."""
    faulthandler.dump_traceback_later(LONGEST, exit=True, file=stderr_of_hangs)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def share_in(project: Json, group: str) -> Share | None:
    """Return the share of a project of a world with a group, whether the token may see it or not."""
    return Share.of(next((link for link in project["shared_with"] if link["group"] == group), None))


def shares_of(world: Json, group: str) -> dict[str, Share]:
    """Return the shares with a group by the full path of the project."""
    shares = {project["path"]: share_in(project, group) for project in world["projects"]}
    return {path: share for path, share in shares.items() if share is not None}


def without_links(world: Json, group: str) -> Json:
    """Return the rest of a world: all that a run must leave as it is, protection rules aside."""
    rest = deepcopy(world)
    for project in rest["projects"]:
        project["shared_with"] = [link for link in project["shared_with"] if link["group"] != group]
        for rules in RULES:
            project.pop(rules, None)
    return rest
