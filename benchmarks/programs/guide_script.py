# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The script that vendors' guides ship: usage guide_script.py HOST TOKEN GROUP_NAME.

It lists every project that the token can see, with the page size that GitLab has by default, and POSTs to each one at
every run; a new connection for each call, errors ignored.
"""

from __future__ import annotations

import sys
import typing as t

import requests

GUEST = 10


def main(host: str, token: str, group_name: str) -> None:
    """Share all projects with the first group that the search for the name finds."""
    headers = {"PRIVATE-TOKEN": token}
    groups = requests.get(f"{host}/api/v4/groups", params={"search": group_name}, headers=headers).json()
    body = {"group_id": groups[0]["id"], "group_access": GUEST}
    for project in _projects(host, headers):
        url = f"{host}/api/v4/projects/{project['id']}/share"
        print(project["path_with_namespace"], requests.post(url, json=body, headers=headers).status_code)


def _projects(host: str, headers: dict[str, str]) -> t.Iterator[dict[str, t.Any]]:
    number = 1
    while True:
        page = requests.get(f"{host}/api/v4/projects", params={"page": number}, headers=headers).json()
        if not page:
            return
        yield from page
        number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
