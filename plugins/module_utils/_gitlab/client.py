# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's REST API as far as shares need it: typed endpoints, whole lists."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass
from functools import partial
from urllib.parse import quote

from .._http.client import Answer, HttpClient, Traffic
from .._http.errors import BadAnswer, NotFound, Redirected, Refused, TokenRefused
from .access_levels import SECURITY_MANAGER
from .pages import PER_PAGE, Extent, Listing, Page, ReadPage, read_by_id, read_by_number
from .records import Group, Instance, Project, Share, Token, User, role_shown
from .workers import Workers

API = "/api/v4"
# GitLab does not count lists with more items than this, where it limits counting at all.
UNCOUNTED = 10_000
Record = t.TypeVar("Record")
Argument = t.TypeVar("Argument")
Result = t.TypeVar("Result")


@dataclass(frozen=True)
class ProjectFilter:
    """What GitLab itself is to leave out of a list of projects.

    :param archived: True for archived ones only, False for none of them, None for both.
    :param min_access_level: the token's user has at least this role, by membership; administrators too.
    :param active: False for those that are archived or pending deletion only. Before 18.x GitLab ignores it.
    """

    archived: bool | None = None
    min_access_level: int | None = None
    visibility: str | None = None
    active: bool | None = None

    def lets_through(self, project: Project) -> bool:
        """Tell whether a project passes, apart from the role."""
        return self.archived in (None, project.archived) and self.visibility in (None, project.visibility)


class GitLab:
    """The API of one instance. May be used from several threads.

    All methods raise RequestFailed of one kind or another when GitLab does not do or tell what is asked.

    :param workers: send the requests of long lists, and those of in_parallel().
    """

    def __init__(self, http: HttpClient, workers: Workers) -> None:
        self._http = http
        self._workers = workers

    @property
    def traffic(self) -> Traffic:
        """What the requests have cost so far."""
        return self._http.traffic

    def invited(self, group):
        from .invited_group import InvitedGroup

        return InvitedGroup(self, group)

    def stop(self, reason: str) -> None:
        """Start no more requests except shielded ones. A signal handler may call this."""
        self._http.stop(reason)

    def shielded(self) -> t.ContextManager[None]:
        """Exempt the calling thread's requests from stop() and max_wait: people are without access meanwhile."""
        return self._http.shielded()

    def in_parallel(self, function: t.Callable[[Argument], Result], arguments: t.Iterable[Argument]) -> list[Result]:
        """Call a function for each argument, several at once; return the results in the order of arguments."""
        return list(self._workers.map(function, arguments))

    # Who and where

    def instance(self) -> Instance:
        """Return version and edition."""
        try:
            answer = self._get("/metadata")
        except NotFound:
            answer = self._get("/version")
        return _parsed(answer, "/version", Instance.from_json)

    def user(self) -> User:
        """Return the token's user."""
        return _parsed(self._get("/user"), "/user", User.from_json)

    def token(self) -> Token | None:
        """Return scopes and expiry of the token, or None where GitLab does not tell (OAuth; before 15.5)."""
        path = "/personal_access_tokens/self"
        try:
            return _parsed(self._get(path), path, Token.from_json)
        except Refused as error:
            if error.status in (400, 404):
                return None
            raise

    def acts_as_admin(self) -> bool:
        """Tell whether the token has an administrator's rights now, which with Admin Mode it needs a scope for."""
        try:
            self._get("/application/settings")
        except TokenRefused:
            raise
        except Refused as error:
            if error.status != 403:
                raise
            return False
        return True

    def accepts_level(self, access_level: int) -> bool:
        """Tell whether the instance takes this level, which for Security Manager depends on its settings."""
        if access_level != SECURITY_MANAGER:
            return True
        try:
            self._get("/projects", min_access_level=access_level, simple=True, per_page=1)
        except Refused as error:
            if error.status == 400:
                return False
            raise
        return True

    # Groups

    def group(self, reference: str) -> Group:
        """Return the group with a full path or id."""
        path = f"/groups/{_quoted(reference)}"
        return _parsed(self._get(path, with_projects=False), path, Group.from_json)

    def group_or_none(self, reference: str) -> Group | None:
        """Return the group with a full path or id, or None where the token may not see its page."""
        try:
            return self.group(reference)
        except TokenRefused:
            raise
        except Refused:
            return None

    def groups_matching(self, texts: t.Iterable[str], **filters: t.Any) -> tuple[Group, ...]:
        """Return the groups whose name or path holds one of some texts: a search, whose hits are to be compared."""
        searches = [self._numbered("/groups", Group.from_json, search=text, **filters) for text in texts]
        return read_by_number(searches, self._workers).items

    def groups(self, min_access_level: int | None) -> tuple[Group, ...]:
        """Return the groups in which the token's user has a role, inherited too; for None, all (administrators)."""
        groups = self._numbered("/groups", Group.from_json, min_access_level=min_access_level)
        return read_by_number([groups], self._workers).items

    def count_groups(self, min_access_level: int | None) -> int | None:
        """Return how many there are of what groups() returns; None where GitLab does not count them."""
        return self._count("/groups", min_access_level=min_access_level)

    def inviting_groups(self, group_id: int) -> tuple[Group, ...]:
        """Return the groups to which a group is invited, as far as the token sees them."""
        groups = self._numbered(f"/groups/{group_id}/groups/shared", Group.from_json)
        return read_by_number([groups], self._workers).items

    def role_in_group(self, group_id: int, user_id: int) -> int:
        """Return a user's role in a group, inherited or through other groups; 0 for none."""
        path = f"/groups/{group_id}/members/all/{user_id}"
        try:
            return _parsed(self._get(path), path, lambda member: int(member["access_level"]))
        except NotFound:
            return 0

    # Projects

    def project(self, reference: str | int, group_id: int) -> Project:
        """Return the project with a full path or id, and its share with a group; old paths of moved projects do."""
        path = f"/projects/{_quoted(str(reference))}"
        try:
            answer = self._http.get(API + path)
        except Redirected as error:
            # GitLab names its own address, which need not be the one that we use; the id is all we take from it.
            number = error.location.rstrip("/").rpartition("/projects/")[2]
            if not number.isdigit():
                raise
            path = f"/projects/{number}"
            answer = self._get(path)
        return _parsed(answer, path, partial(Project.from_json, group_id=group_id))

    def extent_of(self, wanted: ProjectFilter) -> Extent:
        """Return how far the list of all projects reaches that a filter lets through."""
        answer = self._get("/projects", order_by="id", sort="desc", per_page=1, simple=True, **asdict(wanted))
        newest = _parsed_list(answer, "/projects", lambda item: int(item["id"]))
        return Extent(newest[0], _total(answer) or UNCOUNTED) if newest else Extent(0, 0)

    def all_projects(
        self, group_id: int, wanted: ProjectFilter, extent: Extent, simple: bool = False
    ) -> tuple[Project, ...]:
        """Return every project that the token sees and the filter lets through, with its share with a group.

        :param extent: what extent_of() returns for the filter.
        :param simple: much cheaper, without shares, roles, and whether they are archived or pending deletion.
        """
        parse = partial(Project.from_json, group_id=group_id)

        def read(after: int, before: int) -> list[Project]:
            return self._between(after, before, parse, simple=simple, **asdict(wanted))

        return read_by_id(extent, read, self._workers, self._workers.count)

    def projects_of(
        self, sources: t.Iterable[Group], group_id: int, include_subgroups: bool, wanted: ProjectFilter
    ) -> Listing[Project]:
        """Return the projects that lie in some groups (not those shared with them), with their shares."""
        lists = [
            self._numbered(
                f"/groups/{source.id}/projects",
                partial(Project.from_json, group_id=group_id),
                # By default, GitLab adds projects that lie elsewhere and are shared with the group.
                with_shared=False,
                include_subgroups=include_subgroups,
                **asdict(wanted),
            )
            for source in sources
        ]
        return read_by_number(lists, self._workers)

    def roles(self, min_access_level: int, after: int, before: int, simple: bool) -> dict[int, int]:
        """Return the projects, by their ids between two ids, in which the token's user has a role in whatever way.

        :param simple: much cheaper.
        :return: by id, the role that it has by membership as far as that is told; 0 for all of them if simple.
        """
        found: dict[int, int] = {}
        while True:
            filters = {"min_access_level": min_access_level, "simple": simple}
            page = self._between(after, before, lambda item: (int(item["id"]), role_shown(item)), **filters)
            found.update(page)
            if len(page) < PER_PAGE:
                return found
            after, _role = page[-1]

    def shared_projects(self, group_id: int, wanted: ProjectFilter, simple: bool = False) -> tuple[Project, ...]:
        """Return the projects that are shared with a group, even those whose other answers hide that share.

        :param simple: cheaper, without their shares.
        """
        return read_by_number([self._shared_list(group_id, simple=simple, **asdict(wanted))], self._workers).items

    def shared_projects_matching(
        self, group_id: int, texts: t.Iterable[str], wanted: ProjectFilter
    ) -> tuple[Project, ...]:
        """Return those of shared_projects() whose name or path holds one of some texts."""
        searches = [self._shared_list(group_id, search=text, **asdict(wanted)) for text in texts]
        return read_by_number(searches, self._workers).items

    def count_shared_projects(self, group_id: int, wanted: ProjectFilter) -> int | None:
        """Return how many there are of what shared_projects() returns; None where GitLab does not count them."""
        return self._count(f"/groups/{group_id}/projects/shared", simple=True, **asdict(wanted))

    # Shares

    def share(self, project_id: int, group_id: int, share: Share) -> None:
        """Share a project with a group; there must be no share between them yet."""
        body: dict[str, t.Any] = {"group_id": group_id, "group_access": share.access_level}
        if share.expires_at is not None:
            body["expires_at"] = share.expires_at.isoformat()
        self._http.post(f"{API}/projects/{project_id}/share", body)

    def unshare(self, project_id: int, group_id: int) -> None:
        """Remove a project's share with a group."""
        self._http.delete(f"{API}/projects/{project_id}/share/{group_id}")

    # Reading

    def _get(self, path: str, **params: t.Any) -> Answer:
        return self._http.get(API + path, params)

    def _between(self, after: int, before: int, parse: t.Callable[[t.Any], Record], **filters: t.Any) -> list[Record]:
        """Read the first projects between two ids, in the order of ids."""
        order = {"pagination": "keyset", "order_by": "id", "sort": "asc"}
        answer = self._get("/projects", per_page=PER_PAGE, id_after=after, id_before=before, **order, **filters)
        return _parsed_list(answer, "/projects", parse)

    def _count(self, path: str, **filters: t.Any) -> int | None:
        return _total(self._get(path, per_page=1, **filters))

    def _shared_list(self, group_id: int, **filters: t.Any) -> ReadPage[t.Any]:
        parse = partial(Project.from_json, group_id=group_id)
        return self._numbered(f"/groups/{group_id}/projects/shared", parse, **filters)

    def _numbered(self, path: str, parse: t.Callable[[t.Any], Record], **filters: t.Any) -> ReadPage[t.Any]:
        """Return what reads one page of a list by its number."""

        def read(number: int) -> Page[t.Any]:
            answer = self._get(path, order_by="id", sort="asc", per_page=PER_PAGE, page=number, **filters)
            items = _parsed_list(answer, path, parse)
            return Page(items, _total(answer), last=len(items) < PER_PAGE)

        return read


def _quoted(reference: str) -> str:
    return quote(reference, safe="")


def _total(answer: Answer) -> int | None:
    total = answer.headers.get("X-Total", "")
    return int(total) if total.isdigit() else None


def _parsed(answer: Answer, path: str, parse: t.Callable[[t.Any], Record]) -> Record:
    try:
        return parse(answer.data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"not what GitLab answers here ({type(error).__name__}: {error}). Is this a GitLab?"
        raise BadAnswer("GET", API + path, answer.status, problem) from error


def _parsed_list(answer: Answer, path: str, parse: t.Callable[[t.Any], Record]) -> list[Record]:
    def parse_all(data: t.Any) -> list[Record]:
        if not isinstance(data, list):
            raise TypeError(f"{type(data).__name__} instead of a list")
        return [parse(item) for item in data]

    return _parsed(answer, path, parse_all)
