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
        super().__init__(window, 820, at_top=True)
        self._context = context
        self._case_id = case_id
        self._now: _Read | None = None
        self._reading = self._again = False
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
        self.copying.said.connect(self._say)
        self.copying.moved_to.connect(self.reveal)
        self.files.said.connect(self._say)
        self.parts.choose(COPY)
        self.parts.chosen.connect(self._choose)
        self.closed.connect(self._leave)
        context.changed.connect(self._changed)
        context.session_changed.connect(self._read)
        self.open(away)
        self._read()

    # -- inside

    def _say(self, sentence: str) -> None:
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    def _choose(self, part: str) -> None:
        self._say("")
        self._tell(part)
        for key, widget in self._made.items():
            widget.setVisible(key == part)

    def _tell(self, part: str) -> None:
        """Show what stands on one part; the others wait until they are chosen."""
        if self._now is None:
            return
        if part == COPY:
            self.copying.show_board(self._now.board)
        elif part == TERMS:
            self.terms.show_file(self._now.file)
        else:
            self.files.show_ready(self._now.file, self._now.ready)

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches(self._case_id):
            self._read()

    def _read(self) -> None:
        """Read the case; while a read is on its way, one more waits and no others."""
        pen = self._context.pen
        if self._reading:
            self._again = True
        elif pen is not None:
            self._reading = True
            desk, case_id = self._context.desk, self._case_id
            self._context.run(lambda: _read(desk, pen, case_id), self._show, self._not_read)

    def _show(self, read: _Read) -> None:
        self._is_read()
        first, self._now = self._now is None, read
        if first:
            self._choose(self.parts.current())
        else:
            self._tell(self.parts.current())

    def _is_read(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self._read()

    def _not_read(self, message: str, _field: str | None) -> None:
        self._reading = self._again = False
        self._say(message)

    def _leave(self) -> None:
        """Keep what is typed, and go."""
        self.terms.leave()
        self.deleteLater()


def _read(desk: Desk, hand: Hand, case_id: str) -> _Read:
    file = cases.read_case(desk, hand, case_id)
    return _Read(file, sending.board(desk, file), reporting.ready(desk, file))
