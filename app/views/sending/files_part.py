# SPDX-License-Identifier: MPL-2.0
"""Files for other systems: the report to KL, the follow-ups for a calendar, the fields as a workbook (G6).

What the report still lacks stands as sentences before anybody presses. Must not know how a file is made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.dates import format_full
from app.domain.rights import Act
from app.models.casefile import CaseFile
from app.services import reporting, sending
from app.services.reporting import Ready
from app.services.sent import last_report
from app.views.allowed import allow
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import CheckField
from app.views.parts.words import Words
from app.views.room.step import Column

T = TypeVar("T")
UNLOCKED = "Filen er ikke krypteret: pas på den."


class FilesPart(Column):
    """`said(sentence)` when a file is there, or why it is not."""

    said = Signal(str)

    def __init__(self, context: Context, case_id: str, parent: QWidget) -> None:
        super().__init__(3, parent)
        self._context = context
        self._case_id = case_id
        self._number = ""
        self.state = Words("", "body", "text-quiet")
        self.report = self._button("Gem indberetningen", "sending.report", Act.REPORT, self._report)
        self._group("Indberetning til KL (FHIR)", self.state, self.report)
        self.initials = CheckField("Skriv borgerens initialer i emnet")
        self.initials.setObjectName("sending.initials")
        self.calendar = self._button("Gem opfølgningerne", "sending.calendar", Act.CALENDAR, self._calendar)
        days = "Dagene, I mødes igen, til din egen kalender. Emnet er sagsnummeret og aldrig et navn."
        self._group("Kalender", Words(days, "body", "text-quiet"), self.initials, self.calendar)
        self.table = self._button("Gem som regneark", "sending.table", Act.EXPORT, self._table)
        self._group(
            "Regneark", Words("De samme felter som i udklippet, én linje til hvert.", "body", "text-quiet"), self.table
        )

    def show_ready(self, file: CaseFile, ready: Ready) -> None:
        """Show whether the case can be reported, and when it was."""
        self._number = file.case.goes_by
        self.report.setVisible(ready.on)
        last = last_report(file)
        if ready.lacks:
            self.state.setText("\n".join(ready.lacks))
        else:
            sent = format_full(last.at.date()) if last is not None else ""
            self.state.setText(
                f"Sidst indberettet {sent}." if sent else "Alt er på plads. Sagen er ikke indberettet endnu."
            )
        self.state.set_color("on-warn" if ready.on and ready.lacks else "text-quiet")

    # -- inside

    def _group(self, heading: str, *parts: QWidget) -> None:
        group = Column(1)
        group.add(Words(heading, "strong"))
        for part in parts:
            if isinstance(part, Button):
                group.box.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                group.add(part)
        self.add(group)

    def _button(self, words: str, name: str, act: Act, press: Callable[[], None]) -> Button:
        button = Button(words, Kind.SECONDARY, icon="download")
        button.setObjectName(name)
        button.clicked.connect(press)
        allow(self._context, act, button)
        return button

    def _report(self) -> None:
        desk, hand, case_id = self._context.desk, self._context.hand, self._case_id
        path = self._where("Gem indberetningen som", reporting.suggested_name(self._number), "FHIR (*.json)")
        if path is not None:
            self._save(lambda: reporting.report(desk, hand, case_id, path), path)

    def _calendar(self) -> None:
        desk, hand, case_id = self._context.desk, self._context.hand, self._case_id
        with_initials = self.initials.checked()
        path = self._where("Gem opfølgningerne som", f"opfoelgning-{self._number}.ics", "Kalender (*.ics)")
        if path is not None:
            self._save(lambda: sending.save_calendar(desk, hand, case_id, path, with_initials=with_initials), path)

    def _table(self) -> None:
        desk, hand, case_id = self._context.desk, self._context.hand, self._case_id
        path = self._where("Gem felterne som", f"sag-{self._number}.xlsx", "Excel-ark (*.xlsx)")
        if path is not None:
            self._save(lambda: sending.save_table(desk, hand, case_id, path), path)

    def _where(self, title: str, name: str, pattern: str) -> Path | None:
        chosen = self._context.asks.save_file(title, name, pattern)
        if not chosen:
            return None
        path, ending = Path(chosen), Path(name).suffix
        return path if path.suffix.casefold() == ending else path.with_name(f"{path.name}{ending}")

    def _save(self, service: Callable[[], T], path: Path) -> None:
        self._context.run(
            service,
            lambda _: self.said.emit(f"Gemt i {path.name}. {UNLOCKED}"),
            lambda message, _: self.said.emit(message),
        )
