# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long GitLab's limits ask a client to wait, read from its answers.

GitLab has two kinds of limits. The throttle counts requests, and its headers tell when the window ends. Application
limits count calls of one endpoint, in windows that begin at multiples of their length since the epoch; their
Retry-After, where there is one, is the length of the window, not the rest of it.

All functions take the headers of an answer. Its Date stands for GitLab's clock, so that ours may be wrong.
"""

from __future__ import annotations

import email.utils
import time
import typing as t

# Windows of application limits, in seconds: ten minutes for the list of all projects, one minute for the rest.
WINDOW_SECONDS = 60
LONG_WINDOWS = {"/api/v4/projects": 600}
# Nobody waits longer; it keeps nonsense in a header within what clocks and dates can express.
MAX_SECONDS = 365 * 86_400


def seconds_to_wait(headers: t.Mapping[str, str], path: str, of_application: bool) -> float:
    """Return the seconds to wait after a 429.

    :param path: what was asked for, from ``/api/v4`` on, below the instance's root.
    :param of_application: whether an application limit was reached.
    """
    after = retry_after(headers)
    if of_application:
        return _rest_of_window(headers, after or LONG_WINDOWS.get(path, WINDOW_SECONDS))
    if after is not None:
        return after
    reset = _number(headers.get("RateLimit-Reset"))
    if reset is not None:
        return _bounded(reset - _server_time(headers))
    return _rest_of_window(headers, WINDOW_SECONDS)


def retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, a number or a date; at least one second; None without it."""
    value = headers.get("Retry-After", "").strip()
    seconds = _number(value)
    if seconds is None and value:
        moment = _timestamp(value)
        seconds = None if moment is None else moment - _server_time(headers)
    return None if seconds is None else _bounded(seconds)


def seconds_until_fresh(headers: t.Mapping[str, str], in_flight: int) -> float:
    """Return the seconds until the window resets if what remains of it covers only requests in flight, else 0.

    :param in_flight: how many requests may be under way at once.
    """
    remaining = _number(headers.get("RateLimit-Remaining"))
    reset = _number(headers.get("RateLimit-Reset"))
    if remaining is None or reset is None or remaining >= in_flight:
        return 0.0
    return max(0.0, reset - _server_time(headers))


def _rest_of_window(headers: t.Mapping[str, str], window: float) -> float:
    return window - _server_time(headers) % window


def _bounded(seconds: float) -> float:
    return min(max(1.0, seconds), MAX_SECONDS)


def _server_time(headers: t.Mapping[str, str]) -> float:
    moment = _timestamp(headers.get("Date", ""))
    return time.time() if moment is None else moment


def _timestamp(date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None
