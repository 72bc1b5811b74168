# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report has words for whatever the info module can return."""

from __future__ import annotations

import datetime
import typing as t
from pathlib import Path

from jinja2 import Environment

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.access_levels import LEVELS
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.coverage import State
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.plan import SkippedReason

WORDS = Path(__file__).parents[2] / "playbooks/templates/report_words.j2"


def words() -> t.Any:
    """What the template gives to others; its filter and its clock are Ansible's."""
    environment = Environment(trim_blocks=True)
    environment.filters["strftime"] = lambda *_arguments, **_keywords: "2026-12-25"
    environment.globals["now"] = datetime.datetime.now
    return environment.from_string(WORDS.read_text(encoding="utf-8")).module


def test_every_state_has_a_label() -> None:
    assert set(words().STATES) == set(t.get_args(State))


def test_every_reason_why_a_project_cannot_be_shared_has_a_sentence() -> None:
    # What is left out as asked for has a state of its own.
    assert set(words().REASONS) == set(t.get_args(SkippedReason)) - {"inherited"}


def test_levels_sort_as_gitlab_ranks_them() -> None:
    levels = words().LEVELS
    assert levels == sorted(LEVELS, key=LEVELS.__getitem__)
