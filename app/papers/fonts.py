# SPDX-License-Identifier: MPL-2.0
"""The typefaces of every paper: IBM Plex Sans in four weights, and Noto Emoji for what Plex has no letter for.

Called by `layout`, which measures and draws with nothing else, so no paper can hold an unembedded font or a .notdef. The
files are read once in a process. Must not know of papers or blocks.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Any

from reportlab.pdfbase import pdfmetrics

from app.domain.resources import resource_path
from app.papers.tagged import EmbeddedFont


class Face(StrEnum):
    """The weights a paper is set in, by file; the name is also the font's name in the canvas."""

    LIGHT = "IBMPlexSans-Light"
    REGULAR = "IBMPlexSans-Regular"
    MEDIUM = "IBMPlexSans-Medium"
    BOLD = "IBMPlexSans-SemiBold"
    EMOJI = "NotoEmoji-Regular"


NO_SUCH_LETTER = "◻"
"""Stands, visibly, for a letter that neither typeface has."""

_EMOJI_SCALE = 0.82  # Noto Emoji is cut larger than Plex: so scaled, its signs stand as high as capital letters
_INVISIBLE = ("Cc", "Cf", "Mn", "Me")
_LOOKALIKES = {"\u2010": "-", "\u2011": "-", "\u2015": "–", "\u2212": "–", "\u25cf": "•", "\u25e6": "•", "\u2043": "-"}
_LINES = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


@cache
def font(face: Face) -> EmbeddedFont:
    """The face itself; it is registered with ReportLab when first asked for."""
    font = EmbeddedFont(face.value, str(resource_path("fonts", f"{face.value}.ttf")), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font


@cache
def letters(face: Face) -> frozenset[int]:
    """The code points a face has a glyph for."""
    return frozenset(code for code, glyph in font(face).face.charToGlyph.items() if glyph)


class _Widths(dict[str, float]):
    """The width of each letter met so far, in thousandths of the size; emoji are reckoned in their own face."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def __missing__(self, letter: str) -> float:
        own = Face.EMOJI if _is_emoji(letter) else self._face
        known: Any = font(own).face
        self[letter] = found = float(known.getCharWidth(ord(letter)) * scale(own))
        return found


_widths = cache(_Widths)


def font_name(face: Face) -> str:
    """The name by which ReportLab knows the face."""
    return str(font(face).fontName)


def scale(face: Face) -> float:
    """How much of the wished size a face is drawn at."""
    return _EMOJI_SCALE if face is Face.EMOJI else 1.0


def width(text: str, face: Face, size: float) -> float:
    """How wide cleaned text runs in points, emoji reckoned in their own face."""
    return sum(map(_widths(face).__getitem__, text)) * size / 1000


def runs(text: str, face: Face) -> list[tuple[Face, str]]:
    """Cleaned text cut where the face changes: emoji come from a face of their own."""
    if text.isascii() or _plain().issuperset(text):
        return [(face, text)]
    found: list[tuple[Face, str]] = []
    for letter in text:
        own = Face.EMOJI if _is_emoji(letter) else face
        if found and found[-1][0] is own:
            found[-1] = (own, found[-1][1] + letter)
        else:
            found.append((own, letter))
    return found


@cache
def _plain() -> frozenset[str]:
    """What is no emoji: what every weight of Plex has a glyph for."""
    return frozenset(map(chr, (*range(0x7F), *letters(Face.REGULAR))))


def _is_emoji(letter: str) -> bool:
    return letter not in _plain()


def clean(text: str) -> str:
    """Text as it can be set: every sign in it has a glyph, lines end in "\\n", nothing is taken for markup.

    What cannot be seen (joiners, direction marks, variants of emoji) is left out; a letter no face has becomes a visible box.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_settable, unicodedata.normalize("NFC", _LINES.sub("\n", text))))


def lacks_letters(text: str) -> bool:
    """Whether some letter of it can only stand as a box."""
    if text.isascii() or _plain().issuperset(text):
        return False
    return clean(text).count(NO_SUCH_LETTER) > text.count(NO_SUCH_LETTER)


@cache
def _settable(letter: str) -> str:
    if letter == "\n":
        return letter
    kind = unicodedata.category(letter)
    if letter == "\t" or (kind == "Zs" and letter != "\u00a0"):
        return " "
    if kind in ("Cc", "Cf") or letter in _SKIN_TONES:
        return ""
    if ord(letter) in letters(Face.REGULAR):
        return letter
    if kind in _INVISIBLE:
        return ""
    if ord(letter) in letters(Face.EMOJI):
        return letter
    plain = _LOOKALIKES.get(letter) or unicodedata.normalize("NFKC", letter)
    if plain != letter and all(ord(one) in letters(Face.REGULAR) for one in plain):
        return plain
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return bare if bare and all(ord(one) in letters(Face.REGULAR) for one in bare) else NO_SUCH_LETTER
