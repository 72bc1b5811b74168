# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan, a pure function: each status, each reason, each rule of update_existing, and what is taken out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.past_run import Change, PastRun
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.selection import Selection
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.desired import Desired
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import (
    STATUSES,
    Problem,
    Step,
    make_plan,
    plan_step,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.refusals import (
    Foreseen,
    Refusal,
    take_out_refused,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.undo import undo_step
from ansible_collections.groupshare.gitlab.tests.support.parts import project

TODAY = date(2026, 11, 22)
JANUARY, JUNE = date(2099, 1, 31), date(2099, 6, 30)
GUEST, REPORTER, DEVELOPER, HIDDEN = Share(10), Share(20), Share(30), Share.HIDDEN
ABSENT = Desired(present=False)


def at(level: int, update_existing: Any = "raise_only") -> Desired:
    return Desired(access_level=level, update_existing=update_existing)


def until(day: date | None, level: int = 10, update_existing: Any = "raise_only") -> Desired:
    return Desired(level, manages_expiry=True, expires_at=day, update_existing=update_existing)


def planned(
    share: Share | None = None,
    desired: Desired | None = None,
    selection: Selection | None = None,
    inherited: Mapping[str, Inherited] | None = None,
    **details: Any,
) -> Step:
    return plan_step(project(share=share, **details), desired or at(10), selection or Selection(), inherited or {})


CHANGES: list[tuple[Share | None, Desired, str, Share | None]] = [
    # before, desired, status, after
    (None, at(10), "shared", GUEST),
    (None, at(10, "never"), "shared", GUEST),
    (None, at(30, "always"), "shared", DEVELOPER),
    (None, until(JUNE, 30), "shared", Share(30, JUNE)),
    (None, until(None), "shared", GUEST),
    # as wanted; an end that is not managed does not count
    (GUEST, at(10), "unchanged", GUEST),
    (Share(10, JUNE), at(10), "unchanged", Share(10, JUNE)),
    (Share(10, JUNE), at(10, "never"), "unchanged", Share(10, JUNE)),
    (Share(10, JUNE), until(JUNE), "unchanged", Share(10, JUNE)),
    (GUEST, until(None), "unchanged", GUEST),
    # raise_only: nothing is taken away
    (GUEST, at(30), "updated", DEVELOPER),
    (Share(10, JUNE), at(30), "updated", Share(30, JUNE)),
    (Share(10, JANUARY), until(JUNE), "updated", Share(10, JUNE)),
    (Share(10, JANUARY), until(JUNE, 30), "updated", Share(30, JUNE)),
    (Share(10, JUNE), until(None), "updated", GUEST),
    (Share(10, JUNE), until(JUNE, 30), "updated", Share(30, JUNE)),
    # always: just as described, but for an end that is not managed
    (DEVELOPER, at(10, "always"), "updated", GUEST),
    (Share(30, JUNE), at(10, "always"), "updated", Share(10, JUNE)),
    (Share(10, JUNE), until(JANUARY, 10, "always"), "updated", Share(10, JANUARY)),
    (GUEST, until(JUNE, 10, "always"), "updated", Share(10, JUNE)),
    (Share(30, JUNE), until(None, 10, "always"), "updated", GUEST),
    # a level that the token may not see is left alone
    (HIDDEN, at(10), "unchanged", HIDDEN),
    (HIDDEN, at(50, "always"), "unchanged", HIDDEN),
    (HIDDEN, until(JUNE), "unchanged", HIDDEN),
    # absent
    (None, ABSENT, "unchanged", None),
    (GUEST, ABSENT, "unshared", None),
    (Share(30, JUNE), ABSENT, "unshared", None),
    (HIDDEN, ABSENT, "unshared", None),
    (DEVELOPER, Desired(present=False, update_existing="never"), "unshared", None),
    (DEVELOPER, Desired(present=False, update_existing="always"), "unshared", None),
]


@pytest.mark.parametrize(("before", "desired", "status", "after"), CHANGES)
def test_status_and_share(before: Share | None, desired: Desired, status: str, after: Share | None) -> None:
    step = planned(before, desired)
    assert (step.status, step.before, step.after, step.reason) == (status, before, after, None)
    assert step.is_change is (before != after)


@pytest.mark.parametrize(("before", "desired", "status", "after"), CHANGES)
def test_the_second_plan_holds_no_change(
    before: Share | None, desired: Desired, status: str, after: Share | None
) -> None:
    assert planned(after, desired).status == "unchanged"


KEPT: list[tuple[Share, Desired, str]] = [
    (DEVELOPER, at(10), "would_lower"),
    (Share(30, JUNE), at(10), "would_lower"),
    (Share(10, JUNE), until(JANUARY), "would_end_sooner"),
    (GUEST, until(JUNE), "would_end_sooner"),
    # level and end are never mixed
    (GUEST, until(JUNE, 30), "would_end_sooner"),
    (Share(10, JUNE), until(JANUARY, 30), "would_end_sooner"),
    (Share(30, JANUARY), until(JUNE), "would_lower"),
    (Share(30, JANUARY), until(None), "would_lower"),
    # of both, the level is the reason
    (DEVELOPER, until(JUNE), "would_lower"),
    (GUEST, at(30, "never"), "not_updated"),
    (DEVELOPER, at(10, "never"), "not_updated"),
    (GUEST, until(JUNE, 10, "never"), "not_updated"),
    (Share(10, JUNE), until(None, 10, "never"), "not_updated"),
]


@pytest.mark.parametrize(("before", "desired", "reason"), KEPT)
def test_what_is_kept_is_kept_as_a_whole(before: Share, desired: Desired, reason: str) -> None:
    step = planned(before, desired)
    assert (step.status, step.reason, step.before, step.after) == ("kept", reason, before, before)
    assert not step.is_change


@pytest.mark.parametrize(
    ("share", "desired", "losses"),
    [
        (DEVELOPER, at(10, "always"), ("would_lower",)),
        (GUEST, until(JUNE, 10, "always"), ("would_end_sooner",)),
        (DEVELOPER, until(JUNE, 10, "always"), ("would_lower", "would_end_sooner")),
        (GUEST, at(30, "always"), ()),
        (GUEST, ABSENT, ()),
    ],
)
def test_what_a_share_would_lose(share: Share, desired: Desired, losses: tuple[str, ...]) -> None:
    assert desired.losses_for(share) == losses


SKIP_INHERITED = Selection(skip_inherited=True)


class TestSkipped:
    @pytest.mark.parametrize("share", [None, GUEST, DEVELOPER])
    def test_archived_projects_that_are_named(self, share: Share | None) -> None:
        step = planned(share, archived=True)
        assert (step.status, step.reason, step.before, step.after) == ("skipped", "archived", share, share)

    @pytest.mark.parametrize("archived", ["include", "only"])
    def test_not_where_archived_ones_are_wanted(self, archived: Any) -> None:
        assert planned(selection=Selection(archived=archived), archived=True).status == "shared"

    @pytest.mark.parametrize(("level", "status"), [(10, "skipped"), (20, "skipped"), (30, "shared")])
    def test_what_is_inherited_at_a_sufficient_level(self, level: int, status: str) -> None:
        through = Inherited(20, "acme")
        step = planned(None, at(level), SKIP_INHERITED, {"acme": through})
        assert (step.status, step.inherited) == (status, through)

    def test_not_what_is_inherited_if_nothing_is_said(self) -> None:
        assert planned(None, at(10), None, {"acme": Inherited(50, "acme")}).status == "shared"

    def test_not_what_lies_in_another_namespace(self) -> None:
        step = planned(None, at(10), SKIP_INHERITED, {"acme": Inherited(10, "acme")}, path="acme/sub/app")
        assert step.status == "shared"


def test_steps_are_in_the_order_of_paths() -> None:
    projects = [project("b/a"), project("a/z"), project("a/b/c")]
    plan = make_plan(projects, partial(plan_step, desired=at(10), selection=Selection(), inherited={}))
    assert [step.project.path for step in plan] == ["a/b/c", "a/z", "b/a"]


def test_the_statuses_are_those_of_the_summary() -> None:
    assert (
        *("shared", "updated", "unshared", "unchanged", "kept", "skipped", "failed"),
        "not_attempted",
    ) == STATUSES


class TestRefused:
    """What GitLab would refuse is taken out of the plan, and nothing else of it changes."""

    PROBLEM = Problem(403, "no")

    @pytest.mark.parametrize("share", [None, GUEST])
    @pytest.mark.parametrize(
        "refusal", [Refusal("skipped", "share_locked"), Refusal("kept", "own_access"), Refusal("failed", error=PROBLEM)]
    )
    def test_a_change_that_is_refused(self, refusal: Refusal, share: Share | None) -> None:
        (step,) = take_out_refused([planned(share, at(30), id=7)], Foreseen({7: refusal}))
        assert (step.status, step.reason, step.error) == (refusal.status, refusal.reason, refusal.error)
        assert step.before == step.after == share
        assert not step.is_change

    @pytest.mark.parametrize("share", [GUEST, DEVELOPER])
    def test_what_is_no_change_needs_no_refusal(self, share: Share) -> None:
        step = planned(share, at(10), id=7)
        assert take_out_refused([step], Foreseen({7: Refusal("failed", error=self.PROBLEM)})) == (step,)

    def test_other_projects_are_not_concerned(self) -> None:
        step = planned(None, id=8)
        assert take_out_refused([step], Foreseen({7: Refusal("failed", error=self.PROBLEM)})) == (step,)

    @pytest.mark.parametrize("refusals", [{}, {7: Refusal("kept", "protection_rules")}])
    def test_rules_that_go_are_named_whether_they_go_or_spare_the_share(self, refusals: dict[int, Refusal]) -> None:
        rules = {7: ("branch main: push",)}
        (step,) = take_out_refused([planned(GUEST, at(30), id=7)], Foreseen(refusals, rules))
        assert step.protection_rules == ("branch main: push",)

    def test_a_removal_that_takes_the_users_own_right_along_says_so(self) -> None:
        (step,) = take_out_refused([planned(GUEST, ABSENT, id=7)], Foreseen(own_access=frozenset({7})))
        assert step.ends_own_access


LEFT = frozenset({DEVELOPER})
UNDONE: list[tuple[Share | None, Change, str, str | None, Share | None]] = [
    # now, what the run found and left, status, reason, after
    (DEVELOPER, Change(GUEST, LEFT), "updated", None, GUEST),
    (DEVELOPER, Change(None, LEFT), "unshared", None, None),
    (None, Change(Share(10, JUNE), frozenset({None})), "shared", None, Share(10, JUNE)),
    (GUEST, Change(GUEST, LEFT), "unchanged", None, GUEST),
    (None, Change(None, LEFT), "unchanged", None, None),
    # somebody else has changed it since
    (REPORTER, Change(GUEST, LEFT), "kept", "changed_since", REPORTER),
    (Share(30, JUNE), Change(GUEST, LEFT), "kept", "changed_since", Share(30, JUNE)),
    (None, Change(GUEST, LEFT), "kept", "changed_since", None),
    (DEVELOPER, Change(None, frozenset({None})), "kept", "changed_since", DEVELOPER),
    # what nobody could see cannot be made again
    (DEVELOPER, Change(HIDDEN, LEFT), "kept", "changed_since", DEVELOPER),
    # its former end is past
    (DEVELOPER, Change(Share(10, TODAY), LEFT), "kept", "ended", DEVELOPER),
    # the run was killed, and nobody knows how far it came
    (DEVELOPER, Change(GUEST, frozenset({None, DEVELOPER})), "updated", None, GUEST),
    (None, Change(GUEST, frozenset({None, DEVELOPER})), "shared", None, GUEST),
    (REPORTER, Change(GUEST, frozenset({None, DEVELOPER})), "kept", "changed_since", REPORTER),
]


@pytest.mark.parametrize(("now", "change", "status", "reason", "after"), UNDONE)
def test_a_run_is_undone_where_nothing_has_changed_since(
    now: Share | None, change: Change, status: str, reason: str | None, after: Share | None
) -> None:
    past_run = PastRun(1, "then", "https://gitlab.example.com", 11, changes={7: change})
    step = undo_step(project(share=now, id=7), past_run, TODAY, {})
    assert (step.status, step.reason, step.before, step.after) == (status, reason, now, after)
