# SPDX-License-Identifier: MPL-2.0
"""The calm question beside the form: is this somebody we know already?

Hidden while there is nobody to ask about. Must not know how they were found.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_full
from app.qt.theme import follow, theme_of
from app.services.intake import Alike
from app.store.listing import Near
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import Words, grows_down, rounded

MOST = 3


def born(near: Near) -> str:
    """What tells one citizen from another of the same name."""
    return f"født {format_full(near.birth_date)}" if near.birth_date else "fødselsdagen er ikke skrevet"


class _Line(QWidget):
    """One citizen on file, and the way to them."""

    opened = Signal(str)

    def __init__(self, near: Near, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        name = Words(near.name or "Uden navn", "strong", parent=self)
        told = Words(born(near), "note", "text-quiet", self)
        way = Button("Åbn sagen", Kind.SECONDARY, parent=self)
        way.setObjectName(f"near.{place}.open")
        way.setAccessibleName(f"Åbn sagen: {near.name}, {born(near)}")
        way.clicked.connect(lambda: self.opened.emit(near.case_id))
        said = QVBoxLayout()
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(0)
        said.addWidget(name)
        said.addWidget(told)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme_of().space(1.5))
        row.addLayout(said, 1)
        row.addWidget(way, 0, Qt.AlignmentFlag.AlignVCenter)
        grows_down(self)


class AlikeCard(QWidget):
    """ "Er det samme borger?" `opened(case id)` when it is."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Near, ...] | None = None
        self._lines: list[_Line] = []
        self._question = Words("", "heading", parent=self)
        self._text = Words("", "note", "text-quiet", self)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._question)
        self._column.addWidget(self._text)
        grows_down(self)
        self.hide()
        follow(self._restyle)

    def show_alike(self, alike: Alike) -> None:
        """Ask about these; nobody takes the card away."""
        shown = ((alike.number,) if alike.number else ()) + alike.near[:MOST]
        if shown == self._shown:
            return
        self._shown = shown
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._question.setText("Nummeret står på en sag i forvejen" if alike.number else "Er det samme borger?")
        words = "Er det en anden, så opret bare. Nummeret kan rettes i sagen." if alike.number else ""
        self._text.setText(words or "Er det en anden, så opret bare.")
        self._lines = [_Line(near, place, self) for place, near in enumerate(shown)]
        for line in self._lines:
            line.opened.connect(self.opened)
            self._column.addWidget(line)
        said = "; ".join(f"{near.name}, {born(near)}" for near in shown)
        self.setAccessibleName(f"{self._question.text()} {said}")
        self.setVisible(bool(shown))

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.px(18)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.space(1.5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        rounded(QPainter(self), QRectF(self.rect()), theme.color("bestiller-soft"), None, 0, theme.radius("card"))
