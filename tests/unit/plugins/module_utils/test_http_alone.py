# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP layer knows nothing of Ansible: it can be imported where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).parents[4] / "plugins"
IMPORT_ALL = """
import importlib, sys
sys.modules["ansible"] = None
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(f"module_utils._http.{name}")
try:
    importlib.import_module("module_utils._options.connection")
except ImportError:
    print("the layer above needs it")
"""


def test_it_is_imported_without_ansible() -> None:
    names = sorted(file.stem for file in (PLUGINS / "module_utils" / "_http").glob("*.py"))
    assert "client" in names
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, str(PLUGINS), *names], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "the layer above needs it\n", "")
