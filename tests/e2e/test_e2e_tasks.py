# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the step table and each option, through ansible-playbook."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.plays import Played, share_all, share_info
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, Company, share_of

Play = Callable[..., Played]


def company() -> Company:
    """One project for each row of the step table."""
    return (
        Company()
        .group("security", members={"olivia": "owner"})
        .group("acme/vault", share_with_group_lock=True)
        .group("bank", members={"olivia": "owner"}, prevent_sharing_groups_outside_hierarchy=True)
        .group("acme/sub", invites=GROUP, level="developer")
        .project("acme/new")
        .project("acme/low", "guest", "2099-01-31")
        .project("acme/high", "developer")
        .project("acme/right", "reporter")
        .project("acme/gone", marked_for_deletion_on="2026-01-31")
        .project("acme/old", archived=True)
        .project("acme/vault/keys")
        .project("acme/sub/tool")
        .project("bank/safe")
        .project(f"{GROUP}/handbook")
        .project("foreign/site", visibility="public")
    )


def test_every_row_of_the_step_table(start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(company())
    options: dict[str, Any] = {
        "access_level": "reporter",
        "source_groups": ["acme", "bank", "security"],
        "projects": ["acme/old", "foreign/site"],
        "skip_inherited": True,
        "list_projects": "all",
        "fail_on_error": False,
    }
    check, run, again, absent, kept = play(
        gitlab,
        share_all(check_mode=True, **options),
        share_all(**options),
        share_all(**options),
        share_all(state="absent", projects=["acme/new", "acme/right"]),
        share_all(access_level="guest", update_existing="never", projects=["acme/low", "acme/right"]),
    ).outcomes
    assert check.steps == {
        "acme/gone": "skipped pending_deletion",
        "acme/high": "kept would_lower",
        "acme/low": "updated",
        "acme/new": "shared",
        "acme/old": "skipped archived",
        "acme/right": "unchanged",
        "acme/sub/tool": "skipped inherited",
        "acme/vault/keys": "skipped share_locked",
        "bank/safe": "skipped outside_hierarchy",
        "foreign/site": "failed",
        f"{GROUP}/handbook": "skipped own_group",
    }
    assert run["projects"] == check["projects"]
    assert run["summary"] == check["summary"]
    assert check.changed
    assert run.changed
    assert not again.changed
    assert absent.steps == {"acme/new": "unshared", "acme/right": "unshared"}
    assert kept.steps == {"acme/low": "kept not_updated", "acme/right": "shared"}
    assert share_of(gitlab.world, "acme/low") == (20, "2099-01-31")
    assert share_of(gitlab.world, "acme/high") == (30, None)


def test_check_mode_writes_nothing_and_shows_the_diff(start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(Company().project("acme/new").project("acme/low", "guest").project("acme/right", "reporter"))
    task = share_all(access_level="reporter")
    played = play(gitlab, task, arguments=("--check", "--diff"))
    assert gitlab.writes == []
    changed = " acme/low\n-acme/low: guest, no expiry\n+acme/low: reporter, no expiry\n+acme/new: reporter, no expiry\n"
    assert changed in played.stdout
    assert "acme/right" not in played.stdout
    assert "changed=1" in played.stdout
    run = play(gitlab, task, arguments=("--diff",))
    assert run.outcomes[0]["diff"] == played.outcomes[0]["diff"]
    # One to be made, and one that is tried beside the old share, removed and made.
    assert len(gitlab.writes) == 4


def test_every_option(tmp_path: Path, start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(
        Company()
        .project("acme/app", topics=["web"], visibility="public")
        .project("acme/lib", "developer", visibility="internal")
        .project("acme/sub/tool", archived=True)
        .project("olivia/notes")
    )
    journal = tmp_path / "journal.jsonl"
    only: dict[str, dict[str, Any]] = {
        "include_subgroups": {"source_groups": ["acme"], "include_subgroups": False},
        "include": {"include": ["acme/a*", "~.*/notes$"]},
        "exclude": {"exclude": ["*/notes"]},
        "topics": {"topics": ["web", "none"]},
        "visibility": {"visibility": ["internal", "public"]},
        "archived": {"archived": "only"},
        "personal_projects": {"personal_projects": False},
        "client": {"timeout": 20, "retries": 2, "max_wait": 60, "parallel_requests": 8, "validate_certs": False},
        "oauth": {"api_token": None, "api_oauth_token": "glpat-olivia-7Qx2kLm9Zr4Tn8Wv"},
        "raise_only": {"update_existing": "raise_only", "list_projects": "all"},
        "max_changes": {"max_changes": 1},
        "expires_at": {"expires_at": "2099-01-31", "access_level": "developer", "journal_path": str(journal)},
        "never": {"expires_at": "never", "access_level": "developer", "list_projects": "all"},
    }
    tasks = [share_all(check_mode=name not in ("expires_at", "never"), **options) for name, options in only.items()]
    for task in tasks:
        arguments = next(value for name, value in task.items() if name.startswith("groupshare"))
        if arguments.get("api_token", "") is None:
            arguments["api_token"] = "{{ omit }}"
    outcomes = dict(zip(only, play(gitlab, *tasks).outcomes))
    three = ["acme/app", "acme/lib", "olivia/notes"]
    assert {name: list(outcome.steps) for name, outcome in outcomes.items()} == {
        "include_subgroups": ["acme/app", "acme/lib"],
        "include": ["acme/app", "olivia/notes"],
        "exclude": ["acme/app", "acme/lib"],
        "topics": ["acme/app"],
        "visibility": ["acme/app", "acme/lib"],
        "archived": ["acme/sub/tool"],
        "personal_projects": ["acme/app", "acme/lib"],
        "client": three,
        "oauth": three,
        "raise_only": three,
        "max_changes": three,
        "expires_at": three,
        "never": three,
    }
    assert outcomes["raise_only"].steps["acme/lib"] == "kept would_lower"
    # A share without an end gets none.
    assert outcomes["expires_at"].steps["acme/lib"] == "kept would_end_sooner"
    assert outcomes["max_changes"].msg.startswith("The plan has 2 changes, more than max_changes=1.")
    assert outcomes["expires_at"].project("acme/app")["after"]["expires_at"] == "2099-01-31"
    assert outcomes["never"].project("acme/app")["after"]["expires_at"] is None
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert len(journal.read_text().splitlines()) > 5


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"expires_at": "2099-02-30"}, "expires_at: '2099-02-30' is neither a date"),
    ({"expires_at": "2020-01-31"}, "expires_at: '2020-01-31' is not after today"),
    ({"include": ["~("]}, "include: '~(' is not a regular expression"),
    ({"access_level": "boss"}, "value of access_level must be one of"),
    ({"access_level": "security_manager"}, "access_level: 'security_manager' is not known to GitLab 18.5.1-ee."),
    ({"group": "nobody"}, "group: 'nobody' is not the path, id or name of a group"),
    ({"group": "Twins"}, "use the full path of one: acme/t1, acme/t2."),
    ({"projects": ["acme/none"]}, "projects: 'acme/none' cannot be found"),
    ({"source_groups": ["none"]}, "source_groups: 'none' cannot be found"),
    ({"projects": []}, "projects: [] is empty"),
    ({"api_token": ""}, "api_token is empty"),
    ({"api_token": "{{ omit }}"}, "one of the following is required: api_token, api_oauth_token"),
    ({"api_oauth_token": "oauth-3Hd8sPq6Yv1Bx5Jc"}, "mutually exclusive: api_token|api_oauth_token"),
    ({"api_url": "gitlab.example.com"}, "api_url: 'gitlab.example.com' is not a URL"),
    ({"api_url": "{{ lookup('env', 'HOME') }}"}, "is not a URL"),
    ({"api_url": "http://127.0.0.1:9", "retries": 0}, "no connection to 127.0.0.1:9 (Connection refused)."),
]


def test_a_wrong_value_ends_in_one_readable_line(start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(
        Company().group("acme/t1", name="Twins").group("acme/t2", name="Twins").project("acme/app", "developer")
    )
    tasks = [share_all(**options) for options, _problem in WRONG]
    # The defaults would give a token that was left out on purpose.
    tasks[11]["module_defaults"] = {}
    tasks[11]["groupshare.gitlab.gitlab_group_share_all"].update(api_url=gitlab.url, group=GROUP)
    played = play(gitlab, *tasks)
    for outcome, (options, problem) in zip(played.outcomes, WRONG):
        assert outcome.failed, options
        assert problem in outcome.msg
        assert "\n" not in outcome.msg
        assert not outcome.changed
    assert len(played.outcomes) == len(WRONG)
    assert "Traceback" not in played.output
    assert gitlab.writes == []


@pytest.mark.parametrize("fail_on_error", [True, False])
def test_handlers_run_when_failures_only_warn(fail_on_error: bool, start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(
        Company().projects("acme/a", "acme/b").fault("status", "POST", "/projects/1" + SHARE[13:], status=403)
    )
    task = share_all(fail_on_error=fail_on_error, notify="Tell", ignore_errors=False)
    handler = {"name": "Tell", "ansible.builtin.debug": {"msg": "somebody was told"}}
    played = play(gitlab, task, handlers=[handler])
    assert (played.status == 0) is not fail_on_error
    assert ("somebody was told" in played.stdout) is not fail_on_error
    assert "acme/a (POST /api/v4/projects/1/share: 403 Forbidden)" in played.output


def test_what_info_tells_can_be_asserted_on(start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(Company().project("acme/a", "guest").project("acme/b"))
    before, run, after = play(
        gitlab,
        share_info(access_level="reporter"),
        share_all(access_level="reporter"),
        share_info(access_level="reporter"),
    ).outcomes
    assert (before["missing"], before["below_level"]) == (["acme/b"], ["acme/a"])
    assert run.changed
    assert (after["missing"], after["below_level"]) == ([], [])
    assert not before.changed
    assert not after.changed
