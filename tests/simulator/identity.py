# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is calling: tokens, accounts, sudo, scopes, in this order (GitLab API sheet, sections 1.2 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .access import Caller
from .answers import Refused, json_answer, message, not_found, unauthorized
from .levels import GUEST
from .records import Group, Project, Token, User
from .request import Request
from .restrictions import REALM, check_account
from .rules import Rules
from .site import Route, Site
from .world import by_id_or_name

EXPIRED = "Token is expired. You can either do re-authorization or token refresh."
REVOKED = "Token was revoked. You have to re-authorize from the user."
SCOPE_TOO_SMALL = "The request requires higher privileges than provided by the access token."

READS = ("GET", "HEAD")
# Registered for every endpoint; api alone for writes.
SCOPES = ("api", "read_api")
AI_SCOPES = ("ai_workflows", "ai_features")
# What an instance without a registry knows (section 6.2).
ALL_SCOPES = (
    "api read_api read_user create_runner manage_runner k8s_proxy self_rotate mcp granular read_repository "
    "write_repository read_virtual_registry write_virtual_registry read_observability write_observability "
    "ai_features sudo admin_mode read_service_ping"
).split()

DENIED_STATES = {
    "blocked": "Your account has been blocked.",
    "ldap_blocked": "Your account has been blocked.",
    "banned": "Your account has been blocked.",
    "blocked_pending_approval": "Your account is pending approval from your administrator and hence blocked.",
    "deactivated": "Your account has been deactivated by your administrator. "
    "Please log back in from a web browser to reactivate your account at {url}",
    "terms": "You (@{username}) must accept the Terms of Service in order to perform this action. "
    "To accept these terms, please access GitLab from a web browser at {url}.",
    "password_expired": "Your password expired. Please access GitLab from a web browser to update your password.",
}


@dataclass(frozen=True)
class Presented:
    """A token as it was sent."""

    text: str
    bearer: bool


def presented_token(site: Site, request: Request) -> Presented | None:
    """The token of a request: an OAuth token comes first, then what is sent as PRIVATE-TOKEN (lib/api/api_guard.rb).

    A JOB-TOKEN is not looked at, as none of the endpoints here takes one.
    """
    known = site.world.tokens.get(request.bearer_token)
    if request.private_token and (known is None or known.kind != "oauth"):
        return Presented(request.private_token, bearer=False)
    return Presented(request.bearer_token, bearer=True) if request.bearer_token else None


def known_token(site: Site, presented: Presented | None) -> Token | None:
    """The world's token behind what was sent, usable or not."""
    token = site.world.tokens.get(presented.text) if presented else None
    if token is None or presented is None or token.kind == "deploy":
        return None
    return None if token.kind == "oauth" and not presented.bearer else token


def throttled_user(site: Site, request: Request) -> str | None:
    """Whom a throttle counts a request for: nobody if the token does not open the API (section 7.1)."""
    token = known_token(site, presented_token(site, request))
    if token is None or token.revoked or token.expired(site.today) or not set(SCOPES) & set(token.scopes):
        return None
    return token.user.username


def identify(site: Site, request: Request, route: Route, given: Mapping[str, Any]) -> Caller:
    """The caller of an endpoint; raises the refusal that a bad token, account or scope gets."""
    presented = presented_token(site, request)
    sudo = _asked_sudo(request, given)
    if presented is None:
        if sudo is not None or route.needs_user or request.method not in READS:
            raise unauthorized()
        return Caller()
    token = known_token(site, presented)
    if token is None:
        raise unauthorized()
    _check_usable(site, token)
    _check_state(site, token.user)
    check_account(site, request, token)
    caller = Caller(token.user, token, _has_admin_rights(site, token))
    acting = caller if sudo is None else _sudo(site, caller, sudo)
    if acting.user is token.user:
        _check_scopes(token, *_scopes(route, request.method, site.world.settings.rules))
    return acting


def _asked_sudo(request: Request, given: Mapping[str, Any]) -> str | None:
    """Whom to act as: the parameter outweighs the header, and an empty text counts as sent (lib/api/helpers.rb)."""
    name = given.get("sudo")
    return request.headers.get("Sudo") if name is None else str(name)


def _scopes(route: Route, method: str, rules: Rules) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Scopes of which a token needs one, () for any, and those that a refusal lists, whatever the method."""
    if route.any_scope:
        listed = (*ALL_SCOPES, *SCOPES)
        return (listed if rules.self_needs_a_known_scope else ()), listed
    own = tuple(scope for scope in route.scopes if rules.ai_scopes or scope not in AI_SCOPES)
    listed = (*own, *SCOPES)
    return (listed if method in READS else ("api",)), listed


def _check_usable(site: Site, token: Token) -> None:
    if token.expired(site.today):
        raise _token_error("invalid_token", EXPIRED)
    if token.revoked:
        raise _token_error("invalid_token", REVOKED)


def _token_error(error: str, description: str) -> Refused:
    challenge = f'Bearer realm="{REALM}", error="{error}", error_description="{description}"'
    body = {"error": error, "error_description": description}
    return Refused(json_answer(401, body, {"WWW-Authenticate": challenge}))


def _check_scopes(token: Token, accepted: tuple[str, ...], listed: tuple[str, ...]) -> None:
    if accepted and not set(accepted) & set(token.scopes):
        body = {
            "error": "insufficient_scope",
            "error_description": SCOPE_TOO_SMALL,
            "scope": " ".join(listed),
        }
        raise Refused(json_answer(403, body))


def _check_state(site: Site, user: User) -> None:
    """An account that has to set up two factors may still use its tokens; bots accept no terms."""
    denied = DENIED_STATES.get(user.state)
    if denied and not (user.bot and user.state == "terms"):
        raise message(403, f"403 Forbidden - {denied.format(username=user.username, url=site.url)}")


def _has_admin_rights(site: Site, token: Token) -> bool:
    return token.user.admin and (not site.world.settings.admin_mode or "admin_mode" in token.scopes)


def _sudo(site: Site, caller: Caller, name: str) -> Caller:
    """The caller as the user that an administrator names by id or username."""
    if not caller.admin or caller.token is None:
        raise message(403, "403 Forbidden - Must be admin to use sudo")
    _check_scopes(caller.token, ("sudo",), ("sudo",))
    user = by_id_or_name(name, site.world.users, site.world.find_user)
    if user is None:
        raise not_found(f"User with ID or username '{name}'")
    return Caller(user, caller.token, user.admin)


def check_permission(site: Site, caller: Caller, route: Route, given: Mapping[str, Any]) -> None:
    """Refuses a fine-grained token that lacks the permission an endpoint needs (section 6.1).

    Of a project or group in the path its user has to be a member; under sudo nobody asks.
    """
    token = caller.token
    if token is None or not token.granular_denied or caller.user is not token.user:
        return
    if route.permission is None:
        if site.world.settings.rules.permissions_must_be_declared:
            raise _granular_refusal("Unable to determine boundaries and permissions for authorization")
        return
    bounded = route.pattern.startswith(("/projects/:id", "/groups/:id"))
    place = _boundary(site, route, given["id"]) if bounded else None
    if bounded and place is None:
        raise _granular_refusal("Unable to determine boundaries for authorization")
    if route.permission in token.granular_denied or (place is not None and not _is_member(site, caller, place)):
        lacks = f"Access denied: Your Personal Access Token lacks the required permissions: [{route.permission}]"
        raise _granular_refusal(f"{lacks}." if place is None else f'{lacks} for "{place.full_path}".')


def _boundary(site: Site, route: Route, text: str) -> Project | Group | None:
    """The project or group of a path, by a former path too, unless it is about to vanish."""
    world = site.world
    if route.pattern.startswith("/groups/"):
        return by_id_or_name(text, world.groups, world.find_group)
    project = by_id_or_name(text, world.projects, world.find_project) or world.find_moved_project(text)
    return None if project is None or project.pending_delete or project.hidden else project


def _is_member(site: Site, caller: Caller, place: Project | Group) -> bool:
    if isinstance(place, Project):
        return site.access.project_role(caller, place) >= GUEST
    return site.access.group_role(caller, place) >= GUEST


def _granular_refusal(description: str) -> Refused:
    return Refused(json_answer(403, {"error": "insufficient_granular_scope", "error_description": description}))
