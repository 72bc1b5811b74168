# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a run told and left behind against what should have become of the world."""

from __future__ import annotations

from typing import Any

from ansible_collections.groupshare.gitlab.tests.property.chosen import Refusal
from ansible_collections.groupshare.gitlab.tests.property.oracle import WRITES, Expected, Fate, Share, expected
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, links_of, without_links
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case


def check_outcome(case: Case, run: Run, check_mode: bool) -> None:
    """Hold a run, of which nothing went wrong on the way, against what should become of the world."""
    try:
        wanted = expected(case)
    except Refusal as refusal:
        check_refused(run, str(refusal))
        return
    assert run.error is None, str(run.error)
    too_many = wanted.too_many
    if wanted.unsure_if_too_many:
        too_many = "max_changes" in str(run.report and run.report.failure)
    stopped = too_many or bool(wanted.writes and not check_mode and not wanted.may_write)
    check_entries(run.entries, wanted, stopped, case.params["return_unchanged"])
    check_totals(run, wanted, stopped, case.params["fail_on_error"])
    if not check_mode:
        check_end(case, run, wanted)


def check_refused(run: Run, refusal: str) -> None:
    """It ended with an error of that kind, about that, and nothing was written."""
    kind, _unused, about = refusal.partition(": ")
    assert type(run.error).__name__ == kind, f"{run.error} instead of {refusal}"
    assert about in str(run.error)
    assert run.writes == []


def check_entries(entries: dict[str, Any], wanted: Expected, stopped: bool, return_unchanged: bool) -> None:
    shown = {path: fate for path, fate in wanted.fates.items() if return_unchanged or fate.status != "unchanged"}
    assert list(entries) == sorted(shown)
    for path, fate in shown.items():
        entry = entries[path]
        told = entry["status"], entry["reason"], entry["before"], entry["after"], entry["inherited"]
        assert told in told_of(fate, stopped), (path, told, told_of(fate, stopped))
        assert (entry["error"] is not None) == (entry["status"] == "failed")


def told_of(fate: Fate, stopped: bool) -> list[tuple[object, ...]]:
    """What an entry may say; where GitLab would refuse a share for two reasons, it names either."""
    before, after = shown_share(fate.before), shown_share(fate.after)
    inherited = fate.inherited and {"access_level": fate.inherited[0], "group": fate.inherited[1]}
    if stopped and fate.status in WRITES:
        return [("not_attempted", None, before, before, inherited)]
    told: list[tuple[object, ...]] = [(fate.status, fate.reason, before, after, inherited)]
    return [*told, ("failed", None, before, before, inherited)] if fate.or_failed else told


def shown_share(share: Share | None) -> dict[str, str | None] | None:
    return None if share is None else share._asdict()


def check_totals(run: Run, wanted: Expected, stopped: bool, fail_on_error: bool) -> None:
    assert run.report is not None
    summary = run.result["summary"]
    assert (
        summary["selected"]
        == len(wanted.fates)
        == sum(count for name, count in summary.items() if name not in ("selected", "inherited"))
    )
    changes = summary["shared"] + summary["updated"] + summary["unshared"]
    sure = wanted.writes - wanted.doubtful_writes
    assert changes in ((0,) if stopped else range(sure, wanted.writes + 1)), (summary, run.report.failure)
    assert summary["not_attempted"] in (range(sure, wanted.writes + 1) if stopped else (0,))
    assert run.result["changed"] == (changes > 0)
    fails = stopped or bool(summary["failed"] and fail_on_error)
    assert (run.report.failure is not None) == fails
    traffic = run.result["requests"]
    # A redirect that is followed at once does not count.
    redirects = sum(entry.status == 301 for entry in run.reads)
    assert len(run.reads) - redirects <= traffic["reads"] <= len(run.reads)
    assert (traffic["writes"], traffic["retries"]) == (len(run.writes), 0)


def check_end(case: Case, run: Run, wanted: Expected) -> None:
    """Each project ends as the result says, and nothing else has changed."""
    group = wanted.group
    before, after = links_of(case.world, group), links_of(run.world, group)
    assert without_links(run.world, group) == without_links(case.world, group)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    written = {path for path, entry in run.entries.items() if entry["status"] in WRITES}
    assert changed == written
    for path in written:
        link, told = after.get(path), run.entries[path]["after"]
        assert (link and {key: link[key] for key in ("access_level", "expires_at")}) == told


def check_writes(run: Run) -> None:
    """Every write was foreseen to succeed."""
    refused = [(entry.method, entry.path, entry.status) for entry in run.writes if entry.status >= 400]
    assert refused == []
