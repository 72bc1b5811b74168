# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark runs the module as it runs its peers: in a process, against a simulated GitLab in another one."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.groupshare.gitlab.benchmarks.clients import Client, share_all
from ansible_collections.groupshare.gitlab.benchmarks.measure import measure
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario, absent, drift, first_run, steady


@pytest.fixture
def module() -> Client:
    return replace(share_all(Path("nowhere"), 8), python=Path(sys.executable))


@pytest.mark.parametrize(
    "scenario",
    [first_run(30), steady(30), drift(30, 5), drift(30, 5, enterprise=False), absent(30, 10)],
    ids=lambda scenario: scenario.title,
)
def test_the_module_is_measured(scenario: Scenario, module: Client) -> None:
    run = measure(module, scenario, scale=0.01)
    assert (run.exit_code, run.wrong, run.writes) == (0, 0, scenario.writes)
    assert run.refused == scenario.wrong
    assert run.reads > 0
    assert run.seconds > 0


def test_what_goes_wrong_is_in_the_figures() -> None:
    fails = Client("fails", Path(sys.executable), lambda _place: ["-c", "raise SystemExit(3)"])
    run = measure(fails, first_run(30), scale=0.01)
    assert (run.exit_code, run.wrong, run.writes, run.seconds > 0) == (3, 30, 0, True)


def test_a_client_that_cannot_be_installed_is_missing() -> None:
    assert share_all(Path("nowhere"), 8).is_missing
