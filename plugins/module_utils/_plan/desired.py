# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shares that the user asked for, compared with those that exist."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._gitlab.access_levels import GUEST
from .._gitlab.records import Share, one_share

UpdateExisting = t.Literal["always", "raise_only", "never"]
NotUpdatedReason = t.Literal["not_updated", "would_lower", "would_end_sooner"]


@dataclass(frozen=True)
class Desired:
    """What the user asked for.

    :param access_level: GitLab's number.
    :param manages_expiry: whether the end of a share is compared and set at all.
    :param expires_at: the day on which shares end, or None for no end.
    :param present: whether there should be a share at all.
    """

    access_level: int = GUEST
    manages_expiry: bool = False
    expires_at: datetime.date | None = None
    present: bool = True
    update_existing: UpdateExisting = "raise_only"

    def is_met_by(self, share: Share | None) -> bool:
        """Return whether a share is as described; a share whose level is hidden is taken to be."""
        if share is None or not self.present:
            return share is None and not self.present
        same_end = not self.manages_expiry or share.expires_at == self.expires_at
        return share.is_hidden or (share.access_level == self.access_level and same_end)

    def share_for(self, share: Share | None) -> Share | None:
        """Return the share to make, in place of an existing one or of none; its end is kept unless it is managed."""
        if not self.present:
            return None
        kept_end = share.expires_at if share is not None else None
        return one_share(self.access_level, self.expires_at if self.manages_expiry else kept_end)

    def reason_to_keep(self, share: Share) -> NotUpdatedReason | None:
        """Return why an existing share that differs is left alone, or None.

        With raise_only, for example, a developer without an end stays when a maintainer until January is asked for:
        the level would rise, but the end would come sooner.
        """
        if self.update_existing == "always" or not self.present:
            return None
        if self.update_existing == "never":
            return "not_updated"
        return next(iter(self.losses_for(share)), None)

    def losses_for(self, share: Share) -> tuple[NotUpdatedReason, ...]:
        """Return what a share would lose if it were replaced: its level, its end, both or nothing."""
        new = self.share_for(share)
        if new is None:
            return ()
        losses: list[NotUpdatedReason] = []
        if (share.access_level or 0) > (new.access_level or 0):
            losses.append("would_lower")
        if new.expires_at is not None and (share.expires_at is None or new.expires_at < share.expires_at):
            losses.append("would_end_sooner")
        return tuple(losses)
