# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks, and which GitLab answers."""

from __future__ import annotations

from dataclasses import dataclass

from .._errors import InvalidOption, RunRefused
from .._gitlab.access_levels import level_name
from .._gitlab.client import GitLab
from .._gitlab.records import Instance, Token, User
from .._gitlab.version_rules import knows_level
from .._http.errors import BadAnswer, NotFound, Redirected, TokenRefused

TOKEN_REMEDY = (
    "Check that the token is complete, belongs to this GitLab, has neither expired nor been revoked, "
    "and has the scope api (read_api where nothing is to be changed)."
)
LACKS_ADMIN_MODE = (
    "GitLab runs in Admin Mode and the token lacks the scope admin_mode, "
    "so its user does not count as an administrator."
)


@dataclass(frozen=True)
class Caller:
    """The token's user with its effective rights.

    :param acts_as_admin: it passes all checks; an administrator whose token lacks the scope admin_mode may not.
    :param token: None where GitLab does not tell what the token may do.
    """

    user: User
    acts_as_admin: bool
    token: Token | None

    @property
    def lacks_admin_mode(self) -> bool:
        """Whether the user is an administrator whose token gives it the rights of an ordinary user only."""
        return self.user.is_admin and not self.acts_as_admin

    @property
    def may_write(self) -> bool:
        """Whether the token's scopes allow writes, as far as they are known."""
        return self.token is None or self.token.may_write


def identify_instance(gitlab: GitLab, access_level: int | None) -> Instance:
    """Return the instance that answers.

    :param access_level: a level of shares that this GitLab must know, or None.
    :raises InvalidOption: when it does not.
    :raises RunRefused: when there is no GitLab.
    :raises RequestFailed: when GitLab cannot be reached, or does not accept the token.
    """
    instance = _instance(gitlab)
    if access_level is not None and not (
        knows_level(instance.version, access_level) and gitlab.accepts_level(access_level)
    ):
        raise InvalidOption(
            "access_level", level_name(access_level), f"is not known to GitLab {instance.version_text}."
        )
    return instance


def identify_caller(gitlab: GitLab) -> Caller:
    """Return the token's user and its rights.

    :raises RequestFailed: when GitLab does not accept the token.
    """
    user = gitlab.user()
    token = gitlab.token()
    acts_as_admin = user.is_admin and (_has_admin_scope(token) or gitlab.acts_as_admin())
    return Caller(user, acts_as_admin, token)


def token_refused(error: TokenRefused) -> RunRefused:
    """Return what to raise where GitLab does not accept the token at all."""
    return RunRefused(f"GitLab does not accept the token ({_inserted(error)}). {TOKEN_REMEDY}")


def _instance(gitlab: GitLab) -> Instance:
    """Return the instance; being the first request, it shows whether the address is right."""
    try:
        return gitlab.instance()
    except Redirected:
        # Its message says where to.
        raise
    except (BadAnswer, NotFound) as error:
        if error.status not in (200, 404):
            # Something in front of GitLab refuses the request; the address may be right.
            raise
        remedy = "It must be the root URL of the instance."
        raise RunRefused(f"There is no GitLab at this api_url ({_inserted(error)}). {remedy}") from error


def _inserted(error: Exception) -> str:
    return str(error).rstrip(".")


def _has_admin_scope(token: Token | None) -> bool:
    return token is not None and "admin_mode" in token.scopes
