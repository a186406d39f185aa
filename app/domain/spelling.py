# SPDX-License-Identifier: MPL-2.0
"""Which words of a text a dictionary is asked about.

Names are left alone: a word with a capital is asked about only where a sentence begins, and one in capitals never. So is
whatever holds a digit, an @ or a / : dates, numbers, addresses, paragraphs. Pure; must not know the dictionary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SHORTEST = 2

_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+")
_NO_WORDS = re.compile(r"[\d@/\\_]|www\.")
_ENDED = re.compile(r"(?:^|[.!?…:]|\n)[\s\"'»«”’(\[–-]*$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it begins, in characters."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends: the place behind its last letter."""
        return self.start + len(self.text)


def words_to_try(text: str) -> tuple[Word, ...]:
    """The words of `text` a dictionary may be asked about, in their order."""
    found = []
    for token in _TOKEN.finditer(text):
        if _NO_WORDS.search(token[0]):
            continue
        for word in _WORD.finditer(token[0]):
            start = token.start() + word.start()
            if len(word[0]) >= SHORTEST and _is_asked(word[0], text[max(0, start - 40) : start]):
                found.append(Word(start, word[0]))
    return tuple(found)


def _is_asked(word: str, before: str) -> bool:
    if word.islower():
        return True
    return word[1:].islower() and bool(_ENDED.search(before))
