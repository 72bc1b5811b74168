# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a request to an answer: throttle, read-only middleware, route, guard, parameters, endpoint.

The order is that of the GitLab API sheet, section 1.2.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from .access import Caller
from .answers import Answer, Refused, html_page, json_answer, message, parameter_error
from .identity import check_permission, identify, known_token, presented_token
from .limits import rack_headers, rack_refusal
from .parameters import check_parameters
from .request import Request
from .routes import groups, instance, invitations, lifecycle, members, projects, shares
from .site import Call, Route, Site

ROUTES: tuple[Route, ...] = (
    *projects.ROUTES,
    *shares.ROUTES,
    *groups.ROUTES,
    *instance.ROUTES,
    *invitations.ROUTES,
    *members.ROUTES,
    *lifecycle.ROUTES,
)
_MATCHERS = [(route.matcher(), route) for route in ROUTES]

WRITES = ("POST", "PUT", "PATCH", "DELETE")
MAINTENANCE_TEXTS = {
    503: "GitLab Maintenance: system is in maintenance mode",
    403: "You cannot perform write operations on a read-only instance",
}
STANDARD_HEADERS = {
    "Vary": "Origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def respond(site: Site, request: Request) -> Answer:
    """GitLab's answer to a request; the world's lock must be held."""
    token = known_token(site, presented_token(request))
    user = token.user.username if token else None
    usage = site.limiter.rack(user, request.address)
    if usage is not None and usage.exceeded:
        return rack_refusal(usage)
    try:
        answer = _dispatched(site, request)
    except Refused as refused:
        answer = refused.answer
    headers = {**STANDARD_HEADERS, **_caching(answer), "X-Request-Id": secrets.token_hex(13).upper()}
    headers.update(rack_headers(usage) if usage else {})
    headers.update(answer.headers)
    return replace(answer, headers=headers)


def _caching(answer: Answer) -> dict[str, str]:
    return {"Cache-Control": "max-age=0, private, must-revalidate" if answer.status == 200 else "no-cache"}


def _dispatched(site: Site, request: Request) -> Answer:
    _check_read_only(site, request)
    route, path_parameters = _routed(site, request)
    given = {**_given(request), **path_parameters}
    caller = identify(site, request, route, given)
    parameters = check_parameters(route.params, given, site.world.settings.rules)
    check_permission(caller, route.permission)
    _check_limit(site, request, route, caller)
    return route.endpoint(Call(site, request, route, caller, parameters))


def _check_read_only(site: Site, request: Request) -> None:
    """Maintenance mode and read-only replicas (section 8): JSON only for who sends JSON."""
    status = site.world.settings.maintenance
    if status is None or request.method not in WRITES:
        return
    if request.media_type == "application/json":
        raise message(status, MAINTENANCE_TEXTS[status])
    raise Refused(Answer(301, b"", "text/html", {"Location": f"{site.url}/"}))


def _routed(site: Site, request: Request) -> tuple[Route, Mapping[str, str]]:
    method = "GET" if request.method == "HEAD" else request.method
    others = []
    for matcher, route in _MATCHERS if request.is_api else ():
        found = matcher.fullmatch(request.path)
        if found is None or route.since > site.world.settings.rules.version:
            continue
        if route.method == method:
            return route, {name: unquote(text) for name, text in found.groupdict().items()}
        others.append(route.method)
    if others:
        raise Refused(json_answer(405, {"error": "405 Not Allowed"}, {"Allow": ", ".join(sorted(others))}))
    if not request.is_api:
        raise Refused(Answer(404, html_page("404 Not Found").encode(), "text/html; charset=utf-8"))
    raise parameter_error("404 Not Found", 404)


def _given(request: Request) -> Mapping[str, Any]:
    try:
        return request.parameters
    except ValueError:
        raise parameter_error("message body does not match declared format") from None


def _check_limit(site: Site, request: Request, route: Route, caller: Caller) -> None:
    """The application's own rate limits (section 7.2)."""
    user = caller.user.username if caller.user else None
    name = f"{route.limit}_unauthenticated" if user is None and route.limit == "projects_api" else route.limit
    usage = site.limiter.application(name, user, request.address) if name else None
    if usage is not None and usage.exceeded:
        text = "This endpoint has been requested too many times. Try again later."
        wait = str(math.ceil(usage.limit.seconds))
        raise message(429, {"error": text}, {"Retry-After": wait} if usage.limit.retry_after else None)
