# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An earlier run, as its journal describes it: the share of each project before and after its writes."""

from __future__ import annotations

import datetime
import json
import typing as t
from dataclasses import dataclass, field

from .._errors import InvalidOption
from .._gitlab.access_levels import level_number
from .._gitlab.records import Share

Json = dict[str, t.Any]


class Change(t.NamedTuple):
    """The share of a project as a run found it, and as the run left it.

    :param left: what it may have left, None for no share; several if the run was killed before it knew what became of a
        write.
    """

    before: Share | None
    left: frozenset[Share | None]


@dataclass(frozen=True)
class PastRun:
    """One run of a journal.

    :param number: its place among the runs of the journal, from 1.
    :param time: when it began, as the journal has it.
    :param url: the root of the instance it ran against.
    :param group_id: the invited group's, or None for a run that did not get so far.
    :param is_undo: it was itself a run with the state restored.
    :param changes: by id, the projects it has written to.
    """

    number: int
    time: str
    url: str
    group_id: int | None = None
    is_undo: bool = False
    changes: t.Mapping[int, Change] = field(default_factory=dict)


def find_past_run(path: str, run: str | None) -> PastRun:
    """Return the run with a number or a time, or the last one that wrote something and was no undo itself.

    :raises InvalidOption: when the journal cannot be read, or has no such run.
    """
    runs = _read_runs(path)
    if run is None:
        found = [each for each in runs if each.changes and not each.is_undo]
        if not found:
            raise InvalidOption("journal_path", path, "has no run that changed a share.")
        return found[-1]
    for each in runs:
        if run in (str(each.number), each.time):
            return each
    raise InvalidOption("journal_run", run, f"is neither the number nor the time of a run in {path}.")


def _read_runs(path: str) -> list[PastRun]:
    lines: dict[str, list[Json]] = {}
    try:
        # The last line of a killed run may end in the middle of a letter.
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in filter(None, map(_parsed, file)):
                lines.setdefault(str(line["run"]), []).append(line)
        # The beginning of a journal may have been rotated away.
        begun = [each for each in lines.values() if each[0]["event"] == "start"]
        runs = [_run(number, each) for number, each in enumerate(begun, 1)]
    except OSError as error:
        raise InvalidOption("journal_path", path, f"cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidOption("journal_path", path, f"is not a journal of this module ({error}).") from error
    if not runs:
        raise InvalidOption("journal_path", path, "has no run of this module.")
    return runs


def _parsed(text: str) -> Json | None:
    """Return a line, or None for one that was cut off when its run was killed: it says nothing."""
    try:
        line: Json = json.loads(text)
    except ValueError:
        return None
    return line


def _run(number: int, lines: t.Sequence[Json]) -> PastRun:
    start = lines[0]
    # Lines on how far the reading is have no group.
    groups = [line["group"]["id"] for line in lines if line["event"] == "look" and "group" in line]
    changes: dict[int, Change] = {}
    for line in lines:
        if line["event"] in ("share", "unshare"):
            changes[line["id"]] = _after_write(changes.get(line["id"]), line)
        elif line["event"] == "step" and line["id"] in changes:
            changes[line["id"]] = _after_step(changes[line["id"]], line)
    return PastRun(
        number=number,
        time=str(start["time"]),
        url=str(start["url"]),
        group_id=groups[0] if groups else None,
        is_undo=start.get("state") == "restored",
        changes={project: change for project, change in changes.items() if change.left != {change.before}},
    )


def _after_write(change: Change | None, line: Json) -> Change:
    """Return what is known of a project after one more line about a write to it."""
    made = None if line["event"] == "unshare" else _share(line)
    if change is None or line["outcome"] == "begun":
        # Somebody else may have changed the share between two writes of the run.
        before = _share(line["before"])
        change = Change(before, frozenset({before}) | (frozenset() if change is None else change.left))
    if line["outcome"] == "done":
        return change._replace(left=frozenset({made}))
    # What has failed may have taken effect all the same, if only the answer was lost.
    return change._replace(left=change.left | {made})


def _after_step(change: Change, line: Json) -> Change:
    """Return what is known of a project after its step has been settled."""
    before, after = _share(line["before"]), _share(line["after"])
    in_doubt = line["outcome"] == "failed" and line["written"]
    return Change(before, change.left | {after} if in_doubt else frozenset({after}))


def _share(data: Json | None) -> Share | None:
    if data is None:
        return None
    if data["access_level"] is None:
        return Share.HIDDEN
    end = data["expires_at"]
    return Share(level_number(data["access_level"]), None if end is None else datetime.date.fromisoformat(end))
