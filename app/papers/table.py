# SPDX-License-Identifier: MPL-2.0
"""A table: cells under titles that are said again at the top of the next page.

Called by the papers that set rows of like things. To a reader aloud each cell is heard with the title of its column, and the
name of its row where it has one. Must not know of any record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.papers.blocks import LABEL, SMALL, Cell, Draw, Row, Rows, Strip, beside, keeping
from app.papers.layout import Span, Style, colour, set_lines
from app.papers.tagged import Artifact, Role, Scope, Tag, TaggedCanvas

_GAP = 12.0
_RULE = "gray-300"
_TITLE = replace(LABEL, size=SMALL.size, leading=SMALL.leading)


class TableColumn(NamedTuple):
    """A column: its title, and its share of the width."""

    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under the titles of their columns; a row has a cell for each, and its first cell names it.

    In a table of a line or two the names of rows would be more than what they name: there they are cells like others.
    """

    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[str]]
    before: float = 6.0
    style: Style = SMALL
    title_style: Style = _TITLE

    def strips(self, width: float) -> list[Strip]:
        """The titles, never alone; then one strip a line, short rows not parted."""
        places = self._places(width)
        table = Tag(Role.TABLE)
        top, body = Tag(Role.ROW, Tag(Role.TABLE_HEAD, table)), Tag(Role.TABLE_BODY, table)
        titles = [column.title for column in self.columns]
        heads = [Tag(Role.HEADER, top, scope=Scope.COLUMN) for _ in titles]
        found = self._row(titles, heads, places, width, self.title_style)
        again = self._again(self._row(titles, [Artifact.LAYOUT] * len(titles), places, width, self.title_style))
        found = [replace(strip, keep=True) for strip in keeping(found, before=self.before)]
        for texts in self.rows:
            row = Tag(Role.ROW, body)
            tags = [Tag(Role.CELL, row) for _ in texts]
            if len(self.rows) > 2 and len(self.columns) > 2:
                tags[0] = Tag(Role.HEADER, row, scope=Scope.ROW)
            found += [replace(strip, above=again) for strip in self._row(texts, tags, places, width, self.style)]
        return found

    def large(self) -> Rows:
        """A list: the name of each row, and under it its cells by their titles. Columns are too narrow for large letters."""
        return Rows([Row(texts[0], self._spelt_out(texts)) for texts in self.rows], before=self.before).large()

    def _spelt_out(self, texts: Sequence[str]) -> str:
        cells = zip(self.columns[1:], texts[1:], strict=True)
        return " · ".join(f"{column.title}: {text}" for column, text in cells if text.strip())

    def _places(self, width: float) -> list[tuple[float, float]]:
        room = width - _GAP * (len(self.columns) - 1)
        whole = sum(column.share for column in self.columns)
        places, left = [], 0.0
        for column in self.columns:
            wide = room * column.share / whole
            places.append((left, wide))
            left += wide + _GAP
        return places

    def _row(
        self,
        texts: Sequence[str],
        tags: Sequence[Tag | Artifact],
        places: Sequence[tuple[float, float]],
        width: float,
        style: Style,
    ) -> list[Strip]:
        cells = [
            Cell(left, set_lines((Span(text, style),), wide), tag)
            for text, tag, (left, wide) in zip(texts, tags, places, strict=True)
        ]
        strips = keeping(beside(cells, style), before=2.0)
        strips[0] = replace(strips[0], draw=_placed(strips[0].draw, tags))
        last = strips[-1]
        strips[-1] = replace(last, height=last.height + 2, draw=_ruled(last, width))
        return strips

    @staticmethod
    def _again(strips: Sequence[Strip]) -> Strip:
        """The titles as one strip, to open a page with."""

        def draw(canvas: TaggedCanvas, x: float, top: float) -> None:
            for strip in strips:
                strip.draw(canvas, x, top)
                top -= strip.height

        return Strip(sum(strip.height for strip in strips), draw)


def _placed(draw: Draw, tags: Sequence[Tag | Artifact]) -> Draw:
    def placed(canvas: TaggedCanvas, x: float, top: float) -> None:
        for tag in tags:
            if isinstance(tag, Tag):
                canvas.place(tag)  # an empty cell is a cell
        draw(canvas, x, top)

    return placed


def _ruled(strip: Strip, width: float) -> Draw:
    def ruled(canvas: TaggedCanvas, x: float, top: float) -> None:
        strip.draw(canvas, x, top)
        canvas.setStrokeColorRGB(*colour(_RULE))
        canvas.setLineWidth(0.6)
        canvas.line(x, top - strip.height - 1, x + width, top - strip.height - 1)

    return ruled
