# SPDX-License-Identifier: MPL-2.0
"""To other systems, on a card over the room (G6): copy what the fagsystem lacks, FFB's terms, and files.

Opened by F8 or from the first and the last step; nobody needs it to hold the meeting. Read anew whenever the case changes. Must
not know how anything is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.services import cases, reporting, sending
from app.services.desk import Desk
from app.services.reporting import Ready
from app.services.sending import Board
from app.store.unit_of_work import ChangeSet
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import FilterPills
from app.views.parts.words import Words
from app.views.sending.copying import CopyingPart
from app.views.sending.files_part import FilesPart
from app.views.sending.terms_part import TermsPart
from app.views.shell.overlay import Overlay

COPY, TERMS, FILES = "copy", "terms", "files"
PARTS = ((COPY, "Kopiér til fagsystemet"), (TERMS, "FFB-begreber"), (FILES, "Filer"))


@dataclass(frozen=True, slots=True)
class _Read:
    file: CaseFile
    board: Board
    ready: Ready


class SendingCard(Overlay):
    """Opens at once, and is gone when it is closed."""

    def __init__(self, context: Context, case_id: str, window: QWidget) -> None:
        super().__init__(window, 820)
        self._context = context
        self._case_id = case_id
        self.setObjectName("sending")
        self.setAccessibleName("Til andre systemer")
        away = Button("Luk", Kind.QUIET, shortcut="Esc", parent=self.card)
        away.setObjectName("sending.close")
        away.clicked.connect(self.close_overlay)
        head = QHBoxLayout()
        head.addWidget(Words("Til andre systemer", "heading", parent=self.card), 1)
        head.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        self.card.column.addLayout(head)
        self.parts = FilterPills("Hvad vil du?", PARTS, self.card)
        self.parts.setObjectName("sending.parts")
        self.card.column.addWidget(self.parts)
        self.told = Words("Henter sagen …", "body", "text-quiet", self.card)
        self.card.column.addWidget(self.told)
        self._body = QVBoxLayout()
        self.card.column.addLayout(self._body)
        self.copying = CopyingPart(context, case_id, self.card)
        self.terms = TermsPart(context, case_id, self.card)
        self.files = FilesPart(context, case_id, self.card)
        self._made: dict[str, QWidget] = {COPY: self.copying, TERMS: self.terms, FILES: self.files}
        for part in self._made.values():
            part.hide()
            self._body.addWidget(part)
        self.copying.said.connect(self.told.setText)
        self.files.said.connect(self.told.setText)
        self.parts.choose(COPY)
        self.parts.chosen.connect(self._choose)
        self.closed.connect(self._leave)
        context.changed.connect(self._changed)
        context.session_changed.connect(self._read)
        self.open(away)
        self._read()

    # -- inside

    def _choose(self, part: str) -> None:
        for key, widget in self._made.items():
            widget.setVisible(key == part)

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches(self._case_id):
            self._read()

    def _read(self) -> None:
        pen = self._context.pen
        if pen is not None:
            desk, case_id = self._context.desk, self._case_id
            self._context.run(lambda: _read(desk, pen, case_id), self._show, self._not_read)

    def _show(self, read: _Read) -> None:
        first = all(part.isHidden() for part in self._made.values())
        self.copying.show_board(read.board)
        self.terms.show_file(read.file)
        self.files.show_ready(read.file, read.ready)
        if first:
            self.told.setText("")
            self._choose(self.parts.current())

    def _not_read(self, message: str, _field: str | None) -> None:
        self.told.setText(message)

    def _leave(self) -> None:
        """Keep what is typed, and go."""
        self.terms.leave()
        self.deleteLater()


def _read(desk: Desk, hand: Hand, case_id: str) -> _Read:
    return _Read(
        cases.read_case(desk, hand, case_id),
        sending.board(desk, hand, case_id),
        reporting.ready(desk, hand, case_id),
    )
