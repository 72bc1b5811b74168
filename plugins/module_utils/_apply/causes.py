# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Likely causes of refusals that GitLab does not explain, in words a person can act on."""

from __future__ import annotations

from .._http.errors import NotFound, RequestFailed

PROJECT_GONE = "Project Not Found"
CONFLICT = 409
BAD_REQUEST = 400
SHARING_DISABLED = "The project sharing with group is disabled"
RESTRICTED_DOMAINS = "allowed email domains"


def likely_causes(error: RequestFailed, language: str | None) -> str | None:
    """Return likely causes of a refused share, or None if GitLab's own words explain it.

    :param language: of the token's user; GitLab writes the texts of 409 in it.
    """
    if error.method != "POST":
        return None
    if isinstance(error, NotFound) and PROJECT_GONE not in error.reason:
        return (
            "GitLab gives no reason. Invitations of groups may be switched off for the instance or the top-level "
            "group, the token's user may no longer be a member of the invited group, or no longer have the role that "
            "sharing this project requires"
        )
    if error.status == BAD_REQUEST and SHARING_DISABLED in error.reason:
        return (
            "Memberships of the instance may be locked to LDAP or SAML, or the project's namespace may have been "
            "locked against sharing with groups"
        )
    if error.status == CONFLICT and RESTRICTED_DOMAINS in error.reason:
        return (
            "The top-level group restricts members by e-mail domain, and the invited group's top-level group has no "
            "such restriction or a wider one"
        )
    if error.status == CONFLICT and language not in (None, "en"):
        return (
            f"The token's user has the language {language}: set it to English to see GitLab's reason in words that "
            "this module knows"
        )
    return None


def concerns_one_project(error: RequestFailed) -> bool:
    """Return whether a refusal says nothing about other projects below the same top-level group."""
    return PROJECT_GONE in error.reason or error.status in (None, 403) or error.status >= 500
