# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitLab answers to a new share, in its order: what can be read beforehand, and what only the answer shows.

GitLab API sheet, sections 1.2, 1.5, 1.6 and 16.1.
"""

from __future__ import annotations

from ansible_collections.groupshare.gitlab.tests.property.model.rights import Rights
from ansible_collections.groupshare.gitlab.tests.simulator.records import Group, Project


def reason_to_skip(project: Project, group: Group, rights: Rights) -> str | None:
    """Return why the project's namespace or its top-level group forbids the share, as far as that can be read."""
    root = project.root
    if project.group is None or root is None:
        return None
    if project.group.share_with_group_lock:
        return "share_locked"
    if root.prevent_sharing_groups_outside_hierarchy and group.root is not root:
        return "outside_hierarchy"
    return "email_domains" if _shows_domains(group, rights) and _domains_forbid(root, group) else None


def unforeseen_status(project: Project, group: Group, rights: Rights) -> int | None:
    """Return the status of a refusal that nothing tells beforehand, or None."""
    if not rights.enterprise:
        return None
    settings, root = rights.world.settings, project.root
    saml = settings.lock_memberships_to_saml and rights.version >= (18, 4)
    if root is not None and (settings.lock_memberships_to_ldap or saml):
        return 400
    if project.orphaned_fork:
        return 500
    if rights.premium and _signs_on_elsewhere(project, group, rights):
        return 409
    switched_off = settings.disable_invite_members or (root is not None and root.disable_invite_members)
    if switched_off and rights.premium and not rights.is_admin and rights.version >= (18, 0):
        return 404
    if root is None or _shows_domains(group, rights):
        return None
    return 409 if _domains_forbid(root, group) else None


def _shows_domains(group: Group, rights: Rights) -> bool:
    """Return whether pages show e-mail domains, of which that of the invited group's top-level group counts too.

    Before 17.4 and without a licence the rule binds all the same.
    """
    return rights.premium and rights.version >= (17, 4) and rights.reads_group(group.root)


def _signs_on_elsewhere(project: Project, group: Group, rights: Rights) -> bool:
    """Return whether single sign-on is enforced for the project or its source, and the group lies outside of it."""
    source = None if project.forked_from is None else rights.world.projects[project.forked_from]
    roots = [one.root for one in (project, source) if one is not None]
    return any(root is not None and root.enforced_sso and group.root is not root for root in roots)


def _domains_forbid(root: Group, group: Group) -> bool:
    allowed, invited = set(root.email_domains), set(group.root.email_domains)
    return bool(allowed) and (not invited or not invited <= allowed)
