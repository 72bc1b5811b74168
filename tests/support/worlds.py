# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small company on a simulated GitLab, told in a few lines."""

from __future__ import annotations

from typing import Any

from ansible_collections.groupshare.gitlab.tests.simulator.world import World

GROUP = "security/auditors"
GROUP_ID = 11
SHARE = r"/projects/\d+/share"
UNSHARE = rf"/projects/\d+/share/{GROUP_ID}"


def token_of(user: str) -> str:
    """The token of one of the company's people; long and unlikely, as no_log hides each occurrence of it."""
    return f"glpat-{user}-7Qx2kLm9Zr4Tn8Wv"


def share_by_others(level: str, path: str = "acme/app") -> dict[str, Any]:
    """What a fault changes when somebody else shares a project with the auditors."""
    return {"projects": [{"path": path, "share": [{"group": GROUP, "access_level": level}]}]}


def unshare_by_others(path: str = "acme/app") -> dict[str, Any]:
    """The same when somebody else removes that share."""
    return {"projects": [{"path": path, "unshare": [GROUP]}]}


def level_of(world: World, path: str) -> int | None:
    """The level at which a project is shared with the auditors."""
    link = world.share_of(path, GROUP)
    return link.access_level if link else None


def share_of(world: World, path: str = "acme/app") -> tuple[int, str | None] | None:
    """The level and the end with which a project is shared with the auditors."""
    link = world.share_of(path, GROUP)
    return (link.access_level, link.expires_at) if link else None


class Company:
    """Builds a world: olivia owns the group acme, max maintains it, both are guests of the auditors.

    stan owns acme as well, but is no member of any other group; root is an administrator and member of nothing.
    Projects get the ids 1, 2, 3 in the order in which they are named.
    """

    def __init__(self, version: str = "18.5.1-ee", **settings: Any) -> None:
        self._settings = {"version": version, **settings}
        self._users: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._projects: list[dict[str, Any]] = []
        self._faults: list[dict[str, Any]] = []
        self._limits: list[dict[str, Any]] = []
        for name in ("olivia", "max", "stan"):
            self.user(name)
        self.user("root", admin=True)
        self.group("acme", id=3, members={"olivia": "owner", "max": "maintainer", "stan": "owner"})
        self.group(GROUP, id=GROUP_ID, name="Auditors", members={"olivia": "guest", "max": "guest"})

    def user(self, username: str, **details: Any) -> Company:
        self._users.setdefault(username, {"username": username}).update(details)
        return self.token(username)

    def token(self, user: str, **details: Any) -> Company:
        """Describes the user's token, which has the scope api unless it is said otherwise."""
        entry = {"token": token_of(user), "user": user, "scopes": ["api"]}
        self._tokens.setdefault(user, entry).update(details)
        return self

    def group(self, path: str, invites: str | None = None, level: str = "guest", **details: Any) -> Company:
        """Adds or changes a group; the group with the path `invites` is invited to it at this level."""
        entry = self._groups.setdefault(path, {"path": path})
        entry.update(details)
        if invites is not None:
            entry["shared_with"] = [{"group": invites, "access_level": level}]
        return self

    def project(
        self, path: str, shared: str | int | None = None, until: str | None = None, hidden: Any = False, **details: Any
    ) -> Company:
        """Adds a project, with a share with the auditors at the level `shared`."""
        entry = {"path": path, **details}
        if shared is not None:
            link = {"group": GROUP, "access_level": shared, "expires_at": until, "hidden": hidden}
            entry["shared_with"] = [link]
        self._projects.append(entry)
        return self

    def projects(self, *paths: str, **details: Any) -> Company:
        """Adds several projects of one kind."""
        for path in paths:
            self.project(path, **details)
        return self

    def fault(self, do: str, method: str = "*", path: str = ".*", **details: Any) -> Company:
        self._faults.append({"do": do, "method": method, "path": path, **details})
        return self

    def limit(self, name: str, **details: Any) -> Company:
        self._limits.append({"name": name, **details})
        return self

    def world(self) -> World:
        return World.from_dict(
            {
                "gitlab": self._settings,
                "users": list(self._users.values()),
                "tokens": list(self._tokens.values()),
                "groups": list(self._groups.values()),
                "projects": self._projects,
                "faults": self._faults,
                "limits": self._limits,
            }
        )
