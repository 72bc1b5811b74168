#!/usr/bin/python
# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: gitlab_group_share_info
short_description: Show which projects are shared with a group
version_added: 1.0.0
author:
  - The groupshare.gitlab authors (@groupshare)
description:
  - Reads the shares of a selection of projects with a GitLab group, from lists and without a request for each project.
  - Shows which projects are not shared with the group, so that a playbook can assert that there are none.
  - A token with the scope C(read_api) is enough.
extends_documentation_fragment:
  - groupshare.gitlab._attributes
  - groupshare.gitlab._attributes.info
  - groupshare.gitlab._connection
  - groupshare.gitlab._selection
options:
  group:
    description:
      - The group whose shares are looked at.
        Its full path, its numeric id, or a name that no other visible group has.
      - Exactly one of O(group) and O(groups) is required.
    type: str
  groups:
    description:
      - Several groups in place of O(group). The projects are read once, and RV(groups) has an answer for each.
    type: list
    elements: str
    version_added: 2.0.0
  access_level:
    description:
      - The access level to compare the shares with. Lower ones are counted as RV(coverage.below_level).
    type: str
    choices: [guest, planner, reporter, security_manager, developer, maintainer, owner]
    default: guest
seealso:
  - module: groupshare.gitlab.gitlab_group_share_all
"""

EXAMPLES = r"""
- name: See how far the auditors' access reaches
  groupshare.gitlab.gitlab_group_share_info:
    api_url: https://gitlab.example.com
    api_token: "{{ gitlab_token }}"
    group: security/auditors
    access_level: reporter
    source_groups: [development]
  register: auditors

- name: Make sure that they see all of it
  ansible.builtin.assert:
    that:
      - auditors.missing == []
      - auditors.coverage.below_level == 0
    fail_msg: >-
      Not shared: {{ auditors.missing | join(', ') }}. Below reporter: {{ auditors.below_level | join(', ') }}.
"""

RETURN = r"""
msg:
  description: What was found, in numbers; on failure, why it failed and what to do.
  returned: always
  type: str
  sample: "security/auditors: 4,990 of 5,000 projects shared, 8 missing, 2 cannot be shared"
group:
  description: The group.
  returned: with O(group)
  type: dict
  sample:
    id: 11
    full_path: security/auditors
    name: Auditors
    web_url: https://gitlab.example.com/groups/security/auditors
gitlab:
  description: The GitLab instance.
  returned: success
  type: dict
  sample:
    url: https://gitlab.example.com
    version: 18.5.1-ee
    enterprise: true
user:
  description: The token's user.
  returned: success
  type: dict
  sample: {"username": "olivia"}
access_level:
  description: The level that the shares are compared with.
  returned: success
  type: str
  sample: reporter
coverage:
  description: How many projects there are of each kind.
  returned: with O(group)
  type: dict
  contains:
    selected:
      description: Projects of the selection.
      type: int
      returned: always
      sample: 5000
    shared:
      description: Projects that are shared with the group, at any level.
      type: int
      returned: always
      sample: 4990
    missing:
      description: Projects in RV(missing).
      type: int
      returned: always
      sample: 8
    below_level:
      description: Projects in RV(below_level).
      type: int
      returned: always
      sample: 0
    blocked:
      description: Projects without a share that cannot be shared with the group, see RV(projects[].reason).
      type: int
      returned: always
      sample: 2
    inherited:
      description: Projects that the group reaches because it is invited to a group above them, shared or not.
      type: int
      returned: always
      sample: 17
    personal:
      description: Projects in users' own namespaces.
      type: int
      returned: always
      sample: 3
    beyond_reach:
      description:
        - Projects that the token cannot share although its user is a member of them or they lie in O(source_groups). Of
          the filters, only O(archived) and a single O(visibility) apply. V(none) for an administrator, if only
          O(projects) is given, and where GitLab does not count them.
      type: int
      returned: always
      sample: 510
missing:
  description:
    - Full paths of the projects that are not shared with the group but could be.
    - With O(skip_inherited=true), projects that the group reaches through a group above them are left out.
  returned: with O(group)
  type: list
  elements: str
  sample: [acme/app]
below_level:
  description: Full paths of the projects whose share has a lower level than O(access_level).
  returned: with O(group)
  type: list
  elements: str
  sample: []
projects:
  description: All projects of the selection, by full path.
  returned: with O(group)
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
    state:
      description:
        - One of V(shared), V(below_level), V(missing), V(blocked),
          and with O(skip_inherited=true) V(inherited).
      type: str
      returned: always
      sample: shared
    reason:
      description:
        - Why it is blocked, else V(none). The values V(own_group), V(share_locked), V(outside_hierarchy),
          V(email_domains), V(pending_deletion) and V(archived) are those of
          M(groupshare.gitlab.gitlab_group_share_all).
      type: str
      returned: always
      sample: share_locked
    share:
      description: Its share with the group, or V(none). The access level is V(none) where the token may not see it.
      type: dict
      returned: always
      sample: {"access_level": "guest", "expires_at": null}
    inherited:
      description: The access that the group has through a group above the project, or V(none).
      type: dict
      returned: always
      sample: {"access_level": "reporter", "group": "acme"}
groups:
  description:
    - One entry for each of O(groups), with the keys C(group), C(coverage), C(missing), C(below_level) and C(projects).
  returned: with O(groups)
  type: list
  elements: dict
requests:
  description: What the run cost, as in M(groupshare.gitlab.gitlab_group_share_all).
  returned: success
  type: dict
  sample:
    reads: 55
    writes: 0
    retries: 0
    waited_seconds: 0.0
"""

import datetime
import json
import sys

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

# Older Pythons can parse this file, but not the others; see main().
if sys.version_info >= (3, 9):
    from ..module_utils._errors import GroupShareError
    from ..module_utils._http.transport import HAS_REQUESTS
    from ..module_utils._info import read_shares
    from ..module_utils._options.connection import CONNECTION_REQUIRED_BY, CONNECTION_REQUIRED_ONE_OF
    from ..module_utils._options.info import ARGUMENTS, MUTUALLY_EXCLUSIVE, REQUIRED_ONE_OF, info_options

OLD_PYTHON = (
    "This module needs Python 3.9 or newer, and {0} is Python {1}.{2}. "
    "Set ansible_python_interpreter to a newer one, for example to the Python that runs Ansible."
)


def main() -> None:
    """Wire the phases: options, look, report."""
    if sys.version_info < (3, 9):
        # Without the arguments, which are in files that this Python cannot parse, there is no AnsibleModule.
        sys.stdout.write(json.dumps({"failed": True, "msg": OLD_PYTHON.format(sys.executable, *sys.version_info)}))
        raise SystemExit(1)
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=MUTUALLY_EXCLUSIVE,
        required_one_of=CONNECTION_REQUIRED_ONE_OF + REQUIRED_ONE_OF,
        required_by=CONNECTION_REQUIRED_BY,
        supports_check_mode=True,
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"))
    # GitLab's days are those of UTC, unless the instance is set to another time zone.
    today = datetime.datetime.now(datetime.timezone.utc).date()
    try:
        report = read_shares(info_options(module.params), today)
    except GroupShareError as error:
        module.fail_json(msg=str(error))
    for warning in report.warnings:
        module.warn(warning)
    module.exit_json(**report.result)


if __name__ == "__main__":
    main()
