# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that was measured, kept in results.json: the tables and pictures are made from it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ansible_collections.groupshare.gitlab.benchmarks.measure import Measured, Server
from ansible_collections.groupshare.gitlab.benchmarks.worlds import Scenario

Series = t.Literal["runs", "costs", "at_scales", "small_server"]
FILE = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Limited:
    """A first run under a rate limit.

    :param used: part of the allowance that was used, in the windows between the first and the last one.
    :param refused: requests that were answered with 429.
    :param wrong: projects that were not as wanted afterwards.
    """

    used: float
    refused: int
    wrong: int


@dataclass(frozen=True)
class ReadsByIds:
    """Reads of a steady state with dense ids, and with ids scattered over a large range."""

    dense: int
    scattered: int


@dataclass(frozen=True)
class Start:
    """Median seconds until an end before the first request: of a module, and of an empty one with requests."""

    module: float
    empty: float


@dataclass(frozen=True)
class Results:
    """All that was measured, as far as it was.

    :param versions: of Python and of the packages that were measured.
    :param costs: a run and its preview, on a GitLab that hardly takes any time.
    :param at_scales: the same run at several scales.
    :param small_server: runs on a GitLab that serves two requests at once.
    """

    date: str = ""
    versions: t.Mapping[str, str] = field(default_factory=dict)
    runs: tuple[Measured, ...] = ()
    costs: tuple[Measured, ...] = ()
    at_scales: tuple[Measured, ...] = ()
    small_server: tuple[Measured, ...] = ()
    limited: Limited | None = None
    reads_by_ids: ReadsByIds | None = None
    start: Start | None = None
    start_in_playbook: Start | None = None

    def with_run(self, run: Measured, series: Series = "runs") -> Results:
        """Return the results with one run more; it takes the place of an earlier one of the same."""
        runs = {_key(other, series): other for other in getattr(self, series)}
        changed: dict[str, t.Any] = {series: tuple({**runs, _key(run, series): run}.values())}
        return replace(self, **changed)

    def of(self, **scenario: t.Any) -> list[Measured]:
        """Return the runs in scenarios with some properties."""
        return [run for run in self.runs if all(getattr(run.scenario, key) == value for key, value in scenario.items())]


def load(path: Path = FILE) -> Results:
    """Return what was measured before; nothing if there is no file."""
    return from_json(path.read_text(encoding="utf-8")) if path.exists() else Results()


def save(results: Results, path: Path = FILE) -> None:
    """Write all that was measured."""
    path.write_text(to_json(results), encoding="utf-8")


def to_json(results: Results) -> str:
    """Return results as JSON, with a line for each run."""
    parts = [f'"{name}": {_lines(value)}' for name, value in asdict(results).items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def from_json(text: str) -> Results:
    """Return the results that to_json() has written."""
    data = json.loads(text)
    kinds: dict[str, t.Callable[..., t.Any]] = {
        "limited": Limited,
        "reads_by_ids": ReadsByIds,
        "start": Start,
        "start_in_playbook": Start,
    }
    for name, kind in kinds.items():
        data[name] = None if data[name] is None else kind(**data[name])
    runs = {name: tuple(map(_run, data.get(name, ()))) for name in t.get_args(Series)}
    return Results(**{**data, **runs})


def _key(run: Measured, series: Series) -> tuple[t.Any, ...]:
    """Return what tells a run from the others of its series."""
    return run.client, run.scenario, run.scale if series == "at_scales" else None


def _run(data: dict[str, t.Any]) -> Measured:
    return Measured(**{**data, "scenario": Scenario(**data["scenario"]), "server": Server(**data["server"])})


def _lines(value: t.Any) -> str:
    if not isinstance(value, tuple):
        return json.dumps(value)
    return "[" + ",".join(f"\n {json.dumps(item)}" for item in value) + "\n]"
