# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's own playbooks, async, a large steady state, and secrets that stay secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.generate import OWNER_TOKEN, large_world
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.plays import Played, run_playbook, share_all, share_info
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, Company, token_of

StartGitLab = Callable[..., Simulator]
Play = Callable[..., Played]


def by_name(playbook: str, gitlab: Simulator, home: Path, *arguments: str, **variables: Any) -> Played:
    """Runs one of the collection's playbooks as its users do: address and token in the environment."""
    environment = {"GITLAB_URL": gitlab.url, "GITLAB_TOKEN": token_of("olivia")}
    extra = ("-e", json.dumps(variables))
    return run_playbook(f"groupshare.gitlab.{playbook}", home, (*arguments, *extra), environment)


def test_the_playbook_that_succeeds_the_script(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().projects(*(f"acme/p{number}" for number in range(5))))
    check = by_name("share_all", gitlab, tmp_path, "--check", "--diff", group=GROUP)
    assert check.status == 0
    assert "+acme/p0: guest, no expiry" in check.stdout
    assert gitlab.writes == []

    assert by_name("verify", gitlab, tmp_path, group=GROUP).status != 0
    assert by_name("share_all", gitlab, tmp_path, group=GROUP).status == 0
    assert len(gitlab.writes) == 5
    again = by_name("share_all", gitlab, tmp_path, group=GROUP)
    assert "changed=0" in again.stdout
    verified = by_name("verify", gitlab, tmp_path, group=GROUP)
    assert verified.status == 0
    assert f"{GROUP} reaches all 5 projects." in verified.stdout


def test_the_playbooks_take_options_as_variables(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().projects("acme/app", "olivia/notes"))
    options = {"group": GROUP, "access_level": "reporter", "source_groups": ["acme"], "expires_at": "2099-01-31"}
    assert by_name("share_all", gitlab, tmp_path, **options).status == 0
    link = gitlab.world.share_of("acme/app", GROUP)
    assert link
    assert (link.access_level, link.expires_at) == (20, "2099-01-31")
    assert gitlab.world.share_of("olivia/notes", GROUP) is None
    weak = by_name("verify", gitlab, tmp_path, group=GROUP, access_level="developer", source_groups=["acme"])
    assert weak.status != 0
    assert "acme/app" in weak.stdout


def test_verify_is_not_content_with_nothing(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest"))
    verified = by_name("verify", gitlab, tmp_path, group=GROUP, include=["amce/*"])
    assert verified.status != 0
    assert "No project is selected, so that nothing is verified." in verified.stdout


@pytest.mark.parametrize("playbook", ["share_all", "verify"])
def test_the_playbooks_ask_for_the_group(playbook: str, start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company())
    played = by_name(playbook, gitlab, tmp_path)
    assert played.status != 0
    assert "for example: -e group=security/auditors" in played.stdout
    assert gitlab.log == []


def test_async_with_poll(start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(Company().projects("acme/a", "acme/b"))
    (run,) = play(gitlab, share_all(**{"async": 60, "poll": 1})).outcomes
    assert run.steps == {"acme/a": "shared", "acme/b": "shared"}
    assert run.changed


def test_a_steady_state_of_5000_projects_costs_little(tmp_path: Path, play: Play) -> None:
    with Simulator(large_world(projects=5_000, groups=200, shared=1)) as gitlab:
        token = {"api_token": OWNER_TOKEN}
        run, info = play(gitlab, share_all(**token), share_info(include=["division-000/*"], **token)).outcomes
        assert run.counts == {"selected": 5_000, "unchanged": 5_000}
        assert gitlab.writes == []
        assert run["requests"]["reads"] <= 65
        assert len(gitlab.reads) <= 2 * 65
    assert not run.changed
    assert len(json.dumps({key: run[key] for key in run.result if key != "warnings"})) < 5_000
    assert info["coverage"]["missing"] == 0


def test_no_secret_is_in_any_output(tmp_path: Path, start_gitlab: StartGitLab, play: Play) -> None:
    """Answers for owners hold each project's runners_token, as in the GitLab API sheet, section 4.2."""
    secret = token_of("olivia")
    elsewhere = start_gitlab(Company(), log_path=tmp_path / "elsewhere.jsonl")
    echo = {"error": f"what is {secret}?"}
    journal, log = tmp_path / "journal.jsonl", tmp_path / "requests.jsonl"
    gitlab = start_gitlab(
        Company()
        .projects("acme/a", "acme/b", "acme/c", "acme/d")
        .project("acme/high", "developer")
        .fault("redirect", "GET", "/metadata", location=f"{elsewhere.url}/api/v4/metadata")
        .fault("redirect", "POST", "/projects/3" + SHARE[13:], status=307, location=f"{elsewhere.url}/api/v4/user")
        .fault("status", "POST", "/projects/1" + SHARE[13:], status=400, json=echo)
        .fault("cut_body", "POST", "/projects/2" + SHARE[13:])
        .fault("delay", "GET", "/projects/2", seconds=0.1),
        log_path=log,
    )
    tasks = [
        share_all(),
        share_all(check_mode=True),
        share_all(journal_path=str(journal), return_unchanged=True),
        share_info(),
        share_all(api_token=None, api_oauth_token=secret),
        share_all(api_token=f"{secret}\nX-Other: 1"),
        share_all(api_url=f"http://olivia:{secret}@127.0.0.1"),
    ]
    tasks[4]["groupshare.gitlab.gitlab_group_share_all"]["api_token"] = "{{ omit }}"
    played = play(gitlab, *tasks, arguments=("-vvv", "--diff"))
    assert [outcome.failed for outcome in played.outcomes] == [True, False, True, False, False, True, True]
    assert played.outcomes[2].steps == {
        "acme/a": "failed",
        "acme/b": "shared",
        "acme/c": "failed",
        "acme/d": "shared",
        "acme/high": "updated",
    }
    for text in (played.output, journal.read_text(), log.read_text()):
        assert secret not in text
        assert "GR1348941" not in text
        assert "runners_token" not in text
    assert elsewhere.log == []
