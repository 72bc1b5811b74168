# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the picture in README.md from a real run of ./demo: python3 tests/demo_picture.py

It shows the preview and the last run. The run in between prints the same as the preview.
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
    """Return the lines of the preview and of the last run, without empty ones in a row."""
    lines = output.strip().split("\n")
    starts = [number for number, line in enumerate(lines) if re.match(r"\d\. ", ESCAPE.sub("", line))]
    end = next(number for number, line in enumerate(lines) if "GitLab of your own" in line)
    chosen = [*lines[: starts[1]], *lines[starts[2] : end]]
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
