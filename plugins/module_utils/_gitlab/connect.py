# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to a GitLab instance: HTTP client, workers, and the API on top of them."""

from __future__ import annotations

import contextlib
import datetime
import typing as t

from .._http.client import HttpClient
from .._http.connection import Connection
from .._version import VERSION
from .client import GitLab
from .pages import OnRead
from .workers import Workers


@contextlib.contextmanager
def connect(
    connection: Connection,
    on_wait: t.Callable[[datetime.datetime], None] | None = None,
    on_read: OnRead | None = None,
) -> t.Iterator[GitLab]:
    """Give access to an instance's API.

    :param on_wait: called with the end of each wait that GitLab asks for.
    :param on_read: called with what is read of a long list of projects, after each page.
    """
    http = HttpClient(connection, user_agent=f"groupshare.gitlab/{VERSION}", on_wait=on_wait)
    with contextlib.closing(http), Workers(connection.parallel_requests) as workers:
        yield GitLab(http, workers, on_read)
