# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a run reported and left behind against what should have become of the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ansible_collections.groupshare.gitlab.tests.property.model.plan import (
    CHANGES,
    HIDDEN,
    Expected,
    ExpectedPlan,
    Share,
    expected_plan,
)
from ansible_collections.groupshare.gitlab.tests.property.model.task import Json, Task, TaskRefused
from ansible_collections.groupshare.gitlab.tests.property.runs import RULES, Run, shares_of, without_links

# After this many identical refusals below a top-level group, the rest is not attempted (design, section 10).
SAME_REFUSALS = 5
LISTED = {
    "all": ("shared", "updated", "unshared", "unchanged", "kept", "skipped", "failed", "not_attempted"),
    "changed": ("shared", "updated", "unshared", "kept", "skipped", "failed", "not_attempted"),
    "problems": ("kept", "skipped", "failed", "not_attempted"),
}
SUMMED = LISTED["all"]


def check_outcome(task: Task, run: Run, check_mode: bool, recovered: Mapping[str, Share] | None = None) -> None:
    """Hold a run, of which nothing went wrong on the way, against what should have become of the world.

    :param recovered: shares, by path, that the run is to make again before anything else; the task's world has them.
    """
    try:
        plan = expected_plan(task)
    except TaskRefused as refused:
        check_refused(run, str(refused))
        return
    check_plan(task, run, plan, check_mode, recovered or {})
    assert run.report is not None
    assert set(plan.warnings) == {each for each in run.report.warnings if each.endswith(" that were looked at.")}


def check_plan(task: Task, run: Run, plan: ExpectedPlan, check_mode: bool, recovered: Mapping[str, Share]) -> None:
    """Hold a run against a plan."""
    assert run.error is None, str(run.error)
    stopped = plan.is_stopped or bool(plan.changes and not check_mode and not plan.may_write)
    check_entries(task, run, plan, stopped, check_mode)
    check_totals(task, run, plan, stopped)
    changes = sum(run.result["summary"][status] for status in CHANGES)
    assert run.result["changed"] == bool(recovered or changes)
    assert run.result["recovered"] == [{"path": path, **recovered[path]._asdict()} for path in sorted(recovered)]
    if check_mode:
        assert run.writes == []
        assert run.world == task.world
    else:
        check_end(task, run, plan, recovered)


def check_refused(run: Run, refusal: str) -> None:
    """It ended with an error of that kind, about that, and nothing was written."""
    kind, _separator, about = refusal.partition(": ")
    assert type(run.error).__name__ == kind, f"{run.error} instead of {refusal}"
    assert about in str(run.error)
    assert run.writes == []


def check_entries(task: Task, run: Run, plan: ExpectedPlan, stopped: bool, check_mode: bool) -> None:
    """Each project is listed, or not, with what should have become of it."""
    listed = LISTED[task["list_projects"]]
    for path, expected in plan.projects.items():
        possible = _possible_entries(expected, stopped, check_mode)
        entry = run.entries.get(path)
        if entry is None:
            assert any(each["status"] not in listed for each in possible), (path, possible)
            continue
        shown = {key: entry[key] for key in possible[0]}
        assert shown in possible, (path, shown, possible)
        assert entry["status"] in listed
        assert entry.get("protection_rules", []) == list(expected.rules)
        assert not entry.get("access_lost")
    assert list(run.entries) == sorted(run.entries)
    assert set(run.entries) <= set(plan.projects)
    if not check_mode:
        _check_same_refusals(run)


def _possible_entries(expected: Expected, stopped: bool, check_mode: bool) -> list[Json]:
    """Return what an entry may say; that GitLab refuses a share unforeseen shows only a run."""
    if expected.is_change and stopped:
        reasons = ["max_changes"] if check_mode else ["max_changes", "token"]
        return [_entry(expected, "not_attempted", reason, after=expected.after) for reason in reasons]
    if not expected.is_change or check_mode or not (expected.refused or expected.is_hidden):
        return [_entry(expected, expected.status, expected.reason, after=expected.after)]
    if expected.is_hidden:
        return [{**_entry(expected, "unchanged", None, after=HIDDEN), "before": _shown(HIDDEN)}]
    not_attempted = _entry(expected, "not_attempted", "same_refusal", after=expected.before)
    if expected.before is None or expected.refused == 500:
        return [_entry(expected, "failed", None, after=expected.before), not_attempted]
    return [_entry(expected, "kept", "cannot_be_replaced", after=expected.before), not_attempted]


def _entry(expected: Expected, status: str, reason: str | None, after: Share | None) -> Json:
    inherited = expected.inherited
    return {
        "status": status,
        "reason": reason,
        "before": _shown(expected.before),
        "after": _shown(after),
        "inherited": inherited and {"access_level": inherited[0], "group": inherited[1]},
    }


def _shown(share: Share | None) -> Json | None:
    return None if share is None else share._asdict()


def _check_same_refusals(run: Run) -> None:
    """What was not attempted because of refusals lies where GitLab has refused the same often enough."""
    refused = Counter(
        _root(run, entry.path) for entry in run.writes if entry.method == "POST" and 400 <= entry.status < 500
    )
    for path, entry in run.entries.items():
        if entry["reason"] == "same_refusal":
            assert refused[path.split("/")[0]] >= SAME_REFUSALS


def _root(run: Run, request_path: str) -> str:
    number = int(request_path.split("/")[2])
    return next(str(project["path"]) for project in run.world["projects"] if project["id"] == number).split("/")[0]


def check_totals(task: Task, run: Run, plan: ExpectedPlan, stopped: bool) -> None:
    """Summary, message, warnings, diff and cost agree with the entries, and with the log."""
    assert run.report is not None
    summary = run.result["summary"]
    assert summary["selected"] == len(plan.projects) == sum(summary[status] for status in SUMMED)
    if task["list_projects"] == "all":
        statuses = Counter(entry["status"] for entry in run.entries.values())
        assert {status: summary[status] for status in SUMMED} == {status: statuses[status] for status in SUMMED}
    problems = [
        entry
        for entry in run.entries.values()
        if entry["status"] == "failed" or entry["reason"] in ("cannot_be_replaced", "same_refusal")
    ]
    is_certain = task["list_projects"] != "changed" or len(run.entries) == len(plan.projects)
    fails = stopped or bool(problems and task["fail_on_error"])
    assert (run.report.failure is not None) == fails or not is_certain
    if run.report.failure is None:
        for status in SUMMED:
            assert (f"{summary[status]:,} {status}" in run.result["msg"]) == (summary[status] > 0)
    _check_diff(run, plan)
    _check_cost(run, plan)


def _check_diff(run: Run, plan: ExpectedPlan) -> None:
    """The diff has a line for each share that changes, or would."""
    diff = run.result["diff"]
    shown = {line.split(": ")[0] for part in ("before", "after") for line in diff[part].splitlines()}
    changed = {path for path, entry in run.entries.items() if entry["before"] != entry["after"]}
    assert changed <= shown <= plan.to_change


def _check_cost(run: Run, plan: ExpectedPlan) -> None:
    traffic = run.result["requests"]
    # A redirect that is followed at once does not count.
    redirects = sum(entry.status == 301 for entry in run.reads)
    assert len(run.reads) - redirects <= traffic["reads"] <= len(run.reads)
    assert traffic["writes"] == len(run.writes)
    assert traffic["retries"] == 0 or any(each.refused == 500 for each in plan.projects.values())


def check_end(task: Task, run: Run, plan: ExpectedPlan, recovered: Mapping[str, Share]) -> None:
    """Each project ends as reported, by the writes that this takes, and nothing else has changed."""
    group = plan.group.full_path
    before, after = (shares_of(world, group) for world in (task.world, run.world))
    assert without_links(run.world, group) == without_links(task.world, group)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    reported = {path for path, entry in run.entries.items() if entry["status"] in CHANGES}
    assert changed == reported or (task["list_projects"] == "problems" and not reported)
    for path in changed:
        assert after.get(path) == plan.projects[path].after, path
    left = {project["path"]: project for project in run.world["projects"]}
    for project in task.world["projects"]:
        check_rules(project, left[project["path"]], plan)
        _check_writes(project, run, plan.projects.get(project["path"]), project["path"] in recovered)


def check_rules(before: Json, after: Json, plan: ExpectedPlan) -> None:
    """A project's protection rules stay, but for those of a share that the task replaces or removes all the same."""
    expected = plan.projects.get(before["path"])
    if expected is None or not expected.is_change or not expected.rules:
        assert [after.get(rules) for rules in RULES] == [before.get(rules) for rules in RULES], before["path"]


def _check_writes(project: Json, run: Run, expected: Expected | None, is_recovered: bool) -> None:
    """What GitLab was asked to do to a project is what the change takes: a share is tried before it is replaced."""
    made = [(entry.method, entry.status) for entry in run.writes if entry.path.split("/")[2] == str(project["id"])]
    if is_recovered:
        assert made.pop(0) == ("POST", 201)
    if expected is None or not expected.is_change:
        assert made == []
        return
    if expected.refused or expected.is_hidden:
        # The same refusal may have come often enough before.
        assert set(made) <= {("POST", expected.refused or 409)}
        return
    needed = {
        "shared": [("POST", 201)],
        "updated": [("POST", 409), ("DELETE", 204), ("POST", 201)],
        "unshared": [("DELETE", 204)],
    }
    # A run that was stopped, or had given up below a top-level group, has not tried.
    assert made in ([], needed[expected.status]), (project["path"], made)
