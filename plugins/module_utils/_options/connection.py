# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach GitLab: the options of the connection fragment, checked and typed."""

from __future__ import annotations

import os
import re
import typing as t
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import env_fallback

from .._errors import GroupShareError, InvalidOption
from .._http.connection import Connection

MAX_PARALLEL_REQUESTS = 16
# A day, in seconds; the operating system takes no more than some years.
MAX_TIMEOUT = 86_400
TOKEN_VARIABLE = "GITLAB_TOKEN"
# Headers of authentication, content and connection, which only the module may set.
RESERVED_HEADERS = frozenset(
    "accept accept-encoding connection content-encoding content-length content-type deploy-token expect host "
    "if-match if-modified-since if-none-match if-unmodified-since job-token private-token range sudo te "
    "transfer-encoding upgrade user-agent x-http-method-override".split()
)

CONNECTION_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "api_url": {"type": "str", "required": True, "fallback": (env_fallback, ["GITLAB_URL", "CI_SERVER_URL"])},
    "api_token": {"type": "str", "no_log": True, "fallback": (env_fallback, [TOKEN_VARIABLE])},
    "api_oauth_token": {"type": "str", "no_log": True},
    "headers": {"type": "dict", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "timeout": {"type": "int", "default": 30},
    "retries": {"type": "int", "default": 5},
    "max_wait": {"type": "int", "default": 900},
    "parallel_requests": {"type": "int", "default": 4},
}
CONNECTION_REQUIRED_ONE_OF = [("api_token", "api_oauth_token")]
CONNECTION_REQUIRED_BY = {"client_key": "client_cert"}


def connection_from(params: t.Mapping[str, t.Any]) -> Connection:
    """Check the module's parameters and return them typed.

    :raises InvalidOption: naming the option whose value cannot be used.
    """
    for name in ("ca_path", "client_cert", "client_key"):
        if params[name] is not None and not os.path.exists(params[name]):
            raise InvalidOption(name, params[name], "does not exist.")
    for name, lowest in (("timeout", 1), ("retries", 0), ("max_wait", 0)):
        if params[name] < lowest:
            raise InvalidOption(name, params[name], f"must be {lowest} or more.")
    if params["timeout"] > MAX_TIMEOUT:
        raise InvalidOption("timeout", params["timeout"], f"must be {MAX_TIMEOUT} or less.")
    if not 1 <= params["parallel_requests"] <= MAX_PARALLEL_REQUESTS:
        problem = f"must be between 1 and {MAX_PARALLEL_REQUESTS}."
        raise InvalidOption("parallel_requests", params["parallel_requests"], problem)
    auth_header = _auth_header(params)
    return Connection(
        root_url=_root_url(params["api_url"]),
        auth_header=auth_header,
        headers=_headers(params["headers"] or {}, RESERVED_HEADERS | {auth_header[0].lower()}),
        verify=(params["ca_path"] or True) if params["validate_certs"] else False,
        client_cert=_client_cert(params),
        timeout=params["timeout"],
        retries=params["retries"],
        max_wait=params["max_wait"],
        parallel_requests=params["parallel_requests"],
    )


def _root_url(api_url: str) -> str:
    """Return the instance's root for what users write: with or without a trailing slash or /api/v4."""
    try:
        parts = urlsplit(api_url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\x00]", parts.netloc)
        # Reading the port raises for one that is no number.
        has_default_port = parts.port == {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        usable = False
    if not usable:
        # The part before an @ or after a ? may be a secret.
        shown = None if re.search("[@?]", api_url) else api_url
        raise InvalidOption("api_url", shown, "is not a URL like https://gitlab.example.com.")
    if parts.username is not None or parts.password is not None:
        raise InvalidOption("api_url", None, "must not contain a user name or a password; use api_token.")
    if parts.query or parts.fragment:
        raise InvalidOption("api_url", None, "must not have a query or a fragment.")
    path = re.sub(r"(/+api(/+v4)?)?/*$", "", parts.path)
    # Journals and recovery records are compared with it, and host names have no case.
    host = parts.netloc.lower()
    return f"{parts.scheme}://{host.rpartition(':')[0] if has_default_port else host}{path}"


def _auth_header(params: t.Mapping[str, t.Any]) -> tuple[str, str]:
    option = "api_token" if params["api_oauth_token"] is None else "api_oauth_token"
    from_environment = os.environ.get(TOKEN_VARIABLE)
    # Ansible passes a token from the environment like a given one, but only a given one conflicts.
    if option == "api_oauth_token" and params["api_token"] not in (None, from_environment):
        raise GroupShareError("parameters are mutually exclusive: api_token|api_oauth_token")
    token = (params[option] or "").strip()
    if not token and option == "api_token" and params[option] == from_environment:
        raise InvalidOption(option, None, f"is empty, as is the environment variable {TOKEN_VARIABLE}.")
    if not token:
        raise InvalidOption(option, None, "is empty.")
    # A header cannot carry anything else; requests would show the token in its own error.
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise InvalidOption(option, None, "contains characters that no GitLab token has.")
    return ("PRIVATE-TOKEN", token) if option == "api_token" else ("Authorization", f"Bearer {token}")


def _headers(given: t.Mapping[str, t.Any], reserved: t.AbstractSet[str]) -> dict[str, str]:
    """Return the extra headers as texts; messages never repeat a value, which may be a secret."""
    headers: dict[str, str] = {}
    for name, value in given.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise InvalidOption("headers", None, f"must have names of headers as keys, which {name!r} is not.")
        if name.lower() in reserved:
            raise InvalidOption("headers", None, f"must not set {name}, which the module sets itself or never sends.")
        if name.lower() in map(str.lower, headers):
            raise InvalidOption("headers", None, f"must not name {name} twice.")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise InvalidOption("headers", None, f"must have a text as the value of {name}.")
        headers[name] = str(value).strip()
        if not re.fullmatch(r"[\t\x20-\x7e]+", headers[name]):
            raise InvalidOption("headers", None, f"has a value for {name} that is empty or that no header can carry.")
    return headers


def _client_cert(params: t.Mapping[str, t.Any]) -> str | tuple[str, str] | None:
    certificate: str | None = params["client_cert"]
    if certificate is None or params["client_key"] is None:
        return certificate
    return (certificate, params["client_key"])
