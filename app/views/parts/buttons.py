# SPDX-License-Identifier: MPL-2.0
"""Buttons: one primary on a screen, secondary beside it, quiet ones where a line of text would do.

The shortcut is shown on the button so that it is learnt by looking; the action itself lives in the action table.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.qt.icons import pixmap
from app.qt.theme import follow, theme_of
from app.views.parts.words import rounded

LONGEST = 240
"""Points a button must have before it may be cut short; every text of our own is shorter, a citizen's name may not be."""


QUIET_AIR = 0.75
"""Between a quiet button's words and its edge, which is seen when it has the keyboard or the mouse is over it."""


class Kind(StrEnum):
    """How loud a button is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"


class Button(QPushButton):
    """A push button drawn from tokens, with its shortcut beside its text and a clear focus ring."""

    def __init__(
        self,
        text: str,
        kind: Kind = Kind.SECONDARY,
        *,
        shortcut: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._shortcut = shortcut
        self._icon = icon
        self._on, self._tip, self._forbidden = True, "", ""
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(True)  # Enter presses what has the keyboard, as Space does
        follow(self._restyle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, once however long it is held; Ctrl+Enter means something to the field or the list it stands in."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif not (enter and event.isAutoRepeat()):
            super().keyPressEvent(event)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)

    def setEnabled(self, on: bool) -> None:
        self._on = on
        super().setEnabled(on and not self._forbidden)

    def setToolTip(self, tip: str) -> None:
        self._tip = tip
        super().setToolTip(self._forbidden or tip)

    def forbid(self, why: str) -> None:
        """While there is a `why` it cannot be pressed, whatever else is true, and the tool tip says it; "" lets go."""
        self._forbidden = why
        self.setEnabled(self._on)
        self.setToolTip(self._tip)

    def set_shortcut_text(self, shortcut: str) -> None:
        """Show `shortcut` ("F9") beside the text. Only shown: the key belongs to the action."""
        self._shortcut = shortcut
        self.updateGeometry()
        self.update()

    def follow_action(self, action: QAction) -> None:
        """Take text, enabledness, tool tip and shortcut from `action` and trigger it when pressed."""

        def take() -> None:
            self.setText(action.text().replace("&", ""))
            self.setEnabled(action.isEnabled())
            self.setToolTip(action.toolTip())
            self.set_shortcut_text(action.shortcut().toString())

        take()
        action.changed.connect(take)
        self.clicked.connect(action.trigger)

    def _restyle(self) -> None:
        self.setFont(theme_of().font("body" if self._kind is Kind.QUIET else "strong"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        metrics = self.fontMetrics()
        wide = metrics.horizontalAdvance(self.text()) + 2  # rounding must never shorten a word
        if self._shortcut:
            wide += theme.space(0.75) + metrics.horizontalAdvance(self._shortcut)
        if self._icon:
            wide += theme.px(18) + (theme.space(0.75) if self.text() else 0)
        if self._kind is Kind.QUIET:
            return QSize(wide + 2 * theme.space(QUIET_AIR), metrics.height() + theme.space(1))
        return QSize(wide + theme.space(4), metrics.height() + theme.space(2.25))

    def minimumSizeHint(self) -> QSize:
        """All of it, but for a name so long that it would push what stands around it off the screen: that is cut short."""
        theme = theme_of()
        longest = min(theme.px(LONGEST), theme.width("side") - theme.px(90))  # columns grow slower than text
        return self.sizeHint().boundedTo(QSize(longest, 100_000))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        fill, edge, ink = self._colors()
        box = QRectF(self.rect())
        radius = theme.radius("field")
        if fill is not None or edge is not None:
            rounded(painter, box, fill, edge, theme.stroke("line"), radius)
        if self.hasFocus():
            ring = theme.stroke(
                "mark" if self._kind is Kind.QUIET else "focus"
            )  # round words alone a thick one crowds them
            rounded(painter, box, None, theme.color("focus"), ring, radius)
            if self._kind is Kind.PRIMARY:
                inner = theme.stroke("focus")
                rounded(
                    painter, box.adjusted(inner, inner, -inner, -inner), None, theme.color("surface"), 1.5, radius - 1
                )
        self._paint_text(painter, ink)

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        theme = theme_of()
        near = self.underMouse() or self.isDown()
        if self._kind is Kind.PRIMARY:
            if not self.isEnabled():
                return theme.color("off"), None, theme.color("on-off")
            return theme.color("primary-hover" if near else "primary"), None, theme.color("on-primary")
        if not self.isEnabled():
            return None, None if self._kind is Kind.QUIET else theme.color("line"), theme.color("on-off")
        if self._kind is Kind.SECONDARY:
            return theme.color("hover" if near else "surface"), theme.color("text"), theme.color("text")
        return theme.color("hover") if near else None, None, theme.color("link")

    def _paint_text(self, painter: QPainter, ink: QColor) -> None:
        theme = theme_of()
        metrics = self.fontMetrics()
        pad = theme.space(QUIET_AIR if self._kind is Kind.QUIET else 2)
        area = self.rect().adjusted(pad, 0, -pad, 0)
        painter.setPen(ink)
        middle = Qt.AlignmentFlag.AlignVCenter
        used = 0
        if self._icon:
            size = theme.px(18)
            painter.drawPixmap(
                area.left(), (self.height() - size) // 2, pixmap(self._icon, ink, size, self.devicePixelRatioF())
            )
            used = size + theme.space(0.75)
        shortcut = metrics.horizontalAdvance(self._shortcut) if self._shortcut else 0
        room = area.adjusted(used, 0, -(shortcut + theme.space(0.75)) if shortcut else 0, 0)
        flags = middle | (Qt.AlignmentFlag.AlignLeft if used or shortcut else Qt.AlignmentFlag.AlignHCenter)
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, flags, shown)
        if shortcut:
            painter.setFont(theme.font("note" if self._kind is not Kind.QUIET else "small"))
            painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, self._shortcut)


class BeginButton(Button):
    """Begins something to write in. Who types on it, or faster than what was begun comes, has begun to write: the letters wait
    here for whoever shows it.
    """

    def __init__(
        self, text: str, parent: QWidget | None = None, *, kind: Kind = Kind.QUIET, icon: str = "plus"
    ) -> None:
        super().__init__(text, kind, icon=icon, parent=parent)
        self._typed = ""
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)  # a letter made of two keys comes by it

    def take_typed(self) -> str:
        """What was typed here, for where it is to stand; "" for nothing. It is asked for once."""
        typed, self._typed = self._typed, ""
        return typed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self._typed = self._typed[:-1]
        elif _is_written(event) and (self._typed or event.text() != " "):
            self._write(event.text())
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.commitString():
            self._write(event.commitString())
        event.accept()

    def _write(self, letters: str) -> None:
        begins = not self._typed
        self._typed += letters
        if begins:
            self.click()


def _is_written(event: QKeyEvent) -> bool:
    """Whether a key is a letter or a sign, and no command. AltGr is told as both Ctrl and Alt where it is told at all."""
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    command = bool(event.modifiers() & Qt.KeyboardModifier.MetaModifier) or (bool(held) and held != both)
    return bool(event.text()) and event.text().isprintable() and not command
