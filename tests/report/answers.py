# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of gitlab_group_share_info, made up: a company to look at, a large one, and one with nasty names."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

Answer = dict[str, Any]

GITLAB = "https://gitlab.example.com"
SOON = (date.today() + timedelta(days=12)).isoformat()
LATER = (date.today() + timedelta(days=200)).isoformat()

# None of these may do anything, in a page, in a spreadsheet or in a template.
NASTY = (
    "<script>document.title = 'led astray'</script>",
    "</script><img src=https://elsewhere.example/x onerror=\"document.title = 'led astray'\">",
    "\"' onmouseover='document.title=1' x=\"",
    "{{ 7 * 191 }}{% raw %}{{ lookup('env', 'HOME') }}",
    '=HYPERLINK("https://elsewhere.example")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "größe-\u202egnp.exe-😀-日本語",
    'a,b;c\n"d"',
    "&lt;b&gt; &amp; <!-- --> ]]> <![CDATA[",
    "['list']",
    "True",
)


def project(
    number: int,
    path: str,
    state: str,
    level: str | None = None,
    ends: str | None = None,
    reason: str | None = None,
    through: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """One project as the module returns it; through: level, and the group above it that the group is invited to."""
    shared = state in ("shared", "below_level")
    return {
        "id": number,
        "path": path,
        "web_url": f"{GITLAB}/{path}",
        "share": {"access_level": level, "expires_at": ends} if shared else None,
        "inherited": {"access_level": through[0], "group": through[1]} if through else None,
        "state": state,
        "reason": reason,
    }


def group(path: str, projects: list[dict[str, Any]], number: int = 11) -> dict[str, Any]:
    """The part of an answer that belongs to one invited group."""
    states = Counter(each["state"] for each in projects)
    return {
        "group": {"id": number, "full_path": path, "name": path.title(), "web_url": f"{GITLAB}/groups/{path}"},
        "coverage": {
            "selected": len(projects),
            "shared": states["shared"] + states["below_level"],
            **{state: states[state] for state in ("missing", "below_level", "blocked")},
            "inherited": sum(each["inherited"] is not None for each in projects),
            "personal": 0,
            "beyond_reach": 3,
        },
        "missing": [each["path"] for each in projects if each["state"] == "missing"],
        "below_level": [each["path"] for each in projects if each["state"] == "below_level"],
        "projects": projects,
    }


def answer(*groups: dict[str, Any], level: str = "reporter", username: str = "petra") -> Answer:
    """A whole answer: for one group at the top, for several in a list."""
    return {
        **(groups[0] if len(groups) == 1 else {"groups": list(groups)}),
        "gitlab": {"url": GITLAB, "version": "18.9.0-ee", "enterprise": True},
        "user": {"username": username},
        "access_level": level,
        "requests": {"reads": 15, "writes": 0, "retries": 0, "waited_seconds": 0.0},
    }


def company(seed: int = 7, path: str = "security/auditors") -> dict[str, Any]:
    """Some ninety projects of a firm, most of them shared."""
    dice = random.Random(seed)
    departments = {
        "shop": ("checkout", "catalogue", "orders", "search", "payments", "website", "mobile-app", "returns"),
        "platform": ("runners", "images", "terraform", "dns", "monitoring", "backup", "vault", "mail"),
        "research": ("models", "notebooks", "datasets", "surveys", "labelling"),
        "finance": ("ledger", "invoices", "payroll", "reports"),
        "data": ("lake", "pipelines", "dashboards", "exports"),
        "petra": ("dotfiles",),
    }
    projects = [project(1, f"{path}/handbook", "blocked", reason="own_group")]
    for department, names in departments.items():
        for name in names:
            for part in ("", "-api", "-docs") if department != "petra" else ("",):
                projects.append(_of_company(dice, len(projects) + 1, department, name + part))
    return group(path, sorted(projects, key=lambda each: str(each["path"])))


def _of_company(dice: random.Random, number: int, department: str, name: str) -> dict[str, Any]:
    path = f"{department}/{name}"
    through = ("reporter", "platform") if department == "platform" else None
    if department == "finance" and name.startswith("payroll"):
        return project(number, path, "blocked", reason="share_locked")
    chance = dice.random()
    if department in ("shop", "research", "platform") and chance < 0.15:
        return project(number, path, "missing", through=through)
    if department in ("shop", "research") and chance < 0.25:
        return project(number, path, "below_level", "guest", through=through)
    ends = SOON if chance > 0.95 else LATER if chance > 0.8 else None
    return project(number, path, "shared", dice.choice(["reporter", "reporter", "developer"]), ends, through=through)


def large(count: int, path: str = "security/auditors", tops: int = 60) -> dict[str, Any]:
    """Projects by the thousand, in many top-level groups, with paths of usual length."""
    dice = random.Random(count)
    projects = []
    for number in range(count):
        place = f"division-{number % tops:05}/team-{number % 97:02}/service-{number:05}"
        chance = dice.random()
        state = "missing" if chance < 0.02 else "below_level" if chance < 0.03 else "shared"
        projects.append(
            project(number + 1, place, "blocked", reason="share_locked")
            if chance > 0.97
            else project(number + 1, place, state, "guest" if state == "below_level" else "reporter")
        )
    return group(path, sorted(projects, key=lambda each: str(each["path"])))


def nasty() -> Answer:
    """Nasty text in every place where text can be."""
    projects = [
        project(number, f"{text}/{text}", state, text, text, text, (text, text))
        for number, text in enumerate(NASTY)
        for state in ("shared", "below_level", "missing", "blocked")
    ]
    for each, scheme in zip(projects, ("javascript:document.title='led astray'//", "data:text/html,x", "")):
        each["web_url"] = f"{scheme}{each['web_url']}"
    for each in projects[3:]:
        each["web_url"] += "\" onclick=\"document.title = 'led astray'"
    found = answer(*(group(text, projects) for text in NASTY[:2]), level=NASTY[0], username=NASTY[1])
    found["gitlab"].update(version=NASTY[1], url=f"{GITLAB}/{NASTY[2]}")
    found["warnings"] = list(NASTY)
    return found
