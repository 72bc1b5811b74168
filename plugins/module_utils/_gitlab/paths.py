# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Full paths of groups and projects, such as ``acme/web/shop``."""

from __future__ import annotations


def lies_within(path: str, group: str) -> bool:
    """Return whether a full path is that of the group, or of something below it, without regard to case."""
    path, group = path.lower(), group.lower()
    return path == group or path.startswith(group + "/")


def ancestors_of(namespace: str) -> tuple[str, ...]:
    """Return the full paths of a group and of the groups above it, the group itself first."""
    parts = namespace.split("/")
    return tuple("/".join(parts[:length]) for length in range(len(parts), 0, -1))


def root_of(path: str) -> str:
    """Return the path of the top-level group that a full path begins with."""
    return path.split("/", 1)[0]


def is_number(reference: str) -> bool:
    """Return whether a path or id consists of digits only, which GitLab's API always takes for an id."""
    return reference.isascii() and reference.isdecimal()
