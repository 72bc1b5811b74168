# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that say which projects are meant."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the selection."""

    DOCUMENTATION = r"""
options:
  source_groups:
    description:
      - Full paths or numeric ids of groups whose projects are meant.
      - Projects that lie elsewhere and are only shared with such a group are not.
      - With neither O(source_groups) nor O(projects), every project that the token may share is meant. For an
        administrator these are all projects of the instance, for others those in which they are Owner
        (before GitLab 18.0, Maintainer).
    type: list
    elements: str
  include_subgroups:
    description:
      - Whether the projects in subgroups of O(source_groups) are meant too.
    type: bool
    default: true
  projects:
    description:
      - Full paths or numeric ids of projects, in addition to those in O(source_groups).
    type: list
    elements: str
  include:
    description:
      - Patterns; only projects whose full path matches one of them are selected.
      - A pattern is a glob, in which C(*) also stands for slashes, or a regular expression after C(~), which must match
        from the beginning of the path, as in the patterns for hosts. Both tell upper from lower case.
    type: list
    elements: str
  exclude:
    description:
      - Patterns as in O(include); projects whose full path matches one of them are not selected, whatever else says so.
    type: list
    elements: str
  topics:
    description:
      - Only projects that carry at least one of these topics are selected, in upper or lower case.
    type: list
    elements: str
  visibility:
    description:
      - Only projects with one of these visibilities are selected.
    type: list
    elements: str
    choices: [private, internal, public]
  archived:
    description:
      - What to do with archived projects. V(exclude) leaves them out, V(only) leaves all others out.
      - An archived project that is named in O(projects) is reported as skipped when they are excluded.
    type: str
    choices: [exclude, include, only]
    default: exclude
  personal_projects:
    description:
      - Whether projects in the namespaces of users are selected.
    type: bool
    default: true
  skip_inherited:
    description:
      - Whether to leave out the projects that the group reaches already, with at least O(access_level),
        because it is invited to a group above them.
      - An inherited access is not quite the same. It holds for the direct members of the invited group only,
        while a share of the project holds for inherited members too.
    type: bool
    default: false
"""
