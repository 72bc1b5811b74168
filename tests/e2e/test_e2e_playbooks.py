# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's own playbooks, async, a large steady state, and secrets that stay secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Callable

import pytest
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from ansible_collections.groupshare.gitlab.tests.simulator.generate import OWNER_TOKEN, LargeWorld
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.plays import Played, run_playbook, share_all, share_info
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, Company, level_of, token_of

Play = Callable[..., Played]

PLAYBOOKS = ("share_all", "undo", "verify")
LISTS = ("exclude", "exclude_topics", "include", "projects", "source_groups", "topics", "visibility")
NOT_LISTS = ("access_level", "archived", "ca_path", "expires_at", "journal_path", "max_changes", "timeout")
SMALL = 20_000


def by_name(
    playbook: str, gitlab: Simulator, home: Path, *arguments: str, token: str = token_of("olivia"), **variables: Any
) -> Played:
    """Run one of the collection's playbooks as its users do: address and token in the environment."""
    environment = {"GITLAB_URL": gitlab.url, "GITLAB_TOKEN": token}
    extra = json.dumps({f"groupshare_{name}": value for name, value in variables.items()})
    return run_playbook(f"groupshare.gitlab.{playbook}", home, (*arguments, "-e", extra), environment)


def recap(played: Played) -> dict[str, int]:
    """What the last line counts: ok, changed, failed ..."""
    return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", played.stdout.splitlines()[-2])}


def without_diff(played: Played) -> str:
    """All that was printed, without the diff, as Ansible or, for a plan that was stopped, the playbook shows it."""
    return re.sub(r'(?m)^[-+ ]\S.*\n|^@@.*\n|^ +".* -> .*\n', "", played.output)


# From the command line


def test_the_playbook_that_succeeds_the_script(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().projects(*(f"acme/p{number}" for number in range(5))))
    check = by_name("share_all", gitlab, tmp_path, "--check", "--diff", group=GROUP)
    assert check.status == 0
    assert "acme/p0" in check.stdout
    assert gitlab.writes == []

    assert by_name("verify", gitlab, tmp_path, group=GROUP).status != 0
    shared = by_name("share_all", gitlab, tmp_path, group=GROUP)
    assert (shared.status, recap(shared)["changed"]) == (0, 1)
    assert len(gitlab.writes) == 5
    again = by_name("share_all", gitlab, tmp_path, group=GROUP)
    assert (again.status, recap(again)["changed"]) == (0, 0)
    verified = by_name("verify", gitlab, tmp_path, group=GROUP)
    assert verified.status == 0
    assert f"{GROUP}: 5 of 5 projects shared" in verified.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_what_is_not_given_is_asked_for(playbook: str, tmp_path: Path) -> None:
    played = run_playbook(f"groupshare.gitlab.{playbook}", tmp_path)
    assert played.status == 2
    for name in ("-e groupshare_group=", "GITLAB_URL", "GITLAB_TOKEN"):
        assert name in played.output


def test_what_is_meant_is_said_before_it_is_done(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    said = by_name("share_all", gitlab, tmp_path, group=GROUP).stdout.partition("TASK [Share the projects]")[0]
    for line in (f"group: {GROUP}", "access_level: guest (by default)", "projects: all that the token may share"):
        assert line in said
    options: dict[str, Any] = {
        "source_groups": ["acme"],
        "exclude": [f"acme/{n}" for n in range(7)],
        "access_level": "reporter",
    }
    said = by_name("share_all", gitlab, tmp_path, group=GROUP, **options).stdout
    for line in ("access_level: reporter", "source_groups: acme", "acme/3, acme/4 and 2 more"):
        assert line in said
    said = by_name("share_all", gitlab, tmp_path, group=GROUP, state="absent").stdout
    assert "state: absent" in said
    assert "access_level:" not in said


def test_the_playbooks_take_options_as_variables(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().projects("acme/app", "olivia/notes"))
    options: dict[str, Any] = {
        "group": GROUP,
        "access_level": "reporter",
        "source_groups": ["acme"],
        "expires_at": "2099-01-31",
    }
    assert by_name("share_all", gitlab, tmp_path, **options).status == 0
    link = gitlab.world.share_of("acme/app", GROUP)
    assert link
    assert (link.access_level, link.expires_at) == (20, "2099-01-31")
    assert gitlab.world.share_of("olivia/notes", GROUP) is None
    weak = by_name("verify", gitlab, tmp_path, group=GROUP, access_level="developer", source_groups=["acme"])
    assert weak.status != 0
    assert "Shared below the level (1): acme/app." in weak.stdout


def test_a_list_can_be_text(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().projects("acme/app", "acme/lib", "acme/docs", "acme/aaa"))
    options = {"include": "acme/app, acme/docs\n~acme/a{2,3}\n", "exclude": "*/docs"}
    assert by_name("share_all", gitlab, tmp_path, group=GROUP, **options).status == 0
    assert [level_of(gitlab.world, f"acme/{name}") for name in ("app", "lib", "docs", "aaa")] == [10, None, None, 10]


def test_another_playbook_can_import_them(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    site = tmp_path / "site" / "auditors.yml"
    site.parent.mkdir()
    imports = [{"name": name, "import_playbook": f"groupshare.gitlab.{name}"} for name in ("share_all", "verify")]
    site.write_text(json.dumps(imports), encoding="utf-8")
    environment = {"GITLAB_URL": gitlab.url, "GITLAB_TOKEN": token_of("olivia")}
    played = run_playbook(str(site), tmp_path, ("-e", f"groupshare_group={GROUP}"), environment)
    assert played.status == 0, played.output
    assert level_of(gitlab.world, "acme/app") == 10


def test_a_relative_path_begins_where_the_user_stands(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest"))
    options = {"journal_path": "journal.jsonl", "recovery_dir": "records", "ca_path": "authority.pem"}
    (tmp_path / "authority.pem").write_bytes(Path(DEFAULT_CA_BUNDLE_PATH).read_bytes())
    played = by_name("share_all", gitlab, tmp_path, group=GROUP, access_level="reporter", **options)
    assert played.status == 0, played.output
    assert "acme/app" in (tmp_path / "journal.jsonl").read_text(encoding="utf-8")
    assert (tmp_path / "records").is_dir()


def test_undo_gives_back_what_a_run_has_changed(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest").project("acme/docs"))
    options = {"group": GROUP, "journal_path": str(tmp_path / "journal.jsonl")}
    assert by_name("share_all", gitlab, tmp_path, access_level="reporter", **options).status == 0
    assert [level_of(gitlab.world, path) for path in ("acme/app", "acme/docs")] == [20, 20]

    # What an inventory says for share_all is no hindrance.
    check = by_name("undo", gitlab, tmp_path, "--check", access_level="reporter", state="present", **options)
    assert (check.status, recap(check)["changed"]) == (0, 1)
    undone = by_name("undo", gitlab, tmp_path, access_level="reporter", state="present", **options)
    assert (undone.status, recap(undone)["changed"]) == (0, 1)
    assert [level_of(gitlab.world, path) for path in ("acme/app", "acme/docs")] == [10, None]


def test_undo_asks_for_the_journal(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company())
    played = by_name("undo", gitlab, tmp_path, group=GROUP)
    assert played.status != 0
    assert "-e groupshare_journal_path=" in played.stdout
    assert gitlab.log == []


# Variables


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_playbooks_ask_for_the_group(playbook: str, start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company())
    for variables in ({}, {"group": ""}):
        played = by_name(playbook, gitlab, tmp_path, **variables)
        assert played.status != 0
        assert "Name the group, as in -e groupshare_group=security/auditors." in " ".join(played.stdout.split())
    assert gitlab.log == []


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_misspelt_variable_ends_the_play_before_any_request(
    playbook: str, start_gitlab: StartGitLab, tmp_path: Path
) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    played = by_name(playbook, gitlab, tmp_path, group=GROUP, source_group="acme", acces_level="reporter")
    assert played.status != 0
    assert "groupshare_source_group is not a variable of these playbooks. Did you mean groupshare_source_groups?" in (
        played.stdout
    )
    assert "Did you mean groupshare_access_level?" in played.stdout
    assert gitlab.log == []


def test_nothing_else_in_an_inventory_has_an_effect(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest").project("acme/docs"))
    plain = {
        "state": "absent",
        "projects": ["acme/app"],
        "exclude": ["*"],
        "access_level": "owner",
        "api_url": "http://127.0.0.1:9",
        "fail_on_error": False,
        "shares": 1,
        "given": {},
        "names": [],
    }
    (tmp_path / "hosts").write_text("localhost\n", encoding="utf-8")
    (tmp_path / "group_vars").mkdir()
    ours = {"groupshare_group": GROUP, "groupshare_access_level": "reporter", "groupshare_timeout": 60}
    (tmp_path / "group_vars" / "all.yml").write_text(json.dumps({**plain, **ours}), encoding="utf-8")
    played = by_name("share_all", gitlab, tmp_path, "-i", "hosts")
    assert played.status == 0
    assert [level_of(gitlab.world, path) for path in ("acme/app", "acme/docs")] == [20, 20]
    assert "reserved name" not in played.output
    assert by_name("verify", gitlab, tmp_path, "-i", "hosts").status == 0


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_blank_list_is_refused_before_any_request(playbook: str, start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    played = by_name(playbook, gitlab, tmp_path, group=GROUP, **dict.fromkeys(LISTS, ""))
    assert played.status != 0
    for name in LISTS:
        assert f"groupshare_{name} is blank." in played.stdout
    assert "(in a survey: answer the question, or delete it)" in played.stdout
    assert gitlab.log == []


def test_what_is_blank_and_no_list_is_not_given(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    played = by_name("share_all", gitlab, tmp_path, group=GROUP, **dict.fromkeys(NOT_LISTS, ""))
    assert played.status == 0, played.output
    assert level_of(gitlab.world, "acme/app") == 10


def test_tokens_are_variables_too_and_are_never_printed(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    secrets = {"api_token": token_of("olivia"), "headers": {"X-Access-Client-Secret": "hunter-4-Wq7Zr2Lm9Kx4Tn8V"}}
    for arguments in (("-vvv",), ("-vvv", "--check", "--diff")):
        played = by_name("share_all", gitlab, tmp_path, *arguments, token="", group=GROUP, **secrets)
        assert played.status == 0, played.output
        # Ansible itself shows the extra variables, which here are the test's own way to give them.
        output = "".join(line for line in played.output.splitlines(True) if "-e {" not in line)
        assert token_of("olivia") not in output
        assert "hunter-4" not in output


# Failures


def test_a_failure_comes_after_the_diff_and_the_numbers(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    refused = {"message": "400 Bad request"}
    gitlab = start_gitlab(
        Company()
        .projects("acme/app", "acme/docs", "acme/lib")
        .project(f"{GROUP}/handbook")
        .group(GROUP, members={"olivia": "owner"})
        .fault("status", "POST", "/projects/2" + SHARE[13:], status=400, times=None, json=refused)
    )
    played = by_name("share_all", gitlab, tmp_path, "--diff", group=GROUP)
    assert played.status == 2
    assert (recap(played)["changed"], recap(played)["failed"]) == (1, 1)
    diff, _share, rest = played.stdout.partition("TASK [Show the result]")
    assert "acme/app" in diff
    assert "shared: 2" in rest
    assert "failed: 1" in rest
    assert f"1 skipped, own_group: {GROUP}/handbook" in rest
    assert "acme/docs" in rest.partition("TASK [Check that everything was done]")[2]
    assert len(gitlab.writes) == 3

    excused = by_name("share_all", gitlab, tmp_path, group=GROUP, fail_on_error=False)
    assert excused.status == 0
    assert "acme/docs" in excused.output


TROUBLES: dict[str, tuple[Company, dict[str, Any]]] = {
    "none": (Company().projects("acme/app", "acme/docs"), {}),
    "unknown group": (Company().project("acme/app"), {"group": "security/nobody"}),
    "bad date": (Company().project("acme/app"), {"expires_at": "tomorrow"}),
    "max_changes": (Company().projects("acme/app", "acme/docs"), {"max_changes": 1}),
    "token only reads": (Company().token("olivia", scopes=["read_api"]).project("acme/app"), {}),
    "one fails": (
        Company()
        .projects("acme/app", "acme/docs")
        .fault("status", "POST", "/projects/1/share", status=400, times=None),
        {},
    ),
    "all fail": (
        Company().projects("acme/app", "acme/docs").fault("status", "POST", SHARE, status=400, times=None),
        {},
    ),
    "token revoked": (
        Company().projects("acme/app", "acme/docs").fault("status", "POST", SHARE, status=401, times=None),
        {},
    ),
    "cannot be replaced": (
        Company().project("acme/app", "guest").fault("status", "POST", SHARE, status=404, times=None),
        {"access_level": "reporter"},
    ),
    "access lost": (
        Company()
        .project("acme/app", "guest")
        .fault("status", "POST", SHARE, status=409, json={"message": "Project already shared with this group"}, times=1)
        .fault("status", "POST", SHARE, status=403, times=None),
        {"access_level": "reporter"},
    ),
}


@pytest.mark.parametrize("fail_on_error", [True, False])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_playbook_fails_whenever_its_module_does(
    trouble: str, fail_on_error: bool, start_gitlab: StartGitLab, play: Play, tmp_path: Path
) -> None:
    company, options = TROUBLES[trouble]
    options = {"fail_on_error": fail_on_error, "retries": 0, "parallel_requests": 1, **options}
    (task,) = play(start_gitlab(company), share_all(**options)).outcomes
    played = by_name("share_all", start_gitlab(company), tmp_path, **{"group": GROUP, **options})
    assert (played.status != 0) == task.failed, played.output
    if task.failed:
        assert task.msg[:60] in played.stdout


def test_verify_counts_apart_what_cannot_be_shared(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(
        Company()
        .project("acme/app", "guest")
        .group("acme/vault", share_with_group_lock=True)
        .project("acme/vault/keys")
        .project("acme/docs")
    )
    missing = by_name("verify", gitlab, tmp_path, group=GROUP)
    assert missing.status != 0
    assert f"{GROUP}: 1 of 3 projects shared, 1 missing, 1 cannot be shared" in missing.stdout
    assert "Not shared (1): acme/docs." in missing.stdout

    content = by_name("verify", gitlab, tmp_path, group=GROUP, exclude=["acme/docs"])
    assert content.status == 0
    assert f"{GROUP}: 1 of 2 projects shared, 1 cannot be shared" in content.stdout
    assert "1 cannot be shared, share_locked: acme/vault/keys" in content.stdout


def test_nothing_selected_has_its_true_reason(start_gitlab: StartGitLab, tmp_path: Path) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest"))
    verified = by_name("verify", gitlab, tmp_path, group=GROUP, include=["amce/*"])
    assert verified.status != 0
    assert "Nothing was verified. " in verified.stdout
    assert "include leaves out the only project found" in verified.stdout.partition("Nothing was verified. ")[2]
    shared = by_name("share_all", gitlab, tmp_path, group=GROUP, include=["amce/*"])
    assert shared.status == 0
    reason = "No project is selected: include leaves out the only project found"
    assert reason in shared.stdout.partition("TASK [Show the result]")[2]


@pytest.fixture(scope="module")
def large() -> Any:
    """10,000 projects, none of them shared."""
    with Simulator(LargeWorld(projects=10_000, groups=200, shared=0).world()) as gitlab:
        yield gitlab


@pytest.mark.parametrize(
    ("playbook", "options"),
    [("share_all", {}), ("share_all", {"max_changes": 500}), ("verify", {})],
    ids=["preview", "max_changes", "verify"],
)
def test_10000_projects_are_reported_in_a_few_lines(
    playbook: str, options: dict[str, Any], large: Simulator, tmp_path: Path
) -> None:
    played = by_name(playbook, large, tmp_path, "--check", "--diff", token=OWNER_TOKEN, group=GROUP, **options)
    assert played.status == (2 if playbook == "verify" or options else 0), played.output[-2000:]
    if playbook == "share_all":
        assert len(re.findall(r"(?m)^ *[-+\"]division-", played.stdout)) > 9_000
    assert len(without_diff(played)) < SMALL


# Tasks


def test_async_with_poll(start_gitlab: StartGitLab, play: Play) -> None:
    gitlab = start_gitlab(Company().projects("acme/a", "acme/b"))
    (run,) = play(gitlab, share_all(**{"async": 60, "poll": 1})).outcomes
    assert run.steps == {"acme/a": "shared", "acme/b": "shared"}
    assert run.changed


def test_a_steady_state_of_5000_projects_costs_little(tmp_path: Path, play: Play) -> None:
    with Simulator(LargeWorld(projects=5_000, groups=200, shared=1).world()) as gitlab:
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
        share_all(journal_path=str(journal), list_projects="all"),
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
        "acme/high": "kept would_lower",
    }
    for text in (played.output, journal.read_text(), log.read_text()):
        assert secret not in text
        assert "GR1348941" not in text
        assert "runners_token" not in text
    assert elsewhere.log == []
