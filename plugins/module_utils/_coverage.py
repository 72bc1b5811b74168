# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""How far a group reaches a selection of projects: pure, from what was seen."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Project
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.rules import Inherited, Rules
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.sharing import Wanted
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan import SHARED, make_plan


@dataclass(frozen=True)
class Covered:
    """One project, and how the group reaches it.

    :param missing: a run of gitlab_group_share_all would want to share it.
    :param below_level: its share has a lower level than the one to hold against.
    """

    project: Project
    inherited: Inherited | None
    missing: bool
    below_level: bool


def find_coverage(projects: t.Iterable[Project], access_level: int, rules: Rules) -> tuple[Covered, ...]:
    """Return how the group reaches each project, in the order of full paths.

    :param access_level: the level to hold the shares against.
    """
    wanted = Wanted(group=rules.group_path, access_level=access_level, update_existing="never")
    return tuple(
        Covered(
            project=step.project,
            inherited=step.inherited,
            missing=step.status == SHARED,
            below_level=step.before is not None and (step.before.access_level or access_level) < access_level,
        )
        for step in make_plan(projects, wanted, rules)
    )
