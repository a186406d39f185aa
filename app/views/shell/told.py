# SPDX-License-Identifier: MPL-2.0
"""What the window tells and asks with: the line under the top bar, and the card with two answers. Made by `asks`."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.notices import Notice, Weight
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow

_MS_A_SIGN = 90  # a slow reader's pace
_LEAST_MS = 6000


class TellLine(QWidget):
    """The line under the top bar."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = Notice(self)
        self.notice.setObjectName("notice")
        self.away = Button("", Kind.QUIET, icon="close", parent=self)
        self.away.setAccessibleName("Luk beskeden")
        self.away.setObjectName("notice.close")
        self.away.clicked.connect(self.clear)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.notice, 1)
        self._row.addWidget(self.away, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self.hide()
        follow(self._restyle)

    def caution(self, text: str) -> None:
        """Something to mind."""
        self._say(text, Weight.CAUTION)

    def calm(self, text: str) -> None:
        """Good news."""
        self._say(text, Weight.CALM)

    def _say(self, text: str, weight: Weight) -> None:
        """Say this until it has been read."""
        self.notice.say(text, weight)
        self.show()
        self._timer.start(max(_LEAST_MS, _MS_A_SIGN * len(text)))

    def text(self) -> str:
        """What it says; "" when nothing."""
        return self.notice.text() if not self.isHidden() else ""

    def clear(self) -> None:
        """Take it away."""
        self._timer.stop()
        self.notice.say("")
        self.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _restyle(self) -> None:
        theme = theme_of()
        self._row.setContentsMargins(theme.px(20), theme.space(1), theme.px(12), theme.space(1))
        self._row.setSpacing(theme.space(1))


class Question(Overlay):
    """A question over the window; the safe answer comes first, or where it `offers` something harmless, that."""

    def __init__(self, window: QWidget, title: str, message: str, yes: str, no: str, *, offers: bool = False) -> None:
        super().__init__(window, 440)
        self._yes = False
        self._loop = QEventLoop()
        self.setAccessibleName(f"{title} {message}")
        self.card.column.addWidget(Words(title, "heading", parent=self.card))
        self.card.column.addWidget(Words(message, "body", parent=self.card))
        self._safe = Button(no, Kind.SECONDARY if offers else Kind.PRIMARY, parent=self.card)
        self._safe.setObjectName("confirm.no")
        self._do = Button(yes, Kind.PRIMARY if offers else Kind.SECONDARY, parent=self.card)
        self._do.setObjectName("confirm.yes")
        self._first, second = (self._do, self._safe) if offers else (self._safe, self._do)
        self.card.column.addWidget(ButtonRow(self._first, second))
        self._safe.clicked.connect(self.close_overlay)
        self._do.clicked.connect(self._say_yes)
        self.closed.connect(self._loop.quit)

    def answer(self) -> bool:
        """Wait for one of the two."""
        self.open(self._first)
        self._loop.exec()
        self.deleteLater()
        return self._yes

    def _say_yes(self) -> None:
        self._yes = True
        self.close_overlay()
