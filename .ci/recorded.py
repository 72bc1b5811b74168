# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold the simulated GitLab of this checkout against what a running GitLab answered.

Usage: python3 .ci/recorded.py FOLDER (with replay.py and its recordings, or with examples.py)
Exits with 1 if anything differs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
# A recorded query may name a record of its world in place of its id, which is the same in the simulator.
PLACEHOLDER = re.compile(r"\{\{(?:project|group|user):(\d+)\}\}")
# Examples that recordings contradict: what follows a dot in the id of a group is a format, only & parts parameters,
# and a body without a media type is not read.
CONTRADICTED = {
    (
        "routes: DELETE /projects/7/share/1.5",
        """'{"message":"404 Group Link Not Found"}', not '{"error": "404 Not Found"}'""",
    ),
    ("routes: GET /projects?simple=1;page=2", """status 400 '{"error":"simple is invalid"}', not 200"""),
    (
        "body: POST /projects/7/share",
        r"""status 415 '{"error":"The provided content-type \'\' is not supported."}', not 201""",
    ),
}


def replay(folder: Path) -> int:
    """Send every recorded request again."""
    with TemporaryDirectory() as resolved:
        files = []
        for recording in sorted(folder.glob("*/*.json")):
            copy = Path(resolved, f"{recording.parent.name}-{recording.name}")
            copy.write_text(PLACEHOLDER.sub(r"\1", recording.read_text(encoding="utf-8")), encoding="utf-8")
            files.append(str(copy))
        return subprocess.run([sys.executable, str(folder / "replay.py"), str(ROOT), *files], check=False).returncode


def try_examples(folder: Path) -> int:
    """Try every example; those that recordings contradict may differ, in the way that was recorded."""
    command = [sys.executable, str(folder / "examples.py"), str(ROOT)]
    output = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    print(output, end="")
    *lines, last = output.splitlines() or [""]
    differing = set(zip(lines[::2], map(str.strip, lines[1::2])))
    finished = re.fullmatch(r"\d+ of \d+ examples differ", last) is not None
    return 0 if finished and differing <= CONTRADICTED else 1


if __name__ == "__main__":
    place = Path(sys.argv[1])
    sys.exit(replay(place) if (place / "replay.py").exists() else try_examples(place))
