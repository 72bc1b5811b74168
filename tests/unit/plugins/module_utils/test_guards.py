# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a plan from being applied, and what ends a run early."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.apply import leave_out
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.signals import ends_on_signal
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share, Token
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.identity import Caller
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.limits import objection
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import Step
from ansible_collections.groupshare.gitlab.tests.support.parts import observed, project

GUEST, DEVELOPER = Share(10), Share(30)
PLAN = (
    Step(project("a/new"), "shared", None, GUEST),
    Step(project("a/high"), "updated", DEVELOPER, GUEST),
    Step(project("a/right"), "unchanged", GUEST, GUEST),
    Step(project("a/locked"), "skipped", None, None, reason="share_locked"),
)


def caller(scope: str) -> Caller:
    return observed(token=Token(frozenset({scope}), None)).caller


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("max_changes", "objects"), [(None, False), (2, False), (3, False), (1, True), (0, True)])
def test_more_changes_than_the_most(max_changes: int | None, objects: bool, check_mode: bool) -> None:
    refusal = objection(PLAN, caller("api"), max_changes, check_mode)
    assert (refusal is not None) is objects
    if refusal:
        assert refusal.startswith(f"The plan holds 2 changes, more than max_changes={max_changes}.")


@pytest.mark.parametrize(
    ("scope", "check_mode", "plan", "objects"),
    [
        ("api", False, PLAN, False),
        ("read_api", False, PLAN, True),
        ("read_api", True, PLAN, False),
        ("read_api", False, PLAN[2:], False),
    ],
)
def test_a_token_that_only_reads(scope: str, check_mode: bool, plan: tuple[Step, ...], objects: bool) -> None:
    assert (objection(plan, caller(scope), None, check_mode) is not None) is objects


def test_a_token_that_tells_nothing_of_itself_is_tried() -> None:
    unknown = Caller(observed().caller.user, acts_as_admin=False, token=None)
    assert objection(PLAN, unknown, None, check_mode=False) is None


def test_changes_that_are_left_out_stay_as_they_are() -> None:
    applied = leave_out(PLAN, "Enough.")
    assert applied.stopped == "Enough."
    assert [step.status for step in applied.steps] == ["not_attempted", "not_attempted", "unchanged", "skipped"]
    assert [step.after for step in applied.steps] == [None, DEVELOPER, GUEST, None]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_instead_of_ending_the_process(number: signal.Signals) -> None:
    reasons: list[str] = []
    before = signal.getsignal(number)
    with ends_on_signal(reasons.append):
        os.kill(os.getpid(), number)
    assert reasons == [f"it was ended by {number.name}"]
    assert signal.getsignal(number) is before


def test_outside_of_the_main_thread_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def run() -> None:
        with ends_on_signal(lambda reason: None):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
