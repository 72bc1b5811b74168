# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All options of gitlab_group_share_info, checked and typed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._errors import InvalidOption
from .._gitlab.access_levels import LEVELS
from .._http.connection import Connection
from .._observe.selection import Selection
from .connection import CONNECTION_ARGUMENTS, connection_from
from .selection import SELECTION_ARGUMENTS, selection_from
from .sharing import ACCESS_LEVEL, USUAL_LEVEL, group_from

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    **CONNECTION_ARGUMENTS,
    **SELECTION_ARGUMENTS,
    "group": {"type": "str"},
    "groups": {"type": "list", "elements": "str"},
    "access_level": {**ACCESS_LEVEL, "default": USUAL_LEVEL},
}
MUTUALLY_EXCLUSIVE = [("group", "groups")]
REQUIRED_ONE_OF = [("group", "groups")]


@dataclass(frozen=True)
class InfoOptions:
    """What one task asks for.

    :param groups: full paths, ids or names.
    :param several: they were given as a list.
    :param access_level: the level to compare the shares with.
    """

    connection: Connection
    groups: tuple[str, ...]
    several: bool
    selection: Selection
    access_level: int


def info_options(params: t.Mapping[str, t.Any]) -> InfoOptions:
    """Check the module's parameters and return them typed.

    :raises InvalidOption: naming the option whose value cannot be used.
    """
    several = params["groups"] is not None
    if params["groups"] == []:
        raise InvalidOption("groups", [], "is empty.")
    connection = connection_from(params)
    option = "groups" if several else "group"
    values = params["groups"] if several else [params["group"]]
    groups = [group_from(value, connection.root_url, option) for value in values]
    return InfoOptions(
        connection=connection,
        groups=tuple(dict.fromkeys(groups)),
        several=several,
        selection=selection_from(params, connection.root_url),
        access_level=LEVELS[params["access_level"]],
    )
