# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of replacements under way, so that the next run can make a share again that a killed one had removed.

One file a run, locked while the run lives: a file that nobody holds a lock on belongs to a run that was killed. Its
lines are JSON: an intent before a share is removed, and its end once the project has a share again. No token is in it.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import re
import threading
import time
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from .._errors import RunRefused
from .._gitlab.records import Project, Share

# The line of a run that makes the shares of a record again. How long, in seconds, others wait for it.
CLAIMED = {"claimed": True}
CLAIM_SECONDS = 60
# How long others may hold the lock before they have claimed a record, or while they only read it.
READING_SECONDS = 0.2
POLL_SECONDS = 0.05
STILL_CLAIMED = (
    "Another run is still putting back shares that a killed run had removed. Run the task again when it has ended."
)


@dataclass(frozen=True)
class Intent:
    """A replacement that was begun: the share as it was before."""

    project_id: int
    path: str
    before: Share


class RecoveryRecord:
    """Writes the intents of this run. May be used from several threads.

    The file is made with mode 0600 at the first intent, in a directory that is made if it is missing, and removed at
    the end of the context unless an intent is still open. Where it cannot be written, problem says why and the run
    goes on.

    :param root_url: of the GitLab instance; group_id: of the invited group. Both are in the file's name.
    """

    def __init__(self, directory: str, root_url: str, group_id: int) -> None:
        self._directory = directory
        self._prefix = file_prefix(root_url, group_id)
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._file: t.TextIO | None = None
        self._path = ""
        self.problem: str | None = None

    def __enter__(self) -> RecoveryRecord:
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            if self._file is None:
                return
            if not self._open:
                with contextlib.suppress(OSError):
                    os.unlink(self._path)
            self._file.close()
            self._file = None

    def begin(self, project: Project, before: Share) -> None:
        """Put on disk that a share is about to be removed and made again."""
        with self._lock:
            self._open.add(project.id)
            self._write({"intent": project.id, "path": project.path, "before": _to_json(before)})

    def end(self, project: Project) -> None:
        """Put on disk that the project has a share again, or is gone."""
        with self._lock:
            self._open.discard(project.id)
            self._write({"end": project.id})

    def _write(self, line: t.Mapping[str, t.Any]) -> None:
        if self.problem is not None:
            return
        try:
            if self._file is None:
                self._path, self._file = _create(self._directory, self._prefix)
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self.problem = (
                f"No recovery record can be written to {self._directory} ({error.strerror}): if this run is killed "
                "between the removal of a share and its replacement, the next run cannot put the former share back. "
                "Set recovery_dir to a directory that can be written to and outlives the run."
            )


class AbandonedRecord:
    """A record whose run was killed."""

    def __init__(self, path: str, file: t.TextIO) -> None:
        self._path = path
        self._file = file
        self.intents = _open_intents(file)

    def claim(self) -> None:
        """Note that its shares are about to be made again, so that another run waits for that."""
        with contextlib.suppress(OSError):
            # The last line may have been cut off.
            self._file.write("\n" + json.dumps(CLAIMED) + "\n")
            self._file.flush()

    def release(self) -> None:
        """Unlock the record as it is."""
        with contextlib.suppress(OSError):
            self._file.close()

    def close(self, settled: t.Iterable[Intent]) -> None:
        """Unlock the record and note what is settled; it is removed once all its intents are."""
        ended = [intent.project_id for intent in settled]
        with contextlib.suppress(OSError):
            if len(ended) == len(self.intents):
                os.unlink(self._path)
            else:
                self._file.writelines(json.dumps({"end": number}) + "\n" for number in ended)
                self._file.flush()
        self.release()


def abandoned_records(directory: str, root_url: str, group_id: int, only_look: bool = False) -> list[AbandonedRecord]:
    """Return the records of killed runs for an instance and a group, oldest first.

    :param only_look: leave them unlocked, because no share is made again; otherwise other runs wait for that.
    :raises RunRefused: when another run has been making the shares of such a record again for CLAIM_SECONDS.
    """
    # Without the time, a file of group 2 at gitlab-1 would look like one of group 1 at gitlab.
    name_of_record = re.compile(re.escape(file_prefix(root_url, group_id)) + r"\d{8}T")
    try:
        names = sorted(filter(name_of_record.match, os.listdir(directory)))
    except OSError:
        return []
    with contextlib.ExitStack() as unless_all_are_taken:
        records = []
        for name in names:
            record = _take_over(os.path.join(directory, name), only_look)
            if record is not None:
                unless_all_are_taken.callback(record.release)
                records.append(record)
        unless_all_are_taken.pop_all()
    return records


def file_prefix(root_url: str, group_id: int) -> str:
    """Return how the names of all records for an instance and a group begin."""
    parts = urlsplit(root_url)
    return f"{re.sub(r'[^A-Za-z0-9.-]', '_', parts.netloc + parts.path)}-{group_id}-"


def _create(directory: str, prefix: str) -> tuple[str, t.TextIO]:
    """Make and lock a new file; its name sorts by time."""
    os.makedirs(directory, mode=0o700, exist_ok=True)
    moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%S%f")
    path = os.path.join(directory, f"{prefix}{moment}-{os.getpid()}.jsonl")
    # Created under another name, which nobody looks for, until it is locked.
    hidden = os.path.join(directory, f".{os.path.basename(path)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.fdopen(os.open(hidden, flags, 0o600), "w", encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_EX)
    os.rename(hidden, path)
    return path, file


def _take_over(path: str, only_look: bool) -> AbandonedRecord | None:
    """Claim a record, or only read it; return None for one that is in use, gone, or not ours to read."""
    try:
        flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.fdopen(os.open(path, flags), "a+", encoding="utf-8", errors="replace")
    except OSError:
        return None
    with contextlib.ExitStack() as unless_taken:
        unless_taken.callback(file.close)
        # Another run may have settled and removed it since we opened it.
        if not _lock(file) or not os.fstat(file.fileno()).st_nlink:
            return None
        record = AbandonedRecord(path, file)
        if not only_look:
            record.claim()
            unless_taken.pop_all()
        return record


def _lock(file: t.TextIO) -> bool:
    """Lock a record; return False for one whose run still lives.

    :raises RunRefused: when another run has claimed it and holds it for long.
    """
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        waited, is_claimed = time.monotonic() - began, _is_claimed(file)
        if is_claimed and waited > CLAIM_SECONDS:
            raise RunRefused(STILL_CLAIMED)
        if not is_claimed and waited > READING_SECONDS:
            return False
        time.sleep(POLL_SECONDS)


def _is_claimed(file: t.TextIO) -> bool:
    """Return whether the run that holds the lock is not the one that wrote the record."""
    file.seek(0)
    return any(line.strip() == json.dumps(CLAIMED) for line in file)


def _open_intents(file: t.TextIO) -> tuple[Intent, ...]:
    """Return the intents without an end. The last line of a killed run may be cut off; it was never acted on."""
    found: dict[int, Intent] = {}
    file.seek(0)
    for text in file:
        # A line that is damaged says nothing; the others count all the same.
        with contextlib.suppress(ValueError, KeyError, TypeError):
            line = json.loads(text)
            if "intent" in line:
                number = int(line["intent"])
                found.setdefault(number, Intent(number, str(line["path"]), _from_json(line["before"])))
            elif "end" in line:
                found.pop(int(line["end"]), None)
    return tuple(found.values())


def _to_json(share: Share) -> dict[str, t.Any]:
    return {
        "access_level": share.access_level,
        "expires_at": None if share.expires_at is None else share.expires_at.isoformat(),
    }


def _from_json(data: t.Mapping[str, t.Any]) -> Share:
    end = data["expires_at"]
    return Share(int(data["access_level"]), None if end is None else datetime.date.fromisoformat(end))
