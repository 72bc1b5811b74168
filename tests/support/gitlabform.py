# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What gitlabform is told to do, as a client of the simulated GitLab."""

from __future__ import annotations

# With url, token, group and level to be filled in: share every project with the group.
CONFIG = """\
config_version: 4
gitlab:
  url: {url}
  token: {token}
projects_and_groups:
  "*":
    members:
      groups:
        {group}:
          group_access: {level}
"""
