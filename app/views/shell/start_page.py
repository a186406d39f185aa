# SPDX-License-Identifier: MPL-2.0
"""What the window shows while there is nothing else to show: a calm wait, or one sentence on what is wrong and the ways on.

The first thing painted, so it imports nothing but words and buttons. Must not know what went wrong: bootstrap does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.earshot import announce
from app.views.parts.words import Words, grows_down

Way = tuple[str, str, Callable[[], object]]
"""A way on: its object name, its words, and what it does."""

_PATIENCE_MS = 400  # a wait shorter than this is not worth a word


class StartPage(QWidget):
    """In the middle of the window: a title, a sentence, and the ways on as buttons, the best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Words("", "display", parent=self)
        self._text = Words("", "body", parent=self, leading=1.35)
        self._ways: list[Button] = []
        self._column = QVBoxLayout()
        for words in (self._title, self._text):
            self._column.addWidget(words)
        self._buttons = QVBoxLayout()
        self._column.addLayout(self._buttons)
        self._holder = QWidget(self)
        self._holder.setLayout(self._column)
        grows_down(self._holder)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addWidget(self._holder)
        middle.addStretch(3)
        across = QHBoxLayout(self)
        across.addStretch(1)
        across.addLayout(middle)
        across.addStretch(1)
        self._waiting = ""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._say_wait)
        follow(self._restyle)

    def wait(self, text: str = "") -> None:
        """Nothing yet; a word of it only if it takes its time."""
        self._show("", "", ())
        self._waiting = text
        if text:
            self._patience.start(_PATIENCE_MS)

    def trouble(self, title: str, text: str, ways: Sequence[Way] = ()) -> None:
        """One sentence on what is wrong, and what can be done. The first way has the keyboard."""
        self._show(title, text, ways)
        self.setAccessibleName(f"{title} {text}")
        announce(self, f"{title}. {text}")
        if self._ways:
            self._ways[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()

    def _say_wait(self) -> None:
        self._text.setText(self._waiting)
        self._text.setVisible(True)
        announce(self, self._waiting)

    def _show(self, title: str, text: str, ways: Sequence[Way]) -> None:
        self._patience.stop()
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        for old in self._ways:
            self._buttons.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._ways = []
        for number, (name, words, act) in enumerate(ways):
            button = Button(words, Kind.PRIMARY if number == 0 else Kind.SECONDARY, parent=self._holder)
            button.setObjectName(name)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons.addWidget(button)
            button.show()
            self._ways.append(button)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.space(3)
        self._holder.setFixedWidth(theme.px(520))
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.space(2))
        self._buttons.setSpacing(theme.space(1.25))
        self._buttons.setContentsMargins(0, theme.space(1.5), 0, 0)
