# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of lists by offset, and by keyset for lists of projects (GitLab API sheet, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from .answers import Refused, parameter_error, server_error
from .parameters import to_query

if TYPE_CHECKING:
    from .site import Call

T = TypeVar("T")

PER_PAGE = 20
MAX_PER_PAGE = 100
# Longer lists have no totals.
COUNT_LIMIT = 10000
OFFSET_LIMIT = 50000
DEFAULT_PORTS = {"http": 80, "https": 443}


def page_size(parameters: Mapping[str, Any]) -> int:
    """The size asked for; values out of range are bent, as Kaminari does."""
    size: int = parameters["per_page"]
    return min(size, MAX_PER_PAGE) if size > 0 else PER_PAGE


def offset_page(call: Call, rows: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """One page of a list, and its headers."""
    return _page(call, rows, call.parameters["page"], page_size(call.parameters))


def undeclared_page(call: Call, rows: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """As offset_page, where the route declares neither page nor per_page: no number is none (section 3.6)."""
    size = _number(call.params.get("per_page"), PER_PAGE)
    if size == 0:
        raise server_error()
    return _page(call, rows, _number(call.params.get("page"), 1), page_size({"per_page": size}))


def _number(value: Any, default: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def _page(call: Call, rows: Sequence[T], asked: int, size: int) -> tuple[Sequence[T], dict[str, str]]:
    number = max(1, asked)
    pages = max(1, -(-len(rows) // size))
    following = number + 1 if number < pages else None
    previous = number - 1 if 1 < number <= pages else None
    limit = call.settings.count_limit
    counted = len(rows) <= (COUNT_LIMIT if limit is None else limit)
    targets = {"prev": previous, "next": following, "first": 1, "last": pages if counted else None}
    links = [
        f'<{link_url(call, page=target, per_page=size)}>; rel="{relation}"'
        for relation, target in targets.items()
        if target is not None
    ]
    headers = {
        "X-Per-Page": str(size),
        "X-Page": str(number),
        "X-Next-Page": str(following or ""),
        "X-Prev-Page": str(previous or ""),
        "Link": ", ".join(links),
    }
    if counted:
        headers.update({"X-Total": str(len(rows)), "X-Total-Pages": str(pages)})
    start = (number - 1) * size
    return rows[start : start + size], headers


def check_offset_limit(call: Call, kind: str, enforced: bool) -> None:
    """Refuses an offset as sent beyond the plan's limit; an explicit limit of the world is always enforced."""
    limit = call.settings.offset_limit
    offset = call.parameters["page"] * call.parameters["per_page"]
    if (enforced or limit is not None) and offset > (limit or OFFSET_LIMIT):
        raise parameter_error(
            f"Offset pagination has a maximum allowed offset of {limit or OFFSET_LIMIT} for requests that "
            f"return objects of type {kind}. Remaining records can be retrieved using keyset pagination.",
            405,
        )


def no_keyset() -> Refused:
    """What a list in an order without keyset answers."""
    return parameter_error("Keyset pagination is not yet available for this type of request", 405)


def keyset_headers(call: Call, last_id: int | None) -> dict[str, str]:
    """The Link to the page after last_id; an empty page has none."""
    if last_id is None:
        return {}
    bound = "id_after" if call.parameters["sort"] == "asc" else "id_before"
    return {"Link": f'<{link_url(call, **{bound: last_id})}>; rel="next"'}


def link_url(call: Call, **changed: object) -> str:
    """Scheme and path from the request, host and port from the configured URL, every parameter of the request."""
    configured = urlsplit(call.site.url)
    scheme = call.request.scheme
    port = configured.port or DEFAULT_PORTS[configured.scheme]
    host = f"{configured.hostname}:{port}" if port != DEFAULT_PORTS[scheme] else configured.hostname
    query = to_query({**call.params, **changed})
    return f"{scheme}://{host}{call.request.url_path.rstrip('/')}?{query}"
