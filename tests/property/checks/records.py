# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What recovery records on disk say, read without the plugins."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.groupshare.gitlab.tests.property.model.levels import NAMES
from ansible_collections.groupshare.gitlab.tests.property.model.plan import Share


def record_files(folder: Path) -> list[Path]:
    """Return the records of runs, oldest first; a run that is killed while it makes one leaves an empty dot file."""
    return sorted(path for path in folder.glob("*") if not path.name.startswith("."))


def open_intents(folder: Path) -> dict[int, Share]:
    """Return the shares as they were before replacements that are not known to be over, by project id."""
    found: dict[int, Share] = {}
    for path in record_files(folder):
        opened: dict[int, Share] = {}
        for text in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text or "{}")
            if "intent" in line:
                before = line["before"]
                opened.setdefault(line["intent"], Share(NAMES[before["access_level"]], before["expires_at"]))
            elif "end" in line:
                opened.pop(line["end"], None)
        # Of several records, the oldest is put back first.
        found = {**opened, **found}
    return found
