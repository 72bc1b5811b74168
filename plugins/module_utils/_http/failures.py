# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why no answer arrived: a table from exceptions to a sentence, whether to try again, and what may have been sent.

requests wraps the exceptions of urllib3, which wraps those of Python, differently from version to version. So a row of
the table names the classes that have to occur somewhere in the chain, by their names: that needs neither library.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .bodies import one_line

# What various versions of OpenSSL say when the other side does not speak TLS.
NO_TLS = r"WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|appears to only use HTTP"
BAD_CERTIFICATE = r"CERTIFICATE_VERIFY_FAILED|doesn't match"
OTHER_NAME = r"name mismatch|address mismatch|doesn't match"
WRONG_TIME = r"certificate has expired|certificate is not yet valid"
BAD_FILE = r"PEM lib|NO_START_LINE|KEY_VALUES_MISMATCH|NO_CERTIFICATE_OR_CRL_FOUND"
REFUSED = r"ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)"
WANTS_TLS = "{host} speaks TLS; api_url has to begin with https://"
PROBE_SECONDS = 5
TRY_LATER = rf"\[Errno {socket.EAI_AGAIN}\]"
# What the libraries stumble over by themselves, on the way to the exception that they raise.
INTERNAL = (AttributeError, TypeError, UnicodeError)
SYSTEM_STORES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem")


@dataclass(frozen=True)
class Route:
    """The way that requests take.

    :param scheme: of GitLab's address.
    :param host: of GitLab, with its port if that is given.
    :param proxy: the proxy's address without user and password, or None.
    :param ca_file: the file of authorities to trust, or None for those that come with requests.
    :param timeout: in seconds.
    """

    scheme: str
    host: str
    proxy: str | None
    ca_file: str | None
    timeout: int


@dataclass(frozen=True)
class NoAnswer:
    """No complete answer arrived.

    :param reason: one sentence without its full stop; no header, no URL with a password or a query.
    :param may_pass: another try may succeed.
    :param effect_unknown: the request may have reached GitLab.
    """

    reason: str
    may_pass: bool
    effect_unknown: bool
    status: None = None
    headers: t.Mapping[str, str] = field(default_factory=dict)


class Row(t.NamedTuple):
    """One kind of failure.

    :param classes: names of exceptions, separated by blanks; each of them occurs in the chain.
    :param pattern: found in the text of an exception of the chain.
    :param again: another try may succeed.
    :param sent: the request may have reached GitLab.
    """

    classes: str
    pattern: str
    sentence: str
    again: bool = False
    sent: bool = False


# The first row that fits counts.
ROWS = (
    # The proxy.
    Row("ProxyError", NO_TLS, "the proxy {proxy} does not speak TLS; its address may have to begin with http://"),
    Row("ProxyError", BAD_CERTIFICATE, "the certificate of the proxy {proxy} cannot be verified ({words}); {trust}"),
    Row("OSError", "Tunnel connection failed: 407", "the proxy {proxy} asks for a user name and a password ({words})"),
    Row("OSError", "Tunnel connection failed: 5", "the proxy {proxy} cannot reach {host} ({words})", again=True),
    Row("OSError", "Tunnel connection failed", "the proxy {proxy} lets no request through to {host} ({words})"),
    Row("ProxyError gaierror", TRY_LATER, "the name of the proxy {proxy} cannot be resolved now ({words})", again=True),
    Row("ProxyError gaierror", "", "the name of the proxy {proxy} cannot be resolved ({words})"),
    Row("ProxyError NewConnectionError", "", "no connection to the proxy {proxy} ({words})", again=True),
    Row(
        "ProxyError TimeoutError",
        "",
        "the proxy {proxy} did not answer within {timeout}{or_http}",
        again=True,
        sent=True,
    ),
    Row("ProxyError", "", "no connection through the proxy {proxy} ({words})", again=True, sent=True),
    # The name and the address.
    Row("gaierror", TRY_LATER, "the name of the host {host} cannot be resolved now ({words})", again=True),
    Row("gaierror", "", "the name of the host {host} cannot be resolved ({words}); check api_url"),
    Row("NewConnectionError", "", "no connection to {host} ({words})", again=True),
    Row("ConnectTimeout", "", "{host} did not accept a connection within {timeout}", again=True),
    # TLS.
    Row("SSLError", NO_TLS, "{host} does not speak TLS; api_url may have to begin with http://"),
    Row("BadStatusLine", "^\x15\x03", WANTS_TLS),
    Row("SSLError", BAD_FILE, "a file in client_cert, client_key or ca_path cannot be used ({words})"),
    Row(
        "SSLError",
        OTHER_NAME,
        "the certificate of {host} is for another name ({words}); api_url has to use a name from the certificate",
    ),
    Row("SSLError", WRONG_TIME, "the certificate of {host} is not valid at this time ({words})"),
    Row("SSLError", BAD_CERTIFICATE, "the certificate of {host} cannot be verified ({words}); {trust}"),
    Row("SSLError", REFUSED, "{host} asks for a client certificate that it trusts ({words})", sent=True),
    Row("SSLError", "EOF|BAD_RECORD_MAC", "{host} broke off the TLS connection ({words})", again=True, sent=True),
    Row("SSLError", "", "no TLS connection to {host} ({words})", sent=True),
    # The answer.
    Row("Timeout", "", "{host} did not answer within {timeout}", again=True, sent=True),
    Row("ReadTimeoutError", "", "{host} did not answer within {timeout}", again=True, sent=True),
    Row("ChunkedEncodingError", "", "{host} closed the connection in the middle of its answer", again=True, sent=True),
    Row("ContentDecodingError", "", "{host} closed the connection in the middle of its answer", again=True, sent=True),
    Row("ConnectionError", "", "{host} closed the connection ({words})", again=True, sent=True),
    # What requests refuses to send.
    Row("ValueError", "", "no request to {host} is possible ({words})"),
    Row("OSError", "^(Could not find|Missing dependencies)", "no request to {host} is possible ({words})"),
    Row("Exception", "", "no request to {host} is possible ({words})", sent=True),
)


def explain(error: Exception, route: Route) -> NoAnswer:
    """Return what an exception of requests means for people and for another try."""
    chain = _chain(error)
    texts = [str(link) for link in chain]
    classes = {ancestor.__name__ for link in chain for ancestor in type(link).__mro__}
    row = next(row for row in ROWS if _fits(row, classes, texts))
    reason = row.sentence.format(
        host=route.host,
        proxy=route.proxy,
        timeout=f"{route.timeout} second{'' if route.timeout == 1 else 's'}",
        words=_words(chain),
        trust=_trust(route),
        or_http="; its address may have to begin with http://" if (route.proxy or "").startswith("https:") else "",
    )
    if route.proxy is not None and "{proxy}" not in row.sentence:
        reason += f", through the proxy {route.proxy}"
    return NoAnswer(reason, may_pass=row.again, effect_unknown=row.sent)


def wants_tls(route: Route) -> NoAnswer:
    """Return what to say where http was spoken to a port of https."""
    return NoAnswer(WANTS_TLS.format(host=route.host), may_pass=False, effect_unknown=False)


def speaks_tls(route: Route) -> bool:
    """Return whether the host speaks TLS, whatever its certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    address = urlsplit(f"//{route.host}")
    place = (address.hostname, address.port or 80)
    try:
        with socket.create_connection(place, min(route.timeout, PROBE_SECONDS)) as plain:
            context.wrap_socket(plain, server_hostname=address.hostname).close()
    except OSError:
        return False
    return True


def _fits(row: Row, classes: set[str], texts: list[str]) -> bool:
    return classes.issuperset(row.classes.split()) and any(re.search(row.pattern, text) for text in texts)


def _chain(error: BaseException) -> list[BaseException]:
    """Return an exception and those behind it; the last one is the first that was raised."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        behind = (getattr(link, "reason", None), *link.args, link.__cause__, link.__context__)
        link = next((item for item in behind if isinstance(item, Exception) and not isinstance(item, INTERNAL)), None)
    return chain


def _words(chain: list[BaseException]) -> str:
    """Return what the operating system or the libraries say, from the deepest exception that says something."""
    for link in reversed(chain):
        words = getattr(link, "verify_message", None) or getattr(link, "strerror", None) or str(link)
        # Around the words, OpenSSL puts its codes; a proxy's address may hold a password.
        words = one_line(re.sub(r"^\[[^\]]*\] | \(_ssl\.c:\d+\)$|\S*@", "", str(words))).rstrip(".")
        if words:
            return words
    return type(chain[-1]).__name__


def _trust(route: Route) -> str:
    known = f"in {route.ca_file}" if route.ca_file else "that comes with requests"
    store = system_store()
    example = "" if store == route.ca_file else f", such as the system's {store}"
    return f"it was not issued by an authority {known}; set ca_path or REQUESTS_CA_BUNDLE to the right file{example}"


def system_store() -> str:
    """Return the file of the authorities that the system trusts, which requests does not look into by itself."""
    known = (ssl.get_default_verify_paths().cafile, *SYSTEM_STORES)
    return next((file for file in known if file and os.path.exists(file)), SYSTEM_STORES[0])
