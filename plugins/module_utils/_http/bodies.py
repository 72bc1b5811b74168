# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of a JSON API: read within bounds, decoded, and described when they are something else."""

from __future__ import annotations

import html
import json
import re
import time
import typing as t

if t.TYPE_CHECKING:
    import requests

MAX_BYTES = 64 * 1024 * 1024
MAX_SECONDS = 300
MAX_ERROR_TEXT = 300
# Titles stand at the beginning of a page.
PAGE_HEAD = 16 * 1024


class UnreadableBody(Exception):
    """The body is not the JSON that the API sends; the text says what it is instead."""


def read_body(response: requests.Response) -> bytes:
    """Read an answer's body.

    :raises UnreadableBody: when it does not end within MAX_BYTES and MAX_SECONDS.
    :raises requests.RequestException: when the connection breaks before the announced length.
    """
    deadline = time.monotonic() + MAX_SECONDS
    # With urllib3 1.26, requests itself accepts a body that is shorter than announced.
    response.raw.enforce_content_length = True
    chunks, length = [], 0
    for chunk in response.iter_content(256 * 1024):
        chunks.append(chunk)
        length += len(chunk)
        if length > MAX_BYTES:
            raise UnreadableBody(f"the answer is longer than {MAX_BYTES // 1024 // 1024} MiB")
        if time.monotonic() > deadline:
            raise UnreadableBody(f"the answer did not end within {MAX_SECONDS} seconds")
    # Nearly all answers are one chunk, which is not copied here.
    return b"".join(chunks)


def is_json(content_type: str) -> bool:
    """Return whether a Content-Type is that of JSON."""
    media_type = _media_type(content_type)
    return media_type == "application/json" or media_type.endswith("+json")


def decode(content_type: str, body: bytes) -> t.Any:
    """Return the JSON value of a body, None for an empty one.

    :raises UnreadableBody: when it is something else.
    """
    if not body.strip():
        return None
    if not is_json(content_type):
        raise UnreadableBody(f"{_other_text(content_type, body)} instead of JSON")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(f"JSON that is broken or cut off after {len(body)} bytes") from error


def error_text(data: t.Any) -> str:
    """Return in one line what the JSON of an error answer says.

    It comes in many shapes: message or error as a text, error with error_description, message as an object or a list.
    """
    if not isinstance(data, dict):
        return one_line(_flat(data)) or "no text"
    parts = [_flat(data[key]) for key in ("message", "error", "error_description") if data.get(key)]
    return one_line(": ".join(parts)) or "no text"


def one_line(text: str) -> str:
    """Return a text as one printable line of bounded length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_ERROR_TEXT else line[: MAX_ERROR_TEXT - 1] + "…"


def plain_text(body: bytes) -> str:
    """Return the beginning of a body as one line."""
    return one_line(body[: 4 * MAX_ERROR_TEXT].decode("utf-8", "replace"))


def _media_type(content_type: str) -> str:
    return content_type.split(";")[0].strip().lower()


def _other_text(content_type: str, body: bytes) -> str:
    media_type = _media_type(content_type)
    if "html" in media_type:
        title = _title(body)
        return f'an HTML page titled "{title}"' if title else "an HTML page"
    if media_type in ("text/plain", ""):
        return f'the text "{plain_text(body)}"'
    return media_type


def _title(page: bytes) -> str:
    head = page[:PAGE_HEAD].decode("utf-8", "replace")
    for tag in ("title", "h1"):
        found = re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}\s*>", head, re.IGNORECASE | re.DOTALL)
        title = one_line(html.unescape(re.sub(r"<[^>]*>", " ", found[1]))) if found else ""
        if title:
            return title
    return ""


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(
            _flat(item) if key in ("error", "base") else f"{key} {_flat(item)}" for key, item in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return "" if value is None else str(value)
