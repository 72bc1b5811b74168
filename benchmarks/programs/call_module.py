# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module in a process of its own, called as Ansible's wrapper calls it: usage call_module.py NAME PARAMS (JSON)."""

from __future__ import annotations

import importlib
import json
import sys

from ansible.module_utils import basic

name, params = sys.argv[1:]
basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": json.loads(params)}).encode()
# From ansible-core 2.19 on, the wrapper names the form of its arguments too.
basic._ANSIBLE_PROFILE = "legacy"
importlib.import_module(f"ansible_collections.groupshare.gitlab.{name}").main()
