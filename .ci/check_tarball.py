# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold the contents of a built collection against what users need: nothing missing, nothing more.

Usage: python3 .ci/check_tarball.py groupshare-gitlab-2.0.0.tar.gz
"""

from __future__ import annotations

import sys
import tarfile
from fnmatch import fnmatch

REQUIRED = (
    "CHANGELOG.md",
    "COPYING",
    "FILES.json",
    "LICENSES/GPL-3.0-or-later.txt",
    "MANIFEST.json",
    "README.md",
    "changelogs/changelog.yaml",
    "docs/docsite/links.yml",
    "extensions/eda/plugins/event_source/system_hook.py",
    "extensions/eda/rulebooks/share_new_projects.yml",
    "meta/ee-bindep.txt",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
    "playbooks/report.yml",
    "playbooks/share_all.yml",
    "playbooks/share_new.yml",
    "playbooks/tasks/begin.yml",
    "playbooks/tasks/share.yml",
    "playbooks/templates/report.css",
    "playbooks/templates/report.csv.j2",
    "playbooks/templates/report.html.j2",
    "playbooks/templates/report.js",
    "playbooks/templates/report.json.j2",
    "playbooks/undo.yml",
    "playbooks/vars/variables.yml",
    "playbooks/verify.yml",
    "plugins/action/gitlab_group_share_all.py",
    "plugins/filter/_read_variables.py",
    "plugins/modules/gitlab_group_share_all.py",
    "plugins/modules/gitlab_group_share_info.py",
    "tests/config.yml",
)
# An asterisk stands for subfolders too.
ALLOWED = (
    *REQUIRED,
    "CHANGELOG.md.license",
    "changelogs/changelog.yaml.license",
    "docs/*.md",
    "docs/images/*",
    "docs/docsite/*.yml",
    "docs/docsite/images/*.svg",
    "docs/docsite/index.rst",
    "docs/docsite/rst/*.rst",
    "examples/*.md",
    "examples/*.yml",
    "playbooks/*.yml",
    "playbooks/templates/report_*.j2",
    "plugins/action/*.py",
    "plugins/doc_fragments/*.py",
    "plugins/filter/*.py",
    "plugins/module_utils/*.py",
    "plugins/modules/*.py",
)


def faults(names: list[str]) -> list[str]:
    """Return one sentence for each file that is missing or that does not belong."""
    missing = [f"missing: {name}" for name in REQUIRED if name not in names]
    stray = [f"does not belong: {name}" for name in names if not any(fnmatch(name, pattern) for pattern in ALLOWED)]
    return missing + stray


def main() -> int:
    """Print the contents and the faults of the tarball that the command line names."""
    with tarfile.open(sys.argv[1]) as tarball:
        names = sorted(member.name for member in tarball if not member.isdir())
    print(*names, sep="\n")
    found = faults(names)
    print(f"{len(names)} files, {len(found)} faults", *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
