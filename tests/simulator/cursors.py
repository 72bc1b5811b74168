# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of groups by cursor, as anonymous callers get them (GitLab API sheet, section 3.1)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .answers import server_error
from .pagination import link_url, no_keyset
from .records import Group

if TYPE_CHECKING:
    from .site import Call

FORWARD, BACKWARD = "n", "p"


@dataclass(frozen=True)
class Cursor:
    """Between which groups a page begins, and on which side of it the page lies."""

    name: str
    id: int
    direction: str


def cursor_page(call: Call, rows: Sequence[Group]) -> tuple[Sequence[Group], dict[str, str]]:
    """One page of groups sorted by name, as long as it was asked for (lib/gitlab/pagination/keyset/paginator.rb)."""
    if (call.parameters["order_by"], call.parameters["sort"]) != ("name", "asc"):
        raise no_keyset()
    size = call.parameters["per_page"]
    text = call.params.get("cursor")
    cursor = _read_cursor(text) if text else None
    if cursor is not None and cursor.direction == BACKWARD:
        rest = [group for group in rows if (group.name, group.id) < (cursor.name, cursor.id)]
        page, has_previous, has_next = rest[-size:], len(rest) > size, True
    else:
        rest = [group for group in rows if cursor is None or (group.name, group.id) > (cursor.name, cursor.id)]
        page, has_previous, has_next = rest[:size], cursor is not None, len(rest) > size
    if size < 0 or (not page and (has_previous or has_next)):
        raise server_error()
    headers = {"X-PREV-CURSOR": _cursor(page[0], BACKWARD)} if has_previous else {}
    if has_next:
        following = _cursor(page[-1], FORWARD)
        headers["X-NEXT-CURSOR"] = following
        headers["Link"] = f'<{link_url(call, cursor=following)}>; rel="next"'
    return page, headers


def _cursor(group: Group, direction: str) -> str:
    text = json.dumps({"name": group.name, "id": str(group.id), "_kd": direction}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_cursor(text: object) -> Cursor:
    """What a cursor says; GitLab does not expect one that it cannot read."""
    try:
        content = json.loads(base64.urlsafe_b64decode(str(text)))
        return Cursor(str(content["name"]), int(content["id"]), content.get("_kd", FORWARD))
    except (KeyError, TypeError, ValueError):
        raise server_error() from None
