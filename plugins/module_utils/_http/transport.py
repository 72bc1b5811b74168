# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request and its answer: authentication, TLS, proxies, and redirects that stay at home."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qsl, urljoin, urlsplit

from .bodies import UnreadableBody, read_body
from .connection import Connection
from .errors import BadAnswer, Redirected

try:
    import requests
    import urllib3
except ImportError:  # main() says what is missing
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
BAD_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"


@dataclass(frozen=True)
class LostAnswer:
    """No complete answer arrived; whether the request took effect is unknown.

    :param permanent: another try must fail in the same way.
    """

    reason: str
    permanent: bool
    status: None = None
    headers: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came, of any status; names of headers in any case."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The Content-Type header, or an empty text."""
        return self.headers.get("Content-Type", "")


class Transport:
    """Sends requests to one host with one token. May be used from several threads."""

    def __init__(self, connection: Connection, user_agent: str) -> None:
        self._connection = connection
        self.host = urlsplit(connection.root_url).netloc
        if connection.verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
        # With an auth of its own, requests does not look into .netrc.
        self._session.auth = self._authenticate
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._take_over_environment()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=connection.parallel_requests)
        self._session.mount(connection.root_url, adapter)

    def send(self, method: str, path: str, **content: t.Any) -> RawAnswer | LostAnswer:
        """Send one request; a read follows redirects within the same scheme, host and port.

        :param path: what follows the root of the instance.
        :param content: params, json or headers, as requests takes them.
        :raises BadAnswer: when the answer is unbounded, or points elsewhere.
        """
        url = self._connection.root_url + path
        query = dict(content.get("params") or {})
        for _redirect in range(MAX_REDIRECTS):
            answer = self._send_once(method, path, url, content)
            if isinstance(answer, LostAnswer) or answer.status not in REDIRECTS:
                return answer
            url = self._redirected(method, path, url, query, answer)
            content = {}
        raise BadAnswer(method, path, None, f"{self.host} redirects again and again.", effect_unknown=True)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _take_over_environment(self) -> None:
        """Read proxies and CA bundle from the environment once; requests would do so for every request."""
        connection = self._connection
        settings = self._session.merge_environment_settings(
            connection.root_url, {}, True, connection.verify, connection.client_cert
        )
        self._session.trust_env = False
        self._session.proxies = settings["proxies"]
        self._session.verify = settings["verify"]
        self._session.cert = settings["cert"]

    def _authenticate(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        name, value = self._connection.auth_header
        request.headers[name] = value
        return request

    def _send_once(self, method: str, path: str, url: str, content: dict[str, t.Any]) -> RawAnswer | LostAnswer:
        try:
            with self._session.request(
                method, url, allow_redirects=False, stream=True, timeout=self._connection.timeout, **content
            ) as response:
                return RawAnswer(response.status_code, response.headers, read_body(response))
        except (OSError, urllib3.exceptions.HTTPError) as error:
            # All errors of requests are OSErrors; some of those below it come as they are.
            return LostAnswer(self._describe(error), _is_permanent(error))
        except UnreadableBody as error:
            raise BadAnswer(method, path, None, f"{error}.", effect_unknown=True) from error

    def _redirected(self, method: str, path: str, url: str, query: dict[str, str], answer: RawAnswer) -> str:
        """Return where a read is to go on: nowhere else, and to nothing else, such as a list without its filters."""
        target = urljoin(url, answer.headers.get("Location", ""))
        parts = urlsplit(target)
        if method != "GET" or parts[:2] != urlsplit(url)[:2] or dict(parse_qsl(parts.query)) != query:
            raise Redirected(method, path, answer.status, target, effect_unknown=True)
        return target

    def _describe(self, error: Exception) -> str:
        """Return one sentence for people: no address of an object, no header, no URL."""
        text = str(error)
        timeout = self._connection.timeout
        if BAD_CERTIFICATE in text:
            return f"the certificate of {self.host} cannot be verified ({_root_cause(error)}); name its CA in ca_path"
        if _is_permanent(error):
            return f"no request to {self.host} is possible ({_root_cause(error)})"
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return f"{self.host} did not accept a connection within {timeout} seconds"
        if isinstance(error, requests.exceptions.Timeout) or "Read timed out" in text:
            return f"{self.host} did not answer within {timeout} seconds"
        if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
            return f"{self.host} broke off in the middle of its answer"
        where = (
            f"through the proxy to {self.host}"
            if isinstance(error, requests.exceptions.ProxyError)
            else f"to {self.host}"
        )
        return f"no connection {where} ({_root_cause(error)})"


def _is_permanent(error: Exception) -> bool:
    transient = (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    )
    return not isinstance(error, transient) or BAD_CERTIFICATE in str(error)


def _root_cause(error: BaseException) -> str:
    """Return the words of the operating system or of the libraries that lie deepest in a chain of errors."""
    words = type(error).__name__
    seen: set[int] = set()
    rest: list[BaseException] = [error]
    while rest:
        cause = rest.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        inner = getattr(cause, "reason", None)
        words = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or _own_words(cause) or words
        rest += [
            item for item in (cause.__cause__, cause.__context__, inner, *cause.args) if isinstance(item, BaseException)
        ]
    return words


def _own_words(cause: BaseException) -> str | None:
    """Return what an error says of a wrong address or setting, where it cannot repeat the password of a proxy."""
    if isinstance(cause, urllib3.exceptions.LocationParseError):
        return "no valid host name"
    plain = isinstance(cause, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema))
    # A missing CA bundle, for example, is an OSError that requests raises in its own words.
    plain = plain or (isinstance(cause, OSError) and not isinstance(cause, requests.RequestException))
    return str(cause).rstrip(".") if plain else None
