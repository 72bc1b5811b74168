# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What limits a run and shapes its report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunOptions:
    """What limits a run and shapes its report.

    :param max_changes: the most changes a plan may hold, or None for any number.
    """

    max_changes: int | None = None
    fail_on_error: bool = True
    return_unchanged: bool = False
    journal_path: str | None = None
