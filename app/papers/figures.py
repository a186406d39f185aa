# SPDX-License-Identifier: MPL-2.0
"""The two drawn blocks of the plan: a scale from 0 to 10, and the months of support as a line with its wall and its door.

Called by `plan`. Black on white with one green, so that any printer does them justice; everything drawn is also said in words,
and said aloud as one alternative text that holds every word of the picture. Must not know of any record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.dates import format_day, format_full
from app.papers.blocks import Strip, baseline
from app.papers.fonts import Face
from app.papers.large import AIR, enlarged
from app.papers.layout import Line, Span, Style, colour, draw_line, one_line, set_ink, set_lines
from app.papers.tagged import Role, Tag, TaggedCanvas

_SAID = Style(size=9.5, leading=13.5, ink="gray-600")
_DATE = Style(size=9.5, leading=14)
_DOOR = Style(face=Face.BOLD, size=9.5, leading=14, ink="green-700")


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the citizen is today and hopes to be, 0 to 10 where 10 is best. At least one of them is known."""

    now: int | None
    hoped: int | None
    before: float = 5.0
    is_large: bool = False

    def large(self) -> Scale:
        """The words above the boxes, which have the whole width."""
        return replace(self, before=self.before * AIR, is_large=True)

    def strips(self, width: float) -> list[Strip]:
        """One strip: the words stand at both ends of the boxes."""
        if self.is_large:
            return self._large_strips(width)
        today = one_line("i dag" if self.now is None else f"i dag: {self.now}", _SAID)
        hope = one_line("mit håb" if self.hoped is None else f"mit håb: {self.hoped}", _SAID)

        picture = Tag(Role.FIGURE, alt=self._spoken())

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            with canvas.marked(picture, box=(x, top - _SAID.leading, x + width, top)):
                y = baseline(top, _SAID)
                if self.now is not None:
                    draw_line(canvas, today, x, y, picture)
                    x += today.width + 8
                for number in range(1, 11):
                    self._box(canvas, number, x, y - 0.4, _BOX, _TALL)
                    x += _BOX + _BOX_GAP
                if self.hoped is not None:
                    draw_line(canvas, hope, x + 6, y, picture)

        return [Strip(_SAID.leading, draw, self.before)]

    def _large_strips(self, width: float) -> list[Strip]:
        style = enlarged(_SAID)
        lines = set_lines((Span(self._words(), style),), width)
        wide = (width - 9 * _LARGE_GAP) / 10
        height = len(lines) * style.leading + _LARGE_TALL + 6
        picture = Tag(Role.FIGURE, alt=self._spoken())

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            with canvas.marked(picture, box=(x, top - height, x + width, top)):
                for i, line in enumerate(lines):
                    draw_line(canvas, line, x, baseline(top - i * style.leading, style), picture)
                for number in range(1, 11):
                    y = top - len(lines) * style.leading - _LARGE_TALL - 3
                    self._box(canvas, number, x + (number - 1) * (wide + _LARGE_GAP), y, wide, _LARGE_TALL)

        return [Strip(height, draw, self.before)]

    def _words(self) -> str:
        known = (("i dag", self.now), ("mit håb", self.hoped))
        return ", ".join(f"{said}: {number}" for said, number in known if number is not None)

    def _spoken(self) -> str:
        return f"En skala fra 0 til 10, hvor 10 er bedst. {self._words()}."

    def _box(self, canvas: TaggedCanvas, number: int, x: float, y: float, wide: float, tall: float) -> None:
        filled = self.now is not None and number <= self.now
        hoped = number == self.hoped
        set_ink(canvas, "gray-900" if filled else "white" if hoped else "gray-200")
        canvas.rounded(x, y, wide, tall, 1.2, filled=True)
        if hoped:
            canvas.saveState()
            canvas.setDash(2, 1.4)
            canvas.setLineWidth(0.9)
            canvas.setStrokeColorRGB(*colour("white" if filled else "gray-900"))
            inset = 1.6 if filled else 0.45
            canvas.rounded(x + inset, y + inset, wide - 2 * inset, tall - 2 * inset, 1.0, filled=False)
            canvas.restoreState()


_BOX, _BOX_GAP, _TALL = 22.5, 2.2, 7.5
_LARGE_GAP, _LARGE_TALL = 5.0, 15.0


@dataclass(frozen=True, slots=True)
class Months:
    """The months of support from `start` to the wall at `end`; the days we meet, and behind the door the way on."""

    start: date
    end: date
    meets: Sequence[date] = ()
    bridge: Sequence[str] = ()
    before: float = 10.0
    is_large: bool = False

    def large(self) -> Months:
        """The same line, heavier; the words along it in large letters."""
        return replace(self, before=self.before * AIR, is_large=True)

    def strips(self, width: float) -> list[Strip]:
        """One strip: it is one picture."""
        k = _LARGER if self.is_large else 1.0
        dates, door = self._style(_DATE), self._style(_DOOR)
        wall = _WALL * k
        inner = width - wall
        said = self._said(inner, dates)
        rows = 1 + max((row for row, _, _ in said), default=0)
        way_on = self._way_on(width)
        line_y, below = 22.0 * k, 34.0 * k
        aside = inner - 8 - max((line.width for line, _ in way_on), default=0) - 16
        first = max((row + 1 for row, left, line in said if left + line.width > aside), default=0)
        height = max(below + max(rows, first + len(way_on)) * dates.leading, line_y + 18 * k)

        ends = one_line(f"slutter {format_full(self.end)}", dates)
        spoken = ", ".join(line.pieces[0].text.strip() for line in (*(line for _, _, line in said), ends))
        picture = Tag(Role.FIGURE, alt=f"Månederne med støtte som en linje. Begynder {spoken}.")

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            with canvas.marked(picture, box=(x, top - height, x + width, top)):
                y = top - line_y
                _bar(canvas, "gray-200", x, y - 1.5 * k, inner, 3 * k)
                for meet in self.meets:
                    _bar(canvas, "gray-900", x + self._at(meet, inner) - 0.75 * k, y - 6 * k, 1.5 * k, 12 * k)
                _bar(canvas, "gray-900", x + inner, y, wall, 17 * k)
                _bar(canvas, "green-700" if way_on else "gray-900", x + inner, y - 17 * k, wall, 17 * k)
                for row, left, line in said:
                    draw_line(canvas, line, x + left, baseline(top - below - row * dates.leading, dates), picture)
                draw_line(canvas, ends, x + inner - 8 - ends.width, y + 9 * k, picture)
            for row, (line, tag) in enumerate(way_on, first):
                y = baseline(top - below - row * door.leading, door)
                draw_line(canvas, line, x + inner - 8 - line.width, y, tag)

        return [Strip(height, draw, self.before)]

    def _style(self, style: Style) -> Style:
        return enlarged(style) if self.is_large else style

    def _at(self, day: date, width: float) -> float:
        return width * (day - self.start).days / max(1, (self.end - self.start).days)

    def _said(self, width: float, style: Style) -> list[tuple[int, float, Line]]:
        """The dates under the line as (row, x, text); those that would collide drop a row. The dates are also said in words."""
        reach: list[float] = []
        found: list[tuple[int, float, Line]] = []
        for i, day in enumerate((self.start, *self.meets)):
            line = one_line(f"vi mødes {format_day(day)}" if i == 1 else format_day(day), style)
            left = 0.0 if i == 0 else min(max(0.0, self._at(day, width) - line.width / 2), width - line.width)
            row = next((r for r, end in enumerate(reach) if left > end + 8), len(reach))
            if row == _MOST_ROWS:
                continue
            reach[row : row + 1] = [left + line.width]
            found.append((row, left, line))
        return found

    def _way_on(self, width: float) -> list[tuple[Line, Tag]]:
        if not self.bridge:
            return []
        door = self._style(_DOOR)
        found = [(one_line("og så videre til", self._style(_SAID)), Tag(Role.PARAGRAPH))]
        whole = Tag(Role.LIST)
        for text in self.bridge:
            tag = Tag(Role.BODY, Tag(Role.ITEM, whole))
            found += [(line, tag) for line in set_lines((Span(text, door),), width * 0.66)]
        return found


_WALL = 4.5
_MOST_ROWS = 3
_LARGER = 1.6


def _bar(canvas: TaggedCanvas, ink: str, x: float, y: float, width: float, height: float) -> None:
    set_ink(canvas, ink)
    canvas.rect(x, y, width, height, stroke=0, fill=1)
