# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""The way to a GitLab instance: HTTP client, workers, and the API on top of them."""

from __future__ import annotations

import contextlib
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.connection import Connection

# As in galaxy.yml.
VERSION = "1.0.0"


@contextlib.contextmanager
def connected(connection: Connection) -> t.Iterator[tuple[GitLab, HttpClient]]:
    """Give access to an instance's API, and to the client below it, which counts the traffic."""
    http = HttpClient(connection, user_agent=f"groupshare.gitlab/{VERSION}")
    with contextlib.closing(http), ThreadPoolExecutor(connection.parallel_requests) as pool:
        yield GitLab(http, pool, connection.parallel_requests), http
