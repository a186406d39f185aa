# SPDX-License-Identifier: MPL-2.0
"""The doctor in the settings: the machine is looked over, and what was found is saved as a file for the it department.

Part of the settings page. Must not know what is looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.context import Context
from app.views.parts.words import Words
from app.views.sign_in.page import quiet

if TYPE_CHECKING:
    from app.services.doctor import Report

_ABOUT = (
    "Ser computeren efter og gemmer, hvad der skal rettes, i en fil. Der står ingen navne eller ord fra sager i den."
)
_PATTERN = "Tekst (*.txt)"


class ReportPart(QWidget):
    """A button, and in words what came of it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(Words("Hjælp fra it-afdelingen", "heading", parent=self))
        self.told = Words(_ABOUT, "note", "text-quiet", self)
        self.button = quiet("Se computeren efter", "settings.doctor", self)
        self.button.clicked.connect(self._ask)
        self._column.addWidget(self.told)
        self._column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        follow(self._restyle)

    def _ask(self) -> None:
        from app.qt.seen import seen

        examine = self.context.examine
        if examine is None:
            return
        found = tuple(seen())
        self.button.setEnabled(False)
        self.told.setText("Ser computeren efter …")
        self.context.run_slow(lambda: examine(found), self._save, self._hindered)

    def _save(self, report: Report) -> None:
        self._again(report.summary())
        chosen = self.context.asks.save_file("Gem eftersynet", report.suggested_name(), _PATTERN)
        if not chosen:
            return
        path = Path(chosen)

        def write() -> None:
            from app.store.replica import told

            with told():
                path.write_text(report.text(), encoding="utf-8")

        self.context.run_slow(
            write, lambda _: self._again(f"{report.summary()} Send filen {path.name} til it-afdelingen.")
        )

    def _hindered(self, message: str, _field: str | None) -> None:
        self._again(message)

    def _again(self, words: str) -> None:
        self.told.setText(words)
        self.button.setEnabled(True)

    def _restyle(self) -> None:
        self._column.setSpacing(theme_of().space(1.5))
