# SPDX-License-Identifier: MPL-2.0
"""The slim lines across the top: that it is practice; where one is, who sits at the table and whose pen it is.

Stays on every screen, so it is kept quiet. Buttons come from the action table. Must not know services.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.names import short_name
from app.domain.roles import Hand, Role
from app.qt.theme import fill, follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import rounded

if TYPE_CHECKING:
    from app.views.context import Context
    from app.views.sharing.line import ShareLine

PRACTICE = "Øvelse"
PRACTICE_NOTE = "opdigtede borgere"


class PracticeRibbon(QWidget):
    """ "Øvelse": across the very top of every screen in practice mode; words, and a colour nothing else has up there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"{PRACTICE}: {PRACTICE_NOTE}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def _restyle(self) -> None:
        theme = theme_of()
        self.setFixedHeight(round(theme.metrics("small").height()) + theme.px(5))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        fill(painter, self.rect(), theme.color("warn-soft"))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("on-warn"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, f"{PRACTICE} · {PRACTICE_NOTE}")


class Seat(QWidget):
    """One at the table: a small mark in the pen's shape and colour, the name, and a line under whoever writes."""

    pressed = Signal()

    def __init__(self, hand: Hand, has_pen: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hand = hand
        self.has_pen = has_pen
        said = f"{hand.name}, {hand.role.value}" + (", har pennen" if has_pen else "")
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def _role(self) -> str:
        return "label" if self.has_pen else "note"

    def _restyle(self) -> None:
        theme = theme_of()
        metrics = theme.metrics(self._role())
        self.setFixedSize(round(metrics.horizontalAdvance(short_name(self.hand.name))) + theme.px(22), theme.px(30))
        self.update()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        side = theme.px(10)
        mark = QRectF(1, (self.height() - side) / 2, side, side)
        own = {Role.BESTILLER: "bestiller", Role.VEJLEDER: "vejleder"}.get(self.hand.role, "text-quiet")
        radius = side / 2 if self.hand.role is Role.VEJLEDER else 2
        color = theme.color(own)
        rounded(painter, mark, color if self.has_pen else None, color, theme.stroke("mark"), radius)
        painter.setFont(theme.font(self._role()))
        painter.setPen(theme.color("text" if self.has_pen else "text-quiet"))
        words = self.rect().adjusted(theme.px(18), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short_name(self.hand.name))


class Place(QWidget):
    """Where one is, in as much of one line as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = "Rundbord"
        self.setAccessibleName(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def say(self, words: str) -> None:
        """Show these words."""
        self._words = words
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        painter.setFont(theme.font("note"))
        painter.setPen(theme.color("text-quiet"))
        shown = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class TopBar(QWidget):
    """Left: where one is. Right: the people, and what can be done everywhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = Place(self)
        self.home = Button("Dagens side", Kind.QUIET, parent=self)
        self.home.setObjectName("home")
        self.home.hide()
        self._sharing: ShareLine | None = None
        self._seats: list[Seat] = []
        self._people = QHBoxLayout()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.home, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._place, 1)
        self._row.addLayout(self._people)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def add_action(self, action: QAction, icon: str = "") -> Button:
        """A quiet button for an action, last in the line; an icon alone where the icon is known by everybody."""
        button = Button("", Kind.QUIET, icon=icon, parent=self)
        if icon:
            button.setAccessibleName(action.text())
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
        else:
            button.follow_action(action)
        button.setObjectName(action.objectName().removeprefix("action."))
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        button.show()  # at once: the line may be on the screen, and a layout shows what is new a turn later
        return button

    def take_keys_of(self, page: QWidget) -> None:
        """What `page` does by key is done from here too, from now on and until another page is shown."""
        for action in self.actions():  # those of a page that is gone went with it
            self.removeAction(action)
        self.addActions(page.actions())

    def show_place(self, words: str) -> None:
        """Where one is: the municipality, or the program's name."""
        self._place.say(words)

    def tell_sharing(self, context: Context) -> None:
        """How it stands with the shared database: the first time there is something to tell, it gets its place."""
        if self._sharing is not None and self._sharing.context is not context:  # another desk was opened in this window
            self._row.removeWidget(self._sharing)
            self._sharing.hide()
            self._sharing.deleteLater()
            self._sharing = None
        if self._sharing is None:
            from app.views.sharing.line import ShareLine  # late: a desk that is alone never needs it

            self._sharing = ShareLine(context, self)
            self._row.insertWidget(self._row.indexOf(self._place) + 1, self._sharing, 0, Qt.AlignmentFlag.AlignVCenter)
            self._sharing.show()

    def show_people(self, people: Sequence[Hand], pen: Hand | None) -> None:
        """Who sits at the table, bestiller first, and who writes."""
        for old in self._seats:
            self._people.removeWidget(old)
            old.hide()
            old.deleteLater()
        order = list(Role)
        self._seats = [Seat(hand, hand == pen, self) for hand in sorted(people, key=lambda h: order.index(h.role))]
        for seat in self._seats:
            self._people.addWidget(seat, 0, Qt.AlignmentFlag.AlignVCenter)
            seat.show()

    def seats(self) -> list[Seat]:
        """Those shown, in order."""
        return list(self._seats)

    def _restyle(self) -> None:
        theme = theme_of()
        self._row.setContentsMargins(theme.px(20), theme.px(3), theme.px(12), theme.px(3))
        self._row.setSpacing(theme.px(12))
        self._people.setSpacing(theme.px(18))
        self.setFixedHeight(theme.px(38))
        self.update()
