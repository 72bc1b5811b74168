# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a simulated GitLab: its records, how to find them and how they change."""

from __future__ import annotations

import itertools
import json
import re
import threading
from bisect import insort
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, Union

from .changes import apply_change
from .faults import Fault
from .latency import Latency
from .limits import Limit
from .links import Hidden, Link
from .loading import dump_world, fill_world
from .protection import without_group
from .reading import Fields, WorldError
from .records import Group, MemberRole, Project, Token, User, birthday
from .settings import Settings

Shareable = Union[Project, Group]
T = TypeVar("T")

# Ids are 64-bit: longer numbers are nobody's.
MAX_DIGITS = 19


def by_id_or_name(text: str, by_id: Mapping[int, T], by_name: Callable[[str], T | None]) -> T | None:
    """The record with the id that a text of digits is, or with the path or name that any other text is."""
    if not re.fullmatch("[0-9]+", text):
        return by_name(text)
    return by_id.get(int(text)) if len(text) <= MAX_DIGITS else None


class World:
    """Everything a GitLab knows. Hold `lock` while reading or changing it beside a running server."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._settings = Settings()
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.projects: dict[int, Project] = {}
        self.tokens: dict[str, Token] = {}
        self.member_roles: dict[int, MemberRole] = {}
        self.limits: list[Limit] = []
        self.faults: list[Fault] = []
        self.latency = Latency()
        # Sorted, so that a page after some id is found by bisection.
        self.project_ids: list[int] = []
        # Projects by the id of the group that is invited to them.
        self.invitations: dict[int, set[int]] = {}
        # What caches compare: `structure` grows with every change of settings, users, groups and
        # memberships, `changed_projects` gains an id with every change of one project.
        self.structure = 0
        self.changed_projects: list[int] = []
        self._usernames: dict[str, User] = {}
        self._group_paths: dict[str, Group] = {}
        self._project_paths: dict[str, Project] = {}
        self._moved_paths: dict[str, Project] = {}
        self._next_link = 1
        # Ids of what needs no more than being told apart.
        self.numbers = itertools.count(1)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> World:
        """The world that a dict in the form of README.md describes; WorldError says what is wrong."""
        world = cls()
        fill_world(world, Fields(data, "world", world))
        return world

    @classmethod
    def load(cls, path: str | Path) -> World:
        """The world in a JSON file."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise WorldError(f"{path}: {error}") from None
        return cls.from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """The present state in the form that from_dict reads."""
        return dump_world(self)

    def change(self, patch: Mapping[str, Any]) -> None:
        """Changes the state as a dict in the form of README.md, "Changes", says."""
        with self.lock:
            apply_change(self, Fields(patch, "change", self))

    @property
    def settings(self) -> Settings:
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.structure += 1

    @property
    def revision(self) -> tuple[int, int]:
        """Differs after every change that an answer may show."""
        return self.structure, len(self.changed_projects)

    # Finding

    def user(self, username: str) -> User:
        return self._usernames[username.lower()]

    def find_user(self, username: str) -> User | None:
        return self._usernames.get(username.lower())

    def group(self, path: str) -> Group:
        return self._group_paths[path.lower()]

    def find_group(self, path: str) -> Group | None:
        return self._group_paths.get(path.lower())

    def project(self, path: str) -> Project:
        return self._project_paths[path.lower()]

    def find_project(self, path: str) -> Project | None:
        return self._project_paths.get(path.lower())

    def find_moved_project(self, path: str) -> Project | None:
        return self._moved_paths.get(path.lower())

    def share_of(self, project: str, group: str) -> Link | None:
        """The link between the project and the group, both named by path; None without one."""
        return self.project(project).links.get(self.group(group).id)

    def namespace_ids(self) -> list[int]:
        """The ids taken by groups and personal namespaces, which count together."""
        return [*self.groups, *(user.namespace_id for user in self.users.values())]

    # Changing

    def add_user(self, user: User) -> None:
        self.users[user.id] = user
        self._usernames[user.username.lower()] = user
        self.structure += 1

    def add_token(self, token: Token) -> None:
        self.tokens[token.token] = token

    def add_group(self, group: Group) -> None:
        self.groups[group.id] = group
        self._group_paths[group.full_path.lower()] = group
        self.structure += 1

    def add_project(self, project: Project) -> None:
        """Adds a project that no group is invited to yet."""
        self.projects[project.id] = project
        insort(self.project_ids, project.id)
        self._enter_paths(project)
        self.touch(project)

    def remove_project(self, project: Project) -> None:
        del self.projects[project.id]
        self.project_ids.remove(project.id)
        self._leave_paths(project)
        for group_id in project.links:
            self.invitations[group_id].discard(project.id)
        self.leave_fork_network(project)
        self.touch(project)

    def leave_fork_network(self, project: Project) -> None:
        """What deleting and archiving does: the project is no fork any more, and its forks lose their source (1.8)."""
        project.forked_from, project.orphaned_fork = None, False
        for fork in self.projects.values():
            if fork.forked_from == project.id:
                fork.forked_from, fork.orphaned_fork = None, True
                self.touch(fork)

    def remove_group(self, group: Group) -> None:
        """Removes a group with everything in it and every invitation of it."""
        for child in [other for other in self.groups.values() if other.parent is group]:
            self.remove_group(child)
        for project_id in sorted(group.project_ids):
            self.remove_project(self.projects[project_id])
        for project_id in sorted(self.invitations.get(group.id, ())):
            self.unshare(self.projects[project_id], group)
        for other in self.groups.values():
            other.links.pop(group.id, None)
        del self.groups[group.id]
        del self._group_paths[group.full_path.lower()]
        self.structure += 1

    def move_project(self, project: Project, namespace: Group | User, path: str) -> None:
        """Gives a project another full path; its old one becomes a redirect."""
        former = (*project.moved_from, project.full_path)
        self._leave_paths(project)
        project.namespace, project.path = namespace, path
        self._enter_paths(project)
        self.redirect(project, former)
        self.touch(project)

    def rename_group(self, group: Group, path: str) -> None:
        """Gives a group another path; former paths lead to the projects below, but to no group."""
        below = [other for other in self.groups.values() if group.holds(other)]
        former = {
            project: (*project.moved_from, project.full_path)
            for project in (self.projects[number] for other in below for number in other.project_ids)
        }
        for project in former:
            self._leave_paths(project)
        group.path = path
        for other in below:
            del self._group_paths[other.full_path.lower()]
            other.full_path = f"{other.parent.full_path}/{other.path}" if other.parent else other.path
            self._group_paths[other.full_path.lower()] = other
        for project, paths in former.items():
            self._enter_paths(project)
            self.redirect(project, paths)
            self.touch(project)
        self.touch(group)

    def redirect(self, project: Project, paths: tuple[str, ...]) -> None:
        """Makes the project's former full paths lead to it."""
        for path in project.moved_from:
            self._moved_paths.pop(path.lower(), None)
        for path in paths:
            self._moved_paths[path.lower()] = project
        project.moved_from = paths

    def share(
        self,
        target: Shareable,
        group: Group,
        access_level: int,
        expires_at: str | None = None,
        created_at: str | None = None,
        hidden: Hidden = False,
        member_role_id: int | None = None,
        link_id: int | None = None,
    ) -> Link:
        """Invites a group to a project or to another group, replacing an invitation there was."""
        number = link_id or self._next_link
        self._next_link = max(self._next_link, number + 1)
        born = created_at or birthday(number)
        link = Link(number, group.id, access_level, expires_at, born, member_role_id, hidden)
        target.links[group.id] = link
        if isinstance(target, Project):
            self.invitations.setdefault(group.id, set()).add(target.id)
        self.touch(target)
        return link

    def unshare(self, target: Shareable, group: Group) -> None:
        """Takes an invitation back; in Enterprise the project's protection rules for the group go too (14.1)."""
        del target.links[group.id]
        if isinstance(target, Project):
            self.invitations[group.id].discard(target.id)
            if self.settings.enterprise:
                target.protected_branches = without_group(target.protected_branches, group.id)
                target.protected_tags = without_group(target.protected_tags, group.id)
                target.protected_environments = without_group(target.protected_environments, group.id)
        self.touch(target)

    def run_nightly_job(self, day: str) -> None:
        """Removes the links that end on this day or before, as a job at 00:10 does (section 14.4)."""
        targets: list[Shareable] = [*self.projects.values(), *self.groups.values()]
        for target in targets:
            for link in [link for link in target.links.values() if link.expires_at and link.expires_at <= day]:
                self.unshare(target, self.groups[link.group_id])

    def touch(self, record: Project | Group | User) -> None:
        """To be called after a record was changed in place."""
        if isinstance(record, Project):
            self.changed_projects.append(record.id)
        else:
            self.structure += 1

    def _enter_paths(self, project: Project) -> None:
        self._project_paths[project.full_path.lower()] = project
        if project.group is not None:
            project.group.project_ids.add(project.id)

    def _leave_paths(self, project: Project) -> None:
        del self._project_paths[project.full_path.lower()]
        self.redirect(project, ())
        if project.group is not None:
            project.group.project_ids.discard(project.id)
