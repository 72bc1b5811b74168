# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates and times in requests, read as Ruby reads them (GitLab API sheet, section 1.1)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*\.?"

# Year or day first, in figures; then with the name of the month.
DATES = (
    re.compile(r"(?<!\d)(?P<first>\d{4})(?P<month>\d\d)(?P<last>\d\d)(?!\d)", re.ASCII),
    re.compile(r"(?<!\d)(?P<first>\d+)(?P<mark>[-./])(?P<month>\d+)(?P=mark)(?P<last>\d+)", re.ASCII),
    re.compile(rf"\b{_MONTH}\s*(?P<first>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<last>\d{{4}})\b", re.ASCII | re.I),
    re.compile(rf"(?<!\d)(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s*{_MONTH},?\s*(?P<last>\d{{4}})\b", re.ASCII | re.I),
)
TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?P<sign>[-+])(?P<hours>\d\d):?(?P<minutes>\d\d))?",
    re.ASCII | re.I,
)


def read_date(text: str) -> date:
    """The first date in a text; ValueError if there is none, or none of the calendar."""
    for pattern in DATES:
        found = pattern.search(text)
        if found:
            parts = found.groupdict()
            name = parts.get("name")
            month = MONTHS.index(name.lower()) + 1 if name else int(parts["month"])
            year, day = parts["first"], parts["last"]
            if len(day) > 2 >= len(year):
                year, day = day, year
            return date(_year(year), month, int(day))
    raise ValueError(text)


def _year(digits: str) -> int:
    """Two digits mean 1969 to 2068."""
    number = int(digits)
    if len(digits) > 2:
        return number
    return number + (2000 if number < 69 else 1900)


def read_moment(text: str) -> datetime:
    """A date with the time behind it, midnight without one, UTC without a zone; ValueError if there is no date."""
    day = read_date(text)
    found = TIME.search(text)
    if not found:
        return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    fraction = (found["fraction"] or "0").ljust(6, "0")[:6]
    return datetime(
        day.year,
        day.month,
        day.day,
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
        int(fraction),
        timezone(_offset(found)),
    )


def _offset(found: re.Match[str]) -> timedelta:
    if not found["sign"]:
        return timedelta(0)
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return -offset if found["sign"] == "-" else offset
