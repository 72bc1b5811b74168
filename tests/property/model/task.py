# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task: a world, and what the module is asked to do there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pprint import pformat
from typing import Any

from ansible_collections.groupshare.gitlab.tests.simulator.world import World

Json = dict[str, Any]

# As the documentation has them; of archived it depends on the state.
DEFAULTS: Json = {
    "state": "present",
    "access_level": "guest",
    "update_existing": "raise_only",
    "protection_rules": "keep",
    "include_subgroups": True,
    "personal_projects": True,
    "skip_inherited": False,
    "forks": "include",
    "mirrors": "include",
    "list_projects": "changed",
    "fail_on_error": True,
}
SECTIONS = ("gitlab", "users", "tokens", "groups", "projects")
# Keys of a world that say nothing about it.
FOLLOWING = ("created_at", "namespace_id", "name", "member_role_id", "state", "maintenance_retry_after")


class TaskRefused(Exception):
    """The task ends before there is a plan; the text is the kind of the module's error and what it is about."""


@dataclass(frozen=True)
class Task:
    """A world as the simulator writes it down, and the options that the task names."""

    world: Json
    options: Json

    @cached_property
    def records(self) -> World:
        """The world as records, not to be changed."""
        return World.from_dict(self.world)

    def __getitem__(self, option: str) -> Any:
        """Return an option's value, or what the documentation says it is where the task does not name it."""
        if option == "archived" and option not in self.options:
            return "exclude" if self["state"] == "present" else "include"
        return self.options.get(option, DEFAULTS.get(option))

    def on(self, world: Json) -> Task:
        """Return the same task on another world."""
        return replace(self, world=world)

    def with_options(self, **options: object) -> Task:
        """Return the task with other options; it does not name those that are None."""
        named = {name: value for name, value in {**self.options, **options}.items() if value is not None}
        return replace(self, options=named)

    def __repr__(self) -> str:
        """Only what somebody needs who looks into a failure."""
        world = {section: _in_short(self.world[section]) for section in SECTIONS}
        return f"Task({pformat(world, width=160, sort_dicts=False)}, {self.options})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Let Hypothesis print the same."""
        printer.text(repr(self))


def _in_short(value: Any) -> Any:
    """Return a part of a world without what is empty or follows from the rest."""
    if isinstance(value, list):
        return [_in_short(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _in_short(each) for key, each in value.items() if each and key not in FOLLOWING}
