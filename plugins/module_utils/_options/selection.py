# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects: the options of the selection fragment, checked and typed."""

from __future__ import annotations

import fnmatch
import re
import typing as t

from .._errors import InvalidOption
from .._observe.selection import Selection

SELECTION_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "source_groups": {"type": "list", "elements": "str"},
    "include_subgroups": {"type": "bool", "default": True},
    "projects": {"type": "list", "elements": "str"},
    "include": {"type": "list", "elements": "str"},
    "exclude": {"type": "list", "elements": "str"},
    "topics": {"type": "list", "elements": "str"},
    "visibility": {"type": "list", "elements": "str", "choices": ["private", "internal", "public"]},
    "archived": {"type": "str", "choices": ["exclude", "include", "only"]},
    "personal_projects": {"type": "bool", "default": True},
    "skip_inherited": {"type": "bool", "default": False},
}


def selection_from(params: t.Mapping[str, t.Any], usual_archived: str) -> Selection:
    """Check the module's parameters and return them typed.

    :raises InvalidOption: naming the pattern, path or id that cannot be used.
    """
    source_groups = _references("source_groups", params["source_groups"])
    projects = _references("projects", params["projects"])
    for option in ("source_groups", "projects"):
        if params[option] == [] and not source_groups and not projects:
            # Most often a variable that came out empty; it would mean every project.
            raise InvalidOption(option, [], "is empty; leave the option out to select every project.")
    return Selection(
        source_groups=source_groups,
        include_subgroups=params["include_subgroups"],
        projects=projects,
        include=_patterns("include", params["include"]),
        exclude=_patterns("exclude", params["exclude"]),
        topics=frozenset(topic.casefold() for topic in params["topics"] or ()),
        visibility=frozenset(params["visibility"] or ()),
        archived=params["archived"] or usual_archived,
        personal_projects=params["personal_projects"],
        skip_inherited=params["skip_inherited"],
    )


def _references(option: str, values: t.Sequence[str] | None) -> tuple[str, ...]:
    """Return paths and ids without surrounding slashes and repetitions, in the order given."""
    references: dict[str, None] = {}
    for value in values or ():
        reference = value.strip().strip("/")
        if not reference:
            raise InvalidOption(option, value, "is neither a full path nor an id.")
        references[reference] = None
    return tuple(references)


def _patterns(option: str, values: t.Sequence[str] | None) -> tuple[re.Pattern[str], ...]:
    """Compile patterns as Ansible writes them for hosts: a glob, or a regular expression after ``~``."""
    patterns = []
    for value in values or ():
        expression = value[1:] if value.startswith("~") else fnmatch.translate(value)
        if not value.lstrip("~"):
            raise InvalidOption(option, value, "is an empty pattern.")
        if value.startswith(("!", "&")):
            # No path begins so; in Ansible's host patterns it means "but not" and "and also".
            raise InvalidOption(option, value, "cannot match any project; use exclude for what is to be left out.")
        try:
            patterns.append(re.compile(expression))
        except re.error as error:
            raise InvalidOption(option, value, f"is not a regular expression: {error}.") from error
    return tuple(patterns)
