# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures that all tests of the collection share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company

StartGitLab = Callable[..., Simulator]


@pytest.fixture
def start_gitlab() -> Iterator[StartGitLab]:
    """Starts a GitLab with a company on it; arguments go to the simulator."""
    with ExitStack() as stack:

        def start(company: Company, **arguments: Any) -> Simulator:
            return stack.enter_context(Simulator(company.world(), **arguments))

        yield start
