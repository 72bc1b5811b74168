# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there: who asks, which group is meant, which projects are selected, and what the group reaches already."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from functools import partial

from .._gitlab.access_levels import level_name
from .._gitlab.client import GitLab
from .._gitlab.records import Group, Instance, Project
from .._gitlab.version_rules import role_to_share
from .._http.errors import TokenRefused
from .ancestors import Ancestors, read_ancestors
from .candidates import CandidateFinder, Candidates, Question
from .identity import Caller, identify_caller, identify_instance, token_refused
from .inherited import Inherited, find_inherited, find_inviting_groups
from .references import find_meant_groups, only_group
from .select import Selected, Unmatched, describe_left_out, find_unmatched, select, select_by_archived
from .selection import Selection


@dataclass(frozen=True)
class Observed:
    """What was found at GitLab about one group.

    :param projects: the selected ones, with their shares with the group.
    :param inherited: by namespace, the best access that the group has there through an ancestor group.
    :param role_held: a role that the token's user has in all of them, because only such projects were listed; else 0.
    :param unmatched: values of the selection that match no project.
    :param beyond_reach: how many projects the token's user sees, but may not share; None where it is unknown.
    :param lists_beyond_reach: they lie in the source groups, so that they are among the projects that were found.
    :param gone: how many of the projects that the question names by their ids cannot be found.
    :param empty_because: why no project is selected, as a clause without a full stop; None if there are projects.
    """

    instance: Instance
    caller: Caller
    group: Group
    projects: tuple[Project, ...]
    inherited: t.Mapping[str, Inherited]
    role_held: int = 0
    unmatched: tuple[Unmatched, ...] = ()
    beyond_reach: int | None = None
    lists_beyond_reach: bool = False
    gone: int = 0
    empty_because: str | None = None


def observe(gitlab: GitLab, question: Question) -> Observed:
    """Find out who asks, which group is meant, which projects are selected, and what the group reaches already.

    :raises GroupShareError: if an option names what does not exist, or GitLab does not answer.
    """
    (observed,) = observe_groups(gitlab, "group", [question.group], question)
    return observed


def observe_groups(
    gitlab: GitLab, option: str, references: t.Sequence[str], question: Question
) -> tuple[Observed, ...]:
    """Find out the same for several groups; their projects are read once.

    :param option: the option that names the groups.
    :param references: full paths, ids or names of the groups.
    :param question: its group is not used.
    """
    try:
        instance = identify_instance(gitlab, question.access_level)
        asking = gitlab.begin(partial(identify_caller, gitlab))
        looking = [gitlab.begin(partial(find_meant_groups, gitlab, option, reference)) for reference in references]
        caller = asking.result()
        meant = [found.result() for found in looking]
        groups = [only_group(option, *each, caller) for each in zip(references, meant)]
    except TokenRefused as error:
        raise token_refused(error) from error
    selection = question.selection
    candidates = CandidateFinder(gitlab, question, instance, caller, groups).find()
    projects = candidates.found.projects.values()
    chosen = select(projects, selection)
    ancestors = read_ancestors(gitlab, instance.version, chosen.projects)
    marked = replace(chosen, projects=ancestors.mark(chosen.projects))
    selected = select_by_archived(marked, selection, candidates.named)
    common = Observed(
        instance=instance,
        caller=caller,
        group=groups[0],
        projects=(),
        inherited={},
        role_held=candidates.role_held,
        unmatched=find_unmatched(projects, selection),
        beyond_reach=candidates.beyond_reach,
        lists_beyond_reach=bool(candidates.sources),
        gone=candidates.gone,
    )
    return tuple(
        _of_group(gitlab, replace(common, group=group), question, candidates, selected, ancestors) for group in groups
    )


def _of_group(
    gitlab: GitLab,
    common: Observed,
    question: Question,
    candidates: Candidates,
    selected: Selected,
    ancestors: Ancestors,
) -> Observed:
    """Complete what was found about all groups by what concerns one of them."""
    group = common.group
    shares = candidates.found.shares.get(group.id, {})
    projects = tuple(
        replace(project, share=shares[project.id]) if project.id in shares else project
        for project in selected.projects
        if project.id in shares or project.id in candidates.named or not question.only_shared
    )
    return replace(
        common,
        projects=projects,
        inherited=_inherited(gitlab, group, question, projects, ancestors),
        empty_because=None if projects else _why_empty(common, question, candidates, selected),
    )


def _inherited(
    gitlab: GitLab, group: Group, question: Question, projects: t.Iterable[Project], ancestors: Ancestors
) -> dict[str, Inherited]:
    needed = question.selection.skip_inherited
    namespaces = {project.namespace for project in projects if not project.personal}
    if ancestors.is_complete or (ancestors.has_pages and not needed):
        inviting: t.Sequence[Group] = ancestors.known
    else:
        inviting = find_inviting_groups(gitlab, group, ancestors.paths, needed)
    return find_inherited(group, namespaces, inviting, question.today)


def _why_empty(common: Observed, question: Question, candidates: Candidates, selected: Selected) -> str:
    """Return why no project is selected."""
    if selected.projects:
        return f"none of the selected projects is shared with {common.group.full_path}"
    if candidates.found.projects:
        return describe_left_out(selected.left_out)
    if question.only_ids is not None:
        everything = question.selection.everything
        return f"none of the projects in question {'can be found' if everything else 'is in source_groups or projects'}"
    kind = _kind(question.selection)
    if question.only_shared:
        return f"no project{kind} is shared with {common.group.full_path}"
    if candidates.sources:
        return f"there is no project{kind} in {', '.join(source.full_path for source in candidates.sources)}"
    if common.caller.acts_as_admin:
        return f"there is no project{kind}"
    role = level_name(role_to_share(common.instance.version)).capitalize()
    return f"{common.caller.user.username} is not {role} of any project{kind}"


def _kind(selection: Selection) -> str:
    """Return which projects GitLab was asked for, as a clause."""
    kinds = []
    if selection.archived != "include":
        kinds.append("is archived" if selection.archived == "only" else "is not archived")
    if len(selection.visibility) == 1:
        kinds.append(f"has the visibility {next(iter(selection.visibility))}")
    return f" that {' and '.join(kinds)}" if kinds else ""
