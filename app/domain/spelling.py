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


def words_to_try(text: str, *, names: bool = False) -> tuple[Word, ...]:
    """The words of `text` a dictionary may be asked about, in their order.

    `names`: the text is names with words beside them, and a word with a capital is one of them also where it stands first.
    """
    found = []
    for token in _TOKEN.finditer(text):
        if _NO_WORDS.search(token[0]):
            continue
        for word in _WORD.finditer(token[0]):
            start = token.start() + word.start()
            asked = word[0].islower() or (not names and _begins(word[0], text[max(0, start - 40) : start]))
            if asked and len(word[0]) >= SHORTEST:
                found.append(Word(start, word[0]))
    return tuple(found)


def _begins(word: str, before: str) -> bool:
    """Whether a word has its one capital because a sentence begins with it."""
    return word[1:].islower() and bool(_ENDED.search(before))
