# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a request, under one root."""

from __future__ import annotations

import typing as t

from .._errors import GroupShareError


class RequestFailed(GroupShareError):
    """A request to GitLab failed.

    :param status: the HTTP status, or None if no usable answer arrived.
    :param reason: GitLab's own words, or what was wrong with the answer.
    :param effect_unknown: the request may have succeeded although no answer of GitLab's arrived.
    """

    def __init__(self, method: str, path: str, status: int | None, reason: str, effect_unknown: bool = False) -> None:
        self.method: t.Final = method
        self.path: t.Final = path
        self.status: t.Final = status
        self.reason: t.Final = reason
        self.effect_unknown: t.Final = effect_unknown
        answer = f"{status} " if status is not None else ""
        super().__init__(f"{method} {path}: {answer}{reason}")


class Unreachable(RequestFailed):
    """No complete answer came, after all retries."""


class BadAnswer(RequestFailed):
    """An answer came that is not one of GitLab's API: HTML, broken JSON, a redirect, the wrong shape."""


class Redirected(BadAnswer):
    """The answer points to another place, to which the token must not go.

    :param location: the URL; its query is left out.
    """

    # Where GitLab redirects requests for anything outside its API.
    LOGIN_PAGE = "/users/sign_in"

    def __init__(self, method: str, path: str, status: int | None, location: str, effect_unknown: bool = False) -> None:
        self.location: t.Final = location.split("?")[0]
        if self.location.endswith(self.LOGIN_PAGE):
            advice = "GitLab has no API at this address: check api_url."
        else:
            advice = "If this is where GitLab is, set api_url to its address."
        reason = f"redirected to {self.location}. {advice}"
        super().__init__(method, path, status, reason, effect_unknown)


class Refused(RequestFailed):
    """GitLab's API answered with an error."""


class NotFound(Refused):
    """404: it does not exist, or the token's user cannot see it (GitLab does not tell which)."""


class TokenRefused(Refused):
    """The token is unknown, expired, revoked, blocked, or lacks the scope: no later request can succeed."""


class WaitTooLong(RequestFailed):
    """GitLab's limits ask for more waiting than the run may spend.

    :param was_sent: this very request was sent and has to be repeated; otherwise it waited for a limit of another one.
    """

    def __init__(self, method: str, path: str, reason: str, effect_unknown: bool, was_sent: bool) -> None:
        self.was_sent: t.Final = was_sent
        super().__init__(method, path, None, reason, effect_unknown)
