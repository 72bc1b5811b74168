# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for something that happens elsewhere, never for ever."""

from __future__ import annotations

import time
from typing import Callable

SECONDS = 20


def wait_for(condition: Callable[[], object], seconds: float = SECONDS) -> bool:
    """Return whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
