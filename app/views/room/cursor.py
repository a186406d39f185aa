# SPDX-License-Identifier: MPL-2.0
"""Where the keyboard stands in one room: put down while something else is done, and taken up where it may write.

Made by the room, one for each. Must not know why it is put down.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.views.parts.field import field_of

_OTHER = Qt.FocusReason.OtherFocusReason


class Cursor:
    """`first` finds where the pen writes first."""

    def __init__(self, room: QWidget, first: Callable[[], QWidget]) -> None:
        self._room = room
        self._first = first
        self._held: QWidget | None = None
        self._passing = False

    def put_down(self) -> QWidget | None:
        """Take the cursor out of whatever field it is in, which ends the typing there; that field comes back."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        held = QApplication.focusWidget()
        if held is None or not self._room.isAncestorOf(held):
            return None
        self._room.setFocus(_OTHER)
        return held

    def hold(self) -> None:
        """Put it down until it is taken up again."""
        self._held = self.put_down()

    def take_up(self) -> None:
        """Back where it was held, or where this pen writes first."""
        held, self._held = self._held, None
        if held is not None and _may_have_it(held):
            held.setFocus(_OTHER)
        else:
            self.go_first()

    def go_first(self) -> None:
        """Where this pen writes first."""
        self._first().setFocus(_OTHER)

    def pass_on(self) -> None:
        """The pen has gone to another hand: until the case is read by it, no key does anything."""
        self._held = self.put_down() or self._held
        self._passing = True

    def arrive(self) -> None:
        """The case has been read: where a pen was just passed, its new hand goes on where it may write."""
        if not self._passing:
            return
        self._passing = False
        now = QApplication.focusWidget()
        if self._room.isVisible() and (now is None or now in (self._room, self._room.window())):
            self.take_up()


def _may_have_it(held: QWidget) -> bool:
    """Whether it is still there, and a key pressed there neither goes nowhere nor takes something away."""
    if not isValid(held) or not held.isVisible() or not held.isEnabled():
        return False
    field = field_of(held)
    return held.property("tool") is None if field is None else not field.read_only()
