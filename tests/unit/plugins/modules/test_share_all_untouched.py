# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps that fail before anything was written, or after somebody else wrote: reported as they are."""

from __future__ import annotations

import pytest

from ansible_collections.groupshare.gitlab.tests.support.fixtures import RunModule, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import (
    SHARE,
    UNSHARE,
    Company,
    level_of,
    share_by_others,
)


class TestOthersWriteToo:
    def test_a_share_whose_change_is_refused_is_reported_as_it_is(
        self, start_gitlab: StartGitLab, share_all: RunModule
    ) -> None:
        gitlab = start_gitlab(
            Company()
            .project("acme/app")
            .fault("change", "POST", SHARE, world=share_by_others("developer"))
            .fault("status", "DELETE", UNSHARE, status=403)
        )
        entry = share_all(gitlab).project("acme/app")
        assert entry["status"] == "failed"
        assert entry["before"] == entry["after"] == {"access_level": "developer", "expires_at": None}


# Nothing was written, so that the task must not say that it changed something.


@pytest.mark.parametrize("do", ["reset_before", "status", "html_200"])
def test_a_removal_that_never_took_effect_is_no_change(
    do: str, start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    gitlab = start_gitlab(Company().project("acme/app", "developer").fault(do, "DELETE", ".*share.*"))
    run = share_all(gitlab, retries=0)
    assert not any(write.effect for write in gitlab.writes)
    assert not run.changed


def test_maintenance_mode_is_no_change(start_gitlab: StartGitLab, share_all: RunModule) -> None:
    gitlab = start_gitlab(Company(maintenance=503, maintenance_retry_after=0).project("acme/app", "developer"))
    run = share_all(gitlab, retries=1)
    assert run.failed
    assert not run.changed


def test_after_a_share_that_could_not_be_made_no_former_one_is_removed(
    start_gitlab: StartGitLab, share_all: RunModule
) -> None:
    """A proxy that lets removals through, but no new share: what is tried first shows it."""
    elsewhere = {"status": 302, "location": "https://login.example.com/"}
    company = Company().project("acme/app").project("acme/lib", "developer").project("acme/web", "developer")
    gitlab = start_gitlab(company.fault("redirect", "POST", SHARE, times=None, **elsewhere))
    run = share_all(gitlab)
    assert run.failed
    assert not run.changed
    assert level_of(gitlab.world, "acme/lib") == level_of(gitlab.world, "acme/web") == 30
