# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects: the options of the selection fragment, checked and typed."""

from __future__ import annotations

import fnmatch
import re
import typing as t
from urllib.parse import unquote, urlsplit

from .._errors import InvalidOption
from .._gitlab.paths import is_number
from .._observe.selection import Archived, Pattern, Selection

SELECTION_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "source_groups": {"type": "list", "elements": "str"},
    "include_subgroups": {"type": "bool", "default": True},
    "projects": {"type": "list", "elements": "str"},
    "include": {"type": "list", "elements": "str"},
    "exclude": {"type": "list", "elements": "str"},
    "topics": {"type": "list", "elements": "str"},
    "exclude_topics": {"type": "list", "elements": "str"},
    "forks": {"type": "str", "choices": ["include", "exclude"], "default": "include"},
    "mirrors": {"type": "str", "choices": ["include", "exclude"], "default": "include"},
    "visibility": {"type": "list", "elements": "str", "choices": ["private", "internal", "public"]},
    "archived": {"type": "str", "choices": ["exclude", "include", "only"]},
    "personal_projects": {"type": "bool", "default": True},
    "skip_inherited": {"type": "bool", "default": False},
}
# Each of these two adds to what the other one selects.
UNITED = ("source_groups", "projects")
LISTS = (*UNITED, "include", "exclude", "topics", "exclude_topics", "visibility")


def selection_from(params: t.Mapping[str, t.Any], root_url: str = "") -> Selection:
    """Check the module's parameters and return them typed.

    :param root_url: the instance's root, which URLs of groups and projects begin with.
    :raises InvalidOption: naming the pattern, path, id or topic that cannot be used.
    """
    names_some = any(params[option] for option in UNITED)
    for option in LISTS:
        if params[option] == [] and not (option in UNITED and names_some):
            # Usually a variable that turned out empty; it would select more projects than the user meant.
            rest = "every project" if option in UNITED else "projects regardless of it"
            raise InvalidOption(option, [], f"is empty; leave the option out to select {rest}.")
    root_path = urlsplit(root_url).path
    return Selection(
        source_groups=_references("source_groups", params["source_groups"], root_path),
        include_subgroups=params["include_subgroups"],
        projects=_references("projects", params["projects"], root_path),
        include=_patterns("include", params["include"], root_path),
        exclude=_patterns("exclude", params["exclude"], root_path),
        topics=_topics("topics", params["topics"]),
        exclude_topics=_topics("exclude_topics", params["exclude_topics"]),
        forks=params["forks"] == "include",
        mirrors=params["mirrors"] == "include",
        visibility=frozenset(params["visibility"] or ()),
        archived=_archived(params),
        personal_projects=params["personal_projects"],
        skip_inherited=params["skip_inherited"],
    )


def clean_reference(value: str, root_path: str = "") -> str:
    """Return the full path or id that a user's text stands for; it may be empty.

    The text may be a URL and have slashes around it. A path of digits keeps the slash in front, because without it the
    digits may be an id.

    :param root_path: the path of the instance's root, which URLs begin with.
    """
    text = value.strip()
    path = (_path_of_url(text, root_path) if _is_url(text) else text).strip("/")
    return f"/{path}" if is_number(path) and (text.startswith("/") or _is_url(text)) else path


def _archived(params: t.Mapping[str, t.Any]) -> Archived:
    """Return what to do with archived projects: where shares are removed or restored, they count unless excluded."""
    given: Archived | None = params["archived"]
    return given or ("exclude" if params.get("state", "present") == "present" else "include")


def _references(option: str, values: t.Sequence[str] | None, root_path: str) -> tuple[str, ...]:
    """Return paths and ids without repetitions, in the order given."""
    references: dict[str, None] = {}
    for value in values or ():
        reference = clean_reference(value, root_path)
        if not reference:
            raise InvalidOption(option, value, "is neither a full path nor an id.")
        references[reference] = None
    return tuple(references)


def _topics(option: str, values: t.Sequence[str] | None) -> frozenset[str]:
    for value in values or ():
        if not value.strip():
            raise InvalidOption(option, value, "is not a topic.")
    return frozenset(value.strip().casefold() for value in values or ())


def _patterns(option: str, values: t.Sequence[str] | None, root_path: str) -> tuple[Pattern, ...]:
    return tuple(Pattern(value, _expression(option, value, root_path)) for value in values or ())


def _expression(option: str, value: str, root_path: str) -> re.Pattern[str]:
    """Compile a pattern as Ansible writes them for hosts: a glob, or a regular expression after ``~``.

    The path or URL of a group stands for the group and all below it, that of a project for the project.
    """
    if value.startswith(("!", "&")):
        # No path begins like that; in Ansible's host patterns it means "but not" and "and also".
        raise InvalidOption(option, value, "cannot match any project; use exclude for what is to be left out.")
    is_expression = value.startswith("~")
    path = value[1:] if is_expression else clean_reference(value, root_path).strip("/")
    if not path:
        raise InvalidOption(option, value, "is an empty pattern.")
    if not is_expression:
        if re.search(r"[*?[]", path):
            return re.compile(fnmatch.translate(path))
        return re.compile(rf"{re.escape(path)}(/.*)?\Z", re.IGNORECASE)
    try:
        return re.compile(path)
    except re.error as error:
        raise InvalidOption(option, value, f"is not a regular expression: {error}.") from error


def _is_url(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def _path_of_url(url: str, root_path: str) -> str:
    """Return the full path of the group or project that a URL of GitLab's web pages is about; none for a broken URL."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    if root_path.strip("/") and path.startswith(root_path.rstrip("/") + "/"):
        path = "/" + path.split(root_path.rstrip("/") + "/", 1)[1]
    # GitLab's own pages about it are behind /-/, and those of groups may have /groups in front.
    path = path.split("/-/")[0].rstrip("/")
    return re.sub(r"^/groups/|\.git$", "", path)
