# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks know each option of the modules, and no other names than those documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.groupshare.gitlab.plugins.doc_fragments import _connection, _selection
from ansible_collections.groupshare.gitlab.plugins.modules import gitlab_group_share_all, gitlab_group_share_info

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = yaml.safe_load((ROOT / "playbooks/vars/variables.yml").read_text(encoding="utf-8"))
# It cannot include that file, as ansible-rulebook copies it alone.
SHARE_NEW = yaml.safe_load((ROOT / "playbooks/share_new.yml").read_text(encoding="utf-8"))[0]["vars"]
FRAGMENTS = {
    "connection": yaml.safe_load(_connection.ModuleDocFragment.DOCUMENTATION)["options"],
    "selection": yaml.safe_load(_selection.ModuleDocFragment.DOCUMENTATION)["options"],
}
SHARE_ALL = yaml.safe_load(gitlab_group_share_all.DOCUMENTATION)["options"]
INFO = yaml.safe_load(gitlab_group_share_info.DOCUMENTATION)["options"]


def handed_on(playbook: str) -> set[str]:
    """The options of the module that a playbook hands on, apart from the fragments'."""
    expression = VARIABLES["__groupshare_options"][playbook]
    named = set(re.findall(r"'(\w+)'", re.sub(r"difference\(.*?\)", "", expression)))
    return named | set(VARIABLES["__groupshare_writing"]) if "__groupshare_writing" in expression else named


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_the_fragments_options_are_known(fragment: str) -> None:
    assert VARIABLES[f"__groupshare_{fragment}"] == sorted(FRAGMENTS[fragment])


def test_share_all_and_undo_hand_on_all_that_their_module_takes() -> None:
    assert handed_on("share_all") == set(SHARE_ALL) - {"journal_run"}
    # What is restored has its level and end from the journal.
    assert handed_on("undo") == set(SHARE_ALL) - {"access_level", "expires_at", "state", "update_existing"}
    assert "__groupshare_selection | difference(['skip_inherited'])" in VARIABLES["__groupshare_options"]["undo"]


def test_verify_and_report_hand_on_all_that_their_module_takes() -> None:
    assert handed_on("verify") == set(INFO) - {"groups"}
    assert handed_on("report") == set(INFO)


def test_lists_are_known_as_such() -> None:
    options: dict[str, Any] = {**SHARE_ALL, **INFO, **FRAGMENTS["selection"]}
    lists = {f"groupshare_{name}" for name, option in options.items() if option["type"] == "list"}
    assert set(VARIABLES["__groupshare_lists"]) == lists


def test_paths_are_known_as_such() -> None:
    options: dict[str, Any] = {**SHARE_ALL, **INFO, **FRAGMENTS["connection"]}
    paths = {name for name, option in options.items() if option["type"] == "path"}
    assert set(VARIABLES["__groupshare_paths"]) == {f"groupshare_{name}" for name in paths}
    assert names_in("__groupshare_paths") == paths


def names_in(variable: str) -> set[str]:
    """The names in a list of share_new's."""
    return set(re.findall(r"'(\w+)'", SHARE_NEW[variable])) - {"regex_replace", "groupshare_"}


def test_share_new_hands_on_what_the_others_know_or_keeps_it_apart() -> None:
    options = {*SHARE_ALL, *FRAGMENTS["connection"], *FRAGMENTS["selection"]}
    beside_single_projects = {"include_subgroups", "journal_run", "projects", "source_groups", "state"}
    assert names_in("__groupshare_apart") == {*INFO, "report_dir", "pause"} - options | beside_single_projects


def test_share_new_takes_no_variable_as_it_comes() -> None:
    """A blank one counts as not given."""
    text = (ROOT / "playbooks/share_new.yml").read_text(encoding="utf-8")
    assert re.findall(r"\{\{ groupshare_\w+", text) == []


def test_share_new_knows_the_lists() -> None:
    options: dict[str, Any] = {**SHARE_ALL, **FRAGMENTS["selection"]}
    assert names_in("__groupshare_lists") == {name for name, option in options.items() if option["type"] == "list"}
