# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shares as they shall be."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .._gitlab.access_levels import GUEST


@dataclass(frozen=True)
class Desired:
    """The shares as they shall be.

    :param group: full path, id or name of the group that is invited.
    :param access_level: GitLab's number.
    :param manages_expiry: whether the expiry of a share is to be compared and set at all.
    :param expires_at: the day at whose beginning the share ends, or None for a share without an end.
    """

    group: str
    access_level: int = GUEST
    manages_expiry: bool = False
    expires_at: datetime.date | None = None
    present: bool = True
    update_existing: str = "always"

    @property
    def level_to_make(self) -> int:
        """The level of new shares, which GitLab must know; where none are made, one that it always knows."""
        return self.access_level if self.present else GUEST
