# SPDX-License-Identifier: MPL-2.0
"""The paragraphs of serviceloven an answer can rest on, and how people write them (C3).

Called where a municipality says what its answers rest on, where one is signed, and where a competence is held. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from app.domain.errors import UserError

PARAGRAPHS = ("82a", "82b", "85")
"""As they are kept."""

_BETWEEN = re.compile(r"[,;\n]|\bog\b|\beller\b", re.IGNORECASE)
_NO_PART = re.compile(r"[^0-9a-zæøå]")
_CLEAR = re.compile(r"[0-9]{1,3}[a-z]?|åbent")


def plain(text: str) -> str:
    """A paragraph as it is kept, however it is written: "§ 82 B" is "82b"."""
    return _NO_PART.sub("", unicodedata.normalize("NFKC", text).lower())


def is_under(paragraph: str, limited: str) -> bool:
    """Whether a grant on a paragraph is held by a limit on `limited`. What names no paragraph is held by every limit."""
    return plain(limited).startswith(plain(paragraph)) or _CLEAR.fullmatch(plain(paragraph)) is None


def read_paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs a text names, each once: "§ 82 a og § 82 b" is ("82a", "82b"). Raises UserError for any other."""
    for part in _parts(text):
        if plain(part) not in PARAGRAPHS:
            raise UserError(f"»{part}« er ikke en paragraf, et svar kan hvile på. Skriv 82a, 82b eller 85.")
    return paragraphs_in(text)


def paragraphs_in(text: str) -> tuple[str, ...]:
    """The same, of a text that was kept before anybody looked at it: what is no paragraph is passed over."""
    return tuple(dict.fromkeys(name for part in _parts(text) if (name := plain(part)) in PARAGRAPHS))


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in _BETWEEN.split(text) if plain(part))
