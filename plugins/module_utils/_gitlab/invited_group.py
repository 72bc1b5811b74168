# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One group that is invited: its shares with single projects."""

from __future__ import annotations

import typing as t

from .._http.errors import NotFound
from .api import Api
from .projects import Projects
from .records import Group, Project, Share


class InvitedGroup:
    """The shares of one group. May be used from several threads."""

    def __init__(self, api: Api, projects: Projects, group: Group) -> None:
        self._api = api
        self._projects = projects
        self.group = group

    def project(self, reference: str | int) -> Project:
        """Return the project with a full path or id, and its share with the group; a moved project's old path too."""
        return self._projects.one(reference, (self.group.id,)).shared_with(self.group.id)

    def share(self, project_id: int, share: Share) -> None:
        """Share a project with the group; there must be no share between them yet."""
        body: dict[str, t.Any] = {"group_id": self.group.id, "group_access": share.access_level}
        if share.expires_at is not None:
            body["expires_at"] = share.expires_at.isoformat()
        self._api.post(f"/projects/{project_id}/share", body, parse=self._check_made)

    def unshare(self, project_id: int) -> None:
        """Remove a project's share with the group."""
        self._api.delete(f"/projects/{project_id}/share/{self.group.id}")

    def protection_rules(self, project_id: int) -> tuple[str, ...]:
        """Return the protection rules of a project that name the group, such as ``branch main: push``.

        GitLab's Enterprise Edition removes them with the share. Rules that a project inherits stay, and are left out.
        """
        where = f"/projects/{project_id}"
        branches = self._rules(
            f"{where}/protected_branches", "branch", push="push_access_levels", merge="merge_access_levels"
        )
        tags = self._rules(f"{where}/protected_tags", "tag", create="create_access_levels")
        environments = self._rules(
            f"{where}/protected_environments", "environment", deploy="deploy_access_levels", approval="approval_rules"
        )
        return (*branches, *tags, *environments)

    def _check_made(self, data: t.Any) -> None:
        """Make sure that GitLab itself says so, rather than something in front of it that knows no shares."""
        if int(data["group_id"]) != self.group.id:
            raise ValueError(f"a share with the group {data['group_id']}")

    def _rules(self, path: str, kind: str, **entries: str) -> tuple[str, ...]:
        """Return what of a list names the group.

        :param entries: what an entry allows, and the key under which an item of the list has it.
        """

        def parse(item: t.Any) -> list[str]:
            if item.get("inherited"):
                return []
            return [
                f"{kind} {item['name']}: {right}"
                for right, key in entries.items()
                if any(entry.get("group_id") == self.group.id for entry in item.get(key) or ())
            ]

        try:
            return tuple(rule for rules in self._api.whole_list(path, parse) for rule in rules)
        except NotFound:
            return ()
