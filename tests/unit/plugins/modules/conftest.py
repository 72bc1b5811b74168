# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules' main(), called in this process against a simulated GitLab."""

from __future__ import annotations

import json
from functools import partial, partialmethod
from pathlib import Path
from typing import Any, Callable
from unittest import mock

import pytest
from ansible.module_utils.basic import AnsibleModule

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.plugins.modules import gitlab_group_share_all, gitlab_group_share_info
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule
from ansible_collections.groupshare.gitlab.tests.support.outcomes import Outcome
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, token_of


@pytest.fixture(autouse=True)
def _quick_and_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Repetitions follow at once, and nothing is taken from the caller's environment or left in its home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(HttpClient, "__init__", partialmethod(HttpClient.__init__, backoff=0.001))
    for name in ("GITLAB_URL", "CI_SERVER_URL", "GITLAB_TOKEN", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """The directory of recovery records that a task uses by itself."""
    return tmp_path / ".ansible" / "groupshare"


@pytest.fixture
def share_all(capsys: pytest.CaptureFixture[str]) -> RunModule:
    """Runs gitlab_group_share_all: with the GitLab, the user whose token is used, and options."""
    return partial(_run, gitlab_group_share_all.main, capsys)


@pytest.fixture
def share_info(capsys: pytest.CaptureFixture[str]) -> RunModule:
    """Runs gitlab_group_share_info in the same way."""
    return partial(_run, gitlab_group_share_info.main, capsys)


def _run(
    main: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
    gitlab: Simulator | None = None,
    user: str | None = "olivia",
    check: bool = False,
    diff: bool = False,
    **options: Any,
) -> Outcome:
    testing = pytest.importorskip("ansible.module_utils.testing", reason="needs ansible-core 2.19 or newer")
    usual = {
        "api_url": gitlab.url if gitlab else None,
        "api_token": token_of(user) if user else None,
        "group": GROUP,
    }
    given = {name: value for name, value in {**usual, **options}.items() if value is not None}
    warnings: list[str] = []
    arguments = testing.patch_module_args({**given, "_ansible_check_mode": check, "_ansible_diff": diff})
    # Ansible itself would collect them from one run to the next, each version in a form of its own.
    warn = mock.patch.object(AnsibleModule, "warn", lambda _module, text: warnings.append(text))
    with arguments, warn, pytest.raises(SystemExit):
        main()
    return Outcome({**json.loads(capsys.readouterr().out), "warnings": warnings})
