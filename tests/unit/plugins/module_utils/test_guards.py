# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a plan from being applied, and what ends a run early."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.causes import (
    concerns_one_project,
    likely_causes,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.same_refusal import (
    MAX_SAME_REFUSALS,
    SameRefusals,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.signals import stop_on_signals
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.already_shared import (
    SENTENCES,
    means_already_shared,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import (
    BadAnswer,
    NotFound,
    Refused,
    RequestFailed,
    Unreachable,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.limits import mark_not_attempted, reason_to_stop
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import Step
from ansible_collections.groupshare.gitlab.tests.support.parts import project

GUEST, DEVELOPER = Share(10), Share(30)
PLAN = (
    Step(project("a/new"), "shared", None, GUEST),
    Step(project("a/high"), "updated", DEVELOPER, GUEST),
    Step(project("a/right"), "unchanged", GUEST, GUEST),
    Step(project("a/locked"), "skipped", None, None, reason="share_locked"),
)
SHARE = "/api/v4/projects/4/share"


def refused(status: int, reason: str) -> RequestFailed:
    kind = NotFound if status == 404 else Refused
    return kind("POST", SHARE, status, reason)


class TestBeforeTheFirstWrite:
    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize(
        ("max_changes", "sentence"),
        [
            (None, None),
            (2, None),
            (3, None),
            (
                1,
                "The plan has 2 changes, more than max_changes=1. None of them has been made. "
                "If they are right, raise max_changes.",
            ),
            (
                0,
                "The plan has 2 changes, more than max_changes=0. None of them has been made. "
                "If they are right, raise max_changes.",
            ),
        ],
    )
    def test_more_changes_than_the_most(self, max_changes: int | None, sentence: str | None, check_mode: bool) -> None:
        stop = reason_to_stop(PLAN, max_changes, may_write=True, check_mode=check_mode)
        assert (stop and (stop.reason, stop.sentence)) == (sentence and ("max_changes", sentence))

    def test_one_change_more_than_none(self) -> None:
        stop = reason_to_stop(PLAN[:1], 0, may_write=True, check_mode=False)
        assert stop
        assert stop.sentence == (
            "The plan has 1 change, more than max_changes=0. It has not been made. "
            "If it is right, raise max_changes."
        )

    @pytest.mark.parametrize(
        ("may_write", "check_mode", "plan", "stops"),
        [
            (True, False, PLAN, False),
            (False, False, PLAN, True),
            (False, True, PLAN, False),
            (False, False, PLAN[2:], False),
        ],
    )
    def test_a_token_that_only_reads(
        self, may_write: bool, check_mode: bool, plan: tuple[Step, ...], stops: bool
    ) -> None:
        stop = reason_to_stop(plan, None, may_write, check_mode)
        assert (stop and stop.reason) == ("token" if stops else None)

    def test_changes_that_were_not_attempted_still_show_what_they_are(self) -> None:
        stop = reason_to_stop(PLAN, 0, may_write=True, check_mode=True)
        assert stop
        steps = mark_not_attempted(PLAN, stop)
        assert [step.status for step in steps] == ["not_attempted", "not_attempted", "unchanged", "skipped"]
        assert [step.reason for step in steps] == ["max_changes", "max_changes", None, "share_locked"]
        assert [step.after for step in steps] == [GUEST, GUEST, GUEST, None]


class TestTheSentence:
    """GitLab says last that a share exists; only that sentence alone means that nothing else is wrong."""

    @pytest.mark.parametrize("sentence", SENTENCES)
    def test_alone(self, sentence: str) -> None:
        assert means_already_shared(refused(409, sentence))
        for status in (400, 403, 404, 500):
            assert not means_already_shared(refused(status, sentence))

    @pytest.mark.parametrize("sentence", SENTENCES)
    @pytest.mark.parametrize("joined", ["{} and more", "more and {}", "{}, {}", "{}!", "not {}", "{} und mehr"])
    def test_joined(self, joined: str, sentence: str) -> None:
        assert not means_already_shared(refused(409, joined.format(sentence, sentence)))

    @pytest.mark.parametrize("text", ["", "already shared", "Project already shared", "409 Conflict: Resource lock"])
    def test_none_at_all(self, text: str) -> None:
        assert not means_already_shared(refused(409, text))

    def test_no_two_of_them_are_alike(self) -> None:
        assert len(set(SENTENCES)) == len(SENTENCES)


@pytest.mark.parametrize(
    ("error", "language", "words"),
    [
        (refused(404, "Not Found"), "en", "switched off"),
        (refused(404, "Not Found"), "de", "switched off"),
        (refused(404, "404 Project Not Found"), "en", None),
        (refused(400, "The project sharing with group is disabled"), "en", "locked to LDAP or SAML"),
        (refused(400, "group_access does not have a valid value"), "en", None),
        (
            refused(409, "Project already shared with this group and Group Invited group allowed email domains"),
            "en",
            "e-",
        ),
        (refused(409, "Ein Satz"), "de", "has the language de: set it to English"),
        (refused(409, "A sentence"), "en", None),
        (refused(409, "A sentence"), None, None),
        (refused(403, "403 Forbidden"), "de", None),
        (NotFound("DELETE", SHARE, 404, "Not Found"), "en", None),
        (Unreachable("POST", SHARE, None, "no answer."), "de", None),
    ],
)
def test_what_a_refusal_can_be_due_to(error: RequestFailed, language: str | None, words: str | None) -> None:
    causes = likely_causes(error, language)
    assert (causes is None) is (words is None)
    assert words is None or words in str(causes)


@pytest.mark.parametrize(
    ("error", "alone"),
    [
        (refused(404, "404 Project Not Found"), True),
        (refused(404, "Not Found"), False),
        (refused(403, "403 Forbidden"), True),
        (refused(400, "The project sharing with group is disabled"), False),
        (refused(409, "This group cannot be invited"), False),
        (refused(500, "500 Internal Server Error"), True),
        (refused(502, "GitLab is not responding"), True),
        (Unreachable("POST", SHARE, None, "no answer."), True),
    ],
)
def test_what_a_refusal_says_of_other_projects(error: RequestFailed, alone: bool) -> None:
    assert concerns_one_project(error) is alone


class TestTheSameRefusal:
    STEP = Step(project("acme/sub/app"), "updated", GUEST, DEVELOPER)
    NO = refused(404, "Not Found")

    def after(self, *errors: RequestFailed, step: Step = STEP) -> SameRefusals:
        refusals = SameRefusals()
        for error in errors:
            assert not refusals.rule_out(step)
            refusals.count(step, error)
        return refusals

    def test_five_times_are_enough(self) -> None:
        assert not self.after(*[self.NO] * (MAX_SAME_REFUSALS - 1)).rule_out(self.STEP)
        assert MAX_SAME_REFUSALS == 5
        assert self.after(*[self.NO] * MAX_SAME_REFUSALS).rule_out(self.STEP)

    @pytest.mark.parametrize(
        "step",
        [
            Step(project("lab/app"), "updated", GUEST, DEVELOPER),
            Step(project("acme/new"), "shared", None, DEVELOPER),
            Step(project("acme/old"), "unshared", GUEST, None),
        ],
        ids=["another top-level group", "a first share", "a removal"],
    )
    def test_others_go_on(self, step: Step) -> None:
        refusals = self.after(*[self.NO] * MAX_SAME_REFUSALS)
        assert refusals.rule_out(Step(project("acme/other"), "updated", GUEST, DEVELOPER))
        assert not refusals.rule_out(step)

    @pytest.mark.parametrize(
        "error",
        [
            refused(403, "403 Forbidden"),
            refused(404, "404 Project Not Found"),
            Unreachable("POST", SHARE, None, "no answer."),
            BadAnswer("POST", SHARE, 409, "a page"),
        ],
    )
    def test_what_says_nothing_of_others_does_not_count(self, error: RequestFailed) -> None:
        assert not self.after(*[error] * 9).rule_out(self.STEP)


class TestSignals:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_stops_instead_of_ending_the_process(self, number: signal.Signals) -> None:
        reasons: list[str] = []
        before = signal.getsignal(number)
        with stop_on_signals(reasons.append):
            os.kill(os.getpid(), number)
        assert reasons == [f"it received {number.name}"]
        assert signal.getsignal(number) is before

    def test_outside_of_the_main_thread_signals_are_left_alone(self) -> None:
        before = signal.getsignal(signal.SIGTERM)
        seen: list[object] = []

        def run() -> None:
            with stop_on_signals(lambda reason: None):
                seen.append(signal.getsignal(signal.SIGTERM))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert seen == [before]
