# SPDX-License-Identifier: MPL-2.0
"""Text set in lines: measured, broken and drawn.

Called by `blocks` and `page`. Takes text as people typed it: there is no markup, so nothing typed can be taken for it. A word
too long for the line is broken where it must be, with no hyphen that nobody wrote. Must not know what the text says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from app.domain.resources import resource_path
from app.domain.tied import tie
from app.papers import fonts
from app.papers.fonts import Face
from app.papers.tagged import Artifact, Run, Tag, TaggedCanvas

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Colour = tuple[float, float, float]


@cache
def colour(name: str) -> Colour:
    """A colour of the palette by its name in `resources/tokens.json`."""
    text = resource_path("tokens.json").read_text(encoding="utf-8")
    code = json.loads(text)["palette"][name].lstrip("#")
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text is set. Sizes in points; `ink` is a colour of the palette."""

    face: Face = Face.REGULAR
    size: float = 10.5
    leading: float = 15.5
    ink: str = "gray-900"


class Span(NamedTuple):
    """Text in one style. Spans that follow each other with no space between are never parted.

    `tag` is what these words are, where they are something else than the text they stand in: a number, a footnote mark.
    """

    text: str
    style: Style
    tag: Tag | None = None


class Piece(NamedTuple):
    """A part of a line in one style, cleaned and measured."""

    text: str
    style: Style
    width: float
    tag: Tag | None = None


class Line(NamedTuple):
    """A set line. `width` leaves out the space at its end, which is drawn all the same: without it a reader aloud joins the
    last word to the first of the next line. Every line ends in one, but where a word is broken."""

    pieces: tuple[Piece, ...]
    width: float


_TOKEN = re.compile(r"\n| +|[^ \n]+")
_MAY_BREAK_AFTER = re.compile(r"(?<=\w[-–/])(?=[^\W\d])")


class _Word(NamedTuple):
    pieces: list[Piece]
    width: float
    space: Piece | None
    ends_line: bool


def set_lines(spans: Sequence[Span], width: float) -> list[Line]:
    """Break spans into lines no wider than `width` points. Line ends in the text are kept; at least one line comes back."""
    return _fill(list(_words(spans)), width)


def _fill(words: Sequence[_Word], width: float) -> list[Line]:
    lines: list[Line] = []
    row: list[Piece] = []
    used = gap = 0.0
    for word in _fitting(words, width):
        if row and used + gap + word.width > width:
            lines.append(Line(tuple(row), used))
            row, used, gap = [], 0.0, 0.0
        row.extend(word.pieces)
        used += gap + word.width
        gap = 0.0
        if word.space is not None:
            row.append(word.space)
            gap = word.space.width
        if word.ends_line:
            lines.append(Line(_with_space(row), used))
            row, used, gap = [], 0.0, 0.0
    lines.append(Line(_with_space(row), used))
    return [Line(tuple(_merged(line.pieces)), line.width) for line in lines]


def _with_space(row: Sequence[Piece]) -> tuple[Piece, ...]:
    return (*row, _piece(" ", row[-1])) if row and not row[-1].text.endswith(" ") else tuple(row)


def set_balanced(spans: Sequence[Span], width: float) -> list[Line]:
    """As `set_lines`, with lines of like length: for words set large. No more lines than need be."""
    words = list(_words(spans))
    lines = _fill(words, width)
    low, high, count = width / 2, width, len(lines)
    while count > 1 and high - low > 4:
        middle = (low + high) / 2
        tried = _fill(words, middle)
        if len(tried) == count and not _parts_a_word(tried):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _parts_a_word(lines: Sequence[Line]) -> bool:
    return any(line.pieces and not line.pieces[-1].text.endswith((" ", "-", "–", "/")) for line in lines[:-1])


def _piece(text: str, like: Span | Piece) -> Piece:
    return Piece(text, like.style, fonts.width(text, like.style.face, like.style.size), like.tag)


def _words(spans: Iterable[Span]) -> Iterable[_Word]:
    """Words with the space after them. A word may hold pieces of several styles, as a word and its footnote mark do."""
    pieces: list[Piece] = []
    for span in spans:
        for token in _TOKEN.findall(tie(fonts.clean(span.text))):
            if token[0] in " \n":
                yield _word(pieces, _piece(token, span) if token[0] == " " else None, token == "\n")
                pieces = []
                continue
            *firsts, last = _MAY_BREAK_AFTER.split(token)
            for part in firsts:
                pieces.append(_piece(part, span))
                yield _word(pieces)
                pieces = []
            pieces.append(_piece(last, span))
    if pieces:
        yield _word(pieces)


def _word(pieces: list[Piece], space: Piece | None = None, ends_line: bool = False) -> _Word:
    width = pieces[0].width if len(pieces) == 1 else sum([piece.width for piece in pieces])
    return _Word(pieces, width, space, ends_line)


def _fitting(words: Iterable[_Word], width: float) -> Iterable[_Word]:
    """The same words, those wider than a line cut into parts that fit."""
    for word in words:
        if word.width <= width:
            yield word
            continue
        part: list[Piece] = []
        used = 0.0
        for letter in (_piece(one, piece) for piece in word.pieces for one in piece.text):
            if part and used + letter.width > width:
                yield _Word(_merged(part), used, None, False)
                part, used = [], 0.0
            part.append(letter)
            used += letter.width
        yield _Word(_merged(part), used, word.space, word.ends_line)


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours in one style made one: fewer strokes of the pen, and text that is found as it was written."""
    found: list[Piece] = []
    for (style, tag), run in groupby(pieces, key=_STYLE_AND_TAG):
        same = list(run)
        found.append(Piece("".join([p.text for p in same]), style, sum([p.width for p in same]), tag))
    return found


_STYLE_AND_TAG = attrgetter("style", "tag")


def draw_line(canvas: TaggedCanvas, line: Line, x: float, baseline: float, tag: Tag | Artifact) -> None:
    """Draw a line from `x`; `baseline` is in the canvas' own points from the foot of the page. `tag` says what the words are."""
    for own, pieces in groupby(line.pieces, key=lambda piece: piece.tag or tag):
        with canvas.marked(own, top=baseline + 2 * line.pieces[0].style.size):
            same = list(pieces)
            canvas.write(x, baseline, [run for piece in same for run in _runs(piece)])
            x += sum(piece.width for piece in same)


def _runs(piece: Piece) -> Iterable[Run]:
    style = piece.style
    for face, part in fonts.runs(piece.text.replace("\u00a0", " "), style.face):
        yield Run(fonts.font(face), style.size * fonts.scale(face), _ink_code(style.ink), part)


@cache
def _ink_code(ink: str) -> str:
    """The PDF operator that fills with a colour of the palette; greys as grey, for printers with black only."""
    red, green, blue = colour(ink)
    return f"{red:.4g} g" if red == green == blue else f"{red:.4g} {green:.4g} {blue:.4g} rg"


def set_ink(canvas: Canvas, ink: str) -> None:
    """Fill shapes with a colour of the palette; greys as grey, for printers with black only."""
    red, green, blue = colour(ink)
    if red == green == blue:
        canvas.setFillGray(red)
    else:
        canvas.setFillColorRGB(red, green, blue)


def one_line(text: str, style: Style, width: float | None = None) -> Line:
    """Text on one line, whatever its length; with a `width` it is shortened by "…" to fit."""
    plain = fonts.clean(text.replace("\n", " "))
    if width is not None and fonts.width(plain, style.face, style.size) > width:
        while plain and fonts.width(plain + "…", style.face, style.size) > width:
            plain = plain[:-1]
        plain = plain.rstrip() + "…"
    piece = _piece(plain, Span(plain, style))
    return Line(tuple(_merged(_with_space([piece]))), piece.width)
