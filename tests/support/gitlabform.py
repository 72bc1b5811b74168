# Copyright (c) 2026, The groupshare.gitlab authors
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
