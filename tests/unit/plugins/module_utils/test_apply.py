# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the steps of a run that is stopped."""

from __future__ import annotations

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
    """Waits for a limit, without having sent a request yet, when something else stops the run."""

    application: Application

    def __init__(self, reason: NotAttemptedReason | None) -> None:
        self._reason = reason

    def carry_out(self, step: Step) -> Done:
        if self._reason is not None:
            self.application.stop(self._reason, "it is over")
        return Done(step, WaitTooLong("POST", "/api/v4/projects/1/share", "too long.", False, was_sent=False))


@pytest.mark.parametrize(("stopped", "reason"), [(None, "max_wait"), ("signal", "signal"), ("token", "token")])
def test_a_step_that_waits_is_not_attempted_for_the_reason_that_stopped_the_run(
    stopped: NotAttemptedReason | None, reason: str
) -> None:
    gitlab: Any = Gitlab()
    writer: Any = WaitingWriter(stopped)
    writer.application = Application(gitlab, writer, Journal(None))
    outcome = writer.application.apply([Step(project(), "shared", None, Share(20))])
    assert [(step.status, step.reason) for step in outcome.steps] == [("not_attempted", reason)]
    assert isinstance(outcome.stop, Stop)
    assert outcome.stop.reason == reason
