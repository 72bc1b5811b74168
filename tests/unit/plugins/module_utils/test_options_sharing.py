# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the shares: level, end, group, and the guards."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import InvalidOption
from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.access_levels import LEVELS, level_name
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.share_all import (
    ARGUMENTS,
    ShareAllOptions,
    share_all_options,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._options.sharing import (
    SHARING_ARGUMENTS,
    desired_from,
    group_from,
)
from ansible_collections.groupshare.gitlab.plugins.module_utils._plan.desired import Desired
from ansible_collections.groupshare.gitlab.tests.support.parts import TOKEN, given

TODAY = datetime.date(2026, 11, 22)


def wanted(**values: Any) -> Desired:
    return desired_from(given(SHARING_ARGUMENTS, **{"group": "security/auditors", **values}), TODAY)


@pytest.mark.parametrize(
    "expires_at",
    [
        "",
        "tomorrow",
        "Never",
        "22.11.2027",
        "2027-1-31",
        "20270131",
        "2027-02-30",
        "2027-13-01",
        "0000-01-01",
        "2027-01-31T00:00:00",
        " 2027-01-31",
        "2027-01-31\n",
        "\u0662\u0660\u0662\u0667-01-31",
    ],
)
def test_what_is_no_date_is_named(expires_at: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        wanted(expires_at=expires_at)
    assert str(raised.value) == f"expires_at: {expires_at!r} is neither a date like 2027-01-31 nor 'never'."


@pytest.mark.parametrize("expires_at", ["1999-12-31", "2026-11-21", "2026-11-22"])
def test_an_end_that_is_not_in_the_future_is_named(expires_at: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        wanted(expires_at=expires_at)
    problem = "is not after today (2026-11-22): the share would end at once."
    assert str(raised.value) == f"expires_at: {expires_at!r} {problem}"


@pytest.mark.parametrize(
    ("expires_at", "manages_expiry", "end"),
    [
        (None, False, None),
        ("never", True, None),
        ("2026-11-23", True, datetime.date(2026, 11, 23)),
        ("2028-02-29", True, datetime.date(2028, 2, 29)),
    ],
)
def test_the_end_is_managed_only_when_it_is_given(
    expires_at: str | None, manages_expiry: bool, end: datetime.date | None
) -> None:
    result = wanted(expires_at=expires_at)
    assert (result.manages_expiry, result.expires_at) == (manages_expiry, end)


@pytest.mark.parametrize(("name", "number"), LEVELS.items())
def test_levels_have_gitlabs_numbers(name: str, number: int) -> None:
    assert wanted(access_level=name).access_level == number
    assert level_name(number) == name


def test_the_levels() -> None:
    assert list(LEVELS.values()) == [10, 15, 20, 25, 30, 40, 50]
    assert level_name(60) == "60"


def test_the_level_of_the_script_is_the_default() -> None:
    assert wanted().access_level == 10


@pytest.mark.parametrize("group", ["", " ", "/", " // ", "https://[security/auditors"])
def test_a_group_that_is_none_is_named(group: str) -> None:
    with pytest.raises(InvalidOption, match="is neither a full path, nor an id, nor a name"):
        group_from(group)


@pytest.mark.parametrize(
    ("group", "reference"),
    [
        ("security/auditors", "security/auditors"),
        (" security/auditors/ ", "security/auditors"),
        ("2024", "2024"),
        # A slash in front means the path, whatever groups have such an id.
        ("/2024", "/2024"),
        ("/2024/", "/2024"),
    ],
)
def test_slashes_behind_and_blanks_around_a_group_do_no_harm(group: str, reference: str) -> None:
    assert group_from(group) == reference


def options(**values: Any) -> ShareAllOptions:
    usual = {"api_url": "https://gitlab.example.com", "api_token": TOKEN, "group": "security/auditors"}
    return share_all_options(given(ARGUMENTS, **{**usual, **values}), TODAY)


class TestRunOptions:
    @pytest.mark.parametrize("max_changes", [None, 0, 5])
    def test_any_number_of_changes_can_be_the_most(self, max_changes: int | None) -> None:
        assert options(max_changes=max_changes).run.max_changes == max_changes

    def test_fewer_changes_than_none_cannot(self) -> None:
        with pytest.raises(InvalidOption, match="max_changes: -1 must be 0 or more"):
            options(max_changes=-1)

    def test_what_is_used_if_nothing_is_said(self) -> None:
        found = options()
        assert (found.desired.access_level, found.desired.update_existing) == (10, "raise_only")
        assert (found.run.protection_rules, found.run.list_projects) == ("keep", "changed")
        assert found.run.fail_on_error
        assert found.run.recovery_dir.endswith("/.ansible/groupshare")
        assert not found.run.recovery_dir.startswith("~")
        assert not found.level_is_given
        assert options(access_level="guest").level_is_given

    @pytest.mark.parametrize(
        ("state", "archived"), [("present", "exclude"), ("absent", "include"), ("restored", "include")]
    )
    def test_whether_archived_projects_are_meant_depends_on_the_state(self, state: str, archived: str) -> None:
        journal = {"journal_path": "/tmp/journal"} if state == "restored" else {}
        assert options(state=state, **journal).selection.archived == archived
        assert options(state=state, archived="only", **journal).selection.archived == "only"

    def test_a_run_to_undo_needs_the_state(self) -> None:
        with pytest.raises(InvalidOption, match="journal_run: '1' is for state=restored only"):
            options(journal_run="1", journal_path="/tmp/journal")

    def test_the_state_needs_a_journal(self) -> None:
        with pytest.raises(InvalidOption, match="needs journal_path"):
            options(state="restored")

    @pytest.mark.parametrize(
        ("option", "value"),
        [("access_level", "guest"), ("expires_at", "never"), ("update_existing", "always"), ("skip_inherited", True)],
    )
    def test_the_state_takes_no_share(self, option: str, value: Any) -> None:
        with pytest.raises(InvalidOption, match=f"{option}: {value!r} has no meaning with state=restored"):
            options(state="restored", journal_path="/tmp/journal", **{option: value})


@pytest.mark.parametrize("api_url", ["https://example.com/git", "https://example.com/git/api/v4/"])
def test_the_path_of_the_instance_is_no_part_of_a_group(api_url: str) -> None:
    url = "https://example.com/git/groups/acme"
    found = options(api_url=api_url, group=url, source_groups=[url], exclude=["https://example.com/git/acme/vault"])
    assert (found.group, found.selection.source_groups) == ("acme", ("acme",))
    assert found.selection.exclude[0].matches("acme/vault/keys")
