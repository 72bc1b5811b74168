# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a request to an answer: middleware, throttle, route, guard, parameters, endpoint.

The order is that of the GitLab API sheet, section 1.2.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from .access import Caller
from .answers import JSON, Answer, Refused, html_page, message, parameter_error
from .bodies import FORM, MULTIPART
from .identity import check_permission, identify, throttled_user
from .limits import Usage, rack_headers, rack_refusal
from .middleware import WRITES, pass_middleware
from .parameters import check_parameters
from .request import API, Request
from .routes import groups, instance, invitations, lifecycle, members, projects, protection, shares
from .site import Call, Route, Site

ROUTES: tuple[Route, ...] = (
    *projects.ROUTES,
    *shares.ROUTES,
    *groups.ROUTES,
    *instance.ROUTES,
    *invitations.ROUTES,
    *members.ROUTES,
    *protection.ROUTES,
    *lifecycle.ROUTES,
)
_MATCHERS = [(route.matcher(), route) for route in ROUTES]

# Media types of bodies that Grape and Rack read.
READABLE = (JSON, FORM, MULTIPART)
STANDARD_HEADERS = {
    "Vary": "Origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def respond(site: Site, request: Request) -> Answer:
    """GitLab's answer to a request; the world's lock must be held."""
    usage = None
    try:
        pass_middleware(site, request)
        usage = _throttle(site, request)
        answer = rack_refusal(usage) if usage and usage.exceeded else _dispatched(site, request)
    except Refused as refused:
        answer = refused.answer
    headers = {**STANDARD_HEADERS, **_caching(answer), "X-Request-Id": secrets.token_hex(13).upper()}
    if usage and answer.status != 429:
        headers.update(rack_headers(usage))
    headers.update(answer.headers)
    return replace(answer, headers=headers)


def _throttle(site: Site, request: Request) -> Usage | None:
    """Counts a request of the API at the throttles (section 7.1)."""
    if not request.plain_path.startswith(f"{request.relative_url}/api/"):
        return None
    return site.limiter.rack(throttled_user(site, request), request.address, _is_deprecated(request))


def _is_deprecated(request: Request) -> bool:
    """Whether a group is asked for with its projects, which it comes with unless they are declined (section 5)."""
    asked = request.query.get("with_projects", "").lower()
    is_group = request.is_api and re.fullmatch("/groups/[^/]+", request.path)
    return bool(is_group) and asked in ("", "true", "t", "yes", "y", "1", "on")


def _caching(answer: Answer) -> dict[str, str]:
    return {"Cache-Control": "max-age=0, private, must-revalidate" if answer.status == 200 else "no-cache"}


def _dispatched(site: Site, request: Request) -> Answer:
    if not request.is_api:
        raise _outside(request)
    _check_format(request)
    _check_media_type(request)
    route, path_parameters = _routed(site, request)
    given = {**request.parameters, **path_parameters}
    rules = site.world.settings.rules
    if route.parameters_first:
        check_parameters(route.params, given, rules)
    caller = identify(site, request, route, given)
    check_permission(site, caller, route, given)
    if route.before:
        route.before(Call(site, request, route, caller, given, given))
    parameters, params = check_parameters(route.params, given, rules)
    _check_limit(site, request, route, caller)
    return route.endpoint(Call(site, request, route, caller, parameters, params))


def _outside(request: Request) -> Refused:
    """What is no address of the API (section 8): GET leads to the page for signing in."""
    base = request.relative_url
    path = request.plain_path
    if path.startswith(f"{base}{API}"):
        return parameter_error("404 API Version Not Found", 404)
    if path.startswith(f"{base}/api/v3/"):
        return parameter_error("API V3 is no longer supported. Use API V4 instead.", 410)
    if request.method in ("GET", "HEAD") and f"{path}/".startswith(f"{base}/"):
        place = f"{request.scheme}://{request.host}{base}/users/sign_in"
        page = f'<html><body>You are being <a href="{place}">redirected</a>.</body></html>'
        return Refused(Answer(302, page.encode(), "text/html; charset=utf-8", {"Location": place}))
    return Refused(Answer(404, html_page("404 Not Found").encode(), "text/html; charset=utf-8"))


def _routed(site: Site, request: Request) -> tuple[Route, Mapping[str, str]]:
    """The route that a request means; a known path with another method is an unknown route (section 8)."""
    method = "GET" if request.method == "HEAD" else request.method
    methods = []
    for matcher, route in _MATCHERS:
        found = matcher.fullmatch(request.path)
        if found is None or not route.known(site.world.settings.rules):
            continue
        if route.method == method:
            return route, {name: unquote(text) for name, text in found.groupdict().items() if text is not None}
        methods.append(route.method)
    if method == "OPTIONS" and methods:
        allowed = dict.fromkeys(["OPTIONS", *methods, *(["HEAD"] if "GET" in methods else [])])
        raise Refused(Answer(204, headers={"Allow": ", ".join(allowed)}))
    raise parameter_error("404 Not Found", 404)


def _check_format(request: Request) -> None:
    """A format that Grape does not write: a suffix .json outweighs the parameter, other suffixes are none to it."""
    asked = request.query.get("format", "json")
    if asked != "json" and not request.url_path.endswith(".json"):
        raise parameter_error(f"The requested format '{asked}' is not supported.", 406)


def _check_media_type(request: Request) -> None:
    """A body that Grape has no parser for, on unknown routes too (section 1.1)."""
    if request.body and request.method in WRITES and request.media_type not in READABLE:
        raise parameter_error(f"The provided content-type '{request.media_type}' is not supported.", 415)


def _check_limit(site: Site, request: Request, route: Route, caller: Caller) -> None:
    """The application's own rate limits (section 7.2)."""
    user = caller.user.username if caller.user else None
    name = f"{route.limit}_unauthenticated" if user is None and route.limit == "projects_api" else route.limit
    usage = site.limiter.application(name, user, request.address) if name else None
    if usage is not None and usage.exceeded:
        text = "This endpoint has been requested too many times. Try again later."
        asked = usage.limit.retry_after
        says_when = site.world.settings.rules.limits_say_retry_after if asked is None else asked
        wait = {"Retry-After": str(math.ceil(usage.limit.seconds))} if says_when else None
        raise message(429, {"error": text}, wait)
