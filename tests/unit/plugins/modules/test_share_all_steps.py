# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the step table: check mode tells it, the run does it, the second run has nothing left to do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company

CHANGES = ("shared", "updated", "unshared")


@dataclass(frozen=True)
class Row:
    """One situation: a company, what becomes of each project, and the share that acme/app ends with."""

    what: str
    company: Callable[[], Company]
    steps: dict[str, str]
    share: tuple[int, str | None] | None
    options: dict[str, Any] = field(default_factory=dict)
    user: str = "olivia"


def company(**settings: Any) -> Company:
    return Company(**settings)


def app(shared: str | int | None = None, until: str | None = None, **details: Any) -> Callable[[], Company]:
    """A company with the project acme/app alone."""
    return lambda: company().project("acme/app", shared, until, **details)


ROWS = [
    Row("no share: one is made", app(), {"acme/app": "shared"}, (10, None)),
    Row(
        "no share: one is made with level and end",
        app(),
        {"acme/app": "shared"},
        (30, "2099-01-31"),
        {"access_level": "developer", "expires_at": "2099-01-31"},
    ),
    Row("no share, never: one is made", app(), {"acme/app": "shared"}, (10, None), {"update_existing": "never"}),
    Row("as wanted: unchanged", app("guest"), {"acme/app": "unchanged"}, (10, None)),
    Row(
        "as wanted with an end: unchanged",
        app("guest", "2099-01-31"),
        {"acme/app": "unchanged"},
        (10, "2099-01-31"),
        {"expires_at": "2099-01-31"},
    ),
    Row("too low: raised", app("guest"), {"acme/app": "updated"}, (20, None), {"access_level": "reporter"}),
    Row(
        "too low: the end that is not managed stays",
        app("guest", "2099-01-31"),
        {"acme/app": "updated"},
        (20, "2099-01-31"),
        {"access_level": "reporter"},
    ),
    Row(
        "a later end: moved",
        app("guest", "2099-01-31"),
        {"acme/app": "updated"},
        (10, "2099-12-31"),
        {"expires_at": "2099-12-31"},
    ),
    Row(
        "never: the end is taken away",
        app("guest", "2099-01-31"),
        {"acme/app": "updated"},
        (10, None),
        {"expires_at": "never"},
    ),
    Row("a higher level: kept", app("developer"), {"acme/app": "kept would_lower"}, (30, None)),
    Row(
        "an earlier end: kept",
        app("guest", "2099-12-31"),
        {"acme/app": "kept would_end_sooner"},
        (10, "2099-12-31"),
        {"expires_at": "2099-01-31"},
    ),
    Row(
        "an end for a share without one: kept",
        app("guest"),
        {"acme/app": "kept would_end_sooner"},
        (10, None),
        {"expires_at": "2099-01-31"},
    ),
    Row(
        "level and end are never mixed: a higher level until January is no gain for a share without end",
        app("guest"),
        {"acme/app": "kept would_end_sooner"},
        (10, None),
        {"access_level": "developer", "expires_at": "2099-01-31"},
    ),
    Row(
        "level and end are never mixed: a later end is no gain for a share with a higher level",
        app("developer", "2099-01-31"),
        {"acme/app": "kept would_lower"},
        (30, "2099-01-31"),
        {"expires_at": "2099-12-31"},
    ),
    Row(
        "of both the level is the reason",
        app("developer"),
        {"acme/app": "kept would_lower"},
        (30, None),
        {"expires_at": "2099-01-31"},
    ),
    Row(
        "always: lowered",
        app("developer", "2099-01-31"),
        {"acme/app": "updated"},
        (10, "2099-01-31"),
        {"update_existing": "always"},
    ),
    Row(
        "always: shortened",
        app("guest"),
        {"acme/app": "updated"},
        (10, "2099-01-31"),
        {"update_existing": "always", "expires_at": "2099-01-31"},
    ),
    Row(
        "never: neither raised nor lowered",
        lambda: company().project("acme/app", "developer").project("acme/low", "guest"),
        {"acme/app": "kept not_updated", "acme/low": "kept not_updated"},
        (30, None),
        {"update_existing": "never", "access_level": "reporter"},
    ),
    Row("absent: the share is removed", app("guest"), {"acme/app": "unshared"}, None, {"state": "absent"}),
    Row(
        "absent: whatever its level, whatever update_existing",
        app("developer"),
        {"acme/app": "unshared"},
        None,
        {"state": "absent", "update_existing": "never"},
    ),
    Row(
        "absent: archived ones and those in closed groups too",
        lambda: (
            app("guest", archived=True)()
            .group("bank", members={"olivia": "owner"}, prevent_sharing_groups_outside_hierarchy=True)
            .group("acme/vault", share_with_group_lock=True)
            .projects("acme/vault/keys", "bank/safe", shared="guest")
        ),
        {"acme/app": "unshared", "acme/vault/keys": "unshared", "bank/safe": "unshared"},
        None,
        {"state": "absent"},
    ),
    Row(
        "absent: archived ones stay where they are excluded",
        lambda: app("guest")().project("acme/old", "guest", archived=True),
        {"acme/app": "unshared"},
        None,
        {"state": "absent", "archived": "exclude"},
    ),
    Row(
        "own group",
        lambda: (
            company().project("acme/app").group("security", members={"olivia": "owner"}).project(f"{GROUP}/handbook")
        ),
        {"acme/app": "shared", f"{GROUP}/handbook": "skipped own_group"},
        (10, None),
    ),
    Row(
        "share lock of the immediate namespace",
        lambda: app()().group("acme/vault", share_with_group_lock=True).projects("acme/vault/a", "acme/vault/b/c"),
        {"acme/app": "shared", "acme/vault/a": "skipped share_locked", "acme/vault/b/c": "shared"},
        (10, None),
    ),
    Row(
        "a root group that prevents sharing outside of it",
        lambda: (
            app()()
            .group("bank", members={"olivia": "owner"}, prevent_sharing_groups_outside_hierarchy=True)
            .projects("bank/safe", "bank/branch/safe")
        ),
        {
            "acme/app": "shared",
            "bank/safe": "skipped outside_hierarchy",
            "bank/branch/safe": "skipped outside_hierarchy",
        },
        (10, None),
    ),
    Row(
        "marked for deletion",
        lambda: app()().project("acme/gone", marked_for_deletion_on="2026-01-31"),
        {"acme/app": "shared", "acme/gone": "skipped pending_deletion"},
        (10, None),
    ),
    Row(
        "archived and listed: not selected at all",
        lambda: app()().project("acme/old", archived=True),
        {"acme/app": "shared"},
        (10, None),
    ),
    Row(
        "archived and named: skipped",
        lambda: app()().project("acme/old", archived=True),
        {"acme/app": "shared", "acme/old": "skipped archived"},
        (10, None),
        {"projects": ["acme/app", "acme/old"]},
    ),
    Row(
        "inherited",
        lambda: app()().group("acme/sub", invites=GROUP, level="reporter").project("acme/sub/tool"),
        {"acme/app": "shared", "acme/sub/tool": "skipped inherited"},
        (10, None),
        {"skip_inherited": True},
    ),
    Row(
        "inherited, but at too low a level",
        lambda: app()().group("acme/sub", invites=GROUP, level="guest").project("acme/sub/tool"),
        {"acme/app": "shared", "acme/sub/tool": "shared"},
        (20, None),
        {"skip_inherited": True, "access_level": "reporter"},
    ),
]


def without_trials(told: dict[str, Any]) -> dict[str, Any]:
    """What check mode says besides: how many replacements depend on a trial."""
    return {**told, "msg": re.sub(r"\. \d+ replacements? depends? on a trial", "", told["msg"])}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_check_mode_tells_what_the_run_does(row: Row, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(row.company())
    options = {"list_projects": "all", "diff": True, "user": row.user, **row.options}
    check = share_all(gitlab, check=True, **options)
    assert check.steps == row.steps
    assert gitlab.writes == []

    run = share_all(gitlab, **options)
    assert without_trials(run.told) == without_trials(check.told)
    assert not run.failed
    assert run.changed is any(step in CHANGES for step in row.steps.values())
    link = gitlab.world.share_of("acme/app", GROUP)
    assert (link and (link.access_level, link.expires_at)) == row.share
    # A share is replaced after a trial beside it, which GitLab answers with 409.
    assert {entry.status for entry in gitlab.writes} <= {201, 204, 409}

    gitlab.clear_log()
    again = share_all(gitlab, **options)
    assert not again.changed
    assert gitlab.writes == []


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_to_remove_a_share_that_is_not_there_is_no_change(
    check: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    run = share_all(gitlab, state="absent", check=check)
    assert not run.failed
    assert not run.changed
    assert gitlab.writes == []


def test_the_summary_counts_each_status(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(
        Company()
        .projects("acme/a", "acme/b")
        .project("acme/c", "guest")
        .projects("acme/d", "acme/e", "acme/f", shared="developer")
        .project("acme/g", marked_for_deletion_on="2026-01-31")
        .project("olivia/notes")
    )
    run = share_all(gitlab)
    assert run.counts == {"selected": 8, "shared": 3, "unchanged": 1, "kept": 3, "skipped": 1, "personal": 1}
    assert list(run["summary"]) == [
        *("selected", "shared", "updated", "unshared", "unchanged", "kept", "skipped", "failed", "not_attempted"),
        *("inherited", "personal", "beyond_reach"),
    ]


SENTENCES: list[tuple[str, Callable[[], Company], dict[str, Any], str]] = [
    ("nothing", app("guest"), {}, "1 unchanged"),
    (
        "one of each",
        lambda: app()().project("acme/b", "developer"),
        {},
        "1 shared, 1 kept (1 would_lower). 1 share is above the requested level and stays as it is",
    ),
    ("thousands", lambda: company().projects(*(f"acme/p{n}" for n in range(1200))), {"check": True}, "1,200 shared"),
    (
        "a replacement",
        app("guest"),
        {"check": True, "access_level": "reporter"},
        "1 updated. 1 replacement depends on a trial",
    ),
    (
        "two replacements",
        lambda: app("guest")().project("acme/b", "guest"),
        {"check": True, "access_level": "reporter"},
        "2 updated. 2 replacements depend on a trial",
    ),
    ("a replacement that was made", app("guest"), {"access_level": "reporter"}, "1 updated"),
    ("no project", app("guest"), {"visibility": ["public"]}, "No project is selected"),
]


@pytest.mark.parametrize(
    ("made", "options", "sentence"), [case[1:] for case in SENTENCES], ids=[case[0] for case in SENTENCES]
)
def test_the_message_of_a_success(
    made: Callable[[], Company], options: dict[str, Any], sentence: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    run = share_all(start_gitlab(made()), **options)
    assert not run.failed
    # What follows for no project is why there is none.
    assert run.msg == sentence or (sentence.startswith("No ") and run.msg.startswith(sentence))


@pytest.mark.parametrize(
    ("listed", "paths"),
    [
        ("all", ["kept", "new", "right", "skipped"]),
        ("changed", ["kept", "new", "skipped"]),
        ("problems", ["kept", "skipped"]),
    ],
)
def test_which_projects_are_listed(
    listed: str, paths: list[str], start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(
        Company()
        .project("acme/kept", "developer")
        .project("acme/new")
        .project("acme/right", "guest")
        .project("acme/skipped", marked_for_deletion_on="2026-01-31")
    )
    assert list(share_all(gitlab, check=True, list_projects=listed).steps) == [f"acme/{name}" for name in paths]
    assert list(share_all(gitlab, check=True).steps) == ["acme/kept", "acme/new", "acme/skipped"]


def test_the_result_of_thousands_that_are_unchanged_is_small(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().projects(*(f"acme/p{number}" for number in range(5000)), shared="reporter"))
    run = share_all(gitlab, access_level="reporter", diff=True)
    assert run.counts == {"selected": 5000, "unchanged": 5000}
    assert len(json.dumps(run.told)) < 5000


def test_an_entry_tells_the_share_before_and_after(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "developer", "2099-01-31", id=4))
    run = share_all(gitlab, access_level="reporter", expires_at="never", update_existing="always")
    assert run["projects"] == [
        {
            "id": 4,
            "path": "acme/app",
            "web_url": f"{gitlab.url}/acme/app",
            "status": "updated",
            "reason": None,
            "error": None,
            "before": {"access_level": "developer", "expires_at": "2099-01-31"},
            "after": {"access_level": "reporter", "expires_at": None},
            "inherited": None,
        }
    ]
    assert run["group"] == {
        "id": 11,
        "full_path": GROUP,
        "name": "Auditors",
        "web_url": f"{gitlab.url}/groups/{GROUP}",
    }
    assert run["gitlab"] == {"url": gitlab.url, "version": "18.5.1-ee", "enterprise": True}


def test_the_diff_shows_one_line_for_each_change(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(
        Company().project("acme/new").project("acme/high", "developer", "2099-01-31").project("acme/right", "guest")
    )
    assert share_all(gitlab, check=True, diff=True, update_existing="always")["diff"] == {
        "after_header": "2 changes (1 new, 1 replaced)",
        "before": "acme/high\nacme/high: developer, expires 2099-01-31\n",
        "after": "acme/high\nacme/high: guest, expires 2099-01-31\nacme/new: guest, no expiry\n",
    }
    assert "diff" not in share_all(gitlab, check=True).result


def test_the_inherited_access_is_told_for_each_project(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(
        Company()
        .group("acme", invites=GROUP, level="guest")
        .group("acme/sub", invites=GROUP, level="reporter")
        .projects("acme/app", "acme/sub/deep/tool")
    )
    run = share_all(gitlab)
    assert run.project("acme/app")["inherited"] == {"access_level": "guest", "group": "acme"}
    assert run.project("acme/sub/deep/tool")["inherited"] == {"access_level": "reporter", "group": "acme/sub"}
    assert run["summary"]["inherited"] == 2
