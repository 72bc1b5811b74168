# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What limits a run, and where it writes what it does."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._foresee.protection import KeepOrDrop

ListProjects = t.Literal["all", "changed", "problems"]


@dataclass(frozen=True)
class RunOptions:
    """The options of one run that concern neither the projects nor their shares.

    :param today: the day at GitLab.
    :param check_mode: write nothing, and find out what a run would do.
    :param diff_mode: return a diff as well.
    :param max_changes: the most changes a plan may hold, or None for any number.
    :param list_projects: which projects the result lists.
    :param journal_run: number or time of the run to undo, or None for the last one that wrote.
    """

    today: datetime.date
    check_mode: bool = False
    diff_mode: bool = False
    max_changes: int | None = None
    fail_on_error: bool = True
    list_projects: ListProjects = "changed"
    protection_rules: KeepOrDrop = "keep"
    journal_path: str | None = None
    journal_run: str | None = None
    recovery_dir: str = ""
