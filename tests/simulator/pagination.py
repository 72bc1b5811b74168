# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of lists: by offset, and by keyset for lists of projects (GitLab API sheet, section 3)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from .answers import parameter_error
from .parameters import to_query
from .records import Group

if TYPE_CHECKING:
    from .site import Call

T = TypeVar("T")

MAX_PER_PAGE = 100
OFFSET_LIMIT = 50000
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Page:
    """Where a page begins in a list counted from 0, and how long it is at most."""

    number: int
    size: int

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size


def asked_page(parameters: Mapping[str, Any]) -> Page:
    """The page asked for; values out of range are bent, as Kaminari does."""
    return Page(max(1, parameters["page"]), page_size(parameters))


def page_size(parameters: Mapping[str, Any]) -> int:
    size: int = parameters["per_page"]
    return min(size, MAX_PER_PAGE) if size > 0 else 20


def offset_page(call: Call, rows: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """One page of a list, and its headers."""
    page = asked_page(call.parameters)
    pages = max(1, -(-len(rows) // page.size))
    beyond = page.number > pages
    following = page.number + 1 if page.number < pages else None
    previous = page.number - 1 if page.number > 1 and not beyond else None
    count_limit = call.settings.count_limit
    counted = count_limit is None or len(rows) <= count_limit
    targets = {"prev": previous, "next": following, "first": 1, "last": pages if counted else None}
    links = [
        f'<{_link_url(call, page=number)}>; rel="{relation}"'
        for relation, number in targets.items()
        if number is not None
    ]
    headers = {
        "X-Per-Page": str(page.size),
        "X-Page": str(page.number),
        "X-Next-Page": str(following or ""),
        "X-Prev-Page": str(previous or ""),
        "Link": ", ".join(links),
    }
    if counted:
        headers.update({"X-Total": str(len(rows)), "X-Total-Pages": str(pages)})
    return rows[page.start : page.start + page.size], headers


def check_offset_limit(call: Call, kind: str, enforced: bool) -> None:
    """Refuses an offset beyond the plan's limit; an explicit limit of the world is always enforced."""
    limit = call.settings.offset_limit
    page = asked_page(call.parameters)
    if (enforced or limit is not None) and page.number * page.size > (limit or OFFSET_LIMIT):
        raise parameter_error(
            f"Offset pagination has a maximum allowed offset of {limit or OFFSET_LIMIT} for requests that "
            f"return objects of type {kind}. Remaining records can be retrieved using keyset pagination.",
            405,
        )


def check_keyset(call: Call) -> None:
    if call.parameters["order_by"] != "id":
        raise parameter_error("Keyset pagination is not yet available for this type of request", 405)


def keyset_headers(call: Call, last_id: int | None) -> dict[str, str]:
    """The Link to the page after last_id; an empty page has none."""
    if last_id is None:
        return {}
    bound = "id_after" if call.parameters["sort"] == "asc" else "id_before"
    return {"Link": f'<{_link_url(call, **{bound: last_id})}>; rel="next"'}


def _link_url(call: Call, **changed: object) -> str:
    """Scheme and path from the request, host and port from the configured URL."""
    configured = urlsplit(call.site.url)
    scheme = call.request.scheme
    port = configured.port or DEFAULT_PORTS[configured.scheme]
    host = f"{configured.hostname}:{port}" if port != DEFAULT_PORTS[scheme] else configured.hostname
    query = to_query({**call.parameters, **changed})
    return f"{scheme}://{host}{call.request.url_path}?{query}"


def cursor_page(call: Call, rows: Sequence[Group]) -> tuple[Sequence[Group], dict[str, str]]:
    """One page of groups sorted by name, after the name and id that the cursor holds."""
    size = page_size(call.parameters)
    after = _read_cursor(call.parameters["cursor"])
    rest = [group for group in rows if (group.name.lower(), group.id) > after]
    page = rest[:size]
    if len(rest) <= size:
        return page, {}
    cursor = _cursor(page[-1])
    return page, {"Link": f'<{_link_url(call, cursor=cursor)}>; rel="next"'}


def _cursor(group: Group) -> str:
    return base64.urlsafe_b64encode(json.dumps([group.name.lower(), group.id]).encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[str, int]:
    if not cursor:
        return "", 0
    try:
        name, number = json.loads(base64.urlsafe_b64decode(cursor))
        return str(name), int(number)
    except (TypeError, ValueError):
        raise parameter_error("cursor is invalid") from None
