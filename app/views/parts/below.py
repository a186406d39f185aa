# SPDX-License-Identifier: MPL-2.0
"""What stands below an editor: what is to be looked at, in red with a mark and a word; a hint and a hand; a proposal's button.

Made by its field when there first is something to say. Must not know what it is of.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import Words, grows_down, rounded

_BESIDE = 150
"""Per cent of text: from here on a button stands under the quiet line, which would have no room beside it."""


class Below(QWidget):
    """`take` is the proposal's button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark = _Mark(self)
        self._error = Words("", "small", "danger", self)
        self._quiet = Words("", "small", "text-quiet", self)
        self.take = Button("Brug", Kind.QUIET, shortcut="Ctrl+Enter", parent=self)
        self.take.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field has the key: words typed on must not press this
        self._row = QHBoxLayout()
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._error, 1)
        self._under = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._under.addWidget(self._quiet, 1)
        self._under.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addLayout(self._under)
        self._said: tuple[str | None, str, bool] | None = None
        grows_down(self)
        follow(self._restyle)

    def show_line(self, error: str | None, quiet: str, proposing: bool) -> None:
        """Show what there is to say, or nothing at all."""
        if (error, quiet, proposing) == self._said:
            return
        self._said = (error, quiet, proposing)
        self._error.setText(f"Tjek: {error}" if error else "")
        self._quiet.setText(quiet)
        for part, there in ((self._error, error), (self._mark, error), (self._quiet, quiet), (self.take, proposing)):
            appear(part, bool(there))
        appear(self, bool(error or quiet or proposing))

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.space(0.25))
        self._row.setSpacing(theme.space(0.75))
        self._under.setSpacing(theme.space(1))
        beside = theme.scale < _BESIDE
        self._under.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)


class _Mark(QWidget):
    """A round mark with an exclamation: the error's sign for those who do not see red."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        follow(self._restyle)

    def _restyle(self) -> None:
        side = theme_of().px(16)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = QRectF(self.rect())
        rounded(painter, area, theme.color("danger"), None, 0, area.height() / 2)
        painter.setFont(theme.font("strong", 0.8))
        painter.setPen(theme.color("surface"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "!")
