# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of protected branches, tags and environments that GitLab removes together with a share (Enterprise Edition)."""

from __future__ import annotations

import typing as t

from .._gitlab.client import GitLab
from .._gitlab.invited_group import InvitedGroup
from .._http.errors import RequestFailed, TokenRefused, WaitTooLong
from .._plan.plan import Problem, Step
from .._plan.refusals import Refusal

KeepOrDrop = t.Literal["keep", "drop"]


def find_protection_rules(
    gitlab: GitLab, group: InvitedGroup, removals: t.Sequence[Step], keep_or_drop: KeepOrDrop
) -> tuple[dict[int, tuple[str, ...]], dict[int, Refusal]]:
    """Return the rules that are lost with each share, and the replacements that are refused to spare them.

    A project whose rules cannot be read is spared as well: they may name the group.
    """
    rules: dict[int, tuple[str, ...]] = {}
    kept: dict[int, Refusal] = {}

    def read(step: Step) -> tuple[str, ...] | RequestFailed:
        try:
            return group.protection_rules(step.project.id)
        except (TokenRefused, WaitTooLong):
            # They concern the whole run rather than this project.
            raise
        except RequestFailed as error:
            return error

    for step, found in zip(removals, gitlab.in_parallel(read, removals)):
        is_replaced = step.after is not None and keep_or_drop == "keep"
        if isinstance(found, RequestFailed):
            if is_replaced:
                kept[step.project.id] = Refusal("kept", "protection_rules", Problem(found.status, str(found)))
        elif found:
            rules[step.project.id] = found
            if is_replaced:
                kept[step.project.id] = Refusal("kept", "protection_rules")
    return rules, kept
