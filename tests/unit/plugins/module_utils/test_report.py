# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task reports: result, diff, warnings, and the sentences of success and failure."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.apply import Outcome
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.recover import Recovered
from ansible_collections.groupshare.gitlab.plugins.module_utils._apply.run_options import RunOptions
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share, Token
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import Traffic
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.inherited import Inherited
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.observe import Observed
from ansible_collections.groupshare.gitlab.plugins.module_utils._observe.select import Unmatched
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.desired import Desired
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.limits import Stop, mark_not_attempted
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import Problem, Step
from ansible_collections.groupshare.gitlab.plugins.module_utils._report.result import Report, RunFacts, share_report
from ansible_collections.groupshare.gitlab.tests.support.parts import observed, project

TODAY = datetime.date(2026, 11, 22)
GUEST, REPORTER, DEVELOPER = Share(10), Share(20), Share(30, datetime.date(2099, 1, 31))
REFUSED = Problem(403, "POST /api/v4/projects/4/share: 403 Forbidden")
ENOUGH = Stop("max_changes", "Enough.")
REPORTERS = Desired(20)


def step(path: str, status: Any, before: Share | None = None, after: Share | None = None, **details: Any) -> Step:
    about = {name: details.pop(name) for name in ("visibility", "personal") if name in details}
    return Step(project(path, before, **about), status, before, after, **details)


def report(
    *steps: Step,
    stop: Stop | None = None,
    desired: Desired | None = REPORTERS,
    seen: Observed | None = None,
    recovered: Recovered | None = None,
    check_mode: bool = False,
    level_is_given: bool = False,
    **options: Any,
) -> Report:
    facts = RunFacts(
        observed=seen or observed(*(each.project for each in steps)),
        recovered=recovered or Recovered(),
        run=RunOptions(TODAY, check_mode, diff_mode=True, **options),
        root_url="https://gitlab.example.com",
        desired=desired,
        level_is_given=level_is_given,
    )
    return share_report(Outcome(steps, stop), facts, Traffic(7, 2, 1, 0.5))


NEW, RAISED = step("a/new", "shared", None, GUEST), step("a/raised", "updated", GUEST, DEVELOPER)
GONE, RIGHT = step("a/out", "unshared", Share.HIDDEN), step("a/right", "unchanged", GUEST, GUEST)
KEPT = step("a/kept", "kept", DEVELOPER, DEVELOPER, reason="would_lower")
SKIPPED = step("a/skipped", "skipped", reason="share_locked")
FAILED = step("a/failed", "failed", GUEST, GUEST, error=REFUSED)
LOST = step("a/lost", "failed", DEVELOPER, None, error=REFUSED, written=True, access_lost=True)
REFUSED_TRIAL = step("a/tried", "kept", GUEST, GUEST, reason="cannot_be_replaced", error=REFUSED)
GIVEN_UP = step("a/given_up", "not_attempted", GUEST, GUEST, reason="same_refusal")


class TestDiff:
    def test_it_has_one_line_for_each_share_that_changes(self) -> None:
        assert report(NEW, GONE, RAISED, KEPT, RIGHT, SKIPPED, FAILED).result["diff"] == {
            "after_header": "3 changes (1 new, 1 replaced, 1 removed)",
            "before": "a/out\na/out: unknown level, no expiry\na/raised\na/raised: guest, no expiry\n",
            "after": "a/new: guest, no expiry\na/out\na/raised\na/raised: developer, expires 2099-01-31\n",
        }

    def test_of_nothing_it_is_empty(self) -> None:
        assert report(RIGHT).result["diff"] == {"before": "", "after": ""}

    def test_it_shows_an_access_that_was_lost(self) -> None:
        diff = report(LOST).result["diff"]
        assert (diff["before"], diff["after"]) == ("a/lost: developer, expires 2099-01-31\n", "")

    def test_it_shows_the_plan_that_was_not_applied(self) -> None:
        diff = report(*mark_not_attempted([NEW, RIGHT], ENOUGH), stop=ENOUGH).result["diff"]
        assert (diff["before"], diff["after"]) == ("", "a/new: guest, no expiry\n")


@pytest.mark.parametrize(
    ("steps", "changed"),
    [
        ([NEW], True),
        ([RAISED], True),
        ([GONE], True),
        ([RIGHT, KEPT, SKIPPED, FAILED, REFUSED_TRIAL, GIVEN_UP], False),
        ([LOST], True),
        ([step("a/a", "failed", GUEST, GUEST, error=REFUSED, written=True)], True),
        ([step("a/a", "not_attempted", None, GUEST, reason="max_changes")], False),
        ([], False),
    ],
)
def test_changed_tells_whether_something_was_or_would_be_written(steps: list[Step], changed: bool) -> None:
    assert report(*steps).result["changed"] is changed


class TestResult:
    def test_the_summary_counts_everything(self) -> None:
        through = Inherited(20, "a")
        steps = [
            NEW,
            step("a/b", "unchanged", GUEST, GUEST, inherited=through),
            step("a/c", "skipped", reason="inherited", inherited=through),
            step("olivia/d", "unchanged", GUEST, GUEST, personal=True),
        ]
        seen = observed(*(each.project for each in steps), beyond_reach=510)
        assert report(*steps, seen=seen).result["summary"] == {
            "selected": 4,
            "shared": 1,
            "updated": 0,
            "unshared": 0,
            "unchanged": 2,
            "kept": 0,
            "skipped": 1,
            "failed": 0,
            "not_attempted": 0,
            "inherited": 2,
            "personal": 1,
            "beyond_reach": 510,
        }

    @pytest.mark.parametrize(
        ("listed", "left_out"),
        [
            ("all", set()),
            ("changed", {"a/right"}),
            ("problems", {"a/right", "a/new", "a/raised", "a/out"}),
        ],
    )
    def test_which_projects_are_listed(self, listed: Any, left_out: set[str]) -> None:
        steps = [NEW, RAISED, GONE, RIGHT, KEPT, SKIPPED, FAILED, GIVEN_UP]
        paths = {entry["path"] for entry in report(*steps, list_projects=listed).result["projects"]}
        assert paths == {each.project.path for each in steps} - left_out

    def test_an_entry_of_a_failure(self) -> None:
        (entry,) = report(FAILED).result["projects"]
        assert entry["error"] == {"status": 403, "message": REFUSED.message}
        assert entry["access_lost"] is False
        assert "protection_rules" not in entry

    def test_an_entry_with_protection_rules(self) -> None:
        rules = ("branch main: push", "tag v*: create")
        (entry,) = report(step("a/a", "updated", GUEST, DEVELOPER, protection_rules=rules)).result["projects"]
        assert entry["protection_rules"] == list(rules)
        assert "access_lost" not in entry

    def test_what_was_recovered_is_a_change(self) -> None:
        recovered = Recovered({2: ("b/b", GUEST), 1: ("a/a", DEVELOPER)})
        result = report(RIGHT, recovered=recovered).result
        assert result["changed"] is True
        assert result["recovered"] == [
            {"path": "a/a", "access_level": "developer", "expires_at": "2099-01-31"},
            {"path": "b/b", "access_level": "guest", "expires_at": None},
        ]

    def test_the_cost(self) -> None:
        assert report().result["requests"] == {"reads": 7, "writes": 2, "retries": 1, "waited_seconds": 0.5}


class TestSuccess:
    @pytest.mark.parametrize(
        ("steps", "situation", "sentence"),
        [
            ([NEW], {}, "1 shared"),
            ([NEW] * 3000 + [SKIPPED] * 2, {}, "3,000 shared, 2 skipped (2 share_locked)"),
            (
                [SKIPPED, step("a/b", "skipped", reason="own_group")],
                {},
                "2 skipped (1 own_group, 1 share_locked)",
            ),
            ([RAISED], {}, "1 updated"),
            ([RAISED], {"check_mode": True}, "1 updated. 1 replacement depends on a trial"),
            ([RAISED] * 2, {"check_mode": True}, "2 updated. 2 replacements depend on a trial"),
            ([NEW], {"check_mode": True}, "1 shared"),
            ([KEPT], {}, "1 kept (1 would_lower). 1 share is above the requested level and stays as it is"),
            ([KEPT] * 2, {}, "2 kept (2 would_lower). 2 shares are above the requested level and stay as they are"),
            ([], {"seen": observed(empty_because="nothing matches")}, "No project is selected: nothing matches"),
            (
                [RIGHT],
                {"seen": observed(beyond_reach=1)},
                "1 unchanged. 1 more project is visible to this token but cannot be shared by it",
            ),
            (
                [RIGHT],
                {"seen": observed(beyond_reach=2000)},
                "1 unchanged. 2,000 more projects are visible to this token but cannot be shared by it",
            ),
            (
                [RIGHT],
                {"seen": observed(beyond_reach=1, lists_beyond_reach=True)},
                "1 unchanged. 1 project in source_groups cannot be shared by this token",
            ),
        ],
    )
    def test_the_message_says_what_was_done(self, steps: list[Step], situation: Any, sentence: str) -> None:
        found = report(*steps, **situation)
        assert found.failure is None
        assert found.result["msg"] == sentence


WAYS_TO_FAIL = [
    (FAILED, f"1 of 1 project failed: a/failed ({REFUSED.message})."),
    (
        REFUSED_TRIAL,
        "1 share was kept, because GitLab refuses the new share beside the old one: " f"a/tried ({REFUSED.message}).",
    ),
    (GIVEN_UP, "1 project was not attempted below a, where GitLab kept giving the same refusal."),
]


class TestFailure:
    def test_none(self) -> None:
        assert report(NEW, RIGHT, KEPT, SKIPPED).failure is None

    @pytest.mark.parametrize(("part", "sentence"), WAYS_TO_FAIL)
    def test_of_a_part_fails_the_task_or_warns(self, part: Step, sentence: str) -> None:
        found = report(part, desired=None)
        assert found.failure == found.result["msg"] == sentence
        assert found.warnings == ()
        found = report(part, desired=None, fail_on_error=False)
        assert found.failure is None
        assert found.warnings == (sentence,)

    def test_beside_what_went_well(self) -> None:
        assert report(FAILED, NEW, NEW).failure == (
            f"1 of 3 projects failed: a/failed ({REFUSED.message}). In all: 2 shared, 1 failed."
        )

    def test_alike_ones_are_told_once_and_many_by_a_handful(self) -> None:
        steps = [
            step(f"a/{number}", "failed", error=Problem(404, f"POST /api/v4/projects/{number}/share: 404 Not Found."))
            for number in range(7)
        ]
        steps.append(step("b/b", "failed", error=Problem(None, "no answer.")))
        assert report(*steps).failure == (
            "8 of 8 projects failed: a/0, a/1, a/2, a/3, a/4, and 2 more "
            "(POST /api/v4/projects/:id/share: 404 Not Found); b/b (no answer)."
        )

    @pytest.mark.parametrize("fail_on_error", [True, False])
    def test_of_an_access_that_was_lost(self, fail_on_error: bool) -> None:
        assert report(LOST, fail_on_error=fail_on_error).failure == (
            "The group has lost its access to a/lost (developer, expires 2099-01-31): neither the new share nor the "
            "former one could be made. Fix the cause and run the task again: it then puts the former share back. "
            f"1 of 1 project failed: a/lost ({REFUSED.message})."
        )

    @pytest.mark.parametrize("fail_on_error", [True, False])
    def test_of_a_run_that_was_stopped(self, fail_on_error: bool) -> None:
        steps = mark_not_attempted([NEW], ENOUGH)
        stopped = report(*steps, stop=ENOUGH, fail_on_error=fail_on_error)
        assert stopped.failure == "Enough."
        assert stopped.result["summary"]["not_attempted"] == 1
        assert stopped.result["changed"] is False


def seen_by(scopes: str = "api", expires_at: datetime.date | None = None, **details: Any) -> Observed:
    return observed(token=Token(frozenset({scopes}), expires_at), **details)


def in_days(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


ALWAYS = Desired(20, update_existing="always")
LOWERED = step("a/lowered", "updated", DEVELOPER, Share(20, datetime.date(2099, 1, 31)))
SHORTENED = step("a/shortened", "updated", REPORTER, Share(20, datetime.date(2099, 1, 31)))
SHORTER = Desired(20, True, datetime.date(2099, 1, 31), update_existing="always")
SHARED = step("a/a", "shared", None, REPORTER)

WARNINGS: list[tuple[str, dict[str, Any], list[Step], str | None]] = [
    ("nothing to warn of", {}, [SHARED], None),
    ("a weak level", {"desired": Desired()}, [NEW, NEW], "2 private projects are selected, and guest cannot read"),
    ("a level that was written down", {"desired": Desired(), "level_is_given": True}, [NEW], None),
    ("no private project", {"desired": Desired()}, [step("a/a", "shared", None, GUEST, visibility="public")], None),
    ("shares are removed", {"desired": None}, [step("a/a", "unshared", GUEST)], None),
    ("a run is undone", {"desired": None}, [NEW], None),
    ("the token ends", {"seen": seen_by(expires_at=in_days(7))}, [SHARED], f"expires on {in_days(7)}"),
    ("the token ends later", {"seen": seen_by(expires_at=in_days(8))}, [SHARED], None),
    ("the token only reads", {"seen": seen_by("read_api")}, [SHARED], "a run could not make this change."),
    ("and would write much", {"seen": seen_by("read_api")}, [SHARED] * 1200, "could not make these 1,200 changes."),
    ("it need not write", {"seen": seen_by("read_api")}, [step("a/a", "unchanged", REPORTER, REPORTER)], None),
    (
        "an expired share",
        {},
        [step("a/a", "unchanged", Share(20, in_days(0)), Share(20, in_days(0)))],
        "1 share has expired, and GitLab is about to remove it",
    ),
    ("a share that ends", {}, [step("a/a", "unchanged", Share(20, in_days(1)), Share(20, in_days(1)))], None),
    ("a hidden level", {}, [step("a/a", "unchanged", Share.HIDDEN, Share.HIDDEN)], "1 project is shared with the"),
    ("no Admin Mode", {"seen": observed(is_admin=True)}, [SHARED], "lacks the scope admin_mode"),
    (
        "a pattern without a match",
        {"seen": observed(unmatched=(Unmatched("exclude", "acme/vualt/*"),))},
        [SHARED],
        "exclude: 'acme/vualt/*' matches none of the projects that were looked at.",
    ),
    ("lowered", {"desired": ALWAYS}, [LOWERED] * 2, "update_existing=always lowers the level of 2 shares."),
    ("shortened", {"desired": SHORTER}, [SHORTENED], "update_existing=always lets 1 share end sooner."),
    ("raised", {"desired": ALWAYS}, [step("a/a", "updated", GUEST, REPORTER)], None),
    (
        "rules that go",
        {},
        [step("a/a", "unshared", GUEST, protection_rules=("branch main: push",))],
        "this concerns 1 project: a/a (branch main: push).",
    ),
    (
        "rules that stay",
        {},
        [step("a/a", "kept", GUEST, GUEST, reason="protection_rules", protection_rules=("branch main: push",))],
        None,
    ),
    (
        "the own right",
        {},
        [step("a/a", "unshared", GUEST, ends_own_access=True)],
        "through the removed share: a/a.",
    ),
    ("put back", {"recovered": Recovered({1: ("a/a", GUEST)})}, [SHARED], "1 share that a killed run had removed was"),
    (
        "to be put back",
        {"recovered": Recovered({1: ("a/a", GUEST), 2: ("a/b", GUEST)}), "check_mode": True},
        [SHARED],
        "2 shares that a killed run had removed would be put back: a/a, a/b.",
    ),
    ("not yet put back", {"recovered": Recovered(still_open={1: Problem(400, "Not yet.")})}, [SHARED], "Not yet."),
]


@pytest.mark.parametrize(
    ("situation", "steps", "words"), [case[1:] for case in WARNINGS], ids=[case[0] for case in WARNINGS]
)
def test_warnings(situation: dict[str, Any], steps: list[Step], words: str | None) -> None:
    warnings = report(*steps, **situation).warnings
    assert len(warnings) == (words is not None)
    assert all(words in warning for warning in warnings if words)


def test_more_warnings_can_be_added() -> None:
    assert report(SHARED).with_warnings(None, "The journal has gaps.").warnings == ("The journal has gaps.",)
