# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task should report, by the design and the GitLab API sheet, apart from the shipped code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ansible_collections.groupshare.gitlab.tests.property.chosen import (
    Refusal,
    invited_group,
    refuse_empty,
    role_to_share,
    selected_projects,
)
from ansible_collections.groupshare.gitlab.tests.property.rights import LEVELS, MAINTAINER, OWNER, Rights, namespace
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case
from ansible_collections.groupshare.gitlab.tests.property.worlds import PAST, Json, known_levels

WRITES = ("shared", "updated", "unshared")
FOREVER = "9999-12-31"


class Share(NamedTuple):
    """A share as the token can know it; the level of one that is hidden everywhere is None."""

    access_level: str | None
    expires_at: str | None


UNKNOWN = Share(None, None)


@dataclass(frozen=True)
class Fate:
    """What should become of a project; or_failed: it may fail for the role as well."""

    status: str
    before: Share | None
    after: Share | None
    reason: str | None = None
    inherited: tuple[str, str] | None = None
    or_failed: bool = False


@dataclass(frozen=True)
class Expected:
    """The fates by full path; unsure_if_too_many: it depends on how the doubtful ones are taken."""

    group: str
    fates: dict[str, Fate]
    max_changes: int | None
    may_write: bool

    @property
    def too_many(self) -> bool:
        """Whether the plan holds more changes than allowed."""
        return self.max_changes is not None and self.writes > self.max_changes

    @property
    def unsure_if_too_many(self) -> bool:
        return self.too_many and self.writes - self.doubtful_writes <= (self.max_changes or 0)

    @property
    def writes(self) -> int:
        return sum(fate.status in WRITES for fate in self.fates.values())

    @property
    def doubtful_writes(self) -> int:
        return sum(fate.status in WRITES and fate.or_failed for fate in self.fates.values())


def expected(case: Case) -> Expected:
    """What a run should do; raises Refusal where it should end before."""
    params, rights = case.params, Rights(case.world)
    security_manager = case.world["gitlab"]["security_manager"]
    refuse_empty(params)
    if params["expires_at"] == PAST:
        raise Refusal("InvalidOption: expires_at")
    known = known_levels(rights.version, security_manager)
    if params["state"] == "present" and params["access_level"] not in known:
        raise Refusal("InvalidOption: access_level")
    group = invited_group(params, rights)
    judge = _Judge(params, rights, group)
    projects = selected_projects(params, rights)
    judge.refuse_whole_run(projects)
    fates = {project["path"]: judge.fate(project) for project in projects}
    return Expected(group, fates, params["max_changes"], rights.may_write)


class _Judge:
    """Judges projects one by one."""

    def __init__(self, params: Json, rights: Rights, group: str) -> None:
        self._params = params
        self._rights = rights
        self._group = group
        self._present = params["state"] == "present"

    def fate(self, project: Json) -> Fate:
        drafted = self._drafted(project)
        if drafted.status not in WRITES:
            return drafted
        forbidden = self._forbidden(project) if self._present else None
        needed = self._needed_role(drafted)
        lacks_role = self._role(project, drafted) < needed
        if lacks_role:
            return replace(drafted, status="failed", after=drafted.before)
        or_failed = self._may_go_with_share(project, drafted, needed)
        if forbidden:
            return replace(drafted, status="skipped", reason=forbidden, after=drafted.before, or_failed=or_failed)
        return replace(drafted, or_failed=or_failed)

    def _role(self, project: Json, fate: Fate) -> int:
        """The role that all writes of a change can rely on: not one that goes with the share that is replaced."""
        if self._rights.admin:
            return OWNER
        return self._rights.member_role(project, without=self._group if fate.status == "updated" else None)

    def _may_go_with_share(self, project: Json, fate: Fate, needed: int) -> bool:
        """GitLab does not tell roles by invitations apart: another one may give what the replaced share gives."""
        if fate.status != "updated" or fate.before is None or fate.before.access_level is None:
            return False
        by_share = min(LEVELS[fate.before.access_level], self._rights.group_role(self._group))
        return by_share >= needed > self._rights.role_without_invitations(project)

    def refuse_whole_run(self, projects: list[Json]) -> None:
        """Design 3: refusals that concern the whole run, by what would be written without them."""
        rights = self._rights
        drafted = {project["path"]: self._drafted(project) for project in projects}
        changes = [
            (project, drafted[project["path"]]) for project in projects if drafted[project["path"]].status in WRITES
        ]
        if any(fate.after for _project, fate in changes) and rights.group_role(self._group) < LEVELS["guest"]:
            raise Refusal("RunRefused: not a member")
        owners_only = [fate for _project, fate in changes if self._needed_role(fate) > role_to_share(rights)]
        lacking = [fate for project, fate in changes if rights.project_role(project) < OWNER]
        if changes and len(owners_only) == len(changes) == len(lacking):
            raise Refusal("RunRefused: owner")

    def _drafted(self, project: Json) -> Fate:
        """The fate as far as projects alone decide it."""
        before, inherited = self._share(project), self._inherited(project)
        after = self._target(before) if self._present else None
        fate = Fate("", before, before, inherited=inherited)
        reason = self._left_out(project, inherited)
        if reason:
            return replace(fate, status="skipped", reason=reason)
        if after == before:
            return replace(fate, status="unchanged" if self._is_as_wanted(before) else "kept")
        if self._present and self._is_own(project):
            return replace(fate, status="skipped", reason="own_group")
        if self._present and self._shows_deletion and project.get("marked_for_deletion_on"):
            return replace(fate, status="skipped", reason="pending_deletion")
        status = "unshared" if after is None else "shared" if before is None else "updated"
        return replace(fate, status=status, after=after)

    @property
    def _shows_deletion(self) -> bool:
        """Section 4.2: the Community Edition shows it from 18.0 on."""
        return self._rights.version >= (18, 0) or self._rights.enterprise

    def _share(self, project: Json) -> Share | None:
        for link in project["shared_with"]:
            if link["group"] == self._group:
                if link["hidden"] == "everywhere" and not self._rights.admin:
                    return UNKNOWN
                return Share(link["access_level"], link["expires_at"])
        return None

    def _target(self, before: Share | None) -> Share | None:
        wanted_end = None if self._params["expires_at"] == "never" else self._params["expires_at"]
        if before is None:
            return Share(self._params["access_level"], wanted_end)
        if before == UNKNOWN or self._params["update_existing"] == "never":
            return before
        end = before.expires_at if self._params["expires_at"] is None else wanted_end
        if self._params["update_existing"] == "always":
            return Share(self._params["access_level"], end)
        level = max(before.access_level or "", self._params["access_level"], key=LEVELS.__getitem__)
        later = max(before.expires_at or FOREVER, end or FOREVER)
        return Share(level, None if later == FOREVER else later)

    def _is_as_wanted(self, share: Share | None) -> bool:
        if share in (None, UNKNOWN):
            return True
        return share == self._target_of_always(share)

    def _target_of_always(self, share: Share | None) -> Share:
        managed = self._params["expires_at"] is not None
        end = (None if self._params["expires_at"] == "never" else self._params["expires_at"]) if managed else None
        return Share(self._params["access_level"], end if managed or share is None else share.expires_at)

    def _inherited(self, project: Json) -> tuple[str, str] | None:
        """The best access by invitations to the groups above, the nearest first; ended ones do not count."""
        found = [
            (link["access_level"], path)
            for path in self._rights.lineage(namespace(project))
            for link in self._rights.groups[path]["shared_with"]
            if link["group"] == self._group and link["expires_at"] != PAST and self._rights.reads_group(path)
        ]
        return max(found, key=lambda one: LEVELS[one[0]], default=None)

    def _left_out(self, project: Json, inherited: tuple[str, str] | None) -> str | None:
        if self._params["archived"] == "exclude" and self._rights.is_archived(project):
            return "archived"
        least = LEVELS[self._params["access_level"]]
        if self._params["skip_inherited"] and inherited and LEVELS[inherited[0]] >= least:
            return "inherited"
        return None

    def _is_own(self, project: Json) -> bool:
        return self._group in self._rights.lineage(namespace(project))

    def _forbidden(self, project: Json) -> str | None:
        """Sections 1.5 and 1.6: the lock of the immediate group, the hierarchy rule of the root."""
        above = self._rights.lineage(namespace(project))
        if not above:
            return None
        if self._rights.groups[above[0]].get("share_with_group_lock"):
            return "share_locked"
        closed = self._rights.groups[above[-1]].get("prevent_sharing_groups_outside_hierarchy")
        return "outside_hierarchy" if closed and self._group.split("/")[0] != above[-1] else None

    def _needed_role(self, fate: Fate) -> int:
        """Sections 1.3 and 2: for all writes that the change takes."""
        make, remove = 0, 0
        if fate.after is not None:
            make = OWNER if fate.after.access_level == "owner" else role_to_share(self._rights)
        if fate.before is not None:
            remove = self._role_to_remove(fate.before)
        return max(make, remove)

    def _role_to_remove(self, before: Share) -> int:
        if self._rights.version >= (18, 0):
            return MAINTAINER if self._rights.group_role(self._group) >= OWNER else OWNER
        return OWNER if before.access_level == "owner" else MAINTAINER
