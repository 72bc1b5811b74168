# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on the loopback that does not understand what it is told."""

from __future__ import annotations

import contextlib
import re
import socket
import threading


class RawServer:
    """Answers whatever comes with the same bytes and hangs up; with None it keeps silent until the end."""

    def __init__(self, reply: bytes | None) -> None:
        self._reply = reply
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.received: list[bytes] = []

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        # Closing alone would not wake up the thread that accepts.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for connection in self._connections:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._listening.accept()
            except OSError:
                return
            self._connections.append(connection)
            if self._reply is not None:
                with contextlib.suppress(OSError):
                    self.received.append(_request(connection))
                    connection.sendall(self._reply)
                connection.close()


def _request(connection: socket.socket) -> bytes:
    """Read a request to its end: hanging up before its body has arrived would reset the connection."""
    received = connection.recv(65536)
    head, _blank_line, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        rest = connection.recv(65536)
        if not rest:
            break
        received, body = received + rest, body + rest
    return received


def page(status: str, title: str = "", **headers: str) -> bytes:
    """An answer of something that is no GitLab: a page with a title, or nothing but the status."""
    body = f"<html><title>{title}</title></html>".encode() if title else b""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
