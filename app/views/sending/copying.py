# SPDX-License-Identifier: MPL-2.0
"""The ordered clipboard: a button for each text and each block, and what was sent when (G6; idea 15).

Enter copies and goes on to the next text that waits, so that a whole case is walked by one key. What the other system has as it
stands is quiet. Made some texts at a time, so that nobody waits for a long case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.dates import format_short
from app.domain.names import short_name
from app.domain.rights import Act
from app.papers.clipboard import Block
from app.qt import clipboard
from app.qt.theme import follow, theme_of
from app.services import sending
from app.services.sending import Board, Line
from app.views.allowed import allow
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.words import Words, grows_down
from app.views.room.step import Line as SideBySide

AT_A_TIME = 6
"""Texts made in one turn of the window: some twenty milliseconds."""


class CopyingPart(QWidget):
    """`said(sentence)` when something has been copied."""

    said = Signal(str)

    def __init__(self, context: Context, case_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = case_id
        self._board = Board((), ())
        self._blocks: list[_BlockPart] = []
        self._shape: tuple[object, ...] = ()
        self.waiting = Words("", "body", parent=self)
        self.gone = Words("", "body", "on-warn", self)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.waiting)
        self._column.addWidget(self.gone)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._make_next)
        grows_down(self)
        follow(self._space)

    def show_board(self, board: Board) -> None:
        """Show what stands, and what of it has been sent; nothing is rebuilt that is still there."""
        self._board = board
        self.waiting.setText(_waiting(board))
        self.gone.setText(
            f"Sendt før og ikke i sagen mere: {', '.join(board.gone)}. Slet det også dér." * bool(board.gone)
        )
        self.gone.setVisible(bool(board.gone))
        shape = tuple((block.title, *(one.key for one in block.entries)) for block, _ in board.blocks)
        if shape == self._shape:
            for part, (block, lines) in zip(self._blocks, board.blocks, strict=False):
                part.tell(block, lines)
            return
        self._shape = shape
        for part in self._blocks:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._blocks = []
        self._make_next()

    @property
    def whole(self) -> bool:
        """Whether every text is on the card."""
        return len(self._blocks) == len(self._board.blocks) and all(part.whole for part in self._blocks)

    def buttons(self) -> list[Button]:
        """The buttons of the single texts, in order."""
        return [row.button for part in self._blocks for row in part.rows]

    # -- inside

    def _make_next(self) -> None:
        if self.whole:
            return
        if all(part.whole for part in self._blocks):
            place = len(self._blocks)
            part = _BlockPart(self, self._context, place, sum(len(one.rows) for one in self._blocks))
            part.tell(*self._board.blocks[place])
            self._blocks.append(part)
            part.hide()  # all that is in sight is laid out anew at each text
            self._column.addWidget(part)
        self._blocks[-1].make_more()
        self._blocks[-1].setVisible(self._blocks[-1].whole)
        if not self.whole:
            self._rest.start()

    def copy(self, text: str, lines: Sequence[Line], told: str) -> None:
        """Put a text on the clipboard, and keep that it was sent."""
        clipboard.copy(text)
        desk, hand, case_id = self._context.desk, self._context.hand, self._case_id
        entries = [line.entry for line in lines]
        self._context.run(
            lambda: sending.copied(desk, hand, case_id, entries),
            lambda _: self.said.emit(f"Kopieret: {told}. Sæt det ind i fagsystemet."),
            lambda message, _: self.said.emit(message),
        )

    def go_on_from(self, row: _Row) -> None:
        """The keyboard goes to the next text that waits; it stays where none does."""
        rows = [one for part in self._blocks for one in part.rows]
        place = rows.index(row)
        after = next((one for one in rows[place + 1 :] if one.waits), None)
        if after is not None:
            after.button.setFocus(Qt.FocusReason.TabFocusReason)

    def _space(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme_of().space(2))


class _BlockPart(QWidget):
    """A block: its title with a button for all of it, and its texts."""

    def __init__(self, part: CopyingPart, context: Context, place: int, before: int) -> None:
        super().__init__(part)
        self._part = part
        self._context = context
        self._before = before
        self._block = Block("", "", ())
        self._lines: tuple[Line, ...] = ()
        self._title = Words("", "strong", parent=self)
        self.button = Button("Kopiér blokken", Kind.QUIET, icon="copy", parent=self)
        self.button.setObjectName(f"sending.block.{place}")
        self.button.clicked.connect(self._copy)
        allow(context, Act.COPY_OUT, self.button)
        head = SideBySide(1)
        head.addWidget(self._title, 1)
        head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self.rows: list[_Row] = []
        grows_down(self)
        follow(self._space)

    def tell(self, block: Block, lines: tuple[Line, ...]) -> None:
        self._block, self._lines = block, lines
        self._title.setText(block.title)
        self.button.setAccessibleName(f"Kopiér blokken {block.title}")
        for row, line in zip(self.rows, lines, strict=False):
            row.tell(line, block.title)

    @property
    def whole(self) -> bool:
        """Whether every text of the block is on the card."""
        return len(self.rows) == len(self._lines)

    def make_more(self) -> None:
        """Some more of its texts."""
        for line in self._lines[len(self.rows) : len(self.rows) + AT_A_TIME]:
            row = _Row(self._part, self._context, self._before + len(self.rows), self)
            row.tell(line, self._block.title)
            self.rows.append(row)
            self._column.addWidget(row)

    def _copy(self) -> None:
        lines = [line for line in self._lines if not line.entry.apart]
        self._part.copy(self._block.text, lines, self._block.title)

    def _space(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme_of().space(1))


class _Row(QWidget):
    """One text: what it is, the text itself, what was sent, and its button."""

    def __init__(self, part: CopyingPart, context: Context, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = part
        self.line: Line | None = None
        self._label = Words("", "small", "text-quiet", self)
        self._text = Words("", "body", parent=self)
        self._state = Words("", "small", "text-quiet", self)
        self.button = Button("Kopiér", Kind.SECONDARY, parent=self)
        self.button.setObjectName(f"sending.copy.{number}")
        self.button.clicked.connect(self._copy)
        allow(context, Act.COPY_OUT, self.button)
        words = QVBoxLayout()
        words.setSpacing(0)
        for one in (self._label, self._text, self._state):
            words.addWidget(one)
        line = SideBySide(2, self)
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        grows_down(self)

    def tell(self, line: Line, block: str) -> None:
        if line == self.line:
            return
        self.line = line
        self._label.setText(line.entry.label)
        self._text.setText("●" * len(line.entry.text) if line.entry.masked else line.entry.text)
        self._text.set_color("text-quiet" if line.quiet else "text")
        self._state.setText(_state(line))
        self._state.set_color("on-warn" if line.changed or line.entry.apart else "text-quiet")
        self._state.setVisible(bool(_state(line)))
        self.button.setEnabled(not line.entry.apart)
        self.button.setText("Kopiér igen" if line.quiet else "Kopiér")
        self.button.setAccessibleName(f"Kopiér {block}, {line.entry.label}. {_state(line)}".strip())

    @property
    def waits(self) -> bool:
        """Whether the other system has not this text as it stands."""
        return self.line is not None and not self.line.quiet and not self.line.entry.apart

    def _copy(self) -> None:
        if self.line is not None:
            self._part.copy(self.line.entry.text, (self.line,), self.line.entry.label)
            self._part.go_on_from(self)


def _waiting(board: Board) -> str:
    total = sum(len(lines) for _, lines in board.blocks)
    if not total:
        return "Der er ikke skrevet noget i sagen endnu."
    if not board.waiting:
        return "Fagsystemet har det hele, som det står nu."
    return f"{board.waiting} af {total} felter er ikke sendt, som de står nu. Enter kopierer og går til det næste."


def _state(line: Line) -> str:
    if line.entry.apart:
        return sending.APART
    if line.sent_at is None:
        return ""
    when = _when(line.sent_at)
    who = short_name(line.by)
    by = f" af {who}" if who else ""
    return f"Ændret, siden det blev sendt {when}{by}." if line.changed else f"Sendt {when}{by}."


def _when(at: datetime) -> str:
    return f"{format_short(at.date())} kl. {at:%H.%M}"
