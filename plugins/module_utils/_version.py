# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of the collection."""

from __future__ import annotations

# As in galaxy.yml.
VERSION = "2.0.0"
