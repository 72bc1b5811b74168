# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which projects a task means, by the options' documentation and the GitLab API sheet, apart from the shipped code."""

from __future__ import annotations

import fnmatch
import re

from ansible_collections.groupshare.gitlab.tests.property.rights import MAINTAINER, OWNER, Rights, namespace
from ansible_collections.groupshare.gitlab.tests.property.worlds import Json


class Refusal(Exception):
    """The task ends before there is a plan; the text begins with the kind of the module's error."""


def invited_group(params: Json, rights: Rights) -> str:
    """The full path of the group that the option group names, by path, by id, or by name."""
    reference = str(params["group"]).strip("/")
    visible = [path for path in rights.groups if rights.reads_group(path)]
    for path in visible:
        if reference.lower() == path or reference == str(rights.groups[path]["id"]):
            return path
    named = [path for path in visible if rights.groups[path]["name"] == reference]
    if len(named) != 1:
        raise Refusal("InvalidOption: group")
    return named[0]


def refuse_empty(params: Json) -> None:
    """A list that came out empty must not mean more projects."""
    for option in ("source_groups", "projects"):
        if params[option] == [] and not params["source_groups"] and not params["projects"]:
            raise Refusal(f"InvalidOption: {option}")
    for option in ("include", "exclude", "topics", "visibility"):
        if params[option] == []:
            raise Refusal(f"InvalidOption: {option}")


def selected_projects(params: Json, rights: Rights) -> list[Json]:
    """The projects of the selection, archived ones that are named included."""
    sources = [_source(reference, rights) for reference in params["source_groups"] or ()]
    named = {_named(reference, rights)["id"] for reference in params["projects"] or ()}
    everything = not sources and not named
    return [
        project
        for project in rights.projects
        if rights.reads_project(project)
        and (
            project["id"] in named
            or (_is_listed(project, sources, everything, params, rights) and _has_archived(project, params, rights))
        )
        and _fits(project, params)
        and (params["archived"] != "only" or rights.is_archived(project))
    ]


def role_to_share(rights: Rights) -> int:
    """Section 1.3."""
    return OWNER if rights.version >= (18, 0) else MAINTAINER


def _is_listed(project: Json, sources: list[str], everything: bool, params: Json, rights: Rights) -> bool:
    if everything:
        return rights.admin or rights.member_role(project) >= role_to_share(rights)
    where = rights.lineage(namespace(project))
    return any(source in (where if params["include_subgroups"] else where[:1]) for source in sources)


def _has_archived(project: Json, params: Json, rights: Rights) -> bool:
    return params["archived"] != "exclude" or not rights.is_listed_as_archived(project)


def _fits(project: Json, params: Json) -> bool:
    path = project["path"]
    topics, visibility = params["topics"], params["visibility"]
    return (
        not any(_matches(pattern, path) for pattern in params["exclude"] or ())
        and (not params["include"] or any(_matches(pattern, path) for pattern in params["include"]))
        and (not topics or bool(set(topics) & set(project.get("topics", ()))))
        and (not visibility or project["visibility"] in visibility)
        and (params["personal_projects"] or namespace(project) not in ("ada", "zoe"))
    )


def _matches(pattern: str, path: str) -> bool:
    if pattern.startswith("~"):
        return re.match(pattern[1:], path) is not None
    if not set(pattern) & set("*?["):
        return f"{path}/".lower().startswith(f"{pattern.strip('/')}/".lower())
    return fnmatch.fnmatchcase(path, pattern)


def _source(reference: str, rights: Rights) -> str:
    for path, group in rights.groups.items():
        if reference in (path, str(group["id"])) and rights.reads_group(path):
            return path
    raise Refusal("InvalidOption: source_groups")


def _named(reference: str, rights: Rights) -> Json:
    for project in rights.projects:
        names = (project["path"], str(project["id"]), *project.get("moved_from", ()))
        if reference in names and rights.reads_project(project):
            return project
    raise Refusal("InvalidOption: projects")
