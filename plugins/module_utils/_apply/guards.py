# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection. It can have breaking changes at any time.
# Do not use this from other collections or standalone plugins/modules!

"""What keeps a plan from being applied at all, although GitLab would take its writes."""

from __future__ import annotations

import typing as t

from ansible_collections.groupshare.gitlab.plugins.module_utils._look.identity import Caller
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan import CHANGES, Step


def objection(plan: t.Sequence[Step], caller: Caller, max_changes: int | None, check_mode: bool) -> str | None:
    """Return why nothing of a plan may be written, or None; a token that only reads is enough for check mode."""
    changes = sum(step.status in CHANGES for step in plan)
    if max_changes is not None and changes > max_changes:
        return f"The plan holds {changes} changes, more than max_changes={max_changes}. Nothing has been changed."
    if changes and not check_mode and not caller.may_write:
        return f"The token lacks the scope api, which the {changes} changes of the plan need. Nothing has been changed."
    return None
