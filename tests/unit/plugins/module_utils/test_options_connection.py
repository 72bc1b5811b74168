# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the connection: what is understood, and what is refused in which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._errors import InvalidOption
from ansible_collections.groupshare.gitlab.tests.support.parts import TOKEN, connection


@pytest.mark.parametrize(
    ("api_url", "root_url"),
    [
        ("https://gitlab.example.com", "https://gitlab.example.com"),
        ("https://gitlab.example.com/", "https://gitlab.example.com"),
        ("https://gitlab.example.com//", "https://gitlab.example.com"),
        ("https://gitlab.example.com/api/v4", "https://gitlab.example.com"),
        ("https://gitlab.example.com/api/v4/", "https://gitlab.example.com"),
        ("https://gitlab.example.com/api", "https://gitlab.example.com"),
        ("  https://gitlab.example.com \n", "https://gitlab.example.com"),
        ("http://gitlab.example.com:8080", "http://gitlab.example.com:8080"),
        ("https://example.com/gitlab", "https://example.com/gitlab"),
        ("https://example.com/git/lab/api/v4/", "https://example.com/git/lab"),
        ("https://example.com/apiary", "https://example.com/apiary"),
        ("https://example.com/my-api", "https://example.com/my-api"),
        ("https://[2001:db8::1]:8443/api/v4", "https://[2001:db8::1]:8443"),
        ("https://gitlab.example.com:443/api/v4", "https://gitlab.example.com"),
        ("http://[2001:db8::1]:80/git", "http://[2001:db8::1]/git"),
        ("http://gitlab.example.com:443", "http://gitlab.example.com:443"),
        ("HTTPS://GitLab.Example.com/Git", "https://gitlab.example.com/Git"),
    ],
)
def test_the_root_of_the_instance(api_url: str, root_url: str) -> None:
    assert connection(api_url).root_url == root_url


@pytest.mark.parametrize(
    "api_url",
    [
        "",
        "gitlab.example.com",
        "//gitlab.example.com",
        "ftp://gitlab.example.com",
        "file:///etc/passwd",
        "https://",
        "https:///api/v4",
        "https://gitlab.example.com:port",
        "https://gitlab.example.com:99999",
        "https://[2001:db8::1",
        "https://gitlab example.com",
        "https://gitlab\0.example.com",
    ],
)
def test_what_is_no_url_is_named(api_url: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        connection(api_url)
    assert str(raised.value).startswith(f"api_url: {api_url!r} ")


@pytest.mark.parametrize(
    ("api_url", "problem"),
    [
        ("https://gitlab.example.com?private_token=hush-7Qx2kLm9", "must not have a query or a fragment."),
        ("https://gitlab.example.com/#hush-7Qx2kLm9", "must not have a query or a fragment."),
        ("https://me:hush-7Qx2kLm9@gitlab.example.com:port", "is not a URL like https://gitlab.example.com."),
    ],
)
def test_what_may_be_a_secret_is_not_repeated(api_url: str, problem: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        connection(api_url)
    assert str(raised.value) == f"api_url {problem}"


@pytest.mark.parametrize("api_url", ["https://me:hush-7Qx2kLm9@gitlab.example.com", "https://hush-7Qx2kLm9@gitlab"])
def test_a_password_in_the_url_is_refused_and_not_repeated(api_url: str) -> None:
    with pytest.raises(InvalidOption, match="must not contain a user name or a password; use api_token") as raised:
        connection(api_url)
    assert "hush" not in str(raised.value)


def test_the_token_goes_in_its_own_header() -> None:
    assert connection(api_token=f" {TOKEN}\n").auth_header == ("PRIVATE-TOKEN", TOKEN)
    assert connection(api_token=None, api_oauth_token="a" * 64).auth_header == ("Authorization", f"Bearer {'a' * 64}")


@pytest.mark.parametrize("option", ["api_token", "api_oauth_token"])
@pytest.mark.parametrize("token", ["", "  ", "glpat-1\nHost: elsewhere", "glpat 1", "glpat-\u00e9", "glpat-\x00"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_repeated(option: str, token: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        connection(**with_token(option, token))
    assert str(raised.value).startswith(option)
    assert "glpat" not in str(raised.value)


def with_token(option: str, token: str) -> dict[str, Any]:
    return {"api_token": None, option: token}


def test_a_connection_does_not_show_its_token() -> None:
    assert TOKEN not in repr(connection())


def test_an_empty_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", "")
    with pytest.raises(InvalidOption) as raised:
        connection(api_token="")
    assert str(raised.value) == "api_token is empty, as is the environment variable GITLAB_TOKEN."
    monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
    with pytest.raises(InvalidOption, match=r"^api_token is empty\.$"):
        connection(api_token="")


class TestHeaders:
    def test_they_are_taken_as_texts(self) -> None:
        given = {"CF-Access-Client-Id": " 7f.access ", "X-Tenant": 7, "Cookie": "a=b; c=d"}
        assert connection(headers=given).headers == {
            "CF-Access-Client-Id": "7f.access",
            "X-Tenant": "7",
            "Cookie": "a=b; c=d",
        }
        assert connection().headers == {}
        assert connection(headers={}).headers == {}

    def test_a_connection_does_not_show_them(self) -> None:
        assert "hush" not in repr(connection(headers={"X-Secret": "hush-7Qx2kLm9"}))

    @pytest.mark.parametrize("name", ["", "X Secret", "X-Secret:", "X-\u00dcber", "X-A\nX-B", "X-A\r\n"])
    def test_a_name_that_is_none_is_told(self, name: str) -> None:
        with pytest.raises(InvalidOption) as raised:
            connection(headers={name: "hush-7Qx2kLm9"})
        assert str(raised.value) == f"headers must have names of headers as keys, which {name!r} is not."

    @pytest.mark.parametrize(
        "value", ["", " ", "hush-7Qx2kLm9\r\nHost: elsewhere", "hush-\u00e9", "hush-\x00", True, None, ["hush"], 1.5]
    )
    def test_a_value_that_no_header_can_carry_is_refused_and_not_repeated(self, value: object) -> None:
        with pytest.raises(InvalidOption, match=r"^headers .* X-Secret") as raised:
            connection(headers={"X-Secret": value})
        assert "hush" not in str(raised.value)

    @pytest.mark.parametrize(
        "name", ["PRIVATE-TOKEN", "private-token", "Job-Token", "Sudo", "Content-Type", "Host", "User-Agent", "Accept"]
    )
    def test_what_the_module_sets_itself_is_refused(self, name: str) -> None:
        with pytest.raises(InvalidOption, match=f"headers must not set {name}"):
            connection(headers={name: "hush-7Qx2kLm9"})

    def test_the_header_of_the_token_in_use_is_refused(self) -> None:
        login = {"authorization": "Basic bWU6aHVzaA=="}
        assert connection(headers=login).headers == login
        with pytest.raises(InvalidOption, match="headers must not set authorization"):
            connection(headers=login, **with_token("api_oauth_token", TOKEN))

    def test_a_name_in_two_spellings_is_refused(self) -> None:
        with pytest.raises(InvalidOption, match="headers must not name x-a twice"):
            connection(headers={"X-A": "one", "x-a": "two"})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", 0),
        ("retries", -1),
        ("max_wait", -1),
        ("parallel_requests", 0),
        ("parallel_requests", 17),
        ("ca_path", "/nowhere/ca.pem"),
        ("client_cert", "/nowhere/cert.pem"),
        ("client_key", "/nowhere/key.pem"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(option: str, value: Any) -> None:
    values: dict[str, Any] = {option: value}
    with pytest.raises(InvalidOption) as raised:
        connection(**values)
    assert str(raised.value).startswith(f"{option}: {value!r} ")


@pytest.mark.parametrize("option", ["retries", "max_wait"])
def test_none_at_all_is_allowed(option: str) -> None:
    values: dict[str, Any] = {option: 0}
    assert getattr(connection(**values), option) == 0


def test_certificates(tmp_path: Path) -> None:
    file = tmp_path / "some.pem"
    file.touch()
    assert connection().verify is True
    assert connection(validate_certs=False).verify is False
    assert connection(ca_path=str(file)).verify == str(file)
    assert connection(ca_path=str(file), validate_certs=False).verify is False
    assert connection().client_cert is None
    assert connection(client_cert=str(file)).client_cert == str(file)
    assert connection(client_cert=str(file), client_key=str(file)).client_cert == (str(file), str(file))
