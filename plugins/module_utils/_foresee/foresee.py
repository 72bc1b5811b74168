# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab would refuse: found out for just the projects that a first plan would write to."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._errors import RunRefused
from .._gitlab.access_levels import OWNER, level_name
from .._gitlab.client import GitLab
from .._gitlab.records import Instance, User, Version
from .._gitlab.version_rules import OWNERS_ONLY_SINCE, role_to_make, role_to_remove, role_to_share
from .._observe.observe import Observed
from .._observe.rules import Change, Problem, Rules
from .._observe.selection import Selection
from .namespaces import find_forbidden
from .roles import has_role_in_group, only_by_own_share, refuse_strangers, without_role

ONLY_BY_OWN_SHARE = "The role that comes with the share itself would be gone before the new share can be made."


def foresee_refusals(
    gitlab: GitLab, observed: Observed, rules: Rules, changes: t.Sequence[Change], selection: Selection
) -> Rules:
    """Return the rules, completed by what GitLab would refuse of some intended changes.

    :raises RunRefused: when it would refuse every share, for a reason that one remedy takes away.
    """
    caller = observed.caller
    if caller.acts_as_admin:
        refused = {}
    else:
        if any(change.after is not None for change in changes):
            refuse_strangers(gitlab, observed.group, caller)
        # Where nothing is named, only projects in which the user has this role were listed.
        role_listed = role_to_share(observed.instance.version) if selection.everything else 0
        refused = _refused_by_role(gitlab, observed, changes, role_listed)
    makes = [change for change in changes if change.after is not None and change.project.id not in refused]
    namespaces = frozenset(change.project.namespace for change in makes if not change.project.personal)
    usual_role = None if caller.acts_as_admin else role_to_share(observed.instance.version)
    forbidden = find_forbidden(gitlab, namespaces, observed.group, usual_role)
    return replace(rules, refused=refused, locked=forbidden.locked, closed_roots=forbidden.closed_roots)


def _refused_by_role(
    gitlab: GitLab, observed: Observed, changes: t.Sequence[Change], role_listed: int
) -> dict[int, Problem]:
    """Return, by project id, the changes for which the token's user has too low a role."""
    user, version = observed.caller.user, observed.instance.version
    removes = any(change.after is None for change in changes)
    owns_group = removes and version >= OWNERS_ONLY_SINCE and has_role_in_group(gitlab, observed.group, user, OWNER)
    by_role: dict[int, list[Change]] = {}
    for change in changes:
        by_role.setdefault(_needed_role(change, version, owns_group), []).append(change)
    refused: dict[int, Problem] = {}
    for role, alike in by_role.items():
        projects = [change.project for change in alike]
        lacking = frozenset[int]() if role <= role_listed else without_role(gitlab, user, projects, role)
        kept_shared = [change.project for change in alike if change.after is not None]
        circular = only_by_own_share(gitlab, observed.group, user, kept_shared, role) - lacking
        message = _role_message(user, role, observed.instance)
        refused.update(dict.fromkeys(lacking, Problem(403, message)))
        refused.update(dict.fromkeys(circular, Problem(403, f"{message} {ONLY_BY_OWN_SHARE}")))
        if role == OWNER > role_to_share(version) and len(lacking) == len(changes):
            raise RunRefused(f"Only owners can change shares with the access level owner. {message}")
    return refused


def _role_message(user: User, role: int, instance: Instance) -> str:
    name = level_name(role).capitalize()
    return (
        f"The token's user {user.username} has not the role {name} in this project, which GitLab "
        f"{instance.version_text} demands for that. Give {user.username} this role or use the token of one who has it."
    )


def _needed_role(change: Change, version: Version, owns_group: bool) -> int:
    """Return the role on the project that all writes of a change need."""
    before, after = change.project.share, change.after
    make = 0 if after is None else role_to_make(version, after.access_level or 0)
    remove = 0 if before is None else role_to_remove(version, before.access_level, owns_group)
    return max(make, remove)
