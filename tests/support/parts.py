# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts that pure functions work on, each with what most tests do not care about filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import (
    Group,
    Instance,
    Project,
    Share,
    Token,
    User,
    Version,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.connection import Connection
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.identity import Caller
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.observe import Observed
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.connection import (
    CONNECTION_ARGUMENTS,
    connection_from,
)

TOKEN = "glpat-olivia-7Qx2kLm9Zr4Tn8Wv"


def given(arguments: Mapping[str, Mapping[str, Any]], **values: Any) -> dict[str, Any]:
    """A module's parameters as Ansible hands them over: defaults, and what a task names."""
    return {**{name: argument.get("default") for name, argument in arguments.items()}, **values}


def connection(root_url: str = "https://gitlab.example.com", **values: Any) -> Connection:
    parameters = {"api_url": root_url, "api_token": TOKEN, **values}
    return connection_from(given(CONNECTION_ARGUMENTS, **parameters))


def project(path: str = "acme/app", share: Share | None = None, **details: Any) -> Project:
    usual: dict[str, Any] = {
        "id": sum(map(ord, path)),
        "web_url": f"https://gitlab.example.com/{path}",
        "namespace": path.rpartition("/")[0],
        "personal": False,
        "visibility": "private",
        "archived": False,
        "pending_deletion": False,
        "topics": (),
    }
    return Project(path=path, share=share, **{**usual, **details})


def observed(
    *projects: Project,
    token: Token | None = None,
    username: str = "olivia",
    is_admin: bool = False,
    acts_as_admin: bool = False,
    **details: Any,
) -> Observed:
    """What a look has found: GitLab 18.5 in the Enterprise Edition, olivia's token, the group of the auditors."""
    caller = Caller(User(2, username, is_admin), acts_as_admin, token or Token(frozenset({"api"}), None))
    group = Group(11, "security/auditors", "Auditors", "https://gitlab.example.com/groups/security/auditors")
    return Observed(
        Instance(Version(18, 5), "18.5.1-ee", True), caller, group, tuple(projects), **{"inherited": {}, **details}
    )
