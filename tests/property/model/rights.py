# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the token's user may see and do in a world, by the GitLab API sheet alone: sections 1.3, 4, 5 and 17."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.groupshare.gitlab.tests.property.model.levels import GUEST, OWNER, version_of
from ansible_collections.groupshare.gitlab.tests.simulator.records import Group, Project
from ansible_collections.groupshare.gitlab.tests.simulator.world import World


class Rights:
    """The rights of the user whose token is the world's first."""

    def __init__(self, world: World) -> None:
        token = next(iter(world.tokens.values()))
        self.world = world
        self.user = token.user
        self.version = version_of(world.settings.version)
        self.enterprise = world.settings.enterprise
        self.premium = world.settings.premium
        self.may_write = "api" in token.scopes
        self.is_admin = self.user.admin and (not world.settings.admin_mode or "admin_mode" in token.scopes)
        self._group_roles = {group.id: self._role_in_group(group) for group in world.groups.values()}
        self._with_projects = {
            above.id for project in world.projects.values() if self.reads_project(project) for above in project.lineage
        }

    def role_in_group(self, group: Group) -> int:
        """Return the role in a group; an administrator counts as Owner."""
        return OWNER if self.is_admin else self._group_roles[group.id]

    def role(self, project: Project) -> int:
        """Return the role on a project; an administrator counts as Owner."""
        return OWNER if self.is_admin else self.role_by_any_way(project)

    def role_by_any_way(self, project: Project) -> int:
        """Return the role by memberships, those through shares of the project included."""
        shares = [] if project.group and project.group.share_with_group_lock else project.links.values()
        by_shares = [min(link.access_level, self._group_roles[link.group_id]) for link in shares]
        return _at_least_guest([self.role_without_shares(project), *by_shares])

    def role_without_shares(self, project: Project) -> int:
        """Return the role as a member of the project or of its groups, or as the owner of its namespace."""
        roles = [project.members.get(self.user.id, 0)]
        if project.group is not None:
            roles.append(self._group_roles[project.group.id])
        elif project.owner is self.user:
            roles.append(OWNER)
        return _at_least_guest(roles)

    def role_shown(self, project: Project) -> int:
        """Return the role that lists show: as a direct member of the project or a group above, or its owner."""
        if project.owner is self.user:
            return OWNER
        memberships = [project.members, *(group.members for group in project.lineage)]
        return _at_least_guest(members.get(self.user.id, 0) for members in memberships)

    def reads_group(self, group: Group) -> bool:
        """Return whether the user sees a group: it is open, or by a role in it, or by a project in or below it."""
        return group.visibility != "private" or self.role_in_group(group) >= GUEST or group.id in self._with_projects

    def reads_project(self, project: Project) -> bool:
        """Return whether the user sees a project."""
        if _is_gone(project):
            return False
        return project.visibility != "private" or self.role(project) >= GUEST

    def is_archived(self, project: Project) -> bool:
        """Return what the field says (section 17.2), from 18.0 not the own flag while a deletion is scheduled."""
        scheduled = self.version >= (18, 0) and project.marked_for_deletion_on is not None
        return (project.archived and not scheduled) or self._lies_in_archived_group(project)

    def is_listed_as_archived(self, project: Project) -> bool:
        """Return what the filter says (section 17.2): the own flag counts, whatever is scheduled."""
        return project.archived or self._lies_in_archived_group(project)

    def is_pending_deletion(self, project: Project) -> bool:
        """Return whether the project, or a group above it, is shown to be scheduled for deletion."""
        shows_date = self.enterprise or self.version >= (18, 0)
        dates = [project.marked_for_deletion_on, *(group.marked_for_deletion_on for group in project.lineage)]
        return shows_date and any(dates)

    def _lies_in_archived_group(self, project: Project) -> bool:
        return self.version >= (18, 0) and any(group.archived for group in project.lineage)

    def _role_in_group(self, group: Group) -> int:
        own = [above.members.get(self.user.id, 0) for above in group.lineage]
        invited = [
            min(link.access_level, self.world.groups[link.group_id].members.get(self.user.id, 0))
            for above in group.lineage
            for link in above.links.values()
        ]
        return _at_least_guest([*own, *invited])


def _is_gone(project: Project) -> bool:
    """Return whether nobody finds the project any more, its members included."""
    return project.pending_delete or project.hidden


def _at_least_guest(roles: Iterable[int]) -> int:
    """Return the highest role; Minimal Access is none."""
    highest = max(roles, default=0)
    return highest if highest >= GUEST else 0
