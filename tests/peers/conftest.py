# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small company on a simulated GitLab, for clients that others have written."""

from __future__ import annotations

import typing as t
from contextlib import ExitStack

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

OWNER_TOKEN = "glpat-owner-7Qx2kLm9Zr4Tn8Wv"
GUEST_TOKEN = "glpat-guest-3Vb8nHs5Kd1Qy6Rp"

COMPANY: dict[str, t.Any] = {
    "users": [{"username": "olivia", "id": 2}, {"username": "greta", "id": 3}],
    "tokens": [
        {"token": OWNER_TOKEN, "user": "olivia", "scopes": ["api"]},
        {"token": GUEST_TOKEN, "user": "greta", "scopes": ["api"]},
    ],
    "groups": [
        {"path": "acme", "id": 3, "name": "Acme", "members": {"olivia": "owner", "greta": "guest"}},
        {"path": "acme/backend", "id": 4},
        {"path": "security", "id": 10},
        {"path": "security/auditors", "id": 11, "members": {"olivia": "guest", "greta": "guest"}},
        {"path": "security/Scanner", "id": 12, "members": {"olivia": "guest"}},
    ],
    "projects": [
        {"path": "acme/app", "id": 4, "topics": ["shop"], "moved_from": ["old/app"]},
        {"path": "acme/site", "id": 5},
        {"path": "acme/backend/api", "id": 6},
        {"path": "acme/backend/worker", "id": 7},
        {"path": "acme/backend/store", "id": 8},
    ],
}

Serve = t.Callable[..., Simulator]


@pytest.fixture
def serve() -> t.Iterator[Serve]:
    """Starts a GitLab with the company on it; named parts of the world replace those of the company."""
    with ExitStack() as stack:

        def start(**parts: t.Any) -> Simulator:
            return stack.enter_context(Simulator(World.from_dict({**COMPANY, **parts})))

        yield start


@pytest.fixture
def server(serve: Serve) -> Simulator:
    """The company as it is."""
    return serve()
