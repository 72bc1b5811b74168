# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Large worlds, the same for the same seed: for benchmarks and for trying things out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .world import World

# The owner owns every group and is a guest of the target; it sees no personal project of others.
OWNER_TOKEN = "glpat-owner-7Qx2kLm9Zr4Tn8Wv"
ADMIN_TOKEN = "glpat-admin-3Hd8sPq6Yv1Bx5Jc"
OWNER_USER = "olivia"
ADMIN_USER = "root"
# The group that projects are shared with, and the level of a right and of a wrong share.
TARGET = "security/auditors"
LEVEL = "guest"
WRONG_LEVEL = "developer"

SUBGROUPS_PER_GROUP = 9
PEOPLE = tuple(f"person-{number:02}" for number in range(1, 21))
TOPICS = ("backend", "frontend", "library", "docs")


@dataclass(frozen=True)
class LargeWorld:
    """What a world of that many projects and groups is made from.

    shared, wrong, personal and archived are parts of all projects: those shared with the target at LEVEL,
    those shared at WRONG_LEVEL, those in personal namespaces, the archived ones. scattered ids have gaps,
    small and huge, as on an instance with a past.
    """

    projects: int = 1000
    groups: int = 50
    shared: float = 0.9
    wrong: float = 0
    personal: float = 0
    archived: float = 0
    seed: int = 1
    scattered: bool = False
    version: str = "18.5.1-ee"

    def world(self) -> World:
        return World.from_dict(self.describe())

    def describe(self) -> dict[str, Any]:
        """The JSON form of the world."""
        chance = random.Random(self.seed)
        paths = list(_group_paths(self.groups))
        ids = _project_ids(self.projects, self.scattered, chance)
        return {
            "gitlab": {"version": self.version, "enterprise": self.version.endswith("-ee")},
            "users": [
                {"username": ADMIN_USER, "admin": True},
                {"username": OWNER_USER},
                *({"username": name} for name in PEOPLE),
            ],
            "tokens": [
                {"token": ADMIN_TOKEN, "user": ADMIN_USER, "scopes": ["api", "admin_mode"]},
                {"token": OWNER_TOKEN, "user": OWNER_USER},
            ],
            "groups": [
                {"path": TARGET, "members": {OWNER_USER: "guest"}},
                *({"path": path, "members": {} if "/" in path else {OWNER_USER: "owner"}} for path in paths),
            ],
            "projects": [self._project(number, project_id, paths, chance) for number, project_id in enumerate(ids, 1)],
        }

    def _project(self, number: int, project_id: int, paths: list[str], chance: random.Random) -> dict[str, Any]:
        namespace = chance.choice(PEOPLE if chance.random() < self.personal else paths)
        project: dict[str, Any] = {
            "path": f"{namespace}/service-{number:05}",
            "id": project_id,
            "topics": [chance.choice(TOPICS)],
            "archived": chance.random() < self.archived,
        }
        luck = chance.random()
        if luck < self.shared + self.wrong:
            level = LEVEL if luck < self.shared else WRONG_LEVEL
            project["shared_with"] = [{"group": TARGET, "access_level": level}]
        return project


def _group_paths(count: int) -> Iterator[str]:
    """Top-level groups, each followed by its subgroups."""
    for number in range(count):
        top, below = divmod(number, SUBGROUPS_PER_GROUP + 1)
        yield f"division-{top:03}" + (f"/team-{below}" if below else "")


def _project_ids(count: int, scattered: bool, chance: random.Random) -> list[int]:
    ids, number = [], 0
    for _unused in range(count):
        number += chance.choice((1, 1, 2, 40, 2000)) if scattered else 1
        ids.append(number)
    return ids
