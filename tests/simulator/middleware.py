# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab refuses before it looks at tokens and routes (GitLab API sheet, sections 1.2 and 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus, unquote_to_bytes, urlencode

from .answers import JSON, Answer, Refused, message, parameter_error, text_answer
from .bodies import FORM, TooDeep, json_object
from .request import MAX_NESTING, Request
from .rules import Rules
from .site import Site

WRITES = ("POST", "PUT", "PATCH", "DELETE")
# Of JSON bodies where GitLab checks them by itself.
CHECKED_NESTING = 32

MAINTENANCE_TEXTS = {
    503: "GitLab is undergoing maintenance",
    403: "You cannot perform write operations on a read-only instance",
}

BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
TRAVERSAL = re.compile(r"(?:\A|[/\\])\.\.(?:[/\\]|\Z)")
TRAVERSAL_TEXT = (
    "Potential path traversal attempt detected. "
    "Feedback issue: https://gitlab.com/gitlab-org/gitlab/-/issues/520714."
)
# Parameters that may well say "../".
FREE_TEXTS = (
    "search search_title search_query term name filter filter_projects note body commit_message content description"
).split()


def pass_middleware(site: Site, request: Request) -> None:
    """Raises what a middleware refuses, each in its turn."""
    rules = site.world.settings.rules
    _check_json(request, rules)
    _check_strings(request)
    if rules.refuses_path_traversal:
        _check_traversal(request)
    _check_read_only(site, request)


def _check_json(request: Request, rules: Rules) -> None:
    """Before 18.9 what cannot be read counts as a malformed text."""
    if not request.body or request.media_type != JSON:
        return
    try:
        json_object(request.body, CHECKED_NESTING if rules.checks_json else MAX_NESTING)
    except ValueError as error:
        if not rules.checks_json:
            raise _bad_request() from None
        deep = isinstance(error, TooDeep)
        raise parameter_error("Parameters nested too deeply" if deep else "Invalid JSON format") from None


def _bad_request() -> Refused:
    return Refused(text_answer(400, "Bad Request"))


def _check_strings(request: Request) -> None:
    """Escapes that are none, what is no UTF-8, zero bytes, and names of two kinds."""
    raw = [request.target]
    if request.media_type == FORM:
        raw.append(request.body.decode("latin-1"))
    if any(_is_malformed(text) for text in raw):
        raise _bad_request()
    try:
        parameters = request.parameters
    except ValueError:
        raise _bad_request() from None
    if _has_zero(parameters.values()):
        raise _bad_request()


def _is_malformed(text: str) -> bool:
    if "%" not in text:
        return False
    if BROKEN_ESCAPE.search(text):
        return True
    decoded = unquote_to_bytes(text)
    try:
        return "\0" in decoded.decode()
    except UnicodeDecodeError:
        return True


def _has_zero(values: Iterable[object]) -> bool:
    return any(isinstance(value, str) and "\0" in value for value in values)


def _check_traversal(request: Request) -> None:
    """../ anywhere in the address, decoded once, but for parameters that may be any text."""
    if ".." not in unquote_plus(request.target):
        return
    query = urlencode([(name, value) for name, value in request.query_pairs if name not in FREE_TEXTS])
    if TRAVERSAL.search(unquote_plus(f"{request.url_path}?{query}")):
        raise Refused(text_answer(400, TRAVERSAL_TEXT))


def _check_read_only(site: Site, request: Request) -> None:
    """Maintenance mode, Enterprise only, and read-only replicas: JSON only for who sends JSON."""
    settings = site.world.settings
    status = settings.maintenance
    if status is None or request.method not in WRITES:
        return
    if status == 503 and not settings.rules.enterprise:
        return
    if request.media_type == JSON:
        says_when = status == 503 and settings.rules.maintenance_says_retry_after
        text = settings.maintenance_mode_message if status == 503 else None
        headers = {"Retry-After": str(settings.maintenance_retry_after)} if says_when else None
        raise message(status, MAINTENANCE_TEXTS[status] if text is None else text, headers)
    back = request.headers.get("Referer") or f"{site.url}/"
    raise Refused(Answer(301, b"", "", {"Location": back}))
