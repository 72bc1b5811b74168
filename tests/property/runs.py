# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task against the simulator, in this process and over a real socket, and what came of it."""

from __future__ import annotations

import faulthandler
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import GroupShareError
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.throttle import OnWait, Throttle
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report
from ansible_collections.groupshare.gitlab.plugins.modules.gitlab_group_share_all import share_all
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case
from ansible_collections.groupshare.gitlab.tests.property.worlds import Json
from ansible_collections.groupshare.gitlab.tests.simulator.connection import Delivery
from ansible_collections.groupshare.gitlab.tests.simulator.log import LogEntry
from ansible_collections.groupshare.gitlab.tests.simulator.request import Request
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

# So many seconds pass for a waiting client in one of ours.
SPEED = 1000
# No run takes that long, by our clock: it hangs.
LONGEST = 60
# Where the stacks of a run that hangs are shown.
stderr_of_hangs = 2


class QuickThrottle(Throttle):
    """Waits as the shipped one does, on a clock that runs faster."""

    def __init__(self, allowance: float, on_wait: OnWait | None = None) -> None:
        super().__init__(allowance, on_wait, clock=lambda: time.monotonic() * SPEED)
        self._changed = _QuickCondition()


class _QuickCondition(threading.Condition):
    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(None if timeout is None else timeout / SPEED)


class WatchedSimulator(Simulator):
    """Knows when it is idle: a client that has lost patience may be gone before its request is in the log."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._under_way = 0
        self._idle = threading.Condition()

    def __enter__(self) -> WatchedSimulator:
        self.start()
        return self

    def exchange(self, request: Request) -> Delivery:
        with self._idle:
            self._under_way += 1
        try:
            return super().exchange(request)
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def wait_until_idle(self) -> None:
        with self._idle:
            assert self._idle.wait_for(lambda: not self._under_way, timeout=30)


@dataclass(frozen=True)
class Run:
    """A report, or the error in its place; the requests it took, and the world it left."""

    report: Report | None
    error: GroupShareError | None
    log: tuple[LogEntry, ...]
    world: Json

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
    def told(self) -> object:
        """All that is told but the cost."""
        if self.report is None:
            return type(self.error).__name__, str(self.error)
        result = {key: value for key, value in self.report.result.items() if key != "requests"}
        return replace(self.report, result=result)


def carry_out(gitlab: WatchedSimulator, params: Mapping[str, Any], check_mode: bool = False) -> Run:
    """Carry a task out on a running simulator."""
    gitlab.clear_log()
    with _hangs_shown():
        report, error = _outcome(gitlab, params, check_mode)
    gitlab.wait_until_idle()
    return Run(report, error, tuple(gitlab.log), gitlab.world.to_dict())


def carry_out_together(gitlab: WatchedSimulator, *tasks: Mapping[str, Any]) -> list[Run]:
    """Carry tasks out at once; the requests and the world of each run are those of all of them together."""
    gitlab.clear_log()
    with _hangs_shown(), ThreadPoolExecutor(len(tasks)) as threads:
        outcomes = list(threads.map(lambda params: _outcome(gitlab, params, check_mode=False), tasks))
    gitlab.wait_until_idle()
    return [Run(report, error, tuple(gitlab.log), gitlab.world.to_dict()) for report, error in outcomes]


def _outcome(
    gitlab: WatchedSimulator, params: Mapping[str, Any], check_mode: bool
) -> tuple[Report | None, GroupShareError | None]:
    try:
        return share_all({**params, "api_url": gitlab.url}, check_mode), None
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


def links_of(world: Json, group: str) -> dict[str, Json]:
    """The links of a group by the full path of the project."""
    return {
        project["path"]: link
        for project in world["projects"]
        for link in project["shared_with"]
        if link["group"] == group
    }


def without_links(world: Json, group: str) -> Json:
    """The rest of a world: all that a run must leave as it is."""
    rest = deepcopy(world)
    for project in rest["projects"]:
        project["shared_with"] = [link for link in project["shared_with"] if link["group"] != group]
    return rest


def again(case: Case, world: Json) -> Case:
    """The same task on the world that a run has left."""
    return replace(case, world=world)
