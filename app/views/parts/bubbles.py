# SPDX-License-Identifier: MPL-2.0
"""Questions to the draft and their answers, each in the colour of the pen that wrote it, with name and time.

Must not know what is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.roles import Role
from app.qt.theme import follow, theme_of
from app.views.parts.words import Words, grows_down, rounded


@dataclass(frozen=True, slots=True)
class Said:
    """One thing somebody wrote. `signed` is read as it stands: "Viggo 10:38"."""

    role: Role
    text: str
    signed: str


class Bubble(QWidget):
    """One thing said."""

    def __init__(self, said: Said, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = said
        self._text = Words("", "note", parent=self)
        self._signed = Words("", "small", "text-quiet", self)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._text)
        self._column.addWidget(self._signed)
        grows_down(self)
        self.set_said(said)
        follow(self._restyle)

    def said(self) -> Said:
        """What is shown."""
        return self._said

    def set_said(self, said: Said) -> None:
        """Show something else."""
        self._said = said
        self._text.setText(said.text)
        self._signed.setText(said.signed)
        self.setAccessibleName(f"{said.signed}, {said.role.value}: {said.text}")
        self.update()

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        self._column.setSpacing(theme.space(0.5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        soft = "bestiller-soft" if self._said.role is Role.BESTILLER else "vejleder-soft"
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), theme.color(soft), None, 0, theme.radius("field"))


class Bubbles(QWidget):
    """What has been said, oldest first, under a heading of its own."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[Bubble] = []
        self._column = QVBoxLayout(self)
        self._heading = Words(heading, "label", parent=self)
        self._heading.setVisible(bool(heading))
        self._column.addWidget(self._heading)
        self.setAccessibleName(heading)
        self._column.setContentsMargins(0, 0, 0, 0)
        grows_down(self)
        self.setVisible(False)
        follow(self._restyle)

    def set_said(self, said: Sequence[Said]) -> None:
        """Show these; nothing said takes no room."""
        while len(self._shown) > len(said):
            old = self._shown.pop()
            old.hide()
            old.deleteLater()
        for bubble, what in zip(self._shown, said, strict=False):
            if bubble.said() != what:
                bubble.set_said(what)
        for what in said[len(self._shown) :]:
            bubble = Bubble(what, self)
            self._column.addWidget(bubble)
            self._shown.append(bubble)
        self.setVisible(bool(said))

    def _restyle(self) -> None:
        self._column.setSpacing(theme_of().space(1))
