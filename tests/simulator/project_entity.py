# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects as the API shows them (GitLab API sheet, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from urllib.parse import urlsplit

from .access import reads_code
from .group_entity import link_entities
from .levels import MAINTAINER, OWNER, PLANNER, REPORTER
from .links import Link
from .project_settings import (
    ACCESS_LEVELS,
    FEATURES,
    STATISTICS,
    continuous_integration,
    enterprise,
    fragment,
    merging,
)
from .records import Group, Project, User
from .restrictions import reads_group, reads_project
from .rules import Rules
from .site import Call
from .user_entity import user_basic

ENDPOINTS = ("issues", "merge_requests", "repo_branches", "labels", "events", "members", "cluster_agents")
ENDPOINT_PATHS = {"repo_branches": "repository/branches"}


class ProjectEntities:
    """Encodes projects for one call: what shows depends on its caller and on the GitLab version.

    page is the list that the projects are shown in, None for a single project; hides_links says whether links
    that the world hides from lists are left out.
    """

    def __init__(self, call: Call, page: Sequence[Project] | None = None, hides_links: bool = False) -> None:
        self._call = call
        self._caller = call.caller
        self._access = call.access
        self._rules = call.rules
        self._page = page
        self._hides_links = hides_links
        self._url = call.site.url
        self._host = urlsplit(self._url).hostname

    def simple(self, project: Project) -> str:
        """BasicProjectDetails (section 4.1)."""
        return f"{{{fragment(self._short(project))}}}"

    def details(self, project: Project) -> str:
        """What an anonymous caller gets of a single project (section 3.1): the source of a fork from 17.2 on."""
        source = self._source(project) if self._rules.anonymous_see_sources else {}
        return f"{{{fragment({**self._short(project), **source})}}}"

    def full(self, project: Project) -> str:
        """Project (section 4.2)."""
        return f"{{{','.join(self._sections(project))}}}"

    def with_access(self, project: Project, user: User) -> str:
        """ProjectWithAccess: a full project and the user's permissions (section 4.4)."""
        permissions: dict[str, object] = {
            "permissions": {
                "project_access": _access_entity(_direct_level(project, user)),
                "group_access": _access_entity(self._group_level(project, user)),
            }
        }
        return f"{{{','.join((*self._sections(project), fragment(permissions)))}}}"

    def _short(self, project: Project) -> dict[str, object]:
        role = self._access.project_role(self._caller, project)
        short = self._basic(project, reads_code(project, role, self._rules))
        if not self._rules.simple_has_visibility:
            del short["visibility"]
        return short

    def _basic(self, project: Project, with_code: bool) -> dict[str, object]:
        path = project.full_path
        web_url = f"{self._url}/{path}"
        namespace = namespace_entity(project.namespace, self._url)
        code: dict[str, object] = {"default_branch": "main"} if with_code else {}
        readme: dict[str, object] = {"readme_url": f"{web_url}/-/blob/main/README.md"} if with_code else {}
        forks: dict[str, object] = {"forks_count": 0} if with_code else {}
        topics = sorted(project.topics)
        basic = {
            "id": project.id,
            "description": project.description,
            "name": project.name,
            "name_with_namespace": f"{namespace_name(project.namespace)} / {project.name}",
            "path": project.path,
            "path_with_namespace": path,
            "created_at": project.created_at,
            **code,
            "tag_list": topics,
            "topics": topics,
            "ssh_url_to_repo": f"git@{self._host}:{path}.git",
            "http_url_to_repo": f"{web_url}.git",
            "web_url": web_url,
            **readme,
            **forks,
            **self._license(),
            "avatar_url": None,
            "star_count": 0,
            "last_activity_at": project.created_at,
            "visibility": project.visibility,
            "namespace": namespace,
        }
        if self._caller.admin:
            if self._call.parameters.get("with_custom_attributes"):
                basic["custom_attributes"] = []
            basic["repository_storage"] = "default"
        return basic

    def _license(self) -> dict[str, object]:
        asked = self._call.parameters.get("license")
        return {"license_url": None, "license": None} if asked else {}

    def _sections(self, project: Project) -> list[str]:
        role = self._access.project_role(self._caller, project)
        with_code = reads_code(project, role, self._rules)
        administers = role >= MAINTAINER
        sections = [
            fragment(self._basic(project, with_code)),
            fragment(self._state(project)),
            FEATURES,
            fragment(self._contributing(project, role)),
            ACCESS_LEVELS,
            fragment(self._history(project, administers)),
        ]
        if administers:
            sections += [continuous_integration(self._rules), f'"runners_token":"GR1348941-simulated-{project.id}"']
        if with_code:
            sections.append('"ci_config_path":""')
        sections += [fragment(self._sharing(project)), merging(self._rules)]
        if self._rules.enterprise:
            sections.append(enterprise(self._rules, self._call.settings.license, role, with_code, project.mirror))
        if self._call.parameters.get("statistics") and role >= REPORTER:
            sections.append(fragment({"statistics": STATISTICS}))
        return sections

    def _state(self, project: Project) -> dict[str, object]:
        api = f"{self._url}/api/v4/projects/{project.id}"
        state: dict[str, object] = {
            "container_registry_image_prefix": f"registry.{self._host}/{project.full_path.lower()}",
            "_links": {
                "self": api,
                **{name: f"{api}/{ENDPOINT_PATHS.get(name, name)}" for name in ENDPOINTS},
            },
        }
        if self._rules.shows_deletion_date:
            state["marked_for_deletion_at"] = project.marked_for_deletion_on
            state["marked_for_deletion_on"] = project.marked_for_deletion_on
        state["packages_enabled"] = True
        state["empty_repo"] = False
        state["archived"] = is_archived(project, self._rules)
        if project.owner is not None:
            state["owner"] = user_basic(project.owner, self._url)
        return state

    def _contributing(self, project: Project, role: int) -> dict[str, object]:
        """What takes a project that is not archived, and a role or at least a user (app/policies/project_policy.rb)."""
        archived = is_archived(project, self._rules)
        reads_code = project.visibility != "private" or role >= REPORTER
        contributing: dict[str, object] = {"service_desk_address": None} if role >= PLANNER and not archived else {}
        contributing["can_create_merge_request_in"] = self._caller.user is not None and reads_code and not archived
        return contributing

    def _history(self, project: Project, administers: bool) -> dict[str, object]:
        history: dict[str, object] = {"creator_id": 1, **self._source(project)}
        if project.is_fork:
            history["mr_default_target_self"] = False
        if administers:
            history.update(import_url=None, import_type=None)
        history["import_status"] = "none"
        if administers and self._page is None:
            history["import_error"] = None
        history["open_issues_count"] = 0
        description = project.description
        history["description_html"] = f'<p dir="auto">{escape(description)}</p>' if description else ""
        history["updated_at"] = project.created_at
        return history

    def _source(self, project: Project) -> dict[str, object]:
        """The source of a fork, for who can read it; an orphaned fork has none (section 1.8)."""
        if project.forked_from is None:
            return {}
        source = self._call.world.projects[project.forked_from]
        return {"forked_from_project": self._short(source)} if reads_project(self._call, source) else {}

    def _sharing(self, project: Project) -> dict[str, object]:
        links = filter(self._shows, project.links.values())
        return {"public_jobs": True, "shared_with_groups": link_entities(links, self._call.world)}

    def _shows(self, link: Link) -> bool:
        """Whether the caller can read the invited group (section 4.3), and the world does not hide the link."""
        hidden = link.hidden == "everywhere" or (link.hidden and self._hides_links)
        return (self._caller.admin or not hidden) and reads_group(self._call, self._call.world.groups[link.group_id])

    def _group_level(self, project: Project, user: User) -> int | None:
        """The membership in a group that shows beside a project: before 17.0 that in the immediate group."""
        if not self._rules.group_access_from_ancestors:
            return project.group.members.get(user.id) if project.group else None
        if self._page is None:
            return max((group.members[user.id] for group in project.lineage if user.id in group.members), default=None)
        groups = project.lineage
        highest = self._highest_memberships.get(groups[-1].id) if groups else None
        return highest.members[user.id] if highest is not None and highest in groups else None

    @cached_property
    def _highest_memberships(self) -> dict[int, Group]:
        """By root group, of the page's groups and those above the one with the caller's highest membership."""
        highest: dict[int, Group] = {}
        user = self._caller.user
        groups = {group for project in self._page or () for group in project.lineage}
        for group in groups:
            if user is not None and user.id in group.members:
                root = group.root.id
                known = highest.get(root)
                if known is None or _rank(group, user) > _rank(known, user):
                    highest[root] = group
        return highest


def _rank(group: Group, user: User) -> tuple[int, int]:
    """Of equal memberships that in the older group counts."""
    return group.members[user.id], -group.id


def is_archived(project: Project, rules: Rules) -> bool:
    """What the field says: an archived group counts from 18.0; the own flag not while a deletion is scheduled.

    GitLab API sheet, section 17.2.
    """
    if not rules.archived_by_ancestors:
        return project.archived
    own = project.archived and project.marked_for_deletion_on is None
    return own or any(group.archived for group in project.lineage)


def namespace_entity(namespace: Group | User, url: str) -> dict[str, object]:
    """NamespaceBasic of a group or of a user."""
    if isinstance(namespace, Group):
        return {
            "id": namespace.id,
            "name": namespace.name,
            "path": namespace.path,
            "kind": "group",
            "full_path": namespace.full_path,
            "parent_id": namespace.parent.id if namespace.parent else None,
            "avatar_url": None,
            "web_url": f"{url}/groups/{namespace.full_path}",
        }
    return {
        "id": namespace.namespace_id,
        "name": namespace.name,
        "path": namespace.username,
        "kind": "user",
        "full_path": namespace.username,
        "parent_id": None,
        "avatar_url": None,
        "web_url": f"{url}/{namespace.username}",
    }


def _direct_level(project: Project, user: User) -> int | None:
    return OWNER if project.namespace is user else project.members.get(user.id)


def namespace_name(namespace: Group | User) -> str:
    return namespace.full_name if isinstance(namespace, Group) else namespace.name


def _access_entity(level: int | None) -> dict[str, int] | None:
    return None if level is None else {"access_level": level, "notification_level": 3}
