# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The running simulator: log, latency, sockets, command line."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.tests.simulator.client import Client
from ansible_collections.groupshare.gitlab.tests.simulator.faults import Fault
from ansible_collections.groupshare.gitlab.tests.simulator.generate import (
    ADMIN_TOKEN,
    LEVEL,
    OWNER_TOKEN,
    TARGET,
    WRONG_LEVEL,
    LargeWorld,
)
from ansible_collections.groupshare.gitlab.tests.simulator.latency import Cost, Latency
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.simulator.speed import measure
from ansible_collections.groupshare.gitlab.tests.simulator.world import World

SHARE = {"group_id": 11, "group_access": 10}
TOKEN = "glpat-olivia-7Qx2kLm9Zr4Tn8Wv"
TESTS = Path(__file__).resolve().parents[2]


class TestLog:
    def test_entries(self, company: Any) -> None:
        client = company.as_user("olivia")
        client.get("/projects?simple=true")
        client.post("/projects/acme%2Fapp/share", SHARE)
        client.delete("/projects/4/share/11")
        log = company.gitlab.log
        assert [entry.number for entry in log] == [1, 2, 3]
        assert [entry.status for entry in log] == [200, 201, 204]
        assert [entry.effect for entry in log] == ["", "shared", "unshared"]
        assert [entry.method for entry in company.gitlab.reads] == ["GET"]
        assert [entry.path for entry in company.gitlab.writes] == [
            "/projects/acme%2Fapp/share",
            "/projects/4/share/11",
        ]
        assert (log[0].query, log[1].body) == ({"simple": "true"}, SHARE)
        assert all(entry.started <= entry.finished for entry in log)

    def test_who_and_with_what(self, company: Any) -> None:
        headers = {"User-Agent": "probe/1", "Content-Type": "application/json", "X-Odd": "value"}
        company.as_user("olivia").request("GET", "/user", headers=headers)
        company.anonymous().get("/user")
        known, anonymous = company.gitlab.log
        assert (known.user, known.user_agent, known.content_type) == ("olivia", "probe/1", "application/json")
        assert known.token_sha == hashlib.sha256(TOKEN.encode()).hexdigest()
        assert {"private-token", "x-odd"} <= set(known.headers)
        assert (anonymous.user, anonymous.token_sha) == (None, None)

    def test_never_a_token(self, company: Any, tmp_path: Path) -> None:
        path = tmp_path / "log.jsonl"
        with Simulator(company.world, log_path=path) as gitlab, Client(gitlab.url) as client:
            client.get(f"/user?private_token={TOKEN}")
            client.get("/user", **{"PRIVATE-TOKEN": TOKEN})
            client.request("GET", "/user", headers={"Authorization": f"Bearer {TOKEN}"})
            client.post("/projects/4/share", {**SHARE, "private_token": TOKEN})
            lines = path.read_text(encoding="utf-8").splitlines()
            assert TOKEN not in repr(gitlab.log)
        assert [json.loads(line)["status"] for line in lines] == [200, 200, 200, 401]
        assert TOKEN not in "".join(lines)

    def test_cleared(self, company: Any) -> None:
        company.anonymous().get("/projects")
        company.gitlab.clear_log()
        assert company.gitlab.log == []


class TestLatency:
    MODEL = Latency(scale=0)

    @pytest.mark.parametrize(
        ("method", "path", "milliseconds"),
        [
            ("GET", "/projects", 40 + 6 * 25),
            ("GET", "/projects?simple=true", 40 + 6 * 8),
            ("GET", "/groups/acme/projects?simple=true", 40 + 8),
            ("GET", "/groups/acme/descendant_groups", 40 + 8.4),
            ("GET", "/projects/4", 67),
            ("GET", "/projects/4/protected_tags", 50),
            ("GET", "/groups/acme", 35),
            ("GET", "/version", 15),
            ("GET", "/user", 20),
            ("POST", "/projects/4/share", 65),
            ("POST", "/projects/5/share", 45),
            ("DELETE", "/projects/5/share/11", 55),
            ("DELETE", "/projects/4/share/11", 40),
        ],
    )
    def test_service_time(self, serve: Any, method: str, path: str, milliseconds: float) -> None:
        shared = {"path": "acme/backend/api", "share": [{"group": "security/auditors", "access_level": 10}]}
        company = serve({"projects": [shared]})
        company.as_user("olivia").request(method, path, SHARE if method == "POST" else None)
        assert company.gitlab.served_ms == milliseconds

    def test_workers_are_bounded(self, company: Any) -> None:
        """Four requests of 20 ms each on two workers take at least two rounds."""
        company.world.latency = Latency(scale=1, version_ms=20, workers=2)
        with Simulator(company.world) as gitlab:
            started = time.monotonic()
            threads = [threading.Thread(target=_fetch, args=(gitlab.url,)) for _unused in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert time.monotonic() - started >= 0.04
            assert gitlab.served_ms == 80

    @pytest.mark.parametrize(("in_flight", "measured"), [(1, 2600), (2, 1600), (4, 1640), (8, 1820)])
    def test_small_server(self, in_flight: int, measured: int) -> None:
        """Milliseconds a page that were measured (GitLab API sheet, section 21), to within 3 per cent."""
        model = Latency.small_server()
        alone = model.service_ms(Cost(full=100))
        page = alone * model.crowding(in_flight) / min(in_flight, model.workers)
        assert page == pytest.approx(measured, rel=0.03)

    def test_a_crowd_is_served_more_slowly(self, company: Any) -> None:
        """Of two requests of 20 ms at once on two workers the later one takes three times as long."""
        company.world.latency = Latency(scale=1, version_ms=20, workers=2, beside=2)
        with Simulator(company.world) as gitlab:
            started = time.monotonic()
            threads = [threading.Thread(target=_fetch, args=(gitlab.url,)) for _unused in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert time.monotonic() - started >= 0.06

    def test_scale(self, company: Any) -> None:
        company.world.latency = Latency(scale=0.5, version_ms=60)
        with Simulator(company.world) as gitlab:
            started = time.monotonic()
            _fetch(gitlab.url)
            assert time.monotonic() - started >= 0.03


def _fetch(url: str) -> None:
    with Client(url, TOKEN) as client:
        assert client.get("/version").status == 200


class TestSockets:
    def test_many_clients_at_once(self, company: Any) -> None:
        def share(project: int) -> None:
            with Client(company.gitlab.url, TOKEN) as client:
                statuses.append(client.post(f"/projects/{project}/share", SHARE).status)

        statuses: list[int] = []
        threads = [threading.Thread(target=share, args=(4 + number % 3,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [201] * 3 + [409] * 9
        assert sorted(entry.number for entry in company.gitlab.log) == list(range(1, 13))

    def test_several_in_one_process(self, serve: Any) -> None:
        first, second = serve(version="17.0.0-ee"), serve(version="18.0.0-ee")
        assert first.gitlab.url != second.gitlab.url
        assert first.as_user("stan").get("/version").json["version"] == "17.0.0-ee"
        assert second.as_user("stan").get("/version").json["version"] == "18.0.0-ee"

    def test_stop_is_prompt_and_closes_what_is_open(self, company: Any) -> None:
        gitlab = Simulator(company.world).start()
        gitlab.faults.add(Fault("change", path="/user", world={"gitlab": {"today": "2026-01-31"}}))
        gitlab.faults.add(Fault("delay", path="/user", seconds=60))
        idle, waiting = Client(gitlab.url, TOKEN), Client(gitlab.url, TOKEN)
        idle.get("/version")
        errors: list[BaseException] = []
        thread = threading.Thread(target=lambda: errors.append(_error_of(waiting)))
        thread.start()
        while company.world.settings.today is None:
            time.sleep(0.001)
        started = time.monotonic()
        gitlab.stop()
        thread.join()
        assert time.monotonic() - started < 5
        assert isinstance(errors[0], OSError)
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            idle.get("/version")

    def test_tls(self, company: Any, certificate: tuple[str, str]) -> None:
        trusting = ssl.create_default_context(cafile=certificate[0])
        with Simulator(company.world, certificate=certificate) as gitlab:
            assert gitlab.url.startswith("https://127.0.0.1:")
            with Client(gitlab.url, TOKEN, trusting) as client:
                reply = client.get("/projects?pagination=keyset&order_by=id")
                assert reply.headers["Link"].startswith(f"<{gitlab.url}/api/v4/projects?")
            with (
                Client(gitlab.url, TOKEN, ssl.create_default_context()) as client,
                pytest.raises(ssl.SSLError),
            ):
                client.get("/version")

    def test_client_certificate(self, company: Any, certificate: tuple[str, str]) -> None:
        trusting = ssl.create_default_context(cafile=certificate[0])
        with Simulator(company.world, certificate=certificate, client_ca=certificate[0]) as gitlab:
            with (
                Client(gitlab.url, TOKEN, trusting) as client,
                pytest.raises((ssl.SSLError, ConnectionError)),
            ):
                client.get("/version")
            trusting.load_cert_chain(*certificate)
            with Client(gitlab.url, TOKEN, trusting) as client:
                assert client.get("/version").status == 200


def _error_of(client: Client) -> BaseException:
    try:
        client.get("/user")
    except OSError as error:
        return error
    raise AssertionError("the request was answered")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    paths = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]]
    subprocess.run([openssl, *new, *names], check=True, capture_output=True)
    return paths


class TestLargeWorlds:
    def test_same_seed_same_world(self) -> None:
        large = LargeWorld(projects=200, groups=12, shared=0.5, seed=7, scattered=True)
        assert large.world().to_dict() == large.world().to_dict()
        assert large.world().to_dict() != replace(large, seed=8).world().to_dict()

    def test_parts(self) -> None:
        world = LargeWorld(projects=500, groups=20, shared=0.6, wrong=0.2, personal=0.1, archived=0.3).world()
        levels = [
            link.access_level for link in (world.share_of(p.full_path, TARGET) for p in world.projects.values()) if link
        ]
        assert (len(world.projects), len(world.groups)) == (500, 22)
        assert (LEVEL, WRONG_LEVEL) == ("guest", "developer")
        assert 250 < levels.count(10) < 350
        assert 60 < levels.count(30) < 140
        assert 20 < sum(project.owner is not None for project in world.projects.values()) < 80
        assert 100 < sum(project.archived for project in world.projects.values()) < 200

    def test_scattered_ids_have_gaps(self) -> None:
        assert LargeWorld(projects=300).world().project_ids == list(range(1, 301))
        assert LargeWorld(projects=300, scattered=True).world().project_ids[-1] > 3000

    def test_its_tokens(self) -> None:
        world = LargeWorld(projects=50, groups=5, shared=0, personal=0.2).world()
        group_id = world.group(TARGET).id
        with Simulator(world) as gitlab:
            with Client(gitlab.url, OWNER_TOKEN) as owner:
                owned = owner.get("/projects?owned=true&per_page=100").json
                body = {"group_id": group_id, "group_access": 10}
                assert {owner.post(f"/projects/{project['id']}/share", body).status for project in owned} == {201}
            with Client(gitlab.url, ADMIN_TOKEN) as admin:
                everything = admin.get("/projects?per_page=100").json
        assert 0 < len(owned) < len(everything) == 50


def test_speed_is_measured() -> None:
    pages, small = measure(projects=200, small_answers=10)
    assert min(pages, small) > 0


class TestCommandLine:
    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "simulator", *arguments]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONDONTWRITEBYTECODE": "1"}

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_serve(self, company: Any, tmp_path: Path, number: signal.Signals) -> None:
        world, port_file, log = tmp_path / "w.json", tmp_path / "port", tmp_path / "log.jsonl"
        world.write_text(json.dumps(company.world.to_dict()), encoding="utf-8")
        files = ["--world", str(world), "--port-file", str(port_file), "--log", str(log)]
        command = [sys.executable, "-m", "simulator", "serve", *files, "--scale", "0"]
        process = subprocess.Popen(
            [*command, "--log", log, "--scale", "0"],
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with Client(url, TOKEN) as client:
                assert client.get("/user").status == 200
                assert json.loads(log.read_text(encoding="utf-8"))["path"] == "/user"
            assert url.endswith(f":{port_file.read_text(encoding='utf-8').strip()}")
        finally:
            process.send_signal(number)
            process.communicate(timeout=10)
        assert process.returncode == 0

    def test_generate(self, tmp_path: Path) -> None:
        output = tmp_path / "large.json"
        done = self.run("generate", "--projects", "30", "--groups", "4", "--scattered", "--output", str(output))
        assert (done.returncode, done.stderr) == (0, "")
        assert World.load(output).to_dict() == LargeWorld(projects=30, groups=4, scattered=True).world().to_dict()

    def test_a_world_that_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "w.json"
        path.write_text('{"projcts": []}', encoding="utf-8")
        done = self.run("serve", "--world", str(path))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("simulator: world: unknown 'projcts'")
