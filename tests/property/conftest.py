# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many examples the properties try, and a client whose waiting does not cost time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from ansible_collections.groupshare.gitlab.tests.property import runs

# Failures there show both sides too.
pytest.register_assert_rewrite("ansible_collections.groupshare.gitlab.tests.property.checks")
# GROUPSHARE_EXAMPLES: how many of each property. GROUPSHARE_SEED=fresh: others than last time; a failure then
# prints what reproduces it, and --hypothesis-seed=NUMBER takes a certain one. GROUPSHARE_SHRINK=1: a failure is made
# smaller before it is shown. Hypothesis takes up to five minutes for that, which looks like a run that hangs.
PHASES = [Phase.explicit, Phase.generate, *([Phase.shrink] if "GROUPSHARE_SHRINK" in os.environ else [])]
settings.register_profile(
    "groupshare",
    max_examples=int(os.environ.get("GROUPSHARE_EXAMPLES", "30")),
    derandomize="GROUPSHARE_SEED" not in os.environ,
    deadline=None,
    database=None,
    print_blob=True,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.load_profile("groupshare")


@pytest.fixture(scope="session", autouse=True)
def _show_hangs(pytestconfig: pytest.Config) -> None:
    """Where pytest captures output, nobody would see the stacks of a run that hangs."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        with capture.global_and_fixture_disabled():
            runs.stderr_of_hangs = os.dup(2)


@pytest.fixture(autouse=True)
def _quick_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off and limits as shipped, on a clock that jumps."""
    for replacement in runs.QUICK:
        monkeypatch.setattr(*replacement)


@pytest.fixture(autouse=True)
def _some_worlds_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the module do in most worlds what it does only where there are many projects, and few of them shared."""
    for replacement in runs.LARGE:
        monkeypatch.setattr(*replacement)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep recovery records out of the home directory, where they lie unless a task says where."""
    monkeypatch.setenv("HOME", str(tmp_path))
