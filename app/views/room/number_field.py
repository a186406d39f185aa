# SPDX-License-Identifier: MPL-2.0
"""A field for a number that others at the table should not read over a shoulder.

What is being typed is seen; what is in force is dots until somebody asks to see it. Must not know what kind of number.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.identifiers import display, masked
from app.views.parts.fields import TextField


class NumberField(TextField):
    """Typing over the dots begins a new number."""

    def __init__(self, label: str, *, note: str = "", parent: QWidget | None = None) -> None:
        self._revealed = False
        super().__init__(label, note=note, parent=parent)
        self.line.textEdited.connect(self._typed_over)

    def reveal(self, shown: bool) -> None:
        """Show the number, or dots again."""
        self._revealed = shown
        self._veil()
        self._shown_changed()

    def _typed_over(self) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal)

    def _write(self, text: str) -> None:
        super()._write(text)
        self._veil()

    def set_error(self, sentence: str | None) -> None:
        super().set_error(sentence)
        self._veil()

    def _veil(self) -> None:
        """A number in force is veiled; one still being typed or looked at again is not."""
        plain = self._revealed or self.unsaved() or bool(self.error()) or not self.text()
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if plain else QLineEdit.EchoMode.Password)

    def _words_for(self, text: str) -> str:
        return display(text) if self._revealed or self.error() else masked(text)
