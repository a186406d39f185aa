# SPDX-License-Identifier: MPL-2.0
"""Things side by side that wrap to the next line: chips, pills, steps and buttons at 200 %.

Qt has no such layout of its own. Must not know what it lays out.
"""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from app.qt.theme import follow, theme_of


class FlowLayout(QLayout):
    """Left to right, then down. `gap`, `least_gap` and `row_gap` are in units of the theme's spacing.

    With a `least_gap` things move closer, down to that, before they wrap. `middle` puts them in the middle of the height.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        gap: float = 1,
        row_gap: float = 1,
        least_gap: float | None = None,
        middle: bool = False,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._least_gap = least_gap
        self._middle = middle
        self._row_gap = row_gap
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        follow(self._restyle)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def _restyle(self) -> None:
        self.invalidate()

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        spare = rect.height() - self.heightForWidth(rect.width()) if self._middle else 0
        self._place(rect.adjusted(0, max(0, spare) // 2, 0, 0), move=True)

    def sizeHint(self) -> QSize:
        gap = theme_of().space(self._gap)
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        wide = sum(size.width() for size in shown) + gap * max(0, len(shown) - 1)
        tall = max((size.height() for size in shown), default=0)
        return self._with_margins(QSize(wide, tall))

    def minimumSize(self) -> QSize:
        size = QSize(0, 0)
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return self._with_margins(size)

    def _with_margins(self, size: QSize) -> QSize:
        edge = self.contentsMargins()
        return size + QSize(edge.left() + edge.right(), edge.top() + edge.bottom())

    def _place(self, rect: QRect, *, move: bool) -> int:
        theme = theme_of()
        edge = self.contentsMargins()
        area = rect.marginsRemoved(edge)
        gap, row_gap = self._fitting_gap(area.width()), theme.space(self._row_gap)
        x, y, row = area.x(), area.y(), list[tuple[QLayoutItem, QPoint, QSize]]()
        tall = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(1, area.width()), 100_000))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if row and x + size.width() > area.x() + area.width():
                self._set(row, tall, move)
                x, y, row, tall = area.x(), y + tall + row_gap, [], 0
            row.append((item, QPoint(x, y), size))
            x += size.width() + gap
            tall = max(tall, size.height())
        self._set(row, tall, move)
        return y + tall - rect.y() + edge.bottom()

    def _fitting_gap(self, width: int) -> int:
        theme = theme_of()
        gap = theme.space(self._gap)
        shown = [item.sizeHint().width() for item in self._items if not item.isEmpty()]
        if self._least_gap is None or len(shown) < 2:
            return gap
        return max(theme.space(self._least_gap), min(gap, (width - sum(shown)) // (len(shown) - 1)))

    @staticmethod
    def _set(row: list[tuple[QLayoutItem, QPoint, QSize]], tall: int, move: bool) -> None:
        if move:
            for item, at, size in row:
                item.setGeometry(QRect(at + QPoint(0, (tall - size.height()) // 2), size))
