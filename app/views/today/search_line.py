# SPDX-License-Identifier: MPL-2.0
"""What stands above the caseload, laid out: whom it is of on the left, how many and in which order on the right.

Where text is so large that they have no room beside each other, the latter stand on a line of their own above the table.
Made by the caseload. Must not know what any of them does.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button
from app.views.today.cases import BACKWARDS, ORDERS

_GAP = 1.25
_BESIDE, _UNDER = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class SearchLine(QBoxLayout):
    """`fit` whenever there is another width, or other pills."""

    def __init__(self, search: QWidget, pills: QWidget, count: QWidget, order: Button) -> None:
        super().__init__(_BESIDE)
        self._search, self._pills, self._count, self._order = search, pills, count, order
        whom, how = QHBoxLayout(), QHBoxLayout()
        whom.addWidget(search)
        whom.addWidget(pills, 1)
        how.addWidget(count, 0, Qt.AlignmentFlag.AlignVCenter)
        how.addStretch(1)
        how.addWidget(order, 0, Qt.AlignmentFlag.AlignVCenter)
        self.addLayout(whom, 1)
        self.addLayout(how)
        self._lines = (self, whom, how)
        follow(self._restyle)

    def fit(self, width: int) -> None:
        """One line or two: the same whichever order is chosen, so that nothing moves when another is."""
        metrics = self._order.fontMetrics()
        order = self._order.sizeHint().width() - metrics.horizontalAdvance(self._order.text())
        order += max(metrics.horizontalAdvance(words + BACKWARDS) for _, _, words in ORDERS)
        wide = [part.sizeHint().width() for part in (self._pills, self._count)]
        needed = self._search.width() + sum(wide) + order + 4 * theme_of().space(_GAP)
        direction = _BESIDE if needed <= width else _UNDER
        if direction is not self.direction():
            self.setDirection(direction)

    def _restyle(self) -> None:
        for line in self._lines:
            line.setSpacing(theme_of().space(_GAP))
