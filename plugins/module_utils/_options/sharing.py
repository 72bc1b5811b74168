# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which shares the user wants, checked and typed."""

from __future__ import annotations

import datetime
import re
import typing as t
from urllib.parse import urlsplit

from .._errors import InvalidOption
from .._gitlab.access_levels import LEVELS
from .._plan.desired import Desired
from .selection import clean_reference

NEVER = "never"
USUAL_LEVEL = "guest"

ACCESS_LEVEL: dict[str, t.Any] = {"type": "str", "choices": list(LEVELS)}
# No defaults for options of which the module has to know whether they were given.
SHARING_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "group": {"type": "str", "required": True},
    "access_level": ACCESS_LEVEL,
    "expires_at": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    "update_existing": {"type": "str", "choices": ["always", "raise_only", "never"]},
}


def desired_from(params: t.Mapping[str, t.Any], today: datetime.date) -> Desired:
    """Check the parameters and return them typed.

    :param today: the day at GitLab; an end must lie after it.
    :raises InvalidOption: naming the date that cannot be used.
    """
    expires_at = params["expires_at"]
    return Desired(
        access_level=LEVELS[params["access_level"] or USUAL_LEVEL],
        manages_expiry=expires_at is not None,
        expires_at=None if expires_at in (None, NEVER) else _future_date(expires_at, today),
        present=params["state"] == "present",
        update_existing=params["update_existing"] or "raise_only",
    )


def group_from(value: str, root_url: str = "", option: str = "group") -> str:
    """Return a group's path, id or name without blanks and slashes around it; a path of digits keeps its slash.

    :param root_url: the instance's root, which the URL of a group begins with.
    :raises InvalidOption: when nothing is left.
    """
    reference = clean_reference(value, urlsplit(root_url).path)
    if not reference:
        raise InvalidOption(option, value, "is neither a full path, nor an id, nor a name.")
    return reference


def _future_date(value: str, today: datetime.date) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        date = datetime.date.fromisoformat(value)
    except ValueError:
        raise InvalidOption("expires_at", value, "is neither a date like 2027-01-31 nor 'never'.") from None
    if date <= today:
        # GitLab accepts such a date and drops the share the next night.
        raise InvalidOption("expires_at", value, f"is not after today ({today}): the share would end at once.")
    return date
