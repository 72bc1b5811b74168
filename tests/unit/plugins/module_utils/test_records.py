# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records: what the API's answers are reduced to, and what is not of GitLab's shape."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.records import (
    Group,
    Instance,
    Listed,
    Project,
    Share,
    Token,
    User,
    Version,
)

PROJECT: dict[str, Any] = {
    "id": 4,
    "path_with_namespace": "acme/app",
    "web_url": "https://gitlab.example.com/acme/app",
    "namespace": {"id": 3, "kind": "group", "full_path": "acme"},
    "visibility": "private",
    "archived": False,
    "topics": ["web"],
    "marked_for_deletion_on": None,
    "runners_token": "GR1348941-never-to-be-kept",
    "shared_with_groups": [
        {"group_id": 10, "group_access_level": 40, "expires_at": None},
        {"group_id": 11, "group_access_level": 20, "expires_at": "2027-01-31"},
    ],
    "permissions": {"project_access": None, "group_access": {"access_level": 50, "notification_level": 3}},
}

GROUP: dict[str, Any] = {
    "id": 3,
    "full_path": "acme",
    "name": "Acme",
    "web_url": "https://gitlab.example.com/groups/acme",
}


def project(**changes: Any) -> Project:
    return Listed.from_json({**PROJECT, **changes}, (11,)).shared_with(11)


def without(*keys: str) -> Project:
    return Project.from_json({key: value for key, value in PROJECT.items() if key not in keys})


def test_a_full_project() -> None:
    assert project() == Project(
        id=4,
        path="acme/app",
        web_url="https://gitlab.example.com/acme/app",
        namespace="acme",
        personal=False,
        visibility="private",
        archived=False,
        pending_deletion=False,
        topics=("web",),
        share=Share(20, date(2027, 1, 31)),
        known_role=50,
    )


def test_nothing_secret_is_kept() -> None:
    assert "GR1348941" not in repr(project())


def test_a_simple_project_lacks_much() -> None:
    keys = ("archived", "visibility", "shared_with_groups", "permissions", "marked_for_deletion_on", "topics")
    simple = without(*keys)
    assert (simple.archived, simple.visibility, simple.share, simple.known_role) == (False, "", None, 0)
    assert (simple.pending_deletion, simple.topics) == (False, ())


@pytest.mark.parametrize(
    ("links", "share"),
    [
        ([], None),
        (None, None),
        ([{"group_id": 12, "group_access_level": 20, "expires_at": None}], None),
        ([{"group_id": 11, "group_access_level": 10}], Share(10)),
        ([{"group_id": 11, "group_access_level": 10, "expires_at": ""}], Share(10)),
        (
            [{"group_id": 11, "group_access_level": 30, "expires_at": "2027-01-31T00:00:00Z"}],
            Share(30, date(2027, 1, 31)),
        ),
    ],
)
def test_the_share_with_a_group(links: Any, share: Share | None) -> None:
    assert project(shared_with_groups=links).share == share


def test_the_shares_with_some_groups() -> None:
    item = Listed.from_json(PROJECT, (10, 11, 12))
    assert item.shares == ((10, Share(40)), (11, Share(20, date(2027, 1, 31))))
    assert [item.shared_with(group_id).share for group_id in (10, 12)] == [Share(40), None]
    assert item.project.share is None


@pytest.mark.parametrize(
    ("permissions", "role"),
    [
        (None, 0),
        ({}, 0),
        ({"project_access": None, "group_access": None}, 0),
        ({"project_access": {"access_level": 40}, "group_access": None}, 40),
        ({"project_access": {"access_level": 40}, "group_access": {"access_level": 30}}, 40),
    ],
)
def test_the_role_that_is_known(permissions: Any, role: int) -> None:
    assert project(permissions=permissions).known_role == role


@pytest.mark.parametrize(
    ("changes", "pending"),
    [
        ({"marked_for_deletion_on": "2026-01-31"}, True),
        ({"marked_for_deletion_at": "2026-01-31"}, True),
        ({"marked_for_deletion_at": None}, False),
    ],
)
def test_a_date_of_deletion_marks_it(changes: dict[str, Any], pending: bool) -> None:
    assert project(**changes).pending_deletion is pending


@pytest.mark.parametrize(
    ("data", "is_fork"),
    [
        ({}, False),
        ({"forked_from_project": {"id": 9}}, True),
        # A fork whose source is gone, or cannot be seen, still says where its merge requests go.
        ({"mr_default_target_self": False}, True),
    ],
)
def test_a_fork(data: dict[str, Any], is_fork: bool) -> None:
    assert project(**data).is_fork is is_fork


@pytest.mark.parametrize(("data", "is_mirror"), [({}, False), ({"mirror": False}, False), ({"mirror": True}, True)])
def test_a_mirror(data: dict[str, Any], is_mirror: bool) -> None:
    assert project(**data).is_mirror is is_mirror


def test_a_personal_project() -> None:
    assert project(namespace={"id": 9, "kind": "user", "full_path": "olivia"}).personal


def test_topics_had_another_name_once() -> None:
    tagged = Project.from_json({**PROJECT, "topics": None, "tag_list": ["old"]})
    assert tagged.topics == ("old",)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {},
        {"id": 4},
        {**PROJECT, "id": None},
        {**PROJECT, "id": "four"},
        {**PROJECT, "namespace": None},
        {**PROJECT, "shared_with_groups": [{"group_id": 11}]},
        {**PROJECT, "shared_with_groups": [{"group_id": 11, "group_access_level": "guest"}]},
        {**PROJECT, "permissions": [1]},
    ],
)
def test_what_is_no_project_raises_what_the_client_expects(data: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Listed.from_json(data, (11,))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("18.5.1-ee", (18, 5)),
        ("19.0.0-pre", (19, 0)),
        ("15.11", (15, 11)),
        ("17.10.2", (17, 10)),
    ],
)
def test_a_version(text: str, version: tuple[int, int]) -> None:
    assert Version.parse(text) == version


@pytest.mark.parametrize("text", ["", "eighteen", "v18.5", "18"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        Version.parse(text)


def test_versions_compare_as_numbers() -> None:
    assert Version.parse("9.11") < Version.parse("17.2") < Version.parse("17.10")


@pytest.mark.parametrize(
    ("data", "enterprise"),
    [
        ({"version": "18.5.1-ee"}, True),
        ({"version": "18.5.1"}, False),
        ({"version": "18.5.1-ee", "enterprise": True}, True),
        ({"version": "18.5.1", "enterprise": True}, True),
        ({"version": "18.5.1-ee", "enterprise": False}, False),
        ({"version": "18.5.1-ee", "enterprise": None}, True),
        ({"version": "18.5.0-pre", "enterprise": False}, False),
        # Both editions have it between two releases.
        ({"version": "18.5.0-pre"}, True),
    ],
)
def test_the_edition(data: dict[str, Any], enterprise: bool) -> None:
    instance = Instance.from_json(data)
    assert (instance.version, instance.version_text, instance.enterprise) == ((18, 5), data["version"], enterprise)


def test_a_user_is_an_administrator_only_if_it_says_so() -> None:
    assert User.from_json({"id": 2, "username": "olivia"}) == User(2, "olivia", False)
    assert User.from_json({"id": 1, "username": "root", "is_admin": True}).is_admin


@pytest.mark.parametrize(("data", "language"), [({}, None), ({"preferred_language": "pt_BR"}, "pt_BR")])
def test_the_language_of_a_user(data: dict[str, Any], language: str | None) -> None:
    assert User.from_json({"id": 2, "username": "olivia", **data}).language == language


@pytest.mark.parametrize(
    ("data", "may_write"),
    [
        ({"scopes": ["api"]}, True),
        ({"scopes": ["read_api", "read_user"]}, False),
        ({"scopes": []}, False),
        ({"scopes": [], "granular": True}, True),
    ],
)
def test_a_token_may_write(data: dict[str, Any], may_write: bool) -> None:
    assert Token.from_json(data).may_write is may_write


def test_a_group() -> None:
    link = {"group_id": 11, "group_access_level": 20, "expires_at": None}
    assert not Group.from_json(GROUP).share_locked
    group = Group.from_json({**GROUP, "share_with_group_lock": True, "shared_with_groups": [link]})
    assert group.share_locked
    assert group.share_with(11) == Share(20)
    assert group.share_with(12) is None
    closed = Group.from_json({**GROUP, "prevent_sharing_groups_outside_hierarchy": True})
    assert closed.prevents_outside_sharing


@pytest.mark.parametrize(
    ("data", "archived", "pending"),
    [
        ({}, False, False),
        ({"archived": True}, True, False),
        ({"archived": False, "marked_for_deletion_on": "2027-01-31"}, False, True),
        ({"marked_for_deletion_on": None}, False, False),
    ],
)
def test_the_state_of_a_group(data: dict[str, Any], archived: bool, pending: bool) -> None:
    group = Group.from_json({**GROUP, **data})
    assert (group.archived, group.pending_deletion) == (archived, pending)


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        (None, ()),
        ("", ()),
        ("example.com", ("example.com",)),
        ("example.com, example.org,", ("example.com", "example.org")),
    ],
)
def test_the_email_domains_of_a_group(text: str | None, domains: tuple[str, ...]) -> None:
    assert Group.from_json({**GROUP, "allowed_email_domains_list": text}).email_domains == domains


def test_a_hidden_share_has_no_level() -> None:
    assert Share.HIDDEN.is_hidden
    assert Share(None) == Share.HIDDEN
    assert not Share(10).is_hidden
