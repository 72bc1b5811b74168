# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source for ansible-rulebook: its builtin webhook, adapted to GitLab's system hooks."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from typing import TYPE_CHECKING, Any

from aiohttp import web
from ansible_rulebook.event_source import webhook

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTATION = r"""
---
short_description: Gather the projects that GitLab's system hooks name
description:
  - Receives GitLab's system hooks through ansible-rulebook's builtin webhook source, and passes on one event for all
    projects that were created, renamed or transferred within some seconds, with their ids as C(project_ids).
  - The hook's secret is read from the environment variable E(GITLAB_HOOK_SECRET) and compared in constant time.
    Only the ids of projects reach a rule or a log, never the secret or anything else from a hook.
  - An event without the secret is answered with 401, one that cannot be understood with 400. The first of each kind
    is logged, and the next ones only after an accepted event.
  - Projects that are deleted, or scheduled for deletion, are dropped.
options:
  host:
    description:
      - The address to listen on.
    type: str
    default: "0.0.0.0"
  port:
    description:
      - The port to listen on.
    type: int
    required: true
  gather_seconds:
    description:
      - For how many seconds to gather projects, counted from the first one, before one event names all of them.
    type: float
    default: 10
  certfile:
    description:
      - A file with a certificate. If given, the source speaks TLS.
        Empty values of this and the other TLS options are ignored.
    type: str
  keyfile:
    description:
      - A file with the certificate's key.
    type: str
  password:
    description:
      - The key's password.
    type: str
  cafile:
    description:
      - A file with certificates of authorities. If given, clients must present a certificate that one of them issued.
    type: str
  capath:
    description:
      - A folder with such files.
    type: str
"""

EXAMPLES = r"""
- groupshare.gitlab.system_hook:
    host: 127.0.0.1
    port: 5000
"""

VARIABLE = "GITLAB_HOOK_SECRET"
HEADER = "x-gitlab-token"
NEW = ("project_create", "project_rename", "project_transfer")
GONE = ("project_destroy",)

logger = logging.getLogger("groupshare.gitlab.system_hook")


class Hooks:
    """Takes the place of the queue that the webhook source puts its events into."""

    def __init__(self, queue: asyncio.Queue[Any], secret: str, gather_seconds: float) -> None:
        """Gather projects from events that bring the secret, and put them into the queue."""
        self._queue = queue
        self._secret = secret.encode()
        self._gather_seconds = gather_seconds
        self._projects: set[int] = set()
        self._filled = asyncio.Event()
        self._reported: set[str] = set()

    async def put(self, event: Mapping[str, Any]) -> None:
        """Take in the event of one request.

        :raises aiohttp.web.HTTPUnauthorized: the request did not bring the secret.
        :raises aiohttp.web.HTTPBadRequest: its body is not a system hook's.
        """
        if not self._brings_secret(event["meta"]["headers"]):
            self._report("A request without the secret of the system hook was refused.")
            raise web.HTTPUnauthorized
        hook = event["payload"]
        name = hook.get("event_name") if isinstance(hook, dict) else None
        about_project = name in (*NEW, *GONE)
        if not isinstance(name, str) or (about_project and not _is_id(hook.get("project_id"))):
            self._report("A request that is no system hook of GitLab was refused.")
            raise web.HTTPBadRequest
        self._reported.clear()
        if about_project:
            gone = name in GONE or _is_scheduled_for_deletion(hook)
            self._take(hook["project_id"], gone=gone)

    def _brings_secret(self, headers: Mapping[str, str]) -> bool:
        """Return whether one of the headers is the secret; names are compared without regard to case."""
        given = [text for name, text in headers.items() if name.lower() == HEADER]
        sent = [text.encode(errors="surrogateescape") for text in given]
        return any(hmac.compare_digest(text, self._secret) for text in sent)

    def _report(self, problem: str) -> None:
        if problem not in self._reported:
            self._reported.add(problem)
            logger.warning("%s Further ones are not reported until a valid event arrives.", problem)

    def _take(self, project: int, *, gone: bool) -> None:
        if gone:
            self._projects.discard(project)
        else:
            self._projects.add(project)
            self._filled.set()

    async def hand_on(self) -> None:
        """Put one event for each batch of gathered projects into the queue; runs until it is cancelled.

        The rule engine can throttle too, but a match larger than about 64 kB never arrives, nor does any match after
        it (drools_jpy 0.4.1).
        """
        while True:
            await self._filled.wait()
            await asyncio.sleep(self._gather_seconds)
            projects, self._projects = sorted(self._projects), set()
            self._filled.clear()
            if projects:
                await self._queue.put({"project_ids": projects})


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_scheduled_for_deletion(hook: Mapping[str, Any]) -> bool:
    """Return whether the project has the path that GitLab gives to projects scheduled for deletion."""
    return str(hook.get("path")).endswith(f"-deletion_scheduled-{hook['project_id']}")


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Listen until the rulebook ends."""
    secret = os.environ.get(VARIABLE)
    if not secret:
        message = f"{VARIABLE} is not set: it has to hold the secret token of GitLab's system hook."
        raise ValueError(message)
    given = {name: value for name, value in args.items() if value not in (None, "")}
    hooks = Hooks(queue, secret, float(given.pop("gather_seconds", 10)))
    await asyncio.gather(webhook.main(hooks, given), hooks.hand_on())
