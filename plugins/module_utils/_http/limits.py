# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long GitLab's limits ask a client to wait, read from the headers of its answers."""

from __future__ import annotations

import email.utils
import time
import typing as t

# Windows of GitLab's application limits are aligned to the minute.
WINDOW_SECONDS = 60


def seconds_to_wait(headers: t.Mapping[str, str]) -> float:
    """Return the seconds to wait after a 429: as Retry-After says, else until RateLimit-Reset, else a full minute.

    :param headers: those of the answer; its Date stands for GitLab's clock, so that ours may be wrong.
    """
    after = retry_after(headers)
    if after is not None:
        return after
    now = _server_time(headers)
    reset = _number(headers.get("RateLimit-Reset"))
    if reset is not None:
        return max(1.0, reset - now)
    return WINDOW_SECONDS - now % WINDOW_SECONDS


def retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for (a number or a date, at least one second), or None without it."""
    value = headers.get("Retry-After", "").strip()
    seconds = _number(value)
    if seconds is None and value:
        moment = _timestamp(value)
        seconds = None if moment is None else moment - _server_time(headers)
    return None if seconds is None else max(1.0, seconds)


def seconds_until_fresh(headers: t.Mapping[str, str], in_flight: int) -> float:
    """Return the seconds until the limit starts anew if what remains is needed by requests already under way, else 0.

    :param in_flight: how many requests may be under way at once.
    """
    remaining = _number(headers.get("RateLimit-Remaining"))
    reset = _number(headers.get("RateLimit-Reset"))
    if remaining is None or reset is None or remaining >= in_flight:
        return 0.0
    return max(0.0, reset - _server_time(headers))


def _server_time(headers: t.Mapping[str, str]) -> float:
    moment = _timestamp(headers.get("Date", ""))
    return time.time() if moment is None else moment


def _timestamp(date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, IndexError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None
