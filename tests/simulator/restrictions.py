# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a caller out, whatever their role: networks, bans, accounts (GitLab API sheet, section 6).

Lists do not ask for the networks and bans of groups: what they show can be 404 by its id.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from .access import Caller
from .answers import Refused, forbidden, json_answer
from .levels import OWNER
from .records import Group, Project, Token
from .request import Request
from .site import Call, Site

REALM = "Protected by OAuth 2.0"
NO_DPOP = "DPoP validation error: DPoP header is missing"


def check_account(site: Site, request: Request, token: Token) -> None:
    """Section 1.2, steps 2c and 2d: proof of possession, then the number of addresses."""
    user = token.user
    asked = user.dpop and token.kind != "oauth" and site.world.settings.rules.version >= (17, 9)
    if asked and "DPoP" not in request.headers:
        challenge = {"WWW-Authenticate": f'Bearer realm="{REALM}"'}
        raise Refused(json_answer(401, {"error": "dpop_error", "error_description": NO_DPOP}, challenge))
    if user.too_many_ips:
        raise forbidden()


def outside_networks(call: Call, root: Group) -> bool:
    """Whether the caller's address is in none of the networks that a root group allows."""
    if not root.ip_restriction_ranges or not call.settings.premium:
        return False
    address = ip_address(call.request.address)
    return not any(address in ip_network(network) for network in root.ip_restriction_ranges)


def kept_out_of_project(call: Call, project: Project) -> bool:
    """The project's root counts, for bans those of the invited groups too; administrators come in."""
    if call.caller.admin:
        return False
    root = project.root
    if root is not None and outside_networks(call, root):
        return True
    invited = (call.world.groups[number].root for number in project.links)
    return any(_banned(call, call.caller, group) for group in (root, *invited) if group is not None)


def kept_out_of_group(call: Call, group: Group) -> bool:
    """Owners come in from any network, administrators are Owners."""
    if call.role_in(group) < OWNER and outside_networks(call, group.root):
        return True
    return not call.caller.admin and _banned(call, call.caller, group.root)


def reads_project(call: Call, project: Project) -> bool:
    """Whether a project is found by its id, and shows as the source of a fork."""
    return call.access.can_read_project(call.caller, project) and not kept_out_of_project(call, project)


def reads_group(call: Call, group: Group) -> bool:
    """Whether a group is found by its id, shows as an invited one, and can be invited to a group."""
    return call.access.can_read_group(call.caller, group) and not kept_out_of_group(call, group)


def _banned(call: Call, caller: Caller, root: Group) -> bool:
    return call.rules.enterprise and caller.user is not None and caller.user.id in root.banned
