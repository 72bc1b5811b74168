# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the diagrams: python3 docs/diagrams.py writes docs/docsite/images/*.svg and docs/images/layers.svg

Each follows the reader's light or dark setting, and carries its content as text for those who cannot see it.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
IMAGES = DOCS / "docsite" / "images"
PLUGINS = DOCS.parent / "plugins"
RESULTS = DOCS.parent / "benchmarks" / "results.json"
WIDTH = 720

STYLE = """
  svg {
    --ground: #ffffff; --ink: #1f2933; --line: #7b8794;
    --none: #e4e7eb; --some: #cfe3f7; --more: #8fc1ee; --warn: #f6c9c1
  }
  @media (prefers-color-scheme: dark) {
    svg {
      --ground: #1e2329; --ink: #e4e7eb; --line: #9aa5b1;
      --none: #323a45; --some: #27496d; --more: #2f6fab; --warn: #7f3b31
    }
  }
  text { fill: var(--ink); font: 15px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
  .small { font-size: 13px }
  .strong { font-weight: 600 }
  .middle { text-anchor: middle }
  .end { text-anchor: end }
  rect { stroke: var(--line); fill: var(--ground) }
  rect.ground { stroke: none }
  rect.none { fill: var(--none) }
  rect.some { fill: var(--some) }
  rect.more { fill: var(--more) }
  rect.warn { fill: var(--warn) }
  path { stroke: var(--line); stroke-width: 1.5; fill: none }
  path.dashed { stroke-dasharray: 5 4 }
  marker path { stroke: none; fill: var(--line) }
"""


@dataclass
class Drawing:
    """An SVG picture in the making; positions and sizes are in pixels."""

    title: str
    description: str
    height: int
    _parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, classes: str = "") -> None:
        self._parts.append(f'<text x="{x:g}" y="{y:g}" class="{classes}">{escape(words)}</text>')

    def box(self, x: float, y: float, width: float, height: float, *lines: str, kind: str = "") -> None:
        """A rectangle with lines of text in its middle, the first of several in bold."""
        self._parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" class="{kind}"/>')
        top = y + height / 2 + 5 - 10 * (len(lines) - 1)
        for number, line in enumerate(lines):
            weight = ("small" if number else "strong") if len(lines) > 1 else ""
            self.text(x + width / 2, top + 20 * number, line, f"middle {weight}".strip())

    def arrow(self, *points: tuple[float, float], dashed: bool = False) -> None:
        line = " L".join(f"{x:g} {y:g}" for x, y in points)
        style = ' class="dashed"' if dashed else ""
        self._parts.append(f'<path d="M{line}" marker-end="url(#head)"{style}/>')

    def svg(self) -> str:
        """Return the whole picture."""
        lines = (
            "<!-- Made by docs/diagrams.py -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}"'
            f' height="{self.height}" role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(self.title)}</title>',
            f'<desc id="description">{escape(self.description)}</desc>',
            f"<style>{STYLE}</style>",
            '<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0 L8 4 L0 8 z"/></marker>',
            '<rect class="ground" width="100%" height="100%"/>',
            *self._parts,
            "</svg>",
            "",
        )
        return "\n".join(lines)

    def save(self, name: str) -> None:
        """Write the picture to the folder of images."""
        (IMAGES / f"{name}.svg").write_text(self.svg(), encoding="utf-8")


def roles() -> None:
    """What a member of the invited group may do: the lower of two roles."""
    names = ("Guest", "Reporter", "Developer", "Maintainer", "Owner")
    kinds = ("none", "some", "more", "more", "more")
    drawing = Drawing(
        "Role in the group and level of the share",
        "A member of the invited group gets the lower of two: its role in the group, and the level of the share. "
        "Guest cannot read the code of private projects, Reporter can, Developer can also push.",
        height=356,
    )
    left, top, width, height = 160, 66, 108, 40
    drawing.text(left + 2.5 * width, 24, "Level of the share", "middle strong")
    drawing.text(20, top - 10, "Role in the group", "strong")
    for column, level in enumerate(names):
        drawing.text(left + (column + 0.5) * width, top - 10, level.lower(), "middle")
    for row, role in enumerate(names):
        drawing.text(20, top + row * height + 25, role)
        for column in range(len(names)):
            lower = min(row, column)
            x, y = left + column * width + 2, top + row * height + 2
            drawing.box(x, y, width - 4, height - 4, names[lower], kind=kinds[lower])
    legend = (("none", "cannot read private code"), ("some", "reads code"), ("more", "reads code and can push"))
    for (kind, words), x in zip(legend, (20, 270, 430)):
        drawing.box(x, 300, 22, 22, kind=kind)
        drawing.text(x + 32, 316, words)
    drawing.save("roles")


def tokens() -> None:
    """Who holds which token."""
    drawing = Drawing(
        "Who holds which token",
        "You hold a personal access token with the scope api, whose user is Owner of the projects and a member of the "
        "group: with it, the task shares the projects with the group. The scanning service holds a group access token "
        "with the scope read_api: with it, the service reads the shared projects.",
        height=250,
    )
    drawing.box(20, 30, 250, 74, "You", "personal access token, scope api", "its user owns the projects")
    drawing.box(
        20, 146, 250, 74, "The scanning service", "group access token, scope read_api", "Developer in the group"
    )
    drawing.box(450, 30, 250, 74, "The group", "security/scanner", "your user is a member", kind="some")
    drawing.box(450, 146, 250, 74, "The projects", "shop/website, shop/orders, ...", kind="some")
    drawing.arrow((270, 67), (450, 67))
    drawing.text(360, 57, "shares projects with", "middle small")
    drawing.arrow((270, 183), (450, 183))
    drawing.text(360, 173, "reads", "middle small")
    drawing.arrow((575, 104), (575, 146))
    drawing.text(585, 130, "is invited to", "small")
    drawing.save("tokens")


def phases() -> None:
    """The four phases of a run, and what check mode leaves out."""
    drawing = Drawing(
        "The phases of a run",
        "A run looks at what is there, plans one step for each project, applies the plan, and reports. "
        "Check mode goes from the plan to the report and writes nothing.",
        height=190,
    )
    boxes = (
        ("Look", "token, group,", "projects, shares"),
        ("Plan", "one step for", "each project"),
        ("Apply", "the only phase", "that writes"),
        ("Report", "result, diff,", "warnings"),
    )
    for number, lines in enumerate(boxes):
        drawing.box(20 + 180 * number, 40, 140, 80, *lines, kind="warn" if lines[0] == "Apply" else "some")
    for number in (1, 2, 3):
        drawing.arrow((180 * number - 20, 80), (180 * number + 20, 80))
    drawing.arrow((270, 120), (270, 155), (630, 155), (630, 120), dashed=True)
    drawing.text(450, 175, "check mode", "middle small")
    drawing.save("phases")


def replacement() -> None:
    """The time line of a share whose level changes."""
    drawing = Drawing(
        "How a share is replaced",
        "First the new share is tried beside the old one. Only if GitLab answers that the project is already shared, "
        "and nothing else, the former share is recorded on disk, the old share is removed, and the new one is made. "
        "The group is without a share only between these two requests.",
        height=240,
    )
    steps = (
        (20, "1", "POST, as a trial", "409: already shared"),
        (190, "2", "record on disk", "level and end"),
        (340, "3", "DELETE", "204"),
        (480, "4", "POST", "201"),
        (580, "5", "record", "done"),
    )
    for x, number, name, answer in steps:
        drawing.box(x, 50, 24, 24, number)
        drawing.text(x + 32, 62, name, "strong small")
        drawing.text(x + 32, 80, answer, "small")
    drawing.text(20, 24, "Requests and records", "strong")
    drawing.text(20, 130, "What the group has", "strong")
    drawing.box(20, 145, 332, 36, "the old share", kind="some")
    drawing.box(352, 145, 140, 36, "none", kind="warn")
    drawing.box(492, 145, 208, 36, "the new share", kind="more")
    drawing.arrow((20, 205), (700, 205))
    drawing.text(700, 226, "time", "end small")
    drawing.save("replacement")


# The clients of the benchmark, and what the guides call them.
CLIENTS = {
    "this module, 4 at once": "groupshare.gitlab, 4 at once",
    "guide's script": "The script",
    "gitlabform": "gitlabform",
    "gitlabracadabra": "gitlabracadabra",
    "python-gitlab loop": "A loop with python-gitlab",
}


def measured_seconds() -> list[tuple[str, int, int]]:
    """Return for each client the seconds of a first run on 1,000 projects, and of a run with nothing to do."""
    runs = json.loads(RESULTS.read_text(encoding="utf-8"))["runs"]
    seconds = {
        (run["client"], run["scenario"]["name"]): round(run["seconds"])
        for run in runs
        if run["scenario"]["projects"] == 1000
    }
    return [(label, seconds[client, "first run"], seconds[client, "steady state"]) for client, label in CLIENTS.items()]


def benchmark_drawing() -> Drawing:
    """The measured times as bars."""
    bars = measured_seconds()
    described = "; ".join(f"{name}: {first} and {again}" for name, first, again in bars)
    drawing = Drawing(
        "Seconds for 1,000 projects",
        f"Seconds for the first run, and for a run with nothing to do. {described}.",
        height=70 + 56 * len(bars),
    )
    scale = 400 / max(first for _name, first, _again in bars)
    for number, (name, first, again) in enumerate(bars):
        y = 14 + 56 * number
        drawing.text(20, y + 25, name)
        for seconds, offset, kind in ((first, 0, "more"), (again, 20, "some")):
            drawing.box(240, y + offset, max(scale * seconds, 2), 18, kind=kind)
            drawing.text(248 + scale * seconds, y + offset + 14, f"{seconds} s", "small")
    y = 24 + 56 * len(bars)
    for x, kind, words in ((240, "more", "first run"), (360, "some", "nothing to do")):
        drawing.box(x, y, 18, 18, kind=kind)
        drawing.text(x + 26, y + 14, words, "small")
    return drawing


def benchmark() -> None:
    """The seconds that were measured."""
    benchmark_drawing().save("benchmark")


# What each layer is for; which one imports which is read from the code.
PURPOSES = {
    "modules": "documentation and main()",
    "_share_all": "the order of a sharing run",
    "_info": "the order of a reading run",
    "_options": "what the user asked for, checked and typed",
    "_report": "result, diff, warnings, failure",
    "_apply": "writes, put-back, journal, recovery record",
    "_foresee": "what GitLab would refuse, asked only for projects that would change",
    "_plan": "one step for each project; pure functions",
    "_observe": "who asks, which group, which projects, their shares",
    "_gitlab": "the API as typed records; rules that depend on the version",
    "_http": "requests, retries, limits, TLS",
    "_version": "the version of the collection",
    "_errors": "what can go wrong",
}


def read_layers() -> dict[str, set[str]]:
    """Return which layers each layer imports, from the modules down."""
    found: dict[str, set[str]] = {}
    for folder in ("modules", "module_utils"):
        for source in sorted((PLUGINS / folder).rglob("*.py")):
            path = source.relative_to(PLUGINS).with_suffix("").parts
            imported = found.setdefault(layer_of(path), set())
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.level:
                    imported.add(layer_of((*path[: -node.level], *(node.module or "").split("."))))
    return {layer: imported - {layer} for layer, imported in found.items()}


def layer_of(path: tuple[str, ...]) -> str:
    """Return the layer of a file, whose path is relative to plugins/."""
    return path[1] if path[0] == "module_utils" else path[0]


def row_of(layer: str, layers: dict[str, set[str]]) -> int:
    """Return the row of a layer: right below the lowest of those that import it."""
    above = [other for other, imported in layers.items() if layer in imported]
    return 1 + max((row_of(other, layers) for other in above), default=-1)


def draw_layers() -> str:
    """The layers of the code; an arrow leads to the next layer that one imports."""
    layers = read_layers()
    rows = {name: row_of(name, layers) for name in sorted(layers, key=[*PURPOSES].index)}
    names = [[name for name in rows if rows[name] == row] for row in range(max(rows.values()) + 1)]
    drawing = Drawing(
        "The layers of the code",
        f"Each layer imports only from those below it. From the top: {'; '.join(map(' and '.join, names))}.",
        height=16 + 76 * len(names),
    )
    middles: dict[str, float] = {}
    for row, beside in enumerate(names):
        width = (680 - 20 * (len(beside) - 1)) / len(beside)
        for column, name in enumerate(beside):
            x = 20 + column * (width + 20)
            middles[name] = x + width / 2
            kind = "warn" if name == "_apply" else "some"
            drawing.box(x, 16 + 76 * row, width, 50, name, PURPOSES[name], kind=kind)
    for name, imported in layers.items():
        for other in sorted(imported):
            if rows[other] == rows[name] + 1:
                drawing.arrow((middles[name], 66 + 76 * rows[name]), (middles[other], 16 + 76 * rows[other]))
    return drawing.svg()


def main() -> None:
    """Draw all of them."""
    IMAGES.mkdir(exist_ok=True)
    for draw in (roles, tokens, phases, replacement, benchmark):
        draw()
    (DOCS / "images" / "layers.svg").write_text(draw_layers(), encoding="utf-8")


if __name__ == "__main__":
    main()
