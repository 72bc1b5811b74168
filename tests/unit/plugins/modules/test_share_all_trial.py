# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trial: before a share is replaced, the new one is tried beside it, and only one answer lets the run go on."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.already_shared import SENTENCES
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import (
    SHARE,
    UNSHARE,
    Company,
    level_of,
    share_of,
    token_of,
    unshare_by_others,
)

RAISED = {"access_level": "developer"}
BEFORE = {"access_level": "reporter", "expires_at": "2099-01-31"}
EMAIL_DOMAINS = "Group Invited group allowed email domains must contain only the domains of the project's root group"
LANGUAGES = ("en", "da_DK", "de", "es", "fr", "ga_IE", "it", "ja", "ko", "nb_NO")
MORE_LANGUAGES = ("pt_BR", "ro_RO", "ru", "si_LK", "tr_TR", "uk", "zh_CN", "zh_HK", "zh_TW", "pl_PL")


def company(**details: Any) -> Company:
    """One project with a share whose level is to be raised."""
    return Company(**details).project("acme/app", "reporter", "2099-01-31")


def refusal(status: int, text: str) -> dict[str, Any]:
    return {"status": status, "json": {"message": text}}


def methods(gitlab: Simulator) -> list[str]:
    return [entry.method for entry in gitlab.writes]


@pytest.mark.parametrize("sentence", SENTENCES)
class TestTheSentence:
    def test_alone_it_means_go_on(self, sentence: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(company().fault("status", "POST", SHARE, **refusal(409, sentence)))
        run = share_all(gitlab, **RAISED)
        assert run.steps == {"acme/app": "updated"}
        assert methods(gitlab) == ["POST", "DELETE", "POST"]
        assert share_of(gitlab.world) == (30, "2099-01-31")

    @pytest.mark.parametrize("joined", [f"{{}} and {EMAIL_DOMAINS}", f"{EMAIL_DOMAINS} and {{}}", "{}, {}", "{} too"])
    def test_joined_to_anything_it_means_keep(
        self, joined: str, sentence: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        text = joined.format(sentence, sentence)
        gitlab = start_gitlab(company().fault("status", "POST", SHARE, times=None, **refusal(409, text)))
        run = share_all(gitlab, **RAISED)
        assert run.steps == {"acme/app": "kept cannot_be_replaced"}
        assert methods(gitlab) == ["POST"]


@pytest.mark.parametrize(
    ("version", "language"),
    [
        *(("18.9.0-ee", language) for language in (*LANGUAGES, *MORE_LANGUAGES)),
        *(
            (version, language)
            for version in ("15.0.0", "18.2.0-ee", "18.5.1-ee", "19.2.0-ee")
            for language in ("en", "de")
        ),
    ],
)
def test_gitlab_says_it_in_the_language_of_the_user(
    version: str, language: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company(version=version).user("olivia", preferred_language=language))
    assert share_all(gitlab, **RAISED).steps == {"acme/app": "updated"}
    assert methods(gitlab) == ["POST", "DELETE", "POST"]


REFUSALS: list[tuple[int, str, str]] = [
    # status, GitLab's words, what the message says besides
    (400, "The project sharing with group is disabled", "locked to LDAP or SAML"),
    (400, "group_access does not have a valid value", "group_access does not have a valid value"),
    (403, "403 Forbidden", "403 Forbidden"),
    (404, "Not Found", "Invitations of groups may be switched off"),
    (404, "404 Project Not Found", "404 Project Not Found"),
    (409, "This group cannot be invited to a project inside a group with enforced SSO", "with enforced SSO"),
    (409, f"Project already shared with this group and {EMAIL_DOMAINS}", "restricts members by e-mail domain"),
    (409, "Project cannot be shared with the group it is in or one of its ancestors.", "one of its ancestors"),
    (405, "Non GET methods are not allowed for moved projects", "moved projects"),
    (422, "Unprocessable", "Unprocessable"),
]


@pytest.mark.parametrize("fail_on_error", [True, False])
@pytest.mark.parametrize(("status", "text", "words"), REFUSALS)
def test_any_other_refusal_keeps_the_share(
    status: int, text: str, words: str, fail_on_error: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company().fault("status", "POST", SHARE, times=None, **refusal(status, text)))
    run = share_all(gitlab, fail_on_error=fail_on_error, **RAISED)
    assert run.steps == {"acme/app": "kept cannot_be_replaced"}
    entry = run.project("acme/app")
    assert entry["before"] == entry["after"] == BEFORE
    assert entry["error"]["status"] == status
    assert words in entry["error"]["message"]
    assert share_of(gitlab.world) == (20, "2099-01-31")
    # A trial that is refused has been a write, but no change.
    assert methods(gitlab) == ["POST"]
    assert run["requests"]["writes"] == 1
    assert not run.changed
    assert run.failed is fail_on_error
    told = run.msg if fail_on_error else run.warnings[-1]
    assert told.startswith("1 share was kept, because GitLab refuses the new share beside the old one: acme/app (POST ")
    assert words in told


def test_in_a_language_that_is_not_known_the_way_out_is_told(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    world = company().user("olivia", preferred_language="de")
    gitlab = start_gitlab(world.fault("status", "POST", SHARE, **refusal(409, "Ein neuer Satz")))
    run = share_all(gitlab, **RAISED)
    assert run.steps == {"acme/app": "kept cannot_be_replaced"}
    assert "The token's user has the language de: set it to English" in run.msg


NO_ANSWERS: list[tuple[str, dict[str, Any]]] = [
    *(("status", {"status": status}) for status in (408, 500, 502, 503, 504)),
    *(("status", {"status": status, "html": True}) for status in (200, 403, 409, 520, 524, 530)),
    ("status", {"status": 409, "body": "not JSON at all"}),
    ("html_200", {}),
    ("reset_before", {}),
    ("redirect", {"location": "https://login.example.com/"}),
]


@pytest.mark.parametrize(("do", "details"), NO_ANSWERS, ids=str)
def test_without_an_answer_the_share_stays_as_it_is(
    do: str, details: dict[str, Any], start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company().fault(do, "POST", SHARE, times=None, **details))
    run = share_all(gitlab, retries=1, **RAISED)
    assert run.failed
    assert run.steps == {"acme/app": "failed"}
    entry = run.project("acme/app")
    assert entry["before"] == entry["after"] == BEFORE
    assert entry["access_lost"] is False
    assert share_of(gitlab.world) == (20, "2099-01-31")
    assert set(methods(gitlab)) == {"POST"}
    assert not run.changed


@pytest.mark.parametrize(("do", "details"), NO_ANSWERS, ids=str)
def test_what_passes_is_tried_again(
    do: str, details: dict[str, Any], start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company().fault(do, "POST", SHARE, **details))
    run = share_all(gitlab, retries=1, **RAISED)
    # Some answers do not look as if they passed; then nothing has happened.
    again = share_all(gitlab, retries=1, **RAISED) if run.failed else run
    assert again.steps == {"acme/app": "updated"}
    assert share_of(gitlab.world) == (30, "2099-01-31")


@pytest.mark.parametrize("do", ["status_after", "reset_after", "cut_body", "wrong_json", "not_a_list"])
@pytest.mark.parametrize("retries", [0, 1])
def test_a_lost_answer_after_somebody_else_has_removed_the_share_is_settled_by_reading(
    do: str, retries: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    world = company().fault("change", "POST", SHARE, world=unshare_by_others())
    gitlab = start_gitlab(world.fault(do, "POST", SHARE))
    run = share_all(gitlab, retries=retries, **RAISED)
    assert not run.failed
    assert run.changed
    assert share_of(gitlab.world) == (30, "2099-01-31")


def test_a_share_that_is_made_at_once_takes_the_place_of_one_that_was_gone(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(company().fault("change", "POST", SHARE, world=unshare_by_others()))
    run = share_all(gitlab, **RAISED)
    assert run.steps == {"acme/app": "shared"}
    assert run.project("acme/app")["before"] is None
    assert methods(gitlab) == ["POST"]
    assert share_of(gitlab.world) == (30, "2099-01-31")


REFUSED_TOKENS: list[dict[str, Any]] = [
    {"status": 401, "json": {"error": "invalid_token", "error_description": "Token was revoked."}},
    {"status": 403, "json": {"error": "insufficient_scope", "error_description": "needs higher privileges"}},
    {"status": 403, "json": {"message": "403 Forbidden - Your account has been blocked."}},
]


@pytest.mark.parametrize("refused", REFUSED_TOKENS, ids=str)
def test_a_token_that_is_refused_ends_the_run(
    refused: dict[str, Any], start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    paths = [f"acme/{name}" for name in "abc"]
    gitlab = start_gitlab(
        Company().projects(*paths, shared="guest").fault("status", "POST", "/projects/2/share", times=None, **refused)
    )
    run = share_all(gitlab, parallel_requests=1, fail_on_error=False, **RAISED)
    assert run.failed
    assert run.steps == {"acme/a": "updated", "acme/b": "failed", "acme/c": "not_attempted token"}
    assert [level_of(gitlab.world, path) for path in paths] == [30, 10, 10]


@pytest.mark.parametrize("max_wait", [0, 30])
def test_a_limit_that_is_not_waited_for_ends_the_run(
    max_wait: int, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    limit = {"status": 429, "headers": {"Retry-After": "60"}}
    gitlab = start_gitlab(company().fault("status", "POST", SHARE, times=None, **limit))
    run = share_all(gitlab, max_wait=max_wait, **RAISED)
    assert run.failed
    assert run.steps == {"acme/app": "failed"}
    assert share_of(gitlab.world) == (20, "2099-01-31")


def test_check_mode_sends_no_trial(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(company().fault("status", "POST", SHARE, times=None, **refusal(404, "Not Found")))
    run = share_all(gitlab, check=True, **RAISED)
    assert run.steps == {"acme/app": "updated"}
    assert run.msg == "1 updated. 1 replacement depends on a trial"
    assert gitlab.writes == []


class TestTheSameRefusal:
    """After five identical refusals below a top-level group the rest below it is not attempted."""

    def company(self, **details: Any) -> Company:
        made = Company().group("lab", id=5, members={"olivia": "owner"})
        made.projects(*(f"acme/team{n}/app" for n in range(8)), **details)
        return made.projects(*(f"lab/p{n}" for n in range(3)), **details)

    def run(self, share_all: RunModule, gitlab: Simulator, **options: Any) -> Any:
        return share_all(gitlab, parallel_requests=1, **{**RAISED, **options})

    def test_of_trials(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        world = self.company(shared="guest").fault("status", "POST", SHARE, times=None, **refusal(404, "Not Found"))
        gitlab = start_gitlab(world)
        run = self.run(share_all, gitlab)
        assert run.failed
        assert run.counts == {"selected": 11, "kept": 8, "not_attempted": 3}
        assert [path for path, step in run.steps.items() if step == "not_attempted same_refusal"] == [
            f"acme/team{n}/app" for n in (5, 6, 7)
        ]
        assert "3 projects were not attempted below acme, where GitLab kept giving the same refusal." in run.msg
        assert "Invitations of groups may be switched off" in run.msg
        assert methods(gitlab) == ["POST"] * 8
        assert not run.changed

    def test_of_first_shares(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company().fault("status", "POST", SHARE, times=None, **refusal(404, "Not Found")))
        assert self.run(share_all, gitlab).counts == {"selected": 11, "failed": 8, "not_attempted": 3}

    def test_trials_and_first_shares_count_apart(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        world = Company().projects(*(f"acme/a{n}" for n in range(4)), shared="guest")
        world.projects(*(f"acme/b{n}" for n in range(4)))
        gitlab = start_gitlab(world.fault("status", "POST", SHARE, times=None, **refusal(404, "Not Found")))
        assert self.run(share_all, gitlab).counts == {"selected": 8, "kept": 4, "failed": 4}

    @pytest.mark.parametrize(
        ("status", "text"), [(403, "403 Forbidden"), (404, "404 Project Not Found")], ids=["role", "gone"]
    )
    def test_what_concerns_one_project_does_not_count(
        self, status: int, text: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        world = self.company(shared="guest").fault("status", "POST", SHARE, times=None, **refusal(status, text))
        assert self.run(share_all, start_gitlab(world)).counts == {"selected": 11, "kept": 11}

    def test_nor_do_answers_that_are_none(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        world = self.company(shared="guest").fault("status", "POST", SHARE, times=None, status=502)
        assert self.run(share_all, start_gitlab(world), retries=0).counts == {"selected": 11, "failed": 11}

    def test_different_refusals_count_apart(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        world = self.company(shared="guest")
        for number in range(1, 12):
            text = f"reason {number % 2}"
            world.fault("status", "POST", f"/projects/{number}/share", times=None, **refusal(409, text))
        assert self.run(share_all, start_gitlab(world)).counts == {"selected": 11, "kept": 11}

    def test_what_is_accepted_goes_on(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        world = self.company(shared="guest").fault("status", "POST", SHARE, times=4, **refusal(404, "Not Found"))
        assert self.run(share_all, start_gitlab(world)).counts == {"selected": 11, "kept": 4, "updated": 7}

    def test_removals_are_not_stopped_by_it(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company(shared="guest"))
        gitlab.faults.add(Fault("status", "DELETE", UNSHARE, times=6, status=409, json={"message": "no"}))
        assert self.run(share_all, gitlab, state="absent", access_level=None).counts == {
            "selected": 11,
            "unshared": 5,
            "failed": 6,
        }

    def test_without_fail_on_error_it_warns(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        world = self.company(shared="guest").fault("status", "POST", SHARE, times=None, **refusal(404, "Not Found"))
        run = self.run(share_all, start_gitlab(world), fail_on_error=False)
        assert not run.failed
        assert any("3 projects were not attempted below acme" in warning for warning in run.warnings)


@pytest.mark.parametrize("version", ["18.9.0-ee", "19.3.1-ee"])
def test_a_fine_grained_token_that_may_not_share_takes_nothing_away(
    version: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    """In 18.x such a token may not even look at itself: sheet, section 6.1."""
    world = Company(version).token("olivia", granular_denied=["share_project"])
    gitlab = start_gitlab(world.projects("acme/app", "acme/lib", shared="guest"))
    run = share_all(gitlab, **RAISED)
    assert run.counts == {"selected": 2, "kept": 2}
    assert level_of(gitlab.world, "acme/app") == level_of(gitlab.world, "acme/lib") == 10
    assert token_of("olivia") not in run.msg


@pytest.mark.parametrize(
    "settings",
    [
        {"gitlab": {"disable_invite_members": True}},
        {"gitlab": {"lock_memberships_to_ldap": True}},
        {"group": {"enforced_sso": True}},
        {"group": {"disable_invite_members": True}},
    ],
    ids=str,
)
def test_what_nobody_can_foresee_takes_nothing_away(
    settings: dict[str, Any], start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    world = Company(**settings.get("gitlab", {})).group("acme", **settings.get("group", {}))
    gitlab = start_gitlab(world.projects(*(f"acme/p{n}" for n in range(7)), shared="guest"))
    run = share_all(gitlab, parallel_requests=1, **RAISED)
    assert run.counts == {"selected": 7, "kept": 5, "not_attempted": 2}
    assert all(level_of(gitlab.world, f"acme/p{n}") == 10 for n in range(7))
    assert {entry.method for entry in gitlab.writes} == {"POST"}


def test_a_trial_without_any_answer_changes_nothing(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    unavailable = {"times": None, "status": 502}
    world = company().fault("status", "POST", SHARE, **unavailable).fault("status", "GET", "/projects/1", **unavailable)
    gitlab = start_gitlab(world)
    run = share_all(gitlab, retries=0, fail_on_error=False, **RAISED)
    assert run.steps == {"acme/app": "failed"}
    assert not run.changed
    assert share_of(gitlab.world) == (20, "2099-01-31")
