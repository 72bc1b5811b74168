# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a long run shows while it works, and when it shows nothing."""

from __future__ import annotations

import datetime
import json
import os
import queue
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, cast

import pytest
from ansible import constants as C
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.groupshare.gitlab.plugins.action import gitlab_group_share_all as action

NOW = datetime.datetime(2026, 11, 26, 14, 0, tzinfo=datetime.timezone.utc)
READ_SOME: dict[str, Any] = {"event": "look", "read": 4200, "about": 12000}
READ_ALL: dict[str, Any] = {"event": "look", "group": {"id": 4, "full_path": "sec"}, "projects": 12000}
PLAN: dict[str, Any] = {"event": "plan", "total": 2500}
STEP: dict[str, Any] = {"event": "step", "outcome": "shared", "done": 310, "total": 2500}
LIMIT = 10


def words(*events: dict[str, Any]) -> str:
    progress = action.Progress()
    for event in events:
        progress.take(event)
    return progress.in_words(NOW)


def wait(minutes: int) -> dict[str, Any]:
    return {"event": "wait", "until": (NOW + datetime.timedelta(minutes=minutes)).isoformat()}


# In words


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ""),
        ([{"event": "start", "group": "sec"}], ""),
        ([READ_SOME], "read 4,200 of about 12,000"),
        ([{**READ_SOME, "about": None}], "read 4,200"),
        ([READ_SOME, READ_ALL], "read 12,000"),
        ([READ_ALL, PLAN], "read 12,000 · 0 of 2,500 written"),
        ([READ_ALL, PLAN, STEP], "read 12,000 · 310 of 2,500 written"),
        ([READ_ALL, PLAN, STEP, {"event": "end"}], "read 12,000 · 310 of 2,500 written"),
        ([READ_ALL, wait(-1)], "read 12,000"),
    ],
)
def test_the_state_in_words(events: list[dict[str, Any]], expected: str) -> None:
    assert words(*events) == expected


def test_a_wait_is_given_in_the_users_own_time() -> None:
    local = (NOW + datetime.timedelta(minutes=3)).astimezone()
    assert words(READ_ALL, PLAN, STEP, wait(3)).endswith(f"written · GitLab asks to wait until {local:%H:%M:%S}")


# Line by line


class Shown:
    """A display that hands on each line as it comes."""

    def __init__(self) -> None:
        self.lines: queue.Queue[str] = queue.Queue()

    def __call__(self, line: str) -> None:
        self.lines.put(line)

    def next(self) -> str:
        return self.lines.get(timeout=LIMIT)


def append(path: str, *texts: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(texts)


def test_each_new_state_is_shown_once() -> None:
    shown = Shown()
    with action.shown_progress(shown, interval=0.001) as path:
        append(path, json.dumps(READ_SOME) + "\n")
        assert shown.next() == "read 4,200 of about 12,000"
        append(path, json.dumps(READ_ALL) + "\n", json.dumps(READ_ALL) + "\n")
        assert shown.next() == "read 12,000"
        append(path, json.dumps(PLAN) + "\n")
        assert shown.next() == "read 12,000 · 0 of 2,500 written"
    assert shown.lines.empty()


class Turns:
    """In place of the event that ends a run: each time something has happened, the watcher looks."""

    def __init__(self, *happenings: Callable[[], None]) -> None:
        self._happenings = list(happenings)
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        if not self._happenings:
            return True
        self._happenings.pop(0)()
        return False


def watched(path: Path, *happenings: Callable[[], None], interval: float = 5) -> tuple[list[str], list[float | None]]:
    path.touch()
    lines: list[str] = []
    turns = Turns(*happenings)
    action.watch(str(path), cast(threading.Event, turns), lines.append, interval)
    return lines, turns.waits


def test_a_line_that_comes_in_two_halves_counts(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    line = json.dumps({**READ_ALL, "group": {"full_path": "sec/g\u00e4rten"}}, ensure_ascii=False).encode() + b"\n"
    middle = line.index("\u00e4".encode()) + 1

    def write(part: bytes) -> Callable[[], None]:
        def happen() -> None:
            with path.open("ab") as file:
                file.write(part)

        return happen

    lines, _waits = watched(path, write(line[:middle]), write(line[middle:]))
    assert lines == ["read 12,000"]


def test_nothing_new_is_nothing_to_show(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    happenings = [lambda: append(str(path), json.dumps(PLAN) + "\n"), lambda: None, lambda: None]
    lines, waits = watched(path, *happenings, interval=7)
    assert lines == ["0 of 2,500 written"]
    assert waits == [7, 7, 7, 7]


def test_a_run_that_is_done_at_once_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    path.write_text(json.dumps(READ_ALL) + "\n", encoding="utf-8")
    assert watched(path) == ([], [5])


def test_nothing_stays_behind() -> None:
    with pytest.raises(KeyboardInterrupt), action.shown_progress(print) as path:  # noqa: PT012
        assert Path(path).parent.stat().st_mode & 0o077 == 0
        # What an interrupted Ansible takes with it.
        assert Path(vars(C)["DEFAULT_LOCAL_TMP"]) in Path(path).parents
        raise KeyboardInterrupt
    assert not Path(path).parent.exists()
    assert not [thread for thread in threading.enumerate() if "watch" in thread.name]


@pytest.mark.parametrize(
    ("hosts", "line"),
    [(["shop"], "read 12,000"), (["shop", "research"], "shop: read 12,000")],
)
def test_the_lines_of_several_hosts_can_be_told_apart(
    monkeypatch: pytest.MonkeyPatch, hosts: list[str], line: str
) -> None:
    displayed: list[str] = []
    monkeypatch.setattr(action, "Display", lambda: SimpleNamespace(display=displayed.append))
    prefix = action._prefix({"inventory_hostname": "shop", "ansible_play_hosts": hosts})
    action.show(prefix, "read 12,000")
    assert displayed == [line]


# When there is progress to show


def run_action(monkeypatch: pytest.MonkeyPatch, callback: str = "default", **differences: Any) -> str | None:
    """Run the action with the module left out; the file that the module is told to write to."""
    told: list[str | None] = []

    def execute(*_arguments: object) -> dict[str, Any]:
        told.append(os.environ.get(action.PROGRESS_FILE))
        return {"changed": False}

    monkeypatch.setattr(NormalAction, "run", execute)
    monkeypatch.setattr(C.config, "get_config_value", lambda _name: callback)
    plugin: Any = object.__new__(action.ActionModule)
    settings = {"transport": "local", "async_val": 0, "become": False, "no_log": False, **differences}
    plugin._connection = SimpleNamespace(transport=settings["transport"])
    plugin._task = SimpleNamespace(async_val=settings["async_val"], no_log=settings["no_log"])
    plugin._play_context = SimpleNamespace(become=settings["become"])
    assert plugin.run() == {"changed": False}
    assert action.PROGRESS_FILE not in os.environ
    (path,) = told
    return path


@pytest.mark.parametrize(
    "callback", ["default", "ansible.builtin.default", "yaml", "ansible.posix.debug", "awx_display"]
)
def test_the_module_is_told_where_to_write(monkeypatch: pytest.MonkeyPatch, callback: str) -> None:
    assert run_action(monkeypatch, callback)


@pytest.mark.parametrize(
    "differences",
    [
        {"callback": "ansible.posix.json"},
        {"callback": "ansible.posix.jsonl"},
        {"callback": "dense"},
        {"transport": "ssh"},
        {"async_val": 60},
        {"become": True},
        {"no_log": True},
    ],
    ids=str,
)
def test_where_nobody_could_see_it_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch, differences: dict[str, Any]
) -> None:
    assert run_action(monkeypatch, **differences) is None


def test_a_failure_of_the_module_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    monkeypatch.setattr(action.ActionModule, "_can_show_progress", lambda _self: True)

    def break_down(*_arguments: object) -> None:
        raise Broken

    monkeypatch.setattr(NormalAction, "run", break_down)
    with pytest.raises(Broken):
        object.__new__(action.ActionModule).run()
    assert action.PROGRESS_FILE not in os.environ
