# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""What GitLab would refuse: found out for just the projects that a first plan would write to."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.groupshare.gitlab.plugins.module_utils._access_levels import OWNER, level_name
from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import RunRefused
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Version
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.version_rules import (
    OWNERS_ONLY_SINCE,
    role_to_make,
    role_to_remove,
    role_to_share,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.identity import Setting
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.namespaces import (
    closed_roots,
    locked_namespaces,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._look.roles import (
    has_role_in_group,
    refuse_strangers,
    without_role,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan import CHANGES, Problem, Rules, Step


def foresee_refusals(
    gitlab: GitLab, setting: Setting, draft: t.Sequence[Step], rules: Rules, role_listed: int
) -> Rules:
    """Return the rules, completed by what GitLab would refuse of a first plan.

    :param role_listed: the role that the token's user is known to have in all projects of the draft.
    :raises RunRefused: when it would refuse every share, for a reason that one remedy takes away.
    """
    changes = [step for step in draft if step.status in CHANGES]
    caller = setting.caller
    if any(step.after is not None for step in changes) and not caller.acts_as_admin:
        refuse_strangers(gitlab, setting.group, caller.user)
    refused = {} if caller.acts_as_admin else _refused_by_role(gitlab, setting, changes, role_listed)
    makes = [step for step in changes if step.after is not None and step.project.id not in refused]
    namespaces = frozenset(step.project.namespace for step in makes if not step.project.personal)
    usual_role = None if caller.acts_as_admin else role_to_share(setting.instance.version)
    return replace(
        rules,
        refused=refused,
        locked=locked_namespaces(gitlab, namespaces, usual_role),
        closed_roots=closed_roots(gitlab, namespaces, setting.group),
    )


def _refused_by_role(
    gitlab: GitLab, setting: Setting, changes: t.Sequence[Step], role_listed: int
) -> dict[int, Problem]:
    """Return, by project id, the changes for which the token's user has too low a role."""
    user, version = setting.caller.user, setting.instance.version
    removes = any(step.after is None for step in changes)
    owns_group = removes and version >= OWNERS_ONLY_SINCE and has_role_in_group(gitlab, setting.group, user, OWNER)
    by_role: dict[int, list[Step]] = {}
    for step in changes:
        by_role.setdefault(_needed_role(step, version, owns_group), []).append(step)
    refused: dict[int, Problem] = {}
    for role, steps in by_role.items():
        if role <= role_listed:
            continue
        lacking = without_role(gitlab, user, [step.project for step in steps], role)
        needed = f"{level_name(role)} of this project, which GitLab {setting.instance.version_text} demands for this"
        problem = Problem(403, f"The token's user {user.username} is not {needed}.")
        refused.update(dict.fromkeys(lacking, problem))
        if role == OWNER > role_to_share(version) and len(lacking) == len(changes):
            raise RunRefused(f"Shares with the access level owner can be changed by owners only; {problem.message}")
    return refused


def _needed_role(step: Step, version: Version, owns_group: bool) -> int:
    """Return the role on the project that all writes of a step need."""
    make = 0 if step.after is None else role_to_make(version, step.after.access_level or 0)
    remove = 0 if step.before is None else role_to_remove(version, step.before.access_level, owns_group)
    return max(make, remove)
