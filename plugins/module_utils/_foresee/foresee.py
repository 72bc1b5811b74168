# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab would refuse of a plan, and what is lost with the shares it removes; reads only what changes need."""

from __future__ import annotations

import typing as t

from .._errors import RunRefused
from .._gitlab.access_levels import OWNER, level_name
from .._gitlab.client import GitLab
from .._gitlab.paths import lies_within
from .._gitlab.records import Instance, User, Version
from .._gitlab.version_rules import OWNERS_ONLY_SINCE, role_to_make, role_to_remove, role_to_share
from .._observe.observe import Observed
from .._plan.plan import Problem, Step
from .._plan.refusals import Foreseen, Refusal
from .namespaces import find_closed_namespaces
from .protection import KeepOrDrop, find_protection_rules
from .roles import projects_held_by_own_share, projects_without_role, require_group_membership

Refusals = dict[int, Refusal]


def foresee(gitlab: GitLab, observed: Observed, plan: t.Sequence[Step], protection_rules: KeepOrDrop) -> Foreseen:
    """Return which changes of a plan GitLab would refuse, in the order in which GitLab checks.

    :param protection_rules: what to do with a replacement that would remove rules of the project.
    :raises RunRefused: when it would refuse every share for one reason, which the message says how to remove.
    """
    changes = [step for step in plan if step.is_change]
    refusals = _refused_by_place(changes, observed.group.full_path)
    own_access: frozenset[int] = frozenset()
    if not observed.caller.acts_as_admin:
        if any(step.after is not None for step in changes):
            require_group_membership(gitlab, observed.group, observed.caller)
        by_role, own_access = _refused_by_role(gitlab, observed, _remaining(changes, refusals))
        refusals.update(by_role)
    refusals.update(_refused_by_namespace(gitlab, observed, _remaining(changes, refusals)))
    removals = [step for step in _remaining(changes, refusals) if step.before is not None]
    if not observed.instance.enterprise:
        return Foreseen(refusals, own_access=own_access)
    rules, kept = find_protection_rules(gitlab, gitlab.invited(observed.group), removals, protection_rules)
    return Foreseen({**refusals, **kept}, rules, own_access)


def foresee_blocked(gitlab: GitLab, observed: Observed, plan: t.Sequence[Step]) -> Foreseen:
    """Find out which projects GitLab would not let anybody share with the group, whatever their role."""
    changes = [step for step in plan if step.is_change]
    refusals = _refused_by_place(changes, observed.group.full_path)
    refusals.update(_refused_by_namespace(gitlab, observed, _remaining(changes, refusals)))
    return Foreseen(refusals)


def _remaining(changes: t.Iterable[Step], refusals: Refusals) -> list[Step]:
    return [step for step in changes if step.project.id not in refusals]


def _refused_by_place(changes: t.Iterable[Step], group_path: str) -> Refusals:
    """Return the projects that are not shared because of where they lie, or because they are about to be deleted."""
    refusals: Refusals = {}
    for step in changes:
        if step.after is None:
            continue
        if lies_within(step.project.namespace, group_path):
            refusals[step.project.id] = Refusal("skipped", "own_group")
        elif step.project.pending_deletion:
            refusals[step.project.id] = Refusal("skipped", "pending_deletion")
    return refusals


def _refused_by_namespace(gitlab: GitLab, observed: Observed, changes: t.Sequence[Step]) -> Refusals:
    """Return the projects whose namespace, or its top-level group, forbids the share."""
    makes = [step for step in changes if step.after is not None and not step.project.personal]
    usual_role = None if observed.caller.acts_as_admin else role_to_share(observed.instance.version)
    namespaces = frozenset(step.project.namespace for step in makes)
    closed = find_closed_namespaces(gitlab, namespaces, observed.group, usual_role)
    return {
        step.project.id: Refusal("skipped", closed[step.project.namespace])
        for step in makes
        if step.project.namespace in closed
    }


def _refused_by_role(gitlab: GitLab, observed: Observed, changes: t.Sequence[Step]) -> tuple[Refusals, frozenset[int]]:
    """Return the refused changes, and the ids of the projects whose share alone gives the user its role.

    A change is refused if the role is too low, or if replacing that share would take the role away.

    :raises RunRefused: when no change is possible because the level owner needs an owner.
    """
    user, version = observed.caller.user, observed.instance.version
    refusals: Refusals = {}
    own_access: set[int] = set()
    for role, alike in _by_needed_role(gitlab, observed, changes).items():
        projects = [step.project for step in alike]
        lacking = projects_without_role(gitlab, user, projects, role) if role > observed.role_held else frozenset()
        own = projects_held_by_own_share(gitlab, observed.group, user, projects, role) - lacking
        problem = Problem(403, _role_message(user, role, observed.instance))
        refusals.update({number: Refusal("failed", error=problem) for number in lacking})
        refusals.update(
            {step.project.id: Refusal("kept", "own_access") for step in alike if step.project.id in own and step.after}
        )
        own_access |= own
        asks_for_owner = all(step.after is not None and step.after.access_level == OWNER for step in changes)
        if asks_for_owner and role_to_share(version) < OWNER and len(lacking) == len(changes):
            raise RunRefused(f"Only owners can change shares with the access level owner. {problem.message}")
    return refusals, frozenset(own_access)


def _by_needed_role(gitlab: GitLab, observed: Observed, changes: t.Sequence[Step]) -> dict[int, list[Step]]:
    """Return the changes by the role on the project that all their writes need."""
    version, user = observed.instance.version, observed.caller.user
    removes = any(step.after is None for step in changes) and version >= OWNERS_ONLY_SINCE
    owns_group = removes and gitlab.role_in_group(observed.group.id, user.id) >= OWNER
    by_role: dict[int, list[Step]] = {}
    for step in changes:
        by_role.setdefault(_needed_role(step, version, owns_group), []).append(step)
    return by_role


def _needed_role(step: Step, version: Version, owns_group: bool) -> int:
    before, after = step.before, step.after
    make = 0 if after is None else role_to_make(version, after.access_level or 0)
    remove = 0 if before is None else role_to_remove(version, before.access_level, owns_group)
    return max(make, remove)


def _role_message(user: User, role: int, instance: Instance) -> str:
    name = level_name(role).capitalize()
    return (
        f"The token's user {user.username} needs the role {name} in this project (GitLab {instance.version_text}). "
        f"Give {user.username} this role or use the token of someone who has it."
    )
