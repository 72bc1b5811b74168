# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users write for groups and projects: full paths, ids, and for the invited group also its name."""

from __future__ import annotations

import typing as t

from .._errors import InvalidOption
from .._gitlab.client import GitLab
from .._gitlab.paths import is_number
from .._gitlab.records import Group
from .._http.errors import NotFound
from .identity import LACKS_ADMIN_MODE, Caller

Record = t.TypeVar("Record")
Reference = t.TypeVar("Reference", str, int)


def find_meant_groups(gitlab: GitLab, option: str, reference: str) -> tuple[Group, ...]:
    """Return the group with a full path or an id, else all with this name.

    :param option: the option that names it.
    :raises InvalidOption: if digits are the path of one group and the id of another.
    """
    try:
        return (_find_group(gitlab, option, reference),)
    except NotFound:
        return () if "/" in reference or is_number(reference) else _groups_named(gitlab, reference)


def only_group(option: str, reference: str, meant: t.Sequence[Group], caller: Caller) -> Group:
    """Return the only group that can be meant.

    :raises InvalidOption: if there is none, or more than one.
    """
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise _unknown(option, reference, caller)
    paths = ", ".join(sorted(group.full_path for group in meant))
    raise InvalidOption(option, reference, f"is the name of several groups; use the full path of one: {paths}.")


def find_source_groups(gitlab: GitLab, references: t.Iterable[str]) -> tuple[Group, ...]:
    """Return the groups with some full paths or ids, each once.

    :raises InvalidOption: naming all that cannot be found.
    """
    return find_all(gitlab, "source_groups", references, lambda each: _find_group(gitlab, "source_groups", each))


def find_all(
    gitlab: GitLab, option: str, references: t.Iterable[str], find: t.Callable[[str], Record]
) -> tuple[Record, ...]:
    """Return what each reference names, each once.

    :param find: returns what a reference names, or raises NotFound.
    :raises InvalidOption: naming all that cannot be found.
    """
    references = tuple(references)
    records = gitlab.in_parallel(lambda reference: or_none(find, reference), references)
    unknown = [reference for reference, record in zip(references, records) if record is None]
    if unknown:
        problem = "cannot be found: it does not exist, or the token's user cannot see it."
        raise InvalidOption(option, ", ".join(unknown), problem)
    return tuple(dict.fromkeys(record for record in records if record is not None))


def or_none(find: t.Callable[[Reference], Record], reference: Reference) -> Record | None:
    """Return what a reference names; None if it cannot be found."""
    try:
        return find(reference)
    except NotFound:
        return None


def _find_group(gitlab: GitLab, option: str, reference: str) -> Group:
    """Return the group with a full path or an id; digits may be either, but with a slash in front they are a path."""
    path = reference.strip("/")
    if not is_number(path) or reference.startswith("/"):
        return gitlab.group(path)
    at_path = or_none(gitlab.group, path)
    with_id = or_none(gitlab.group_by_id, int(path))
    if at_path and with_id and at_path != with_id:
        problem = (
            f"is the path of one group and the id of another, {with_id.full_path}. "
            f"Write /{path} for the one with this path, or the full path of the other."
        )
        raise InvalidOption(option, reference, problem)
    found = at_path or with_id
    if found is None:
        raise NotFound("GET", f"/api/v4/groups/{path}", 404, "Group Not Found")
    return found


def _groups_named(gitlab: GitLab, name: str) -> tuple[Group, ...]:
    """Return the groups with a name, as their own pages show them.

    Lists show groups above one's own too, whose pages the token's user may not see.
    """
    ids = [group.id for group in gitlab.groups_matching([name], all_available=True) if group.name == name]
    pages = gitlab.in_parallel(lambda number: or_none(gitlab.group_by_id, number), ids)
    return tuple(page for page in pages if page is not None)


def _unknown(option: str, reference: str, caller: Caller) -> InvalidOption:
    problem = f"is not the path, id or name of a group that the token's user {caller.user.username} can see."
    return InvalidOption(option, reference, f"{problem} {LACKS_ADMIN_MODE}" if caller.lacks_admin_mode else problem)
