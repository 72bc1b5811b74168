# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the steps of a run that is stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.apply import Application
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.journal import Journal
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.step import Done
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import WaitTooLong
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.limits import Stop
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import NotAttemptedReason, Step
from ansible_collections.groupshare.gitlab.tests.support.parts import project


class Gitlab:
    def stop(self, reason: str) -> None:
        pass

    def in_parallel(self, function: Any, arguments: Any) -> list[Any]:
        return list(map(function, arguments))


class WaitingWriter:
    """Waits for a limit when something else stops the run, before its request was sent or after that."""

    application: Application

    def __init__(self, reason: NotAttemptedReason | None, was_sent: bool) -> None:
        self._reason = reason
        self._was_sent = was_sent

    def carry_out(self, step: Step) -> Done:
        if self._reason is not None:
            self.application.stop(self._reason, "it is over")
        error = WaitTooLong("POST", "/api/v4/projects/1/share", "too long.", False, was_sent=self._was_sent)
        return Done(replace(step, status="failed"), error)


@pytest.mark.parametrize(
    ("stopped", "was_sent", "status", "reason"),
    [
        (None, False, "not_attempted", "max_wait"),
        (None, True, "failed", "max_wait"),
        ("signal", False, "not_attempted", "signal"),
        ("signal", True, "not_attempted", "signal"),
        ("token", False, "not_attempted", "token"),
    ],
)
def test_a_step_that_waits_has_failed_only_if_its_own_request_met_the_limit(
    stopped: NotAttemptedReason | None, was_sent: bool, status: str, reason: str
) -> None:
    gitlab: Any = Gitlab()
    writer: Any = WaitingWriter(stopped, was_sent)
    writer.application = Application(gitlab, writer, Journal(None))
    outcome = writer.application.apply([Step(project(), "shared", None, Share(20))])
    expected = (status, reason if status == "not_attempted" else None)
    assert [(step.status, step.reason) for step in outcome.steps] == [expected]
    assert isinstance(outcome.stop, Stop)
    assert outcome.stop.reason == reason
