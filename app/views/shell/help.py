# SPDX-License-Identifier: MPL-2.0
"""F1: what the keys can do, read from the action table, so that it is never wrong. Must not know what an action does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.qt.actions import ACTIONS, EVERYWHERE, LISTS, MEETING, shown_keys
from app.qt.theme import follow, theme_of
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import quiet

_ALWAYS = (
    ("Tab", "Næste felt"),
    ("Ctrl+Enter", "Brug forslaget, eller tilføj en linje"),
    ("Alt+pil op/ned", "Flyt en linje"),
)


class HelpOverlay(Overlay):
    """The keys in two columns: what is open now first."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 820)
        self.setAccessibleName("Hjælp og genveje")
        self.card.column.addWidget(Words("Det kan tasterne", "heading", parent=self.card))
        self._grid = QGridLayout()
        self.card.column.addLayout(self._grid)
        away = quiet("Luk", "help.close", self.card, "Esc")
        away.clicked.connect(self.close_overlay)
        self.card.column.addWidget(away, 0, Qt.AlignmentFlag.AlignRight)
        self._away = away
        left, right = 0, 0
        for place in (EVERYWHERE, LISTS):
            left = self._group(place, left, 0)
        right = self._group(MEETING, right, 2)
        for keys, words in _ALWAYS:
            right = self._line(keys, words, right, 2)
        follow(self._space)

    def show_for(self, _in_room: bool) -> None:
        """Open it."""
        self.open(self._away)

    def _group(self, place: str, row: int, column: int) -> int:
        head = Words(place, "label", "text-quiet", self.card)
        self._grid.addWidget(head, row, column, 1, 2)
        row += 1
        steps = [spec for spec in ACTIONS if spec.place == place and spec.id.startswith("step.")]
        if steps:
            row = self._line("Alt+1 … Alt+6", "Gå til et trin", row, column)
        for spec in ACTIONS:
            if spec.place == place and spec not in steps:
                row = self._line(shown_keys(spec.id), spec.text, row, column)
        return row

    def _line(self, keys: str, words: str, row: int, column: int) -> int:
        self._grid.addWidget(Words(keys, "strong", parent=self.card), row, column)
        self._grid.addWidget(Words(words, "body", parent=self.card), row, column + 1)
        return row + 1

    def _space(self) -> None:
        theme = theme_of()
        self._grid.setHorizontalSpacing(theme.space(2))
        self._grid.setVerticalSpacing(theme.px(7))
        self._grid.setColumnMinimumWidth(0, theme.px(120))
        self._grid.setColumnMinimumWidth(2, theme.px(120))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
