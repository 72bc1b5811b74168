# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instance and the caller: version, identity, settings, users."""

from __future__ import annotations

from ..answers import Answer, forbidden, json_answer, message
from ..latency import Cost
from ..pagination import check_offset_limit, offset_page
from ..parameters import PAGINATION, Param
from ..site import Call, Route
from ..user_entity import current_user, token_entity, user_basic

METADATA_SCOPES = ("read_user", "ai_features")
USER_SCOPES = ("read_user", "ai_workflows")
FORBIDDEN_SEARCH_STATES = ("blocked", "banned", "ldap_blocked")
REVISION = "0123456789a"
WRONG_TOKEN_KIND = "400 Bad request - This endpoint requires token type to be a personal access token"


def show_version(call: Call) -> Answer:
    """GET /version; from 15.5 on it answers what /metadata does (lib/api/metadata.rb), which gitlabform relies on."""
    if call.rules.version >= (15, 5):
        return show_metadata(call)
    return json_answer(200, {"version": call.settings.version, "revision": REVISION}, cost=Cost(call="version"))


def show_metadata(call: Call) -> Answer:
    agents = f"{call.site.url.partition('://')[2]}/-/kubernetes-agent/"
    metadata: dict[str, object] = {
        "version": call.settings.version,
        "revision": REVISION,
        "kas": {
            "enabled": True,
            "externalUrl": f"wss://{agents}",
            "externalK8sProxyUrl": f"https://{agents}k8s-proxy/",
            "version": call.settings.version.partition("-")[0],
        },
    }
    if call.rules.version >= (15, 6):
        metadata["enterprise"] = call.rules.enterprise
    return json_answer(200, metadata, cost=Cost(call="version"))


def show_user(call: Call) -> Answer:
    """GET /user; the guard lets nobody in without a user."""
    user = call.caller.user
    if user is None:
        raise forbidden()
    return json_answer(200, current_user(user, call.site.url, call.settings), cost=Cost(call="user"))


def show_token(call: Call) -> Answer:
    """GET /personal_access_tokens/self, for personal, group and project tokens of any scope."""
    token = call.caller.token
    if token is None or token.kind == "oauth":
        raise message(400, WRONG_TOKEN_KIND)
    entity = token_entity(token, call.site.today)
    if call.rules.version >= (18, 0):
        entity["last_used_ips"] = [call.request.address]
    if call.rules.version >= (19, 0):
        entity.update(expired=token.expired(call.site.today), granular=bool(token.granular_denied))
    return json_answer(200, entity, cost=Cost(call="user"))


def find_users(call: Call) -> Answer:
    """GET /users, newest first; without a token only a single user can be asked for by name.

    Administrators see blocked users too (app/finders/users_finder.rb).
    """
    name = call.parameters["username"]
    if not name and call.caller.user is None:
        raise message(403, "403 Forbidden - Not authorized to access /api/v4/users")
    check_offset_limit(call, "User", enforced=True)
    found = call.world.users.values() if name is None else filter(None, [call.world.find_user(name)])
    seen = [user for user in found if call.caller.admin or user.state not in FORBIDDEN_SEARCH_STATES]
    page, headers = offset_page(call, sorted(seen, key=lambda user: user.id, reverse=True))
    return json_answer(200, [user_basic(user, call.site.url) for user in page], headers)


def show_settings(call: Call) -> Answer:
    """GET /application/settings, for administrators."""
    if not call.caller.admin:
        raise forbidden()
    settings: dict[str, object] = {
        "id": 1,
        "default_project_visibility": "private",
        "default_group_visibility": "private",
        "admin_mode": call.settings.admin_mode,
        "restricted_visibility_levels": [],
    }
    if call.rules.enterprise:
        settings["maintenance_mode"] = call.settings.maintenance == 503
        settings["lock_memberships_to_ldap"] = call.settings.lock_memberships_to_ldap
        if call.rules.version >= (18, 4):
            settings["lock_memberships_to_saml"] = call.settings.lock_memberships_to_saml
    return json_answer(200, settings)


SELF = "/personal_access_tokens/self"

ROUTES = (
    Route("GET", "/version", show_version, scopes=METADATA_SCOPES, needs_user=True, permission="read_metadata"),
    Route(
        "GET",
        "/metadata",
        show_metadata,
        scopes=METADATA_SCOPES,
        needs_user=True,
        since=(15, 2),
        permission="read_metadata",
    ),
    Route("GET", "/user", show_user, scopes=USER_SCOPES, needs_user=True, permission="read_user"),
    Route("GET", "/users", find_users, (Param("username"), *PAGINATION), scopes=USER_SCOPES),
    Route("GET", SELF, show_token, any_scope=True, needs_user=True, since=(15, 5)),
    Route("GET", "/application/settings", show_settings, needs_user=True),
)
