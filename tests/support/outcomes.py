# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's run returned, with short ways to what tests ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """The result of one task."""

    result: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.result[key]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed", False))

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed", False))

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    @property
    def warnings(self) -> list[str]:
        return [str(warning) for warning in self.result.get("warnings", [])]

    @property
    def told(self) -> dict[str, Any]:
        """What check mode and a run have to agree on: all but the cost, and how the module was called."""
        return {key: value for key, value in self.result.items() if key not in ("requests", "invocation")}

    @property
    def steps(self) -> dict[str, str]:
        """By project, its status and, if it was skipped, the reason."""
        return {
            entry["path"]: " ".join(filter(None, (entry["status"], entry["reason"])))
            for entry in self.result.get("projects", [])
        }

    @property
    def counts(self) -> dict[str, int]:
        """What the summary holds beyond zeros."""
        return {name: count for name, count in self.result["summary"].items() if count}

    def project(self, path: str) -> Mapping[str, Any]:
        """The entry of one project."""
        (entry,) = (entry for entry in self.result["projects"] if entry["path"] == path)
        found: Mapping[str, Any] = entry
        return found
