# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are in no output, journal or record, whatever goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.tasks import carry_out, parameters
from ansible_collections.groupshare.gitlab.tests.support.worlds import GROUP, SHARE, UNSHARE, Company, token_of

TOKEN = token_of("olivia")
GATEWAY = "gateway-secret-5Fh2Wq8Lm3Zt7Rx1"

ECHOES: list[dict[str, Any]] = [
    {},
    *({"method": "POST", "path": SHARE, "after": after} for after in (0, 1, 2)),
    {"method": "DELETE", "path": UNSHARE},
    {"method": "GET", "path": "/projects"},
    {"method": "GET", "path": "/metadata"},
]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 502])
@pytest.mark.parametrize("fault", ECHOES, ids=str)
def test_an_answer_that_repeats_them_is_masked(
    fault: dict[str, Any], status: int, tmp_path: Path, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    company = Company().project("acme/new").project("acme/old", "guest")
    if fault:
        echo = {"message": f"no entry for {TOKEN}, nor for {GATEWAY}"}
        company.fault("status", **fault, status=status, json=echo, times=None)
    gitlab = start_gitlab(company)
    journal, records = tmp_path / "journal", tmp_path / "records"
    options = {
        "headers": {"X-Gateway": GATEWAY},
        "access_level": "reporter",
        "journal_path": str(journal),
        "recovery_dir": str(records),
    }
    run = share_all(gitlab, diff=True, retries=0, **options)
    said = json.dumps(without_invocation(run.result))
    # Ansible masks what is marked as secret; without Ansible, nothing may need it.
    reports = carry_out_or_fail(gitlab.url, records, **options)
    written = [journal.read_text(), *(file.read_text() for file in records.glob("*"))]
    for text in (said, reports, *written):
        assert TOKEN not in text
        assert GATEWAY not in text


def without_invocation(result: Any) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "invocation"}


def carry_out_or_fail(url: str, records: Path, **options: Any) -> str:
    params = parameters(api_url=url, api_token=TOKEN, group=GROUP, retries=0, **options)
    try:
        return repr(carry_out(params))
    except Exception as error:
        return f"{error!r} {error.__cause__!r}"


@pytest.mark.parametrize(
    "options",
    [
        {"api_url": f"https://olivia:{TOKEN}@gitlab.example.com"},
        {"api_token": f"{TOKEN}\n"},
        {"headers": {"X-Gateway": f"{GATEWAY}\nX-More: 1"}},
        {"api_token": f"{TOKEN}é"},
    ],
    ids=str,
)
def test_a_value_that_is_refused_is_not_repeated(options: dict[str, Any], share_all: RunModule) -> None:
    run = share_all(**{"api_url": "https://gitlab.example.com", "api_token": TOKEN, **options})
    assert run.failed
    said = json.dumps(without_invocation(run.result))
    assert TOKEN not in said
    assert GATEWAY not in said


def test_the_result_shows_neither(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    run = share_all(start_gitlab(Company().project("acme/app")), headers={"X-Gateway": GATEWAY})
    # With how the module was called, which ansible-core adds up to 2.20.
    said = json.dumps(run.result)
    assert TOKEN not in said
    assert GATEWAY not in said
