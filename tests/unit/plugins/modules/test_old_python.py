# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python that is too old for the collection is named, before anything else happens."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.groupshare.gitlab.plugins.modules import gitlab_group_share_all, gitlab_group_share_info

MODULES = [gitlab_group_share_all, gitlab_group_share_info]
OLD = [(3, 6), (3, 7), (3, 8)]
# Before a test gets a home of its own.
PYENV = Path.home() / ".pyenv" / "versions"
# Stands in for ansible-core, which the module imports before it can say anything.
BASIC = "class AnsibleModule: pass\ndef missing_required_lib(name): pass\n"


def interpreters(version: tuple[int, int]) -> Iterator[str]:
    """Pythons of a version, on the path or where pyenv keeps them."""
    name = "python{}.{}".format(*version)
    found = shutil.which(name)
    if found and "shims" not in found:
        yield found
    yield from map(str, PYENV.glob(f"{version[0]}.{version[1]}.*/bin/python"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize("version", OLD, ids=str)
def test_an_old_python_is_refused_by_name(version: tuple[int, int], module: object, tmp_path: Path) -> None:
    python = next(interpreters(version), None)
    if python is None:
        pytest.skip("there is no such Python here")
    package = tmp_path / "ansible" / "module_utils"
    package.mkdir(parents=True)
    (package / "basic.py").write_text(BASIC)
    source = Path(str(getattr(module, "__file__", "")))
    ended = subprocess.run(
        [python, str(source)],
        env={"PYTHONPATH": str(tmp_path), "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    result = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert ended.stderr == ""
    assert result["failed"] is True
    assert result["msg"].startswith(f"This module needs Python 3.9 or newer, and {python} is Python {version[0]}.")
    assert "ansible_python_interpreter" in result["msg"]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_version_is_looked_at_before_any_option(
    module: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    with pytest.raises(SystemExit) as ended:
        getattr(module, "main")()  # noqa: B009
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["msg"].startswith("This module needs Python 3.9 or newer, and ")
