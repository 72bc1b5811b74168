# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's REST API as far as shares need it: who asks, and which groups there are."""

from __future__ import annotations

import typing as t
from concurrent.futures import Future

from .._http.client import HttpClient, Traffic
from .._http.errors import NotFound, Refused, TokenRefused
from .access_levels import SECURITY_MANAGER
from .api import API, Api, Param, quoted
from .invited_group import InvitedGroup
from .pages import OnRead
from .paths import is_number
from .projects import Projects
from .records import Group, Instance, Token, User
from .workers import Workers

FORBIDDEN = 403
Argument = t.TypeVar("Argument")
Result = t.TypeVar("Result")


class GitLab:
    """The API of one instance. May be used from several threads.

    Every method raises a subclass of RequestFailed on failure. The page of a group is read once.

    :param workers: send the requests of long lists, and those of in_parallel() and begin().
    :param on_read: called after each page of a long list of projects.
    """

    def __init__(self, http: HttpClient, workers: Workers, on_read: OnRead | None = None) -> None:
        self._http = http
        self._api = Api(http, workers)
        self._group_pages: dict[str, Group | None] = {}
        self.projects: t.Final = Projects(self._api, on_read)

    @property
    def traffic(self) -> Traffic:
        """What the requests have cost so far."""
        return self._http.traffic

    def stop(self, reason: str) -> None:
        """Start no more requests except shielded ones. A signal handler may call this."""
        self._http.stop(reason)

    def shielded(self, seconds: float | None = None) -> t.ContextManager[None]:
        """Exempt the calling thread's requests from stop() and max_wait; see HttpClient.shielded()."""
        return self._http.shielded(seconds)

    def in_parallel(self, function: t.Callable[[Argument], Result], arguments: t.Iterable[Argument]) -> list[Result]:
        """Call a function for each argument, several at once; return the results in the order of arguments."""
        return self._api.workers.call_each(function, arguments)

    def begin(self, function: t.Callable[[], Result]) -> Future[Result]:
        """Have a function called by a free worker, while others do what else has been begun."""
        return self._api.workers.submit(function)

    def invited(self, group: Group) -> InvitedGroup:
        """Return the shares of a group."""
        return InvitedGroup(self._api, self.projects, group)

    # Who and where

    def instance(self) -> Instance:
        """Return version and edition."""
        try:
            return self._api.get("/metadata", Instance.from_json)
        except NotFound:
            return self._api.get("/version", Instance.from_json)

    def user(self) -> User:
        """Return the token's user."""
        return self._api.get("/user", User.from_json)

    def token(self) -> Token | None:
        """Return scopes and expiry of the token.

        None where GitLab does not show them: for OAuth tokens, for fine-grained ones in 18.x, and before 15.5.
        """
        return self._api.get_or_none((400, FORBIDDEN, 404), "/personal_access_tokens/self", Token.from_json)

    def acts_as_admin(self) -> bool:
        """Return whether the token acts as administrator; in Admin Mode that needs the scope admin_mode."""
        return self._api.get_or_none((FORBIDDEN,), "/application/settings", lambda _settings: True) is not None

    def accepts_level(self, access_level: int) -> bool:
        """Return whether the instance takes this level, which for Security Manager depends on its settings."""
        if access_level != SECURITY_MANAGER:
            return True
        filters: dict[str, Param] = {"min_access_level": access_level, "simple": True, "per_page": 1}
        return self._api.get_or_none((400,), "/projects", lambda _projects: True, **filters) is not None

    # Groups

    def group(self, path: str) -> Group:
        """Return the group with a full path, as its own page shows it."""
        found = self._group_pages.get(path.lower())
        # GitLab takes a path of digits for an id.
        return found or self._read_group(self._id_of(path) if is_number(path) else path)

    def group_or_none(self, path: str) -> Group | None:
        """Return the group with a full path, or None where the token may not see its page."""
        try:
            return self._group_pages[path.lower()]
        except KeyError:
            pass
        try:
            return self.group(path)
        except TokenRefused:
            raise
        except Refused as error:
            if error.status not in (FORBIDDEN, 404):
                raise
            self._group_pages[path.lower()] = None
            return None

    def visible_groups(self, paths: t.Iterable[str]) -> dict[str, Group]:
        """Return groups by full path, one request each, without those whose page the token may not see."""
        ordered = sorted(paths)
        pages = self.in_parallel(self.group_or_none, ordered)
        return {path: page for path, page in zip(ordered, pages) if page is not None}

    def group_by_id(self, group_id: int) -> Group:
        """Return the group with an id, as its own page shows it."""
        return self._read_group(group_id)

    def groups_matching(self, texts: t.Iterable[str], **filters: Param) -> tuple[Group, ...]:
        """Return the groups whose name or path contains one of some texts; compare the hits of this search."""

        def search(text: str) -> tuple[Group, ...]:
            return self._groups("/groups", search=text, **filters)

        found = {group.id: group for groups in self.in_parallel(search, texts) for group in groups}
        return tuple(found.values())

    def groups(self, total: int | None, **filters: Param) -> tuple[Group, ...]:
        """Return all groups that the token's user sees, as far as they pass GitLab's filters.

        :param total: how many there are, as count_groups() says.
        :param filters: min_access_level is the role that the user has in a group, or inherits there.
        """
        return self._groups("/groups", total, **filters)

    def count_groups(self, **filters: Param) -> int | None:
        """Return how many groups groups() would return; None if GitLab does not count them."""
        return self._api.count("/groups", **filters)

    def inactive_groups(self) -> tuple[Group, ...]:
        """Return the groups that are archived or scheduled for deletion, or lie in such a group (GitLab 18.0)."""
        return self._groups("/groups", active=False, all_available=True)

    def inviting_groups(self, group_id: int) -> tuple[Group, ...]:
        """Return the groups to which a group is invited, as far as the token sees them."""
        return self._groups(f"/groups/{group_id}/groups/shared")

    def role_in_group(self, group_id: int, user_id: int) -> int:
        """Return a user's role in a group, inherited or through other groups; 0 for none."""
        path = f"/groups/{group_id}/members/all/{user_id}"
        # Users who see a private group only because of a project in it may not see its members.
        return self._api.get_or_none((FORBIDDEN, 404), path, lambda member: int(member["access_level"])) or 0

    def _read_group(self, reference: str | int) -> Group:
        group = self._api.get(f"/groups/{quoted(str(reference))}", Group.from_json, with_projects=False)
        self._group_pages[group.full_path.lower()] = group
        return group

    def _id_of(self, path: str) -> int:
        """Return the id of a top-level group with a path of digits."""
        for group in self.groups_matching([path], top_level_only=True, all_available=True):
            if group.full_path == path:
                return group.id
        raise NotFound("GET", f"{API}/groups?search={path}", 404, "no group has this path")

    def _groups(self, path: str, total: int | None = None, /, **filters: Param) -> tuple[Group, ...]:
        return self._api.whole_list(path, Group.from_json, total, order_by="id", sort="asc", **filters)
