# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures that all tests of the collection share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company


@pytest.fixture
def start_gitlab() -> Iterator[StartGitLab]:
    """Starts a GitLab with a company on it; arguments go to the simulator."""
    with ExitStack() as stack:

        def start(company: Company, **arguments: Any) -> Simulator:
            return stack.enter_context(Simulator(company.world(), **arguments))

        yield start
