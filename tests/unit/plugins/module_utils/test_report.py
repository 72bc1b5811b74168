# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task reports: result, diff, warnings, and the sentence with which it fails."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.apply import Applied, leave_out
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.run_options import RunOptions
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share, Token
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import Traffic
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.observe import Observed
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.rules import Problem
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.desired import Desired
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import Step
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report, share_report
from ansible_collections.groupshare.gitlab.tests.support.parts import observed, project

GROUP = "security/auditors"
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
REPORTER = Desired(GROUP, access_level=20)


def step(path: str, status: str, before: Share | None = None, after: Share | None = None, **details: Any) -> Step:
    visibility = details.pop("visibility", "private")
    return Step(project(path, before, visibility=visibility), status, before, after, **details)


def report(
    *steps: Step,
    stopped: str | None = None,
    wanted: Desired = REPORTER,
    guards: RunOptions | None = None,
    where: Observed | None = None,
) -> Report:
    found = replace(
        where or observed(),
        projects=tuple(each.project for each in steps),
        empty_because=None if steps else "olivia is Owner of no project",
    )
    applied = Applied(steps, stopped)
    return share_report(
        applied, found, wanted, guards or RunOptions(), "https://gitlab.example.com", Traffic(7, 2, 1, 0.5), TODAY
    )


GUEST, DEVELOPER = Share(10), Share(30, datetime.date(2099, 1, 31))
REFUSED = Problem(403, "POST /api/v4/projects/4/share: 403 Forbidden")


def test_the_diff_has_one_line_a_project() -> None:
    assert report(
        step("a/high", "updated", DEVELOPER, GUEST),
        step("a/kept", "kept", DEVELOPER, DEVELOPER),
        step("a/new", "shared", None, GUEST),
        step("a/out", "unshared", Share.HIDDEN, None),
        step("a/right", "unchanged", GUEST, GUEST),
        step("a/skipped", "skipped", reason="share_locked"),
    ).diff == {
        "before": "a/high: developer, expires 2099-01-31\na/out: unknown level, no expiry\n",
        "after": "a/high: guest, no expiry\na/new: guest, no expiry\n",
    }


def test_the_diff_of_nothing_is_empty() -> None:
    assert report(step("a/right", "unchanged", GUEST, GUEST)).diff == {"before": "", "after": ""}


def test_the_diff_shows_an_access_that_was_lost() -> None:
    lost = step("a/lost", "failed", DEVELOPER, None, error=REFUSED, touched=True, access_lost=True)
    assert report(lost).diff == {"before": "a/lost: developer, expires 2099-01-31\n", "after": ""}


@pytest.mark.parametrize(
    ("steps", "changed"),
    [
        ([step("a/a", "shared", None, GUEST)], True),
        ([step("a/a", "updated", DEVELOPER, GUEST)], True),
        ([step("a/a", "unshared", GUEST)], True),
        ([step("a/a", "unchanged", GUEST, GUEST)], False),
        ([step("a/a", "kept", DEVELOPER, DEVELOPER)], False),
        ([step("a/a", "skipped", reason="own_group")], False),
        ([step("a/a", "failed", error=REFUSED)], False),
        ([step("a/a", "failed", DEVELOPER, DEVELOPER, error=REFUSED, touched=True)], True),
        ([step("a/a", "not_attempted")], False),
        ([], False),
    ],
)
def test_changed_tells_whether_something_was_or_would_be_written(steps: list[Step], changed: bool) -> None:
    assert report(*steps).result["changed"] is changed


def test_the_summary_counts_everything() -> None:
    inherited = Inherited(20, "acme")
    steps = [
        step("a/a", "shared", None, GUEST),
        step("a/b", "unchanged", GUEST, GUEST, inherited=inherited),
        step("a/c", "skipped", reason="inherited", inherited=inherited),
    ]
    assert report(*steps).result["summary"] == {
        "selected": 3,
        "shared": 1,
        "updated": 0,
        "unshared": 0,
        "unchanged": 1,
        "kept": 0,
        "skipped": 1,
        "failed": 0,
        "not_attempted": 0,
        "inherited": 2,
    }


@pytest.mark.parametrize(("return_unchanged", "paths"), [(False, ["a/b"]), (True, ["a/a", "a/b"])])
def test_unchanged_projects_are_listed_when_asked_for(return_unchanged: bool, paths: list[str]) -> None:
    steps = (step("a/a", "unchanged", GUEST, GUEST), step("a/b", "kept", DEVELOPER, DEVELOPER))
    result = report(*steps, guards=RunOptions(return_unchanged=return_unchanged)).result
    assert [entry["path"] for entry in result["projects"]] == paths


def test_an_entry_of_a_failure() -> None:
    (entry,) = report(step("a/a", "failed", GUEST, GUEST, error=REFUSED)).result["projects"]
    assert entry["error"] == {"status": 403, "message": REFUSED.message}
    assert entry["access_lost"] is False


def test_the_cost() -> None:
    assert report().result["requests"] == {"reads": 7, "writes": 2, "retries": 1, "waited_seconds": 0.5}


class TestFailure:
    def test_none(self) -> None:
        assert report(step("a/a", "shared", None, GUEST)).failure is None

    def test_of_a_project(self) -> None:
        sentence = f"1 of 2 projects failed: a/a ({REFUSED.message})."
        steps = (step("a/a", "failed", error=REFUSED), step("a/b", "shared", None, GUEST))
        assert report(*steps).failure == sentence
        kind = report(*steps, guards=RunOptions(fail_on_error=False))
        assert kind.failure is None
        assert kind.warnings[-1] == sentence

    def test_of_many_projects_shows_three(self) -> None:
        steps = [step(f"a/{number}", "failed", error=Problem(None, "no answer.")) for number in range(5)]
        assert report(*steps).failure == (
            "5 of 5 projects failed: a/0 (no answer); a/1 (no answer); a/2 (no answer); and 2 more."
        )

    @pytest.mark.parametrize("fail_on_error", [True, False])
    def test_of_an_access_that_was_lost(self, fail_on_error: bool) -> None:
        lost = step("a/a", "failed", GUEST, None, error=REFUSED, touched=True, access_lost=True)
        failure = report(lost, guards=RunOptions(fail_on_error=fail_on_error)).failure
        assert failure == (
            "The group has lost its access to a/a (guest, no expiry): run the task again when the cause is mended. "
            f"1 of 1 projects failed: a/a ({REFUSED.message})."
        )

    @pytest.mark.parametrize("fail_on_error", [True, False])
    def test_of_a_run_that_was_stopped(self, fail_on_error: bool) -> None:
        steps = leave_out([step("a/a", "shared", None, GUEST)], "Enough.").steps
        stopped = report(*steps, stopped="Enough.", guards=RunOptions(fail_on_error=fail_on_error))
        assert stopped.failure == "Enough."
        assert stopped.result["summary"]["not_attempted"] == 1
        assert stopped.result["changed"] is False


def in_days(days: int) -> datetime.date:
    return datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=days)


def token(scopes: str = "api", expires_at: datetime.date | None = None) -> Observed:
    return observed(token=Token(frozenset({scopes}), expires_at))


SHARED = step("a/a", "shared", None, Share(20))
WARNINGS: list[tuple[str, dict[str, Any], list[Step], str | None]] = [
    ("nothing to warn of", {}, [SHARED], None),
    ("a weak level", {"wanted": Desired(GROUP)}, [SHARED, SHARED], "(2)"),
    ("a planner is as weak", {"wanted": Desired(GROUP, access_level=15)}, [SHARED], "planner cannot read"),
    ("no private project", {"wanted": Desired(GROUP)}, [step("a/a", "shared", None, GUEST, visibility="public")], None),
    ("shares are removed", {"wanted": Desired(GROUP, present=False)}, [step("a/a", "unshared", GUEST)], None),
    ("the token ends", {"where": token(expires_at=in_days(7))}, [SHARED], f"expires on {in_days(7)}"),
    ("the token ends later", {"where": token(expires_at=in_days(9))}, [SHARED], None),
    ("the token only reads", {"where": token("read_api")}, [SHARED], "could not make these 1 changes"),
    ("it need not write", {"where": token("read_api")}, [step("a/a", "unchanged", Share(20), Share(20))], None),
    ("an expired share", {}, [step("a/a", "unchanged", Share(20, in_days(0)), Share(20, in_days(0)))], "1 shares have"),
    ("a share that ends", {}, [step("a/a", "unchanged", Share(20, in_days(1)), Share(20, in_days(1)))], None),
    ("a hidden level", {}, [step("a/a", "unchanged", Share.HIDDEN, Share.HIDDEN)], "1 projects are shared"),
    ("nothing selected", {}, [], "No project is selected: olivia is Owner of no project."),
    ("no Admin Mode", {"where": observed(is_admin=True)}, [SHARED], "lacks the scope admin_mode"),
]


@pytest.mark.parametrize(
    ("situation", "steps", "words"), [case[1:] for case in WARNINGS], ids=[case[0] for case in WARNINGS]
)
def test_warnings(situation: dict[str, Any], steps: list[Step], words: str | None) -> None:
    warnings = report(*steps, **situation).warnings
    assert len(warnings) == (words is not None)
    assert all(words in warning for warning in warnings if words)
