# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for worlds: instances, callers, groups and projects as a company might have them, and worse."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.groupshare.gitlab.tests.property.model.levels import share_levels, version_of
from ansible_collections.groupshare.gitlab.tests.property.model.plan import PAST
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json
from ansible_collections.groupshare.gitlab.tests.property.strategies.choices import Choices
from ansible_collections.groupshare.gitlab.tests.simulator.languages import ALREADY_SHARED

TOKEN = "glpat-property-7Qx2kLm9Zr4Tn8Wv"
SOON, LATE = "2098-06-30", "2099-12-31"
# From the least to the most visible.
VISIBILITIES = ("private", "internal", "public")

# Around each change of GitLab's rules, and some in between.
VERSIONS = (
    "18.5.1-ee",
    "18.9.1-ee",
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
TARGETS = ("security/auditors",) * 5 + ("security", "acme/app", "lab", "2024")
# A path of digits looks like an id; no group has the id 2024, unless a world says so.
ROOTS = ("acme", "lab", "security", "staff", "2024")
BELOW = ("acme/app", "acme/app/core", "acme/web", "lab/a", "lab/a/b", "security/auditors", "security/auditors/inner")
MANY = tuple(f"acme/n{number}" for number in range(8))
BOT = "group_1_bot_0af3"
DOMAINS = ("example.com", "example.org")


@st.composite
def worlds(draw: st.DrawFn, most_projects: int = 20, unforeseen: bool = True, usual: bool = False) -> Json:
    """A whole world, in the simulator's JSON form; the token is that of its first user.

    :param unforeseen: with refusals of new shares that nothing tells beforehand.
    :param usual: the token's user may share most projects, and most are shared with the same group.
    """
    choose = Choices(draw)
    gitlab = _settings(choose, unforeseen)
    version = version_of(gitlab["version"])
    levels = share_levels(version, gitlab["security_manager"])
    caller, role = _caller(choose, usual)
    groups = _groups(choose, gitlab, levels, unforeseen)
    _enter_memberships(choose, groups, caller["username"], role, usual)
    own = [] if caller["bot"] else ["ada", "ada"]
    namespaces = [*groups, "zoe", *own] if not usual else ["acme", "acme/app", "acme/web", "lab/a", *groups, *own]
    at_least = choose.one_of(0, 1, 2, 3) * most_projects // 5
    numbers = range(1, 1 + draw(st.integers(at_least, most_projects)))
    projects = [_project(choose, number, caller["username"], namespaces, groups, levels, usual) for number in numbers]
    for project in projects:
        if choose.rarely(4):
            _make_fork(choose, project, projects, unforeseen)
        if _is_premium(gitlab) and choose.rarely(10):
            project["mirror"] = True
        if not gitlab["enterprise"] and project.pop("hidden", False):
            # Community Edition has no means to hide a project.
            project["pending_delete"] = True
    return {
        "gitlab": gitlab,
        "users": [caller, {"username": "zoe", "id": 3, "namespace_id": 903}],
        "tokens": [_token(choose, caller, version, usual)],
        "groups": list(groups.values()),
        "projects": projects,
    }


def _settings(choose: Choices, unforeseen: bool) -> Json:
    version = choose.one_of(*VERSIONS)
    settings: Json = {
        "version": version,
        "enterprise": version.endswith(("-ee", "-pre")),
        "license": choose.one_of("premium", None, "ultimate"),
        "admin_mode": choose.one_of(False, True),
        "security_manager": choose.one_of(False, True),
        "relative_url": choose.one_of("", "", "/gitlab"),
        "external_url": choose.one_of(None, None, "https://gitlab.example.com"),
        "count_limit": choose.one_of(None, None, None, 2),
    }
    if unforeseen and choose.rarely(8):
        settings[choose.one_of("disable_invite_members", "lock_memberships_to_ldap", "lock_memberships_to_saml")] = True
    return settings


def _is_premium(gitlab: Json) -> bool:
    return bool(gitlab["enterprise"] and gitlab["license"])


def _caller(choose: Choices, usual: bool) -> tuple[Json, str | None]:
    """The token's user, and what it usually is in the large trees."""
    kinds = ("owner", "owner", "owner", "owner", "admin", "maintainer", "maintainer", "developer", "bot", None)
    kind = choose.one_of(*kinds[:6] if usual else kinds)
    user = {
        "username": BOT if kind == "bot" else "ada",
        "id": 2,
        "namespace_id": 902,
        "admin": kind == "admin",
        "bot": kind == "bot",
        "preferred_language": choose.one_of("en", "en", *ALREADY_SHARED),
    }
    return user, {"admin": None, "bot": "owner"}.get(kind or "", kind)


def _token(choose: Choices, caller: Json, version: tuple[int, int], usual: bool) -> Json:
    """A token that cannot write only where GitLab tells the scopes of tokens (GitLab API sheet, section 6)."""
    kind = "group" if caller["bot"] else choose.one_of("personal", "personal", "personal", "oauth")
    scopes = choose.one_of(*(["api"],) * 4, ["api", "admin_mode"], ["api", "admin_mode"], ["read_api"])
    if kind == "oauth" or version < (15, 5) or usual:
        scopes = [*{"api", *scopes} - {"read_api"}]
    return {"token": TOKEN, "user": caller["username"], "scopes": sorted(scopes), "kind": kind}


def _groups(choose: Choices, gitlab: Json, levels: list[str], unforeseen: bool) -> dict[str, Json]:
    """All groups by full path; parents come before their children."""
    groups: dict[str, Json] = {}
    for number, path in enumerate([*ROOTS, *BELOW, *(MANY if choose.rarely(4) else ())], start=10):
        groups[path] = _group(choose, number, path, groups.get(path.rpartition("/")[0]), levels, gitlab)
    if choose.rarely(4):
        groups["staff"]["id"] = 2024
    if gitlab["enterprise"] and choose.rarely(5) and (unforeseen or _is_premium(gitlab)):
        for root in choose.some(ROOTS, most=3, least=1):
            groups[root]["email_domains"] = sorted(set(choose.some(DOMAINS, most=2, least=1)))
    if unforeseen and gitlab["enterprise"] and choose.rarely(8):
        groups[choose.one_of(*ROOTS)][choose.one_of("enforced_sso", "disable_invite_members")] = True
    return groups


def _group(choose: Choices, number: int, path: str, parent: Json | None, levels: list[str], gitlab: Json) -> Json:
    visibility = choose.one_of(*VISIBILITIES)
    if parent is not None:
        visibility = min(visibility, parent["visibility"], key=VISIBILITIES.index)
    name = "Core" if choose.rarely(8) else path.rpartition("/")[2].title()
    group: Json = {"path": path, "id": number, "name": name, "visibility": visibility, "members": {}}
    if choose.rarely(8):
        group["share_with_group_lock"] = True
    if choose.rarely(12):
        group["archived"] = True
    # Before 18.0 no list tells of such a group.
    if version_of(gitlab["version"]) >= (18, 0) and choose.rarely(16):
        group["marked_for_deletion_on"] = SOON
    if parent is None and choose.rarely(5):
        group["prevent_sharing_groups_outside_hierarchy"] = True
    if choose.rarely(4):
        group["shared_with"] = _links(choose, levels, (*TARGETS[-5:], "staff"), path, hidden=(False,))
    return group


def _enter_memberships(choose: Choices, groups: dict[str, Json], caller: str, role: str | None, usual: bool) -> None:
    """The caller's usual role in the large trees, some role in or near the invited group, and a few surprises."""
    trees = (("acme", "lab"), ("acme", "lab"), ("acme",), ("lab",), ())
    for path in choose.one_of(*trees[:2] if usual else trees) if role else ():
        groups[path]["members"][caller] = role
    places = (*("security/auditors",) * 3, "security", "staff", None)
    for near in (choose.one_of(*places[:4] if usual else places), choose.one_of("2024", None)):
        if near is not None:
            levels = ("guest", "guest", "guest", "guest", "minimal_access", "maintainer", "owner")
            groups[near]["members"][caller] = choose.one_of(*levels)
    for path in choose.some(sorted(groups), most=3):
        groups[path]["members"][caller] = choose.one_of("guest", "developer", "maintainer", "owner")


def _links(
    choose: Choices, levels: list[str], invited: tuple[str, ...], namespace: str, hidden: tuple[bool | str, ...]
) -> list[Json]:
    """One or two invitations, none of a group that holds the namespace: GitLab refuses those."""
    links = {}
    for group in choose.some(invited, most=2, least=1):
        link = {
            "group": group,
            "access_level": choose.one_of(*levels),
            "expires_at": choose.one_of(None, None, PAST, SOON, LATE),
            "hidden": choose.one_of(*hidden),
        }
        if link["hidden"] == "everywhere" and link["access_level"] == "owner":
            # Before 18.0 only owners may remove it, which nobody can foresee who cannot see its level.
            link["hidden"] = True
        if not f"{namespace}/".startswith(f"{group}/"):
            links[group] = link
    return list(links.values())


def _project(
    choose: Choices,
    number: int,
    caller: str,
    namespaces: list[str],
    groups: dict[str, Json],
    levels: list[str],
    usual: bool,
) -> Json:
    namespace = choose.one_of(*namespaces)
    ceiling = groups[namespace]["visibility"] if namespace in groups else "public"
    visibility = min(choose.one_of(*VISIBILITIES), ceiling, key=VISIBILITIES.index)
    # Ids with gaps, as after years of coming and going.
    project: Json = {"path": f"{namespace}/p{number}", "id": number * 7, "visibility": visibility}
    state = choose.one_of(*("",) * 10, "archived", "archived", "both", "deletion", "gone")
    if state in ("archived", "both"):
        project["archived"] = True
    if state in ("deletion", "both"):
        project["marked_for_deletion_on"] = SOON
    if state == "gone":
        project[choose.one_of("pending_delete", "hidden")] = True
    project["topics"] = choose.one_of([], [], ["payment"], ["Web"], ["Web", "payment"])
    if choose.rarely(5):
        project["members"] = {caller: choose.one_of("guest", "developer", "maintainer", "owner")}
    if not choose.rarely(6) if usual else choose.rarely(2):
        hidden = (False, False, False, True, "everywhere")
        invited = TARGETS[:1] if usual else (*TARGETS, "staff")
        project["shared_with"] = _links(choose, levels, invited, namespace, hidden)
        if choose.rarely(5):
            project.update(_protected(choose, [link["group"] for link in project["shared_with"]]))
    if choose.rarely(8):
        project["moved_from"] = [f"old/p{number}"]
    return project


def _protected(choose: Choices, groups: list[str]) -> Json:
    """A protected branch, tag or environment with an entry of one of some groups, beside others."""
    entries = [{"access_level": 40}, *({"group": group} for group in choose.some(groups, most=1))] if groups else []
    return choose.one_of(
        {"protected_branches": [{"name": "main", "push_access_levels": entries, "merge_access_levels": []}]},
        {"protected_branches": [{"name": "main", "unprotect_access_levels": entries, "merge_access_levels": entries}]},
        {"protected_tags": [{"name": "v*", "create_access_levels": entries}]},
        {"protected_environments": [{"name": "live", "deploy_access_levels": entries}]},
        {"protected_environments": [{"name": "live", "approval_rules": entries}]},
    )


def _make_fork(choose: Choices, project: Json, projects: list[Json], unforeseen: bool) -> None:
    """A fork of another project, or of one that is gone."""
    if unforeseen and choose.rarely(6):
        project["orphaned_fork"] = True
        return
    source = choose.one_of(*projects)
    if source is not project and not source.get("archived"):
        project["forked_from"] = source["path"]
