# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rulebook for all tests, since Java takes seconds to start; each test has projects of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.groupshare.gitlab.tests.eda.running import TOKEN, Running, running_rulebook
from ansible_collections.groupshare.gitlab.tests.eda.system_hook import SECRET
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company


@pytest.fixture(scope="session")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A rulebook that shares the projects of the group acme."""
    company = Company().group("other", members={"olivia": "owner"}).project("acme/old", shared="reporter")
    with Simulator(company.world()) as gitlab, running_rulebook(gitlab, tmp_path_factory.mktemp("eda")) as running:
        yield running


@pytest.fixture
def rulebook(listening: Running) -> Iterator[Running]:
    """The same with empty logs of requests and runs; whatever the test does, no secret is ever printed."""
    listening.gitlab.clear_log()
    listening.journal.unlink(missing_ok=True)
    yield listening
    listening.wait_until_idle()
    assert SECRET not in listening.output
    assert TOKEN not in listening.output
