# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request and its answer: authentication, TLS, proxies, and redirects within the same host."""

from __future__ import annotations

import typing as t
from urllib.parse import parse_qsl, urljoin, urlsplit

from .._errors import GroupShareError
from .answers import RawAnswer
from .bodies import UnreadableBody, read_body
from .connection import Connection
from .errors import BadAnswer, Redirected
from .failures import NoAnswer, Route, explain, speaks_tls, wants_tls

try:
    import requests
    import urllib3
except ImportError:  # main() reports it
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


class Transport:
    """Sends requests to one host with one token. May be used from several threads."""

    def __init__(self, connection: Connection, user_agent: str) -> None:
        self._connection = connection
        if connection.verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        # A session would take a fifth more processor time, to merge cookies and settings into each request, and would
        # read .netrc.
        self._adapter = _one_host_adapter(connection.parallel_requests)
        self._settings = _settings(connection)
        self._headers = self._common_headers(user_agent)
        self.route = self._route()
        self._scheme_is_right = self.route.scheme == "https" or self.route.proxy is not None

    def send(self, method: str, path: str, follows_redirects: bool = False, **content: t.Any) -> RawAnswer | NoAnswer:
        """Send one request.

        :param path: what follows the root of the instance.
        :param follows_redirects: go where an answer points, within the same scheme, host and port.
        :param content: params, json or headers, as requests takes them.
        :raises BadAnswer: when the answer is unbounded, or points elsewhere.
        """
        url = self._connection.root_url + path
        query = dict(content.get("params") or {})
        for _redirect in range(MAX_REDIRECTS):
            answer = self._send_once(method, path, url, content)
            if isinstance(answer, NoAnswer) or answer.status not in REDIRECTS:
                return answer
            url = self._redirected(method, path, url, query, answer, follows_redirects)
            content = {}
        raise BadAnswer(method, path, None, f"{self.route.host} keeps redirecting.")

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def _common_headers(self, user_agent: str) -> requests.structures.CaseInsensitiveDict[str]:
        name, value = self._connection.auth_header
        headers = requests.utils.default_headers()
        headers.update({**self._connection.headers, "User-Agent": user_agent, "Accept": "application/json"})
        headers[name] = value
        return headers

    def _route(self) -> Route:
        """Return how requests get to GitLab, for the messages about those that do not."""
        root = urlsplit(self._connection.root_url)
        proxy = requests.utils.select_proxy(self._connection.root_url, self._settings["proxies"])
        verify = self._settings["verify"]
        ca_file = verify if isinstance(verify, str) else None
        return Route(root.scheme, root.netloc, _without_password(proxy), ca_file, self._connection.timeout)

    def _send_once(self, method: str, path: str, url: str, content: dict[str, t.Any]) -> RawAnswer | NoAnswer:
        try:
            request = self._prepare(method, url, **content)
            with self._adapter.send(request, timeout=self._connection.timeout, **self._settings) as response:
                self._scheme_is_right = True
                return RawAnswer(response.status_code, response.headers, read_body(response))
        except (OSError, urllib3.exceptions.HTTPError) as error:
            # All errors of requests are OSErrors; some of those below it come as they are.
            return self._explained(error)
        except UnreadableBody as error:
            raise BadAnswer(method, path, None, f"{error}.", effect_unknown=method != "GET") from error

    def _prepare(
        self,
        method: str,
        url: str,
        params: t.Mapping[str, str] | None = None,
        json: t.Any = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> requests.PreparedRequest:
        request = requests.PreparedRequest()
        request.prepare_method(method)
        request.prepare_url(url, params)
        request.headers = self._headers.copy()
        request.headers.update(headers or {})
        request.prepare_body(None, None, json)
        return request

    def _explained(self, error: Exception) -> NoAnswer:
        outcome = explain(error, self.route)
        if self._scheme_is_right or not outcome.effect_unknown:
            return outcome
        # Some servers just hang up on a client that does not speak TLS: ask once.
        self._scheme_is_right = True
        return wants_tls(self.route) if speaks_tls(self.route) else outcome

    def _redirected(
        self, method: str, path: str, url: str, query: dict[str, str], answer: RawAnswer, follow: bool
    ) -> str:
        """Return where a read goes on: within the same origin, with the same query.

        :raises Redirected: when it is not to go on, or the answer points elsewhere, to a login page, or to a list
            without its filters.
        """
        location = answer.headers.get("Location", "")
        try:
            target = urljoin(url, location)
            parts = urlsplit(target)
        except ValueError as error:
            raise Redirected(method, path, answer.status, location, effect_unknown=method != "GET") from error
        elsewhere = parts[:2] != urlsplit(url)[:2] or dict(parse_qsl(parts.query)) != query
        if not follow or elsewhere or parts.path.endswith(Redirected.LOGIN_PAGE):
            raise Redirected(method, path, answer.status, target, effect_unknown=method != "GET")
        return target


def _one_host_adapter(connections: int) -> requests.adapters.HTTPAdapter:
    """Return an adapter for one host, with the same proxy and certificates for all requests."""

    class OneHostAdapter(requests.adapters.HTTPAdapter):
        """Looks for its pool of connections once. Before requests 2.32 nothing asks it for that."""

        _pool: t.Any = None

        def get_connection_with_tls_context(self, *request: t.Any, **settings: t.Any) -> t.Any:
            """Return the pool; requests offers this method to subclasses."""
            if self._pool is None:
                self._pool = super().get_connection_with_tls_context(*request, **settings)
            return self._pool

    return OneHostAdapter(pool_maxsize=connections)


def _settings(connection: Connection) -> dict[str, t.Any]:
    """Return proxies and certificates as an adapter takes them, read from the environment once."""
    with requests.Session() as session:
        return dict(
            session.merge_environment_settings(connection.root_url, {}, True, connection.verify, connection.client_cert)
        )


def _without_password(proxy: str | None) -> str | None:
    """Return a proxy's address as it may be shown; requests takes one without a scheme for one of http.

    :raises GroupShareError: when it names no host, which requests does not expect.
    """
    if not proxy:
        return None
    scheme, _separator, rest = proxy.rpartition("://")
    host = rest.rpartition("@")[2]
    if not host.strip("/"):
        raise GroupShareError("The address of a proxy in the environment (https_proxy, http_proxy) names no host.")
    return f"{scheme or 'http'}://{host}"
