# SPDX-License-Identifier: MPL-2.0
"""How screens tell and ask: a quiet line under the top bar, a card with two answers, the system's own file dialogs.

What is told never stops anybody: it stands until it is read, and goes by itself. Must not know who asks.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.notices import Notice, Weight
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow

_MS_A_SIGN = 90  # a slow reader's pace
_LEAST_MS = 6000


class WindowAsks:
    """What a `Context` is given in the real window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.line = _Line(window)
        self._boxes: list[QMessageBox] = []
        self.on_tell: Callable[[str], bool] | None = None

    def tell(self, message: str) -> None:
        """One sentence, without stopping anybody. `on_tell` may take it to a page of its own."""
        if self.on_tell is not None and self.on_tell(message):
            return
        self.line.say(message, Weight.CAUTION)

    def say(self, message: str) -> None:
        """Good news, calmly."""
        self.line.say(message, Weight.CALM)

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        """A question with two answers; the safe one has the keyboard, and Escape gives it."""
        return _Question(self._window, title, message, yes, no).answer()

    def save_file(self, title: str, name: str, pattern: str) -> str:
        """Where to save; "" is nowhere."""
        return QFileDialog.getSaveFileName(self._window, title, name, pattern)[0]

    def open_file(self, title: str, pattern: str) -> str:
        """Which file to open; "" is none."""
        return QFileDialog.getOpenFileName(self._window, title, "", pattern)[0]

    def crashed(self, message: str) -> None:
        """A fault nobody foresaw: a dialog of its own, that stops nothing behind it."""
        box = QMessageBox(QMessageBox.Icon.Warning, "Rundbord", message, QMessageBox.StandardButton.Ok, self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setModal(False)
        self._boxes.append(box)
        box.finished.connect(lambda _code: self._boxes.remove(box))
        box.show()


class _Line(QWidget):
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

    def say(self, text: str, weight: Weight) -> None:
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


class _Question(Overlay):
    """A question over the window."""

    def __init__(self, window: QWidget, title: str, message: str, yes: str, no: str) -> None:
        super().__init__(window, 440)
        self._yes = False
        self._loop = QEventLoop()
        self.setAccessibleName(f"{title} {message}")
        self.card.column.addWidget(Words(title, "heading", parent=self.card))
        self.card.column.addWidget(Words(message, "body", parent=self.card))
        self._safe = Button(no, Kind.PRIMARY, parent=self.card)
        self._safe.setObjectName("confirm.no")
        self._do = Button(yes, Kind.SECONDARY, parent=self.card)
        self._do.setObjectName("confirm.yes")
        self.card.column.addWidget(ButtonRow(self._safe, self._do))
        self._safe.clicked.connect(self.close_overlay)
        self._do.clicked.connect(self._say_yes)
        self.closed.connect(self._loop.quit)

    def answer(self) -> bool:
        """Wait for one of the two."""
        self.open(self._safe)
        self._loop.exec()
        self.deleteLater()
        return self._yes

    def _say_yes(self) -> None:
        self._yes = True
        self.close_overlay()
