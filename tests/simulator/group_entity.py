# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups and invitations as the API shows them (GitLab API sheet, sections 4.3 and 5)."""

from __future__ import annotations

from collections.abc import Iterable

from .levels import MAINTAINER, OWNER
from .links import Link
from .records import Group
from .restrictions import reads_group
from .rules import Rules
from .site import Call
from .world import World

STATISTICS = (
    "storage_size",
    "repository_size",
    "wiki_size",
    "lfs_objects_size",
    "job_artifacts_size",
    "pipeline_artifacts_size",
    "packages_size",
    "snippets_size",
    "uploads_size",
)
ROOT_STATISTICS = (
    "build_artifacts_size",
    "container_registry_size",
    "dependency_proxy_size",
    "lfs_objects_size",
    "packages_size",
    "pipeline_artifacts_size",
    "repository_size",
    "snippets_size",
    "storage_size",
    "uploads_size",
    "wiki_size",
)


def link_entities(links: Iterable[Link], world: World) -> list[dict[str, object]]:
    """Items of shared_with_groups."""
    return [
        {
            "group_id": link.group_id,
            "group_name": world.groups[link.group_id].name,
            "group_full_path": world.groups[link.group_id].full_path,
            "group_access_level": link.access_level,
            "expires_at": link.expires_at,
        }
        for link in links
    ]


def _group_links(links: list[Link], call: Call) -> list[dict[str, object]]:
    """Items of a group's shared_with_groups, which tell custom roles where there are any (section 5).

    The switch for them came with 17.4 and is on from 17.7 (CHANGELOG.md).
    """
    entities = link_entities(links, call.world)
    if call.settings.ultimate and call.rules.version >= (17, 7):
        for entity, link in zip(entities, links):
            entity["member_role_id"] = link.member_role_id
    return entities


def public_group(group: Group, call: Call) -> dict[str, object]:
    """PublicGroupDetails."""
    return {
        "id": group.id,
        "web_url": f"{call.site.url}/groups/{group.full_path}",
        "name": group.name,
        "avatar_url": None,
        "full_name": group.full_name,
        "full_path": group.full_path,
    }


def group_entity(group: Group, call: Call) -> dict[str, object]:
    """Group, as in lists."""
    return {**_settings(group, call), **_deletion(group, call)}


def _settings(group: Group, call: Call) -> dict[str, object]:
    entity: dict[str, object] = {
        "id": group.id,
        "web_url": f"{call.site.url}/groups/{group.full_path}",
        "name": group.name,
        "path": group.path,
        "description": "",
        "visibility": group.visibility,
        "share_with_group_lock": group.share_with_group_lock,
        "require_two_factor_authentication": False,
        "two_factor_grace_period": 48,
        "project_creation_level": "developer",
        "auto_devops_enabled": None,
        "subgroup_creation_level": "maintainer",
        "emails_disabled": False,
        "emails_enabled": True,
        "show_diff_preview_in_email": True,
        "mentions_disabled": None,
        "lfs_enabled": True,
    }
    if call.rules.archived_by_ancestors:
        entity["archived"] = any(above.archived for above in group.lineage)
    entity.update(
        math_rendering_limits_enabled=True,
        lock_math_rendering_limits_enabled=False,
        default_branch=None,
        default_branch_protection=2,
        default_branch_protection_defaults=_branch_protection(),
        avatar_url=None,
        request_access_enabled=True,
        full_name=group.full_name,
        full_path=group.full_path,
        created_at=group.created_at,
        parent_id=group.parent.id if group.parent else None,
        organization_id=1,
        shared_runners_setting="enabled",
        max_artifacts_size=None,
    )
    if call.caller.admin and call.parameters.get("with_custom_attributes"):
        entity["custom_attributes"] = []
    if call.caller.admin and call.parameters.get("statistics"):
        entity.update(_statistics(group, call.rules))
    if call.rules.enterprise:
        entity.update(ldap_cn=None, ldap_access=None, wiki_access_level="enabled")
    return entity


def _statistics(group: Group, rules: Rules) -> dict[str, object]:
    """From 17.4 a root group has those of all groups below it too (doc/api/groups.md)."""
    statistics: dict[str, object] = {"statistics": dict.fromkeys(STATISTICS, 0)}
    if group.parent is None and rules.version >= (17, 4):
        estimated = {"container_registry_size_is_estimated": False}
        statistics["root_storage_statistics"] = {**dict.fromkeys(ROOT_STATISTICS, 0), **estimated}
    return statistics


def _deletion(group: Group, call: Call) -> dict[str, object]:
    return {"marked_for_deletion_on": group.marked_for_deletion_on} if call.rules.shows_deletion_date else {}


def _branch_protection() -> dict[str, object]:
    maintainers = [{"access_level": MAINTAINER}]
    return {"allowed_to_push": maintainers, "allow_force_push": False, "allowed_to_merge": maintainers}


def group_detail(group: Group, call: Call, owners_fields: bool = True) -> dict[str, object]:
    """GroupDetail without its projects; the answer of an invitation leaves out what Owners alone see."""
    visible = [link for link in group.links.values() if reads_group(call, call.world.groups[link.group_id])]
    detail = _settings(group, call)
    if call.rules.enterprise:
        detail.update(
            shared_runners_minutes_limit=None,
            extra_shared_runners_minutes_limit=None,
            prevent_forking_outside_group=None,
            membership_lock=group.membership_lock,
        )
    if call.settings.premium:
        # For every reader; without the licence the rules bind, but the keys are missing (section 5).
        # They are the group's own, so null below a root (ee/app/models/ee/group.rb:469-478).
        detail["ip_restriction_ranges"] = ",".join(group.ip_restriction_ranges) or None
        if call.rules.version >= (17, 4):
            detail["allowed_email_domains_list"] = ",".join(group.email_domains) or None
    detail.update(_deletion(group, call), shared_with_groups=_group_links(visible, call))
    owned = owners_fields and call.role_in(group) >= OWNER
    if owned:
        detail["runners_token"] = f"GR1348941-simulated-group-{group.id}"
    if owned and group.parent is None:
        detail["enabled_git_access_protocol"] = "all"
    if group.parent is None:
        detail["prevent_sharing_groups_outside_hierarchy"] = group.prevent_sharing_groups_outside_hierarchy
    return detail
