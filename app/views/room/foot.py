# SPDX-License-Identifier: MPL-2.0
"""The room's bottom line: what a lawful answer still lacks, the turned screen, and the one loud button.

Must not know what makes something lacking, nor what the button does.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.beside import ACROSS, DOWN
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import MissingLine
from app.views.parts.keyboard import lay_tab_order
from app.views.parts.side_panel import Sheet
from app.views.room.step import Primary

_MOST = ((175, 3), (130, 5))
"""From which text scale in per cent how many lacking things are named."""
WORDS_BESIDE, SAID_BESIDE = 200, 110
"""How much room, in points, what lacks has to have beside the buttons, and what is said when nothing does."""


class Foot(Sheet):
    """`lack_chosen` with the word pressed; `turned` and `pressed` for the two buttons."""

    lack_chosen = Signal(str)
    turned = Signal()
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.missing = MissingLine()
        self.missing.setObjectName("missing")
        self.turn_button = Button("Vend skærmen", Kind.SECONDARY, shortcut="F9")
        self.turn_button.setObjectName("turn")
        self.next_button = Button("Videre", Kind.PRIMARY)
        self._lacks: tuple[str, ...] = ()
        self._said = ""
        self._row = QBoxLayout(ACROSS, self)
        self._row.addWidget(self.missing, 1)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.turn_button)
        self._buttons.addWidget(self.next_button)
        self._row.addLayout(self._buttons)
        self.missing.chosen.connect(self.lack_chosen)
        self.turn_button.clicked.connect(self.turned)
        self.next_button.clicked.connect(self.pressed)
        follow(self._lay_out)

    def tell(self, missing: Sequence[str], primary: Primary, said: str = "") -> None:
        """Say what lacks, in words, or what there is to say when nothing does; and what the loud button does now."""
        self._lacks, self._said = tuple(missing), said
        self._tell_missing()
        button = self.next_button
        button.setText(primary.words)
        button.setEnabled(primary.enabled)
        button.setObjectName(primary.name)
        button.setToolTip(primary.why)
        button.updateGeometry()
        self._fit()

    def _tell_missing(self) -> None:
        """At large text the first few are named and the rest counted, so that the line stays a line or two."""
        theme = theme_of()
        most = next((count for scale, count in _MOST if theme.scale >= scale), len(self._lacks))
        most = most if self._row.direction() is ACROSS else 1
        named, rest = self._lacks[:most], self._lacks[most:]
        if len(rest) == 1:
            named, rest = self._lacks, ()
        shown = [(word, word) for word in named]
        before = self.missing.chips()
        self.missing.set_missing([*shown, (rest[0], f"og {len(rest)} mere")] if rest else shown, self._said)
        for chip in self.missing.chips():
            chip.setObjectName(f"missing.{chip.key}")
            chip.setToolTip("" if chip.text() == chip.key else ", ".join(rest))
        if self.missing.chips() != before:  # a new one comes last in the window, after the buttons it stands before
            lay_tab_order([self])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Beside the buttons, or above them where what lacks would stand a word to a line."""
        theme = theme_of()
        buttons = self.turn_button.sizeHint().width() + self.next_button.sizeHint().width()
        spare = self.width() - buttons - 2 * theme.px(20) - 2 * theme.px(14)
        way = ACROSS if spare >= theme.px(WORDS_BESIDE if self._lacks else SAID_BESIDE) else DOWN
        if way is not self._row.direction():
            self._row.setDirection(way)
            self._tell_missing()

    def minimumSizeHint(self) -> QSize:
        """As narrow as its buttons: what lacks goes above them before it widens the room."""
        edge = self._row.contentsMargins()
        wide = self._buttons.minimumSize().width() + edge.left() + edge.right()
        return QSize(wide, super().minimumSizeHint().height())

    def _lay_out(self) -> None:
        theme = theme_of()
        self._tell_missing()
        self._row.setContentsMargins(theme.px(20), theme.px(6), theme.px(20), theme.px(6))
        self._row.setSpacing(theme.px(6))
        self._buttons.setSpacing(theme.px(14))
        self._buttons.setContentsMargins(theme.px(8), 0, 0, 0)
        self._fit()
