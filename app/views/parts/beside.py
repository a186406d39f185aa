# SPDX-License-Identifier: MPL-2.0
"""Things side by side where there is room for it, and below each other where there is not: half a screen, or large text.

Used where a sheet that is written on has several fields to a line. Must not know what it holds.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.words import grows_down

ACROSS, DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class Beside(QWidget):
    """`least` is the width, in points at the scale in use, under which nothing stands beside anything."""

    def __init__(self, least: float, gap: float = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self._gap = gap
        self._box = QBoxLayout(ACROSS, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        grows_down(self)
        follow(self._restyle)

    def add(self, widget: QWidget, stretch: int = 0, align: Qt.AlignmentFlag | None = None) -> QWidget:
        """Put `widget` after the others."""
        self._box.addWidget(widget, stretch)
        if align is not None:
            self._box.setAlignment(widget, align)
        return widget

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest of them alone: whether they have room beside each other must not widen the page."""
        alone = (item.minimumSize() for place in range(self._box.count()) if (item := self._box.itemAt(place)))
        widest = max((size.width() for size in alone), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        self._box.setDirection(ACROSS if self.width() >= theme_of().px(self._least) else DOWN)

    def _restyle(self) -> None:
        self._box.setSpacing(theme_of().space(self._gap))
        self._turn()
