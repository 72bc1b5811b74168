# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look as a whole: who calls, which group, which projects, and what the group reaches already."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .._gitlab.client import GitLab
from .hidden import reveal_hidden
from .identity import Setting, look_around
from .inherited import find_inherited
from .rules import Rules
from .select import Selected, select_projects
from .selection import Selection


@dataclass(frozen=True)
class Sight:
    """What was seen, and the rules that it puts up for a plan."""

    setting: Setting
    selected: Selected
    rules: Rules


def look(gitlab: GitLab, group: str, access_level: int, selection: Selection, today: datetime.date) -> Sight:
    """Find out who calls, which group is meant, which projects are selected, and what the group reaches already.

    :param access_level: a level of shares that this GitLab must know.
    :raises GroupShareError: when an option names what does not exist, or GitLab does not answer.
    """
    setting = look_around(gitlab, group, access_level)
    selected = reveal_hidden(gitlab, setting.group, select_projects(gitlab, selection, setting))
    inherited = find_inherited(gitlab, setting.group, selected.projects, today, needed=selection.skip_inherited)
    rules = Rules(
        group_path=setting.group.full_path,
        leaves_out_archived=selection.archived == "exclude",
        skip_inherited=selection.skip_inherited,
        inherited=inherited,
    )
    return Sight(setting, selected, rules)
