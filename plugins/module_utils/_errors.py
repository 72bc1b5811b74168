# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that this collection raises on purpose, under one root.

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
    """GitLab would refuse every write of this run, so none is tried."""


class EndedAfterRecovery(GroupShareError):
    """The run ended with an error, after it had put back what an earlier one had removed; the cause is the error."""
