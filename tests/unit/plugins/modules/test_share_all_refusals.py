# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is refused before any write: wrong values, bad tokens, and whatever GitLab would answer with an error."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, Company, token_of

NOT_SEEN = "cannot be found: it does not exist, or the token's user cannot see it."
NO_GROUP = "is not the path, id or name of a group that the token's user olivia can see."

WRONG_VALUES: list[tuple[dict[str, Any], str]] = [
    ({"expires_at": "31.01.2099"}, "expires_at: '31.01.2099' is neither a date like 2027-01-31 nor 'never'."),
    ({"expires_at": "2099-02-30"}, "expires_at: '2099-02-30' is neither a date like 2027-01-31 nor 'never'."),
    ({"expires_at": "2020-01-31"}, "expires_at: '2020-01-31' is not after today"),
    ({"access_level": "boss"}, "value of access_level must be one of: guest, planner, reporter, security_manager"),
    ({"include": ["~("]}, "include: '~(' is not a regular expression:"),
    ({"exclude": [""]}, "exclude: '' is an empty pattern."),
    ({"exclude": ["~"]}, "exclude: '~' is an empty pattern."),
    ({"include": ["!acme/*"]}, "include: '!acme/*' cannot match any project; use exclude for what is to be left out."),
    ({"projects": []}, "projects: [] is empty; leave the option out to select every project."),
    ({"source_groups": []}, "source_groups: [] is empty; leave the option out to select every project."),
    ({"projects": [" / "]}, "projects: ' / ' is neither a full path nor an id."),
    ({"source_groups": ["acme", "nowhere/here"]}, f"source_groups: 'nowhere/here' {NOT_SEEN}"),
    ({"projects": ["acme/app", "acme/x", "404"]}, f"projects: 'acme/x, 404' {NOT_SEEN}"),
    ({"visibility": ["secret"]}, "value of visibility must be one or more of: private, internal, public"),
    ({"group": " / "}, "group: ' / ' is neither a full path, nor an id, nor a name."),
    ({"group": "nobody"}, f"group: 'nobody' {NO_GROUP}"),
    ({"group": "12345"}, f"group: '12345' {NO_GROUP}"),
    ({"group": "security/none"}, f"group: 'security/none' {NO_GROUP}"),
    ({"group": "Twins"}, "group: 'Twins' is the name of several groups; use the full path of one: acme/t1, acme/t2."),
    ({"max_changes": -1}, "max_changes: -1 must be 0 or more."),
    ({"parallel_requests": 0}, "parallel_requests: 0 must be between 1 and 16."),
    ({"parallel_requests": 17}, "parallel_requests: 17 must be between 1 and 16."),
    ({"timeout": 0}, "timeout: 0 must be 1 or more."),
    ({"timeout": 10**11}, "timeout: 100000000000 must be 86400 or less."),
    ({"retries": -1}, "retries: -1 must be 0 or more."),
    ({"max_wait": -1}, "max_wait: -1 must be 0 or more."),
    ({"ca_path": "/nowhere/ca.pem"}, "ca_path: '/nowhere/ca.pem' does not exist."),
    ({"client_cert": "/nowhere/me.pem"}, "client_cert: '/nowhere/me.pem' does not exist."),
    ({"client_key": "/nowhere/me.key"}, "missing parameter(s) required by 'client_key': client_cert"),
    ({"api_url": "gitlab.example.com"}, "api_url: 'gitlab.example.com' is not a URL like"),
    ({"api_url": "https://me:secret-word@gitlab.example.com"}, "api_url must not contain a user name or a password"),
    ({"api_token": "glpat-two\nlines-7Qx2kLm9Zr4Tn8Wv"}, "api_token contains characters that no GitLab token has."),
    ({"api_oauth_token": "oauth-3Hd8sPq6Yv1Bx5Jc"}, "parameters are mutually exclusive: api_token|api_oauth_token"),
    ({"user": None}, "one of the following is required: api_token, api_oauth_token"),
]


@pytest.mark.parametrize(("options", "problem"), WRONG_VALUES, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_a_wrong_value_ends_in_one_line_before_any_write(
    options: dict[str, Any], problem: str, check: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(
        Company().group("acme/t1", name="Twins").group("acme/t2", name="Twins").project("acme/app", "developer")
    )
    run = share_all(gitlab, check=check, **options)
    assert run.failed
    assert problem in run.msg
    assert "\n" not in run.msg
    assert "secret-word" not in run.msg
    assert not run.changed
    assert gitlab.writes == []


def test_today_is_too_early_an_end(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    run = share_all(start_gitlab(Company().project("acme/app")), expires_at=today)
    assert run.msg == f"expires_at: '{today}' is not after today ({today}): the share would end at once."


VERSIONS_WITHOUT: list[tuple[str, str]] = [
    ("15.11.0-ee", "planner"),
    ("16.6.0-ee", "owner"),
    ("17.6.4", "planner"),
    ("18.11.0-ee", "security_manager"),
    ("19.1.0-ee", "security_manager"),
]


@pytest.mark.parametrize(("version", "level"), VERSIONS_WITHOUT)
def test_a_level_that_the_version_does_not_know(
    version: str, level: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company(version).project("acme/app"))
    run = share_all(gitlab, check=True, access_level=level)
    assert run.msg == f"access_level: '{level}' is not known to GitLab {version}."


@pytest.mark.parametrize(
    ("version", "settings", "level"),
    [("16.8.0", {}, "owner"), ("17.7.0", {}, "planner"), ("19.0.0-ee", {"security_manager": True}, "security_manager")],
)
def test_a_level_that_the_version_knows(
    version: str, settings: dict[str, Any], level: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company(version, **settings).project("acme/app"))
    assert share_all(gitlab, access_level=level).steps == {"acme/app": "shared"}


@pytest.mark.parametrize("version", ["15.0.5", "15.11.0-ee", "16.7.9", "17.11.0-ee"])
def test_before_18_a_maintainer_shares(version: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company(version).project("acme/app").project("acme/old", "developer"))
    run = share_all(gitlab, user="max", access_level="maintainer")
    assert run.steps == {"acme/app": "shared", "acme/old": "updated"}


@pytest.mark.parametrize("version", ["18.0.0", "18.6.0-ee", "19.2.0"])
def test_from_18_a_maintainer_does_not(version: str, start_gitlab: StartGitLab, share_all: RunModule) -> None:
    """Without named projects nothing is selected; a named one fails before any write, in check mode too."""
    gitlab = start_gitlab(Company(version).project("acme/app"))
    assert share_all(gitlab, user="max").counts == {"beyond_reach": 1}
    for check in (True, False):
        run = share_all(gitlab, user="max", check=check, projects=["acme/app"])
        assert run.failed
        error = run.project("acme/app")["error"]
        assert error["status"] == 403
        assert error["message"] == (
            f"The token's user max needs the role Owner in this project (GitLab {version}). "
            "Give max this role or use the token of someone who has it."
        )
        assert share_all(gitlab, user="max", check=check, source_groups=["acme"]).steps == {"acme/app": "failed"}
    assert gitlab.writes == []


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_a_share_that_only_owners_may_remove_is_its_projects_matter(
    check: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    """Only a task that asks for the level owner fails as a whole."""
    gitlab = start_gitlab(Company("17.8.1-ee").projects("acme/app", "acme/lib", shared="owner"))
    run = share_all(gitlab, user="max", check=check, state="absent", fail_on_error=False)
    assert run.steps == {"acme/app": "failed", "acme/lib": "failed"}
    assert not run.changed


def test_a_role_that_suffices_for_some_projects(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(
        Company().projects("acme/app", "acme/lib").project("acme/mine", members={"max": "owner"}).project("max/diary")
    )
    options = {
        "user": "max",
        "projects": ["acme/app", "acme/lib", "acme/mine", "max/diary"],
        "access_level": "reporter",
    }
    steps = {"acme/app": "failed", "acme/lib": "failed", "acme/mine": "shared", "max/diary": "shared"}
    assert share_all(gitlab, check=True, **options).steps == steps
    assert share_all(gitlab, **options).steps == steps
    assert {entry.status for entry in gitlab.writes} == {201}


def test_the_level_owner_needs_an_owner_before_18(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company("17.11.0-ee").project("acme/app"))
    run = share_all(gitlab, user="max", access_level="owner", check=True)
    assert run.msg.startswith("Only owners can change shares with the access level owner. The token's user max")
    assert share_all(gitlab, user="olivia", access_level="owner").steps == {"acme/app": "shared"}


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_who_is_not_a_member_of_the_group_is_told_so(
    check: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().group("open", visibility="public").project("acme/app"))
    run = share_all(gitlab, user="stan", group="open", check=check)
    assert run.msg == (
        "The token's user stan is not a member of the group open. GitLab would refuse to share any project with it. "
        "Add stan to the group (the role Guest is enough) or use the token of one of its members."
    )
    assert gitlab.writes == []


def test_a_group_that_the_token_cannot_see_is_unknown(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    run = share_all(start_gitlab(Company().project("acme/app")), user="stan")
    assert run.msg.startswith(f"group: '{GROUP}' is not the path, id or name of a group that the token's user stan")


def test_a_bot_is_told_what_it_cannot_become(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    bot = "group_3_bot_5f2a"
    gitlab = start_gitlab(
        Company()
        .user(bot, bot=True)
        .token(bot, kind="group")
        .group("acme", members={bot: "owner"})
        .group("open", visibility="public")
        .project("acme/app")
    )
    run = share_all(gitlab, user=bot, group="open", check=True)
    assert run.msg.endswith(
        "The bot of a group or project token cannot be added to other groups: use the token of one of its members."
    )


def test_a_bot_shares_with_a_group_below_its_own(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    bot = "group_3_bot_5f2a"
    gitlab = start_gitlab(
        Company()
        .user(bot, bot=True)
        .token(bot, kind="group")
        .group("acme", members={bot: "owner"})
        .group("acme/auditors", name="Inner")
        .projects("acme/app", "acme/auditors/handbook")
    )
    run = share_all(gitlab, user=bot, group="acme/auditors")
    assert run.steps == {"acme/app": "shared", "acme/auditors/handbook": "skipped own_group"}


def test_membership_through_an_invited_group_is_enough(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    """GitLab's list of groups leaves such memberships out."""
    gitlab = start_gitlab(
        Company()
        .group("open", visibility="public", invites="staff", level="guest")
        .group("staff", members={"stan": "developer"})
        .project("acme/app")
    )
    assert share_all(gitlab, user="stan", group="open").steps == {"acme/app": "shared"}


def test_removing_needs_no_membership(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    shared = [{"group": "open", "access_level": "guest"}]
    gitlab = start_gitlab(Company().group("open", visibility="public").project("acme/app", shared_with=shared))
    assert share_all(gitlab, user="stan", group="open", state="absent").steps == {"acme/app": "unshared"}


def test_an_owner_of_the_group_removes_with_a_lower_role(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company().group(GROUP, members={"max": "owner"}).project("acme/app", "guest"))
    run = share_all(gitlab, user="max", source_groups=["acme"], state="absent")
    assert run.steps == {"acme/app": "unshared"}


BAD_TOKENS: list[tuple[str, dict[str, Any], str]] = [
    ("expired", {"expires_at": "2020-01-31"}, "401 invalid_token: Token is expired."),
    ("revoked", {"revoked": True}, "401 invalid_token: Token was revoked."),
    ("too small", {"scopes": ["read_user"]}, "403 insufficient_scope: The request requires higher privileges"),
]


@pytest.mark.parametrize(("details", "words"), [case[1:] for case in BAD_TOKENS], ids=[case[0] for case in BAD_TOKENS])
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_a_token_that_is(
    details: dict[str, Any], words: str, check: bool, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().token("olivia", **details).project("acme/app"))
    run = share_all(gitlab, check=check)
    assert run.failed
    assert words in run.msg
    assert "and has the scope api (read_api where nothing is to be changed)." in run.msg
    assert gitlab.writes == []


def test_an_unknown_token(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    run = share_all(start_gitlab(Company().project("acme/app")), api_token="glpat-nobody-3Hd8sPq6Yv1Bx5Jc")
    assert run.msg == (
        "GitLab does not accept the token (GET /api/v4/metadata: 401 Unauthorized). "
        "Check that the token is complete, belongs to this GitLab, has neither expired nor been revoked, "
        "and has the scope api (read_api where nothing is to be changed)."
    )


def test_the_token_of_a_blocked_user(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    run = share_all(start_gitlab(Company().user("olivia", state="blocked").project("acme/app")))
    assert "Your account has been blocked" in run.msg


class TestTokenThatOnlyReads:
    def company(self) -> Company:
        return Company().token("olivia", scopes=["read_api"])

    def test_it_is_enough_for_check_mode_which_warns(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        check = share_all(start_gitlab(self.company().projects("acme/a", "acme/b")), check=True)
        assert check.counts == {"selected": 2, "shared": 2}
        assert "The token of olivia lacks the scope api: a run could not make these 2 changes." in check.warnings

    def test_it_is_enough_where_nothing_is_to_change(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        run = share_all(start_gitlab(self.company().project("acme/a", "reporter")), access_level="reporter")
        assert not run.failed
        assert run.warnings == []

    def test_a_run_with_changes_fails_before_the_first(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company().projects("acme/a", "acme/b"))
        run = share_all(gitlab)
        assert run.msg == (
            "The token lacks the scope api, which the 2 changes of the plan need. Nothing has been changed."
        )
        assert run.counts == {"selected": 2, "not_attempted": 2}
        assert not run.changed
        assert gitlab.writes == []


class TestAdminMode:
    """With Admin Mode, an administrator's token needs the scope admin_mode to have an administrator's rights."""

    def company(self, **token: Any) -> Company:
        return Company(admin_mode=True).token("root", **token).project("acme/app").project("root/mine")

    def test_with_the_scope(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(self.company(scopes=["api", "admin_mode"]))
        assert share_all(gitlab, user="root").steps == {"acme/app": "shared", "root/mine": "shared"}

    def test_without_the_scope_the_administrator_is_a_user_like_others(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        company = self.company().group(GROUP, members={"root": "guest"})
        assert share_all(start_gitlab(company), user="root").steps == {"root/mine": "shared"}

    def test_where_gitlab_does_not_tell_nobody_is_taken_for_an_administrator(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        hidden = self.company().fault("status", path="/application/settings", status=404, times=None)
        run = share_all(start_gitlab(hidden), user="root")
        assert run.msg.startswith("GET /api/v4/application/settings: 404")

    @pytest.mark.parametrize(
        ("visibility", "problem"),
        [("private", "is not the path, id or name of a group"), ("public", "is not a member of the group")],
    )
    def test_a_group_that_only_administrators_may_use_is_refused_with_the_reason(
        self, visibility: str, problem: str, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        run = share_all(start_gitlab(self.company().group("lab", visibility=visibility)), user="root", group="lab")
        assert run.failed
        assert problem in run.msg
        assert run.msg.endswith("the token lacks the scope admin_mode, so its user does not count as an administrator.")


class TestWarnings:
    def test_guests_cannot_read_private_code(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().projects("acme/a", "acme/b").project("acme/c", visibility="public"))
        assert share_all(gitlab, check=True).warnings == [
            "2 private projects are selected, and guest cannot read the code of private projects: "
            "access_level=reporter is the lowest level that can."
        ]
        # A level that is written down was chosen.
        for options in ({"access_level": "reporter"}, {"access_level": "guest"}, {"state": "absent"}):
            assert share_all(gitlab, check=True, **options).warnings == []

    def test_the_token_expires_within_a_week(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        today = datetime.datetime.now(datetime.timezone.utc).date()
        for days, warned in ((7, True), (9, False)):
            end = (today + datetime.timedelta(days=days)).isoformat()
            gitlab = start_gitlab(Company().token("olivia", expires_at=end).project("acme/app"))
            expected = [f"The token of olivia expires on {end}."] if warned else []
            assert share_all(gitlab, access_level="reporter").warnings == expected

    def test_shares_have_expired_already(self, start_gitlab: StartGitLab, share_all: RunModule) -> None:
        gitlab = start_gitlab(Company().project("acme/app", "reporter", "2020-01-31"))
        assert share_all(gitlab, access_level="reporter").warnings == [
            "1 share has expired, and GitLab is about to remove it: set expires_at to keep it."
        ]

    @pytest.mark.parametrize(
        ("options", "warnings"),
        [
            ({"access_level": "reporter"}, ["update_existing=always lowers the level of 2 shares."]),
            (
                {"access_level": "maintainer", "expires_at": "2099-01-31"},
                ["update_existing=always lets 3 shares end sooner."],
            ),
            (
                {"access_level": "reporter", "expires_at": "2099-01-31"},
                [
                    "update_existing=always lowers the level of 2 shares.",
                    "update_existing=always lets 3 shares end sooner.",
                ],
            ),
            ({"access_level": "maintainer"}, []),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
    def test_always_lowers_or_shortens(
        self,
        check: bool,
        options: dict[str, Any],
        warnings: list[str],
        start_gitlab: StartGitLab,
        share_all: RunModule,
    ) -> None:
        gitlab = start_gitlab(
            Company()
            .projects("acme/a", "acme/b", shared="developer")
            .project("acme/c", "guest", "2099-06-30")
            .project("acme/d", "reporter", "2098-01-31")
        )
        run = share_all(gitlab, check=check, update_existing="always", **options)
        assert run.warnings == warnings


def test_something_that_is_no_gitlab(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    company = Company().fault("status", status=200, json={"hello": "world"}, times=None)
    run = share_all(start_gitlab(company))
    assert run.msg.startswith(
        "There is no GitLab at this api_url (GET /api/v4/metadata: 200 not what GitLab answers here"
    )
    assert run.msg.endswith("It must be the root URL of the instance.")


def test_a_login_page_in_front_of_gitlab(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    run = share_all(start_gitlab(Company().fault("html_200", times=None)))
    assert 'GET /api/v4/metadata: 200 an HTML page titled "Sign in" instead of JSON.' in run.msg


def test_a_login_in_front_of_gitlab_is_not_blamed_on_the_token(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    run = share_all(start_gitlab(Company().fault("status", status=401, html=True, times=None)))
    assert run.msg.startswith('GET /api/v4/metadata: 401 an HTML page titled "401 Unauthorized" instead of JSON. ')
    assert "Check that the token" not in run.msg


def test_nothing_listens_there(share_all: RunModule) -> None:
    run = share_all(api_url="http://127.0.0.1:9", api_token=token_of("olivia"), retries=0)
    assert run.msg == "GET /api/v4/metadata: no connection to 127.0.0.1:9 (Connection refused)."
