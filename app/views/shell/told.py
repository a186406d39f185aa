# SPDX-License-Identifier: MPL-2.0
"""What the window tells and asks with: the line laid over its foot, and the card with two answers. Made by `asks`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.earshot import announce
from app.views.parts.notices import Notice, Weight
from app.views.parts.words import Words, rounded
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow

_MS_A_SIGN = 90  # a slow reader's pace
_LEAST_MS = 6000
_WIDE, _ABOVE_FOOT = 640, 72  # points


class TellLine(QWidget):
    """A line laid over what is shown, near the foot: it comes and goes, and nothing moves under anybody's hands."""

    def __init__(self, parent: QWidget, over: Callable[[], QWidget | None]) -> None:
        """`over`: what it is best laid over, where nobody writes; None is the whole window."""
        super().__init__(parent)
        parent.installEventFilter(self)
        self._over_now = over
        self._over: QWidget | None = None
        self._before: QWidget | None = None
        self.notice = Notice(self)
        self.notice.setObjectName("notice")
        self.away = Button("", Kind.QUIET, icon="close", parent=self)
        self.away.setAccessibleName("Luk beskeden")
        self.away.setObjectName("notice.close")
        self.away.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the mouse takes no keyboard along
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
        now = QApplication.focusWidget()
        self._before = now if now is not None and not self.isAncestorOf(now) else self._before
        self._follow_over(self._over_now())
        self._lay_out()
        self.show()
        self._stay_under_covers()
        announce(self, text)
        self._timer.start(max(_LEAST_MS, _MS_A_SIGN * len(text)))

    def text(self) -> str:
        """What it says; "" when nothing."""
        return self.notice.text() if not self.isHidden() else ""

    def clear(self) -> None:
        """Take it away; the keyboard, if it was here, goes back."""
        now, before = QApplication.focusWidget(), self._before
        held, self._before = now is not None and self.isAncestorOf(now), None
        self._timer.stop()
        self.notice.say("")
        self.hide()
        self._follow_over(None)
        if held:
            there = before is not None and isValid(before) and before.isVisible() and before.isEnabled()
            back = before if there else self.parentWidget()
            assert back is not None
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and the place of what it lies over."""
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Move)
        if moved and watched in (self.parent(), self._over) and not self.isHidden():
            self._lay_out()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        surface, line = theme.color("surface"), theme.color("border")
        rounded(QPainter(self), QRectF(self.rect()), surface, line, theme.stroke("line"), theme.radius("card"))

    def _lay_out(self) -> None:
        """In the middle, above the room's foot: over the citizen's paper or a list, over no button that is always there and over
        nothing on a side."""
        theme, window = theme_of(), self.parentWidget()
        assert window is not None
        over = self._over if self._over is not None and isValid(self._over) and self._over.isVisible() else None
        left = over.mapTo(window, QPoint(0, 0)).x() if over is not None else 0
        room = over.width() if over is not None else window.width()
        most = room - 2 * theme.space(1) if over is not None else room * 7 // 10
        width = min(theme.px(_WIDE), most)
        self._row.activate()
        high = max(self._row.totalHeightForWidth(width), self._row.totalMinimumSize().height())
        self.setGeometry(left + (room - width) // 2, window.height() - theme.px(_ABOVE_FOOT) - high, width, high)

    def _follow_over(self, over: QWidget | None) -> None:
        if self._over is not None and isValid(self._over):
            self._over.removeEventFilter(self)
        self._over = over
        if over is not None:
            over.installEventFilter(self)

    def _stay_under_covers(self) -> None:
        """What covers the whole window, as the lock does, covers this as well. The pages may be as large, and cover nothing."""
        window = self.parentWidget()
        assert window is not None
        laid = window.layout()
        around = [one for one in window.children() if isinstance(one, QWidget) and one is not self]
        around = [one for one in around if laid is None or laid.indexOf(one) < 0]
        self.raise_()
        for one in around:
            if one.isVisible() and one.size() == window.size():
                self.stackUnder(one)
                break

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.px(6)
        self._row.setContentsMargins(edge, edge, edge, edge)
        self._row.setSpacing(theme.space(0.5))
        if not self.isHidden():
            self._lay_out()


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
