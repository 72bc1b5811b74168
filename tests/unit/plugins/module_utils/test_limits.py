# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long GitLab's limits ask to wait, whatever our own clock says."""

from __future__ import annotations

import email.utils
from types import SimpleNamespace

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import limits
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.limits import (
    retry_after,
    seconds_to_wait,
    seconds_until_fresh,
)

PROJECTS = "/api/v4/projects"
OTHERS = "/api/v4/groups/3/projects"
# Ten seconds before the end of a minute, by GitLab's clock and by ours, which is wrong by a day.
GITLAB_TIME = 1_800_000_000 + 50
OUR_TIME = GITLAB_TIME + 86_400 + 25
DATE = email.utils.formatdate(GITLAB_TIME, usegmt=True)


@pytest.fixture(autouse=True)
def _our_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: float(OUR_TIME)))


def http_date(seconds: float) -> str:
    return email.utils.formatdate(seconds, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": " 30 "}, 30),
        ({"Retry-After": "2.5"}, 2.5),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": http_date(GITLAB_TIME + 20), "Date": DATE}, 20),
        ({"Retry-After": http_date(OUR_TIME + 20)}, 20),
        ({"Retry-After": http_date(GITLAB_TIME - 20), "Date": DATE}, 1),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers) == seconds
    assert seconds_to_wait({**headers, "RateLimit-Reset": str(GITLAB_TIME + 999)}, PROJECTS, False) == seconds


@pytest.mark.parametrize("value", ["", "soon", "-5", "nan", "inf", "1e99"])
def test_a_retry_after_that_says_nothing(value: str) -> None:
    assert retry_after({"Retry-After": value}) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"RateLimit-Reset": str(GITLAB_TIME + 40), "Date": DATE}, 40),
        ({"RateLimit-Reset": str(OUR_TIME + 40)}, 40),
        ({"RateLimit-Reset": str(GITLAB_TIME - 40), "Date": DATE}, 1),
    ],
)
def test_the_reset_is_told_by_gitlabs_clock(headers: dict[str, str], seconds: float) -> None:
    assert seconds_to_wait(headers, PROJECTS, False) == seconds


@pytest.mark.parametrize("reset", ["", "later", "-1", "nan"])
def test_without_any_time_the_next_full_minute_is_awaited(reset: str) -> None:
    assert seconds_to_wait({"Date": DATE, "RateLimit-Reset": reset}, PROJECTS, False) == 10
    assert seconds_to_wait({"RateLimit-Reset": reset}, PROJECTS, False) == 60 - (OUR_TIME % 60)


def test_at_a_full_minute_a_whole_one_is_awaited() -> None:
    assert seconds_to_wait({"Date": http_date(GITLAB_TIME + 10)}, PROJECTS, False) == 60


@pytest.mark.parametrize(
    ("path", "after", "seconds"),
    [
        (PROJECTS, None, 600 - GITLAB_TIME % 600),
        (OTHERS, None, 10),
        # Retry-After is the length of the window, not what is left of it.
        (PROJECTS, "600", 600 - GITLAB_TIME % 600),
        (OTHERS, "60", 10),
        (OTHERS, "300", 300 - GITLAB_TIME % 300),
    ],
)
def test_a_limit_of_the_application_ends_with_its_window(path: str, after: str | None, seconds: float) -> None:
    headers = {"Date": DATE} if after is None else {"Date": DATE, "Retry-After": after}
    assert seconds_to_wait(headers, path, True) == seconds


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "99999999999"}, {"Retry-After": http_date(10**11)}, {"RateLimit-Reset": "99999999999"}]
)
def test_nonsense_is_kept_within_bounds(headers: dict[str, str]) -> None:
    assert seconds_to_wait(headers, PROJECTS, False) == limits.MAX_SECONDS


def test_a_date_that_is_none_does_no_harm() -> None:
    assert seconds_to_wait({"Date": "today", "RateLimit-Reset": str(OUR_TIME + 7)}, PROJECTS, False) == 7


@pytest.mark.parametrize(
    ("remaining", "in_flight", "seconds"), [("100", 4, 0), ("4", 4, 0), ("3", 4, 30), ("0", 1, 30), ("many", 4, 0)]
)
def test_it_slows_down_before_the_limit(remaining: str, in_flight: int, seconds: float) -> None:
    headers = {"RateLimit-Remaining": remaining, "RateLimit-Reset": str(GITLAB_TIME + 30), "Date": DATE}
    assert seconds_until_fresh(headers, in_flight) == seconds


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"RateLimit-Remaining": "0"},
        {"RateLimit-Reset": str(GITLAB_TIME + 30)},
        {"RateLimit-Remaining": "0", "RateLimit-Reset": str(GITLAB_TIME - 30), "Date": DATE},
    ],
)
def test_it_goes_on_where_no_limit_is_told(headers: dict[str, str]) -> None:
    assert seconds_until_fresh(headers, 4) == 0
