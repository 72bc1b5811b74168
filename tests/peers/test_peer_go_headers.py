# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The headers that GitLab's Go client (and with it Terraform's provider) reads, in the shape that it parses."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import parse_qs, urlsplit

from ansible_collections.groupshare.gitlab.tests.peers.conftest import OWNER_TOKEN, Serve
from ansible_collections.groupshare.gitlab.tests.simulator.client import Client, Reply
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator

PAGE_HEADERS = ("X-Total", "X-Total-Pages", "X-Per-Page", "X-Page", "X-Next-Page", "X-Prev-Page")
LIMIT: dict[str, t.Any] = {"name": "throttle_authenticated_api", "requests": 2, "seconds": 3600}


def get(server: Simulator, path: str) -> Reply:
    with Client(server.url, OWNER_TOKEN) as client:
        return client.get(path)


def links(reply: Reply) -> dict[str, dict[str, list[str]]]:
    """The query of each link, by its relation, taken apart as the Go client does it: at commas, then semicolons."""
    found = {}
    for link in reply.headers["Link"].split(","):
        url, relation = link.split(";")
        match = re.fullmatch(r'\s*rel="(\w+)"', relation)
        assert match is not None, relation
        found[match[1]] = parse_qs(urlsplit(url.strip().strip("<>")).query)
    return found


def page_numbers(reply: Reply) -> list[int]:
    """The page headers as the Go client takes them: an empty one is zero, anything else has to be a number."""
    return [int(reply.headers[name] or 0) for name in PAGE_HEADERS]


def test_page_headers(server: Simulator) -> None:
    first = get(server, "/projects?per_page=2&order_by=id&sort=asc")
    last = get(server, "/projects?per_page=2&order_by=id&sort=asc&page=3")
    assert page_numbers(first) == [5, 3, 2, 1, 2, 0]
    assert page_numbers(last) == [5, 3, 2, 3, 0, 2]


def test_page_links(server: Simulator) -> None:
    middle = links(get(server, "/groups/3/projects?include_subgroups=true&per_page=2&page=2"))
    assert {relation: query["page"] for relation, query in middle.items()} == {
        "prev": ["1"],
        "next": ["3"],
        "first": ["1"],
        "last": ["3"],
    }


def test_keyset_link(server: Simulator) -> None:
    page = get(server, "/projects?pagination=keyset&per_page=2&order_by=id&sort=asc")
    assert not set(PAGE_HEADERS) & set(page.headers.keys())
    query = links(page)["next"]
    assert {name: query[name] for name in ("id_after", "pagination", "per_page", "order_by", "sort")} == {
        "id_after": ["5"],
        "pagination": ["keyset"],
        "per_page": ["2"],
        "order_by": ["id"],
        "sort": ["asc"],
    }


def test_keyset_ends_without_a_link(server: Simulator) -> None:
    assert "Link" not in get(server, "/projects?pagination=keyset&order_by=id&sort=asc&id_after=8").headers


def test_limit_headers_that_set_its_pace(serve: Serve) -> None:
    """Its own limiter takes a number from RateLimit-Limit of the first answer; without a limit there is none."""
    assert float(get(serve(limits=[{**LIMIT, "requests": 7200}]), "/version").headers["RateLimit-Limit"]) == 120
    assert "RateLimit-Limit" not in get(serve(), "/version").headers


def test_headers_of_a_429_that_it_waits_by(serve: Serve) -> None:
    server = serve(limits=[LIMIT])
    answers = [get(server, "/version") for _unused in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    refusal = answers[-1].headers
    assert int(refusal["RateLimit-Reset"]) > server.log[-1].started
    assert int(refusal["Retry-After"]) >= 1
