# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast the simulator answers, client included, on one core."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from .client import Client
from .generate import OWNER_TOKEN, LargeWorld
from .server import Simulator


def measure(projects: int = 5000, small_answers: int = 2000) -> tuple[float, float]:
    """Full pages of 100 projects, and small answers, a second."""
    with Simulator(LargeWorld(projects).world()) as gitlab, Client(gitlab.url, OWNER_TOKEN) as client:
        started = time.perf_counter()
        pages = sum(1 for _unused in _pages(client))
        pages_a_second = pages / (time.perf_counter() - started)
        started = time.perf_counter()
        for _unused in range(small_answers):
            client.get("/version")
        return pages_a_second, small_answers / (time.perf_counter() - started)


def _pages(client: Client) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while True:
        page = client.get(f"/projects?pagination=keyset&order_by=id&sort=asc&per_page=100&id_after={last}").json
        if not page:
            return
        yield page
        last = page[-1]["id"]
