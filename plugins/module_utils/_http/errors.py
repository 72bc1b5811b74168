# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a request, under one root."""

from __future__ import annotations

from .._errors import GroupShareError


class RequestFailed(GroupShareError):
    """One request to GitLab did not bring what it was sent for.

    :param status: the HTTP status, or None where no usable answer came.
    :param reason: GitLab's own words, or what was wrong with the answer.
    :param after_lost_answer: a try may have taken effect without its answer having arrived.
    """

    def __init__(
        self, method: str, path: str, status: int | None, reason: str, after_lost_answer: bool = False
    ) -> None:
        self.after_lost_answer = after_lost_answer
        self.method = method
        self.path = path
        self.status = status
        self.reason = reason
        answer = f"{status} " if status is not None else ""
        super().__init__(f"{method} {path}: {answer}{reason}")


class Unreachable(RequestFailed):
    """No complete answer came, after all retries."""


class BadAnswer(RequestFailed):
    """An answer came that is not one of GitLab's API: HTML, broken JSON, a redirect, the wrong shape."""


class Redirected(BadAnswer):
    """The answer points to another place, where the token must not go.

    :param location: the URL, without its query.
    """

    def __init__(self, method: str, path: str, status: int, location: str) -> None:
        self.location = location.split("?")[0]
        reason = f"redirected to {self.location}. If this is where GitLab is, set api_url to its address."
        super().__init__(method, path, status, reason)


class Refused(RequestFailed):
    """GitLab's API answered with an error."""


class NotFound(Refused):
    """404: it does not exist, or the token's user cannot see it (GitLab does not tell which)."""


class TokenRefused(Refused):
    """The token is unknown, expired, revoked, blocked, or lacks the scope: no later request can succeed."""


class WaitTooLong(RequestFailed):
    """GitLab's limits ask for more waiting than the run may spend."""
