# SPDX-License-Identifier: MPL-2.0
"""A plain text editor as tall as its text, within limits. Tab leaves it.

Used as the editor of `TextArea` and as the calm reading view of every field that is not yours to write.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QEvent, QMargins, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.bars import SlimBar, calm
from app.views.parts.words import RING, WIDTHS_ASKED, grows_down, lay, plain_lines

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTextEdit

    from app.domain.spelling import Word

AddTo: TypeAlias = Callable[[QMenu, int], object]
"""Puts what can be done about the word at a place in the text at the head of an editor's menu."""
MOST_MARKS = 200
"""As many as anybody reads at a time; each is drawn at every paint."""
QT_KEEPS_BACK = 1
"""Pixels below the last line without which a plain text editor takes that line for hidden, and scrolls."""


class GrowingText(QPlainTextEdit):
    """Grows from `min_lines` to `max_lines` (0: without end), then scrolls inside itself.

    Not `boxed` it has just the air the ring needs that tells where the keyboard is; `flush`, that air lies around it.
    """

    def __init__(
        self,
        min_lines: int = 1,
        max_lines: int = 0,
        *,
        boxed: bool = True,
        flush: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._min_lines = min_lines
        self._max_lines = max_lines
        self._boxed = boxed
        self._flush = flush
        self._role = "body"
        self._heights: dict[tuple[str, int, str, int, bool], int] = {}
        self._measured = (-1, -1)
        self._line = 0.0  # how tall one line is in the font in use
        self.add_to_menu: AddTo | None = None
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel that scrolls past does not take the keyboard along
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalScrollBar().valueChanged.connect(self._stay)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        grows_down(self)
        follow(self._restyle)
        self.textChanged.connect(self._measure)

    def set_limits(self, min_lines: int, max_lines: int) -> None:
        """Change between how many lines the editor grows."""
        self._min_lines, self._max_lines = min_lines, max_lines
        self._measure()

    def set_boxed(self, boxed: bool) -> None:
        """With air around the text, as inside a drawn box, or flush as running text."""
        self._boxed = boxed
        self._restyle()

    def setPlaceholderText(self, text: str) -> None:
        """Faint words are read whole as well: the editor is as tall as they are."""
        super().setPlaceholderText(text)
        self._measure()

    def mark(self, words: Sequence[Word]) -> None:
        """Draw a line under just these words. The marks are no part of the text: nothing is written by them."""
        if words or self.extraSelections():
            self.setExtraSelections([self._marked(word) for word in words[:MOST_MARKS]])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        at = self.textCursor() if keyboard else self.cursorForPosition(event.pos())
        menu = calm(self.createStandardContextMenu())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.add_to_menu is not None and not self.isReadOnly():
            self.add_to_menu(menu, at.position())
        menu.popup(event.globalPos())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        key = (self._shown(), width, self.font().key(), self._min_lines + 1000 * self._max_lines, self._boxed)
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) >= WIDTHS_ASKED:
                self._heights.clear()
            height = self._heights[key] = self._reckon(width)
        return height

    def sizeHint(self) -> QSize:
        width = theme_of().px(240)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        pad = self._padding()
        return QSize(metrics.horizontalAdvance("mmmm") + pad.left() * 2, metrics.height() + pad.top() * 2)

    def _reckon(self, width: int) -> int:
        pad = self._padding()
        limit = self._max_lines or None
        # one pixel narrower than drawn: a rounding must never hide the last line
        room = width - pad.left() - pad.right() - 1
        laid = lay(self._shown(), self.font(), room, most_lines=limit, tied=False)
        return math.ceil(max(laid.height, self._line * self._min_lines)) + QT_KEEPS_BACK + pad.top() + pad.bottom()

    def _shown(self) -> str:
        return typed_text(self) or self.placeholderText()

    def _padding(self) -> QMargins:
        theme = theme_of()
        if not self._boxed:
            aside = 0 if self._flush else theme.px(RING)
            return QMargins(aside, theme.px(2), aside, theme.px(2))
        return QMargins(theme.px(11), theme.px(9), theme.px(11), theme.px(9))

    def _marked(self, word: Word) -> QTextEdit.ExtraSelection:
        from PySide6.QtGui import QTextCharFormat
        from PySide6.QtWidgets import QTextEdit

        marked = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(word.start)
        cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(theme_of().color("danger"))
        marked.cursor, marked.format = cursor, look
        return marked

    def changeEvent(self, event: QEvent) -> None:
        """A placeholder is drawn in the viewport's font, which does not follow by itself."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.viewport().setFont(self.font())

    def _stay(self, at: int) -> None:
        """A space that hangs over the edge must not draw the words after it."""
        if at:
            self.horizontalScrollBar().setValue(0)

    def _restyle(self) -> None:
        self.setFont(theme_of().font(self._role))
        self._line = lay("x", self.font(), 1000).height
        self.setViewportMargins(self._padding())
        self._measure()

    def _measure(self) -> None:
        width = self.width()
        tall = self.heightForWidth(width)
        fits = not self._max_lines or self.document().blockCount() == 0 or self._whole(width)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if not fits and not isinstance(self.verticalScrollBar(), SlimBar):  # most never scroll
            self.setVerticalScrollBar(SlimBar(Qt.Orientation.Vertical, self))
        self.setVerticalScrollBarPolicy(policy)
        if (width, tall) != self._measured:  # as tall at another width says nothing of what the layout has been told
            self._measured = width, tall
            self.updateGeometry()

    def _whole(self, width: int) -> bool:
        pad = self._padding()
        room = width - pad.left() - pad.right() - 1
        laid = lay(typed_text(self), self.font(), room, most_lines=self._max_lines + 1, tied=False)
        return laid.lines <= self._max_lines


def typed_text(edit: QPlainTextEdit) -> str:
    """The editor's text as typed. `toPlainText` would turn a non-breaking space into a plain one."""
    return plain_lines(edit.document().toRawText())
