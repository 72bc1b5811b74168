# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the place of the module of this name: returns what lies in a file, and what options it was given."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

OPTIONS = (
    *("api_oauth_token api_token api_url ca_path client_cert client_key headers max_wait parallel_requests".split()),
    *("retries timeout validate_certs access_level group groups archived exclude exclude_topics forks".split()),
    *("include include_subgroups mirrors personal_projects projects skip_inherited source_groups".split()),
    *("topics visibility".split()),
)


def main() -> None:
    module = AnsibleModule(
        {name: {"type": "raw", "no_log": "token" in name} for name in OPTIONS}, supports_check_mode=True
    )
    answer = json.loads(Path(os.environ["GROUPSHARE_ANSWER"]).read_text(encoding="utf-8"))
    given = {name: value for name, value in module.params.items() if value is not None}
    Path(os.environ["GROUPSHARE_ANSWER"]).with_name("given.json").write_text(json.dumps(given), encoding="utf-8")
    module.exit_json(changed=False, **answer)


if __name__ == "__main__":
    main()
