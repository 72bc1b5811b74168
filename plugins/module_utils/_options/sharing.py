# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""What shares the user wants, and the guards around getting them."""

from __future__ import annotations

import datetime
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.groupshare.gitlab.plugins.module_utils._access_levels import GUEST, LEVELS
from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import InvalidOption

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


@dataclass(frozen=True)
class Wanted:
    """The shares as they shall be.

    :param group: full path, id or name of the group that is invited.
    :param access_level: GitLab's number.
    :param manages_expiry: whether the expiry of a share is to be compared and set at all.
    :param expires_at: ``YYYY-MM-DD``, or None for a share without an end.
    """

    group: str
    access_level: int = GUEST
    manages_expiry: bool = False
    expires_at: str | None = None
    present: bool = True
    update_existing: str = "always"

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any], today: datetime.date) -> Wanted:
        """Check the module's parameters and return them typed.

        :param today: the day at GitLab; an expiry must lie after it.
        :raises InvalidOption: naming the group or date that cannot be used.
        """
        expires_at = params["expires_at"]
        return cls(
            group=group_reference(params["group"]),
            access_level=LEVELS[params["access_level"]],
            manages_expiry=expires_at is not None,
            expires_at=None if expires_at in (None, NEVER) else _future_date(expires_at, today),
            present=params["state"] == "present",
            update_existing=params["update_existing"],
        )

    @property
    def level_to_make(self) -> int:
        """The level of new shares, which GitLab must know; where none are made, one that it always knows."""
        return self.access_level if self.present else GUEST


@dataclass(frozen=True)
class Guards:
    """What limits a run and shapes its report.

    :param max_changes: the most changes a plan may hold, or None for any number.
    """

    max_changes: int | None = None
    fail_on_error: bool = True
    return_unchanged: bool = False
    journal_path: str | None = None

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Guards:
        """Check the module's parameters and return them typed.

        :raises InvalidOption: for a max_changes below zero.
        """
        if params["max_changes"] is not None and params["max_changes"] < 0:
            raise InvalidOption("max_changes", params["max_changes"], "must be 0 or more.")
        return cls(
            max_changes=params["max_changes"],
            fail_on_error=params["fail_on_error"],
            return_unchanged=params["return_unchanged"],
            journal_path=params["journal_path"],
        )


def today_at_gitlab() -> datetime.date:
    """Return the day by which GitLab lets shares end: that of UTC, in which it keeps its time."""
    return datetime.datetime.now(datetime.timezone.utc).date()


def group_reference(value: str) -> str:
    """Return the group's path, id or name without surrounding blanks and slashes.

    :raises InvalidOption: when nothing is left.
    """
    reference = value.strip().strip("/")
    if not reference:
        raise InvalidOption("group", value, "is neither a full path, nor an id, nor a name.")
    return reference


def _future_date(value: str, today: datetime.date) -> str:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        date = datetime.date.fromisoformat(value)
    except ValueError:
        raise InvalidOption("expires_at", value, "is not a date like 2027-01-31, nor 'never'.") from None
    if date <= today:
        # GitLab accepts such a date and drops the share the next night.
        raise InvalidOption("expires_at", value, f"is not after today ({today}): the share would end at once.")
    return value
