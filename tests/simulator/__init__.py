# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stateful simulated GitLab for tests, demo and benchmark: see README.md in this folder."""
