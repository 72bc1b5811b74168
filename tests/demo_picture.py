# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the picture in README.md from a real run of ./demo: python3 tests/demo_picture.py

It shows all three steps. Of the second and the third it leaves out what they begin with: that is as in the first.
"""

from __future__ import annotations

import os
import pty
import re
from html import escape
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "demo.svg"

LINE, CHARACTER, MARGIN = 19, 8.43, 16
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
BACKGROUND, TEXT = "#1e2329", "#d8dee9"
# What Ansible and the demo write with, by the numbers of ANSI's escape sequences.
STYLES = {
    "1": "font-weight:bold;fill:#ffffff",
    "0;31": "fill:#e06c75",
    "0;32": "fill:#98c379",
    "0;33": "fill:#e5c07b",
    "0;36": "fill:#56b6c2",
}
ESCAPE = re.compile(r"\x1b\[([\d;]*)m")


def run_demo() -> str:
    """Run ./demo in a terminal of its own, twice, so that setting up is no part of it; return what it prints."""
    for _run in range(2):
        output = bytearray()
        if pty.spawn([str(ROOT / "demo")], recorder(output)) != 0:
            raise SystemExit("./demo has failed, see above")
    return output.decode().replace("\r", "")


def recorder(output: bytearray) -> Callable[[int], bytes]:
    """Return what reads from a terminal and adds what it has read to the output."""

    def read(terminal: int) -> bytes:
        piece = os.read(terminal, 4096)
        output.extend(piece)
        return piece

    return read


def shown(output: str) -> list[str]:
    """Return the lines of the three steps, without empty ones in a row; an ellipsis stands for what is left out."""
    lines = output.strip().split("\n")
    plain = [ESCAPE.sub("", line) for line in lines]
    steps = [number for number, line in enumerate(plain) if re.match(r"\d\. ", line)]
    tasks = [number for number, line in enumerate(plain) if line.startswith("TASK [Share the projects]")]
    end = next(number for number, line in enumerate(plain) if "GitLab of your own" in line)
    # A step, its command in two lines, and then the task that matters.
    second, third = ([*lines[step : step + 3], "⋮", *lines[task:]] for step, task in zip(steps[1:], tasks[1:]))
    chosen = [*lines[: steps[1]], *second[: steps[2] - tasks[1] + 4], *third[: end - tasks[2] + 4]]
    return [line for line, before in zip(chosen, ["", *chosen]) if line or before]


def drawn(number: int, line: str) -> str:
    """Return one line as SVG."""
    style, spans = "", []
    for index, piece in enumerate(ESCAPE.split(line)):
        if index % 2:
            style = STYLES.get(piece, "")
        elif piece:
            # SVG takes several blanks for one.
            text = escape(piece).replace(" ", "\u00a0")
            spans.append(f'<tspan style="{style}">{text}</tspan>' if style else text)
    return f'<text x="{MARGIN}" y="{MARGIN + LINE * (number + 0.75):.1f}">{"".join(spans)}</text>'


def picture(lines: list[str]) -> str:
    """Return lines of a terminal as an SVG picture."""
    columns = max(len(ESCAPE.sub("", line).rstrip()) for line in lines)
    width, height = round(2 * MARGIN + columns * CHARACTER), 2 * MARGIN + LINE * len(lines)
    return "\n".join(
        (
            "<!-- Made by tests/demo_picture.py -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"',
            f'  font-family="{FONT}" font-size="14" fill="{TEXT}">',
            "<title>What ./demo prints</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
            *(drawn(number, line.rstrip()) for number, line in enumerate(lines)),
            "</svg>",
            "",
        )
    )


def main() -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(shown(run_demo())), encoding="utf-8")


if __name__ == "__main__":
    main()
