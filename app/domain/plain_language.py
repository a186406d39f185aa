# SPDX-License-Identifier: MPL-2.0
"""Officialese and the plain word for it: the municipality's own short list, read and looked for in a text (domain § 6.5).

Called where somebody writes what the citizen is to read, and where the list is written. A pointer, never a verdict. Pure;
must not know whose text it reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r"\s*(?P<heavy>[^=]+?)\s*=\s*(?P<plain>.*?)\s*")
ANY_ENDING = "*"


@dataclass(frozen=True, slots=True)
class Plainer:
    """One line of the list: the word or words as written in it (a * at the end is any ending), and what to say instead."""

    heavy: str
    plain: str


@dataclass(frozen=True, slots=True)
class Found:
    """An officialese word as it stands in a text, and the plain one for it."""

    words: str
    plain: str


def read_list(text: str) -> tuple[Plainer, ...]:
    """The list as people write it, one "såfremt = hvis" a line. A line that is none yet says nothing."""
    matches = (_LINE.fullmatch(line) for line in text.splitlines())
    return tuple(Plainer(m["heavy"], m["plain"]) for m in matches if m is not None and m["plain"])


def find(text: str, pairs: Sequence[Plainer]) -> tuple[Found, ...]:
    """What of the list stands in `text`, each once, in the order of the text; of two that overlap the longer."""
    hits = [(hit.start(), -len(hit[0]), hit[0], pair.plain) for pair in pairs for hit in _pattern(pair).finditer(text)]
    found: dict[str, Found] = {}
    end = 0
    for start, length, words, plain in sorted(hits):
        if start >= end:
            end = start - length
            found.setdefault(words.casefold(), Found(words, plain))
    return tuple(found.values())


def _pattern(pair: Plainer) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in pair.heavy.removesuffix(ANY_ENDING).split())
    ending = r"\w*" if pair.heavy.endswith(ANY_ENDING) else ""
    return re.compile(rf"(?<!\w){words}{ending}(?!\w)", re.IGNORECASE)
