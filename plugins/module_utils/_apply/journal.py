# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: one line of JSON for each thing that a run does, written as it happens."""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
import threading
import time
import typing as t

from .._errors import GroupShareError, InvalidOption
from .._gitlab.access_levels import level_name
from .._gitlab.records import Share
from .._observe.observe import Observed
from .._plan.plan import Step


class Journal:
    """Appends lines to files; without a path it writes nothing. May be used from several threads.

    Its problem is a sentence for the user after a line could not be written, else None.

    :param path: of the journal; made with mode 0600 if it does not exist.
    :param progress_path: of an existing file, from which the action plugin shows progress; check mode writes to it too.
    :param check_mode: do not write the journal, nor create it.
    :raises InvalidOption: when the journal cannot be written, or is a symbolic link.
    """

    def __init__(self, path: str | None, check_mode: bool = False, progress_path: str | None = None) -> None:
        self._lock = threading.Lock()
        self._files: list[t.TextIO] = []
        self._done = 0
        self._total = 0
        self._run = _now()
        self._last_reading = time.monotonic()
        self.problem: str | None = None
        if path is not None and check_mode:
            _check_writable(path)
        elif path is not None:
            self._files.append(_open(path))
        if progress_path is not None:
            with contextlib.suppress(OSError):
                self._files.append(_append(progress_path, os.O_APPEND))

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, GroupShareError):
            self.write("end", error=str(error))
        for file in self._files:
            with contextlib.suppress(OSError):
                file.close()

    def write(self, event: str, **details: object) -> None:
        """Append one line with the time in UTC, the event and its details, and hand it to the operating system."""
        if not self._files:
            return
        # The run's own time sets its lines apart from those of others that write to the same journal.
        about = {"time": self._run if event == "start" else _now(), "run": self._run, "event": event}
        line = json.dumps({**about, **details}, ensure_ascii=False)
        with self._lock:
            try:
                for file in self._files:
                    file.write(line + "\n")
                    file.flush()
            except OSError as error:
                # A full disk must not come between the removal of a share and the making of the new one.
                self.problem = f"The journal has gaps: {error.strerror}."

    def looked(self, observed: Observed) -> None:
        """Write which group was found, and how many projects."""
        group = {"id": observed.group.id, "full_path": observed.group.full_path}
        self.write("look", group=group, projects=len(observed.projects))

    def reading(self, read: int, about: int | None) -> None:
        """Write how many projects were read so far, once a second at most."""
        now = time.monotonic()
        if now - self._last_reading >= 1:
            self._last_reading = now
            self.write("look", read=read, about=about)

    def planned(self, steps: t.Iterable[Step]) -> None:
        """Write how many changes the plan has."""
        self._total = sum(step.is_change for step in steps)
        self.write("plan", total=self._total)

    def waiting(self, until: datetime.datetime) -> None:
        """Write until when the run waits because GitLab asks for it."""
        self.write("wait", until=until.isoformat(timespec="seconds"))

    def around(self, event: str, step: Step, **details: object) -> t.ContextManager[None]:
        """Write a line before and a line after a write of a step; the first one has the share as it was before."""
        return self._around(event, {**details, **self._about(step)}, before=details_or_none(step.before))

    def around_recovery(self, project: str, project_id: int, share: Share) -> t.ContextManager[None]:
        """Write a line before and a line after a share is made again that an earlier run had removed."""
        return self._around("recover", {"project": project, "id": project_id, **share_details(share)})

    @contextlib.contextmanager
    def _around(self, event: str, about: t.Mapping[str, object], **first: object) -> t.Iterator[None]:
        self.write(event, outcome="begun", **first, **about)
        try:
            yield
        except GroupShareError as error:
            self.write(event, outcome="failed", error=str(error), **about)
            raise
        self.write(event, outcome="done", **about)

    def settled(self, step: Step) -> None:
        """Write what became of a step."""
        with self._lock:
            self._done += 1
        self.write(
            "step",
            outcome=step.status,
            error=None if step.error is None else step.error.message,
            written=step.written,
            before=details_or_none(step.before),
            after=details_or_none(step.after),
            **self._about(step),
        )

    def _about(self, step: Step) -> dict[str, t.Any]:
        project = {"project": step.project.path, "id": step.project.id}
        return {**project, "step": step.status, "done": self._done, "total": self._total}


def details_or_none(share: Share | None) -> t.Mapping[str, t.Any] | None:
    """Return what share_details() does, or None for no share."""
    return None if share is None else share_details(share)


@functools.lru_cache(maxsize=1024)
def share_details(share: Share) -> t.Mapping[str, t.Any]:
    """Return a share as the journal and the result show it; a level that the token may not see is None.

    Thousands of entries of a result have the same one, which is kept in memory once.
    """
    level = None if share.access_level is None else level_name(share.access_level)
    return {"access_level": level, "expires_at": None if share.expires_at is None else share.expires_at.isoformat()}


def _now() -> str:
    # Runs that begin together, for several groups, are told apart by it.
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds")


def _open(path: str) -> t.TextIO:
    try:
        file = _append(path, os.O_APPEND | os.O_CREAT)
        # Pipes and devices have no end to look at.
        if os.path.isfile(path) and _is_cut_off(path):
            file.write("\n")
        return file
    except OSError as error:
        problem = "is a symbolic link" if os.path.islink(path) else f"cannot be written: {error.strerror}"
        raise InvalidOption("journal_path", path, f"{problem}.") from error


def _is_cut_off(path: str) -> bool:
    """Return whether an earlier run was killed in the middle of a line."""
    with open(path, "rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            # Anything that could be read now would be a line that another run has just begun.
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _append(path: str, flags: int) -> t.TextIO:
    # Somebody else's symbolic link could make us write into another file.
    flags |= os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8", errors="backslashreplace")


def _check_writable(path: str) -> None:
    """Raise what opening the file would raise, without making it."""
    place = path if os.path.lexists(path) else os.path.dirname(path) or "."
    if os.path.islink(path):
        raise InvalidOption("journal_path", path, "is a symbolic link.")
    if not path or os.path.isdir(path) or not os.access(place, os.W_OK):
        raise InvalidOption("journal_path", path, "cannot be written.")
