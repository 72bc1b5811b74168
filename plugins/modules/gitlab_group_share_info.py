#!/usr/bin/python
# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gitlab_group_share_info
short_description: Tell which projects are shared with a group
version_added: 1.0.0
author:
  - The groupshare.gitlab authors (@groupshare)
description:
  - Reads the shares of a selection of projects with one GitLab group, from lists and without a request per project.
  - Tells which projects the group does not reach, so that a playbook can assert that there are none.
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
        Its full path, its numeric id, or a name that no other visible group bears.
    type: str
    required: true
  access_level:
    description:
      - The access level to hold the shares against. Lower ones are counted as RV(coverage.below_level).
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
    fail_msg: "Not seen by the auditors: {{ auditors.missing | join(', ') }}"
"""

RETURN = r"""
group:
  description: The group.
  returned: success
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
coverage:
  description: How many projects there are of each kind.
  returned: success
  type: dict
  contains:
    selected:
      description: Projects of the selection.
      type: int
      returned: always
      sample: 5000
    shared:
      description: Projects that are shared with the group, at whatever level.
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
    inherited:
      description: Projects that the group reaches because it is invited to a group above them, shared or not.
      type: int
      returned: always
      sample: 17
missing:
  description:
    - Full paths of the projects that are not shared with the group, also where GitLab would refuse to share them.
    - Projects that lie in the group itself or are marked for deletion are not among them,
      and with O(skip_inherited=true) neither are those which the group reaches through a group above them.
  returned: success
  type: list
  elements: str
  sample: [acme/app]
below_level:
  description: Full paths of the projects whose share has a lower level than O(access_level).
  returned: success
  type: list
  elements: str
  sample: []
projects:
  description: All projects of the selection, by full path.
  returned: success
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
requests:
  description: What the run has cost, as in M(groupshare.gitlab.gitlab_group_share_all).
  returned: success
  type: dict
  sample:
    reads: 55
    writes: 0
    retries: 0
    waited_seconds: 0.0
"""

import datetime
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._errors import GroupShareError
from ..module_utils._gitlab.access_levels import LEVELS
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
from ..module_utils._options.sharing import GROUP_ARGUMENTS, group_reference
from ..module_utils._plan.coverage import find_coverage
from ..module_utils._plan.plan import rules_of
from ..module_utils._report.result import Report, coverage_report


def today_at_gitlab() -> datetime.date:
    """Return the day by which GitLab lets shares end: that of UTC, in which it keeps its time."""
    return datetime.datetime.now(datetime.timezone.utc).date()


def main() -> None:
    """Wire the phases: options, look, report."""
    module = AnsibleModule(
        argument_spec={**CONNECTION_ARGUMENTS, **SELECTION_ARGUMENTS, **GROUP_ARGUMENTS},
        required_one_of=CONNECTION_REQUIRED_ONE_OF,
        required_by=CONNECTION_REQUIRED_BY,
        supports_check_mode=True,
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"))
    try:
        report = read_shares(module.params)
    except GroupShareError as error:
        module.fail_json(msg=str(error))
    for warning in report.warnings:
        module.warn(warning)
    module.exit_json(**report.result)


def read_shares(params: t.Mapping[str, t.Any]) -> Report:
    """Look at the shares that the options describe.

    :raises GroupShareError: when an option names what does not exist, or GitLab does not answer.
    """
    connection = connection_from(params)
    selection = selection_from(params)
    group, access_level = group_reference(params["group"]), LEVELS[params["access_level"]]
    with connect(connection) as gitlab:
        observed = observe(gitlab, Question(group, selection, today_at_gitlab(), access_level))
    covered = find_coverage(observed.projects, access_level, rules_of(observed, selection))
    return coverage_report(covered, observed, connection.root_url, gitlab.traffic)


if __name__ == "__main__":
    main()
