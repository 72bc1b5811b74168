#!/usr/bin/python
# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gitlab_group_share_all
short_description: Share all projects with a group
version_added: 1.0.0
author:
  - The groupshare.gitlab authors (@groupshare)
description:
  - Invites one GitLab group to every project of a selection, with an access level and perhaps an expiry,
    or takes it out again.
  - It looks first, from lists and without a request per project, and then writes only what differs.
    Check mode reports exactly what a run would do, including what GitLab would refuse.
  - With one task, auditors, a security team or a secret scanner get access to thousands of projects.
extends_documentation_fragment:
  - groupshare.gitlab._attributes
  - groupshare.gitlab._connection
  - groupshare.gitlab._selection
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  group:
    description:
      - The group that is invited. Its full path, its numeric id, or a name that no other visible group bears.
      - To share projects, the token's user must be a member of it, with any role.
    type: str
    required: true
  access_level:
    description:
      - The access level of the shares. Members of the group get it at most,
        and whoever has a lower role in the group keeps that.
      - V(guest) and V(planner) cannot read the code of private projects; V(reporter) is the lowest level that can.
      - V(planner) exists from GitLab 17.7 on, V(owner) from 16.8 on,
        V(security_manager) from 19.0 on where the instance has switched it on.
    type: str
    choices: [guest, planner, reporter, security_manager, developer, maintainer, owner]
    default: guest
  expires_at:
    description:
      - The day on which the shares end, as C(YYYY-MM-DD), or V(never). It must lie in the future.
      - Without it, expiries are not managed. New shares have none, existing ones keep theirs.
    type: str
  state:
    description:
      - Whether the projects shall be shared with the group, or not shared with it.
    type: str
    choices: [present, absent]
    default: present
  update_existing:
    description:
      - What to do with a share whose level or expiry differs.
      - V(always) makes it as described, V(never) leaves it alone,
        V(raise_only) never lowers a level and never shortens an expiry.
      - GitLab cannot edit a share, so that it is removed and made anew at once.
        If that fails, the former one is put back.
    type: str
    choices: [always, raise_only, never]
    default: always
  max_changes:
    description:
      - If more changes than this are needed, the task fails before the first of them, in check mode too.
    type: int
  fail_on_error:
    description:
      - Whether the task fails when a project fails.
        If not, it gives a warning, so that handlers run and the play goes on.
      - The task fails in any case when it was stopped before its end or when access was lost.
    type: bool
    default: true
  return_unchanged:
    description:
      - Whether RV(projects) also lists the projects that needed nothing.
    type: bool
    default: false
  journal_path:
    description:
      - A file to which lines of JSON are appended as the run goes on.
        One when it starts, before and after each write, and at the end.
      - It is made with mode C(0600). A symbolic link is refused. In check mode nothing is written.
    type: path
seealso:
  - module: groupshare.gitlab.gitlab_group_share_info
  - name: Sharing projects and groups
    description: What an invited group may do, in GitLab's documentation.
    link: https://docs.gitlab.com/user/project/members/sharing_projects_groups/
"""

EXAMPLES = r"""
- name: Let the auditors see every project that the token may share
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/auditors

- name: Let a secret scanner read the code of two departments, except for their sandboxes
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/scanner
    access_level: reporter
    source_groups:
      - development
      - research
    exclude:
      - "*/sandbox/*"
      - ~.*-playground$

- name: Give a pentest team access until the end of January, and never take away what it has
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/pentest
    access_level: developer
    expires_at: "2027-01-31"
    update_existing: raise_only
    topics: [payment]
    max_changes: 100

- name: Take the group out of all projects again
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/pentest
    state: absent
    archived: include
"""

RETURN = r"""
msg:
  description: Why the task failed, and what to do.
  returned: on failure
  type: str
  sample: "1 of 120 projects failed: acme/app (POST /api/v4/projects/4/share: 403 Forbidden)."
group:
  description: The group that is invited.
  returned: when the projects were looked at
  type: dict
  contains:
    id:
      description: The group's id.
      type: int
      returned: always
      sample: 11
    full_path:
      description: The group's full path.
      type: str
      returned: always
      sample: security/auditors
    name:
      description: The group's name.
      type: str
      returned: always
      sample: Auditors
    web_url:
      description: The group's page.
      type: str
      returned: always
      sample: https://gitlab.example.com/groups/security/auditors
gitlab:
  description: The GitLab instance.
  returned: when the projects were looked at
  type: dict
  contains:
    url:
      description: Its root.
      type: str
      returned: always
      sample: https://gitlab.example.com
    version:
      description: Its version.
      type: str
      returned: always
      sample: 18.5.1-ee
    enterprise:
      description: Whether it is an Enterprise Edition.
      type: bool
      returned: always
      sample: true
summary:
  description: How many projects there are of each status.
  returned: when the projects were looked at
  type: dict
  contains:
    selected:
      description: Projects of the selection.
      type: int
      returned: always
      sample: 5000
    shared:
      description: Projects without a share, for which one was made.
      type: int
      returned: always
      sample: 10
    updated:
      description: Projects whose share was given another level or expiry.
      type: int
      returned: always
      sample: 2
    unshared:
      description: Projects whose share was removed.
      type: int
      returned: always
      sample: 0
    unchanged:
      description: Projects that were as wanted.
      type: int
      returned: always
      sample: 4980
    kept:
      description: Projects whose share differs, but O(update_existing) lets it be.
      type: int
      returned: always
      sample: 0
    skipped:
      description: Projects that are left alone for a reason, see RV(projects[].reason).
      type: int
      returned: always
      sample: 8
    failed:
      description: Projects that GitLab refused to change, or would refuse to change.
      type: int
      returned: always
      sample: 0
    not_attempted:
      description: Projects that the run did not reach, because it was stopped.
      type: int
      returned: always
      sample: 0
    inherited:
      description: Projects, whatever their status, that the group reaches through a group above them.
      type: int
      returned: always
      sample: 17
projects:
  description:
    - The projects that are not V(unchanged), by full path; with O(return_unchanged=true) all of them.
  returned: when the projects were looked at
  type: list
  elements: dict
  contains:
    id:
      description: The project's id.
      type: int
      returned: always
      sample: 4
    path:
      description: The project's full path.
      type: str
      returned: always
      sample: acme/app
    web_url:
      description: The project's page.
      type: str
      returned: always
      sample: https://gitlab.example.com/acme/app
    status:
      description:
        - What became of it, or would in a run.
          One of V(shared), V(updated), V(unshared), V(unchanged), V(kept), V(skipped), V(failed), V(not_attempted).
      type: str
      returned: always
      sample: shared
    reason:
      description:
        - Why it is skipped, else V(none).
        - V(own_group), it lies in the group itself, which GitLab does not let be invited.
          V(share_locked), its namespace forbids to share projects with groups.
          V(outside_hierarchy), its top-level group forbids to share projects outside of it.
          V(pending_deletion), it is marked for deletion.
          V(archived), it is archived and was named in O(projects).
          V(inherited), the group reaches it already, see O(skip_inherited).
      type: str
      returned: always
      sample: share_locked
    error:
      description: Why it failed, else V(none). The HTTP status, or V(none) where no answer came, and a message.
      type: dict
      returned: always
      sample: {"status": 403, "message": "POST /api/v4/projects/4/share: 403 Forbidden"}
    before:
      description: The share as it was found, or V(none). Its access level is V(none) where the token may not see it.
      type: dict
      returned: always
      sample: {"access_level": "guest", "expires_at": null}
    after:
      description: The share as it is now, or would be after a run, or V(none).
      type: dict
      returned: always
      sample: {"access_level": "reporter", "expires_at": "2027-01-31"}
    inherited:
      description: The access that the group has through a group above the project, or V(none).
      type: dict
      returned: always
      sample: {"access_level": "reporter", "group": "acme"}
    access_lost:
      description:
        - Whether the share was removed to be changed, and neither the new nor the former one could be made,
          or it could not be found out whether they were.
      type: bool
      returned: for failed projects
      sample: false
requests:
  description: What the run has cost.
  returned: when the projects were looked at
  type: dict
  contains:
    reads:
      description: Requests that read.
      type: int
      returned: always
      sample: 57
    writes:
      description: Requests that write.
      type: int
      returned: always
      sample: 14
    retries:
      description: How many of both were repetitions.
      type: int
      returned: always
      sample: 1
    waited_seconds:
      description: Seconds spent waiting for limits, or before repetitions.
      type: float
      returned: always
      sample: 0.4
"""

import datetime
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._apply.apply import Applied, Writer, leave_out
from ..module_utils._apply.journal import Journal
from ..module_utils._apply.signals import ends_on_signal
from ..module_utils._errors import GroupShareError
from ..module_utils._foresee.foresee import foresee_refusals
from ..module_utils._gitlab.connect import connect
from ..module_utils._http.transport import HAS_REQUESTS
from ..module_utils._observe.candidates import Question
from ..module_utils._observe.observe import observe
from ..module_utils._options.connection import (
    CONNECTION_ARGUMENTS,
    CONNECTION_REQUIRED_BY,
    CONNECTION_REQUIRED_ONE_OF,
    connection_from,
)
from ..module_utils._options.selection import SELECTION_ARGUMENTS, selection_from
from ..module_utils._options.sharing import SHARING_ARGUMENTS, desired_from, run_options_from
from ..module_utils._plan.limits import objection
from ..module_utils._plan.plan import changes_of, make_plan, rules_of
from ..module_utils._report.result import Report, share_report


def today_at_gitlab() -> datetime.date:
    """Return the day by which GitLab lets shares end: that of UTC, in which it keeps its time."""
    return datetime.datetime.now(datetime.timezone.utc).date()


def main() -> None:
    """Wire the phases: options, look, plan, apply, report."""
    module = AnsibleModule(
        argument_spec={**CONNECTION_ARGUMENTS, **SELECTION_ARGUMENTS, **SHARING_ARGUMENTS},
        required_one_of=CONNECTION_REQUIRED_ONE_OF,
        required_by=CONNECTION_REQUIRED_BY,
        supports_check_mode=True,
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"))
    try:
        report = share_all(module.params, module.check_mode)
    except GroupShareError as error:
        module.fail_json(msg=str(error))
    for warning in report.warnings:
        module.warn(warning)
    result = {**report.result, "diff": report.diff} if module._diff else report.result
    if report.failure is not None:
        module.fail_json(msg=report.failure, **result)
    module.exit_json(**result)


def share_all(params: t.Mapping[str, t.Any], check_mode: bool) -> Report:
    """Carry a task out, or in check mode find out what that would do.

    :raises GroupShareError: when it ends before there is a plan, and before any write.
    """
    today = today_at_gitlab()
    connection = connection_from(params)
    selection = selection_from(params)
    wanted = desired_from(params, today)
    guards = run_options_from(params)
    with Journal(guards.journal_path, check_mode) as journal, connect(connection) as gitlab:
        journal.write("start", group=wanted.group, url=connection.root_url)
        observed = observe(gitlab, Question(wanted.group, selection, today, wanted.level_to_make))
        first_rules = rules_of(observed, selection)
        draft = make_plan(observed.projects, wanted, first_rules)
        # Only what a first plan would change is worth asking about.
        rules = foresee_refusals(gitlab, observed, first_rules, changes_of(draft), selection)
        plan = make_plan(observed.projects, wanted, rules)
        refusal = objection(plan, observed.caller, guards.max_changes, check_mode)
        if refusal is not None:
            applied = leave_out(plan, refusal)
        elif check_mode:
            applied = Applied(plan)
        else:
            wary = observed.caller.is_fine_grained
            writer = Writer(gitlab, observed.group, wanted, rules, journal, wary)
            with ends_on_signal(writer.stop):
                applied = writer.apply(plan)
        report = share_report(applied, observed, wanted, guards, connection.root_url, gitlab.traffic, today)
        journal.write("end", summary=report.result["summary"], requests=report.result["requests"])
    return report.with_warning(journal.problem)


if __name__ == "__main__":
    main()
