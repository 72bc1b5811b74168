# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""python-gitlab as a client of the simulated GitLab: it must find there what it relies on."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.groupshare.gitlab.tests.peers.conftest import GUEST_TOKEN, OWNER_TOKEN, Serve
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator

gitlab = pytest.importorskip("gitlab", reason="python-gitlab is missing: pip install -r tests/peers/requirements.txt")

PROJECT_IDS = [4, 5, 6, 7, 8]
AUDITORS = 11
GUEST, DEVELOPER = 10, 30


def client(server: Simulator, token: str = OWNER_TOKEN, **options: t.Any) -> t.Any:
    return gitlab.Gitlab(server.url, private_token=token, **options)


def ids(items: t.Iterable[t.Any]) -> list[int]:
    return [item.id for item in items]


class TestIdentity:
    def test_auth_finds_the_user(self, server: Simulator) -> None:
        own = client(server)
        own.auth()
        assert (own.user.username, own.user.id) == ("olivia", 2)

    def test_unknown_token(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabAuthenticationError) as caught:
            client(server, "glpat-nobody-9Jf4uXw2Ge7Mz5Ca").auth()
        assert caught.value.response_code == 401

    def test_version(self, server: Simulator) -> None:
        version, revision = client(server).version()
        assert version == server.world.settings.version
        assert revision != "unknown"


class TestLists:
    def test_a_page_by_number(self, server: Simulator) -> None:
        page = client(server).projects.list(page=2, per_page=2, order_by="id", sort="asc")
        assert ids(page) == [6, 7]

    def test_all_pages_by_number(self, server: Simulator) -> None:
        projects = client(server).projects.list(get_all=True, per_page=2, order_by="id", sort="asc")
        assert ids(projects) == PROJECT_IDS
        assert len(server.reads) == 3

    def test_totals_of_an_iterator(self, server: Simulator) -> None:
        projects = client(server).projects.list(iterator=True, per_page=2, order_by="id", sort="asc")
        assert (projects.total, projects.total_pages, projects.per_page) == (5, 3, 2)
        assert (projects.current_page, projects.prev_page, projects.next_page) == (1, None, 2)
        assert ids(projects) == PROJECT_IDS
        assert projects.next_page is None

    def test_keyset_follows_links_to_an_empty_page(self, server: Simulator) -> None:
        projects = client(server).projects.list(
            iterator=True, pagination="keyset", per_page=2, order_by="id", sort="asc"
        )
        assert projects.total is None
        assert ids(projects) == PROJECT_IDS
        assert [entry.query.get("id_after") for entry in server.reads] == [None, "5", "7", "8"]

    def test_keyset_needs_order_by_id(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabListError) as caught:
            client(server).projects.list(pagination="keyset", get_all=True)
        assert caught.value.response_code == 405

    def test_projects_of_a_group(self, server: Simulator) -> None:
        acme = client(server).groups.get("acme")
        assert acme.id == 3
        assert sorted(ids(acme.projects.list(get_all=True))) == [4, 5]
        assert sorted(ids(acme.projects.list(get_all=True, include_subgroups=True, per_page=2))) == PROJECT_IDS

    def test_projects_shared_with_a_group(self, server: Simulator) -> None:
        own = client(server)
        for number in (5, 7):
            own.projects.get(number).share(AUDITORS, GUEST)
        auditors = own.groups.get("security/auditors")
        assert sorted(ids(auditors.shared_projects.list(get_all=True))) == [5, 7]
        assert sorted(ids(auditors.projects.list(get_all=True))) == [5, 7]
        assert auditors.projects.list(get_all=True, with_shared=False) == []

    def test_shares_stand_in_the_list(self, server: Simulator) -> None:
        own = client(server)
        own.projects.get(5).share(AUDITORS, DEVELOPER, expires_at="2999-12-31")
        listed = {project.id: project.shared_with_groups for project in own.projects.list(get_all=True)}
        [link] = listed.pop(5)
        assert link["group_full_path"] == "security/auditors"
        assert (link["group_id"], link["group_access_level"], link["expires_at"]) == (11, 30, "2999-12-31")
        assert set(map(tuple, listed.values())) == {()}


class TestProjects:
    def test_by_path(self, server: Simulator) -> None:
        assert client(server).projects.get("acme/backend/api").id == 6

    def test_an_old_path_leads_to_the_new_place(self, server: Simulator) -> None:
        assert client(server).projects.get("old/app").path_with_namespace == "acme/app"

    def test_share_and_unshare(self, server: Simulator) -> None:
        project = client(server).projects.get(4)
        project.share(AUDITORS, GUEST)
        link = server.world.share_of("acme/app", "security/auditors")
        assert link is not None
        assert link.access_level == GUEST
        project.unshare(AUDITORS)
        assert server.world.share_of("acme/app", "security/auditors") is None


class TestErrors:
    def test_shared_already(self, server: Simulator) -> None:
        project = client(server).projects.get(4)
        project.share(AUDITORS, GUEST)
        with pytest.raises(gitlab.GitlabCreateError, match="already shared with this group") as caught:
            project.share(AUDITORS, DEVELOPER)
        assert caught.value.response_code == 409

    def test_level_unknown(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabCreateError, match="group_access does not have a valid value") as caught:
            client(server).projects.get(4).share(AUDITORS, 5)
        assert caught.value.response_code == 400

    def test_not_an_owner(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabCreateError, match="403 Forbidden") as caught:
            client(server, GUEST_TOKEN).projects.get(4, lazy=True).share(AUDITORS, GUEST)
        assert caught.value.response_code == 403

    def test_project_unknown(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabGetError, match="404 Project Not Found") as caught:
            client(server).projects.get(404)
        assert caught.value.response_code == 404

    def test_invited_group_unknown(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabCreateError, match=r"^404: Not Found$"):
            client(server).projects.get(4).share(404, GUEST)

    def test_nothing_to_unshare(self, server: Simulator) -> None:
        with pytest.raises(gitlab.GitlabDeleteError, match="404 Group Link Not Found") as caught:
            client(server).projects.get(4).unshare(AUDITORS)
        assert caught.value.response_code == 404

    def test_maintenance_mode(self, serve: Serve) -> None:
        server = serve(gitlab={"maintenance": 503})
        with pytest.raises(gitlab.GitlabCreateError, match="undergoing maintenance") as caught:
            client(server).projects.get(4).share(AUDITORS, GUEST)
        assert caught.value.response_code == 503


class TestLimits:
    LIMIT: t.ClassVar = {"name": "throttle_authenticated_api", "requests": 3, "seconds": 1}

    def test_waits_as_retry_after_says(self, serve: Serve) -> None:
        server = serve(limits=[self.LIMIT])
        own = client(server)
        names = [own.projects.get(4).name for _unused in range(8)]
        assert names == ["app"] * 8
        assert {entry.status for entry in server.log} == {200, 429}

    def test_gives_up_when_told_to(self, serve: Serve) -> None:
        own = client(serve(limits=[{**self.LIMIT, "requests": 1, "seconds": 3600}]))
        own.projects.get(4)
        with pytest.raises(gitlab.GitlabHttpError) as caught:
            own.http_get("/projects/4", obey_rate_limit=False)
        assert caught.value.response_code == 429

    def test_application_limit(self, serve: Serve) -> None:
        limit = {"name": "project_api", "kind": "application", "requests": 1, "seconds": 3600}
        own = client(serve(limits=[limit]))
        own.projects.get(4)
        with pytest.raises(gitlab.GitlabHttpError, match="requested too many times") as caught:
            own.http_get("/projects/4", obey_rate_limit=False)
        assert caught.value.response_code == 429

    def test_repeats_after_a_bad_gateway(self, server: Simulator) -> None:
        server.faults.add(Fault("status", method="GET", status=502))
        assert client(server, retry_transient_errors=True).projects.get(4).name == "app"
        assert [entry.status for entry in server.log] == [502, 200]
