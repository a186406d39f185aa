# SPDX-License-Identifier: MPL-2.0
"""Taking in a file from the job centre: choose it, and see what became of it, line by line where something was refused (D1).

All of the file is taken or none of it. Must not know how a referral is read.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import UserError
from app.services.referrals import TakenIn, take_in
from app.views.context import Context
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow, loud

_MOST_SHOWN = 40


class Intake(Overlay):
    """The card with the summary."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window, 640)
        self.context = context
        self._title = Words("", "heading", parent=self.card)
        self._summary = Words("", "body", parent=self.card, leading=1.3)
        self._lines = QVBoxLayout()
        self._shown: list[Words] = []
        close = loud("Luk", "import.close", self.card)
        close.clicked.connect(self.close_overlay)
        self._close = close
        self.card.column.addWidget(self._title)
        self.card.column.addWidget(self._summary)
        self.card.column.addLayout(self._lines)
        self.card.column.addWidget(ButtonRow(close))

    def choose_file(self) -> None:
        """Ask which file, and take it in."""
        path = self.context.asks.open_file(
            "Hent henvisninger fra jobcentret", "CSV-filer (*.csv *.txt);;Alle filer (*)"
        )
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Take in this file and show what became of it."""
        desk, hand = self.context.desk, self.context.hand

        def work() -> TakenIn:
            try:
                data = path.read_bytes()
            except OSError as trouble:
                raise UserError(f"Filen {path.name} kan ikke læses.") from trouble
            return take_in(desk, hand, data)

        self.context.run(work, self._told, lambda message, _field: self._say(message, ()))

    def _told(self, taken: TakenIn) -> None:
        known = f" {taken.known_already} var kendt i forvejen." if taken.known_already else ""
        refused = len(taken.refused_lines)
        not_used = f" {refused} kan ikke bruges og er ikke taget ind:" if refused else ""
        told = f"{taken.taken} af {taken.read} henvisninger er taget ind.{known}{not_used}"
        lines = [f"Linje {line.line} · {line.column}: {line.reason}" for line in taken.refused_lines[:_MOST_SHOWN]]
        if refused > _MOST_SHOWN:
            lines.append(f"… og {refused - _MOST_SHOWN} til.")
        self._say(told, tuple(lines))

    def _say(self, told: str, lines: tuple[str, ...]) -> None:
        self._title.setText("Henvisninger")
        self._summary.setText(told)
        self.setAccessibleName(f"Henvisninger. {told}")
        for old in self._shown:
            self._lines.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = [Words(line, "note", parent=self.card) for line in lines]
        for words in self._shown:
            self._lines.addWidget(words)
        self.open(self._close)
