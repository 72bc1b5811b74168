# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of gitlab_group_share_all, carried out without Ansible around it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ansible_collections.groupshare.gitlab.plugins.module_utils._options.share_all import ARGUMENTS, share_all_options
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report
from ansible_collections.groupshare.gitlab.plugins.module_utils._share_all import share_all
from ansible_collections.groupshare.gitlab.tests.support.parts import given


def today() -> datetime.date:
    """The day at GitLab."""
    return datetime.datetime.now(datetime.timezone.utc).date()


def parameters(**values: Any) -> dict[str, Any]:
    """A task's parameters as Ansible hands them over."""
    return given(ARGUMENTS, **values)


def carry_out(params: Mapping[str, Any], check_mode: bool = False) -> Report:
    """Carry out a task with these parameters."""
    return share_all(share_all_options(params, today(), check_mode, diff_mode=True))
