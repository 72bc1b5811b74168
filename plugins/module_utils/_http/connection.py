# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where GitLab is and how to reach it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Connection:
    """Where GitLab is and how to talk to it.

    :param root_url: scheme, host, port and sub-path of the instance, without ``/api/v4`` and without a trailing slash.
    :param auth_header: name and value of the header that carries the token.
    :param headers: further headers of each request, for what stands in front of GitLab.
    :param verify: as requests takes it: whether to verify certificates, or the path of a CA bundle to do it with.
    :param client_cert: paths of the client's certificate and key, or of one file with both, or None.
    :param timeout: seconds, to connect and between two pieces of an answer.
    :param retries: attempts after the first for what can be repeated.
    :param max_wait: seconds that a run may spend waiting in all.
    :param parallel_requests: how many requests may be under way at once.
    """

    root_url: str
    auth_header: tuple[str, str] = field(repr=False)
    headers: t.Mapping[str, str] = field(repr=False, default_factory=dict)
    verify: bool | str = True
    client_cert: str | tuple[str, str] | None = None
    timeout: int = 30
    retries: int = 5
    max_wait: int = 900
    parallel_requests: int = 4
