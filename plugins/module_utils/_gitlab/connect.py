# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to a GitLab instance: HTTP client, workers, and the API on top of them."""

from __future__ import annotations

import contextlib
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._http.client import HttpClient
from .._http.connection import Connection
from .client import GitLab

# As in galaxy.yml.
VERSION = "1.0.0"


@contextlib.contextmanager
def connected(connection: Connection) -> t.Iterator[tuple[GitLab, HttpClient]]:
    """Give access to an instance's API, and to the client below it, which counts the traffic."""
    http = HttpClient(connection, user_agent=f"groupshare.gitlab/{VERSION}")
    with contextlib.closing(http), ThreadPoolExecutor(connection.parallel_requests) as pool:
        yield GitLab(http, pool, connection.parallel_requests), http
