# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module that does only what every module with requests must: the start of ours is held against it."""

from __future__ import annotations

import requests
from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Parse no arguments, and end."""
    module = AnsibleModule(argument_spec={})
    module.exit_json(requests=requests.__version__)


if __name__ == "__main__":
    main()
