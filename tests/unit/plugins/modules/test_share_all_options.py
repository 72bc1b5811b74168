# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects each option of the selection leaves, and what the other options do."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, token_of

EVERY = ["acme/app", "acme/lib", "acme/team/api", "acme/team/sub/tool", "bank/safe", "olivia/notes"]


def company() -> Company:
    """Projects of all kinds that olivia owns; max and stan own bits of it."""
    return (
        Company()
        .group("bank", members={"olivia": "owner"})
        .project("acme/app", topics=["web", "shop"], visibility="public")
        .project("acme/lib", topics=["library"], visibility="internal")
        .project("acme/team/api", topics=["web"])
        .project("acme/team/sub/tool")
        .project("acme/team/attic", archived=True)
        .project("bank/safe", topics=["money"])
        .project("olivia/notes")
    )


SELECTIONS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("nothing named", {}, EVERY),
    ("a source group", {"source_groups": ["acme"]}, EVERY[:4]),
    ("a source group by id", {"source_groups": ["3"]}, EVERY[:4]),
    ("a source group with slashes around", {"source_groups": ["/acme/team/"]}, EVERY[2:4]),
    ("a source group alone", {"source_groups": ["acme"], "include_subgroups": False}, EVERY[:2]),
    ("several source groups", {"source_groups": ["acme/team/sub", "bank"]}, EVERY[3:5]),
    ("source groups in one another", {"source_groups": ["acme", "acme/team"]}, EVERY[:4]),
    (
        "source groups in one another, without subgroups",
        {"source_groups": ["acme", "acme/team"], "include_subgroups": False},
        EVERY[:3],
    ),
    ("projects by path and id", {"projects": ["bank/safe", "1", "/acme/lib/"]}, ["acme/app", "acme/lib", "bank/safe"]),
    ("projects united with source groups", {"source_groups": ["bank"], "projects": ["acme/app"]}, [EVERY[0], EVERY[4]]),
    ("an empty list beside a filled one", {"source_groups": [], "projects": ["acme/app"]}, [EVERY[0]]),
    ("include", {"include": ["acme/team/*"]}, EVERY[2:4]),
    ("include by several patterns", {"include": ["bank/*", "~.*/(app|lib)$"]}, [*EVERY[:2], EVERY[4]]),
    ("exclude", {"exclude": ["*/sub/*", "bank/*"]}, [*EVERY[:3], EVERY[5]]),
    ("exclude wins", {"include": ["acme/*"], "exclude": ["~acme/team"]}, EVERY[:2]),
    (
        "include holds for named projects too",
        {"projects": ["acme/app", "bank/safe"], "include": ["bank/*"]},
        [EVERY[4]],
    ),
    ("one of several topics", {"topics": ["web", "money"]}, ["acme/app", "acme/team/api", "bank/safe"]),
    ("one visibility", {"visibility": ["internal"]}, ["acme/lib"]),
    ("two visibilities", {"visibility": ["internal", "public"]}, ["acme/app", "acme/lib"]),
    ("archived ones too", {"archived": "include"}, sorted([*EVERY, "acme/team/attic"])),
    ("archived ones only", {"archived": "only"}, ["acme/team/attic"]),
    ("archived ones of a group only", {"archived": "only", "source_groups": ["acme"]}, ["acme/team/attic"]),
    ("a named archived one", {"archived": "include", "projects": ["acme/team/attic"]}, ["acme/team/attic"]),
    ("no personal projects", {"personal_projects": False}, EVERY[:5]),
]


@pytest.mark.parametrize(
    ("options", "selected"), [case[1:] for case in SELECTIONS], ids=[case[0] for case in SELECTIONS]
)
def test_the_selection_is(
    options: dict[str, Any], selected: list[str], start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    check = share_all(start_gitlab(company()), check=True, **options)
    assert check.steps == dict.fromkeys(selected, "shared")


def test_an_administrator_shares_projects_of_others(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company().project("stan/diary"))
    assert share_all(gitlab, user="root").counts == {"selected": 7, "shared": 7, "personal": 2}
    assert gitlab.world.share_of("stan/diary", GROUP)


def test_projects_that_are_only_shared_with_a_source_group_are_not_meant(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    foreign = {"group": "acme", "access_level": "guest"}
    gitlab = start_gitlab(company().project("olivia/other", shared_with=[foreign]))
    assert "olivia/other" not in share_all(gitlab, source_groups=["acme"]).steps


def test_a_moved_project_is_found_by_its_former_path(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    company_elsewhere = Company(external_url="https://gitlab.example.com").project("acme/app", moved_from=["old/app"])
    assert share_all(start_gitlab(company_elsewhere), projects=["old/app"]).steps == {"acme/app": "shared"}


@pytest.mark.parametrize("reference", [GROUP, f"/{GROUP}/", "11", "Auditors", " security/auditors "])
def test_the_group_is_found_by_path_id_or_name(reference: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    assert share_all(start_gitlab(company()), group=reference)["group"]["full_path"] == GROUP


@pytest.mark.parametrize("level", ["guest", "planner", "reporter", "developer", "maintainer", "owner"])
def test_the_access_level_is(level: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    assert not share_all(gitlab, access_level=level).failed
    assert share_all(gitlab, access_level=level, list_projects="all").project("acme/app")["before"] == {
        "access_level": level,
        "expires_at": None,
    }


@pytest.mark.parametrize("api_path", ["", "/", "/api", "/api/v4", "/api/v4/"])
def test_the_url_may_be_that_of_the_api(api_path: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company(relative_url="/git/lab").project("acme/app", "guest"))
    run = share_all(gitlab, api_url=gitlab.url + api_path)
    assert run["gitlab"]["url"] == gitlab.url
    assert gitlab.url.endswith("/git/lab")


def test_an_oauth_token_goes_as_bearer(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    oauth = "oauth-olivia-3Hd8sPq6Yv1Bx5Jc"
    gitlab = start_gitlab(Company().token("olivia", token=oauth, kind="oauth").project("acme/app"))
    assert share_all(gitlab, user=None, api_oauth_token=oauth).steps == {"acme/app": "shared"}
    assert all("authorization" in entry.headers and "private-token" not in entry.headers for entry in gitlab.log)


def test_an_oauth_token_counts_beside_a_token_of_the_environment(
    start_gitlab: StartGitLab, share_all: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth = "oauth-olivia-3Hd8sPq6Yv1Bx5Jc"
    gitlab = start_gitlab(Company().token("olivia", token=oauth, kind="oauth").project("acme/app"))
    for unused in ("glpat-ci-7Qx2kLm9Zr4Tn8Wv", ""):
        monkeypatch.setenv("GITLAB_TOKEN", unused)
        assert not share_all(gitlab, user=None, api_oauth_token=oauth).failed
    assert all("private-token" not in entry.headers for entry in gitlab.log)


@pytest.mark.parametrize(
    "environment",
    [
        {"GITLAB_URL": "{url}", "CI_SERVER_URL": "http://127.0.0.1:9"},
        {"CI_SERVER_URL": "{url}"},
    ],
)
def test_url_and_token_come_from_the_environment(
    environment: dict[str, str], start_gitlab: StartGitLab, share_all: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(url=gitlab.url))
    monkeypatch.setenv("GITLAB_TOKEN", token_of("olivia"))
    assert share_all().steps == {"acme/app": "shared"}


@pytest.mark.parametrize("check", [True, False])
def test_more_changes_than_max_changes_are_refused_before_the_first(
    check: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().projects("acme/a", "acme/b", "acme/c").project("acme/d", "guest"))
    run = share_all(gitlab, check=check, diff=True, max_changes=2)
    assert run.failed
    assert run.msg == (
        "The plan has 3 changes, more than max_changes=2. None of them has been made. "
        "If they are right, raise max_changes."
    )
    assert run.counts == {"selected": 4, "unchanged": 1, "not_attempted": 3}
    assert run.steps == {f"acme/{name}": "not_attempted max_changes" for name in "abc"}
    assert run.project("acme/a")["after"] == {"access_level": "guest", "expires_at": None}
    assert run["diff"]["after"] == "".join(f"acme/{name}: guest, no expiry\n" for name in "abc")
    assert not run.changed
    assert gitlab.writes == []
    assert not share_all(gitlab, check=check, max_changes=3).failed


def test_max_changes_of_zero_guards_a_finished_state(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    assert not share_all(start_gitlab(Company().project("acme/app", "guest")), max_changes=0).failed
    assert share_all(start_gitlab(Company().project("acme/app")), max_changes=0).failed


def test_a_project_that_fails_fails_the_task_or_only_warns(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    for fail_on_error in (True, False):
        gitlab = start_gitlab(
            Company().projects("acme/a", "acme/b").fault("status", "POST", "/projects/1/share", status=403, times=None)
        )
        run = share_all(gitlab, access_level="reporter", fail_on_error=fail_on_error)
        sentence = "1 of 2 projects failed: acme/a (POST /api/v4/projects/1/share: 403 Forbidden)."
        assert run.failed is fail_on_error
        said = f"{sentence} In all: 1 shared, 1 failed."
        assert (run.msg if fail_on_error else run.warnings[-1]) == (said if fail_on_error else sentence)
        assert run.changed
        assert run.steps == {"acme/a": "failed", "acme/b": "shared"}
        assert run.project("acme/a")["error"] == {
            "status": 403,
            "message": "POST /api/v4/projects/1/share: 403 Forbidden",
        }
        assert run.project("acme/a")["access_lost"] is False


def test_the_journal_tells_of_each_write(tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(
        Company().project("acme/new").project("acme/low", "guest", "2099-01-31").project("acme/right", "reporter")
    )
    journal = tmp_path / "journal.jsonl"
    options = {"access_level": "reporter", "journal_path": str(journal), "parallel_requests": 1}
    assert not share_all(gitlab, check=True, **options).failed
    assert not journal.exists()

    run = share_all(gitlab, **options)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    text = journal.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["event"], line.get("project"), line.get("outcome")) for line in lines] == [
        ("start", None, None),
        ("look", None, None),
        ("plan", None, None),
        # Tried beside the old share, which GitLab refuses only because that exists.
        ("share", "acme/low", "begun"),
        ("share", "acme/low", "failed"),
        ("unshare", "acme/low", "begun"),
        ("unshare", "acme/low", "done"),
        ("share", "acme/low", "begun"),
        ("share", "acme/low", "done"),
        ("step", "acme/low", "updated"),
        ("share", "acme/new", "begun"),
        ("share", "acme/new", "done"),
        ("step", "acme/new", "shared"),
        ("end", None, None),
    ]
    assert [(line["done"], line["total"]) for line in lines if line["event"] == "step"] == [(1, 2), (2, 2)]
    before = [line["before"] for line in lines if line.get("outcome") == "begun"]
    assert before == [{"access_level": "guest", "expires_at": "2099-01-31"}] * 3 + [None]
    assert lines[-1]["summary"] == run["summary"]
    assert len({line["run"] for line in lines}) == 1
    assert token_of("olivia") not in text


def test_a_journal_is_continued(tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "guest"))
    journal = tmp_path / "journal.jsonl"
    for _run in range(2):
        share_all(gitlab, journal_path=str(journal))
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["start", "look", "plan", "end"] * 2
    assert len({line["run"] for line in lines}) == 2


def test_a_journal_ends_with_the_error_of_a_run_that_found_no_plan(
    tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    journal = tmp_path / "journal.jsonl"
    run = share_all(start_gitlab(Company()), group="no/where", journal_path=str(journal))
    start, end = map(json.loads, journal.read_text().splitlines())
    assert (start["event"], end["event"]) == ("start", "end")
    assert end["error"] == run.msg


@pytest.mark.parametrize("check", [True, False])
def test_a_journal_that_cannot_be_written_is_refused_before_any_request(
    check: bool, tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app"))
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    for path, problem in (
        (link, "is a symbolic link"),
        (tmp_path, "cannot be written"),
        (tmp_path / "no/no", "cannot"),
    ):
        run = share_all(gitlab, check=check, journal_path=str(path))
        assert run.failed
        assert run.msg.startswith(f"journal_path: '{path}' {problem}")
    assert gitlab.log == []


def test_the_cost_is_counted(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().project("acme/app").fault("status", "POST", status=502))
    run = share_all(gitlab)
    assert run["requests"]["reads"] == len(gitlab.reads)
    assert run["requests"]["writes"] == len(gitlab.writes) == 2
    assert run["requests"]["retries"] == 1


@pytest.mark.parametrize("workers", [1, 16])
def test_any_number_of_workers_does_the_same(workers: int, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().projects(*(f"acme/p{number:03}" for number in range(230))))
    assert share_all(gitlab, parallel_requests=workers).counts == {"selected": 230, "shared": 230}
    assert len(gitlab.writes) == 230


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_workers_never_wait_for_one_another(
    workers: int, count: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    """Searches run several at once, each of several pages, whatever there is to look up."""
    gitlab = start_gitlab(Company().projects(*(f"acme/team-{number}/app" for number in range(count))))
    run = share_all(gitlab, source_groups=["acme"], parallel_requests=workers)
    assert run.counts == {"selected": count, "shared": count}
