# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was asked and answered: one entry per request, never with a token in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILTERED = "[FILTERED]"
SECRETS = ("private_token", "access_token", "bearer_token", "job_token")


@dataclass(frozen=True)
class LogEntry:
    """One request: status is 0 if the connection was closed without an answer.

    path is percent-encoded and below /api/v4; user is the caller's username, None if anonymous or unknown;
    effect is "" or what was changed ("shared", "unshared", ...); twin_effect is the same for an equal request of
    somebody else that was a moment faster; spoilt: a fault made the answer's body unreadable; headers are names only,
    in lower case.
    """

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    status: int
    user: str | None
    token_sha: str | None
    effect: str
    twin_effect: str
    spoilt: bool
    started: float
    finished: float
    headers: tuple[str, ...]
    content_type: str | None
    user_agent: str | None


def token_sha(token: str | None) -> str | None:
    """A token's fingerprint, in place of the token."""
    return hashlib.sha256(token.encode()).hexdigest() if token else None


def without_secrets(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: FILTERED if name in SECRETS else value for name, value in parameters.items()}


def append_entry(path: str | Path, entry: LogEntry) -> None:
    """Adds one line to a JSON Lines file; it is on disk when this returns."""
    with open(path, "a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
