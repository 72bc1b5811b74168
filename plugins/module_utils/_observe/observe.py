# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SHIM until the observe branch lands."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field, replace

from .._gitlab.client import GitLab
from .._gitlab.records import Group, Instance, Project
from .hidden import reveal_hidden
from .identity import Caller, look_around
from .inherited import Inherited, find_inherited
from .select import select_projects
from .selection import Selection


@dataclass(frozen=True)
class Unmatched:
    option: str
    value: str


@dataclass(frozen=True)
class Question:
    group: str
    selection: Selection
    today: datetime.date
    access_level: int | None
    only_shared: bool = False
    levels_matter: bool = True
    named_only: tuple[int, ...] | None = None

    @property
    def lists_by_role(self) -> bool:
        return self.selection.everything and not self.only_shared and self.named_only is None


@dataclass(frozen=True)
class Observed:
    instance: Instance
    caller: Caller
    group: Group
    projects: tuple[Project, ...]
    inherited: t.Mapping[str, Inherited] = field(default_factory=dict)
    unmatched: tuple[Unmatched, ...] = ()
    beyond_reach: int | None = None
    empty_because: str | None = None


def observe(gitlab: GitLab, question: Question) -> Observed:
    setting = look_around(gitlab, question.group, question.access_level or 10)
    selection = question.selection
    if question.named_only is not None:
        selection = replace(selection, projects=tuple(map(str, question.named_only)))
    selected = reveal_hidden(gitlab, setting.group, select_projects(gitlab, selection, setting))
    inherited = find_inherited(
        gitlab, setting.group, selected.projects, question.today, needed=selection.skip_inherited
    )
    return Observed(setting.instance, setting.caller, setting.group, selected.projects, inherited)


def observe_groups(gitlab: GitLab, references: t.Sequence[str], question: Question) -> tuple[Observed, ...]:
    return tuple(observe(gitlab, replace(question, group=each)) for each in references)
