#!/usr/bin/python
# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: gitlab_group_share_all
short_description: Share all projects with a group
version_added: 1.0.0
author:
  - The groupshare.gitlab authors (@groupshare)
description:
  - Invites one GitLab group to every project of a selection, with an access level and an optional expiry date,
    or removes it again.
  - Reads the projects from lists, without a request for each of them, and then writes only what differs.
    Check mode reports what a run would do, including what GitLab would refuse, as far as the token can see it.
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
      - The group that is invited. Its full path, its numeric id, or a name that no other visible group has.
      - A number is tried as a path first, then as an id. If it is the path of one group and the id of another,
        the task fails and names both. With a slash in front, as in V(/2024), it is always a path.
      - To share projects, the token's user must be a member of the group, with any role.
    type: str
    required: true
  access_level:
    description:
      - The access level of the shares, V(guest) if it is not given. Members of the group get at most this level;
        those with a lower role in the group keep that role.
      - V(guest) and V(planner) cannot read the code of private projects; V(reporter) is the lowest level that can.
      - V(planner) exists from GitLab 17.7 on, V(owner) from 16.7 on,
        V(security_manager) from 18.7 on where the instance has switched it on.
    type: str
    choices: [guest, planner, reporter, security_manager, developer, maintainer, owner]
  expires_at:
    description:
      - The first day without access, as C(YYYY-MM-DD), or V(never). The shares end at the beginning of this day,
        UTC or the time zone of the instance. The day must be in the future.
        For access through January 31, for example, it is C(2027-02-01).
      - Without it, ends are not managed. New shares never end, and existing ones keep their end.
    type: str
  state:
    description:
      - V(present) shares the projects with the group, V(absent) removes the shares.
      - V(absent) includes archived projects unless O(archived) says otherwise.
      - V(restored) undoes an earlier run that is recorded in O(journal_path). Each project that this run wrote to
        gets back the share it had, or none, unless somebody has changed the share since.
        The options of the selection narrow down the projects. O(access_level), O(expires_at), O(update_existing) and
        O(skip_inherited) cannot be combined with it.
    type: str
    choices: [present, absent, restored]
    default: present
  update_existing:
    description:
      - What to do with a share whose level or end differs.
      - V(raise_only), the default, replaces a share only if that takes nothing away. The level must not become lower
        and the end must not come sooner. Any other share is V(kept) as it is.
      - V(always) replaces any such share. V(never) leaves all of them alone.
      - GitLab's REST API cannot edit a share. To replace one, the new share is first tried beside the old one.
        If GitLab refuses it only because a share already exists, the old one is removed
        and the new one created at once. If that fails, the former share is created again.
      - On an Enterprise Edition a share can have a custom role.
        GitLab's REST API does not show it, and it is lost when the share is replaced.
    type: str
    choices: [always, raise_only, never]
  protection_rules:
    description:
      - On an Enterprise Edition, GitLab deletes the group's entries in the protected branches, tags and environments
        of a project when the share is removed, even if a new one is created at once.
      - V(keep) leaves a share as it is if such an entry exists, or if the entries cannot be read.
        V(drop) replaces it, and the result names the rules that were lost.
      - With O(state=absent) the rules are lost in any case, and the result names them.
    type: str
    choices: [keep, drop]
    default: keep
    version_added: 2.0.0
  max_changes:
    description:
      - If the plan has more changes than this, the task fails before it makes any of them, in check mode too.
        The result and the diff show the plan.
    type: int
  fail_on_error:
    description:
      - Whether the task fails when a project fails, when GitLab refuses to replace a share,
        or when projects are not attempted because GitLab kept giving the same refusal.
        If V(false), the task gives a warning instead, so that handlers run and the play goes on.
      - The task always fails when the run was stopped early or access was lost.
    type: bool
    default: true
  list_projects:
    description:
      - Which projects RV(projects) lists. V(changed) leaves out those that are V(unchanged).
        V(problems) lists those that are V(kept), V(skipped), V(failed) or V(not_attempted).
    type: str
    choices: [all, changed, problems]
    default: changed
    version_added: 2.0.0
  recovery_dir:
    description:
      - A directory for the record of replacements under way. If a run is killed between the removal of a share
        and its replacement, the next run for the same instance and group finds the record there
        and creates the former share again, with its level and end, before it makes any other change.
      - The file has mode C(0600), contains no token, and is removed at the end of the run unless a share could not be
        created again.
      - In a container, use a directory that outlives it.
    type: path
    default: ~/.ansible/groupshare
    version_added: 2.0.0
  journal_path:
    description:
      - A JSON Lines file to which the run appends what it does, among other things a line before and after each write.
      - It is created with mode C(0600). A symbolic link is refused. In check mode nothing is written.
      - O(state=restored) reads it.
    type: path
  journal_run:
    description:
      - The run in O(journal_path) to undo with O(state=restored). Its number, counted from V(1), or its time.
      - If not given, it is the last run that changed a share and was not itself an undo.
    type: str
    version_added: 2.0.0
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
    access_level: reporter

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
      - development/attic
      - "*/sandbox/*"
      - ~.*-playground$

- name: Give a pentest team access until the end of January
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/pentest
    access_level: developer
    expires_at: "2027-02-01"
    topics: [payment]
    max_changes: 100
    journal_path: /var/log/groupshare/pentest.jsonl

- name: Undo that run
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/pentest
    state: restored
    journal_path: /var/log/groupshare/pentest.jsonl

- name: Remove the group from all projects
  groupshare.gitlab.gitlab_group_share_all:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/pentest
    state: absent
"""

RETURN = r"""
msg:
  description: What was done, or would be done, in numbers; on failure, why it failed and what to do.
  returned: always
  type: str
  sample: "3,000 shared, 2 skipped (1 own_group, 1 share_locked)"
group:
  description: The invited group.
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
      description: Its root URL.
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
      description: Projects that had no share and were given one.
      type: int
      returned: always
      sample: 10
    updated:
      description: Projects whose share was given another level or end.
      type: int
      returned: always
      sample: 2
    unshared:
      description: Projects whose share was removed.
      type: int
      returned: always
      sample: 0
    unchanged:
      description: Projects that already were as the task asks.
      type: int
      returned: always
      sample: 4980
    kept:
      description: Projects whose share differs but is left alone for a reason, see RV(projects[].reason).
      type: int
      returned: always
      sample: 0
    skipped:
      description: Projects that cannot be shared or that the options leave out, see RV(projects[].reason).
      type: int
      returned: always
      sample: 8
    failed:
      description: Projects whose change failed, or would be refused by GitLab.
      type: int
      returned: always
      sample: 0
    not_attempted:
      description: Projects that the run did not try, see RV(projects[].reason).
      type: int
      returned: always
      sample: 0
    inherited:
      description: Projects, whatever their status, that the group reaches through a group above them.
      type: int
      returned: always
      sample: 17
    personal:
      description: Projects, whatever their status, in users' own namespaces.
      type: int
      returned: always
      sample: 3
    beyond_reach:
      description:
        - Projects that the token cannot share although its user is a member of them or they lie in O(source_groups). Of
          the filters, only O(archived) and a single O(visibility) apply. V(none) for an administrator, if only
          O(projects) is given, if O(state) is not V(present), and where GitLab does not count them.
      type: int
      returned: always
      sample: 510
projects:
  description:
    - The projects that O(list_projects) asks for, by full path.
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
        - What was done with it, or would be done in a run.
          One of V(shared), V(updated), V(unshared), V(unchanged), V(kept), V(skipped), V(failed), V(not_attempted).
      type: str
      returned: always
      sample: shared
    reason:
      description:
        - Why it is kept, skipped or not attempted, else V(none).
        - "Kept: V(not_updated), if O(update_existing=never);
          V(would_lower) and V(would_end_sooner), if O(update_existing=raise_only);
          V(protection_rules), see O(protection_rules);
          V(own_access), if the token's user may share the project only because of this share;
          V(cannot_be_replaced), if GitLab refused the new share beside the old one;
          with O(state=restored), V(changed_since), if the share has been changed since that run,
          and V(ended), if its former end is past."
        - "Skipped: V(own_group), if it lies in the invited group itself, which GitLab refuses;
          V(share_locked), if its namespace forbids sharing projects with groups;
          V(outside_hierarchy), if its top-level group forbids sharing projects with groups outside it;
          V(email_domains), if its top-level group accepts members with certain e-mail domains only;
          V(pending_deletion), if it is scheduled for deletion;
          V(archived), if it is archived and was named in O(projects);
          V(inherited), if the group already reaches it, see O(skip_inherited)."
        - "Not attempted: V(max_changes), V(max_wait), V(token) and V(signal), if that stopped the run;
          V(same_refusal), if GitLab had already given the same refusal several times below this top-level group."
      type: str
      returned: always
      sample: share_locked
    error:
      description:
        - Why it failed or, if an answer of GitLab's is the cause, why it was kept; else V(none).
          The HTTP status, or V(none) if no answer came, and a message.
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
    protection_rules:
      description: Rules of the project that name the group and are lost with its share, see O(protection_rules).
      type: list
      elements: str
      returned: where there are any
      sample: ["branch main: push"]
    access_lost:
      description:
        - Whether the old share was removed, and neither the new nor the former one could be created,
          or the module could not find out whether one was.
      type: bool
      returned: for failed projects
      sample: false
stopped:
  description: Why the run ended early, or V(none). The task then fails, whatever O(fail_on_error) says.
  returned: when the projects were looked at
  type: str
  sample: >-
    The plan has 6 changes, more than max_changes=2. None of them has been made. If they are right, raise max_changes.
recovered:
  description:
    - Shares that a killed run had removed, and that were created again, or would be, before any other change.
  returned: when the projects were looked at
  type: list
  elements: dict
  contains:
    path:
      description: The project's full path.
      type: str
      returned: always
      sample: acme/app
    access_level:
      description: The level of the share.
      type: str
      returned: always
      sample: reporter
    expires_at:
      description: The day on which it ends, or V(none).
      type: str
      returned: always
      sample: "2027-01-31"
requests:
  description: What the run cost in requests and waiting time.
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
      description: How many of these requests were retries.
      type: int
      returned: always
      sample: 1
    waited_seconds:
      description: Seconds spent waiting for limits, or before retries.
      type: float
      returned: always
      sample: 0.4
"""

import datetime
import json
import os
import sys

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

# Older Pythons can parse this file, but not the others; see main().
if sys.version_info >= (3, 9):
    from ..module_utils._errors import EndedAfterRecovery, GroupShareError
    from ..module_utils._http.transport import HAS_REQUESTS
    from ..module_utils._options.connection import CONNECTION_REQUIRED_BY, CONNECTION_REQUIRED_ONE_OF
    from ..module_utils._options.share_all import ARGUMENTS, share_all_options
    from ..module_utils._share_all import share_all

OLD_PYTHON = (
    "This module needs Python 3.9 or newer, and {0} is Python {1}.{2}. "
    "Set ansible_python_interpreter to a newer one, for example to the Python that runs Ansible."
)


def main() -> None:
    """Run the module: options, observe, plan, foresee, apply, report."""
    if sys.version_info < (3, 9):
        # Without the arguments, which are in files that this Python cannot parse, there is no AnsibleModule.
        sys.stdout.write(json.dumps({"failed": True, "msg": OLD_PYTHON.format(sys.executable, *sys.version_info)}))
        raise SystemExit(1)
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        required_one_of=CONNECTION_REQUIRED_ONE_OF,
        required_by=CONNECTION_REQUIRED_BY,
        supports_check_mode=True,
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"))
    # GitLab's days are those of UTC, unless the instance is set to another time zone.
    today = datetime.datetime.now(datetime.timezone.utc).date()
    try:
        options = share_all_options(module.params, today, module.check_mode, module._diff)
        report = share_all(options, os.environ.get("GROUPSHARE_PROGRESS_FILE"))
    except GroupShareError as error:
        module.fail_json(msg=str(error), changed=isinstance(error, EndedAfterRecovery))
    for warning in report.warnings:
        module.warn(warning)
    if report.failure is not None:
        module.fail_json(**report.result)
    module.exit_json(**report.result)


if __name__ == "__main__":
    main()
