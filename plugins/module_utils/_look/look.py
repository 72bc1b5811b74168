# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""The look as a whole: who calls, which group, which projects, and what the group reaches already."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.hidden import reveal_hidden
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.identity import Setting, look_around
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.inherited import find_inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.rules import Rules
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.selection import (
    Selected,
    select_projects,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.selection import Selection


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
    inherited = find_inherited(
        gitlab, setting.group, selected.projects, today.isoformat(), needed=selection.skip_inherited
    )
    rules = Rules(
        group_path=setting.group.full_path,
        leaves_out_archived=selection.archived == "exclude",
        skip_inherited=selection.skip_inherited,
        inherited=inherited,
    )
    return Sight(setting, selected, rules)
