# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small company on a simulated GitLab, and clients of its people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.client import Client
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

PEOPLE = ("olivia", "max", "dora", "greta", "stan")

COMPANY: dict[str, Any] = {
    "users": [
        {"username": "root", "id": 1, "admin": True},
        *({"username": name, "id": number} for number, name in enumerate(PEOPLE, 2)),
    ],
    "tokens": [
        {"token": f"glpat-{name}-7Qx2kLm9Zr4Tn8Wv", "user": name, "scopes": ["api"]} for name in ("root", *PEOPLE)
    ],
    "groups": [
        {
            "path": "acme",
            "id": 3,
            "name": "Acme",
            "members": {"olivia": "owner", "max": "maintainer", "dora": "developer", "greta": "guest"},
        },
        {"path": "acme/backend", "id": 4, "name": "Backend"},
        {"path": "security", "id": 10},
        {
            "path": "security/auditors",
            "id": 11,
            "name": "Auditors",
            "members": {"olivia": "guest", "max": "guest", "dora": "guest"},
        },
        {"path": "open", "id": 20, "visibility": "public"},
        {"path": "secret", "id": 30},
    ],
    "projects": [
        {
            "path": "acme/app",
            "id": 4,
            "name": "App",
            "description": "Sells things",
            "topics": ["shop", "web"],
        },
        {"path": "acme/backend/api", "id": 5, "topics": ["web"]},
        {"path": "acme/backend/old", "id": 6, "archived": True},
        {"path": "olivia/tool", "id": 7},
        {"path": "open/site", "id": 8, "visibility": "public"},
        {"path": "open/handbook", "id": 9, "visibility": "internal"},
    ],
}


class ServedCompany:
    """The company on a GitLab that runs, with clients for its people."""

    def __init__(self, gitlab: Simulator, stack: ExitStack) -> None:
        self.gitlab = gitlab
        self.world = gitlab.world
        self._stack = stack

    def client(self, token: str | None) -> Client:
        return self._stack.enter_context(Client(self.gitlab.url, token))

    def as_user(self, name: str) -> Client:
        return self.client(f"glpat-{name}-7Qx2kLm9Zr4Tn8Wv")

    def anonymous(self) -> Client:
        return self.client(None)

    def share(self, project: int = 4, user: str = "olivia", **body: Any) -> tuple[int, Any]:
        """Status and body of inviting the auditors, or the group in the body, as a guest or as it says."""
        reply = self.as_user(user).post(f"/projects/{project}/share", {"group_id": 11, "group_access": 10, **body})
        return reply.status, reply.json


Serve = Callable[..., ServedCompany]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a GitLab with the company on it, changed as a patch says; settings are those of "gitlab"."""
    with ExitStack() as stack:

        def start(patch: Mapping[str, Any] | None = None, **settings: Any) -> ServedCompany:
            world = World.from_dict({**COMPANY, "gitlab": settings})
            world.change(patch or {})
            return ServedCompany(stack.enter_context(Simulator(world)), stack)

        yield start


@pytest.fixture
def company(serve: Serve) -> ServedCompany:
    """The company as it is, on the usual version."""
    return serve()
