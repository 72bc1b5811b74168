# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SHIM until the observe branch lands."""

from __future__ import annotations

from .records import Group, Project, Share


class InvitedGroup:
    def __init__(self, gitlab, group: Group) -> None:
        self._gitlab = gitlab
        self.group = group

    def project(self, reference: str | int) -> Project:
        return self._gitlab.project(reference, self.group.id)

    def share(self, project_id: int, share: Share) -> None:
        self._gitlab.share(project_id, self.group.id, share)

    def unshare(self, project_id: int) -> None:
        self._gitlab.unshare(project_id, self.group.id)

    def protection_rules(self, project_id: int) -> tuple[str, ...]:
        found = []
        for kind, keys in (
            ("branches", ("push_access_levels", "merge_access_levels")),
            ("tags", ("create_access_levels",)),
            ("environments", ("deploy_access_levels", "approval_rules")),
        ):
            try:
                answer = self._gitlab._get(f"/projects/{project_id}/protected_{kind}", per_page=100)
            except Exception as e:
                if getattr(e, "status", None) == 404:
                    continue
                raise
            for rule in answer.data:
                for key in keys:
                    if any(e.get("group_id") == self.group.id for e in rule.get(key) or ()):
                        found.append(f"{kind} {rule['name']}: {key}")
        return tuple(found)
