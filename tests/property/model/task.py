# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task: a world, and what the module is asked to do there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pprint import pformat
from typing import Any

from ansible_collections.groupshare.gitlab.tests.simulator.world import World
from ansible_collections.groupshare.gitlab.tests.support.tasks import parameters

Json = dict[str, Any]

DEFAULTS = parameters()
SECTIONS = ("gitlab", "users", "tokens", "groups", "projects")
# Keys of a world that say nothing about it.
FOLLOWING = ("created_at", "namespace_id", "name", "member_role_id", "state", "maintenance_retry_after")


class TaskRefused(Exception):
    """The task ends before there is a plan; the text is the kind of the module's error and what it is about."""


@dataclass(frozen=True)
class Task:
    """A world as the simulator writes it down, and the module's parameters.

    :param params: all of them, as Ansible hands them over; what a task leaves out is None or the default.
    """

    world: Json
    params: Json

    @cached_property
    def records(self) -> World:
        """The world as records, not to be changed."""
        return World.from_dict(self.world)

    @property
    def state(self) -> str:
        return str(self.params["state"])

    @property
    def access_level(self) -> str:
        return str(self.params["access_level"] or "guest")

    @property
    def update_existing(self) -> str:
        return str(self.params["update_existing"] or "raise_only")

    @property
    def archived(self) -> str:
        return str(self.params["archived"] or ("exclude" if self.state == "present" else "include"))

    def on(self, world: Json) -> Task:
        """Return the same task on another world."""
        return replace(self, world=world)

    def with_params(self, **params: object) -> Task:
        """Return the task with other parameters."""
        return replace(self, params={**self.params, **params})

    def __repr__(self) -> str:
        """Only what somebody needs who looks into a failure."""
        world = {section: _in_short(self.world[section]) for section in SECTIONS}
        params = {name: value for name, value in self.params.items() if value != DEFAULTS.get(name)}
        return f"Task({pformat(world, width=160, sort_dicts=False)}, {params})"

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
