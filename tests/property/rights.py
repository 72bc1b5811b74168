# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the token's user may see and do in a world, by the GitLab API sheet alone: sections 1.3, 4 and 5."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.groupshare.gitlab.tests.property.worlds import Json, version_of

LEVELS = {
    "minimal_access": 5,
    "guest": 10,
    "planner": 15,
    "reporter": 20,
    "security_manager": 25,
    "developer": 30,
    "maintainer": 40,
    "owner": 50,
}
GUEST, MAINTAINER, OWNER = LEVELS["guest"], LEVELS["maintainer"], LEVELS["owner"]


class Rights:
    """The rights of the world's first user with the world's first token.

    Groups and projects are the entries of the world's JSON form.
    """

    def __init__(self, world: Json) -> None:
        self.version = version_of(world)
        self.user: str = world["users"][0]["username"]
        self.groups: dict[str, Json] = {group["path"]: group for group in world["groups"]}
        self.projects: list[Json] = world["projects"]
        scopes = world["tokens"][0]["scopes"]
        self.may_write = "api" in scopes
        self.enterprise = world["gitlab"]["enterprise"]
        self.admin = world["users"][0]["admin"] and (not world["gitlab"]["admin_mode"] or "admin_mode" in scopes)
        self._group_roles = {path: self._group_role(path) for path in self.groups}
        self._holding = {
            above
            for project in self.projects
            if not _vanishes(project) and self.member_role(project) >= GUEST
            for above in self.lineage(namespace(project))
        }

    def lineage(self, path: str) -> list[str]:
        """The full paths of a group and the groups above it, itself first; none for a user's own namespace."""
        parts = path.split("/")
        paths = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return [path for path in paths if path in self.groups]

    def group_role(self, path: str) -> int:
        """Section 1.3: direct, inherited, and by group shares; an administrator counts as owner."""
        return OWNER if self.admin else self._group_roles[path]

    def project_role(self, project: Json) -> int:
        """The role on a project in whatever way."""
        return OWNER if self.admin else self.member_role(project)

    def member_role(self, project: Json, without: str | None = None) -> int:
        """The role by memberships alone; without that of one invited group."""
        where = namespace(project)
        roles = [self._direct(project)]
        if where in self.groups:
            roles.append(self._group_roles[where])
        elif where == self.user:
            roles.append(OWNER)
        if not self.groups.get(where, {}).get("share_with_group_lock"):
            links = [link for link in project["shared_with"] if link["group"] != without]
            roles += [min(_level(link), self._group_roles[link["group"]]) for link in links]
        return _at_least_guest(roles)

    def role_without_invitations(self, project: Json) -> int:
        """The role as a member of the project or of groups above it, or as the owner of the namespace."""
        where = namespace(project)
        roles = [self._direct(project), *(self._direct(self.groups[path]) for path in self.lineage(where))]
        return OWNER if self.admin or where == self.user else _at_least_guest(roles)

    def reads_group(self, path: str) -> bool:
        """Section 5: public, internal, by membership, or as member of a project in or below it that can be read."""
        group = self.groups[path]
        return group["visibility"] != "private" or self.group_role(path) >= GUEST or path in self._holding

    def reads_project(self, project: Json) -> bool:
        """Section 1.2, step 5."""
        if _vanishes(project):
            return False
        return project["visibility"] != "private" or self.project_role(project) >= GUEST

    def is_archived(self, project: Json) -> bool:
        """Section 17.2, the field: from 18.0 archived groups count too, and the own flag not beside a deletion date."""
        scheduled = self.version >= (18, 0) and bool(project.get("marked_for_deletion_on"))
        return (bool(project.get("archived")) and not scheduled) or self._lies_in_archived_group(project)

    def is_listed_as_archived(self, project: Json) -> bool:
        """Section 17.2, the filter: the own flag counts, whatever is scheduled."""
        return bool(project.get("archived")) or self._lies_in_archived_group(project)

    def _lies_in_archived_group(self, project: Json) -> bool:
        lineage = self.lineage(namespace(project)) if self.version >= (18, 0) else []
        return any(self.groups[path].get("archived") for path in lineage)

    def _direct(self, entry: Json) -> int:
        return LEVELS.get(entry["members"].get(self.user, ""), 0)

    def _group_role(self, path: str) -> int:
        above = [self.groups[one] for one in self.lineage(path)]
        invited = [
            min(_level(link), self._direct(self.groups[link["group"]])) for one in above for link in one["shared_with"]
        ]
        return _at_least_guest([*map(self._direct, above), *invited])


def namespace(project: Json) -> str:
    """The full path of what a project lies in."""
    path: str = project["path"]
    return path.rpartition("/")[0]


def _vanishes(project: Json) -> bool:
    """Whether nobody finds the project any more, its members included."""
    return bool(project.get("pending_delete") or project.get("hidden"))


def _level(link: Json) -> int:
    return LEVELS[link["access_level"]]


def _at_least_guest(roles: Iterable[int]) -> int:
    """The highest role; Minimal Access is none."""
    highest = max(roles, default=0)
    return highest if highest >= GUEST else 0
