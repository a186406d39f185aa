# SPDX-License-Identifier: MPL-2.0
"""A field for running text, which grows with what is written. Must not know what is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from app.views.parts.field import Field
from app.views.parts.growing import AddTo, GrowingText, typed_text
from app.views.parts.text_fields import ask_for_menu

if TYPE_CHECKING:
    from app.domain.spelling import Word


class TextArea(Field):
    """Running text; grows with it from `min_lines` to `max_lines`. Enter gives a new line, Tab leaves."""

    _left_at = False  # whether the cursor stands where a person left it, and not where the program put it

    def __init__(
        self, label: str, *, note: str = "", min_lines: int = 2, max_lines: int = 10, parent: QWidget | None = None
    ) -> None:
        self.area = GrowingText(min_lines, max_lines)
        super().__init__(label, self.area, note=note, parent=parent)
        self.area.textChanged.connect(self._user_edited)

    def _read(self) -> str:
        return typed_text(self.area)

    def _write(self, text: str) -> None:
        cursor = self.area.textCursor()
        at = cursor.position()
        self.area.setPlainText(text)
        cursor = self.area.textCursor()
        self._left_at = self.keeps_cursor()
        cursor.setPosition(min(at, len(text)) if self._left_at else 0)
        self.area.setTextCursor(cursor)

    def mark_words(self, words: Sequence[Word]) -> None:
        self.area.mark(words)

    def set_menu(self, add_to: AddTo) -> None:
        self.area.add_to_menu = add_to

    def cursor_at(self) -> int:
        return self.area.textCursor().position()

    def replace_word(self, word: Word, new: str) -> None:
        cursor = self.area.textCursor()
        cursor.setPosition(word.start)
        cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == word.text:
            cursor.insertText(new)
            self.area.setTextCursor(cursor)

    def show_menu(self, word: Word) -> None:
        cursor = self.area.textCursor()
        cursor.setPosition(word.end)
        self.area.setTextCursor(cursor)
        ask_for_menu(self.area, self.area.cursorRect().bottomLeft())

    def _stand(self) -> None:
        self._left_at = True

    def _enter(self) -> None:
        if not self._left_at and not self.area.textCursor().hasSelection():
            self._to_the_end()

    def _to_the_end(self) -> None:
        self.area.moveCursor(QTextCursor.MoveOperation.End)

    def _put_placeholder(self, text: str) -> None:
        self.area.setPlaceholderText(text)
