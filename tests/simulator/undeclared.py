# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters that lists of a group's projects honour without declaring them (GitLab API sheet, section 3.5).

They arrive as text, as they were sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .answers import server_error
from .parameters import leading_integer
from .site import Call
from .times import read_moment

# Any text but blanks means true, "false" too.
TRUTHY = ("owned", "search_namespaces", "starred", "with_issues_enabled", "with_merge_requests_enabled")
TEXTS = ("topic_id", "repository_storage")
TIMES = ("last_activity_after", "last_activity_before")
BOUNDS = ("id_after", "id_before")


def finder_parameters(call: Call) -> dict[str, Any]:
    """What GitLab's finder gets for a list of a group's projects: declared values, and these as it reads them."""
    declared = call.parameters
    sent = {name: value for name, value in call.params.items() if name not in declared}
    given: dict[str, Any] = dict(declared)
    given.update({name: True for name in TRUTHY if _present(sent.get(name))})
    given.update({name: sent[name] for name in TEXTS if _present(sent.get(name))})
    given.update({name: _moment(sent[name]) for name in TIMES if _present(sent.get(name))})
    given.update({name: leading_integer(str(sent[name])) for name in BOUNDS if _present(sent.get(name))})
    if _present(sent.get("topic")):
        given["topic"] = _topics(sent["topic"])
    if "active" in sent and call.rules.knows_active:
        given["active"] = True
    return given


def _present(value: Any) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def _topics(value: Any) -> list[str]:
    """Never empty: a list of nothing finds nothing."""
    if isinstance(value, Mapping):
        raise server_error()
    texts = value if isinstance(value, list) else value.split(",")
    return [text.strip() for text in texts] or [""]


def _moment(value: Any) -> datetime:
    """The database is asked with the text, and fails over what is no time."""
    try:
        return read_moment(value)
    except (TypeError, ValueError):
        raise server_error() from None
