# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to GitLab's REST API whose answers become records."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from .._http.client import Answer, HttpClient
from .._http.errors import BadAnswer, Refused, TokenRefused
from .pages import Page, read_by_number
from .workers import Workers

API = "/api/v4"
NO_CONTENT = 204
Param = t.Union[str, int, bool, None]
Record = t.TypeVar("Record")


class Api:
    """Sends requests and parses what is answered; parameters that are None are left out.

    Every method raises a subclass of RequestFailed on failure, BadAnswer for what GitLab does not answer.
    """

    def __init__(self, http: HttpClient, workers: Workers) -> None:
        self.http = http
        self.workers = workers

    def get(self, path: str, parse: t.Callable[[t.Any], Record], **params: Param) -> Record:
        """Return what a path answers, parsed."""
        return _parsed(self._answer(path, params), path, parse)

    def get_or_none(
        self, statuses: t.Collection[int], path: str, parse: t.Callable[[t.Any], Record], **params: Param
    ) -> Record | None:
        """Return the same, or None where GitLab refuses it with one of some statuses, unless it refuses the token."""
        try:
            return self.get(path, parse, **params)
        except TokenRefused:
            raise
        except Refused as error:
            if error.status not in statuses:
                raise
            return None

    def get_or_redirect(self, path: str, parse: t.Callable[[t.Any], Record]) -> Record:
        """Return the same, but raise Redirected where GitLab points elsewhere, rather than go there."""
        return _parsed(self.http.get(API + path, follows_redirects=False), path, parse)

    def page(self, path: str, parse: t.Callable[[t.Any], Record], **params: Param) -> Page[Record]:
        """Return one page of a list."""
        answer = self._answer(path, params)
        return Page(_parsed(answer, path, lambda data: _parsed_items(data, parse)), _total(answer))

    def whole_list(
        self, path: str, parse: t.Callable[[t.Any], Record], total: int | None = None, /, **params: Param
    ) -> tuple[Record, ...]:
        """Return a list of numbered pages; all are read at once if the approximate length is known."""
        return read_by_number(
            lambda number, per_page: self.page(path, parse, per_page=per_page, page=number, **params),
            self.workers,
            total,
        )

    def count(self, path: str, **params: Param) -> int | None:
        """Return how long a list is; None where GitLab does not count it, because it is longer than 10,000."""
        return _total(self._answer(path, {**params, "per_page": 1}))

    def post(self, path: str, body: t.Mapping[str, object], parse: t.Callable[[t.Any], Record]) -> Record:
        """Send a body, and return what is answered, parsed."""
        return _parsed(self.http.post(API + path, body), path, parse, method="POST")

    def delete(self, path: str) -> None:
        """Remove what a path stands for."""
        answer = self.http.delete(API + path)
        if answer.status != NO_CONTENT:
            problem = "not what GitLab answers to a removal. Is this a GitLab server?"
            raise BadAnswer("DELETE", API + path, answer.status, problem, effect_unknown=True)

    def _answer(self, path: str, params: t.Mapping[str, Param]) -> Answer:
        return self.http.get(API + path, params)


def quoted(reference: str) -> str:
    """Return a full path as one part of a request's path."""
    return quote(reference, safe="")


def _total(answer: Answer) -> int | None:
    total = answer.headers.get("X-Total", "")
    return int(total) if total.isdigit() else None


def _parsed(answer: Answer, path: str, parse: t.Callable[[t.Any], Record], method: str = "GET") -> Record:
    try:
        return parse(answer.data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"not what GitLab answers here ({type(error).__name__}: {error}). Is this a GitLab server?"
        raise BadAnswer(method, API + path, answer.status, problem, effect_unknown=method != "GET") from error


def _parsed_items(data: t.Any, parse: t.Callable[[t.Any], Record]) -> list[Record]:
    if not isinstance(data, list):
        raise TypeError(f"{type(data).__name__} instead of a list")
    return [parse(item) for item in data]
