# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done with each project: pure functions of what was seen, is wanted, and will be refused."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._gitlab.paths import lies_within, root_of
from .._gitlab.records import Project, Share
from .._observe.inherited import Inherited
from .._observe.observe import Observed
from .._observe.rules import Change, Problem, Rules
from .._observe.selection import Selection
from .desired import Desired

SHARED = "shared"
UPDATED = "updated"
UNSHARED = "unshared"
UNCHANGED = "unchanged"
KEPT = "kept"
SKIPPED = "skipped"
FAILED = "failed"
NOT_ATTEMPTED = "not_attempted"

STATUSES = (SHARED, UPDATED, UNSHARED, UNCHANGED, KEPT, SKIPPED, FAILED, NOT_ATTEMPTED)
CHANGES = (SHARED, UPDATED, UNSHARED)


@dataclass(frozen=True)
class Step:
    """What is planned, and later what became of it, for one project.

    :param reason: why it is skipped.
    :param error: why it failed.
    :param touched: something was written for it, even if it failed.
    :param access_lost: the former share was removed and neither the new one nor the old one could be made.
    """

    project: Project
    status: str
    before: Share | None
    after: Share | None
    reason: str | None = None
    error: Problem | None = None
    inherited: Inherited | None = None
    touched: bool = False
    access_lost: bool = False


def make_plan(projects: t.Iterable[Project], wanted: Desired, rules: Rules) -> tuple[Step, ...]:
    """Return one step for each project, in the order of full paths."""
    return tuple(_step(project, wanted, rules) for project in sorted(projects, key=lambda project: project.path))


def rules_of(observed: Observed, selection: Selection) -> Rules:
    """Return what holds for the plan besides what GitLab would refuse."""
    return Rules(
        group_path=observed.group.full_path,
        leaves_out_archived=selection.archived == "exclude",
        skip_inherited=selection.skip_inherited,
        inherited=observed.inherited,
    )


def changes_of(plan: t.Iterable[Step]) -> tuple[Change, ...]:
    """Return the changes that a plan holds."""
    return tuple(Change(step.project, step.after) for step in plan if step.status in CHANGES)


def target_share(before: Share | None, wanted: Desired) -> Share | None:
    """Return the share that a project shall have, given the one it has; the same one where nothing is to change.

    raise_only takes the higher level and the later end. A share whose level the token may not see is left alone.
    """
    if not wanted.present:
        return None
    if before is None:
        return Share(wanted.access_level, wanted.expires_at)
    if before.access_level is None or wanted.update_existing == "never":
        return before
    expires_at = wanted.expires_at if wanted.manages_expiry else before.expires_at
    if wanted.update_existing == "always":
        return Share(wanted.access_level, expires_at)
    return Share(max(before.access_level, wanted.access_level), _later(before.expires_at, expires_at))


def is_as_wanted(share: Share | None, wanted: Desired) -> bool:
    """Tell whether a share is just what the options describe, whatever update_existing says."""
    if share is None or not wanted.present:
        return share is None and not wanted.present
    if share.access_level is None:
        return True
    same_end = not wanted.manages_expiry or share.expires_at == wanted.expires_at
    return share.access_level == wanted.access_level and same_end


def _later(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    return None if one is None or other is None else max(one, other)


def _step(project: Project, wanted: Desired, rules: Rules) -> Step:
    before = project.share
    after = target_share(before, wanted)
    inherited = rules.inherited.get(project.namespace)
    reason = _left_out(project, rules, inherited, wanted)
    if reason is None and after == before:
        status = UNCHANGED if is_as_wanted(before, wanted) else KEPT
        return Step(project, status, before, before, inherited=inherited)
    reason = reason or (_refusal(project, rules) if wanted.present else None)
    refused = None if reason else rules.refused.get(project.id)
    if refused is not None:
        # GitLab looks at the role before it looks at what the namespace forbids.
        return Step(project, FAILED, before, before, error=refused, inherited=inherited)
    reason = reason or (_prohibition(project, rules) if wanted.present else None)
    if reason is not None:
        return Step(project, SKIPPED, before, before, reason=reason, inherited=inherited)
    status = UNSHARED if after is None else SHARED if before is None else UPDATED
    return Step(project, status, before, after, inherited=inherited)


def _left_out(project: Project, rules: Rules, inherited: Inherited | None, wanted: Desired) -> str | None:
    """Return why the user does not want this project touched, whatever its share."""
    if project.archived and rules.leaves_out_archived:
        return "archived"
    if rules.skip_inherited and inherited is not None and inherited.access_level >= wanted.access_level:
        return "inherited"
    return None


def _refusal(project: Project, rules: Rules) -> str | None:
    """Return why a share of this project cannot or should not be made."""
    if lies_within(project.namespace, rules.group_path):
        return "own_group"
    if project.pending_deletion:
        return "pending_deletion"
    return None


def _prohibition(project: Project, rules: Rules) -> str | None:
    """Return which setting of the namespace, or of its top-level group, forbids to share this project."""
    if project.namespace in rules.locked:
        return "share_locked"
    if not project.personal and root_of(project.namespace) in rules.closed_roots:
        return "outside_hierarchy"
    return None
