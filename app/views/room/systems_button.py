# SPDX-License-Identifier: MPL-2.0
"""The button for what F8 does: the card that carries a case over to other systems.

Stands in the first step, where a case's other ways are, and in the last, where one is when the meeting is over.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.views.context import Context
from app.views.parts.buttons import Button, Kind


class SystemsButton(Button):
    """Opens the card of one case over the window it stands in."""

    def __init__(self, context: Context, case_id: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("Til andre systemer", Kind.QUIET, icon="copy", shortcut="F8", parent=parent)
        self._context = context
        self._case_id = case_id
        self.setObjectName(name)
        self.setAccessibleName("Til andre systemer: kopiér, FFB-begreber og filer")
        self.clicked.connect(self._show_card)

    def _show_card(self) -> None:
        from app.views.sending.card import SendingCard  # late: it comes after the meeting

        SendingCard(self._context, self._case_id, self.window())
