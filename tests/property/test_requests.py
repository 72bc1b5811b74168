# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run costs: lists rather than single requests, however many projects there are."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given

from ansible_collections.groupshare.gitlab.tests.property.chosen import Refusal
from ansible_collections.groupshare.gitlab.tests.property.oracle import WRITES, Expected, expected
from ansible_collections.groupshare.gitlab.tests.property.rights import Rights, namespace
from ansible_collections.groupshare.gitlab.tests.property.runs import Run, WatchedSimulator, carry_out
from ansible_collections.groupshare.gitlab.tests.property.tasks import Case, cases
from ansible_collections.groupshare.gitlab.tests.property.verdicts import check_writes
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

IDENTITY = r"/metadata|/version|/user|/personal_access_tokens/self"


@pytest.fixture(autouse=True)
def _some_worlds_are_large() -> None:
    """None is: the lists that only pay in large worlds would be the greater part of what small ones cost."""


@given(cases())
def test_reads_are_few_and_the_same_in_check_mode(case: Case) -> None:
    # Where GitLab does not count its lists, one cannot know whether they are shorter than the way around them.
    case.world["gitlab"]["count_limit"] = None
    with WatchedSimulator(World.from_dict(case.world)) as gitlab:
        preview = carry_out(gitlab, case.params, check_mode=True)
        run = carry_out(gitlab, case.params)
    check_writes(run)
    assert _asked(run) == _asked(preview)
    try:
        wanted = expected(case)
    except Refusal:
        return
    foreseeing = _foreseeing(run, case)
    assert len(foreseeing) <= 12 + _unavoidable(case, wanted), foreseeing
    named = len(case.params["projects"] or ()) + len(case.params["source_groups"] or ())
    assert len(run.reads) <= _pages(run) + named + 12 + 12 + _unavoidable(case, wanted)


def _asked(run: Run) -> list[tuple[str, str]]:
    return sorted((entry.path, repr(sorted(entry.query.items()))) for entry in run.reads)


def _pages(run: Run) -> int:
    return sum(_is_page(entry.path, entry.query) for entry in run.reads)


def _is_page(path: str, query: object) -> bool:
    """Whether a request reads projects of the selection, or counts them, rather than something about them."""
    assert isinstance(query, dict)
    listed = path == "/projects" and (query.get("simple") != "true" or query.get("per_page") == "1")
    return listed or re.fullmatch(r"/groups/\d+/projects", path) is not None


def _foreseeing(run: Run, case: Case) -> list[str]:
    """What was asked beyond who calls, the groups and projects that are named, and the selection's lists."""
    asked = [entry.path for entry in run.reads if not _is_page(entry.path, entry.query)]
    asked = [path for path in asked if re.fullmatch(rf"{IDENTITY}|/projects/[^/]+", path) is None]
    for _named in (case.params["group"], *(case.params["source_groups"] or ())):
        single = next((path for path in asked if re.fullmatch(r"/groups/[^/]+", path)), None)
        if single is not None:
            asked.remove(single)
    return asked


def _unavoidable(case: Case, wanted: Expected) -> int:
    """One request a hundred namespaces that are written to, one for each root of them, which alone tells the
    hierarchy rule, and one for each group above the selection that the group is invited to, which alone tells
    the level."""
    rights = Rights(case.world)
    asked = [
        path
        for path, fate in wanted.fates.items()
        if fate.status in WRITES or fate.reason in ("share_locked", "outside_hierarchy")
    ]
    namespaces = {path.rpartition("/")[0] for path in asked}
    roots = {path.split("/")[0] for path in namespaces}
    above = {group for path in wanted.fates for group in rights.lineage(namespace({"path": path}))}
    inviting = [
        path for path in above if any(link["group"] == wanted.group for link in rights.groups[path]["shared_with"])
    ]
    return math.ceil(len(namespaces) / 100) + len(roots) + len(inviting)
