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
from typing import Any, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app.domain.resources import resource_path


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
_BEYOND_BMP = re.compile(r"(?<=> <)[0-9A-F]{5,6}(?=>)")


class _Font(TTFont):
    """ReportLab's font, but for its list of letters: a sign beyond U+FFFF is written in it as PDF wants, as UTF-16.

    Without it an emoji can be seen but neither searched for, copied nor read aloud.
    """

    def addObjects(self, doc: Any) -> None:
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = _BEYOND_BMP.sub(lambda m: chr(int(m[0], 16)).encode("utf-16-be").hex(), stream.content)


@cache
def _font(face: Face) -> Any:
    font = _Font(face.value, str(resource_path("fonts", f"{face.value}.ttf")), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font


@cache
def letters(face: Face) -> frozenset[int]:
    """The code points a face has a glyph for."""
    return frozenset(code for code, glyph in _font(face).face.charToGlyph.items() if glyph)


@cache
def _widths(face: Face) -> dict[str, float]:
    """The width of each letter met so far, in thousandths of the size."""
    return {}


def font_name(face: Face) -> str:
    """The name to hand to the canvas; the face is registered when first asked for."""
    return cast("str", _font(face).fontName)


def scale(face: Face) -> float:
    """How much of the wished size a face is drawn at."""
    return _EMOJI_SCALE if face is Face.EMOJI else 1.0


def width(text: str, face: Face, size: float) -> float:
    """How wide cleaned text runs in points, emoji reckoned in their own face."""
    known, total = _widths(face), 0.0
    for letter in text:
        one = known.get(letter)
        if one is None:
            own = Face.EMOJI if _is_emoji(letter) else face
            one = known[letter] = _font(own).face.getCharWidth(ord(letter)) * scale(own)
        total += one
    return total * size / 1000


def runs(text: str, face: Face) -> list[tuple[Face, str]]:
    """Cleaned text cut where the face changes: emoji come from a face of their own."""
    if not any(map(_is_emoji, text)):
        return [(face, text)]
    found: list[tuple[Face, str]] = []
    for letter in text:
        own = Face.EMOJI if _is_emoji(letter) else face
        if found and found[-1][0] is own:
            found[-1] = (own, found[-1][1] + letter)
        else:
            found.append((own, letter))
    return found


def _is_emoji(letter: str) -> bool:
    return ord(letter) > 0x7E and ord(letter) not in letters(Face.REGULAR)


def clean(text: str) -> str:
    """Text as it can be set: every sign in it has a glyph, lines end in "\\n", nothing is taken for markup.

    What cannot be seen (joiners, direction marks, variants of emoji) is left out; a letter no face has becomes a visible box.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_settable, unicodedata.normalize("NFC", _LINES.sub("\n", text))))


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
