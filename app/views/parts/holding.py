# SPDX-License-Identifier: MPL-2.0
"""The line somebody writes in stays where it is on the screen, while what another writes above it grows or goes.

Made for what scrolls, by whoever has fields that several write in. Must not know who wrote.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from app.views.parts.field import field_of

_TRIES = 3


class HoldsPlace(QObject):
    """Scrolls `area` by as much as the field with the cursor has moved on its sheet. A sheet that ends too soon for that is given
    the room; it is taken back once nothing in sight rests on it.
    """

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._held: QWidget | None = None
        self._watched: list[QWidget] = []
        self._at = 0
        self._moving = False
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """What the field lies in has been moved by a layout."""
        if event.type() is QEvent.Type.Move:
            self.settle()
        return False

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        sheet = self._area.widget() if isValid(self._area) else None
        if sheet is None:
            return
        for one in self._watched:
            if isValid(one):
                one.removeEventFilter(self)
        self._watched.clear()
        here = now is not None and sheet.isAncestorOf(now) and field_of(now) is not None
        self._held = now if here else None
        self._give_back(sheet)
        around = self._held
        while around is not None and around is not sheet:
            around.installEventFilter(self)
            self._watched.append(around)
            around = around.parentWidget()
        self._scrolled()

    def _scrolled(self) -> None:
        """A person, or what brings the cursor in sight, has scrolled: here it is to stay from now on."""
        if not self._moving:
            self._at = self._place()

    def _place(self) -> int:
        """How far below the upper edge the field lies, in pixels."""
        held, sheet = self._held, self._area.widget()
        if held is None or not isValid(held) or sheet is None or not sheet.isAncestorOf(held):
            return 0
        return held.mapTo(sheet, QPoint(0, 0)).y() - self._area.verticalScrollBar().value()

    def settle(self) -> bool:
        """The sheet has been laid out, or is about to be: bring the field back to where it stood. Whether it had to be."""
        held, sheet = self._held, self._area.widget()
        if self._moving:
            return True
        if held is None or sheet is None or not isValid(held) or not held.isVisible():
            return False
        if not 0 <= self._at < self._area.viewport().height():
            return False
        bar = self._area.verticalScrollBar()
        before = bar.value()
        self._moving = True
        for _ in range(_TRIES):  # room that is lent lays the sheet anew, which may move the field once more
            wanted = bar.value() + self._place() - self._at
            if wanted == bar.value() <= bar.maximum():
                break
            if wanted > bar.maximum():
                sheet.setMinimumHeight(sheet.height() + wanted - bar.maximum())
            bar.setValue(wanted)
        self._moving = False
        return bar.value() != before

    def _give_back(self, sheet: QWidget) -> None:
        """Not while a button of the mouse is down: what it presses must not move."""
        if sheet.minimumHeight() and not QApplication.mouseButtons():
            rests = self._area.verticalScrollBar().value() + self._area.viewport().height()
            value = self._area.verticalScrollBar().value()
            sheet.setMinimumHeight(min(sheet.minimumHeight(), rests) if value else 0)
