# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""Everything that can go wrong and be foreseen, under one root.

Each message is written for the person who reads the playbook's output: what happened, to what, what to do next.
"""

from __future__ import annotations


class GroupShareError(Exception):
    """Root of all errors that this collection raises on purpose."""


class InvalidOption(GroupShareError):
    """An option's value cannot be used; raised before any write.

    :param value: None for one that must not be repeated, because it holds a secret.
    """

    def __init__(self, option: str, value: object, problem: str) -> None:
        super().__init__(f"{option} {problem}" if value is None else f"{option}: {value!r} {problem}")


class RunRefused(GroupShareError):
    """GitLab would refuse every write of this run, so that none is tried."""


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
