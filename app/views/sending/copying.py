# SPDX-License-Identifier: MPL-2.0
"""The ordered clipboard: a button for each text and each block, and what was sent when (G6; idea 15).

Enter copies and goes on to the next text that waits, so that a whole case is walked by one key. What the other system has as it
stands is quiet. `copy_list` draws it; here is what is said, and what a button does.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from app.views.allowed import why_not
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.parts.words import Words, grows_down
from app.views.sending.copy_list import CopyList, Item, Voice


class CopyingPart(QWidget):
    """`said(sentence)` when something has been copied; `moved_to(button)` when the keyboard has gone on by itself."""

    said = Signal(str)
    moved_to = Signal(QWidget)

    def __init__(self, context: Context, case_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = case_id
        self._blocks: dict[str, tuple[Block, tuple[Line, ...]]] = {}
        self._lines: dict[str, Line] = {}
        self._ahead: QWidget | None = None
        self._board: Board | None = None
        self.waiting = Words("", "body", parent=self)
        self.gone = Words("", "body", "on-warn", self)
        self.list = CopyList(self)
        self.list.chosen.connect(self._copy)
        self.list.laid.connect(self._keep_in_sight)
        self._column = QVBoxLayout(self)
        for part in (self.waiting, self.gone, self.list):
            self._column.addWidget(part)
        grows_down(self)
        context.session_changed.connect(self._allow)
        self._allow()
        follow(self._space)

    def show_board(self, board: Board) -> None:
        """Show what stands, and what of it has been sent; nothing is rebuilt that is still there."""
        self._blocks = {f"block {block.name}": (block, lines) for block, lines in board.blocks}
        self._lines = {_key(block, line): line for block, lines in board.blocks for line in lines}
        self._board = board
        self._tell_waiting()
        self.gone.setText(
            f"Sendt før og ikke i sagen mere: {', '.join(board.gone)}. Slet det også dér." * bool(board.gone)
        )
        self.gone.setVisible(bool(board.gone))
        self.list.show_items(list(_items(board)))

    def buttons(self) -> list[Button]:
        """The buttons of the single texts that are made, in order."""
        return [button for button in map(self.list.button, self._lines) if button is not None]

    # -- inside

    def _copy(self, key: str) -> None:
        """Put a text or a block on the clipboard, and keep that it was sent."""
        if key in self._blocks:
            block, every = self._blocks[key]
            text, told, lines = block.text, block.title, [line for line in every if not line.entry.apart]
        else:
            line = self._lines[key]
            text, told, lines = line.entry.text, line.entry.label, [line]
        clipboard.copy(text)
        desk, hand, case_id = self._context.desk, self._context.hand, self._case_id
        entries = [line.entry for line in lines]
        self._context.run(
            lambda: sending.copied(desk, hand, case_id, entries),
            lambda _: self.said.emit(f"Kopieret: {told}. Sæt det ind i fagsystemet."),
            lambda message, _: self.said.emit(message),
        )
        if key in self._lines:
            self._go_on_from(key)

    def _go_on_from(self, key: str) -> None:
        """The keyboard goes to the next text that waits; it stays where none does."""
        keys = list(self._lines)
        after = keys[keys.index(key) + 1 :]
        button = next((self.list.button(one) for one in after if _waits(self._lines[one])), None)
        if button is not None:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            self._ahead = button
            self.moved_to.emit(button)

    def _keep_in_sight(self) -> None:
        """What is said of the copy has pushed down the button the keyboard went to: read on to it once more."""
        button, self._ahead = self._ahead, None
        if button is not None and button.hasFocus():
            QTimer.singleShot(0, button, lambda: self.moved_to.emit(button))

    def _allow(self) -> None:
        self.list.forbid(why_not(self._context, Act.COPY_OUT))
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        """What waits, and how it is copied, or why this pen may not."""
        if self._board is not None:
            how = why_not(self._context, Act.COPY_OUT) or "Enter kopierer og går til det næste."
            self.waiting.setText(_waiting(self._board, how))

    def _space(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme_of().space(2))


def _key(block: Block, line: Line) -> str:
    return f"{block.name}/{line.entry.key}"


def _items(board: Board) -> Iterator[Item]:
    """A title and a place for each text, from the top."""
    number = 0
    for place, (block, lines) in enumerate(board.blocks):
        title = (Voice(block.title, "strong"),)
        called = f"Kopiér blokken {block.title}"
        yield Item(f"block {block.name}", f"sending.block.{place}", title, "Kopiér blokken", called, title=True)
        for line in lines:
            yield _item(block, line, number)
            number += 1


def _item(block: Block, line: Line, number: int) -> Item:
    entry, state = line.entry, _state(line)
    shown = "●" * len(entry.text) if entry.masked else entry.text
    voices = [Voice(entry.label, "small", "text-quiet"), Voice(shown, color="text-quiet" if line.quiet else "text")]
    if state:
        voices.append(Voice(state, "small", "on-warn" if line.changed or entry.apart else "text-quiet"))
    return Item(
        _key(block, line),
        f"sending.copy.{number}",
        tuple(voices),
        "Kopiér igen" if line.quiet else "Kopiér",
        f"Kopiér {block.title}, {entry.label}. {state}".strip(),
        heard="" if entry.masked else entry.text,
        on=not entry.apart,
    )


def _waits(line: Line) -> bool:
    """Whether the other system has not this text as it stands."""
    return not line.quiet and not line.entry.apart


def _waiting(board: Board, how: str) -> str:
    total = sum(len(lines) for _, lines in board.blocks)
    if not total:
        return "Der er ikke skrevet noget i sagen endnu."
    if not board.waiting:
        return "Fagsystemet har det hele, som det står nu."
    return f"{board.waiting} af {total} felter er ikke sendt, som de står nu. {how}"


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
