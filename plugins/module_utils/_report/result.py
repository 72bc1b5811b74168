# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the task returns: result, diff, warnings, and one sentence when it fails."""

from __future__ import annotations

import datetime
import typing as t
from collections import Counter
from dataclasses import asdict, dataclass, field, replace

from .._apply.apply import Applied
from .._apply.run_options import RunOptions
from .._gitlab.access_levels import REPORTER, level_name
from .._gitlab.records import Project, Share
from .._http.client import Traffic
from .._observe.identity import LACKS_ADMIN_MODE, Caller
from .._observe.inherited import Inherited
from .._observe.observe import Observed
from .._observe.rules import Problem
from .._plan.coverage import Covered
from .._plan.desired import Desired
from .._plan.plan import CHANGES, FAILED, STATUSES, UNCHANGED, Step

SHOWN_FAILURES = 3
TOKEN_WARNING_DAYS = 7


@dataclass(frozen=True)
class Report:
    """What a task tells at its end.

    :param result: what it returns, whether it fails or not.
    :param failure: the sentence with which it fails, or None.
    :param diff: for diff mode.
    """

    result: dict[str, t.Any]
    warnings: tuple[str, ...] = ()
    failure: str | None = None
    diff: dict[str, str] = field(default_factory=dict)

    def with_warning(self, warning: str | None) -> Report:
        """Return the report with one more warning, if there is one."""
        return self if warning is None else replace(self, warnings=(*self.warnings, warning))


def share_report(
    applied: Applied,
    observed: Observed,
    wanted: Desired,
    guards: RunOptions,
    root_url: str,
    traffic: Traffic,
    today: datetime.date,
) -> Report:
    """Return the report of a plan, or of what became of it."""
    steps = applied.steps
    shown = [step for step in steps if guards.return_unchanged or step.status != UNCHANGED]
    result = {
        "changed": any(step.status in CHANGES or step.touched for step in steps),
        **_setting_entries(observed, root_url),
        "summary": _summary(steps),
        "projects": [_entry(step) for step in shown],
        "requests": asdict(traffic),
    }
    failure = _failure(applied, guards.fail_on_error)
    warnings = (*plan_warnings(steps, wanted, observed, today), _failed(steps) if failure is None else None)
    return Report(result, tuple(filter(None, warnings)), failure, diff(steps))


def coverage_report(covered: t.Sequence[Covered], observed: Observed, root_url: str, traffic: Traffic) -> Report:
    """Return the report of the shares that were found."""
    coverage = {
        "selected": len(covered),
        "shared": sum(each.project.share is not None for each in covered),
        "missing": sum(each.missing for each in covered),
        "below_level": sum(each.below_level for each in covered),
        "inherited": sum(each.inherited is not None for each in covered),
    }
    result = {
        "changed": False,
        **_setting_entries(observed, root_url),
        "coverage": coverage,
        "missing": [each.project.path for each in covered if each.missing],
        "below_level": [each.project.path for each in covered if each.below_level],
        "projects": [
            {
                **_project_entry(each.project),
                "share": _share_entry(each.project.share),
                "inherited": _inherited_entry(each.inherited),
            }
            for each in covered
        ],
        "requests": asdict(traffic),
    }
    return Report(result, tuple(filter(None, _selection_warnings(observed))))


def _setting_entries(observed: Observed, root_url: str) -> dict[str, t.Any]:
    group, instance = observed.group, observed.instance
    return {
        "group": {"id": group.id, "full_path": group.full_path, "name": group.name, "web_url": group.web_url},
        "gitlab": {"url": root_url, "version": instance.version_text, "enterprise": instance.enterprise},
    }


def _project_entry(project: Project) -> dict[str, t.Any]:
    return {"id": project.id, "path": project.path, "web_url": project.web_url}


def _share_entry(share: Share | None) -> dict[str, t.Any] | None:
    """Return a share as results show it; a level that the token may not see is None."""
    if share is None:
        return None
    level = None if share.access_level is None else level_name(share.access_level)
    return {"access_level": level, "expires_at": share.expires_at and share.expires_at.isoformat()}


def _inherited_entry(inherited: Inherited | None) -> dict[str, t.Any] | None:
    """Return an inherited access as results show it."""
    if inherited is None:
        return None
    return {"access_level": level_name(inherited.access_level), "group": inherited.group}


def diff(steps: t.Iterable[Step]) -> dict[str, str]:
    """Return what changes, one line a project in the order of paths: its share before, and its share after."""
    changes = [step for step in steps if step.status in CHANGES or step.before != step.after]
    before = [f"{step.project.path}: {_words(step.before)}\n" for step in changes if step.before]
    after = [f"{step.project.path}: {_words(step.after)}\n" for step in changes if step.after]
    return {"before": "".join(before), "after": "".join(after)}


def _failure(applied: Applied, fail_on_error: bool) -> str | None:
    lost = [
        f"{step.project.path} ({_words(step.before)})" for step in applied.steps if step.before and step.access_lost
    ]
    sentences = []
    if lost:
        sentences.append(
            f"The group has lost its access to {_some(lost)}: run the task again when the cause is mended."
        )
    if applied.stopped is not None:
        sentences.append(applied.stopped)
    failed = _failed(applied.steps)
    if failed is not None and (fail_on_error or sentences):
        sentences.append(failed)
    return " ".join(sentences) or None


def plan_warnings(
    steps: t.Sequence[Step], wanted: Desired, observed: Observed, today: datetime.date
) -> tuple[str | None, ...]:
    """Return what the user should know although nothing is wrong, with counts; None for what does not apply."""
    return (
        *_selection_warnings(observed),
        _read_only(steps, observed.caller),
        _weak_level(steps, wanted),
        _token_end(observed.caller, today),
        _expired(steps, wanted, today),
        _hidden(steps),
    )


def _selection_warnings(observed: Observed) -> tuple[str | None, ...]:
    caller = observed.caller
    return (
        None if observed.projects else f"No project is selected: {observed.empty_because}.",
        LACKS_ADMIN_MODE if caller.lacks_admin_mode else None,
    )


def _read_only(steps: t.Sequence[Step], caller: Caller) -> str | None:
    changes = sum(step.status in CHANGES for step in steps)
    if caller.may_write or not changes:
        return None
    return f"The token of {caller.user.username} lacks the scope api: a run could not make these {changes} changes."


def _hidden(steps: t.Sequence[Step]) -> str | None:
    hidden = sum(step.after is not None and step.after.access_level is None for step in steps)
    if not hidden:
        return None
    return f"{hidden} projects are shared with the group at a level that this token may not see; they stay as they are."


def _failed(steps: t.Sequence[Step]) -> str | None:
    failed = [step for step in steps if step.status == FAILED]
    if not failed:
        return None
    problems = _some([f"{step.project.path} ({_message(step.error)})" for step in failed])
    return f"{len(failed)} of {len(steps)} projects failed: {problems}."


def _weak_level(steps: t.Sequence[Step], wanted: Desired) -> str | None:
    private = sum(step.project.visibility == "private" for step in steps)
    if not wanted.present or wanted.access_level >= REPORTER or not private:
        return None
    return (
        f"Private projects are selected ({private}), and {level_name(wanted.access_level)} cannot read their code: "
        "access_level=reporter is the lowest that can, as a scanner needs."
    )


def _token_end(caller: Caller, today: datetime.date) -> str | None:
    end = caller.token.expires_at if caller.token else None
    if end is None or (end - today).days > TOKEN_WARNING_DAYS:
        return None
    return f"The token of {caller.user.username} expires on {end}."


def _expired(steps: t.Sequence[Step], wanted: Desired, today: datetime.date) -> str | None:
    after = [step.after for step in steps]
    ended = sum(share is not None and share.expires_at is not None and share.expires_at <= today for share in after)
    if not wanted.present or not ended:
        return None
    return f"{ended} shares have expired, so that GitLab is about to remove them: set expires_at to keep them."


def _summary(steps: t.Sequence[Step]) -> dict[str, int]:
    counts = Counter(step.status for step in steps)
    inherited = sum(step.inherited is not None for step in steps)
    return {"selected": len(steps), **{status: counts[status] for status in STATUSES}, "inherited": inherited}


def _entry(step: Step) -> dict[str, t.Any]:
    entry: dict[str, t.Any] = {
        **_project_entry(step.project),
        "status": step.status,
        "reason": step.reason,
        "error": None if step.error is None else asdict(step.error),
        "before": _share_entry(step.before),
        "after": _share_entry(step.after),
        "inherited": _inherited_entry(step.inherited),
    }
    if step.status == FAILED:
        entry["access_lost"] = step.access_lost
    return entry


def _words(share: Share) -> str:
    level = "unknown level" if share.access_level is None else level_name(share.access_level)
    return f"{level}, {'no expiry' if share.expires_at is None else f'expires {share.expires_at}'}"


def _message(problem: Problem | None) -> str:
    return problem.message.rstrip(".") if problem else ""


def _some(texts: t.Sequence[str]) -> str:
    more = len(texts) - SHOWN_FAILURES
    return "; ".join(texts[:SHOWN_FAILURES]) + (f"; and {more} more" if more > 0 else "")
