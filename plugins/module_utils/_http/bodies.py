# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of a JSON API: read within bounds, decoded, and their error texts found."""

from __future__ import annotations

import json
import time
import typing as t

if t.TYPE_CHECKING:
    import requests

MAX_BYTES = 64 * 1024 * 1024
MAX_SECONDS = 300
MAX_ERROR_TEXT = 300


class UnreadableBody(Exception):
    """The body is not the JSON that the API sends; the text says what it is instead."""


def read_body(response: requests.Response) -> bytes:
    """Read an answer's body.

    :raises UnreadableBody: when it does not end within MAX_BYTES and MAX_SECONDS.
    :raises requests.RequestException: when the connection breaks before the announced length.
    """
    deadline = time.monotonic() + MAX_SECONDS
    # requests itself accepts a body that is shorter than announced when it runs on urllib3 1.26.
    response.raw.enforce_content_length = True
    body = bytearray()
    for chunk in response.iter_content(256 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            raise UnreadableBody(f"the answer is longer than {MAX_BYTES // 1024 // 1024} MiB")
        if time.monotonic() > deadline:
            raise UnreadableBody(f"the answer did not end within {MAX_SECONDS} seconds")
    return bytes(body)


def decode(content_type: str, body: bytes) -> t.Any:
    """Return the JSON value of a body, None for an empty one.

    :raises UnreadableBody: when it is something else.
    """
    if not body.strip():
        return None
    media_type = content_type.split(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnreadableBody(f"expected JSON, got {media_type or 'no content type'}")
    try:
        return json.loads(body)
    except ValueError as error:
        raise UnreadableBody(f"the JSON is broken or cut off after {len(body)} bytes") from error


def error_text(content_type: str, body: bytes) -> str:
    """Return what an error answer says, in one line, for every shape that GitLab and what stands before it send.

    The shapes: message or error as a text, error with error_description, message as an object or a list, plain text,
    HTML.
    """
    try:
        data = decode(content_type, body)
    except UnreadableBody:
        if "html" in content_type.lower():
            return "an HTML page instead of JSON (from a proxy, a load balancer or a login page?)"
        text = body[: 4 * MAX_ERROR_TEXT].decode("utf-8", "replace")
        return _one_line(text) or "no text"
    if not isinstance(data, dict):
        return _one_line(_flat(data)) or "no text"
    parts = [_flat(data[key]) for key in ("message", "error", "error_description") if data.get(key)]
    return _one_line(": ".join(parts)) or "no text"


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(
            _flat(item) if key in ("error", "base") else f"{key} {_flat(item)}" for key, item in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return "" if value is None else str(value)


def _one_line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_ERROR_TEXT else line[: MAX_ERROR_TEXT - 1] + "…"
