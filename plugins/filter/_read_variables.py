# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import re
import typing as t
from difflib import get_close_matches

DOCUMENTATION = r"""
name: _read_variables
short_description: Check the variables of this collection's playbooks
version_added: 2.0.0
author:
  - The groupshare.gitlab authors (@groupshare)
description:
  - This filter is private. It serves the playbooks of this collection and can change at any time.
  - Finds variables that are not known, and lists that are blank. Leaves out other blank variables.
  - Makes relative paths start from the working directory. A module in a collection's playbook would take them from the
    folder of that playbook.
positional: names, known, lists, paths
options:
  _input:
    description: The values of the variables that are known and given, by name.
    type: dictionary
    required: true
  names:
    description: The names of all variables that are given.
    type: list
    elements: string
    required: true
  known:
    description: The names of the variables that the playbooks know.
    type: list
    elements: string
    required: true
  lists:
    description:
      - The names of those that are lists. Each can also be given as text, with one entry per line or with commas
        between the entries.
      - A regular expression, which begins with a tilde, can contain commas. It ends with its line.
    type: list
    elements: string
    required: true
  paths:
    description: The names of those that are paths of files and folders.
    type: list
    elements: string
    required: true
"""

EXAMPLES = r"""
- name: Check two variables
  vars:
    given:
      groupshare_exclude: |
        shop/vault
        ~.*/a{1,3}
      groupshare_journal_path: journal.jsonl
      groupshare_max_changes: ''
    lists: [groupshare_exclude]
    paths: [groupshare_journal_path]
  ansible.builtin.debug:
    msg: "{{ given | groupshare.gitlab._read_variables(given.keys(), given.keys(), lists, paths) }}"
"""

RETURN = r"""
_value:
  description:
    - Under C(given), the values by name, without blank ones.
    - Under C(problems), a sentence for each variable that is not known and each list that is blank.
  type: dictionary
"""

# A regular expression up to the end of its line, or what stands between commas and ends of lines, trimmed.
ENTRY = re.compile(r"~.*|[^\s,~](?:[^,\n]*[^\s,])?")


def read_variables(
    values: t.Mapping[str, t.Any],
    names: t.Collection[str],
    known: t.Collection[str],
    lists: t.Collection[str],
    paths: t.Collection[str],
) -> dict[str, t.Any]:
    """Return what is given, without blank values, and one sentence for each variable that cannot be used."""
    read = {name: _entries(value) if name in lists else value for name, value in values.items()}
    problems = [_unknown(name, known) for name in sorted(names) if name not in known]
    problems += [_blank(name) for name in sorted(read) if name in lists and not read[name]]
    given = {name: value for name, value in read.items() if not _is_blank(value)}
    return {
        "given": {name: _whole_path(value) if name in paths else value for name, value in given.items()},
        "problems": problems,
    }


def _entries(value: t.Any) -> t.Any:
    return [entry.rstrip() for entry in ENTRY.findall(value)] if isinstance(value, str) else value


def _whole_path(path: t.Any) -> str:
    # A path of digits comes as a number.
    return os.path.join(os.getcwd(), os.path.expandvars(os.path.expanduser(str(path))))


def _is_blank(value: t.Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _unknown(name: str, known: t.Collection[str]) -> str:
    (nearest,) = get_close_matches(name, known, n=1, cutoff=0)
    return f"{name} is not a variable of these playbooks. Did you mean {nearest}?"


def _blank(name: str) -> str:
    return (
        f"{name} is blank. A blank list does not restrict the run. "
        "Give it at least one entry, or remove the variable (in a survey: answer the question, or delete it)."
    )


class FilterModule:
    """The filter, as Ansible asks for it."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"_read_variables": read_variables}
