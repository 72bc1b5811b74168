# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between GitLab versions and editions, in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .levels import DEVELOPER, GUEST, MAINTAINER, MINIMAL_ACCESS, OWNER, PLANNER, REPORTER, SECURITY_MANAGER

Version = tuple[int, int]


@cache
def parse_version(text: str) -> Version:
    """Major and minor of a version text such as "18.5.1-ee"; ValueError if it has none."""
    found = re.match(r"(\d+)\.(\d+)", text)
    if not found:
        raise ValueError(f"{text!r} is no GitLab version")
    return int(found.group(1)), int(found.group(2))


@dataclass(frozen=True)
class Rules:
    """The rules of one GitLab: its version, its edition and the switches that change levels."""

    version: Version
    enterprise: bool
    security_manager: bool

    @property
    def levels(self) -> tuple[int, ...]:
        """Levels that lists can be filtered by and groups shared at: GitLab's all_values."""
        known = [GUEST, REPORTER, DEVELOPER, MAINTAINER, OWNER]
        if self.version >= (17, 7):
            known.append(PLANNER)
        if self.version >= (18, 7) and self.security_manager:
            known.append(SECURITY_MANAGER)
        return tuple(sorted(known))

    @property
    def project_share_levels(self) -> tuple[int, ...]:
        """Before 16.7 no project could be shared at level 50 (GitLab API sheet, section 1.1)."""
        return self.levels if self.version >= (16, 7) else tuple(level for level in self.levels if level < OWNER)

    @property
    def group_share_levels(self) -> tuple[int, ...]:
        """Levels of group-to-group shares: the newest Enterprise versions add Minimal Access."""
        minimal = self.enterprise and self.version >= (19, 0)
        return (MINIMAL_ACCESS, *self.levels) if minimal else self.levels

    @property
    def only_owners_share(self) -> bool:
        """From 18.0 a Maintainer may no longer invite groups (section 1.3)."""
        return self.version >= (18, 0)

    @property
    def owner_level_needs_owner(self) -> bool:
        """16.7 to 17.x: granting or removing level 50 takes an Owner (section 1.2, step 10)."""
        return (16, 7) <= self.version < (18, 0)

    @property
    def already_shared(self) -> str:
        """The validation moved from the link's group to its project (section 1.5)."""
        subject = "Project" if self.version >= (18, 3) else "Group"
        return f"{subject} already shared with this group"

    @property
    def twins_fail(self) -> bool:
        """In 18.9 the slower of two equal POSTs fails over the index; before, it waited (section 1.9)."""
        return self.version >= (18, 9)

    @property
    def archived_by_ancestors(self) -> bool:
        """From 18.0 archived counts archived groups (section 17.2)."""
        return self.version >= (18, 0)

    @property
    def shows_deletion_date(self) -> bool:
        """marked_for_deletion_* is Enterprise only before 18.0 (section 4.2)."""
        return self.enterprise or self.version >= (18, 0)

    @property
    def simple_has_visibility(self) -> bool:
        """The short project has its visibility only after 17.10 (section 4.1)."""
        return self.version > (17, 10)

    @property
    def anonymous_see_sources(self) -> bool:
        """From 17.2 a single project shows anonymous callers the source of a fork (CHANGELOG.md)."""
        return self.version >= (17, 2)

    @property
    def newest_project_keys(self) -> bool:
        """Some keys of the full project came between 18.9 and 19.4 (section 4.2)."""
        return self.version >= (19, 0)

    @property
    def shows_duo(self) -> bool:
        """18.9 shows settings of GitLab Duo and of security policies, 19.4 no more (section 4.2)."""
        return (18, 9) <= self.version < (19, 0)

    @property
    def checks_titles(self) -> bool:
        """merge_request_title_regex* came by 18.2 (its column's migration) and is gone in 19.4 (section 4.2)."""
        return (18, 2) <= self.version < (19, 0)

    @property
    def group_access_from_ancestors(self) -> bool:
        """permissions.group_access: memberships in groups above count in newer versions (section 4.4)."""
        return self.version >= (17, 0)

    @property
    def redirects_moved_projects(self) -> bool:
        """From 16.7 a former path redirects; before, GitLab followed it silently (section 8)."""
        return self.version >= (16, 7)

    @property
    def delayed_deletion(self) -> bool:
        """From 18.0, and before in Enterprise, deleting only schedules the deletion."""
        return self.enterprise or self.version >= (18, 0)

    @property
    def scheduled_infix(self) -> str:
        """What stands before the id in the name and path of what is scheduled for deletion (section 17.1)."""
        return "deletion_scheduled" if self.version >= (18, 0) else "deleted"

    @property
    def renames_scheduled_groups(self) -> bool:
        """From 18.0 groups too get another name and path (section 17.1)."""
        return self.version >= (18, 0)

    @property
    def project_offset_limit(self) -> bool:
        """Whether lists of projects refuse offsets beyond 50,000 by default (section 3.2)."""
        return self.version < (16, 0)

    @property
    def ai_scopes(self) -> bool:
        """18.9 registers scopes of AI tools for most endpoints, which its 403 lists (section 6)."""
        return self.version >= (18, 9)

    @property
    def self_needs_a_known_scope(self) -> bool:
        """18.9 refuses a token about itself that has registry scopes only (section 6.2)."""
        return self.version >= (18, 9)

    @property
    def permissions_must_be_declared(self) -> bool:
        """Up to 18.x fine-grained tokens are refused where an endpoint declares no permission (section 6.1)."""
        return self.version < (19, 0)

    @property
    def checks_json(self) -> bool:
        """18.9 looks at JSON bodies before anything else and refuses them as JSON (section 8)."""
        return self.version >= (18, 9)

    @property
    def refuses_path_traversal(self) -> bool:
        """From 18.2 an address with ../ is refused (section 8)."""
        return self.version >= (18, 2)

    @property
    def maintenance_says_retry_after(self) -> bool:
        """18.9 tells how long to wait for the end of maintenance mode (section 8)."""
        return self.version >= (18, 9)

    @property
    def limits_say_retry_after(self) -> bool:
        """From 18.5 the application's 429 names its interval (section 7.2)."""
        return self.version >= (18, 5)

    @property
    def planner_reads_code(self) -> bool:
        """18.9 shows a Planner the code of private projects (section 4.1)."""
        return self.version >= (18, 9)

    @property
    def knows_active(self) -> bool:
        """From 18.0 lists can leave out what is archived or scheduled for deletion (section 3.4)."""
        return self.version >= (18, 0)
