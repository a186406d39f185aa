# SPDX-License-Identifier: MPL-2.0
"""A calm table: no grid, thin lines between rows, red only for what is late, the six months as a small bar.

For any `QAbstractItemModel`; three roles say what a cell is beside its text. Must not know the columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView, QWidget

from app.domain.tied import tie
from app.qt.icons import pixmap
from app.qt.theme import fill, follow, theme_of
from app.views.parts.bars import slim_bars
from app.views.parts.words import rounded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem


class CellRole(IntEnum):
    """Data roles beside Qt's own."""

    TONE = Qt.ItemDataRole.UserRole + 101
    """A `CellTone`, or None for plain text."""
    SHARE = Qt.ItemDataRole.UserRole + 102
    """How much of the six months has gone, 0 to 1; the cell is drawn as a bar, with its text after it."""
    UNDER = Qt.ItemDataRole.UserRole + 103
    """A quieter second line, where the table has two to a row: what has no room for a column of its own."""


class CellTone(StrEnum):
    """How a cell's words are set. The words themselves must say the same."""

    LATE = "late"
    STRONG = "strong"
    QUIET = "quiet"


_LEFT, _MIDDLE = Qt.AlignmentFlag.AlignLeft, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_UPPER, _UNDER = int(_LEFT | Qt.AlignmentFlag.AlignBottom), int(_LEFT | Qt.AlignmentFlag.AlignTop)
_BROKEN = _MIDDLE | int(Qt.TextFlag.TextWordWrap)
_ELLIPSIS = Qt.TextElideMode.ElideRight
_SHOWN, _TONE, _SHARE, _SECOND = Qt.ItemDataRole.DisplayRole, CellRole.TONE, CellRole.SHARE, CellRole.UNDER
_FONT = {CellTone.LATE: "strong", CellTone.STRONG: "strong"}
_COLOR = {CellTone.LATE: "danger", CellTone.QUIET: "text-quiet"}
_MEASURED = 20
"""How many of the longest texts of a column are measured: by letters a longer one is hardly ever the narrower."""
_TEXTS_KEPT = 1000
"""How many texts cut to their columns are kept before all are forgotten: a page says the same few words again and again."""


class CalmRows(QStyledItemDelegate):
    """Draws the cells of a `CalmTable` from tokens. What is chosen and near is asked of the table: the start does not wait for
    the hundreds of names a `QStyle` has. A page has a hundred cells and is drawn anew whenever it is scrolled, so what does
    not differ from cell to cell is asked once for each look.
    """

    def __init__(self, table: CalmTable) -> None:
        super().__init__(table)
        self._table = table
        follow(self._restyle)

    def _restyle(self) -> None:
        self._theme = theme = theme_of()
        self._fonts = {role: theme.font(role) for role in ("body", "strong", "note")}
        self._cut: dict[tuple[str, str, int], str] = {}
        self._rule, self._air, self._bar = theme.stroke("line"), theme.px(12), theme.px(64)

    def forget(self) -> None:
        """Keep no text of lines that are gone: whoever sits here next may not read of them."""
        self._cut.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        theme = self._theme
        text = str(index.data(_SHOWN) or "")
        wide = self._bar if index.data(_SHARE) is not None else 0
        wide = max(wide, round(theme.metrics("strong").horizontalAdvance(text)))
        return QSize(wide + theme.px(26), row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, table, row, model = self._theme, self._table, index.row(), index.model()
        area: QRect = option.rect
        left, top, wide, high = area.x(), area.y(), area.width(), area.height()
        painter.save()
        chosen = row == table.chosen
        if chosen or row == table.near:
            fill(painter, area, theme.color("bestiller-soft" if chosen else "hover"))
        fill(painter, QRect(left, top + high - self._rule, wide, self._rule), theme.color("line"))
        x, room = left + self._air, wide - 2 * self._air
        share = model.data(index, _SHARE)
        if share is not None:
            bar = min(room, self._bar)
            tall = theme.px(6)
            middle = top + (high - 1) // 2
            _paint_bar(painter, QRectF(x, middle - tall / 2, bar, tall), float(share))
            x, room = x + bar + theme.px(10), room - bar - theme.px(10)
        tone, text = model.data(index, _TONE), str(model.data(index, _SHOWN) or "")
        font, color = _FONT.get(tone, "body"), _COLOR.get(tone, "text")
        if table.lines > 1:
            half = high // 2
            self._line(painter, QRect(x, top, room, half), text, font, color, _UPPER)
            under = str(model.data(index, _SECOND) or "")
            self._line(painter, QRect(x, top + half, room, half), under, "note", "text-quiet", _UNDER)
        elif table.broken > 1:
            painter.setFont(self._fonts[font])
            painter.setPen(theme.color(color))
            painter.drawText(QRect(x, top, room, high), _BROKEN, tie(text))
        else:
            self._line(painter, QRect(x, top, room, high), text, font, color, _MIDDLE)
        if chosen and index.column() == 0:
            held = table.hasFocus()
            fill(painter, QRect(left, top, theme.stroke("focus"), high), theme.color("focus" if held else "border"))
        painter.restore()

    def _line(self, painter: QPainter, area: QRect, text: str, font: str, color: str, align: int) -> None:
        if not text:
            return
        painter.setFont(self._fonts[font])
        painter.setPen(self._theme.color(color))
        key = (text, font, area.width())
        shown = self._cut.get(key)
        if shown is None:
            if len(self._cut) >= _TEXTS_KEPT:
                self._cut.clear()
            shown = self._cut[key] = painter.fontMetrics().elidedText(text, _ELLIPSIS, area.width())
        painter.drawText(area, align, shown)


class CalmHeader(QHeaderView):
    """Column names, quiet, with an arrow where it is sorted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setStretchLastSection(True)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme_of().font("label"))
        self.setFixedHeight(row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where there are no more columns the line of names goes on to the edge."""
        super().paintEvent(event)
        after = self.length() - self.offset()
        if after < self.width():
            self._fill(QPainter(self.viewport()), QRect(after, 0, self.width() - after, self.height()))

    @staticmethod
    def _fill(painter: QPainter, area: QRect) -> None:
        theme = theme_of()
        fill(painter, area, theme.color("surface"))
        line = theme.stroke("line")
        fill(painter, QRect(area.left(), area.bottom() - line + 1, area.width(), line), theme.color("border"))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme = theme_of()
        painter.save()
        self._fill(painter, rect)
        painter.setFont(self.font())
        painter.setPen(theme.color("text-quiet"))
        inner = rect.adjusted(theme.px(12), 0, -theme.px(6), 0)
        model = self.model()
        text = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex:
            size = theme.px(16)
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            name = "arrow-downward" if down else "arrow-upward"
            at = min(inner.right() - size, inner.left() + self.fontMetrics().horizontalAdvance(text) + theme.px(4))
            drawn = pixmap(name, theme.color("text-quiet"), size, self.devicePixelRatioF())
            painter.drawPixmap(at, rect.center().y() - size // 2, drawn)
            inner.setRight(at)
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


class CalmTable(QTableView):
    """The table itself: whole rows are chosen, Enter activates, the arrows move; nothing is edited in it.

    `drawn` once, when the first lines have been on the screen. `chosen` and `near` are the rows chosen and under the mouse,
    -1 for none, as they are being drawn. `lines`: one or two to a row. `broken`: into how many lines a cell's words may be.
    """

    drawn = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn = False
        self.chosen = self.near = -1
        self.lines = self.broken = 1
        self.setAccessibleName(name)
        self.setHorizontalHeader(CalmHeader(self))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        slim_bars(self)
        self.verticalScrollBar().valueChanged.connect(self.verticalScrollbarValueChanged)  # at the end, more is read
        self._drawn_by = CalmRows(self)
        self.setItemDelegate(self._drawn_by)
        self.setMouseTracking(True)
        self.entered.connect(self._come_near)
        self.viewportEntered.connect(self._go_away)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        follow(self._restyle)

    def set_lines(self, lines: int) -> None:
        """One or two lines to a row; the second is each cell's `CellRole.UNDER`."""
        if lines != self.lines:
            self.lines = lines
            self._restyle()

    def break_for(self, column: int, texts: Iterable[str]) -> None:
        """Give every row the height in which the longest of a column's `texts` stands whole at the width the column has."""
        metrics = theme_of().metrics("body")
        room = QRectF(0, 0, self.columnWidth(column) - 2 * theme_of().px(12), 100_000)
        longest = sorted(texts, key=len, reverse=True)[:_MEASURED]
        tall = max((metrics.boundingRect(room, _BROKEN, tie(one)).height() for one in longest), default=0.0)
        broken = max(1, round(tall / metrics.lineSpacing()))
        if broken != self.broken:
            self.broken = broken
            self._restyle()

    def reset(self) -> None:
        """Qt's own word for other lines in the model."""
        super().reset()
        self._drawn_by.forget()

    def row_height(self) -> int:
        """The height of a row as they are now."""
        return row_height(self.lines) + round((self.broken - 1) * theme_of().metrics("body").lineSpacing())

    def _restyle(self) -> None:
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self.row_height())
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        if self.isVisible():  # to ask for a viewport is to learn every kind of widget there is: not at the start
            self.viewport().update()

    def _come_near(self, index: QModelIndex) -> None:
        """The mouse is over this line now; Qt draws a line anew when the mouse comes and goes."""
        self.near = index.row()

    def _go_away(self) -> None:
        self.near = -1

    def moveCursor(self, action: QTableView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first line and the last that is here: a line is chosen whole, and has no cells to go between."""
        if action in (QTableView.CursorAction.MoveHome, QTableView.CursorAction.MoveEnd):
            modifiers |= Qt.KeyboardModifier.ControlModifier
        return super().moveCursor(action, modifiers)

    def leaveEvent(self, event: QEvent) -> None:
        self._go_away()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        chosen = self.selectedIndexes()
        self.chosen = chosen[0].row() if chosen else -1
        super().paintEvent(event)
        if not self._drawn and self.model().rowCount():
            self._drawn = True
            self.drawn.emit()
        if self.hasFocus() and not self.currentIndex().isValid():  # else the row in hand carries the mark
            painter = QPainter(self.viewport())
            edge = self.viewport().rect()
            line = theme_of().stroke("mark")
            fill(painter, QRect(edge.left(), edge.top(), edge.width(), line), theme_of().color("focus"))


def _paint_bar(painter: QPainter, area: QRectF, share: float) -> None:
    """As a small bar: how much of the six months has gone."""
    theme = theme_of()
    radius = area.height() / 2
    rounded(painter, area, theme.color("ink-empty"), None, 0, radius)
    gone = QRectF(area.left(), area.top(), max(theme.px(2), area.width() * min(1.0, share)), area.height())
    rounded(painter, gone, theme.color("ink"), None, 0, min(radius, gone.width() / 2))


def row_height(lines: int = 1) -> int:
    """The height of a row of one or two lines at the scale in use."""
    return theme_of().px(37 if lines == 1 else 54)
