# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of gitlab_group_share_all, carried out without Ansible around it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.groupshare.gitlab.plugins.module_utils._options.share_all import ARGUMENTS, share_all_options
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report
from ansible_collections.groupshare.gitlab.plugins.module_utils._share_all import share_all
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.parts import given
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, token_of

# What is to be raised, and the options for that.
BEFORE = {"access_level": "reporter", "expires_at": "2099-01-31"}
RAISED = {"access_level": "developer"}


def today() -> datetime.date:
    """The day at GitLab."""
    return datetime.datetime.now(datetime.timezone.utc).date()


def parameters(**values: Any) -> dict[str, Any]:
    """A task's parameters as Ansible hands them over."""
    return given(ARGUMENTS, **values)


def task_to_raise(gitlab: Simulator, records: Path, **values: Any) -> dict[str, Any]:
    """The parameters of a task of olivia's that raises shares, with its recovery records in that directory."""
    usual = {"api_url": gitlab.url, "api_token": token_of("olivia"), "group": GROUP, "recovery_dir": str(records)}
    return parameters(**{**usual, **RAISED, **values})


def carry_out(params: Mapping[str, Any], check_mode: bool = False) -> Report:
    """Carry out a task with these parameters."""
    return share_all(share_all_options(params, today(), check_mode, diff_mode=True))
