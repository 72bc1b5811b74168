# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of groups by cursor, as anonymous callers get them (GitLab API sheet, section 3.1)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .answers import server_error
from .pagination import link_url, no_keyset, page_size
from .records import Group

if TYPE_CHECKING:
    from .site import Call

FORWARD, BACKWARD = "n", "p"


def cursor_page(call: Call, rows: Sequence[Group]) -> tuple[Sequence[Group], dict[str, str]]:
    """One page of groups sorted by name, after the name and id that the cursor holds."""
    if (call.parameters["order_by"], call.parameters["sort"]) != ("name", "asc"):
        raise no_keyset()
    cursor = call.params.get("cursor")
    after = _read_cursor(cursor) if cursor else None
    rest = [group for group in rows if after is None or (group.name, group.id) > after]
    page = rest[: page_size(call.parameters)]
    if after and not page:
        raise server_error()
    headers = {"X-PREV-CURSOR": _cursor(page[0], BACKWARD)} if after else {}
    if len(rest) > len(page):
        following = _cursor(page[-1], FORWARD)
        headers["X-NEXT-CURSOR"] = following
        headers["Link"] = f'<{link_url(call, cursor=following)}>; rel="next"'
    return page, headers


def _cursor(group: Group, direction: str) -> str:
    text = json.dumps({"name": group.name, "id": str(group.id), "_kd": direction}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_cursor(cursor: object) -> tuple[str, int]:
    """What a cursor says; GitLab does not expect one that it cannot read."""
    try:
        content = json.loads(base64.urlsafe_b64decode(str(cursor)))
        return str(content["name"]), int(content["id"])
    except (KeyError, TypeError, ValueError):
        raise server_error() from None
