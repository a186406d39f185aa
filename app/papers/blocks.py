# SPDX-License-Identifier: MPL-2.0
"""The few blocks every paper is composed of. Each can set itself to a width, as strips the page may part, and has a large form.

Called by the papers, which compose, and by `page`, which places. All drawing of content happens here and in `figures`. Each
block says what it is to a reader aloud (`tagged.Tag`: heading, paragraph, list, quote), so a paper composed of them is tagged
for nothing; only drawing of one's own must be put under a tag, or it is decoration. Must not know of any record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from app.papers import fonts
from app.papers.fonts import Face
from app.papers.large import AIR, enlarged
from app.papers.layout import Line, Span, Style, draw_line, set_balanced, set_lines
from app.papers.tagged import Artifact, Numbering, Role, Tag, TaggedCanvas

BODY = Style()
QUIET = Style(ink="gray-600")
SMALL = Style(size=9.5, leading=13.5)
STRONG = Style(face=Face.BOLD)
NOTE = Style(size=8, leading=11, ink="gray-600")
LABEL = Style(face=Face.BOLD, size=10.5)
FINE = Style(size=9, leading=13)
ITEM = Style(face=Face.MEDIUM, size=11.5, leading=16.5)
TITLE = Style(face=Face.MEDIUM, size=13.5, leading=18)
LEAD = Style(face=Face.LIGHT, size=22, leading=29)

_ASCENT = 0.78  # of the size: where Plex stands in its line

Draw = Callable[[TaggedCanvas, float, float], None]
"""Draws at (x of the left edge, y of the top edge), in points from the page's lower left corner."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its mark in the text and what it says at the foot of the same page."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A slice of a block that is never parted. `before` is the space above it, which falls away at the top of a page.

    `above` is drawn over it where it opens a page: the titles of a table that goes on. It must be drawn as an artifact.
    """

    height: float
    draw: Draw
    before: float = 0.0
    keep: bool = False  # with the strip that follows
    notes: tuple[Note, ...] = ()
    above: Strip | None = None


class Block(Protocol):
    """What a page is made of."""

    def strips(self, width: float) -> list[Strip]:
        """The block set to `width` points, from the top."""

    def large(self) -> Block:
        """The block as it is laid out in large print."""


def baseline(top: float, style: Style) -> float:
    """Where a line of text stands in its leading."""
    return top - (style.leading - style.size) / 2 - style.size * _ASCENT


def line_strips(lines: Iterable[Line], style: Style, tag: Tag) -> list[Strip]:
    """Lines of one text as strips. After an empty line it is a paragraph more to a reader aloud."""
    strips: list[Strip] = []
    for line in lines:
        if not line.pieces and strips:
            tag = replace(tag)
        strips.append(_line_strip(line, style, tag))
    return strips


def _line_strip(line: Line, style: Style, tag: Tag) -> Strip:
    def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
        draw_line(canvas, line, x, baseline(top, style), tag)

    return Strip(style.leading, draw)


class Cell(NamedTuple):
    """Lines that stand beside others. `left` is where they begin, or where each ends when they stand `to_right`."""

    left: float
    lines: Sequence[Line]
    tag: Tag | Artifact
    to_right: bool = False


UNPARTED = 5
"""The most lines of a row that are never parted."""


def beside(cells: Sequence[Cell], style: Style) -> list[Strip]:
    """Cells beside each other. A short row is one strip, drawn cell by cell, as it is read; a long one a strip a line."""
    count = max(len(cell.lines) for cell in cells)
    if count <= UNPARTED:
        return [_beside(cells, style, range(count))]
    return [_beside(cells, style, range(i, i + 1)) for i in range(count)]


def _beside(cells: Sequence[Cell], style: Style, numbers: range) -> Strip:
    def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
        for left, lines, tag, to_right in cells:
            for i, line in enumerate(lines[numbers.start : numbers.stop]):
                offset = left - line.width if to_right else left
                draw_line(canvas, line, x + offset, baseline(top - i * style.leading, style), tag)

    return Strip(len(numbers) * style.leading, draw)


def keeping(
    strips: Sequence[Strip], *, before: float = 0.0, keep: bool = False, notes: Sequence[Note] = ()
) -> list[Strip]:
    """The strips of one text: no line of it alone at the foot or the top of a page, `keep` with what follows."""
    last = len(strips) - 1
    return [
        Strip(
            strip.height,
            strip.draw,
            before=before if i == 0 else strip.before,
            keep=(i == 0 and last > 0) or i == last - 1 or (keep and i == last) or strip.keep,
            notes=(*strip.notes, *notes) if i == last else strip.notes,
            above=strip.above,
        )
        for i, strip in enumerate(strips)
    ]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `balanced`: in lines of like length. `level`: it is a heading too, though it may stand alone."""

    spans: Sequence[Span]
    style: Style = BODY
    before: float = 0.0
    keep: bool = False
    notes: Sequence[Note] = ()
    balanced: bool = False
    level: int = 0

    def strips(self, width: float) -> list[Strip]:
        """One strip a line."""
        lines = (set_balanced if self.balanced else set_lines)(self.spans, width)
        said = "".join(span.text for span in self.spans)
        tag = _heading_tag(said, self.level) if self.level else Tag(Role.PARAGRAPH)
        strips = line_strips(lines, self.style, tag)
        return keeping(strips, before=self.before, keep=self.keep, notes=self.notes)

    def large(self) -> Paragraph:
        """In large letters."""
        spans = [span._replace(style=enlarged(span.style)) for span in self.spans]
        return replace(self, spans=spans, style=enlarged(self.style), before=self.before * AIR)


def paragraph(text: str, style: Style = BODY, before: float = 0.0, *, keep: bool = False, level: int = 0) -> Paragraph:
    """Text in one style; what is set large, in lines of like length."""
    return Paragraph((Span(text, style),), style, before, keep, balanced=style.size > TITLE.size, level=level)


def _heading_tag(text: str, level: int) -> Tag:
    return Tag(Role.heading(level), title=" ".join(fonts.clean(text).split()))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, never parted from what follows. The mark of its `note` is set close to its last word.

    `level` is 2 for a part of the paper and 3 for a part of a part; the paper's name at its head is 1. A level is never skipped.
    """

    text: str
    style: Style = LABEL
    before: float = 16.0
    note: Note | None = None
    level: int = 2

    def strips(self, width: float) -> list[Strip]:
        """Every line is kept with the next; a heading of half a page may be parted like other text."""
        tag = _heading_tag(self.text, self.level)
        spans = [Span(self.text, self.style)]
        if self.note:
            mark = replace(self.style, face=Face.REGULAR)
            spans.append(Span(self.note.mark, mark, Tag(Role.REFERENCE, tag)))
        lines = set_lines(spans, width)
        strips = [_line_strip(line, self.style, tag) for line in lines]
        kept = [replace(s, keep=True) for s in strips] if len(strips) <= 12 else strips
        return keeping(kept, before=self.before, keep=True, notes=(self.note,) if self.note else ())

    def large(self) -> Heading:
        """In large letters."""
        return replace(self, style=enlarged(self.style), before=self.before * AIR)


@dataclass(frozen=True, slots=True)
class Quote:
    """The citizen's own words, large and light; the longer they are, the smaller, down to a size still easily read."""

    text: str
    before: float = 0.0
    largest: float = 24.0
    face: Face = Face.LIGHT
    sizes: Sequence[tuple[float, int]] = (
        (24, 4),
        (20, 5),
        (17, 6),
        (14.5, 8),
        (12.5, 999),
    )  # and the most lines in each

    def strips(self, width: float) -> list[Strip]:
        """Set in lines of like length."""
        lines: list[Line] = []
        style = Style(face=self.face)
        for size, most in self.sizes:
            if size > self.largest:
                continue
            style = Style(face=self.face, size=size, leading=round(size * 1.3, 1))
            lines = set_lines((Span(f"»{self.text.strip()}«", style),), width)
            if len(lines) <= most:
                break
        if len(lines) <= 4:
            lines = set_balanced((Span(f"»{self.text.strip()}«", style),), width)
        return keeping(line_strips(lines, style, Tag(Role.PARAGRAPH, Tag(Role.QUOTE))), before=self.before)

    def large(self) -> Quote:
        """The largest on the page here too, and in no thin letters; a second quotation stands under it."""
        largest = 30.0 if self.largest >= 20 else 22.0
        sizes = ((30.0, 5), (26.0, 6), (22.0, 8), (20.0, 999))
        return replace(self, before=self.before * AIR, largest=largest, face=Face.REGULAR, sizes=sizes)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: a label, what it says, and something short at the right. `number` is its place, where that matters."""

    label: str
    text: str
    right: str = ""
    number: int = 0


_UNDER_ONE_LABEL = 8  # rows after which a label is said again
_COLUMN_GAP = 12.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows under each other, in columns that line up. A label like the one above it is not said again.

    `right_width` is the most that may stand at the right; it gets the room its longest needs.
    To a reader aloud it is a list; rows under one label are a list within it.
    """

    rows: Sequence[Row]
    label_width: float = 92.0
    right_width: float = 178.0
    style: Style = BODY
    label_style: Style = STRONG
    before: float = 4.0
    between: float = 2.0
    under: bool = False  # label, text and what stands at the right under each other

    def strips(self, width: float) -> list[Strip]:
        """One strip a line of a row; a short row is not parted, nor are rows that share one label."""
        found: list[Strip] = []
        few, right = len(self.rows) <= 3, self._right()
        whole = Tag(Role.LIST, numbering=None if self.label_width else _numbering(self.rows))
        for group in self._groups():
            item = Tag(Role.ITEM, whole)
            label = Tag(Role.LABEL, item) if group[0].label and self.label_width else None
            within = label and (len(group) > 1 or group[0].number)
            inner = Tag(Role.LIST, Tag(Role.BODY, item), numbering=_numbering(group)) if within else None
            for i, row in enumerate(group):
                if found and (i > 0 or few):
                    found[-1] = replace(found[-1], keep=True)
                own = Tag(Role.ITEM, inner) if inner else item
                before = self.between if found else self.before
                found += keeping(self._row(row, None if i else label, own, width, right), before=before)
        return found

    def large(self) -> Rows:
        """Under each other, so that every line has the whole width."""
        return replace(
            self,
            under=True,
            style=enlarged(self.style),
            label_style=enlarged(replace(self.label_style, face=Face.BOLD)),
            before=self.before * AIR,
            between=max(8.0, self.between * AIR) if any(row.label or row.right for row in self.rows) else 4.0,
        )

    def _groups(self) -> Iterable[list[Row]]:
        """Rows that stand under one label."""
        group: list[Row] = []
        for row in self.rows:
            if group and not (row.label and row.label == group[0].label and len(group) <= _UNDER_ONE_LABEL):
                yield group
                group = []
            group.append(row)
        if group:
            yield group

    def _right(self) -> float:
        """Room at the right for the longest that stands there on one line."""
        said = [set_lines((Span(row.right, self.style),), self.right_width) for row in self.rows if row.right]
        return max((line.width for lines in said for line in lines), default=0.0)

    def _row(self, row: Row, label: Tag | None, item: Tag, width: float, right: float) -> list[Strip]:
        if self.under:
            return self._row_under(row, label, item, width)
        body = Tag(Role.BODY, item)
        words, aside = (Tag(Role.PARAGRAPH, body), Tag(Role.PARAGRAPH, body)) if row.right else (body, body)
        left = self.label_width + (_COLUMN_GAP if self.label_width else 0)
        room = width - left - right - (_COLUMN_GAP if right else 0)
        cells = [Cell(left, set_lines(self._words(row, item), room), words)]
        if label:
            cells.insert(0, Cell(0.0, set_lines((Span(row.label, self.label_style),), self.label_width), label))
        if row.right:
            quiet = Span(row.right, replace(self.style, ink="gray-600"))
            cells.append(Cell(width, set_lines((quiet,), right + 0.01), aside, to_right=True))
        return beside(cells, self.style)

    def _row_under(self, row: Row, label: Tag | None, item: Tag, width: float) -> list[Strip]:
        body = Tag(Role.BODY, item)
        parts = [([Span(row.label, self.label_style)], self.label_style, label)] if label else []
        parts += [(self._words(row, item), self.style, Tag(Role.PARAGRAPH, body) if row.right else body)]
        parts += [([Span(row.right, self.style)], self.style, Tag(Role.PARAGRAPH, body))] if row.right else []
        strips = [
            _line_strip(line, style, tag)
            for spans, style, tag in parts
            if any(span.text for span in spans)
            for line in set_lines(spans, width)
        ]
        return [replace(s, keep=True) for s in strips[:-1]] + strips[-1:] if len(strips) <= UNPARTED else strips

    def _words(self, row: Row, item: Tag) -> list[Span]:
        words = Span(row.text, self.style)
        return [Span(f"{row.number}.\u00a0", self.style, Tag(Role.LABEL, item)), words] if row.number else [words]


def _numbering(rows: Sequence[Row]) -> Numbering | None:
    return Numbering.DECIMAL if any(row.number for row in rows) else None


@dataclass(frozen=True, slots=True)
class Columns:
    """Two short lists of blocks side by side; under each other when they are long."""

    left: Sequence[Block]
    right: Sequence[Block]
    before: float = 0.0
    gap: float = 24.0
    tallest: float = 240.0

    def strips(self, width: float) -> list[Strip]:
        """One strip that is not parted, or those of the blocks in turn."""
        half = (width - self.gap) / 2
        sides = [(0.0, stacked(self.left, half)), (half + self.gap, stacked(self.right, half))]
        height = max(height_of(strips) for _, strips in sides)
        if height > self.tallest or not all(strips for _, strips in sides):
            return stacked([*self.left, *self.right], width)

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            for offset, strips in sides:
                draw_stack(canvas, strips, x + offset, top)

        notes = tuple(note for _, strips in sides for strip in strips for note in strip.notes)
        return [Strip(height, draw, self.before, notes=notes)]

    def large(self) -> Columns:
        """Under each other, whatever their length."""
        return replace(
            self, left=[one.large() for one in self.left], right=[one.large() for one in self.right], tallest=0
        )


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that stay on one page when that leaves no great hole: a goal with its steps, a signature with its greeting."""

    blocks: Sequence[Block]
    tallest: float = 260.0

    def strips(self, width: float) -> list[Strip]:
        """The strips of the blocks, kept together when they are not too tall."""
        strips = stacked(self.blocks, width)
        if height_of(strips) > self.tallest:
            return strips
        return [replace(strip, keep=True) for strip in strips[:-1]] + strips[-1:]

    def large(self) -> Together:
        """What is larger may take more of a page before it is parted."""
        return replace(self, blocks=[one.large() for one in self.blocks], tallest=self.tallest * 1.35)


def stacked(blocks: Iterable[Block], width: float) -> list[Strip]:
    """The strips of blocks under each other."""
    return [strip for block in blocks for strip in block.strips(width)]


def height_of(strips: Sequence[Strip]) -> float:
    """How tall strips stand, the space above the first left out."""
    return sum(s.height + s.before for s in strips) - (strips[0].before if strips else 0.0)


def draw_stack(canvas: TaggedCanvas, strips: Sequence[Strip], x: float, top: float) -> None:
    """Draw strips under each other from `top`, the space above the first left out."""
    for i, strip in enumerate(strips):
        top -= strip.before if i else 0.0
        strip.draw(canvas, x, top)
        top -= strip.height
