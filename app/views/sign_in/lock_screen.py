# SPDX-License-Identifier: MPL-2.0
"""The lock screen: covers every window of the program, shows nothing of a case, and opens to anybody at the table.

By key or after a time without one. What was typed has been kept before it comes up, and stands there afterwards (promise 3).
What lies behind is hidden as well as covered, and in every window out of earshot: a screen reader, which any Windows begins by a
key, goes by what is shown. Must not know what it is.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.domain.roles import Hand
from app.qt.theme import fill, theme_of
from app.services import accounts
from app.views.context import Context
from app.views.parts.earshot import LOCK, Hush
from app.views.parts.fields import ChoiceField, Option, TextField
from app.views.sign_in.page import FormPage, loud, quiet


class Curtain(QWidget):
    """A plain cover over another window of the program."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setGeometry(over.rect())
        over.installEventFilter(self)
        self._hush = Hush(self)
        self._hush.take_all_of(over)
        self.show()
        self.raise_()

    def lift(self) -> None:
        """Take it away."""
        self._hush.give_back()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        over = self.parentWidget()
        if event.type() == QEvent.Type.Resize and over is not None:
            self.setGeometry(over.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        fill(QPainter(self), self.rect(), theme_of().color("page"))


class LockScreen(QWidget):
    """`unlocked(hand)` with whoever opened it; `left` when everybody goes from the table instead."""

    unlocked = Signal(object)
    left = Signal()
    uncovered = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self.context = context
        self._window = window
        self._asking = False
        self._focus: QWidget | None = None
        self._curtains: list[Curtain] = []
        self._behind: list[QWidget] = []
        self._hush = Hush(self)
        self.covering = False
        self.setProperty(LOCK, True)
        self.setAccessibleName("Rundbord er låst")
        self.page = FormPage("Låst", "Alt, hvad I har skrevet, er gemt.", self, 340)
        self.who = ChoiceField("Hvem er det?", [])
        self.said = TextField("PIN-kode eller adgangskode", secret=True)
        self.page.add(self.who, "lock.person")
        self.page.add(self.said, "lock.secret")
        self.go = loud("Lås op", "lock.open", self)
        self.leave = quiet("Vi går fra bordet", "lock.leave", self)
        self.page.add_buttons(self.go, self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.said.line.returnPressed.connect(self._try)
        self.go.clicked.connect(self._try)
        self.leave.clicked.connect(self._leave)
        window.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover everything."""
        if self.covering:
            return
        self.covering = True
        self._focus = QApplication.focusWidget()
        context = self.context
        self.page.forgive()
        self.page.say("Låst", "Alt, hvad I har skrevet, er gemt.")
        self.who.set_options([Option(hand.person_id, f"{hand.name}, {hand.role.value}") for hand in context.people])
        self.who.setVisible(len(context.people) > 1)
        pen = context.pen or context.people[0]
        self.who.set_text(pen.person_id)
        self.said.set_text("")
        self.said.set_hint("Øvelse: PIN-koden er 1234" if context.practice else "")
        self._asking = False
        above = self._above()
        # What waits for an answer keeps the keyboard from every window made before it; a later one may have it.
        if above is not None:
            self.setParent(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
            self.setWindowModality(Qt.WindowModality.ApplicationModal)
            self.setGeometry(above.geometry().united(self._window.geometry()))
        elif self.isWindow():
            self.setParent(self._window, Qt.WindowType.Widget)
            self.setWindowModality(Qt.WindowModality.NonModal)
        for top in QApplication.topLevelWidgets():
            if top.isVisible() and top is not self and (top is not self._window or above is not None):
                self._curtains.append(Curtain(top))
        if not self.isWindow():
            self.setGeometry(self._window.rect())
            self._hush.take_all_of(self._window)
        self.show()
        self.raise_()
        if self.isWindow():
            self.activateWindow()
        self._hide_behind()
        self.said.setFocus(Qt.FocusReason.OtherFocusReason)

    def _above(self) -> QWidget | None:
        """A window in front of the program's own, on the same screen: a dialog, or the citizen's view."""
        modal = QApplication.activeModalWidget()
        if modal is not None:
            return modal
        return next(
            (
                top
                for top in QApplication.topLevelWidgets()
                if top.isVisible() and top.isFullScreen() and top is not self._window
                if top.screen() is self._window.screen()
            ),
            None,
        )

    def uncover(self) -> None:
        """As it was, the keyboard where it was."""
        self.covering = False
        self.uncovered.emit()
        behind, self._behind = self._behind, []
        for one in behind:
            if shiboken6.isValid(one):
                one.show()
        self._hush.give_back()
        self._give_back_focus()
        self.hide()
        for curtain in self._curtains:
            if shiboken6.isValid(curtain):  # else it went with what it covered
                curtain.lift()
        self._curtains = []
        self.said.set_text("")

    def _hide_behind(self) -> None:
        """What the window lays out, and what lies on a card over it: the card itself stays, and can be closed meanwhile."""
        laid = self._window.layout()
        for one in _shown_in(self._window):
            if one is not self:
                self._behind += [one] if laid is not None and laid.indexOf(one) >= 0 else _shown_in(one)
        for one in self._behind:
            one.hide()

    def _give_back_focus(self) -> None:
        focus, self._focus = self._focus, None
        if focus is None or not shiboken6.isValid(focus) or not focus.isVisible():
            focus = self._window
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self) -> None:
        said = self.said.text()
        hand = next((h for h in self.context.people if h.person_id == self.who.text()), None)
        if self._asking or not said or hand is None:
            return
        self._asking = True
        desk = self.context.desk
        self.context.run(
            lambda: accounts.check_secret(desk, hand.person_id, said), lambda _: self._opened(hand), self._refused
        )

    def _opened(self, hand: Hand) -> None:
        self._asking = False
        if self.covering:
            self.uncover()
            self.unlocked.emit(hand)

    def _refused(self, message: str, _field: str | None) -> None:
        self._asking = False
        self.said.set_text("")
        self.page.complain(message, "secret")

    def _leave(self) -> None:
        self.uncover()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key goes through to what lies behind."""
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays here."""
        stops = [w for w in self._stops() if w.isVisible() and w.isEnabled()]
        if not self.covering or not stops:
            return super().focusNextPrevChild(forward)
        now = QApplication.focusWidget()
        at = stops.index(now) if now in stops else -1
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _stops(self) -> list[QWidget]:
        chosen = next((r for r in self.who.findChildren(QWidget) if r.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        return [w for w in (chosen, self.said.line, self.go, self.leave) if w is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and watched is self._window and not self.isWindow():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        fill(QPainter(self), self.rect(), theme_of().color("page"))


def _shown_in(parent: QWidget) -> list[QWidget]:
    """What lies right in it and is shown."""
    return [one for one in parent.children() if isinstance(one, QWidget) and one.isVisible() and not one.isWindow()]
