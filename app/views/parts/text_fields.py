# SPDX-License-Identifier: MPL-2.0
"""Fields one types a line in: words, or a date in words. Running text is in `text_area.py`, which the first page has none of.

A date is plain text: what is typed stays as typed, also when it is no date yet. Must not know how a date is read;
that is given to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.bars import calm
from app.views.parts.field import Field, see_through

if TYPE_CHECKING:
    from app.domain.spelling import Word
    from app.views.parts.growing import AddTo


class Line(QLineEdit):
    """A single line without a frame of its own; the field draws the box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrame(False)
        see_through(self)
        follow(self._restyle)
        self.textChanged.connect(self._tell_all)
        self.add_to_menu: AddTo | None = None
        self._marks: tuple[Word, ...] = ()

    def mark(self, words: Sequence[Word]) -> None:
        """Draw a line under just these words."""
        self._marks = tuple(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._marks:
            return
        theme = theme_of()
        painter = QPainter(self)
        painter.setPen(QPen(theme.color("danger"), theme.px(2), Qt.PenStyle.DotLine))
        below = self.cursorRect().bottom()
        for word in self._marks:
            painter.drawLine(self._across(word.start), below, self._across(word.end), below)

    def place_of(self, at: int) -> QPoint:
        """Below the letter at `at`, in the line's own measure."""
        return QPoint(self._across(at), self.cursorRect().bottom())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        at = self.cursorPosition() if keyboard else self.cursorPositionAt(event.pos())
        menu = calm(self.createStandardContextMenu())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.add_to_menu is not None and not self.isReadOnly():
            self.add_to_menu(menu, at)
        menu.popup(event.globalPos())

    def _across(self, at: int) -> int:
        """How far from the left the letter at `at` stands, however far the line has been drawn aside."""
        metrics, text = self.fontMetrics(), self.text()
        here = self.cursorRect().center().x()
        return here + metrics.horizontalAdvance(text[:at]) - metrics.horizontalAdvance(text[: self.cursorPosition()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_all()

    def _tell_all(self) -> None:
        """What does not fit is there to be read when the mouse rests on it; a secret never is."""
        hidden = self.fontMetrics().horizontalAdvance(self.text()) > self.width() - theme_of().px(22)
        shown = hidden and self.echoMode() == QLineEdit.EchoMode.Normal
        self.setToolTip(self.text() if shown else "")

    def _restyle(self) -> None:
        theme = theme_of()
        self.setFont(theme.font("body"))
        self.setTextMargins(theme.px(9), 0, theme.px(9), 0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(theme.px(200), self.fontMetrics().height() + theme.px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().width("field"), self.sizeHint().height())


class TextField(Field):
    """One line of text. `secret` for passwords and PINs."""

    def __init__(self, label: str, *, note: str = "", secret: bool = False, parent: QWidget | None = None) -> None:
        self.line = Line()
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        super().__init__(label, self.line, note=note, parent=parent)
        self.line.textChanged.connect(self._user_edited)

    def _read(self) -> str:
        return self.line.text()

    def _write(self, text: str) -> None:
        at = self.line.cursorPosition()
        self.line.setText(text)
        self.line.setCursorPosition(min(at, len(text)) if self.keeps_cursor() else 0)

    def mark_words(self, words: Sequence[Word]) -> None:
        self.line.mark(words)

    def set_menu(self, add_to: AddTo) -> None:
        self.line.add_to_menu = add_to

    def cursor_at(self) -> int:
        return self.line.cursorPosition()

    def replace_word(self, word: Word, new: str) -> None:
        if self.line.text()[word.start : word.end] == word.text:
            self.line.setSelection(word.start, len(word.text))
            self.line.insert(new)

    def show_menu(self, word: Word) -> None:
        self.line.setCursorPosition(word.end)
        ask_for_menu(self.line, self.line.place_of(word.start))

    def _stand(self) -> None:
        self.line.setCursorPosition(0)

    def _enter(self) -> None:
        if not self.line.hasSelectedText():  # what somebody chose to write over stays chosen
            self._to_the_end()

    def _to_the_end(self) -> None:
        self.line.end(False)

    def _put_placeholder(self, text: str) -> None:
        self.line.setPlaceholderText(text)


class DateField(TextField):
    """A date typed as people write it. `interpret` says in words what was understood, or "" for not yet."""

    def __init__(
        self, label: str, *, interpret: Callable[[str], str], note: str = "", parent: QWidget | None = None
    ) -> None:
        self._interpret = interpret
        super().__init__(label, note=note, parent=parent)
        self.set_placeholder("dag og måned, fx 3. december")

    def _shown_changed(self) -> None:
        typed = self._read()
        said = self._interpret(typed) if typed.strip() else ""
        self._understood = "" if said.casefold() == typed.strip().casefold() else said
        super()._shown_changed()


def ask_for_menu(editor: QWidget, at: QPoint) -> None:
    """As the keyboard's own menu key does."""
    QApplication.sendEvent(editor, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, editor.mapToGlobal(at)))
