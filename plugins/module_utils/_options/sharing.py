# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What shares the user wants, and the guards around getting them."""

from __future__ import annotations

import datetime
import re
import typing as t

from .._apply.run_options import RunOptions
from .._errors import InvalidOption
from .._gitlab.access_levels import LEVELS
from .._plan.desired import Desired
from .selection import clean_reference

NEVER = "never"

GROUP_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "group": {"type": "str", "required": True},
    "access_level": {"type": "str", "choices": list(LEVELS), "default": "guest"},
}
SHARING_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    **GROUP_ARGUMENTS,
    "expires_at": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "update_existing": {"type": "str", "choices": ["always", "raise_only", "never"], "default": "always"},
    "max_changes": {"type": "int"},
    "fail_on_error": {"type": "bool", "default": True},
    "return_unchanged": {"type": "bool", "default": False},
    "journal_path": {"type": "path"},
}


def desired_from(params: t.Mapping[str, t.Any], today: datetime.date) -> Desired:
    """Check the module's parameters and return them typed.

    :param today: the day at GitLab; an expiry must lie after it.
    :raises InvalidOption: naming the group or date that cannot be used.
    """
    expires_at = params["expires_at"]
    return Desired(
        group=group_reference(params["group"]),
        access_level=LEVELS[params["access_level"]],
        manages_expiry=expires_at is not None,
        expires_at=None if expires_at in (None, NEVER) else _future_date(expires_at, today),
        present=params["state"] == "present",
        update_existing=params["update_existing"],
    )


def run_options_from(params: t.Mapping[str, t.Any]) -> RunOptions:
    """Check the module's parameters and return them typed.

    :raises InvalidOption: for a max_changes below zero.
    """
    if params["max_changes"] is not None and params["max_changes"] < 0:
        raise InvalidOption("max_changes", params["max_changes"], "must be 0 or more.")
    return RunOptions(
        max_changes=params["max_changes"],
        fail_on_error=params["fail_on_error"],
        return_unchanged=params["return_unchanged"],
        journal_path=params["journal_path"],
    )


def group_reference(value: str) -> str:
    """Return the group's path, id or name; a path of digits keeps its slash.

    :raises InvalidOption: when nothing is left.
    """
    reference = clean_reference(value)
    if not reference:
        raise InvalidOption("group", value, "is neither a full path, nor an id, nor a name.")
    return reference


def _future_date(value: str, today: datetime.date) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        date = datetime.date.fromisoformat(value)
    except ValueError:
        raise InvalidOption("expires_at", value, "is not a date like 2027-01-31, nor 'never'.") from None
    if date <= today:
        # GitLab accepts such a date and drops the share the next night.
        raise InvalidOption("expires_at", value, f"is not after today ({today}): the share would end at once.")
    return date
