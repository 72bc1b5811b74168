# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the info module returns for one group or several."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import asdict

from .._apply.journal import details_or_none
from .._gitlab.access_levels import level_name
from .._http.client import Traffic
from .._observe.observe import Observed
from .._plan.coverage import Covered
from .entries import Entry, gitlab_entry, group_entry, inherited_entry, project_entry
from .result import Report
from .warnings import selection_warnings
from .words import count

Answer = tuple[Observed, t.Sequence[Covered]]


def coverage_report(
    answers: t.Sequence[Answer], several: bool, access_level: int, root_url: str, traffic: Traffic
) -> Report:
    """Return the report of the shares that were found.

    :param several: groups were asked for as a list, so the result has a list of answers.
    """
    observed = answers[0][0]
    result: Entry = {
        "changed": False,
        "msg": "; ".join(f"{each.group.full_path}: {_in_words(each, covered)}" for each, covered in answers),
        "gitlab": gitlab_entry(observed, root_url),
        "user": {"username": observed.caller.user.username},
        "access_level": level_name(access_level),
        "requests": asdict(traffic),
    }
    if several:
        result["groups"] = [_answer(each, covered) for each, covered in answers]
    else:
        result.update(_answer(*answers[0]))
    warnings = dict.fromkeys(warning for each, _covered in answers for warning in selection_warnings(each))
    return Report(result, tuple(warnings))


def _answer(observed: Observed, covered: t.Sequence[Covered]) -> Entry:
    return {
        "group": group_entry(observed.group),
        "coverage": _counts(observed, covered),
        "missing": [each.project.path for each in covered if each.state == "missing"],
        "below_level": [each.project.path for each in covered if each.state == "below_level"],
        "projects": [
            {
                **project_entry(each.project),
                "state": each.state,
                "reason": each.reason,
                "share": details_or_none(each.project.share),
                "inherited": inherited_entry(each.inherited),
            }
            for each in covered
        ],
    }


def _counts(observed: Observed, covered: t.Sequence[Covered]) -> dict[str, int | None]:
    states = Counter(each.state for each in covered)
    return {
        "selected": len(covered),
        "shared": states["shared"] + states["below_level"],
        "missing": states["missing"],
        "below_level": states["below_level"],
        "blocked": states["blocked"],
        "inherited": sum(each.inherited is not None for each in covered),
        "personal": sum(each.project.personal for each in covered),
        "beyond_reach": observed.beyond_reach,
    }


def _in_words(observed: Observed, covered: t.Sequence[Covered]) -> str:
    if not covered:
        return f"no project is selected: {observed.empty_because}"
    counts = _counts(observed, covered)
    beyond = "more visible to this token but not shareable by it"
    if observed.lists_beyond_reach:
        beyond = "in source_groups not shareable by this token"
    words = [f"{counts['shared']:,} of {count(len(covered), 'project')} shared"]
    for number, what in (
        (counts["below_level"], "below the level"),
        (counts["missing"], "missing"),
        (counts["blocked"], "cannot be shared"),
        (counts["beyond_reach"], beyond),
    ):
        if number:
            words.append(f"{number:,} {what}")
    return ", ".join(words)
