# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All options of gitlab_group_share_all, checked and typed."""

from __future__ import annotations

import datetime
import os
import typing as t
from dataclasses import dataclass

from .._apply.run_options import RunOptions
from .._errors import InvalidOption
from .._http.connection import Connection
from .._observe.selection import Selection
from .._plan.desired import Desired
from .connection import CONNECTION_ARGUMENTS, connection_from
from .selection import SELECTION_ARGUMENTS, selection_from
from .sharing import SHARING_ARGUMENTS, desired_from, group_from

RUN_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "protection_rules": {"type": "str", "choices": ["keep", "drop"], "default": "keep"},
    "max_changes": {"type": "int"},
    "fail_on_error": {"type": "bool", "default": True},
    "list_projects": {"type": "str", "choices": ["all", "changed", "problems"], "default": "changed"},
    "recovery_dir": {"type": "path", "default": "~/.ansible/groupshare"},
    "journal_path": {"type": "path"},
    "journal_run": {"type": "str"},
}
ARGUMENTS = {**CONNECTION_ARGUMENTS, **SELECTION_ARGUMENTS, **SHARING_ARGUMENTS, **RUN_ARGUMENTS}


State = t.Literal["present", "absent", "restored"]


@dataclass(frozen=True)
class ShareAllOptions:
    """What one task asks for.

    :param group: full path, id or name of the group that is invited.
    :param state: restored undoes a run of the journal, in place of what desired says.
    :param level_is_given: the access level was written down in the task.
    """

    connection: Connection
    group: str
    selection: Selection
    desired: Desired
    run: RunOptions
    state: State = "present"
    level_is_given: bool = False


def share_all_options(
    params: t.Mapping[str, t.Any], today: datetime.date, check_mode: bool = False, diff_mode: bool = False
) -> ShareAllOptions:
    """Check the module's parameters and return them typed.

    :param today: the day at GitLab.
    :param check_mode: with diff_mode, the modes in which Ansible runs the task.
    :raises InvalidOption: naming the option whose value cannot be used.
    """
    state = params["state"]
    if state == "restored":
        _check_restored(params)
    elif params["journal_run"] is not None:
        raise InvalidOption("journal_run", params["journal_run"], "is for state=restored only.")
    connection = connection_from(params)
    return ShareAllOptions(
        connection=connection,
        group=group_from(params["group"], connection.root_url),
        selection=selection_from(params, connection.root_url),
        desired=desired_from(params, today),
        run=_run_options_from(params, today, check_mode, diff_mode),
        state=state,
        level_is_given=params["access_level"] is not None,
    )


def _run_options_from(
    params: t.Mapping[str, t.Any], today: datetime.date, check_mode: bool, diff_mode: bool
) -> RunOptions:
    if params["max_changes"] is not None and params["max_changes"] < 0:
        raise InvalidOption("max_changes", params["max_changes"], "must be 0 or more.")
    return RunOptions(
        today=today,
        check_mode=check_mode,
        diff_mode=diff_mode,
        max_changes=params["max_changes"],
        fail_on_error=params["fail_on_error"],
        list_projects=params["list_projects"],
        protection_rules=params["protection_rules"],
        journal_path=params["journal_path"],
        journal_run=params["journal_run"],
        recovery_dir=os.path.expanduser(params["recovery_dir"]),
    )


def _check_restored(params: t.Mapping[str, t.Any]) -> None:
    if params["journal_path"] is None:
        raise InvalidOption("state", "restored", "needs journal_path, the journal of the run to undo.")
    for option in ("access_level", "expires_at", "update_existing", "skip_inherited"):
        if params[option] not in (None, False):
            raise InvalidOption(
                option, params[option], "has no meaning with state=restored: each share becomes what it was."
            )
