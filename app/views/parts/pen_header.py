# SPDX-License-Identifier: MPL-2.0
"""The mark of a pen: a blue square with B for the bestiller, a brown circle with V for the vejleder.

Told apart by shape and letter as well as colour. Shown at the head of each side and wherever a pen is named.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.roles import Role
from app.qt.theme import follow, theme_of
from app.views.parts.words import Words, grows_down, rounded

_MARKS = {Role.BESTILLER: "B", Role.VEJLEDER: "V", Role.LEDER: "L", Role.RAADGIVER: "R"}
_DOES = {
    Role.BESTILLER: "bestiller · afgør",
    Role.VEJLEDER: "vejleder · giver støtten",
    Role.LEDER: "leder",
    Role.RAADGIVER: "rådgiver",
}


class PenMark(QWidget):
    """The mark alone."""

    def __init__(self, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(role.value)
        follow(self._restyle)

    def _restyle(self) -> None:
        side = theme_of().width("mark")
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_mark(QPainter(self), QRectF(self.rect()), self._role)


def paint_mark(painter: QPainter, area: QRectF, role: Role) -> None:
    """Draw the mark of a role, filling `area`."""
    theme = theme_of()
    name = "bestiller" if role is Role.BESTILLER else "vejleder"
    own = role in (Role.BESTILLER, Role.VEJLEDER)
    radius = area.height() / 2 if role is Role.VEJLEDER else theme.radius("field")
    rounded(painter, area, theme.color(name if own else "chosen"), None, 0, radius)
    painter.setFont(theme.font("label"))
    painter.setPen(theme.color(f"on-{name}" if own else "on-chosen"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _MARKS[role])


class PenHeader(QWidget):
    """Mark, name and what the pen does. `pressed` when clicked: the room may offer to pass the pen."""

    pressed = Signal()

    def __init__(self, role: Role, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._has_pen = self._elsewhere = self._away = False
        self.mark = PenMark(role, self)
        self._name = Words("", "strong", parent=self, leading=1.0)
        self._does = Words("", "note", "text-quiet", self, leading=1.0)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.mark)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self._does)
        self._row.addLayout(column, 1)
        grows_down(self)
        self.set_person(name)
        follow(self._restyle)

    def set_person(self, name: str, *, elsewhere: bool = False, away: bool = False) -> None:
        """Who sits here; "" while nobody does. `elsewhere`: at a desk of their own, with the same record open. `away`: the
        case has one, who is not signed in.
        """
        self._elsewhere, self._away = elsewhere, away
        self._name.setText(name or f"Ingen {self._role.value} endnu")
        self._tell()

    def set_has_pen(self, has_pen: bool) -> None:
        """Whether this is who writes now."""
        self._has_pen = has_pen
        self._tell()

    def _tell(self) -> None:
        where = "ved et andet bord" if self._elsewhere else "ikke logget ind" if self._away else ""
        does = f"{self._role.value} · {where}" if where else _DOES[self._role]
        self._does.setText(does + (" · har pennen" if self._has_pen else ""))
        self.setAccessibleName(f"{self._name.text()}, {self._does.text().replace(' · ', ', ')}")

    def _restyle(self) -> None:
        self._row.setSpacing(theme_of().px(10))

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()
