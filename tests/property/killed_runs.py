# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs in processes of their own that are killed at a chosen moment, by SIGKILL: nothing of such a run comes after.

A process that has imported everything forks one for each run, which takes milliseconds where a new Python takes
half a second. What a run leaves behind changes only with its requests and with what it does to files: a kill before
or after any of these is a kill anywhere.
"""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import gc
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable, Literal, Optional

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply import recovery
from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import GroupShareError
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report
from ansible_collections.groupshare.gitlab.tests.property.runs import (
    LARGE,
    LONGEST,
    QUICK,
    Run,
    WatchedSimulator,
    stderr_of_hangs,
)
from ansible_collections.groupshare.gitlab.tests.simulator.connection import Delivery
from ansible_collections.groupshare.gitlab.tests.simulator.request import Request
from ansible_collections.groupshare.gitlab.tests.support import tasks
from ansible_collections.groupshare.gitlab.tests.support.waiting import wait_for

Outcome = tuple[Optional[Report], Optional[str]]
Counted = Literal["request", "write", "file"]
FILE_OPERATIONS = ("open", "rename", "fsync", "unlink")


@dataclass(frozen=True)
class Kill:
    """When a run is killed.

    :param at: what is counted: all its requests, its writes to GitLab, or its operations on recovery records.
    :param number: of the one at which it is killed, from 1.
    :param when: before that has an effect, or after it, before the run learns of it.
    """

    at: Counted
    number: int
    when: Literal["before", "after"]


class KillableSimulator(WatchedSimulator):
    """A simulator that kills a client when one of its requests arrives, or when it is answered."""

    _switch: KillSwitch | None = None

    def exchange(self, request: Request) -> Delivery:
        if self._switch is None:
            return super().exchange(request)
        return self._switch.exchange(request, super().exchange)

    @contextlib.contextmanager
    def killing(self, kill: Kill) -> Iterator[KillSwitch]:
        """Kill whoever sends requests at a moment; return when all that it had sent is answered."""
        others = self.open_connections
        self._switch = KillSwitch(kill)
        try:
            yield self._switch
        finally:
            self._switch = None
            with socket.create_connection(("127.0.0.1", self.port)) as last:
                # Connections are accepted in turn: this one has been closed after all others were accepted.
                last.shutdown(socket.SHUT_WR)
                last.recv(1)
            assert wait_for(lambda: self.open_connections <= others)


class KillSwitch:
    """Counts requests, and kills the process that sends them at one of them."""

    def __init__(self, kill: Kill) -> None:
        self._kill = kill
        self._lock = threading.Lock()
        self._count = 0
        self._process = 0
        self._known = threading.Event()

    def aim_at(self, process: int) -> None:
        """Say which process it is, which may have sent requests already."""
        self._process = process
        self._known.set()

    def exchange(self, request: Request, answer: Callable[[Request], Delivery]) -> Delivery:
        """Answer a request, unless the client dies of it."""
        if not self._strikes(request):
            return answer(request)
        if self._kill.when == "after":
            answer(request)
        self._known.wait()
        os.kill(self._process, signal.SIGKILL)
        raise ConnectionAbortedError("the client is dead")

    def _strikes(self, request: Request) -> bool:
        if self._kill.at == "file" or (self._kill.at == "write" and request.method == "GET"):
            return False
        with self._lock:
            self._count += 1
            return self._count == self._kill.number


class Forker:
    """The process that forks one for each run. It is started at the first one, and ends with this process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate()

    def carry_out(self, gitlab: KillableSimulator, options: Mapping[str, Any], kill: Kill) -> Run:
        """Carry a task out until it is killed; it ends as usual if that moment does not come."""
        gitlab.clear_log()
        with tempfile.TemporaryDirectory() as folder, gitlab.killing(kill) as switch:
            outcome = os.path.join(folder, "outcome")
            order: dict[str, Any] = {"options": {**options, "api_url": gitlab.url}, "outcome": outcome}
            if kill.at == "file":
                order["kill"] = [kill.number, kill.when]
            switch.aim_at(int(self._ask(json.dumps(order))))
            self._answer()
            report, error = _read(outcome)
        # Its number may be another process's from now on, but nothing aims at it any more.
        self._ask("")
        return gitlab.left_behind(report, None if error is None else GroupShareError(error))

    def _ask(self, line: str) -> str:
        if self._process is None:
            atexit.register(self.close)
            code = f"from {__spec__.name if __spec__ else __name__} import fork_on_demand; fork_on_demand()"
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        assert answer, "the process that forks has ended"
        return answer


def _read(outcome: str) -> Outcome:
    try:
        with open(outcome, "rb") as file:
            found: Outcome = pickle.load(file)
    except OSError:
        return None, None
    return found


FORKER = Forker()


def fork_on_demand() -> None:
    """Fork a process for each order on standard input; print its number, then a line when it has ended.

    It is reaped only after one more line of input: until then nobody else can have its number.
    """
    for replacement in (*QUICK, *LARGE):
        setattr(*replacement)
    gc.freeze()
    while line := sys.stdin.readline():
        process = os.fork()
        if process == 0:
            _obey(json.loads(line))
        print(process, flush=True)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        print("ended", flush=True)
        sys.stdin.readline()
        os.waitpid(process, 0)
        print("reaped", flush=True)


def _obey(order: Mapping[str, Any]) -> None:
    """Carry out one task, write down what came of it, and end."""
    faulthandler.dump_traceback_later(LONGEST, exit=True, file=stderr_of_hangs)
    if "kill" in order:
        vars(recovery)["os"] = _DeadlyFiles(*order["kill"])
    outcome: Outcome
    try:
        outcome = tasks.carry_out(tasks.parameters(**order["options"])), None
    except GroupShareError as error:
        outcome = None, f"{type(error).__name__}: {error}"
    with open(order["outcome"] + ".part", "wb") as file:
        pickle.dump(outcome, file)
    os.rename(order["outcome"] + ".part", order["outcome"])
    os._exit(0)


class _DeadlyFiles:
    """The module os, of which one call kills the process."""

    def __init__(self, number: int, when: str) -> None:
        self._left = number
        self._when = when
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        function = getattr(os, name)
        if name not in FILE_OPERATIONS:
            return function

        def counted(*arguments: Any) -> Any:
            with self._lock:
                self._left -= 1
                strikes = self._left == 0
            if strikes and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*arguments)
            if strikes:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return counted
