# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the progress of a long run while the module of the same name works; otherwise does nothing of its own."""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
import tempfile
import threading
import typing as t

from ansible import constants as C
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

# Where the module looks for the file to write its events to.
PROGRESS_FILE = "GROUPSHARE_PROGRESS_FILE"
SECONDS_BETWEEN_LINES = 5
# Callbacks whose output people read line by line; programs may read that of others.
FOR_PEOPLE = (
    *("default", "ansible.builtin.default", "yaml", "community.general.yaml", "debug", "ansible.posix.debug"),
    # That of an automation controller and of ansible-runner.
    "awx_display",
)


class ActionModule(NormalAction):
    """Runs the module as Ansible runs any module, and shows its progress where people can see it."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the module's result."""
        if not self._can_show_progress():
            return super().run(tmp, task_vars)  # type: ignore[no-any-return,no-untyped-call]
        with shown_progress(functools.partial(show, _prefix(task_vars or {}))) as path:
            # The local connection passes its environment on to the module.
            os.environ[PROGRESS_FILE] = path
            try:
                return super().run(tmp, task_vars)  # type: ignore[no-any-return,no-untyped-call]
            finally:
                del os.environ[PROGRESS_FILE]

    def _can_show_progress(self) -> bool:
        is_local = self._connection.transport == "local" and not self._task.async_val and not self._play_context.become
        return is_local and C.config.get_config_value("DEFAULT_STDOUT_CALLBACK") in FOR_PEOPLE and not self._task.no_log


def _prefix(task_vars: t.Mapping[str, t.Any]) -> str:
    """Return what tells the lines of several hosts apart."""
    return f"{task_vars['inventory_hostname']}: " if len(task_vars.get("ansible_play_hosts", ())) > 1 else ""


def show(prefix: str, text: str) -> None:
    """Show a line wherever Ansible shows its own."""
    Display().display(prefix + text)


@contextlib.contextmanager
def shown_progress(show: t.Callable[[str], None], interval: float = SECONDS_BETWEEN_LINES) -> t.Iterator[str]:
    """Yield the path of a file, and show what is appended to it, a line each interval of seconds at most."""
    # When Ansible is interrupted, it removes what is left in there.
    with tempfile.TemporaryDirectory(prefix="groupshare-", dir=vars(C)["DEFAULT_LOCAL_TMP"]) as directory:
        path = os.path.join(directory, "progress.jsonl")
        with open(path, "x", encoding="utf-8"):
            pass
        done = threading.Event()
        watcher = threading.Thread(target=watch, args=(path, done, show, interval), daemon=True)
        watcher.start()
        try:
            yield path
        finally:
            done.set()
            watcher.join()


def watch(path: str, done: threading.Event, show: t.Callable[[str], None], interval: float) -> None:
    """Show the state of a run at each interval of seconds, if it has changed, until the run is done."""
    progress = Progress()
    shown, rest = "", b""
    with open(path, "rb") as file:
        while not done.wait(interval):
            # The module may be writing the last line at this moment.
            *lines, rest = (rest + file.read()).split(b"\n")
            for line in lines:
                progress.take(json.loads(line))
            text = progress.in_words(datetime.datetime.now(datetime.timezone.utc))
            if text and text != shown:
                show(text)
                shown = text


class Progress:
    """The state of a run, as its events show it."""

    def __init__(self) -> None:
        self._read = ""
        self._written = ""
        self._until: datetime.datetime | None = None

    def take(self, event: t.Mapping[str, t.Any]) -> None:
        """Take note of one event."""
        kind = event["event"]
        if kind == "look" and "read" in event:
            about = f" of about {event['about']:,}" if event.get("about") else ""
            self._read = f"read {event['read']:,}{about}"
        elif kind == "look":
            self._read = f"read {event['projects']:,}"
        elif kind == "plan":
            self._written = f"0 of {event['total']:,} written"
        elif kind == "step":
            self._written = f"{event['done']:,} of {event['total']:,} written"
        elif kind == "wait":
            self._until = datetime.datetime.fromisoformat(event["until"])

    def in_words(self, now: datetime.datetime) -> str:
        """Return the state in one line, such as ``read 12,000 · 310 of 2,500 written``."""
        waits = self._until is not None and self._until > now
        wait = f"GitLab asks to wait until {self._until.astimezone():%H:%M:%S}" if self._until and waits else ""
        return " · ".join(filter(None, (self._read, self._written, wait)))
