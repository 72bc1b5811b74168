# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan, a pure function: each status, each reason, each rule of update_existing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.rules import Problem, Rules
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.desired import Desired
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import (
    STATUSES,
    Step,
    changes_of,
    make_plan,
    target_share,
)
from ansible_collections.groupshare.gitlab.tests.support.parts import project

GROUP = "security/auditors"
JANUARY, JUNE = date(2099, 1, 31), date(2099, 6, 30)


def rules(**details: Any) -> Rules:
    return Rules(GROUP, **details)


def wanted(**details: Any) -> Desired:
    return Desired(GROUP, **details)


def until(day: date | None, **details: Any) -> Desired:
    return wanted(manages_expiry=True, expires_at=day, **details)


def step_of(share: Share | None = None, want: Desired | None = None, rule: Rules | None = None, **details: Any) -> Step:
    (step,) = make_plan([project(share=share, **details)], want or wanted(), rule or rules())
    return step


GUEST, REPORTER, DEVELOPER, HIDDEN = Share(10), Share(20), Share(30), Share.HIDDEN

SHARES: list[tuple[Share | None, Desired, str, Share | None]] = [
    # before, wanted, status, after
    (None, wanted(), "shared", GUEST),
    (None, wanted(update_existing="never"), "shared", GUEST),
    (None, wanted(update_existing="raise_only"), "shared", GUEST),
    (None, until(JUNE, access_level=30), "shared", Share(30, JUNE)),
    (None, until(None), "shared", GUEST),
    # always: just as described, but for an end that is not managed
    (GUEST, wanted(), "unchanged", GUEST),
    (Share(10, JUNE), wanted(), "unchanged", Share(10, JUNE)),
    (DEVELOPER, wanted(), "updated", GUEST),
    (GUEST, wanted(access_level=30), "updated", DEVELOPER),
    (Share(30, JUNE), wanted(), "updated", Share(10, JUNE)),
    (Share(10, JUNE), until(JUNE), "unchanged", Share(10, JUNE)),
    (Share(10, JUNE), until(JANUARY), "updated", Share(10, JANUARY)),
    (Share(10, JUNE), until(None), "updated", GUEST),
    (GUEST, until(JUNE), "updated", Share(10, JUNE)),
    (Share(30, JUNE), until(None), "updated", GUEST),
    # never: whatever there is stays
    (GUEST, wanted(update_existing="never"), "unchanged", GUEST),
    (DEVELOPER, wanted(update_existing="never"), "kept", DEVELOPER),
    (Share(10, JUNE), until(None, update_existing="never"), "kept", Share(10, JUNE)),
    (Share(10, JUNE), wanted(update_existing="never"), "unchanged", Share(10, JUNE)),
    # raise_only: the higher level, the later end, each for itself
    (GUEST, wanted(update_existing="raise_only"), "unchanged", GUEST),
    (GUEST, wanted(access_level=30, update_existing="raise_only"), "updated", DEVELOPER),
    (DEVELOPER, wanted(update_existing="raise_only"), "kept", DEVELOPER),
    (Share(10, JUNE), wanted(access_level=30, update_existing="raise_only"), "updated", Share(30, JUNE)),
    (Share(10, JUNE), until(JANUARY, update_existing="raise_only"), "kept", Share(10, JUNE)),
    (Share(10, JANUARY), until(JUNE, update_existing="raise_only"), "updated", Share(10, JUNE)),
    (GUEST, until(JUNE, update_existing="raise_only"), "kept", GUEST),
    (Share(10, JUNE), until(None, update_existing="raise_only"), "updated", GUEST),
    (Share(30, JANUARY), until(JUNE, update_existing="raise_only"), "updated", Share(30, JUNE)),
    (Share(10, JUNE), until(JANUARY, access_level=30, update_existing="raise_only"), "updated", Share(30, JUNE)),
    # a level that the token may not see is left alone
    (HIDDEN, wanted(), "unchanged", HIDDEN),
    (HIDDEN, wanted(access_level=50), "unchanged", HIDDEN),
    (HIDDEN, until(JUNE, update_existing="raise_only"), "unchanged", HIDDEN),
    (HIDDEN, wanted(present=False), "unshared", None),
    # absent
    (None, wanted(present=False), "unchanged", None),
    (GUEST, wanted(present=False), "unshared", None),
    (DEVELOPER, wanted(present=False, update_existing="never"), "unshared", None),
    (Share(30, JUNE), wanted(present=False, update_existing="raise_only"), "unshared", None),
]


@pytest.mark.parametrize(("before", "want", "status", "after"), SHARES)
def test_status_and_share(before: Share | None, want: Desired, status: str, after: Share | None) -> None:
    step = step_of(before, want)
    assert (step.status, step.before, step.after) == (status, before, after)
    assert step.reason is None
    assert step.error is None


@pytest.mark.parametrize(("before", "want", "status", "after"), SHARES)
def test_the_second_plan_holds_no_change(before: Share | None, want: Desired, status: str, after: Share | None) -> None:
    assert changes_of([step_of(after, want)]) == ()
    assert target_share(after, want) == after


REASONS: list[tuple[str, Rules, dict[str, Any]]] = [
    ("own_group", rules(), {"path": f"{GROUP}/app"}),
    ("own_group", rules(), {"path": f"{GROUP}/sub/app"}),
    ("own_group", rules(), {"path": "Security/Auditors/app"}),
    ("share_locked", rules(locked=frozenset({"acme"})), {}),
    ("outside_hierarchy", rules(closed_roots=frozenset({"acme"})), {}),
    ("outside_hierarchy", rules(closed_roots=frozenset({"acme"})), {"path": "acme/sub/app"}),
    ("pending_deletion", rules(), {"pending_deletion": True}),
    ("archived", rules(), {"archived": True}),
    ("inherited", rules(skip_inherited=True, inherited={"acme": Inherited(10, "acme")}), {}),
]


@pytest.mark.parametrize(("reason", "rule", "details"), REASONS)
def test_what_cannot_or_should_not_be_shared_is_skipped(reason: str, rule: Rules, details: dict[str, Any]) -> None:
    step = step_of(None, None, rule, **details)
    assert (step.status, step.reason, step.before, step.after) == ("skipped", reason, None, None)


NO_REASONS: list[tuple[Rules, dict[str, Any]]] = [
    (rules(), {"path": "security/auditors2/app"}),
    (rules(), {"path": "security/app"}),
    (rules(locked=frozenset({"acme"})), {"path": "acme/sub/app"}),
    (rules(closed_roots=frozenset({"acme"})), {"path": "acme/app", "personal": True}),
    (rules(leaves_out_archived=False), {"archived": True}),
    (rules(inherited={"acme": Inherited(50, "acme")}), {}),
    (rules(skip_inherited=True, inherited={"acme": Inherited(10, "acme")}), {"path": "acme/sub/app"}),
]


@pytest.mark.parametrize(("rule", "details"), NO_REASONS)
def test_what_looks_like_a_reason_and_is_none(rule: Rules, details: dict[str, Any]) -> None:
    assert step_of(None, None, rule, **details).status == "shared"


def test_an_inherited_access_that_is_too_low_is_no_reason() -> None:
    rule = rules(skip_inherited=True, inherited={"acme": Inherited(10, "acme")})
    step = step_of(None, wanted(access_level=20), rule)
    assert (step.status, step.inherited) == ("shared", Inherited(10, "acme"))


@pytest.mark.parametrize(
    "rule", [rules(locked=frozenset({"acme"})), rules(closed_roots=frozenset({"acme"}))], ids=["locked", "closed"]
)
def test_a_share_that_could_not_be_made_anew_is_not_touched(rule: Rules) -> None:
    assert step_of(GUEST, wanted(), rule).status == "unchanged"
    step = step_of(DEVELOPER, wanted(), rule)
    assert (step.status, step.before, step.after) == ("skipped", DEVELOPER, DEVELOPER)


@pytest.mark.parametrize(
    ("rule", "details"),
    [
        (rules(locked=frozenset({"acme"})), {}),
        (rules(closed_roots=frozenset({"acme"})), {}),
        (rules(), {"pending_deletion": True}),
        (rules(), {"path": f"{GROUP}/app"}),
    ],
)
def test_what_forbids_a_share_does_not_forbid_to_remove_one(rule: Rules, details: dict[str, Any]) -> None:
    assert step_of(GUEST, wanted(present=False), rule, **details).status == "unshared"


def test_a_change_that_gitlab_would_refuse_fails() -> None:
    problem = Problem(403, "The token's user is not an owner.")
    rule = rules(refused={7: problem})
    step = step_of(DEVELOPER, wanted(), rule, id=7)
    assert (step.status, step.error, step.after) == ("failed", problem, DEVELOPER)
    assert step_of(GUEST, wanted(), rule, id=7).status == "unchanged"
    assert step_of(DEVELOPER, wanted(), rule, id=8).status == "updated"


def test_of_two_reasons_gitlabs_first_one_is_told() -> None:
    rule = rules(refused={7: Problem(403, "no")}, locked=frozenset({"acme"}), closed_roots=frozenset({"acme"}))
    assert step_of(None, wanted(), rule, id=7, pending_deletion=True).reason == "pending_deletion"
    assert step_of(None, wanted(), rule, id=7).error == Problem(403, "no")
    assert step_of(None, wanted(), rule, id=8).reason == "share_locked"


def test_steps_are_in_the_order_of_paths() -> None:
    plan = make_plan([project("b/a"), project("a/z"), project("a/b/c")], wanted(), rules())
    assert [step.project.path for step in plan] == ["a/b/c", "a/z", "b/a"]


def test_changes_are_what_is_to_be_written() -> None:
    plan = make_plan([project("a/new"), project("a/right", GUEST), project("a/high", DEVELOPER)], wanted(), rules())
    assert [(change.project.path, change.after) for change in changes_of(plan)] == [("a/high", GUEST), ("a/new", GUEST)]


def test_the_statuses_are_those_of_the_summary() -> None:
    assert (
        *("shared", "updated", "unshared", "unchanged", "kept", "skipped", "failed"),
        "not_attempted",
    ) == STATUSES
