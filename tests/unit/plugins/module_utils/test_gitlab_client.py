# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's API as typed endpoints: who asks, and which groups there are; against the simulated one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Callable

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.projects import ProjectFilter
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import Share, Token
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import (
    BadAnswer,
    NotFound,
    RequestFailed,
    TokenRefused,
)
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenGitLab, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, GROUP_ID, Company

EVERYTHING = ProjectFilter()


class TestIdentity:
    @pytest.mark.parametrize(
        ("text", "version", "enterprise"),
        [
            ("15.0.5", (15, 0), False),
            ("15.3.1-ee", (15, 3), True),
            ("16.0.0", (16, 0), False),
            ("19.0.0-pre", (19, 0), True),
        ],
    )
    def test_instance(
        self, text: str, version: tuple[int, int], enterprise: bool, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        instance = api(start_gitlab(Company(text, enterprise=enterprise))).instance()
        assert (instance.version, instance.version_text, instance.enterprise) == (version, text, enterprise)

    def test_user(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company())
        user = api(gitlab).user()
        assert (user.id, user.username, user.is_admin) == (1, "olivia", False)
        assert api(gitlab, user="root").user().is_admin

    def test_token(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(Company().token("olivia", scopes=["read_api"], expires_at="2099-01-31"))
        assert api(gitlab).token() == Token(frozenset({"read_api"}), date(2099, 1, 31))

    def test_some_tokens_tell_nothing_of_themselves(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        oauth = "oauth-olivia-3Hd8sPq6Yv1Bx5Jc"
        gitlab = start_gitlab(Company().token("olivia", token=oauth, kind="oauth"))
        assert api(gitlab, api_token=None, api_oauth_token=oauth).token() is None
        assert api(start_gitlab(Company("15.4.0"))).token() is None

    def test_a_token_that_is_refused_is_another_matter(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(TokenRefused):
            api(start_gitlab(Company().token("olivia", revoked=True))).token()

    @pytest.mark.parametrize(
        ("user", "admin_mode", "scopes", "acts"),
        [
            ("olivia", False, ["api"], False),
            ("root", False, ["api"], True),
            ("root", True, ["api"], False),
            ("root", True, ["api", "admin_mode"], True),
        ],
    )
    def test_who_acts_as_administrator(
        self, user: str, admin_mode: bool, scopes: list[str], acts: bool, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(Company(admin_mode=admin_mode).token(user, scopes=scopes))
        assert api(gitlab, user=user).acts_as_admin() is acts

    @pytest.mark.parametrize(("switched_on", "accepted"), [(True, True), (False, False)])
    def test_security_manager_is_a_matter_of_settings(
        self, switched_on: bool, accepted: bool, start_gitlab: StartGitLab, api: OpenGitLab
    ) -> None:
        gitlab = start_gitlab(Company("19.1.0-ee", security_manager=switched_on))
        assert api(gitlab).accepts_level(25) is accepted
        assert api(gitlab).accepts_level(50)


class TestGroups:
    def company(self) -> Company:
        return (
            Company()
            .group("acme/sub", invites=GROUP, level="reporter", share_with_group_lock=True)
            .group("bank", members={"olivia": "owner"}, prevent_sharing_groups_outside_hierarchy=True)
        )

    @pytest.mark.parametrize("reference", ["acme/sub", "Acme/Sub"])
    def test_by_path(self, reference: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(self.company())
        group = api(gitlab).group(reference)
        assert group.full_path == "acme/sub"
        assert group.share_locked
        assert group.share_with(GROUP_ID) == Share(20)
        assert gitlab.log[0].path.lower() == "/groups/acme%2fsub"
        assert gitlab.log[0].query == {"with_projects": "false"}

    def test_by_id(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert api(start_gitlab(self.company())).group_by_id(3).full_path == "acme"

    @pytest.mark.parametrize("path", ["3", "2024"])
    def test_digits_are_a_path(self, path: str, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        """GitLab itself would take them for an id: sheet, section 5."""
        company = self.company().group(path, id=77, members={"olivia": "owner"})
        company.group(f"{path}5", members={"olivia": "owner"}).group(f"acme/{path}")
        assert api(start_gitlab(company)).group(path).id == 77

    def test_digits_that_are_no_path_are_not_found(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        client = api(start_gitlab(self.company()))
        with pytest.raises(NotFound, match="404 no group has this path"):
            client.group("3")
        assert client.group_or_none("3") is None

    def test_a_page_is_read_once(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(self.company())
        client = api(gitlab)
        groups = [client.group("acme/sub"), client.group_or_none("Acme/sub"), client.group("acme/sub")]
        assert len({group and group.id for group in groups}) == 1
        assert [client.group_or_none("nobody") for _unused in range(2)] == [None, None]
        assert len(gitlab.reads) == 2

    @pytest.mark.parametrize("status", [403, 404])
    def test_a_page_that_the_token_may_not_see(self, status: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company().fault("status", path="/groups/acme", status=status, times=None)
        assert api(start_gitlab(company)).group_or_none("acme") is None

    @pytest.mark.parametrize("status", [400, 500, 503])
    def test_a_page_that_fails_is_another_matter(self, status: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company().fault("status", path="/groups/acme", status=status, times=None)
        with pytest.raises(RequestFailed, match=str(status)):
            api(start_gitlab(company), retries=0).group_or_none("acme")

    def test_unknown(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        with pytest.raises(NotFound):
            api(start_gitlab(self.company())).group("nobody/here")

    def test_a_root_that_prevents_sharing_outside(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert api(start_gitlab(self.company())).group("bank").prevents_outside_sharing

    def test_a_search_finds_more_than_was_meant(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company().group("auditors-of-old", name="Auditors of old", visibility="public")
        found = api(start_gitlab(company)).groups_matching(["auditors"], all_available=True)
        assert {group.full_path for group in found} == {GROUP, "auditors-of-old"}

    def test_many(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        company = self.company()
        for number in range(230):
            company.group(f"acme/g{number:03}")
        client = api(start_gitlab(company))
        owned = {"min_access_level": 50}
        assert client.count_groups(**owned) == 230 + 3
        assert len(client.groups(None, **owned)) == len(client.groups(233, **owned)) == 230 + 3
        assert {group.full_path for group in client.groups(None, top_level_only=True, **owned)} == {"acme", "bank"}

    def test_groups_that_invite_it(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        assert [group.full_path for group in api(start_gitlab(self.company())).inviting_groups(GROUP_ID)] == [
            "acme/sub"
        ]

    def test_who_may_not_see_the_members_is_none(self, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        """A private group that the user sees only because of a project in it: sheet, section 5."""
        company = self.company().fault("status", path="/groups/11/members/all/1", status=403, times=None)
        assert api(start_gitlab(company)).role_in_group(GROUP_ID, 1) == 0

    @pytest.mark.parametrize(("user", "role"), [("olivia", 10), ("stan", 0)])
    def test_a_role(self, user: str, role: int, start_gitlab: StartGitLab, api: OpenGitLab) -> None:
        gitlab = start_gitlab(self.company())
        number = gitlab.world.user(user).id
        assert api(gitlab, user="root").role_in_group(GROUP_ID, number) == role


READS: Mapping[str, Callable[[GitLab], object]] = {
    "instance": lambda gitlab: gitlab.instance(),
    "user": lambda gitlab: gitlab.user(),
    "token": lambda gitlab: gitlab.token(),
    "group": lambda gitlab: gitlab.group("acme"),
    "project": lambda gitlab: gitlab.projects.one(1, ()),
    "groups": lambda gitlab: gitlab.groups(None),
    "all projects": lambda gitlab: gitlab.projects.measure_all(EVERYTHING),
    "a role": lambda gitlab: gitlab.role_in_group(GROUP_ID, 1),
}


@pytest.mark.parametrize("answer", [{"hello": "world"}, ["hello"], "hello", 42, None], ids=str)
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_answer_of_another_shape_is_told_with_its_path(
    read: Callable[[GitLab], object], answer: object, start_gitlab: StartGitLab, api: OpenGitLab
) -> None:
    body = "null" if answer is None else None
    gitlab = start_gitlab(Company().fault("status", status=200, json=answer, body=body, times=None))
    with pytest.raises(BadAnswer) as raised:
        read(api(gitlab))
    assert str(raised.value).startswith("GET /api/v4/")
    assert "200 not what GitLab answers here" in str(raised.value)
