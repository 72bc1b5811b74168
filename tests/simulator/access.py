# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may see and do what: effective roles and visibility (GitLab API sheet, sections 1.3 and 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .levels import GUEST, MINIMAL_ACCESS, OWNER, PLANNER, REPORTER
from .records import Group, Project, Token, User
from .rules import Rules
from .world import World


@dataclass(frozen=True)
class Caller:
    """Who sends a request: user is None if anonymous; admin means with an administrator's rights now."""

    user: User | None = None
    token: Token | None = None
    admin: bool = False


def reads_code(project: Project, role: int, rules: Rules) -> bool:
    """A guest of a private project does not; whether a Planner does, depends on the version."""
    return project.visibility != "private" or role >= (PLANNER if rules.planner_reads_code else REPORTER)


def is_listed(project: Project, rules: Rules) -> bool:
    """Whether lists know the project; of hidden ones Community Edition does (section 3.4), though not by their ids."""
    return not (project.pending_delete or (project.hidden and rules.enterprise))


class Access:
    """Answers questions of rights from the present state of a world, with caches that follow it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._memberships: dict[int, _Memberships] = {}
        # By the visibilities asked for, in one state of the world.
        self._groups_with_open_projects: dict[tuple[str, ...], set[int]] = {}
        self._revision = world.revision

    def group_role(self, caller: Caller, group: Group) -> int:
        """The caller's level in a group; an administrator counts as its Owner (section 1.3)."""
        if caller.admin:
            return OWNER
        return self.group_roles(caller).get(group.id, 0)

    def project_role(self, caller: Caller, project: Project) -> int:
        """The caller's level on a project; an administrator counts as its Owner."""
        if caller.admin:
            return OWNER
        return self.project_roles(caller).get(project.id, 0)

    def group_roles(self, caller: Caller) -> Mapping[int, int]:
        """Levels by group id from memberships alone: direct, inherited, by group shares."""
        return self._of(caller.user).group_roles if caller.user else {}

    def project_roles(self, caller: Caller) -> Mapping[int, int]:
        """Levels by project id from memberships alone."""
        return self._of(caller.user).project_roles if caller.user else {}

    def can_read_project(self, caller: Caller, project: Project) -> bool:
        if caller.admin or project.visibility == "public":
            return True
        if caller.user is None:
            return False
        return project.visibility == "internal" or project.id in self.project_roles(caller)

    def can_read_group(self, caller: Caller, group: Group) -> bool:
        """Members may, and so may who can read a project in it or below it that is not about to vanish."""
        if caller.admin or group.visibility == "public":
            return True
        if caller.user is None:
            return group.id in self._around_open_projects("public")
        return (
            group.visibility == "internal"
            or group.id in self.group_roles(caller)
            or group.id in self._of(caller.user).groups_with_projects
            or group.id in self._around_open_projects("public", "internal")
        )

    def _around_open_projects(self, *visibilities: str) -> set[int]:
        """Ids of the groups that projects of these visibilities lie in, and of those above."""
        if self._revision != self._world.revision:
            self._groups_with_open_projects.clear()
            self._revision = self._world.revision
        if visibilities not in self._groups_with_open_projects:
            projects = self._world.projects.values()
            self._groups_with_open_projects[visibilities] = _around(
                project
                for project in projects
                if project.visibility in visibilities and is_listed(project, self._world.settings.rules)
            )
        return self._groups_with_open_projects[visibilities]

    def authorized_groups(self, caller: Caller) -> set[int]:
        """Ids of the groups that count as the caller's own in lists of groups (section 5).

        They are those it is a direct member of and all below, those that invited one of them and all below,
        and those around projects it has a role in; in Enterprise those with Minimal Access too.
        """
        return self._of(caller.user).authorized_groups if caller.user else set()

    def group_is_visible(self, caller: Caller, group: Group) -> bool:
        """Whether lists show a group as public or visible to the caller."""
        if caller.admin or group.visibility == "public":
            return True
        internal = group.visibility == "internal" and caller.user is not None
        return internal or group.id in self.authorized_groups(caller)

    def _of(self, user: User) -> _Memberships:
        known = self._memberships.get(user.id)
        if known is None or known.structure != self._world.structure:
            known = self._memberships[user.id] = _Memberships(self._world, user)
        known.follow()
        return known


class _Memberships:
    """The levels one user has by membership, for one state of users and groups.

    Changes of single projects are followed; any other change takes a new instance.
    """

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self._user = user
        self.structure = world.structure
        self.group_roles = self._all_group_roles()
        self._seen = len(world.changed_projects)
        self.project_roles: dict[int, int] = {}
        for project in world.projects.values():
            self._enter(project)
        self._groups_with_projects: set[int] | None = None
        self._authorized_groups: set[int] | None = None

    def follow(self) -> None:
        """Takes up the projects that changed since the last look."""
        changed = self._world.changed_projects
        if self._seen == len(changed):
            return
        for number in set(changed[self._seen :]):
            self.project_roles.pop(number, None)
            project = self._world.projects.get(number)
            if project is not None:
                self._enter(project)
        self._seen = len(changed)
        self._groups_with_projects = None
        self._authorized_groups = None

    @property
    def groups_with_projects(self) -> set[int]:
        """Groups in which, or below which, the user is a member of a project that can be read."""
        if self._groups_with_projects is None:
            projects = (self._world.projects[number] for number in self.project_roles)
            self._groups_with_projects = _around(
                project for project in projects if is_listed(project, self._world.settings.rules)
            )
        return self._groups_with_projects

    @property
    def authorized_groups(self) -> set[int]:
        if self._authorized_groups is None:
            groups = self._world.groups.values()
            direct = {group.id for group in groups if group.members.get(self._user.id, 0) >= GUEST}
            inviting = {group.id for group in groups if direct & group.links.keys()}
            own = direct | inviting
            found = {group.id for group in groups if any(above.id in own for above in group.lineage)}
            found |= _around(self._world.projects[number] for number in self.project_roles)
            if self._world.settings.enterprise:
                found |= {group.id for group in groups if group.members.get(self._user.id) == MINIMAL_ACCESS}
            self._authorized_groups = found
        return self._authorized_groups

    def _all_group_roles(self) -> dict[int, int]:
        """Parents come before their children in a world, so that one pass inherits everything."""
        roles: dict[int, int] = {}
        for group in self._world.groups.values():
            inherited = roles.get(group.parent.id, 0) if group.parent else 0
            shared = (
                min(link.access_level, self._world.groups[link.group_id].members.get(self._user.id, 0))
                for link in group.links.values()
            )
            role = max(inherited, group.members.get(self._user.id, 0), *shared)
            if role >= GUEST:
                roles[group.id] = role
        return roles

    def _enter(self, project: Project) -> None:
        role = max(project.members.get(self._user.id, 0), self._namespace_role(project))
        if project.links and not (project.group and project.group.share_with_group_lock):
            for link in project.links.values():
                role = max(role, min(link.access_level, self.group_roles.get(link.group_id, 0)))
        if role >= GUEST:
            self.project_roles[project.id] = role

    def _namespace_role(self, project: Project) -> int:
        if isinstance(project.namespace, Group):
            return self.group_roles.get(project.namespace.id, 0)
        return OWNER if project.namespace is self._user else 0


def _around(projects: Iterable[Project]) -> set[int]:
    """Ids of the groups that projects lie in, and of those above."""
    holders = {project.group for project in projects if project.group is not None}
    return {above.id for group in holders for above in group.lineage}
