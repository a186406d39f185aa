# SPDX-License-Identifier: MPL-2.0
"""Reading the plan back before it is signed: the paper alone, large, and the citizen's word on it (idea 4, promise 5).

Opened over the window from the answer's step; where the machine has a Danish voice it can read it too. What is said is kept
as the citizen's own words and never blocks anything.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.names import short_name
from app.models.casefile import CaseFile
from app.models.choices import ReadBack
from app.qt.theme import fill, follow, theme_of
from app.qt.voice import Voice
from app.views.parts.buttons import Button, Kind
from app.views.parts.paper_view import PaperView
from app.views.parts.side_panel import Rule
from app.views.parts.words import Words
from app.views.room.sheet import paper_of

_SPEAK, _HUSH = "Læs højt", "Stop oplæsningen"


class ReadAloud(QWidget):
    """Covers its parent. `said(words)` when the citizen has answered; Escape goes back without an answer."""

    said = Signal(str)

    def __init__(self, parent: QWidget, voice: Voice | None = None) -> None:
        super().__init__(parent)
        self._voice = voice or Voice(parent=self)
        self._before: QWidget | None = None
        self.setObjectName("read_aloud")
        self.setAccessibleName("Læs planen op")
        self.paper = PaperView(large=True, parent=self)
        self._asked = Words("", "big-strong", parent=self)
        self.mine = Button("Det er mine ord", Kind.PRIMARY, icon="check", parent=self)
        self.change = Button("Ret det", Kind.SECONDARY, parent=self)
        self.back = Button("Tilbage", Kind.QUIET, shortcut="Esc", parent=self)
        self.speak = Button(_SPEAK, Kind.QUIET, parent=self)
        named = ((self.mine, "mine"), (self.change, "change"), (self.back, "back"), (self.speak, "speak"))
        for button, name in named:
            button.setObjectName(f"read_aloud.{name}")
        self.mine.clicked.connect(lambda: self._answer(ReadBack.MINE))
        self.change.clicked.connect(lambda: self._answer(ReadBack.CHANGE))
        self.back.clicked.connect(self.close_paper)
        self.speak.clicked.connect(self._speak)
        self._voice.found.connect(self._tell_voice)
        self._voice.fell_silent.connect(self._tell_voice)
        self._line = QHBoxLayout()
        for part in (self._asked, self.speak, self.mine, self.change, self.back):
            self._line.addWidget(part, 1 if part is self._asked else 0, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self.paper, 1)
        self._column.addWidget(Rule(self))
        self._column.addLayout(self._line)
        parent.installEventFilter(self)
        self.hide()
        follow(self._restyle)

    def open(self, file: CaseFile, today: date) -> None:
        """Show the paper as it stands, with the keyboard on it: the arrows scroll."""
        now = QApplication.focusWidget()
        self._before = now if now is not None and now.window() is self.window() else None
        self.refresh(file, today)
        self._voice.look()
        self._tell_voice()
        self._cover()
        self.show()
        self.raise_()
        self.paper.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, file: CaseFile, today: date) -> None:
        """The record has changed under way."""
        name = short_name(file.citizen.name)
        self._asked.setText(f"Er det rigtigt, {name}?" if name else "Er det rigtigt?")
        self.paper.set_content(paper_of(file, today))

    def close_paper(self) -> None:
        """Back to the table; the keyboard goes where it was."""
        if self.isHidden():
            return
        self.hide()
        self._voice.stop()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_paper()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round among the paper and the answers, and never to the table behind them."""
        there: tuple[QWidget, ...] = (self.paper, self.speak, self.mine, self.change, self.back)
        stops = [stop for stop in there if not stop.isHidden()]
        now = QApplication.focusWidget()
        place = stops.index(now) if now in stops else (-1 if forward else 0)
        stops[(place + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._cover()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill(QPainter(self), event.rect(), theme_of().color("surface"))

    # -- inside

    def _speak(self) -> None:
        if self._voice.speaking:
            self._voice.stop()
        else:
            self._voice.say(self.paper.plain_text())
        self._tell_voice()

    def _tell_voice(self) -> None:
        """The button is there when somebody can speak, and says what it does next."""
        self.speak.setVisible(self._voice.there)
        self.speak.setText(_HUSH if self._voice.speaking else _SPEAK)

    def _answer(self, words: ReadBack) -> None:
        self.close_paper()
        self.said.emit(words.value)

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _restyle(self) -> None:
        theme = theme_of()
        side = theme.px(45)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._line.setContentsMargins(side, theme.space(1.5), side, theme.space(1.5))
        self._line.setSpacing(theme.space(1.5))
        self.update()
