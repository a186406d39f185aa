# SPDX-License-Identifier: MPL-2.0
"""The case's history on a card: who wrote what when, the newest first (A1, A10, B7). Must not know how it is read."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_short
from app.domain.names import short_name
from app.qt.theme import follow, theme_of
from app.services.history import Told, told
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay

AT_A_TIME = 40


class HistoryCard(Overlay):
    """Opens at once, and is gone when it is closed. The arrows and Page Down read on."""

    def __init__(self, context: Context, case_id: str, window: QWidget) -> None:
        super().__init__(window, 720)
        self._context = context
        self._all: tuple[Told, ...] = ()
        self._shown = 0
        self.setObjectName("history")
        self.setAccessibleName("Historik")
        self._away = Button("Luk", Kind.QUIET, shortcut="Esc", parent=self.card)
        self._away.setObjectName("history.close")
        self._away.clicked.connect(self.close_overlay)
        head = QHBoxLayout()
        head.addWidget(Words("Historik", "heading", parent=self.card), 1)
        head.addWidget(self._away)
        self.card.column.addLayout(head)
        self._lines = QVBoxLayout()
        self.card.column.addLayout(self._lines)
        self._older = Button("Vis ældre", Kind.SECONDARY, parent=self.card)
        self._older.setObjectName("history.older")
        self._older.clicked.connect(self._more)
        self._older.hide()
        self.card.column.addWidget(self._older)
        self.closed.connect(self.deleteLater)
        follow(self._space)
        context.run(lambda: told(context.desk, case_id), self._show)
        self.open(self._away)

    # -- inside

    def _show(self, found: tuple[Told, ...]) -> None:
        self._all = found
        self._more()

    def _more(self) -> None:
        for one in self._all[self._shown : self._shown + AT_A_TIME]:
            self._lines.addWidget(self._line(one))
        self._shown += AT_A_TIME
        left = self._shown < len(self._all)
        self._older.setVisible(left)
        if not left and self._older.hasFocus():
            self._away.setFocus()

    def _line(self, one: Told) -> QWidget:
        """What was written, and below it whose hand and when."""
        line = QWidget(self.card)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        at = one.at
        same_day = at.date() == self._context.desk.today()
        when = f"{at:%H:%M}" if same_day else f"{format_short(at.date())} {at:%Y %H:%M}"
        column.addWidget(Words(f"{one.what}: {one.words}" if one.words else one.what, "body", parent=line))
        hand = f"{short_name(one.hand.name)}, {one.hand.role} · {when}"
        column.addWidget(Words(hand, "small", "text-quiet", line))
        return line

    def _space(self) -> None:
        self._lines.setSpacing(theme_of().space(1.25))
