# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the step table: check mode tells it, the run does it, the second run has nothing left to do."""

from __future__ import annotations

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
    Row("too high: lowered", app("developer"), {"acme/app": "updated"}, (10, None)),
    Row("too low: raised", app("guest"), {"acme/app": "updated"}, (20, None), {"access_level": "reporter"}),
    Row(
        "another level: the end that is not managed stays",
        app("developer", "2099-01-31"),
        {"acme/app": "updated"},
        (10, "2099-01-31"),
    ),
    Row(
        "another end: moved",
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
    Row(
        "differs, update_existing never: kept",
        app("developer"),
        {"acme/app": "kept"},
        (30, None),
        {"update_existing": "never"},
    ),
    Row(
        "raise_only: a lower level is raised",
        app("guest"),
        {"acme/app": "updated"},
        (20, None),
        {"access_level": "reporter", "update_existing": "raise_only"},
    ),
    Row(
        "raise_only: a higher level is kept",
        app("developer"),
        {"acme/app": "kept"},
        (30, None),
        {"update_existing": "raise_only"},
    ),
    Row(
        "raise_only: an earlier end is not taken over",
        app("guest", "2099-12-31"),
        {"acme/app": "kept"},
        (10, "2099-12-31"),
        {"expires_at": "2099-01-31", "update_existing": "raise_only"},
    ),
    Row(
        "raise_only: a later end is taken over, a lower level is not",
        app("developer", "2099-01-31"),
        {"acme/app": "updated"},
        (30, "2099-12-31"),
        {"expires_at": "2099-12-31", "update_existing": "raise_only"},
    ),
    Row("absent: the share is removed", app("guest"), {"acme/app": "unshared"}, None, {"state": "absent"}),
    Row(
        "absent: whatever its level, whatever update_existing",
        app("developer"),
        {"acme/app": "unshared"},
        None,
        {"state": "absent", "update_existing": "never"},
    ),
    Row("absent: there is none", app(), {"acme/app": "unchanged"}, None, {"state": "absent"}),
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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_check_mode_tells_what_the_run_does(row: Row, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(row.company())
    options = {"return_unchanged": True, "diff": True, "user": row.user, **row.options}
    check = share_all(gitlab, check=True, **options)
    assert check.steps == row.steps
    assert gitlab.writes == []

    run = share_all(gitlab, **options)
    assert run.told == check.told
    assert not run.failed
    assert run.changed is any(step in CHANGES for step in row.steps.values())
    link = gitlab.world.share_of("acme/app", GROUP)
    assert (link and (link.access_level, link.expires_at)) == row.share
    assert {entry.status for entry in gitlab.writes} <= {201, 204}

    gitlab.clear_log()
    again = share_all(gitlab, **options)
    assert not again.changed
    assert gitlab.writes == []


def test_the_summary_counts_each_status(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(
        Company()
        .projects("acme/a", "acme/b")
        .project("acme/c", "guest")
        .projects("acme/d", "acme/e", "acme/f", shared="developer")
        .project("acme/g", marked_for_deletion_on="2026-01-31")
    )
    run = share_all(gitlab)
    assert run.counts == {"selected": 7, "shared": 2, "unchanged": 1, "updated": 3, "skipped": 1}
    assert list(run["summary"]) == [
        *("selected", "shared", "updated", "unshared", "unchanged", "kept", "skipped", "failed", "not_attempted"),
        "inherited",
    ]


def test_an_unchanged_project_is_listed_only_when_asked_for(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest"))
    assert share_all(gitlab)["projects"] == []
    assert share_all(gitlab, return_unchanged=True).steps == {"acme/app": "unchanged"}


def test_an_entry_tells_the_share_before_and_after(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "developer", "2099-01-31", id=4))
    run = share_all(gitlab, access_level="reporter", expires_at="never")
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
    assert share_all(gitlab, check=True, diff=True)["diff"] == {
        "before": "acme/high: developer, expires 2099-01-31\n",
        "after": "acme/high: guest, expires 2099-01-31\nacme/new: guest, no expiry\n",
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
