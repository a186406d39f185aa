# SPDX-License-Identifier: MPL-2.0
"""What a screen reader finds and what it says: what is covered is out of its reach, and what is told in passing is said.

It goes by what is shown, not by what can be seen. So whatever covers a window (the lock, a card, the screen turned to the
citizen) takes what lies behind out of earshot, and gives it back when it goes. Nothing is hidden for it: nothing is laid out
or painted anew, and nothing loses the keyboard. Must not know what is covered or told.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QChildEvent, QEvent, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

LOCK = "rundbord.lock"
"""The property by which the lock is known to what comes after it: nothing lies over that."""
_LEFT_OUT = "qt_rubberband"
"""What is called this Qt leaves out of all it tells a screen reader of: the only way to be shown and not be read."""
_COVERS, _CALLED = "covers", "called"


class Hush(QObject):
    """What one cover has taken out of earshot. Two may take the same: it is back when both have given it back."""

    def __init__(self, cover: QWidget) -> None:
        super().__init__(cover)
        self._cover = cover
        self._taken: list[QWidget] = []
        self._window: QWidget | None = None

    def take(self, widgets: Iterable[QWidget]) -> None:
        """These, until they are given back."""
        for one in widgets:
            if one not in self._taken:
                self._taken.append(one)
                _leave_out(one)

    def take_all_of(self, window: QWidget) -> None:
        """Everything in a window but the cover, also what comes while it lies there."""
        self._window = window
        window.installEventFilter(self)
        self.take(one for one in lying_in(window) if one is not self._cover)

    def give_back(self) -> None:
        """All of it can be read again."""
        if self._window is not None and isValid(self._window):
            self._window.removeEventFilter(self)
        taken, self._taken, self._window = self._taken, [], None
        for one in taken:
            if isValid(one):
                _put_back(one)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is new in the window is there, whole, when it is about to be shown for the first time."""
        if event.type() is QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            new = event.child()
            if isinstance(new, QWidget) and not new.isWindow() and new is not self._cover:
                self.take((new,))
        return super().eventFilter(watched, event)


def lying_in(window: QWidget) -> list[QWidget]:
    """What lies right in it, shown or not; no windows of its own."""
    return [one for one in window.children() if isinstance(one, QWidget) and not one.isWindow()]


def out_of_earshot(widget: QWidget) -> bool:
    """Whether something covers it."""
    at: QWidget | None = widget
    while at is not None:
        if at.property(_COVERS):
            return True
        at = at.parentWidget()
    return False


def announce(widget: QWidget, text: str, *, at_once: bool = False) -> None:
    """Let a screen reader say what `widget` has just been given to tell, when it has said what it is saying or `at_once`.

    Of what is hidden or covered nothing is said.
    """
    if text and widget.isVisible() and not out_of_earshot(widget):
        _say(widget, text, at_once)


def _say(widget: QWidget, text: str, at_once: bool) -> None:
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # late: the start tells nothing

    if QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(widget, text)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if at_once else politeness.Polite)
        QAccessible.updateAccessibility(event)


def _leave_out(one: QWidget) -> None:
    covers = int(one.property(_COVERS) or 0)
    if not covers:
        one.setProperty(_CALLED, one.objectName())
        one.setObjectName(_LEFT_OUT)
    one.setProperty(_COVERS, covers + 1)


def _put_back(one: QWidget) -> None:
    covers = int(one.property(_COVERS) or 0) - 1
    one.setProperty(_COVERS, covers)
    if not covers:
        one.setObjectName(str(one.property(_CALLED) or ""))
