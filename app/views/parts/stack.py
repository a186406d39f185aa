# SPDX-License-Identifier: MPL-2.0
"""Things below each other, each with its own air above: the running order of a paper.

A box layout has one spacing for all. Must not know what it stacks.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from app.qt.theme import follow, theme_of


class Stack(QLayout):
    """Full width, top to bottom. `air` above each is in units of the theme's spacing; the first has none.

    What `hangs` begins `hang` points before the column all the rest stands in: a ring has its air there.
    """

    def __init__(self, parent: QWidget | None = None, *, hang: int = 0) -> None:
        super().__init__(parent)
        self._hang = hang
        self._items: list[QLayoutItem] = []
        self._air: list[float] = []
        self._hangs: list[bool] = []
        self._heights: dict[int, int] = {}  # by width: a stack in a stack is asked again by each that holds it
        self._least: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)
        follow(self.invalidate)

    def put(self, widget: QWidget, air: float, *, hangs: bool = False) -> None:
        """Add `widget` at the end with `air` above it."""
        self.addWidget(widget)
        self._air[-1], self._hangs[-1] = air, hangs

    def set_air(self, index: int, air: float) -> None:
        """Change the air above what stands at `index`."""
        if self._air[index] != air:
            self._air[index] = air
            self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self._air.append(0)
        self._hangs.append(False)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        del self._air[index], self._hangs[index]
        return self._items.pop(index)

    def invalidate(self) -> None:
        self._heights.clear()
        self._least = None
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return height

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        width = theme_of().px(480)
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        if self._least is None:
            edge = self.contentsMargins()
            wide = max((item.minimumSize().width() for item in self._items), default=0)
            wide += theme_of().px(self._hang) if self._hang else 0
            self._least = QSize(wide + edge.left() + edge.right(), edge.top() + edge.bottom())
        return QSize(self._least)

    def _place(self, rect: QRect, *, move: bool) -> int:
        theme = theme_of()
        edge = self.contentsMargins()
        area = rect.marginsRemoved(edge)
        y = area.y()
        out = theme.px(self._hang) if self._hang else 0
        first = True
        for item, air, hangs in zip(self._items, self._air, self._hangs, strict=True):
            if item.isEmpty():
                continue
            y += 0 if first else theme.space(air)
            first = False
            aside = 0 if hangs else out
            wide = area.width() - aside
            tall = item.heightForWidth(wide) if item.hasHeightForWidth() else item.sizeHint().height()
            if move:
                item.setGeometry(QRect(area.x() + aside, y, wide, tall))
            y += tall
        return y - rect.y() + edge.bottom()
