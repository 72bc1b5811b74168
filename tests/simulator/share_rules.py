# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab refuses a share of a project for, in its order (GitLab API sheet, sections 1.2 and 16.1)."""

from __future__ import annotations

from .answers import Refused, json_answer, server_error
from .languages import ANCESTOR, EMAIL_DOMAINS, ENFORCED_SSO, GROUP_ALREADY_SHARED, ROLE_HIERARCHY, ROLE_LEVEL
from .latency import Cost
from .levels import GUEST, OWNER
from .records import Group, MemberRole, Project
from .restrictions import kept_out_of_group
from .site import Call


def sharing_disabled(call: Call, project: Project) -> bool:
    """Step 8: the lock of the immediate namespace, or of all memberships to a directory; for everybody."""
    if project.group is None:
        return False
    settings = call.settings
    locked_to_saml = settings.lock_memberships_to_saml and call.rules.version >= (18, 4)
    locked = settings.lock_memberships_to_ldap or locked_to_saml
    return project.group.share_with_group_lock or (locked and settings.enterprise)


def check_enforced_sso(call: Call, project: Project, group: Group) -> None:
    """Step 9, Enterprise only; GitLab fails over a fork whose source is gone (section 1.8)."""
    if not call.rules.enterprise:
        return
    if project.orphaned_fork:
        raise server_error()
    source = call.world.projects[project.forked_from] if project.forked_from is not None else None
    if any(_sso_forbids(call, one, group) for one in (project, source) if one is not None):
        raise conflict(call.localized(ENFORCED_SSO))


def _sso_forbids(call: Call, project: Project, group: Group) -> bool:
    root = project.root
    return root is not None and root.enforced_sso and call.settings.premium and group.root is not root


def conflict(text: str) -> Refused:
    return Refused(json_answer(409, {"message": text}, cost=Cost(call="conflict")))


def may_invite(call: Call, project: Project, group: Group) -> bool:
    """Step 11: the role on the project, invitations, a level in the group, and the hierarchy rule."""
    if call.rules.only_owners_share and call.role_in(project) < OWNER:
        return False
    if _invitations_disabled(call, project.root):
        return False
    if call.role_in(group) < GUEST or kept_out_of_group(call, group):
        return False
    return within_hierarchy(project.root, group)


def may_invite_to_group(call: Call, target: Group, group: Group) -> bool:
    """Whether an Owner of a group may invite another one to it (section 1.7)."""
    return not _invitations_disabled(call, target.root) and within_hierarchy(target.root, group)


def _invitations_disabled(call: Call, root: Group | None) -> bool:
    """Whether invitations are switched off, for the instance or below a root group; administrators may go on."""
    if not call.settings.premium or call.rules.version < (18, 0) or call.caller.admin:
        return False
    return call.settings.disable_invite_members or (root is not None and root.disable_invite_members)


def within_hierarchy(root: Group | None, group: Group) -> bool:
    """Whether a root group lets the group be invited (section 1.6); there is none above personal projects."""
    return root is None or not root.prevent_sharing_groups_outside_hierarchy or root.holds(group)


def check_link(call: Call, project: Project, group: Group, level: int, role_id: int | None) -> None:
    """Step 12: what the link's own validations say, joined as one sentence."""
    problems = [call.rules.already_shared] if group.id in project.links else []
    if project.group is not None and group.holds(project.group):
        problems.append(ANCESTOR)
    problems += _role_problems(call, project, level, role_id)
    if _domains_forbid(call, project.root, group):
        problems.append(EMAIL_DOMAINS)
    if problems:
        raise conflict(call.sentence(problems))


def _role_problems(call: Call, project: Project, level: int, role_id: int | None) -> list[str]:
    """Section 15; GitLab fails over a role that does not exist."""
    if role_id is None:
        return []
    role = call.world.member_roles.get(role_id)
    if role is None:
        raise server_error()
    problems = [ROLE_LEVEL] if role.base_access_level != level else []
    return problems if _in_hierarchy_of(role, project) else [*problems, ROLE_HIERARCHY]


def _in_hierarchy_of(role: MemberRole, project: Project) -> bool:
    owners = {group.id for group in (project.group, project.root) if group is not None}
    return role.group is None or role.group in owners


def check_group_link(call: Call, target: Group, group: Group) -> None:
    """The validations of a link between groups (section 1.7)."""
    problems = [GROUP_ALREADY_SHARED] if group.id in target.links else []
    if _domains_forbid(call, target.root, group):
        problems.append(EMAIL_DOMAINS)
    if problems:
        raise conflict(call.sentence(problems))


def _domains_forbid(call: Call, root: Group | None, group: Group) -> bool:
    """The invited group's domains have to be among those of the root; no licence is asked for."""
    if root is None or not root.email_domains or not call.rules.enterprise:
        return False
    return not group.root.email_domains or not set(group.root.email_domains) <= set(root.email_domains)
