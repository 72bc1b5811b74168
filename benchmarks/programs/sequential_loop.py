# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop that a good engineer writes with python-gitlab: usage sequential_loop.py URL TOKEN GROUP_PATH.

Keyset pages of 100, the shares taken from the list, writes only where something differs.
"""

from __future__ import annotations

import sys

import gitlab

GUEST, OWNER = 10, 50


def main(url: str, token: str, group_path: str) -> None:
    """Share every project that the token's user owns with the group."""
    server = gitlab.Gitlab(url, private_token=token, retry_transient_errors=True)
    group = server.groups.get(group_path, with_projects=False)
    projects = server.projects.list(
        iterator=True,
        pagination="keyset",
        order_by="id",
        sort="asc",
        per_page=100,
        archived=False,
        min_access_level=OWNER,
    )
    for project in projects:
        levels = {link["group_id"]: link["group_access_level"] for link in project.shared_with_groups}
        if levels.get(group.id) == GUEST:
            continue
        if group.id in levels:
            project.unshare(group.id)
        project.share(group.id, GUEST)


if __name__ == "__main__":
    main(*sys.argv[1:])
