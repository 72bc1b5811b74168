# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""Shares that the lists of projects do not show to this token, though they exist."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Group, Project, Share


def reveal_hidden(gitlab: GitLab, group: Group, projects: t.Sequence[Project]) -> tuple[Project, ...]:
    """Return the projects, those with a hidden share completed from the group's own list of shared projects.

    A share whose level even that list hides gets the level None.
    """
    seen = sum(project.share is not None for project in projects)
    if seen == len(projects) or gitlab.count_shared_projects(group.id) == seen:
        # Nothing is missing, or every share that exists is among those seen.
        return tuple(projects)
    shares = {project.id: project.share or Share(None) for project in gitlab.shared_projects(group.id).items}
    return tuple(replace(project, share=project.share or shares.get(project.id)) for project in projects)
