# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for worlds: instances, callers, groups and projects as a company might have them, and worse."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.tests.property.dice import DICE, Dice

Json = dict[str, Any]

TOKEN = "glpat-property-7Qx2kLm9Zr4Tn8Wv"
PAST, SOON, LATE = "2020-02-03", "2098-06-30", "2099-12-31"
# From the least to the most visible.
VISIBILITIES = ("private", "internal", "public")

# Around each change of GitLab's rules, and some in between.
VERSIONS = (
    "18.5.1-ee",
    "18.6.0",
    "19.0.0-pre",
    "19.3.1-ee",
    "18.0.0-ee",
    "17.11.7-ee",
    "17.11.4",
    "17.7.0-ee",
    "17.6.2",
    "16.8.0-ee",
    "16.7.10-ee",
    "15.11.13",
    "15.4.6-ee",
)
TARGETS = ("security/auditors",) * 5 + ("security", "acme/app", "lab")
ROOTS = ("acme", "lab", "security", "staff")
BELOW = ("acme/app", "acme/app/core", "acme/web", "lab/a", "lab/a/b", "security/auditors", "security/auditors/inner")
WIDE = tuple(f"acme/n{number}" for number in range(8))
BOT = "group_1_bot_0af3"


def version_of(world: Json) -> tuple[int, int]:
    """The instance's version, as far as rules depend on it."""
    major, minor = world["gitlab"]["version"].split(".")[:2]
    return int(major), int(minor)


def known_levels(version: tuple[int, int], security_manager: bool) -> list[str]:
    """The levels that shares can have (GitLab API sheet, section 1.1)."""
    levels = ["guest", "reporter", "developer", "maintainer"]
    if version >= (16, 8):
        levels.append("owner")
    if version >= (17, 7):
        levels.append("planner")
    if version >= (19, 0) and security_manager:
        levels.append("security_manager")
    return levels


@st.composite
def worlds(draw: st.DrawFn, most_projects: int = 25) -> Json:
    """A whole world, in the simulator's JSON form; the token is that of its first user."""
    dice = draw(DICE)
    gitlab = _settings(dice)
    levels = known_levels(version_of({"gitlab": gitlab}), gitlab["security_manager"])
    caller, role = _caller(dice)
    paths = [*ROOTS, *BELOW, *(WIDE if dice.rarely(4) else ())]
    groups: dict[str, Json] = {}
    for number, path in enumerate(paths, start=10):
        groups[path] = _group(draw(DICE), number, path, groups.get(path.rpartition("/")[0]), levels)
    _enter_memberships(draw(DICE), groups, caller["username"], role)
    ceilings = {path: group["visibility"] for path, group in groups.items()}
    namespaces = [*groups, "zoe", *([] if caller["bot"] else ["ada", "ada"])]
    at_least = dice.pick((0, 1, 2, 3)) * most_projects // 5
    rolls = enumerate(draw(st.lists(DICE, min_size=at_least, max_size=most_projects)), start=1)
    return {
        "gitlab": gitlab,
        "users": [caller, {"username": "zoe", "id": 3, "namespace_id": 903}],
        "tokens": [_token(dice, caller, version_of({"gitlab": gitlab}))],
        "groups": list(groups.values()),
        "projects": [
            _project(roll, number, caller["username"], namespaces, ceilings, levels) for number, roll in rolls
        ],
    }


def _settings(dice: Dice) -> Json:
    version = dice.pick(VERSIONS)
    return {
        "version": version,
        "enterprise": version.endswith(("-ee", "-pre")),
        "admin_mode": dice.pick((False, True)),
        "security_manager": dice.pick((False, True)),
        "relative_url": dice.pick(("", "", "/gitlab")),
        "external_url": dice.pick((None, None, "https://gitlab.example.com")),
        "count_limit": dice.pick((None, None, None, 2)),
    }


def _caller(dice: Dice) -> tuple[Json, str | None]:
    """The token's user, and what it usually is in the large trees."""
    kind = dice.pick(
        ("owner", "owner", "owner", "owner", "admin", "maintainer", "maintainer", "developer", "bot", None)
    )
    name = BOT if kind == "bot" else "ada"
    user = {"username": name, "id": 2, "namespace_id": 902, "admin": kind == "admin", "bot": kind == "bot"}
    return user, {"admin": None, "bot": "owner"}.get(kind or "", kind)


def _token(dice: Dice, caller: Json, version: tuple[int, int]) -> Json:
    """A token that cannot write only where GitLab tells the scopes of tokens (GitLab API sheet, section 6)."""
    kind = "group" if caller["bot"] else dice.pick(("personal", "personal", "personal", "oauth"))
    scopes = dice.pick((["api"], ["api"], ["api"], ["api"], ["api", "admin_mode"], ["api", "admin_mode"], ["read_api"]))
    if kind == "oauth" or version < (15, 5):
        scopes = [*{"api", *scopes} - {"read_api"}]
    return {"token": TOKEN, "user": caller["username"], "scopes": sorted(scopes), "kind": kind}


def _group(dice: Dice, number: int, path: str, parent: Json | None, levels: list[str]) -> Json:
    visibility = dice.pick(VISIBILITIES)
    if parent is not None:
        visibility = min(visibility, parent["visibility"], key=VISIBILITIES.index)
    name = "Core" if dice.rarely(8) else path.rpartition("/")[2].title()
    group: Json = {"path": path, "id": number, "name": name, "visibility": visibility, "members": {}}
    if dice.rarely(8):
        group["share_with_group_lock"] = True
    if dice.rarely(12):
        group["archived"] = True
    if parent is None and dice.rarely(5):
        group["prevent_sharing_groups_outside_hierarchy"] = True
    if dice.rarely(4):
        group["shared_with"] = _links(dice, levels, (*TARGETS[-4:], "staff"), path, hidden=(False,))
    return group


def _enter_memberships(dice: Dice, groups: dict[str, Json], caller: str, role: str | None) -> None:
    """The caller's usual role in the large trees, some role in or near the invited group, and a few surprises."""
    for path in dice.pick((("acme", "lab"), ("acme", "lab"), ("acme",), ("lab",), ())) if role else ():
        groups[path]["members"][caller] = role
    near = dice.pick(("security/auditors", "security/auditors", "security/auditors", "security", "staff", None))
    if near is not None:
        levels = ("guest", "guest", "guest", "guest", "minimal_access", "maintainer", "owner")
        groups[near]["members"][caller] = dice.pick(levels)
    for path in dice.some(sorted(groups), most=3, least=0):
        groups[path]["members"][caller] = dice.pick(("guest", "developer", "maintainer", "owner"))


def _links(
    dice: Dice, levels: list[str], invited: tuple[str, ...], namespace: str, hidden: tuple[bool | str, ...]
) -> list[Json]:
    """One or two invitations, none of a group that holds the namespace: GitLab refuses those."""
    links = {}
    for group in dice.some(invited, most=2):
        link = {
            "group": group,
            "access_level": dice.pick(levels),
            "expires_at": dice.pick((None, None, PAST, SOON, LATE)),
            "hidden": dice.pick(hidden),
        }
        if link["hidden"] == "everywhere" and link["access_level"] == "owner":
            # Before 18.0 only owners may remove it, which nobody can foresee who cannot see its level.
            link["hidden"] = True
        if not f"{namespace}/".startswith(f"{group}/"):
            links[group] = link
    return list(links.values())


def _project(
    dice: Dice, number: int, caller: str, namespaces: list[str], ceilings: dict[str, str], levels: list[str]
) -> Json:
    namespace = dice.pick(namespaces)
    visibility = min(dice.pick(VISIBILITIES), ceilings.get(namespace, "public"), key=VISIBILITIES.index)
    # Ids with gaps, as after years of coming and going.
    project: Json = {"path": f"{namespace}/p{number}", "id": number * 7, "visibility": visibility}
    state = dice.pick(("", "", "", "", "", "", "", "", "", "", "archived", "archived", "both", "deletion", "gone"))
    if state in ("archived", "both"):
        project["archived"] = True
    if state in ("deletion", "both"):
        project["marked_for_deletion_on"] = SOON
    if state == "gone":
        project[dice.pick(("pending_delete", "hidden"))] = True
    project["topics"] = dice.pick(([], [], ["payment"], ["web"], ["web", "payment"]))
    if dice.rarely(5):
        project["members"] = {caller: dice.pick(("guest", "developer", "maintainer", "owner"))}
    if dice.rarely(2):
        hidden = (False, False, False, True, "everywhere")
        project["shared_with"] = _links(dice, levels, (*TARGETS, "staff"), namespace, hidden)
    if dice.rarely(8):
        project["moved_from"] = [f"old/p{number}"]
    return project
