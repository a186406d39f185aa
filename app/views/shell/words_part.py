# SPDX-License-Identifier: MPL-2.0
"""The words whoever has the pen has taught this desk, in the settings: each can be taken back.

Part of the settings page. Must not know the dictionary.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import Words, grows_down

_NONE = "Ingen endnu. Et ord læres ved at højreklikke på det, eller med F7, hvor det er understreget."
_SOME = "Tryk på et ord for at glemme det. Er det et navn fra en sag, så glem det, når sagen slutter."


class WordsPart(QWidget):
    """Follows what the desk knows; nothing is asked for before it is shown."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._told = Words("", "note", "text-quiet", self)
        self._holder = QWidget(self)
        self._flow = FlowLayout(self._holder, gap=1, row_gap=0.5)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(Words("Ord, stavekontrollen har lært", "heading", parent=self))
        self._column.addWidget(self._told)
        self._column.addWidget(self._holder)
        self._words: tuple[str, ...] | None = None
        grows_down(self)
        follow(self._restyle)

    def refresh(self) -> None:
        """Show what the desk has learnt by now, and from now on."""
        if self._words is None:
            self._context.writing.heard.connect(self._show)
        self._show()

    def _show(self) -> None:
        words = tuple(sorted(self._context.writing.book.taught, key=str.casefold))
        if words == self._words:
            return
        self._words = words
        self._told.setText(_SOME if words else _NONE)
        for old in self._holder.findChildren(Button):
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        for word in words:
            button = Button(word, Kind.QUIET, icon="close", parent=self._holder)
            button.setObjectName(f"settings.word.{word}")
            button.setAccessibleName(f"Glem ordet {word}")
            button.clicked.connect(lambda _checked=False, word=word: self._context.writing.unteach(word))
            self._flow.addWidget(button)
        self._holder.setVisible(bool(words))

    def _restyle(self) -> None:
        self._column.setSpacing(theme_of().space(1))
