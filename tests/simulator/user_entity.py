# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users, members and tokens as the API shows them (GitLab API sheet, section 6)."""

from __future__ import annotations

from .records import Token, User, birthday
from .rules import Rules
from .settings import Settings

BLOCKED_STATES = ("blocked", "ldap_blocked", "banned", "blocked_pending_approval")
SHOWN_STATES = ("active", "deactivated", *BLOCKED_STATES)


def user_basic(user: User, url: str) -> dict[str, object]:
    """UserBasic."""
    return {
        "id": user.id,
        "username": user.username,
        "public_email": "",
        "name": user.name,
        "state": user.state if user.state in SHOWN_STATES else "active",
        "locked": False,
        "avatar_url": None,
        "web_url": f"{url}/{user.username}",
    }


def _email(user: User) -> str:
    return f"{user.username}@example.com"


def current_user(user: User, url: str, settings: Settings) -> dict[str, object]:
    """What GET /user tells a user about itself (lib/api/entities/user_public.rb, user_with_admin.rb).

    Of keys that came or went, CHANGELOG.md and doc/api/users.md say when; skype is gone by 18.9.
    """
    version = settings.rules.version
    entity = {**user_basic(user, url), **_profile(user, settings.rules), **_account(user)}
    if version >= (18, 3):
        entity["preferred_language"] = user.preferred_language
    if settings.enterprise:
        entity.update(shared_runners_minutes_limit=None, extra_shared_runners_minutes_limit=None)
    if settings.enterprise and version >= (16, 1):
        entity["scim_identities"] = []
    return {**entity, **_for_administrators(user, settings)} if user.admin else entity


def _profile(user: User, rules: Rules) -> dict[str, object]:
    texts = ["bio", "location", "linkedin", "twitter", "website_url", "job_title", "pronouns", "organization"]
    if rules.version < (18, 9):
        texts.append("skype")
    if rules.version >= (15, 9):
        texts.append("discord")
    if rules.version >= (18, 1):
        texts.append("github")
    return {
        "created_at": birthday(user.id),
        **dict.fromkeys(texts, ""),
        "bot": user.bot,
        "work_information": None,
        "followers": 0,
        "following": 0,
        "is_followed": False,
        "local_time": None,
    }


def _account(user: User) -> dict[str, object]:
    return {
        "last_sign_in_at": birthday(user.id),
        "confirmed_at": birthday(user.id),
        "last_activity_on": birthday(user.id)[:10],
        "email": _email(user),
        "theme_id": 1,
        "color_scheme_id": 1,
        "projects_limit": 100000,
        "current_sign_in_at": birthday(user.id),
        "identities": [],
        "can_create_group": not user.bot,
        "can_create_project": not user.bot,
        "two_factor_enabled": False,
        "external": False,
        "private_profile": False,
        "commit_email": _email(user),
    }


def _for_administrators(user: User, settings: Settings) -> dict[str, object]:
    """What administrators have besides, without Admin Mode too (section 6.2)."""
    keys: dict[str, object] = {"is_admin": True, "note": None, "namespace_id": user.namespace_id}
    if settings.rules.version >= (15, 6):
        keys["created_by"] = None
    if settings.enterprise:
        keys["using_license_seat"] = settings.premium and not user.bot
    return keys


def member(user: User, level: int, url: str, rules: Rules, for_admin: bool) -> dict[str, object]:
    """A member of a group or project; Enterprise tells administrators the e-mail address."""
    entity: dict[str, object] = {
        **user_basic(user, url),
        "access_level": level,
        "created_at": birthday(user.id),
        "expires_at": None,
    }
    if rules.enterprise and for_admin:
        entity["email"] = _email(user)
    if rules.enterprise:
        entity["membership_state"] = "active"
    return entity


def token_entity(token: Token, today: str) -> dict[str, object]:
    """A token about itself, without its text."""
    return {
        "id": token.id,
        "name": token.name,
        "revoked": token.revoked,
        "created_at": birthday(token.id),
        "description": None,
        "scopes": token.scopes,
        "user_id": token.user.id,
        "last_used_at": f"{today}T00:00:00.000Z",
        "active": not token.revoked and not token.expired(today),
        "expires_at": token.expires_at,
    }
