# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP/1.1 on a loopback socket: keep-alive, TLS, answers that go out whole or broken."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

from .answers import Answer, reason
from .request import Request
from .world import World

# Closing with this set sends a reset instead of an orderly end.
RESET = struct.pack("ii", 1, 0)
ENDLESS_CHUNK = b" " * 65536
ENDLESS_PAUSE = 0.01
# What nginx takes of method, path and query together (section 8).
MAX_REQUEST_LINE = 8192


@dataclass(frozen=True)
class Delivery:
    """An answer and how it goes out: whole, by reset not at all, cut in the middle, or endless."""

    answer: Answer
    manner: str = "whole"


class HttpServer(ThreadingHTTPServer):
    """Listens from the start, answers between start and stop."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        exchange: Callable[[Request], Delivery],
        world: World,
        port: int,
        certificate: tuple[str, str] | None,
        client_ca: str | None,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.exchange = exchange
        self.world = world
        self.scheme = "https" if certificate else "http"
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        if certificate:
            self.socket = _tls_context(certificate, client_ca).wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    @property
    def open_connections(self) -> int:
        """How many connections have been accepted and not been closed."""
        with self._open_lock:
            return len(self._open)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            # A connection of our own wakes the thread that waits for one.
            socket.create_connection(("127.0.0.1", self.server_port)).close()
            self._thread.join()
        self.server_close()
        with self._open_lock:
            for connection in self._open:
                _shut(connection)

    def wait(self, seconds: float) -> None:
        """Waits; if the server stops meanwhile, the request ends without an answer."""
        if self._stopped.wait(seconds):
            raise ConnectionAbortedError("the server has stopped")

    def _accept(self) -> None:
        while not self._stopped.is_set():
            self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        # Straight to the close: an orderly end before it would spoil a reset.
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may hang up and fail handshakes; anything else is a defect and shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _tls_context(certificate: tuple[str, str], client_ca: str | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the client may have been faster
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests of one connection and sends what the exchange gives for each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def log_message(self, *_unused: Any) -> None:
        """The simulator keeps its own log."""

    def _serve(self) -> None:
        """Answers a request; what nginx refuses never reaches GitLab and its log."""
        try:
            body = self._body()
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        if len(self.requestline) > MAX_REQUEST_LINE:
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            return
        self._exchange(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def _body(self) -> bytes:
        """The body of the request; ValueError if it does not say how long it is."""
        if (self.headers.get("Transfer-Encoding") or "").lower() == "chunked":
            return _read_chunks(self.rfile)
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal():
            raise ValueError(f"{length!r} is no length")
        return self.rfile.read(int(length))

    def _exchange(self, body: bytes) -> None:
        request = Request(
            method=self.command,
            target=self.path,
            headers=self.headers,
            body=body,
            address=self.client_address[0],
            scheme=self.server.scheme,
            host=self.headers.get("Host") or f"127.0.0.1:{self.server.server_port}",
            relative_url=self.server.world.settings.relative_url,
        )
        delivery = self.server.exchange(request)
        if delivery.manner == "reset":
            self._reset()
        elif delivery.manner == "cut":
            self._send_half(delivery.answer)
        elif delivery.manner == "endless":
            self._send_for_ever(delivery.answer)
        else:
            self._send(delivery.answer)

    def _send(self, answer: Answer) -> None:
        head = self._head(answer, f"Content-Length: {len(answer.body)}")
        self.wfile.write(head if self.command == "HEAD" else head + answer.body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close_connection = True

    def _send_half(self, answer: Answer) -> None:
        self.close_connection = True
        half = answer.body[: len(answer.body) // 2]
        self.wfile.write(self._head(answer, f"Content-Length: {len(answer.body) + 1}") + half)

    def _send_for_ever(self, answer: Answer) -> None:
        self.close_connection = True
        self.wfile.write(self._head(answer, "Transfer-Encoding: chunked") + _chunk(b"["))
        while True:
            self.wfile.write(_chunk(ENDLESS_CHUNK))
            self.server.wait(ENDLESS_PAUSE)

    def _head(self, answer: Answer, framing: str) -> bytes:
        lines = [
            f"HTTP/1.1 {answer.status} {reason(answer.status)}",
            "Server: nginx",
            f"Date: {formatdate(usegmt=True)}",
            f"Connection: {'close' if self.close_connection else 'keep-alive'}",
        ]
        if answer.status != 204:
            lines += [f"Content-Type: {answer.content_type}"] if answer.content_type else []
            lines.append(framing)
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _read_chunks(stream: BufferedIOBase) -> bytes:
    """A body in chunks, without their extensions and trailers; ValueError for a size that is none."""
    chunks = []
    while (size := int(stream.readline().partition(b";")[0], 16)) > 0:
        chunks.append(stream.read(size))
        stream.readline()
    while stream.readline().strip():
        pass
    return b"".join(chunks)
