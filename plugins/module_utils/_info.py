# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The use case of gitlab_group_share_info: observe, foresee, report."""

from __future__ import annotations

import datetime
from functools import partial

from ._foresee.foresee import foresee_blocked
from ._gitlab.client import GitLab
from ._gitlab.connect import connect
from ._observe.candidates import Question
from ._observe.observe import Observed, observe_groups
from ._options.info import InfoOptions
from ._plan.coverage import Covered, find_coverage
from ._plan.desired import Desired
from ._plan.plan import make_plan, plan_step
from ._plan.refusals import take_out_refused
from ._report.coverage import coverage_report
from ._report.result import Report


def read_shares(options: InfoOptions, today: datetime.date) -> Report:
    """Look at the shares that the options describe.

    :param today: the day at GitLab.
    :raises GroupShareError: when an option names what does not exist, or GitLab does not answer.
    """
    question = Question(options.groups[0], options.selection, today, options.access_level)
    with connect(options.connection) as gitlab:
        found = observe_groups(gitlab, "groups" if options.several else "group", options.groups, question)
        answers = [(observed, _coverage(gitlab, observed, options)) for observed in found]
        root_url = options.connection.root_url
        return coverage_report(answers, options.several, options.access_level, root_url, gitlab.traffic)


def _coverage(gitlab: GitLab, observed: Observed, options: InfoOptions) -> tuple[Covered, ...]:
    desired = Desired(options.access_level, update_existing="never")
    plan_one = partial(plan_step, desired=desired, selection=options.selection, inherited=observed.inherited)
    draft = make_plan(observed.projects, plan_one)
    plan = take_out_refused(draft, foresee_blocked(gitlab, observed, draft))
    return find_coverage(plan, options.access_level)
