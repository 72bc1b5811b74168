# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of the result that both modules return."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from .._apply.journal import details_or_none
from .._gitlab.access_levels import level_name
from .._gitlab.records import Group, Project
from .._observe.inherited import Inherited
from .._observe.observe import Observed
from .._plan.plan import Step

Entry = dict[str, t.Any]


def group_entry(group: Group) -> Entry:
    """Return the invited group."""
    return {"id": group.id, "full_path": group.full_path, "name": group.name, "web_url": group.web_url}


def gitlab_entry(observed: Observed, root_url: str) -> Entry:
    """Return the instance."""
    return {"url": root_url, "version": observed.instance.version_text, "enterprise": observed.instance.enterprise}


def project_entry(project: Project) -> Entry:
    """Return what names a project."""
    return {"id": project.id, "path": project.path, "web_url": project.web_url}


def inherited_entry(inherited: Inherited | None) -> Entry | None:
    """Return an inherited access."""
    if inherited is None:
        return None
    return {"access_level": level_name(inherited.access_level), "group": inherited.group}


def step_entry(step: Step) -> Entry:
    """Return what was done, or would be done, with one project."""
    entry: Entry = {
        **project_entry(step.project),
        "status": step.status,
        "reason": step.reason,
        "error": None if step.error is None else asdict(step.error),
        "before": details_or_none(step.before),
        "after": details_or_none(step.after),
        "inherited": inherited_entry(step.inherited),
    }
    if step.protection_rules:
        entry["protection_rules"] = list(step.protection_rules)
    if step.status == "failed":
        entry["access_lost"] = step.access_lost
    return entry
