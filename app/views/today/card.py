# SPDX-License-Identifier: MPL-2.0
"""A white card with soft corners, for what belongs together on a page of lists.

Must not know what lies on it.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.words import rounded


class Card(QWidget):
    """`box` is its column. Nothing on it reaches the rounded corners."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)
        follow(self._restyle)

    def _restyle(self) -> None:
        theme = theme_of()
        around = theme.px(3)
        self.box.setContentsMargins(0, around, 0, around + 2)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = QRectF(self.rect())
        radius = theme.radius("card")
        shadow = QColor(theme.color("shadow"))
        shadow.setAlpha(150)
        rounded(painter, area.adjusted(0, 2, 0, 0), shadow, None, 0, radius)
        rounded(painter, area.adjusted(0, 0, 0, -1.5), theme.color("surface"), None, 0, radius)
