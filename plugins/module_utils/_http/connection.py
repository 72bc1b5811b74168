# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where GitLab is and how to reach it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Connection:
    """Where GitLab is and how to talk to it.

    :param root_url: scheme, host, port and sub-path of the instance, without ``/api/v4`` and trailing slash.
    :param auth_header: name and value of the header that carries the token.
    :param verify: what requests takes as ``verify``: a bool, or the path of a CA bundle.
    :param client_cert: paths of the client's certificate and key, or of one file with both, or None.
    :param timeout: seconds, to connect and between two pieces of an answer.
    :param retries: attempts after the first for what can be repeated.
    :param max_wait: seconds that the run may spend waiting for limits.
    """

    root_url: str
    auth_header: tuple[str, str] = field(repr=False)
    verify: bool | str = True
    client_cert: str | tuple[str, str] | None = None
    timeout: int = 30
    retries: int = 5
    max_wait: int = 900
    parallel_requests: int = 4
