# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the body of a request says: JSON, a form, or a form in parts."""

from __future__ import annotations

import json
from email import message_from_bytes
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class TooDeep(ValueError):
    """JSON that is nested deeper than GitLab reads."""


def json_object(body: bytes, max_nesting: int) -> dict[str, object]:
    """The object in a JSON body, empty for any other value; ValueError for what GitLab cannot parse."""
    try:
        content = json.loads(body, parse_constant=_refuse)
    except RecursionError:
        raise TooDeep from None
    _check_nesting(content, max_nesting)
    return content if isinstance(content, dict) else {}


def _refuse(constant: str) -> object:
    """Python's parser reads NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


def _check_nesting(value: object, left: int) -> None:
    if isinstance(value, (dict, list)):
        if left == 0:
            raise TooDeep
        for item in value.values() if isinstance(value, dict) else value:
            _check_nesting(item, left - 1)


def form_pairs(media_type: str, content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Names and values of the fields of a form; none if the body is no form."""
    if media_type == FORM:
        return parse_qsl(_text(body), keep_blank_values=True)
    if media_type == MULTIPART:
        return _fields(content_type, body)
    return []


def _fields(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The fields of a form in parts, files left out."""
    form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    pairs = []
    for part in form.walk():
        name = part.get_param("name", header="Content-Disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes) and part.get_filename() is None:
            pairs.append((name, _text(value)))
    return pairs


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
