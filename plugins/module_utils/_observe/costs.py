# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reading costs GitLab, and where one way of reading begins to cost less than another.

The times are milliseconds of server time, measured on a running GitLab 18.9 with warm caches, one request at a time.
What counts is their ratio.
"""

from __future__ import annotations

# A page of any list costs this much, and each item on it comes on top.
PAGE_MS = 40.0
FULL_ITEM_MS = 25.0
SIMPLE_ITEM_MS = 8.0
# A page of one project.
PROJECT_MS = 67.0
# An item of a list of groups, and a page of one group.
GROUP_ITEM_MS = 8.4
GROUP_MS = 35.0

# Reading simple lists of all projects pays off while at most this proportion of them has to be read in full as well.
MAX_SHARE_IN_FULL = 0.7
# Where neither projects nor shares can be counted, their ratio is taken from this part of all ids, which can be.
SAMPLE = (15 / 32, 17 / 32)
# Shares counted by one request; GitLab counts up to 10,000, and others may be hidden among them.
SHARES_A_COUNT = 9_000
# Up to this many groups are read one by one to find out what they pass on to the projects below.
MAX_GROUP_PAGES = 4
# Up to this many named projects are always read one by one.
MAX_SINGLE_PROJECTS = 50
# Up to this many groups or ranges of projects are read one by one to find the user's role.
MAX_SINGLE_ROLES = 4
# Up to this many groups are read for their locks without first counting the list of groups.
MAX_SINGLE_LOCKS = 6


def list_ms(items: int, item_ms: float) -> float:
    """Return the cost of a list, in pages as large as GitLab allows."""
    return items / 100 * PAGE_MS + items * item_ms
