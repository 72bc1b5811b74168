# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of GitLab's system hooks."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest

from ansible_collections.groupshare.gitlab.tests.eda.running import Running
from ansible_collections.groupshare.gitlab.tests.eda.system_hook import SECRET

REPORTER = 20
OTHER_SECRET = "wrong-secret-Bn4Ty8Kp2Ds6"
NO_SYSTEM_HOOKS: tuple[object, ...] = (
    "project_create",
    None,
    [{"event_name": "project_create", "project_id": 9}],
    {"project_id": 9},
    {"event_name": ["project_create"], "project_id": 9},
    {"event_name": "project_create"},
    {"event_name": "project_create", "project_id": "9"},
    {"event_name": "project_destroy", "project_id": True},
)
_numbers = itertools.count(1001)


@pytest.fixture
def project() -> int:
    """An id that no other test has."""
    return next(_numbers)


def share_another(rulebook: Running) -> None:
    """Create one more project and wait until it is shared, by when all that came before it has been dealt with."""
    number = next(_numbers)
    rulebook.add(number, f"acme/p{number}")
    assert rulebook.hook.created(number, f"acme/p{number}") == 200
    rulebook.wait_until_shared(f"acme/p{number}")


def test_a_new_project_is_shared_as_the_nightly_run_does_it(rulebook: Running, project: int) -> None:
    rulebook.add(project, "acme/fresh")
    assert rulebook.hook.created(project, "acme/fresh") == 200
    rulebook.wait_until_shared("acme/fresh")
    assert rulebook.level("acme/fresh") == REPORTER
    assert [entry.path for entry in rulebook.gitlab.writes] == [f"/projects/{project}/share"]
    assert rulebook.runs == 1


def test_a_first_share_costs_at_most_8_requests(rulebook: Running, project: int) -> None:
    rulebook.add(project, "acme/cheap")
    rulebook.hook.created(project, "acme/cheap")
    rulebook.wait_until_shared("acme/cheap")
    rulebook.wait_until_idle()
    requests = [f"{entry.method} {entry.path}" for entry in rulebook.gitlab.log]
    assert len(requests) <= 8, requests


def test_a_renamed_project_is_shared(rulebook: Running, project: int) -> None:
    rulebook.add(project, "acme/new-name")
    rulebook.hook.renamed(project, "acme/new-name", "acme/old-name")
    rulebook.wait_until_shared("acme/new-name")


def test_projects_outside_the_scope_are_shared_once_they_come_into_it(rulebook: Running, project: int) -> None:
    rulebook.add(project, "other/wanderer")
    excluded = next(_numbers)
    rulebook.add(excluded, "acme/sandbox/toy")
    rulebook.hook.created(project, "other/wanderer")
    rulebook.hook.created(excluded, "acme/sandbox/toy")
    share_another(rulebook)
    assert rulebook.level("other/wanderer") is None
    assert rulebook.level("acme/sandbox/toy") is None

    rulebook.gitlab.world.change({"projects": [{"path": "other/wanderer", "move_to": "acme/wanderer"}]})
    rulebook.hook.transferred(project, "acme/wanderer", "other/wanderer")
    rulebook.wait_until_shared("acme/wanderer")
    assert rulebook.level("acme/sandbox/toy") is None


def test_events_without_the_secret_do_nothing_and_are_reported_once(rulebook: Running, project: int) -> None:
    rulebook.add(project, "acme/foreign")
    before = rulebook.output.count("without the secret")
    foreign = [replace(rulebook.hook, secret=secret) for secret in (None, "", SECRET[:-1], OTHER_SECRET, f"{SECRET}x")]
    assert [hook.created(project, "acme/foreign") for hook in foreign] == [401] * 5
    share_another(rulebook)
    assert rulebook.asked_for(project) == []
    assert rulebook.level("acme/foreign") is None
    assert rulebook.output.count("without the secret") == before + 1
    assert SECRET[:-1] not in rulebook.output
    assert OTHER_SECRET not in rulebook.output


def test_what_is_no_system_hook_does_nothing_and_is_reported_once(rulebook: Running) -> None:
    before = rulebook.output.count("is no system hook")
    assert [rulebook.hook.send(body) for body in NO_SYSTEM_HOOKS] == [400] * len(NO_SYSTEM_HOOKS)
    share_another(rulebook)
    assert rulebook.asked_for(9) == []
    assert rulebook.runs == 1
    assert rulebook.output.count("is no system hook") == before + 1


def test_text_that_is_no_json_does_nothing_and_is_reported_once(rulebook: Running) -> None:
    before = rulebook.output.count("WARNING - Wrong body request")
    assert rulebook.hook.send(b'{"event_name": "project_create", "project_id": 9') == 400
    share_another(rulebook)
    assert rulebook.runs == 1
    assert rulebook.output.count("WARNING - Wrong body request") == before + 1


def test_text_that_is_no_utf_8_does_nothing(rulebook: Running) -> None:
    assert rulebook.hook.send(b'{"event_name": "project_create\xff", "project_id": 9}') >= 400
    share_another(rulebook)
    assert rulebook.runs == 1


def test_other_events_do_nothing_and_are_not_reported(rulebook: Running) -> None:
    before = rulebook.output.count("system_hook - WARNING")
    assert rulebook.hook.group_created(77, "acme/newgroup") == 200
    assert rulebook.hook.send({"event_name": "user_add_to_group", "group_id": 77, "user_id": 2}) == 200
    share_another(rulebook)
    assert rulebook.runs == 1
    assert rulebook.output.count("system_hook - WARNING") == before


def test_a_project_that_is_scheduled_for_deletion_is_left_alone(rulebook: Running, project: int) -> None:
    rulebook.add(project, f"acme/short-deletion_scheduled-{project}")
    other = next(_numbers)
    rulebook.hook.created(project, "acme/short")
    rulebook.hook.created(other, "acme/shorter")
    rulebook.hook.scheduled_for_deletion(project, "acme/short")
    rulebook.hook.destroyed(other, "acme/shorter")
    share_another(rulebook)
    assert rulebook.asked_for(project) == rulebook.asked_for(other) == []
    assert rulebook.runs == 1


def test_a_project_that_cannot_be_read_yet_is_tried_again(rulebook: Running, project: int) -> None:
    rulebook.hook.created(project, "acme/slow")
    rulebook.wait_until(lambda: rulebook.asked_for(project), "GitLab is asked for the project")
    assert rulebook.asked_for(project)[0].status == 404
    rulebook.add(project, "acme/slow")
    rulebook.wait_until_shared("acme/slow")


def test_a_project_that_is_gone_is_tried_three_times_and_holds_up_no_other(rulebook: Running, project: int) -> None:
    rulebook.add(beside := next(_numbers), "acme/beside")
    rulebook.hook.created(project, "acme/gone")
    rulebook.hook.created(beside, "acme/beside")
    rulebook.wait_until_shared("acme/beside")
    assert len(rulebook.asked_for(project)) == 1
    rulebook.wait_until(lambda: f"does not show these projects: {project}." in rulebook.output, "it is given up")
    assert [entry.status for entry in rulebook.asked_for(project)] == [404, 404, 404]
    # All at once, the rest of them, and twice the one.
    assert rulebook.runs == 4


def test_a_burst_of_500_ends_in_fewer_than_100_runs_none_of_which_reads_all_projects(rulebook: Running) -> None:
    numbers = [next(_numbers) for _unused in range(500)]
    for number in numbers:
        rulebook.add(number, f"acme/burst{number}")
    gone = next(_numbers)
    for number in (*numbers, gone):
        assert rulebook.hook.created(number, f"acme/burst{number}") == 200
        # A minute's events in a fifth of it, as GATHER_SECONDS is a fifth of what it is otherwise.
        time.sleep(12 / 500)
    rulebook.wait_until(lambda: f"does not show these projects: {gone}." in rulebook.output, "one is given up")
    for number in numbers:
        rulebook.wait_until_shared(f"acme/burst{number}")
    print(f"{rulebook.runs} runs, {len(rulebook.gitlab.reads)} reads, {len(rulebook.gitlab.writes)} writes")
    assert rulebook.runs < 100
    assert [entry for entry in rulebook.gitlab.reads if entry.path == "/projects"] == []
    assert len(rulebook.gitlab.writes) == 500
