# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is calling: tokens, scopes, sudo (GitLab API sheet, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .access import Caller
from .answers import Refused, json_answer, message, not_found, unauthorized
from .records import Token, User
from .request import Request
from .site import Route, Site
from .world import by_id_or_name

EXPIRED = "Token is expired. You can either do re-authorization or token refresh."
REVOKED = "Token was revoked. You have to re-authorize from the user."
UNKNOWN = "Bad Access Token."
SCOPE_TOO_SMALL = "The request requires higher privileges than provided by the access token."

DENIED_STATES = {
    "blocked": "Your account has been blocked.",
    "deactivated": "Your account has been deactivated by your administrator. "
    "Please log back in from a web browser to reactivate your account at {url}",
    "terms": "You (@{username}) must accept the Terms of Service in order to perform this action. "
    "To accept these terms, please access GitLab from a web browser at {url}.",
    "password_expired": "Your password expired. " "Please access GitLab from a web browser to update your password.",
    "two_factor": "You must set up two-factor authentication to access GitLab.",
}


@dataclass(frozen=True)
class Presented:
    """A token as it was sent."""

    text: str
    bearer: bool


def presented_token(request: Request) -> Presented | None:
    """The token of a request; a JOB-TOKEN is not looked at, as none of the endpoints here takes one."""
    if request.private_token:
        return Presented(request.private_token, bearer=False)
    kind, _unused, text = (request.headers.get("Authorization") or "").partition(" ")
    if kind.lower() == "bearer" and text.strip():
        return Presented(text.strip(), bearer=True)
    return None


def known_token(site: Site, presented: Presented | None) -> Token | None:
    """The world's token behind what was sent, usable or not."""
    token = site.world.tokens.get(presented.text) if presented else None
    if token is None or presented is None or token.kind == "deploy":
        return None
    return None if token.kind == "oauth" and not presented.bearer else token


def identify(site: Site, request: Request, route: Route, given: Mapping[str, Any]) -> Caller:
    """The caller of an endpoint; raises the refusal that a bad token, scope or account gets."""
    presented = presented_token(request)
    if presented is None:
        if route.needs_user or request.method not in ("GET", "HEAD"):
            raise unauthorized()
        return Caller()
    token = known_token(site, presented)
    if token is None:
        raise _unknown(presented)
    _check_usable(site, token)
    _check_scopes(token, accepted_scopes(route, request.method))
    _check_state(site, token.user)
    caller = Caller(token.user, token, _has_admin_rights(site, token))
    sudo = request.headers.get("Sudo") or given.get("sudo")
    return _sudo(site, caller, str(sudo)) if sudo else caller


def accepted_scopes(route: Route, method: str) -> tuple[str, ...]:
    """Scopes of which a token needs one; () stands for any."""
    if method in ("GET", "HEAD") or not route.scopes:
        return route.scopes
    return ("api",)


def _unknown(presented: Presented) -> Refused:
    if presented.bearer and not presented.text.startswith("glpat-"):
        return _token_error("invalid_token", UNKNOWN)
    return unauthorized()


def _check_usable(site: Site, token: Token) -> None:
    if token.expired(site.today):
        raise _token_error("invalid_token", EXPIRED)
    if token.revoked:
        raise _token_error("invalid_token", REVOKED)


def _token_error(error: str, description: str) -> Refused:
    challenge = f'Bearer realm="The API", error="{error}", error_description="{description}"'
    body = {"error": error, "error_description": description}
    return Refused(json_answer(401, body, {"WWW-Authenticate": challenge}))


def _check_scopes(token: Token, accepted: tuple[str, ...]) -> None:
    if accepted and not set(accepted) & set(token.scopes):
        body = {
            "error": "insufficient_scope",
            "error_description": SCOPE_TOO_SMALL,
            "scope": " ".join(accepted),
        }
        raise Refused(json_answer(403, body))


def _check_state(site: Site, user: User) -> None:
    denied = DENIED_STATES.get(user.state)
    if denied:
        raise message(403, f"403 Forbidden - {denied.format(username=user.username, url=site.url)}")


def _has_admin_rights(site: Site, token: Token) -> bool:
    return token.user.admin and (not site.world.settings.admin_mode or "admin_mode" in token.scopes)


def _sudo(site: Site, caller: Caller, name: str) -> Caller:
    """The caller as the user that an administrator names by id or username."""
    if not caller.admin or caller.token is None:
        raise message(403, "403 Forbidden - Must be admin to use sudo")
    _check_scopes(caller.token, ("sudo",))
    user = by_id_or_name(name, site.world.users, site.world.find_user)
    if user is None:
        raise not_found(f"User with ID or username '{name}'")
    return Caller(user, caller.token, user.admin)


def check_permission(caller: Caller, permission: str) -> None:
    """Refuses a fine-grained token that lacks the permission an endpoint needs."""
    if caller.token and permission in caller.token.granular_denied:
        description = f"Access denied: your fine-grained personal access token lacks the permission: {permission}."
        body = {"error": "insufficient_granular_scope", "error_description": description}
        raise Refused(json_answer(403, body))
