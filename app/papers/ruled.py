# SPDX-License-Identifier: MPL-2.0
"""Blocks to write on by hand: lines, boxes to tick, a scale to ring a number on, and ruled columns.

Called by the meeting sheet. As far apart as a hand needs with a ball-point pen, and farther in large print. Must not know of any
record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.papers.blocks import BODY, SMALL, Strip, baseline, keeping
from app.papers.large import AIR, enlarged
from app.papers.layout import Line, Span, Style, colour, draw_line, one_line, set_lines
from app.papers.tagged import Role, Tag, TaggedCanvas

_APART = 21.5
_APART_LARGE = 32.0
_RULE = "gray-500"


def _rule(canvas: TaggedCanvas, x: float, y: float, width: float) -> None:
    canvas.setStrokeColorRGB(*colour(_RULE))
    canvas.setLineWidth(0.6)
    canvas.line(x, y, x + width, y)


@dataclass(frozen=True, slots=True)
class Lines:
    """Empty lines to write on."""

    count: int
    before: float = 0.0
    apart: float = _APART

    def strips(self, width: float) -> list[Strip]:
        """One strip a line, the first two and the last two kept together."""

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            _rule(canvas, x, top - self.apart + 3, width)

        return keeping([Strip(self.apart, draw)] * self.count, before=self.before)

    def large(self) -> Lines:
        """Farther apart."""
        return replace(self, apart=_APART_LARGE, before=self.before * AIR)


@dataclass(frozen=True, slots=True)
class Boxes:
    """Words, each with a box to tick, beside each other as far as the line goes."""

    texts: Sequence[str]
    before: float = 4.0
    style: Style = BODY

    def strips(self, width: float) -> list[Strip]:
        """One strip a line of boxes."""
        side, whole = self.style.size, Tag(Role.LIST)
        lines: list[list[tuple[float, Line, Tag]]] = [[]]
        used = 0.0
        for text in self.texts:
            for line in set_lines((Span(text, self.style),), width - side - 6)[:1]:
                wide = side + 6 + line.width
                if lines[-1] and used + wide > width:
                    lines.append([])
                    used = 0.0
                lines[-1].append((used, line, Tag(Role.BODY, Tag(Role.ITEM, whole))))
                used += wide + 22
        return keeping([self._strip(line) for line in lines], before=self.before)

    def _strip(self, boxes: Sequence[tuple[float, Line, Tag]]) -> Strip:
        side, height = self.style.size, self.style.leading + 5

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            y = baseline(top, self.style)
            canvas.setStrokeColorRGB(*colour("gray-900"))
            canvas.setLineWidth(0.9)
            for left, line, tag in boxes:
                canvas.rect(x + left, y - 1.5, side, side, stroke=1, fill=0)
                draw_line(canvas, line, x + left + side + 6, y, tag)

        return Strip(height, draw)

    def large(self) -> Boxes:
        """In large letters, with boxes to match."""
        return replace(self, style=enlarged(self.style), before=self.before * AIR)


@dataclass(frozen=True, slots=True)
class Ring:
    """The numbers 0 to 10, to ring two of; what the ends mean stands in `said`."""

    said: str
    before: float = 6.0
    style: Style = BODY

    def strips(self, width: float) -> list[Strip]:
        """One strip: the words, and the numbers along a line under them."""
        words = set_lines((Span(self.said, self.style),), width)
        height = len(words) * self.style.leading
        said, numbers = Tag(Role.PARAGRAPH), Tag(Role.PARAGRAPH)

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            for i, line in enumerate(words):
                draw_line(canvas, line, x, baseline(top - i * self.style.leading, self.style), said)
            for number in range(11):
                one = one_line(str(number), self.style)
                middle = x + self.style.size + number * (width - 2 * self.style.size) / 10
                draw_line(canvas, one, middle - one.width / 2, baseline(top - height - 3, self.style), numbers)

        return [Strip(height + self.style.leading + 6, draw, self.before)]

    def large(self) -> Ring:
        """In large letters."""
        return replace(self, style=enlarged(self.style), before=self.before * AIR)


@dataclass(frozen=True, slots=True)
class Column:
    """A ruled column: what it is for, and its share of the width."""

    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Ruled:
    """Columns with their titles, and empty lines under them."""

    columns: Sequence[Column]
    rows: int
    before: float = 4.0
    style: Style = SMALL
    apart: float = _APART

    def strips(self, width: float) -> list[Strip]:
        """The titles, kept with the first line, and one strip a line."""
        gap = 12.0
        room = width - gap * (len(self.columns) - 1)
        places, left = [], 0.0
        for column in self.columns:
            places.append((left, room * column.share))
            left += room * column.share + gap
        titles = [set_lines((Span(c.title, self.style),), w) for c, (_, w) in zip(self.columns, places, strict=True)]
        tags = [Tag(Role.PARAGRAPH) for _ in titles]
        tall = max(len(lines) for lines in titles) * self.style.leading

        def head(canvas: TaggedCanvas, x: float, top: float) -> None:
            for lines, (offset, _), tag in zip(titles, places, tags, strict=True):
                for i, line in enumerate(lines):
                    draw_line(canvas, line, x + offset, baseline(top - i * self.style.leading, self.style), tag)

        def empty(canvas: TaggedCanvas, x: float, top: float) -> None:
            for offset, wide in places:
                _rule(canvas, x + offset, top - self.apart + 3, wide)

        strips = [Strip(tall, head, keep=True), *[Strip(self.apart, empty)] * self.rows]
        kept = keeping(strips, before=self.before)
        return [replace(one, keep=one.keep or len(strips) <= 5) for one in kept[:-1]] + kept[-1:]

    def large(self) -> Ruled:
        """In large letters, farther apart."""
        return replace(self, style=enlarged(self.style), apart=_APART_LARGE, before=self.before * AIR)
