# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How GitLab searches names and paths, and how alike it finds them (GitLab API sheet, sections 3.4 and 5)."""

from __future__ import annotations

import re

# Parts of words are found only from this length on.
MIN_PARTIAL = 3
QUOTED = re.compile(r'(?:(?<=\A)|(?<= ))"([^"]+)"(?= |\Z)')


def found(search: str, *texts: str) -> bool:
    """Whether one of the texts holds all words of the search; short searches have to match exactly."""
    search = " ".join(search.lower().split())
    terms = [*QUOTED.sub("", search).split(), *QUOTED.findall(search)]
    words = [term for term in terms if len(term) >= MIN_PARTIAL]
    if not words:
        return search in map(str.lower, texts)
    return any(all(word in text for word in words) for text in map(str.lower, texts))


def similarity(search: str, *rules: tuple[str, float]) -> float:
    """How alike texts are to a search, each times its weight, rounded to two digits."""
    return round(sum(_likeness(text, search) * weight for text, weight in rules), 2)


def _likeness(text: str, other: str) -> float:
    """PostgreSQL's similarity(): common trigrams among all."""
    trigrams, others = _trigrams(text), _trigrams(other)
    return len(trigrams & others) / len(trigrams | others) if trigrams | others else 0


def _trigrams(text: str) -> set[str]:
    padded = (f"  {word} " for word in re.findall(r"[^\W_]+", text.lower()))
    return {word[start : start + 3] for word in padded for start in range(len(word) - 2)}
