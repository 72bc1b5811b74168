# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source alone, loaded as ansible-rulebook loads it."""

from __future__ import annotations

import asyncio
import runpy
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from ansible_collections.groupshare.gitlab.tests.eda import system_hook
from ansible_collections.groupshare.gitlab.tests.eda.running import free_port, listens
from ansible_collections.groupshare.gitlab.tests.eda.system_hook import SECRET

SOURCE = Path(system_hook.__file__).parents[2] / "extensions/eda/plugins/event_source/system_hook.py"


async def event_after(hooks: list[dict[str, Any]], headers: dict[str, str], tls: Path | None = None) -> Any:
    """Return the first event that the source hands on when these hooks are sent to it."""
    main = runpy.run_path(str(SOURCE))["main"]
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    port, authority, scheme = free_port(), None, "http"
    arguments: dict[str, Any] = {"host": "127.0.0.1", "port": port, "gather_seconds": 0.5, "certfile": ""}
    if tls is not None:
        authority, scheme = _certify(tls, arguments), "https"
    source = asyncio.create_task(main(queue, arguments))
    await _wait_for_listener(port)
    async with aiohttp.ClientSession() as session:
        for hook in hooks:
            await _post(session, f"{scheme}://127.0.0.1:{port}/", hook, headers, authority)
    event = await asyncio.wait_for(queue.get(), 20)
    source.cancel()
    return event


def _certify(folder: Path, arguments: dict[str, Any]) -> ssl.SSLContext:
    """Give the source a certificate, and return what trusts it."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    arguments.update(certfile=str(folder / "certificate.pem"), keyfile=str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(arguments["certfile"])
    certificate.private_key_pem.write_to_path(arguments["keyfile"])
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def _post(
    session: aiohttp.ClientSession, url: str, hook: dict[str, Any], headers: dict[str, str], tls: ssl.SSLContext | None
) -> None:
    async with session.post(url, json=hook, headers=headers, ssl=tls or True) as answer:
        answer.raise_for_status()


async def _wait_for_listener(port: int) -> None:
    async with asyncio.timeout(20):
        while not listens(port):
            await asyncio.sleep(0.05)


def created(project: int) -> dict[str, Any]:
    return {"event_name": "project_create", "path": "app", "project_id": project}


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_HOOK_SECRET", SECRET)


def test_one_event_names_each_project_once() -> None:
    hooks = [created(7), created(3), created(7)]
    assert asyncio.run(event_after(hooks, {"X-Gitlab-Token": SECRET})) == {"project_ids": [3, 7]}


def test_the_header_may_have_any_case() -> None:
    assert asyncio.run(event_after([created(3)], {"x-gitlab-token": SECRET})) == {"project_ids": [3]}


def test_it_speaks_tls(tmp_path: Path) -> None:
    event = asyncio.run(event_after([created(3)], {"X-Gitlab-Token": SECRET}, tls=tmp_path))
    assert event == {"project_ids": [3]}


@pytest.mark.parametrize("value", [None, ""])
def test_it_does_not_listen_without_a_secret(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("GITLAB_HOOK_SECRET")
    if value is not None:
        monkeypatch.setenv("GITLAB_HOOK_SECRET", value)
    main = runpy.run_path(str(SOURCE))["main"]
    with pytest.raises(ValueError, match="GITLAB_HOOK_SECRET is not set"):
        asyncio.run(main(asyncio.Queue(1), {"port": free_port()}))
