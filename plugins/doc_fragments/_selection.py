# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that select projects."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the selection."""

    DOCUMENTATION = r"""
options:
  source_groups:
    description:
      - Full paths, ids or URLs of groups whose projects are selected.
      - Projects that lie elsewhere and are only shared with such a group are not selected.
      - A number is tried as a path first, then as an id. If it is the path of one group and the id of another, the
        task fails and names both. With a slash in front, as in V(/2024), it is always a path.
      - With neither O(source_groups) nor O(projects), every project that the token may share is selected. For an
        administrator these are all projects of the instance, for others those in which they are Owner
        (before GitLab 18.0, Maintainer).
    type: list
    elements: str
  include_subgroups:
    description:
      - Whether the projects in subgroups of O(source_groups) are selected too.
    type: bool
    default: true
  projects:
    description:
      - Full paths, ids or URLs of projects, in addition to those in O(source_groups).
    type: list
    elements: str
  include:
    description:
      - Only projects that match one of these patterns are selected.
      - The path or URL of a group, in upper or lower case and with or without slashes around it, stands for all
        projects in the group and its subgroups; that of a project stands for the project.
      - Any other pattern is a glob, in which C(*) also matches slashes, or, after C(~), a regular expression that must
        match from the beginning of the full path, as in Ansible's patterns for hosts. Both are case-sensitive.
      - A pattern that matches no project gives a warning. An empty list is refused, here and in the other lists of the
        selection. Only O(source_groups) or O(projects) can be empty, if the other one is not.
    type: list
    elements: str
  exclude:
    description:
      - Patterns as in O(include). Projects that match one of them are never selected.
    type: list
    elements: str
  topics:
    description:
      - Only projects with at least one of these topics are selected. Case does not matter.
    type: list
    elements: str
  exclude_topics:
    description:
      - Projects with one of these topics are not selected. With such a topic, owners of projects can opt out.
    type: list
    elements: str
    version_added: 2.0.0
  forks:
    description:
      - Whether forks of other projects are selected. V(exclude) makes the task read all projects in full, which takes
        GitLab longer.
    type: str
    choices: [include, exclude]
    default: include
    version_added: 2.0.0
  mirrors:
    description:
      - Whether projects that GitLab pulls from elsewhere are selected. V(exclude) costs as much as for O(forks).
    type: str
    choices: [include, exclude]
    default: include
    version_added: 2.0.0
  visibility:
    description:
      - Only projects with one of these visibilities are selected.
    type: list
    elements: str
    choices: [private, internal, public]
  archived:
    description:
      - What to do with archived projects and those in archived groups. V(exclude) leaves them out, V(only) leaves all
        others out.
      - If not given, they are left out, except where shares are removed or restored.
      - An archived project that is named in O(projects) is reported as skipped when archived projects are excluded.
    type: str
    choices: [exclude, include, only]
  personal_projects:
    description:
      - Whether projects in the namespaces of users are selected.
    type: bool
    default: true
  skip_inherited:
    description:
      - Whether to leave out the projects that the group reaches already, with at least O(access_level),
        because it is invited to a group above them.
      - Inherited access is not quite the same. It holds for the direct members of the invited group only,
        while a share of the project holds for inherited members too.
    type: bool
    default: false
"""
