# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task should do to each project, by the design and the GitLab API sheet, apart from the plugins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ansible_collections.groupshare.gitlab.tests.property.model.levels import (
    GUEST,
    NAMES,
    NUMBERS,
    OWNER,
    role_to_make,
    role_to_remove,
    role_to_share,
    share_levels,
)
from ansible_collections.groupshare.gitlab.tests.property.model.refusals import reason_to_skip, unforeseen_status
from ansible_collections.groupshare.gitlab.tests.property.model.rights import Rights
from ansible_collections.groupshare.gitlab.tests.property.model.selection import (
    Selected,
    find_group,
    refuse_empty_lists,
    select,
    unmatched,
)
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task, TaskRefused
from ansible_collections.groupshare.gitlab.tests.simulator.links import Link
from ansible_collections.groupshare.gitlab.tests.simulator.records import Group, Project

CHANGES = ("shared", "updated", "unshared")
# No option of the tests lies between these two.
PAST, FOREVER = "2020-02-03", "9999-12-31"


class Share(NamedTuple):
    """A share as the token can know it."""

    access_level: str | None
    expires_at: str | None

    @classmethod
    def of(cls, shown: Json | None) -> Share | None:
        """Return the share that an entry of a result or a link of a world shows, if there is one."""
        return None if shown is None else cls(shown["access_level"], shown["expires_at"])


# One that exists, with a level and an end that the token may not see.
HIDDEN = Share(None, None)


@dataclass(frozen=True)
class Expected:
    """What should become of one project.

    :param rules: the protection rules that the result names.
    :param refused: the status with which GitLab refuses the new share although nothing told so beforehand.
    :param is_hidden: there is a share already, which only the refusal of a new one shows.
    """

    status: str
    before: Share | None
    after: Share | None
    reason: str | None = None
    inherited: tuple[str, str] | None = None
    rules: tuple[str, ...] = ()
    refused: int | None = None
    is_hidden: bool = False

    @property
    def is_change(self) -> bool:
        return self.status in CHANGES

    def kept(self, status: str, reason: str | None = None) -> Expected:
        """Return the same for a share that is left as it is."""
        return replace(self, status=status, reason=reason, after=self.before)


@dataclass(frozen=True)
class ExpectedPlan:
    """What should become of each project, by full path."""

    group: Group
    projects: dict[str, Expected]
    warnings: list[str]
    max_changes: int | None
    may_write: bool

    @property
    def to_change(self) -> set[str]:
        """The paths of the projects that are to change."""
        return {path for path, expected in self.projects.items() if expected.is_change}

    @property
    def changes(self) -> int:
        return len(self.to_change)

    @property
    def is_stopped(self) -> bool:
        """Whether the plan has more changes than allowed, which check mode says too."""
        return self.max_changes is not None and self.changes > self.max_changes

    @property
    def is_foreseen(self) -> bool:
        """Whether no new share meets a refusal that only the answer shows."""
        return not any(each.refused or each.is_hidden for each in self.projects.values() if each.is_change)


def expected_plan(task: Task) -> ExpectedPlan:
    """Return what a run should do.

    :raises TaskRefused: where it should end before there is a plan.
    """
    rights = Rights(task.records)
    refuse_empty_lists(task)
    if task["expires_at"] == PAST:
        raise TaskRefused("InvalidOption: expires_at")
    known = share_levels(rights.version, rights.world.settings.security_manager)
    if task["state"] == "present" and task["access_level"] not in known:
        raise TaskRefused("InvalidOption: access_level")
    group = find_group(task, rights)
    selected = select(task, rights, group)
    planner = _Planner(task, rights, group, selected)
    planner.refuse_whole_task()
    projects = {project.full_path: planner.plan(project) for project in selected.projects}
    warnings = unmatched(task, selected)
    return ExpectedPlan(group, projects, warnings, task["max_changes"], rights.may_write)


def plan_or_none(task: Task) -> ExpectedPlan | None:
    """Return what a run should do; None where it should end before there is a plan."""
    try:
        return expected_plan(task)
    except TaskRefused:
        return None


@dataclass(frozen=True)
class PastChange:
    """What an earlier run has done to a project."""

    before: Share | None
    after: Share | None


def expected_undo(task: Task, changes: dict[str, PastChange]) -> ExpectedPlan:
    """Return what undoing a run should do.

    :param task: with the state restored, on the world as it is now.
    :param changes: of that run, by full path.
    :raises TaskRefused: where it should end before there is a plan.
    """
    if not changes:
        raise TaskRefused("InvalidOption: journal_path")
    rights = Rights(task.records)
    refuse_empty_lists(task)
    group = find_group(task, rights)
    found = [project for project in rights.world.projects.values() if project.full_path in changes]
    readable = tuple(project for project in found if rights.reads_project(project))
    planner = _Undoer(task, rights, group, Selected(readable, readable, frozenset(), frozenset()), changes)
    planner.refuse_whole_task()
    projects = {project.full_path: planner.plan(project) for project in readable}
    return ExpectedPlan(group, projects, [], task["max_changes"], rights.may_write)


class _Planner:
    """Plans one project after the other."""

    def __init__(self, task: Task, rights: Rights, group: Group, selected: Selected) -> None:
        self._task = task
        self._rights = rights
        self._group = group
        self._selected = selected
        self._owns_group = rights.role_in_group(group) >= OWNER

    def plan(self, project: Project) -> Expected:
        """Return what should become of one project, in the order in which the reasons count."""
        wanted = self._wanted(project)
        if not wanted.is_change:
            return wanted
        if wanted.after is not None and project.group is not None and self._group in project.lineage:
            return wanted.kept("skipped", "own_group")
        if wanted.after is not None and self._rights.is_pending_deletion(project):
            return wanted.kept("skipped", "pending_deletion")
        if self._lacks_role(project, wanted):
            return wanted.kept("failed")
        if wanted.after is not None and self._holds_by_own_share(project, wanted):
            return wanted.kept("kept", "own_access")
        reason = reason_to_skip(project, self._group, self._rights) if wanted.after is not None else None
        if reason is not None:
            return wanted.kept("skipped", reason)
        return self._with_what_writes_show(project, self._with_rules(project, wanted))

    def refuse_whole_task(self) -> None:
        """Refuse what concerns the whole run, by what it would change."""
        drafts = [(project, self._wanted(project)) for project in self._selected.projects]
        changes = [(project, wanted) for project, wanted in drafts if wanted.is_change]
        if any(wanted.after for _project, wanted in changes) and self._rights.role_in_group(self._group) < GUEST:
            raise TaskRefused("RunRefused: is not a member")
        tried = [
            (project, wanted)
            for project, wanted in changes
            if wanted.after is None or not (self._group in project.lineage or self._rights.is_pending_deletion(project))
        ]
        shares = [wanted.after for _project, wanted in tried]
        asks_for_owner = all(share is not None and share.access_level == "owner" for share in shares)
        nobody_may = all(self._lacks_role(project, wanted) for project, wanted in tried)
        if tried and role_to_share(self._rights.version) < OWNER and asks_for_owner and nobody_may:
            raise TaskRefused("RunRefused: Only owners")

    def _wanted(self, project: Project) -> Expected:
        """Return what the task itself makes of the project, whatever GitLab says to it."""
        before, inherited = self._known_share(project), self._inherited(project)
        expected = Expected("unchanged", before, before, inherited=inherited)
        if self._task["archived"] == "exclude" and self._rights.is_archived(project):
            return expected.kept("skipped", "archived")
        least = NUMBERS[self._task["access_level"]]
        if self._task["skip_inherited"] and inherited and NUMBERS[inherited[0]] >= least:
            return expected.kept("skipped", "inherited")
        if self._task["state"] == "absent":
            return expected if before is None else replace(expected, status="unshared", after=None)
        if before is None:
            return replace(expected, status="shared", after=Share(self._task["access_level"], self._end(None)))
        after = Share(self._task["access_level"], self._end(before.expires_at))
        if before in (HIDDEN, after):
            return expected
        reason = self._reason_to_keep(before, after)
        return expected.kept("kept", reason) if reason else replace(expected, status="updated", after=after)

    def _end(self, former: str | None) -> str | None:
        asked: str | None = self._task["expires_at"]
        if asked is None:
            return former
        return None if asked == "never" else asked

    def _reason_to_keep(self, before: Share, after: Share) -> str | None:
        if self._task["update_existing"] == "always":
            return None
        if self._task["update_existing"] == "never":
            return "not_updated"
        if NUMBERS[before.access_level or "guest"] > NUMBERS[after.access_level or "guest"]:
            return "would_lower"
        sooner = (after.expires_at or FOREVER) < (before.expires_at or FOREVER)
        return "would_end_sooner" if sooner else None

    def _known_share(self, project: Project) -> Share | None:
        link = project.links.get(self._group.id)
        if link is None or (self._is_hidden(link) and project.id not in self._selected.listed):
            # The page of a single project does not show a hidden share.
            return None
        return HIDDEN if self._is_hidden(link) else Share(NAMES[link.access_level], link.expires_at)

    def _is_hidden(self, link: Link) -> bool:
        return link.hidden == "everywhere" and not self._rights.is_admin

    def _inherited(self, project: Project) -> tuple[str, str] | None:
        """Return the best access by invitations to the groups above, the nearest first; ended ones do not count."""
        links = [(above.links.get(self._group.id), above) for above in project.lineage]
        found = [
            (link.access_level, above.full_path)
            for link, above in links
            if link is not None and link.expires_at != PAST and self._rights.reads_group(above)
        ]
        best = max(found, key=lambda one: one[0], default=None)
        return best and (NAMES[best[0]], best[1])

    def _needed_role(self, expected: Expected) -> int:
        """Return the role that all writes of a change take."""
        version, make, remove = self._rights.version, 0, 0
        if expected.after is not None:
            make = role_to_make(version, expected.after.access_level or "guest")
        if expected.before is not None:
            remove = role_to_remove(version, expected.before.access_level, self._owns_group)
        return max(make, remove)

    def _lacks_role(self, project: Project, expected: Expected) -> bool:
        return self._rights.role(project) < self._needed_role(expected)

    def _holds_by_own_share(self, project: Project, expected: Expected) -> bool:
        """Return whether the role may go with the share; that it comes by other shares as well is not shown."""
        needed = self._needed_role(expected)
        if self._rights.is_admin or expected.before is None or expected.before.access_level is None:
            return False
        through_share = min(NUMBERS[expected.before.access_level], self._rights.role_in_group(self._group))
        return through_share >= needed > self._rights.role_shown(project)

    def _with_rules(self, project: Project, expected: Expected) -> Expected:
        """Return the expectation with the rules that go with the share, or kept because of them (section 14.1)."""
        if expected.before is None or not self._rights.enterprise:
            return expected
        rules = protection_rules(project, self._group)
        if rules and expected.after is not None and self._task["protection_rules"] == "keep":
            expected = expected.kept("kept", "protection_rules")
        return replace(expected, rules=rules)

    def _with_what_writes_show(self, project: Project, expected: Expected) -> Expected:
        if not expected.is_change or expected.after is None:
            return expected
        hidden = expected.before is None and self._group.id in project.links
        refused = unforeseen_status(project, self._group, self._rights)
        return replace(expected, refused=refused, is_hidden=hidden and refused is None)


class _Undoer(_Planner):
    """Gives projects their former shares back."""

    def __init__(
        self, task: Task, rights: Rights, group: Group, selected: Selected, changes: dict[str, PastChange]
    ) -> None:
        super().__init__(task, rights, group, selected)
        self._changes = changes

    def _wanted(self, project: Project) -> Expected:
        now, change = self._known_share(project), self._changes[project.full_path]
        expected = Expected("unchanged", now, now, inherited=self._inherited(project))
        if now == change.before:
            return expected
        if now != change.after or change.before == HIDDEN:
            return expected.kept("kept", "changed_since")
        if change.before is not None and change.before.expires_at == PAST:
            return expected.kept("kept", "ended")
        status = "unshared" if change.before is None else "shared" if now is None else "updated"
        return replace(expected, status=status, after=change.before)


def protection_rules(project: Project, group: Group) -> tuple[str, ...]:
    """Return the rules of the project itself that name the group and go with its share, as the result names them."""
    named = [
        *(
            (f"branch {branch.name}: {right}", entries)
            for branch in project.protected_branches
            for right, entries in (("push", branch.push_access_levels), ("merge", branch.merge_access_levels))
        ),
        *((f"tag {tag.name}: create", tag.create_access_levels) for tag in project.protected_tags),
        *(
            (f"environment {one.name}: {right}", entries)
            for one in project.protected_environments
            for right, entries in (("deploy", one.deploy_access_levels), ("approval", one.approval_rules))
        ),
    ]
    return tuple(name for name, entries in named if any(entry.group == group.id for entry in entries))
