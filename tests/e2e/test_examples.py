# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks under examples/, each run in check mode, for real, and again, on the GitLab that ./demo shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Callable

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator import server
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

# As Ansible sees it: the folder of collections, and this one in it.
COLLECTIONS = Path(server.__file__).parents[5]
ROOT = COLLECTIONS / "ansible_collections/groupshare/gitlab"
EXAMPLES = ROOT / "examples"

GROUP = "security/auditors"
TOKEN = "glpat-demo-Wq7Zr2Lm9Kx4Tn8V"
ENDS_ON = (date.today() + timedelta(days=30)).isoformat()

Share = tuple[str, "str | None"]
Play = Callable[..., "subprocess.CompletedProcess[str]"]


def shares(end: str | None = None, **paths: str) -> dict[str, Share]:
    """Shares by project from a level and the paths that have it, separated by blanks."""
    return {path: (level, end) for level, some in paths.items() for path in some.split()}


FOUND = shares(guest="shop/backend/orders", reporter="shop/website shop/backend/catalogue")
EVERY_PATH = (
    "petra/dotfiles research/models research/notebooks security/tooling shop/backend/catalogue shop/backend/orders "
    "shop/backend/payments shop/mobile-app shop/website"
)


@dataclass(frozen=True)
class Example:
    """A playbook that writes, what its head says to give ansible-playbook, and the shares that it leaves."""

    name: str
    after: Mapping[str, Share]
    arguments: Sequence[str] = ()


WRITING = [
    # What is there at a higher level stays.
    Example("minimal", {**shares(guest=EVERY_PATH), **FOUND}),
    Example("departments", {**FOUND, **shares(reporter="research/models shop/mobile-app")}),
    Example(
        "temporary_access",
        # Those that are there have no end, and do not get one.
        {**FOUND, **shares(ENDS_ON, developer="shop/backend/payments shop/mobile-app")},
        ["-e", f"access_ends={ENDS_ON}"],
    ),
    Example("removal", {}),
    Example(
        "module_defaults",
        {**FOUND, **shares(reporter="research/models research/notebooks")},
        ["-e", "gitlab_url={url}"],
    ),
    Example(
        "vaulted_token",
        shares(reporter=EVERY_PATH),
        [
            "-i",
            "scanners.ini",
            "-e",
            "@secrets.yml",
            "--vault-password-file",
            "password",
            "-e",
            "gitlab_url={url}",
        ],
    ),
]


@pytest.fixture
def gitlab() -> Iterator[server.Simulator]:
    with server.Simulator(World.load(ROOT / "tests/simulator/worlds/demo.json")) as gitlab:
        yield gitlab


@pytest.fixture
def environment(gitlab: server.Simulator, tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of the user's own Ansible is seen."""
    config = tmp_path / "ansible.cfg"
    config.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GITLAB_"))}
    return {
        **kept,
        "HOME": str(tmp_path),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_NOCOLOR": "1",
        "GITLAB_URL": gitlab.url,
        "GITLAB_TOKEN": TOKEN,
    }


@pytest.fixture
def play(gitlab: server.Simulator, environment: dict[str, str], tmp_path: Path) -> Play:
    """Runs an example, or one of the collection's playbooks by its full name, in an empty folder."""

    def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        filled = [argument.format(url=gitlab.url) for argument in arguments]
        return subprocess.run(
            ["ansible-playbook", name if "." in name else str(EXAMPLES / f"{name}.yml"), *filled],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def secrets(environment: dict[str, str], tmp_path: Path) -> None:
    """Puts the token into a vault, and a host that nobody can reach into an inventory."""
    (tmp_path / "scanners.ini").write_text("[scanners]\nscanner.invalid\n", encoding="utf-8")
    (tmp_path / "password").write_text("correct horse battery staple\n", encoding="utf-8")
    (tmp_path / "secrets.yml").write_text(f"gitlab_token: {TOKEN}\n", encoding="utf-8")
    command = [
        "ansible-vault",
        "encrypt",
        "--vault-password-file",
        "password",
        "secrets.yml",
    ]
    subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )


def shares_on(gitlab: server.Simulator) -> dict[str, Share]:
    return {
        project["path"]: (link["access_level"], link["expires_at"])
        for project in gitlab.world.to_dict()["projects"]
        for link in project["shared_with"]
        if link["group"] == GROUP
    }


def diff_of(run: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of a diff, without its head."""
    return re.findall(r"^[-+] ?\w\S+/\S+: .*$", run.stdout, re.MULTILINE)


def changed(run: subprocess.CompletedProcess[str]) -> int:
    """How many tasks have changed something, as the recap says, of a playbook that ended well."""
    assert run.returncode == 0, run.stdout + run.stderr
    return int(re.findall(r"changed=(\d+) ", run.stdout)[-1])


@pytest.mark.parametrize("example", WRITING, ids=lambda example: example.name)
@pytest.mark.usefixtures("secrets")
def test_example_does_what_its_preview_says_and_then_has_nothing_to_do(
    example: Example, gitlab: server.Simulator, play: Play
) -> None:
    preview = play(example.name, *example.arguments, "--check", "--diff")
    assert changed(preview) == 1
    assert gitlab.writes == []

    run = play(example.name, *example.arguments, "--diff")
    assert changed(run) == 1
    assert diff_of(run) == diff_of(preview) != []
    assert shares_on(gitlab) == example.after

    gitlab.clear_log()
    again = play(example.name, *example.arguments, "--diff")
    assert changed(again) == 0
    assert gitlab.writes == []
    assert not any(TOKEN in each.stdout + each.stderr for each in (preview, run, again))


def test_verify_fails_until_all_is_shared_and_never_writes(gitlab: server.Simulator, play: Play) -> None:
    verified = play("verify")
    assert verified.returncode == 2
    missing = "research/models, research/notebooks, shop/backend/payments, shop/mobile-app"
    assert f"Not shared with security/auditors: {missing}." in verified.stdout
    assert "Shared at too low a level: shop/backend/orders." in verified.stdout
    assert gitlab.writes == []

    share = {"group": GROUP, "access_level": "reporter"}
    gitlab.world.change({"projects": [{"path": path, "shared_with": [share]} for path in EVERY_PATH.split()]})
    assert changed(play("verify", "--check")) == 0
    assert changed(play("verify")) == 0
    assert gitlab.writes == []


def test_undo_restores_what_was_there(gitlab: server.Simulator, play: Play, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    found = shares_on(gitlab)
    variables = {"group": GROUP, "access_level": "reporter", "journal_path": str(journal)}
    extra = json.dumps({f"groupshare_{name}": value for name, value in variables.items()})
    # Braces are doubled, as arguments are format strings.
    assert changed(play("groupshare.gitlab.share_all", "-e", extra.replace("{", "{{").replace("}", "}}"))) == 1
    assert shares_on(gitlab) != found

    assert changed(play("undo", "-e", f"journal={journal}", "--check")) == 1
    assert changed(play("undo", "-e", f"journal={journal}")) == 1
    assert shares_on(gitlab) == found
    assert changed(play("undo", "-e", f"journal={journal}")) == 0


def test_every_example_is_run_here() -> None:
    # The pipeline is run in test_gitlab_ci.py.
    others = {"nightly.gitlab-ci", "undo", "verify"}
    assert {path.stem for path in EXAMPLES.iterdir()} == {*others, *(example.name for example in WRITING)}
