# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: one line of JSON for each thing that a run does, written as it happens."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import threading
import typing as t

from .._errors import GroupShareError, InvalidOption


class Journal:
    """Appends lines to a file; without a path it writes nothing. May be used from several threads.

    Its problem tells, after a line could not be written, what a user should know; else it is None.

    :param path: of the file; made with mode 0600 if it does not exist.
    :param check_mode: nothing is written, and a file that does not exist is not made.
    :raises InvalidOption: when the file cannot be written, or is a symbolic link.
    """

    def __init__(self, path: str | None, check_mode: bool = False) -> None:
        self._lock = threading.Lock()
        self._file: t.TextIO | None = None
        self.problem: str | None = None
        if path is None:
            return
        if check_mode:
            _check_writable(path)
            return
        # Who can put a link there could have us write into a file of somebody else.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._file = os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            problem = "is a symbolic link" if os.path.islink(path) else f"cannot be written: {error.strerror}"
            raise InvalidOption("journal_path", path, f"{problem}.") from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, GroupShareError):
            self.write("end", error=str(error))
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def write(self, event: str, **details: object) -> None:
        """Append one line with the time in UTC, the event, and its details, and hand it to the operating system."""
        if self._file is None:
            return
        time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        line = json.dumps({"time": time, "event": event, **details}, ensure_ascii=False)
        with self._lock:
            try:
                self._file.write(line + "\n")
                self._file.flush()
            except OSError as error:
                # A full disk must not come between the removal of a share and the making of the new one.
                self.problem = f"The journal has gaps: {error.strerror}."

    @contextlib.contextmanager
    def around(self, event: str, **details: object) -> t.Iterator[None]:
        """Write a line before and a line after what is done inside."""
        self.write(event, outcome="begun", **details)
        try:
            yield
        except GroupShareError as error:
            self.write(event, outcome="failed", error=str(error), **details)
            raise
        self.write(event, outcome="done", **details)


def _check_writable(path: str) -> None:
    """Raise what opening the file would raise, without making it."""
    place = path if os.path.lexists(path) else os.path.dirname(path) or "."
    if os.path.islink(path):
        raise InvalidOption("journal_path", path, "is a symbolic link.")
    if os.path.isdir(path) or not os.access(place, os.W_OK):
        raise InvalidOption("journal_path", path, "cannot be written.")
