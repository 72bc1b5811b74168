# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task in a process of its own that kills itself, as kill -9 would, at one of its writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.transport import Transport
from ansible_collections.groupshare.gitlab.tests.support.tasks import carry_out

TREE = Path(__file__).parents[5]
TIME_LIMIT = 60


def run_until_killed(params: Mapping[str, Any], number: int, when: str, method: str = "") -> bool:
    """Carry out a task; return whether it was killed.

    :param number: at which of its writes, counted from 0.
    :param when: before or after GitLab has done it.
    :param method: only these requests count; empty for all writes.
    """
    about = {"params": dict(params), "number": number, "when": when, "method": method}
    ended = subprocess.run(
        [sys.executable, "-m", __name__],
        # A process list shows arguments to everybody.
        input=json.dumps(about).encode(),
        # Where this process found its modules: ansible-test, for one, has ansible-core in a place of its own.
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TREE), *sys.path]), "NO_PROXY": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode != 0


def main() -> None:
    """Carry out the task that standard input describes."""
    about = json.load(sys.stdin)
    real = Transport.send
    lock = threading.Lock()
    seen = 0

    def send(self: Transport, method: str, path: str, *options: Any, **content: Any) -> Any:
        nonlocal seen
        with lock:
            is_moment = method != "GET" and about["method"] in ("", method) and seen == about["number"]
            seen += method != "GET" and about["method"] in ("", method)
        if is_moment and about["when"] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(self, method, path, *options, **content)
        if is_moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Transport.send = send  # type: ignore[method-assign]
    carry_out(about["params"])


if __name__ == "__main__":
    main()
