# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Building a world from its JSON form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .entries import Ids, add_group, add_project, add_user, read_links, update_group, update_project
from .faults import Fault
from .latency import Latency
from .limits import Limit
from .reading import Fields
from .records import Settings, Token
from .rules import parse_version

if TYPE_CHECKING:
    from .world import World

TOKEN_KINDS = ("personal", "group", "project", "oauth", "deploy")
MAINTENANCE = {False: None, True: 503, 503: 503, 403: 403}


def fill_world(world: World, fields: Fields) -> None:
    """Reads everything; memberships and links come last, when all they name exists."""
    world.settings = read_settings(Fields(fields.mapping("gitlab", {}), "gitlab"), world.settings)
    users = list(fields.items("users", "username"))
    groups = sorted(fields.items("groups", "path"), key=lambda entry: entry.text("path", "").count("/"))
    projects = list(fields.items("projects", "path"))
    user_ids, namespace_ids, project_ids = Ids(users), Ids(groups), Ids(projects)
    made_groups = [(add_group(world, entry, namespace_ids), entry) for entry in groups]
    # Personal namespaces come after the listed groups, so that those keep the low numbers.
    for entry in users:
        add_user(world, entry, user_ids, namespace_ids)
    made_projects = [(add_project(world, entry, project_ids, namespace_ids), entry) for entry in projects]
    for group, entry in made_groups:
        update_group(world, group, entry)
    for project, entry in made_projects:
        update_project(world, project, entry)
    for group, entry in made_groups:
        read_links(world, group, entry)
        entry.done()
    for project, entry in made_projects:
        read_links(world, project, entry)
        entry.done()
    for entry in fields.items("tokens", "user"):
        put_token(world, entry)
    world.limits = [Limit.read(entry) for entry in fields.items("limits", "name")]
    world.faults = [Fault.read(entry) for entry in fields.items("faults", "do")]
    world.latency = Latency.read(Fields(fields.mapping("latency", {}), "latency"))
    fields.done()


def read_settings(fields: Fields, now: Settings) -> Settings:
    """The settings of an instance; what the JSON leaves out stays as it is now."""
    version = fields.text("version", now.version)
    try:
        parse_version(version)
    except ValueError as error:
        raise fields.wrong("version", str(error)) from None
    relative_url = fields.text("relative_url", now.relative_url).rstrip("/")
    if relative_url and not relative_url.startswith("/"):
        raise fields.wrong("relative_url", f"{relative_url!r} does not begin with a slash")
    settings = Settings(
        version=version,
        enterprise=fields.flag("enterprise", now.enterprise),
        external_url=fields.optional("external_url", str, now.external_url),
        relative_url=relative_url,
        admin_mode=fields.flag("admin_mode", now.admin_mode),
        maintenance=_maintenance(fields, now),
        security_manager=fields.flag("security_manager", now.security_manager),
        locale_texts=fields.mapping("locale_texts", now.locale_texts),
        count_limit=fields.count("count_limit", now.count_limit),
        offset_limit=fields.count("offset_limit", now.offset_limit),
        today=fields.date("today", now.today),
    )
    fields.done()
    return settings


def _maintenance(fields: Fields, now: Settings) -> int | None:
    value: Any = fields.value("maintenance", now.maintenance)
    if value not in (None, *MAINTENANCE):
        raise fields.wrong("maintenance", f"{value!r} is none of null, true, 503 and 403")
    return MAINTENANCE[value or False]


def put_token(world: World, fields: Fields) -> None:
    """Adds the token that the JSON describes, or changes the one that has this text."""
    text = fields.required("token")
    old = world.tokens.get(text)
    username = fields.text("user", old.user.username if old else "")
    user = world.find_user(username)
    if user is None:
        raise fields.wrong("user", f"{username!r} is not among the users")
    kind = fields.choice("kind", TOKEN_KINDS, old.kind if old else "personal")
    number = fields.count("id", old.id if old else len(world.tokens) + 1)
    world.add_token(
        Token(
            id=number or 0,
            token=text,
            user=user,
            name=fields.text("name", old.name if old else f"{kind} token"),
            scopes=fields.texts("scopes", old.scopes if old else ("api",)),
            kind=kind,
            expires_at=fields.date("expires_at", old.expires_at if old else None),
            revoked=fields.flag("revoked", old.revoked if old else False),
            granular_denied=fields.texts("granular_denied", old.granular_denied if old else ()),
        )
    )
    fields.done()
