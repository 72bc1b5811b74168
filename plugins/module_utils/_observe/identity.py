# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who the token is, where it is, and which group is to be invited."""

from __future__ import annotations

from dataclasses import dataclass

from .._errors import InvalidOption, RunRefused
from .._gitlab.access_levels import level_name
from .._gitlab.client import GitLab
from .._gitlab.records import Group, Instance, Token, User
from .._gitlab.version_rules import knows_level
from .._http.errors import BadAnswer, NotFound, Redirected, TokenRefused

TOKEN_REMEDY = (
    "Check that the token is whole, belongs to this GitLab, has neither expired nor been revoked, "
    "and has the scope api (read_api where nothing is to be changed)."
)
LACKS_ADMIN_MODE = (
    "GitLab runs in Admin Mode and the token lacks the scope admin_mode, "
    "so that its user does not count as administrator."
)


@dataclass(frozen=True)
class Caller:
    """The token's user, as GitLab takes it.

    :param acts_as_admin: it passes all checks; an administrator whose token lacks Admin Mode does not.
    :param token: None where GitLab does not tell what the token may do.
    """

    user: User
    acts_as_admin: bool
    token: Token | None

    @property
    def lacks_admin_mode(self) -> bool:
        """Whether the user is an administrator whom GitLab takes for an ordinary user, because of the token."""
        return self.user.is_admin and not self.acts_as_admin

    @property
    def is_fine_grained(self) -> bool:
        """Whether the token has permissions of its own, which GitLab tells only when they are used."""
        return self.token is not None and self.token.granular

    @property
    def may_write(self) -> bool:
        """Whether the token's scopes allow writes, as far as they are known."""
        return self.token is None or self.token.may_write


@dataclass(frozen=True)
class Setting:
    """What is found out before any project is looked at."""

    instance: Instance
    caller: Caller
    group: Group


def look_around(gitlab: GitLab, group: str, access_level: int) -> Setting:
    """Find out who calls, which GitLab answers, and which group is meant.

    :raises InvalidOption: when the group cannot be told, or this GitLab does not know the access level.
    :raises RunRefused: when there is no GitLab, or it does not accept the token.
    :raises RequestFailed: when GitLab cannot be reached.
    """
    try:
        return _look_around(gitlab, group, access_level)
    except TokenRefused as error:
        raise RunRefused(f"GitLab does not accept the token ({_inserted(error)}). {TOKEN_REMEDY}") from error


def _look_around(gitlab: GitLab, group: str, access_level: int) -> Setting:
    instance = _instance(gitlab)
    if not (knows_level(instance.version, access_level) and gitlab.accepts_level(access_level)):
        raise InvalidOption(
            "access_level", level_name(access_level), f"is not known to GitLab {instance.version_text}."
        )
    user = gitlab.user()
    token = gitlab.token()
    acts_as_admin = user.is_admin and (_has_admin_scope(token) or gitlab.acts_as_admin())
    caller = Caller(user, acts_as_admin, token)
    return Setting(instance, caller, _find_group(gitlab, group, caller))


def _instance(gitlab: GitLab) -> Instance:
    """Return the instance; being the first request, it shows whether the address is right."""
    try:
        return gitlab.instance()
    except Redirected:
        # It says where to.
        raise
    except (BadAnswer, NotFound) as error:
        if error.status not in (200, 404):
            # Something in front of GitLab refuses the request; the address may be right.
            raise
        remedy = "It must be the root of the instance."
        raise RunRefused(f"There is no GitLab at this api_url ({_inserted(error)}). {remedy}") from error


def _inserted(error: Exception) -> str:
    return str(error).rstrip(".")


def _has_admin_scope(token: Token | None) -> bool:
    return token is not None and "admin_mode" in token.scopes


def _find_group(gitlab: GitLab, reference: str, caller: Caller) -> Group:
    """Return the group with a full path or an id, else the one that bears the name."""
    try:
        return gitlab.group(reference)
    except NotFound as error:
        if "/" in reference or reference.isdigit():
            raise _unknown(reference, caller) from error
    named = [group for group in gitlab.groups_matching([reference], all_available=True) if group.name == reference]
    if len(named) == 1:
        # The list leaves out what the group's own page tells.
        return gitlab.group(str(named[0].id))
    if not named:
        raise _unknown(reference, caller)
    paths = ", ".join(sorted(group.full_path for group in named))
    raise InvalidOption("group", reference, f"is the name of several groups; use the full path of one: {paths}.")


def _unknown(reference: str, caller: Caller) -> InvalidOption:
    problem = f"is not the path, id or name of a group that the token's user {caller.user.username} can see."
    return InvalidOption("group", reference, f"{problem} {LACKS_ADMIN_MODE}" if caller.lacks_admin_mode else problem)
