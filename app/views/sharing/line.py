# SPDX-License-Identifier: MPL-2.0
"""The window's own status line, where no case is open: how it stands with the shared database, and what to look at.

Put into the top bar the first time there is something to tell; a desk that is alone never has it.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import StatusLine
from app.views.sharing import words
from app.views.sharing.card import SharingCard

_NARROW = 900
"""Points of window below which only the short words are shown."""


class ShareLine(QWidget):
    """A dot, a few words, and a link where there is something to look at."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self._card: SharingCard | None = None
        self.status = StatusLine(self)
        self.link = Button("", Kind.QUIET, parent=self)
        self.link.setObjectName("sharing.open")
        self.link.clicked.connect(self.open_card)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.status)
        self._row.addWidget(self.link)
        context.sync_changed.connect(self.tell)
        context.session_changed.connect(self.tell)
        follow(self._restyle)
        self.tell()

    def tell(self) -> None:
        """Show how it stands now."""
        status = self.context.sync_status
        said = words.standing(status, [hand.person_id for hand in self.context.people])
        narrow = self.window().width() < theme_of().px(_NARROW)
        shown = said.short if narrow and said.short else said.words
        self.status.show_status(words.upper_first(shown), said.tone)
        self.status.setAccessibleName(words.upper_first(said.words))
        self.status.setToolTip(words.upper_first(said.words))
        self.status.setVisible(bool(said.words))
        found = words.matters(status)
        self.link.setText(link_words(found, narrow=narrow))
        self.link.setAccessibleName(link_words(found))
        self.link.setVisible(bool(found) and self.context.pen is not None)
        self.updateGeometry()

    def open_card(self) -> None:
        """Lay the card over the window."""
        if self._card is None:
            self._card = SharingCard(self.context, self.window())
        self._card.show_card()

    def _restyle(self) -> None:
        self._row.setSpacing(theme_of().space(1))
        self.tell()


def link_words(found: tuple[words.Matter, ...], *, narrow: bool = False) -> str:
    """What the link says: the one matter, or how many there are."""
    if len(found) == 1 and not narrow:
        return found[0].words
    return f"{len(found)} ting at se på" if len(found) > 1 else "Se" if found else ""
