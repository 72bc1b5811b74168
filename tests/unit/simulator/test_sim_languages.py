# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts in the language of the token's user: GitLab API sheet, section 18."""

from __future__ import annotations

from typing import Any

import pytest

ENGLISH = "Project already shared with this group"
GUESTS = [{"group": "security/auditors", "access_level": 10}]
SHARED = {"projects": [{"path": "acme/app", "share": GUESTS}]}


def speaking(language: str, **patch: Any) -> dict[str, Any]:
    return {**patch, "users": [{"username": "olivia", "preferred_language": language}]}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Projekt bereits mit dieser Gruppe geteilt"),
        ("ja", "プロジェクトすでにこのグループと共有しています"),
        ("ko", "이미 이 그룹과 공유되었습니다."),
        ("zh_HK", "Projectalready shared with this group"),
        ("nl_NL", ENGLISH),
        ("xx", ENGLISH),
        ("en", ENGLISH),
    ],
)
def test_already_shared(serve: Any, language: str, text: str) -> None:
    assert serve(speaking(language, **SHARED)).share() == (409, {"message": text})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Projekt bereits mit dieser Gruppe geteilt und Das Projekt kann nicht mit der Gruppe"),
        ("fr", "Projet déjà partagé avec ce groupe et Le projet ne peut pas être partagé avec le groupe"),
        ("es", "Proyecto ya se compartió con este grupo y Project cannot be shared with the group"),
        ("zh_CN", "项目已与该群组分享和Project cannot be shared with the group"),
    ],
)
def test_joined(serve: Any, language: str, text: str) -> None:
    own = {"projects": [{"path": "acme/app", "share": [{"group": "acme", "access_level": 10}]}]}
    status, body = serve(speaking(language, **own)).share(group_id=3)
    assert status == 409
    assert body["message"].startswith(text)


def test_what_stays_english(serve: Any) -> None:
    company = serve(speaking("de"))
    assert company.share(group_id=999) == (404, {"message": "Not Found"})
    company.world.change({"groups": [{"path": "acme", "share_with_group_lock": True}]})
    assert company.share() == (400, {"message": "The project sharing with group is disabled"})


@pytest.mark.parametrize(("version", "told"), [("18.3.0-ee", "de"), ("18.2.0-ee", "not told")])
def test_who_am_i(serve: Any, version: str, told: str) -> None:
    user = serve(speaking("de"), version=version).as_user("olivia").get("/user").json
    assert user.get("preferred_language", "not told") == told


def test_accept_language_has_no_effect(serve: Any) -> None:
    client = serve(SHARED).as_user("olivia")
    headers = {"Accept-Language": "de", "Content-Type": "application/json"}
    reply = client.request("POST", "/projects/4/share", {"group_id": 11, "group_access": 10}, headers)
    assert reply.json == {"message": ENGLISH}
