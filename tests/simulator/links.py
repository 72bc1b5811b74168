# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links: the invitations of groups to projects and to other groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

from .keys import COUNT, DATE, LEVEL, OPTIONAL_COUNT, OPTIONAL_TEXT, Kind, choice, key, read_values, written
from .reading import Fields
from .references import GROUP_ID

if TYPE_CHECKING:
    from .world import World

# A link may be hidden from lists (True) or from every shared_with_groups ("everywhere").
Hidden = Union[bool, str]
NEXT_ID = "the next free one"


@dataclass(frozen=True)
class Link:
    """An invitation of a group to a project or to another group."""

    id: int = field(metadata=key(COUNT, "", usual=NEXT_ID))
    group_id: int = field(metadata=key(GROUP_ID, "the invited group", name="group"))
    access_level: int = field(metadata=key(LEVEL, ""))
    expires_at: str | None = field(default=None, metadata=key(DATE, "the first day without access"))
    created_at: str = field(default="", metadata=key(OPTIONAL_TEXT, "", usual="grows with the id"))
    member_role_id: int | None = field(
        default=None,
        metadata=key(OPTIONAL_COUNT, "the custom role, which only the answer to `POST` and the pages of groups tell"),
    )
    hidden: Hidden = field(
        default=False,
        metadata=key(
            choice(False, True, "everywhere"),
            "leaves the link out of lists: `true` for all but administrators in `GET /projects`, "
            '`GET /users/:id/projects` and `GET /groups/:id/projects`, `"everywhere"` in every `shared_with_groups`',
        ),
    )


def read_links(entry: Fields, name: str) -> list[dict[str, Any]]:
    """The values of each link in a list."""
    links = []
    for item in entry.below(name, "group"):
        links.append(read_values(Link, item))
        for required in ("group", "access_level"):
            if required not in item:
                raise item.missing(required)
        item.done()
    return links


def put_links(world: World, target: Any, links: Iterable[dict[str, Any]]) -> None:
    """Invites groups to a project or to a group."""
    for link in links:
        values = {name: value for name, value in link.items() if name not in ("id", "group_id")}
        world.share(target, world.groups[link["group_id"]], link_id=link.get("id"), **values)


def replace_links(entry: Fields, target: Any, _attribute: str, links: list[dict[str, Any]]) -> None:
    for group_id in set(target.links) - {link["group_id"] for link in links}:
        entry.world.unshare(target, entry.world.groups[group_id])
    put_links(entry.world, target, links)


LINKS = Kind("list of links", read_links, lambda links, world: [written(link, world) for link in links.values()])
