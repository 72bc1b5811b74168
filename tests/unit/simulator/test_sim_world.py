# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Worlds as JSON: read, written, changed, refused."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.reading import WorldError
from ansible_collections.groupshare.gitlab.tests.simulator.tables import README, TABLES, with_tables
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

ADA = {"username": "ada"}
TOKEN = "glpat-ada-6Mn4bVc8Xz2Lk5Jh"


def one_project(**project: Any) -> dict[str, Any]:
    return {"users": [ADA], "groups": [{"path": "acme"}], "projects": [{"path": "acme/app", **project}]}


def test_everything_but_names_is_optional() -> None:
    world = World.from_dict(one_project())
    project = world.project("acme/app")
    assert (project.id, project.name, project.visibility, project.links) == (1, "app", "private", {})
    assert (world.group("acme").id, world.user("ada").id) == (1, 1)
    assert world.settings.version == "18.5.1-ee"


def test_parents_are_made() -> None:
    world = World.from_dict({"projects": [{"path": "a/b/c/app", "visibility": "public"}]})
    assert [group.full_path for group in world.groups.values()] == ["a", "a/b", "a/b/c"]
    assert world.group("a/b/c").parent is world.group("a/b")
    assert world.group("a").visibility == "public"


def test_a_user_is_a_namespace() -> None:
    world = World.from_dict({"users": [ADA], "projects": [{"path": "ada/tool"}]})
    assert world.project("ada/tool").owner is world.user("ada")
    assert not world.groups


def test_ids_named_and_not_named() -> None:
    projects = [{"path": "a/x"}, {"path": "a/y", "id": 7}, {"path": "a/z"}]
    world = World.from_dict({"projects": projects})
    assert [world.project(path).id for path in ("a/x", "a/y", "a/z")] == [8, 7, 9]
    assert world.project_ids == [7, 8, 9]


def test_groups_and_personal_namespaces_count_together() -> None:
    world = World.from_dict({"users": [ADA], "groups": [{"path": "a", "id": 5}]})
    assert world.user("ada").namespace_id == 6


def test_links_and_levels_by_name_and_number() -> None:
    links = [
        {"group": "x", "access_level": "reporter", "expires_at": "2027-01-31"},
        {"group": "y", "access_level": 40},
    ]
    world = World.from_dict({**one_project(shared_with=links), "groups": [{"path": "x"}, {"path": "y"}]})
    first, second = world.share_of("acme/app", "x"), world.share_of("acme/app", "y")
    assert first is not None
    assert second is not None
    assert (first.access_level, first.expires_at) == (20, "2027-01-31")
    assert (second.access_level, second.expires_at) == (40, None)
    assert first.id != second.id


def test_written_and_read_again(company: Any) -> None:
    world = company.world
    world.change(
        {
            "gitlab": {"version": "17.3.1-ee", "count_limit": 10000, "today": "2026-01-31"},
            "groups": [{"path": "acme", "share": [{"group": "open", "access_level": 5}], "enforced_sso": True}],
            "projects": [
                {
                    "path": "acme/app",
                    "share": [{"group": "secret", "access_level": 20, "hidden": "everywhere"}],
                },
                {"path": "open/site", "move_to": "acme/site", "hidden": True},
            ],
        }
    )
    data = json.loads(json.dumps(world.to_dict()))
    assert World.from_dict(data).to_dict() == data
    moved = World.from_dict(data).find_moved_project("open/site")
    assert moved is not None
    assert moved.id == 8


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(one_project()), encoding="utf-8")
    assert World.load(path).project("acme/app").id == 1
    path.write_text("{", encoding="utf-8")
    with pytest.raises(WorldError, match=r"world\.json: Expecting"):
        World.load(path)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"project": []}, "world: unknown 'project'; known are faults, gitlab, groups"),
        (one_project(visiblity="public"), "projects[0] acme/app: unknown 'visiblity'"),
        (one_project(visibility="open"), "projects[0] acme/app: visibility: 'open' is none of private"),
        (one_project(archived="yes"), "projects[0] acme/app: archived: 'yes' is not of type bool"),
        (one_project(id=-1), "projects[0] acme/app: id: -1 is below 0"),
        (one_project(marked_for_deletion_on="soon"), "'soon' is not a date YYYY-MM-DD"),
        (one_project(members={"bob": "owner"}), "members: 'bob' is not among the users"),
        (one_project(members={"ada": "boss"}), "members: ada: 'boss' is no access level; known are"),
        (one_project(members={"ada": 12}), "members: ada: 12 is no access level"),
        (one_project(members={"ada": [50]}), "members: ada: [50] is no access level"),
        ({"gitlab": {"maintenance": []}}, "gitlab: maintenance: [] is none of null"),
        (one_project(topics=[1]), "topics: 1 is not a text"),
        (
            one_project(shared_with=[{"group": "acme", "access_level": "root"}]),
            "projects[0] acme/app: shared_with[0] acme: access_level: 'root' is no access level",
        ),
        (
            one_project(shared_with=[{"group": "none", "access_level": 10}]),
            "shared_with[0] none: group: 'none' is not among the groups",
        ),
        (
            one_project(shared_with=[{"group": "acme", "access_level": 10, "hidden": "some"}]),
            "hidden: 'some' is none of false, true",
        ),
        ({"projects": [{"id": 4}]}, "projects[0]: path is missing"),
        ({"projects": ["acme/app"]}, "projects[0]: 'acme/app' is not an object"),
        ({"projects": [{"path": "app"}]}, "'app' lies in no group"),
        ({"projects": [{"path": "a/b"}, {"path": "A/b"}]}, "projects[1] A/b: path: 'A/b' is already taken"),
        ({"projects": [{"path": "a/b", "id": 1}, {"path": "a/c", "id": 1}]}, "id: 1 is already taken"),
        ({"groups": [{"path": "a"}, {"path": "a"}]}, "groups[1] a: path: 'a' is listed twice"),
        ({"groups": [{"path": "ada"}], "users": [ADA]}, "users[0] ada: username: 'ada' is already taken"),
        ({"tokens": [{"token": TOKEN, "user": "bob"}]}, "tokens[0] bob: user: 'bob' is not among the users"),
        (
            {"users": [ADA], "tokens": [{"token": TOKEN, "user": "ada", "kind": "x"}]},
            "kind: 'x' is none of personal",
        ),
        ({"gitlab": {"version": "new"}}, "gitlab: version: 'new' is no GitLab version"),
        ({"gitlab": {"maintenance": 500}}, "gitlab: maintenance: 500 is none of null, true, 503 and 403"),
        ({"gitlab": {"relative_url": "gitlab"}}, "relative_url: 'gitlab' does not begin with a slash"),
        ({"limits": [{"name": "x", "seconds": 0}]}, "limits[0] x: seconds: a window of 0 seconds"),
        ({"latency": {"scale": "fast"}}, "latency: scale: 'fast' is not a number"),
        ({"latency": {"workers": 0}}, "latency: workers: 0 is not a number of workers"),
        ({"faults": [{"do": "nothing"}]}, "faults[0] nothing: do: 'nothing' is none of"),
        ({"faults": [{}]}, "faults[0]: do is missing"),
        (one_project(shared_with=[{"group": "acme"}]), "shared_with[0] acme: access_level is missing"),
        ({"users": [ADA], "tokens": [{"token": TOKEN}]}, "tokens[0]: user is missing"),
    ],
)
def test_errors_name_place_and_value(data: dict[str, Any], problem: str) -> None:
    with pytest.raises(WorldError) as caught:
        World.from_dict(data)
    assert problem in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_group_whose_path_is_a_number(serve: Any) -> None:
    """GitLab API sheet 5: digits are taken for an id, whatever paths there are."""
    numbers = [
        {"path": "2024", "id": 15, "visibility": "public"},
        {"path": "other", "id": 2024, "visibility": "public"},
    ]
    client = serve({"groups": numbers}).as_user("olivia")
    assert client.get("/groups/2024").json["full_path"] == "other"
    assert client.get("/groups/15").json["full_path"] == "2024"


def test_tables_in_the_readme_are_those_of_the_declarations() -> None:
    """`python -m simulator tables` writes them."""
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text
    assert all(f"<!-- keys: {name} -->" in text for name in TABLES)


@pytest.mark.parametrize("record", TABLES.values(), ids=TABLES)
def test_every_field_of_a_record_is_declared_or_derived(record: type) -> None:
    derived = {"parent", "namespace", "project_ids", "path"}
    assert {field.name for field in fields(record) if not field.metadata} <= derived


class TestChange:
    def test_only_what_is_named_changes(self, company: Any) -> None:
        company.world.change({"projects": [{"path": "acme/app", "archived": True}]})
        project = company.world.project("acme/app")
        assert (project.archived, project.name, project.topics) == (True, "App", ("shop", "web"))

    def test_adds_what_is_not_there(self, company: Any) -> None:
        company.world.change(
            {
                "users": [{"username": "nina"}],
                "groups": [{"path": "acme/new/deep"}],
                "projects": [{"path": "acme/new/app"}],
                "tokens": [{"token": TOKEN, "user": "nina"}],
            }
        )
        assert company.world.project("acme/new/app").id == 10
        assert company.world.group("acme/new").parent is company.world.group("acme")
        assert company.client(TOKEN).get("/user").json["username"] == "nina"

    def test_links(self, company: Any) -> None:
        def levels() -> dict[str, int]:
            links = company.world.project("acme/app").links.values()
            return {company.world.groups[link.group_id].full_path: link.access_level for link in links}

        def change(**project: Any) -> dict[str, int]:
            company.world.change({"projects": [{"path": "acme/app", **project}]})
            return levels()

        assert change(share=[{"group": "open", "access_level": 10}]) == {"open": 10}
        assert change(share=[{"group": "secret", "access_level": 30}]) == {"open": 10, "secret": 30}
        assert change(unshare=["open", "security"]) == {"secret": 30}
        assert change(shared_with=[{"group": "open", "access_level": 20}]) == {"open": 20}
        both = {
            "shared_with": [{"group": "secret", "access_level": 20}],
            "share": [{"group": "open", "access_level": 5}],
        }
        assert change(**both) == {"secret": 20, "open": 5}
        assert change(shared_with=[]) == {}
        assert company.world.invitations[30] == set()

    def test_deleting_a_group_takes_everything_in_it(self, company: Any) -> None:
        shared = {"path": "open/site", "share": [{"group": "acme/backend", "access_level": 10}]}
        company.world.change({"projects": [shared]})
        company.world.change({"groups": [{"path": "acme", "delete": True}]})
        assert [project.full_path for project in company.world.projects.values()] == [
            "olivia/tool",
            "open/site",
            "open/handbook",
        ]
        assert company.world.project("open/site").links == {}
        assert company.world.find_group("acme/backend") is None
        assert [project["id"] for project in company.as_user("olivia").get("/projects").json] == [9, 8, 7]

    @pytest.mark.parametrize(
        ("patch", "problem"),
        [
            (
                {"projects": [{"path": "acme/app", "move_to": "none/app"}]},
                "move_to: 'none' is no group and no user",
            ),
            ({"projects": [{"path": "acme/app", "unshare": ["none"]}]}, "'none' is not among the groups"),
            ({"latency": {}}, "change: unknown 'latency'"),
            ({"projects": [{"path": "acme/app", "id": 9}]}, "id: 9 is not its id, and ids cannot be changed"),
            ({"groups": [{"path": "acme", "created_at": 5}]}, "groups[0] acme: created_at: 5 is not of type str"),
        ],
    )
    def test_errors(self, company: Any, patch: dict[str, Any], problem: str) -> None:
        with pytest.raises(WorldError) as caught:
            company.world.change(patch)
        assert problem in str(caught.value)
