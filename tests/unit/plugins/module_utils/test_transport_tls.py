# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS: what is trusted, what is presented, and one clear sentence when it does not work."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.errors import Unreachable
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.failures import system_store
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.fixtures import OpenClient, StartGitLab
from ansible_collections.groupshare.gitlab.tests.support.worlds import Company

trustme = pytest.importorskip("trustme")

USER = "/api/v4/user"
EXPIRED = {"not_before": datetime.datetime(2020, 1, 1), "not_after": datetime.datetime(2020, 2, 1)}


class Authority:
    """A certificate authority of a test, with the files it gives out."""

    def __init__(self, folder: Path, name: str) -> None:
        self._ca = trustme.CA()
        self._folder = folder / name
        self._folder.mkdir()
        self.bundle = str(self._folder / "ca.pem")
        self._ca.cert_pem.write_to_path(self.bundle)

    def certificate(self, name: str, **details: Any) -> tuple[str, str, str]:
        """Files with a certificate for a name, with its key, and with both."""
        issued = self._ca.issue_cert(name, **details)
        certificate, key, both = (str(self._folder / f"{name}.{part}.pem") for part in ("cert", "key", "both"))
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        issued.private_key_and_cert_chain_pem.write_to_path(both)
        return certificate, key, both


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def others(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "others")


@pytest.fixture
def gitlab(ours: Authority, start_gitlab: StartGitLab) -> Simulator:
    """A GitLab with a certificate of our own authority."""
    return start_gitlab(Company(), certificate=ours.certificate("127.0.0.1")[:2])


def test_the_authority_in_ca_path_is_trusted(gitlab: Simulator, ours: Authority, http: OpenClient) -> None:
    assert gitlab.url.startswith("https://")
    assert http(gitlab, ca_path=ours.bundle).get(USER).status == 200


def test_http_on_a_port_of_https_is_not_tried_again(gitlab: Simulator, http: OpenClient) -> None:
    host = gitlab.url.partition("://")[2]
    client = http(f"http://{host}", retries=3)
    with pytest.raises(Unreachable) as raised:
        client.post(USER, {})
    assert raised.value.reason == f"{host} speaks TLS; api_url has to begin with https://."
    assert not raised.value.effect_unknown
    assert client.traffic.retries == 0


def test_an_unknown_authority_is_not_and_not_tried_again(gitlab: Simulator, http: OpenClient) -> None:
    client = http(gitlab, retries=3)
    with pytest.raises(Unreachable) as raised:
        client.get(USER)
    host = gitlab.url.partition("://")[2]
    assert raised.value.reason == (
        f"the certificate of {host} cannot be verified (unable to get local issuer certificate); it was not "
        "issued by an authority that comes with requests; set ca_path or REQUESTS_CA_BUNDLE to the right file, such as "
        f"the system's {system_store()}."
    )
    assert client.traffic.reads == 1
    assert gitlab.log == []


def test_another_authority_is_not(gitlab: Simulator, others: Authority, http: OpenClient) -> None:
    with pytest.raises(Unreachable) as raised:
        http(gitlab, ca_path=others.bundle).post(USER, {})
    assert f"it was not issued by an authority in {others.bundle}; set ca_path or " in raised.value.reason
    assert not raised.value.effect_unknown


def test_what_the_system_trusts_is_named(ours: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", ours.bundle)
    assert system_store() == ours.bundle


def test_a_certificate_for_another_host_is_not(ours: Authority, start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(Company(), certificate=ours.certificate("gitlab.example.com")[:2])
    client = http(gitlab, ca_path=ours.bundle)
    with pytest.raises(Unreachable) as raised:
        client.get(USER)
    host = gitlab.url.partition("://")[2]
    assert raised.value.reason.startswith(f"the certificate of {host} is for another name (")
    assert raised.value.reason.endswith("; api_url has to use a name from the certificate.")
    assert client.traffic.retries == 0
    assert gitlab.log == []


def test_a_certificate_that_has_expired(ours: Authority, start_gitlab: StartGitLab, http: OpenClient) -> None:
    gitlab = start_gitlab(Company(), certificate=ours.certificate("127.0.0.1", **EXPIRED)[:2])
    client = http(gitlab, ca_path=ours.bundle)
    with pytest.raises(Unreachable, match=r"is not valid at this time \(certificate has expired\)\.$"):
        client.get(USER)
    assert client.traffic.retries == 0


@pytest.mark.filterwarnings("error")
def test_anything_is_without_validation(gitlab: Simulator, http: OpenClient) -> None:
    assert http(gitlab, validate_certs=False).get(USER).status == 200


def test_the_bundle_of_the_environment_is_trusted(
    gitlab: Simulator, ours: Authority, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ours.bundle)
    assert http(gitlab).get(USER).status == 200


def test_ca_path_wins_over_the_environment(
    gitlab: Simulator, ours: Authority, others: Authority, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", others.bundle)
    assert http(gitlab, ca_path=ours.bundle).get(USER).status == 200
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ours.bundle)
    with pytest.raises(Unreachable, match="cannot be verified"):
        http(gitlab, ca_path=others.bundle).get(USER)


def test_no_validation_wins_over_the_environment(
    gitlab: Simulator, others: Authority, http: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", others.bundle)
    assert http(gitlab, validate_certs=False).get(USER).status == 200


class TestClientCertificate:
    @pytest.fixture
    def gitlab(self, ours: Authority, start_gitlab: StartGitLab) -> Simulator:
        """A GitLab that lets in who presents a certificate of our own authority."""
        certificate = ours.certificate("127.0.0.1")[:2]
        return start_gitlab(Company(), certificate=certificate, client_ca=ours.bundle)

    def test_in_two_files(self, gitlab: Simulator, ours: Authority, http: OpenClient) -> None:
        certificate, key, _both = ours.certificate("me.example.com")
        client = http(gitlab, ca_path=ours.bundle, client_cert=certificate, client_key=key)
        assert client.get(USER).status == 200

    def test_in_one_file(self, gitlab: Simulator, ours: Authority, http: OpenClient) -> None:
        both = ours.certificate("me.example.com")[2]
        assert http(gitlab, ca_path=ours.bundle, client_cert=both).get(USER).status == 200

    @pytest.mark.parametrize("presented", ["nothing", "another authority's"])
    def test_who_presents_something_else_is_not_let_in(
        self, presented: str, gitlab: Simulator, ours: Authority, others: Authority, http: OpenClient
    ) -> None:
        options: dict[str, Any] = {}
        if presented != "nothing":
            options["client_cert"] = others.certificate("me.example.com")[2]
        with pytest.raises(Unreachable) as raised:
            http(gitlab, ca_path=ours.bundle, retries=0, **options).get(USER)
        assert "\n" not in str(raised.value)
        assert gitlab.log == []

    def test_a_file_without_a_certificate(
        self, gitlab: Simulator, ours: Authority, http: OpenClient, tmp_path: Path
    ) -> None:
        empty = tmp_path / "empty.pem"
        empty.touch()
        client = http(gitlab, ca_path=ours.bundle, client_cert=str(empty))
        with pytest.raises(Unreachable) as raised:
            client.post(USER, {})
        assert raised.value.reason == "a file in client_cert, client_key or ca_path cannot be used (PEM lib)."
        assert not raised.value.effect_unknown
        assert client.traffic.retries == 0

    def test_a_key_of_another_certificate(self, gitlab: Simulator, ours: Authority, http: OpenClient) -> None:
        certificate, key = ours.certificate("me.example.com")[0], ours.certificate("you.example.com")[1]
        with pytest.raises(Unreachable, match="a file in client_cert, client_key or ca_path cannot be used"):
            http(gitlab, ca_path=ours.bundle, client_cert=certificate, client_key=key).get(USER)
