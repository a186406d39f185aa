# SPDX-License-Identifier: MPL-2.0
"""The table itself: a side for each pen and the paper between them, in three columns where they fit.

Where text is so large that the paper would be cut, one side is open and the other is a rail to open it by. Made by the
room. Must not know what the steps contain.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.qt.theme import follow, theme_of
from app.views.context import Context
from app.views.parts.paper_view import PaperContent, PaperView, quoted
from app.views.parts.words import Words
from app.views.room.side import Rail, Side
from app.views.room.step import Step

NARROWEST_PAPER = 320
"""How narrow the middle may be between two sides, in points at the scale in use."""


class Table(QWidget):
    """`pen_asked` when a person wants the pen on the other side."""

    pen_asked = Signal()

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left = Side(context, case_id, Role.BESTILLER)
        self.right = Side(context, case_id, Role.VEJLEDER)
        self._sides = {Role.BESTILLER: self.left, Role.VEJLEDER: self.right}
        self._rails = {role: Rail(role) for role in self._sides}
        self._open = Role.BESTILLER
        self._alone = False
        self._in_hand = ""
        self.paper = PaperView()
        self.middle = QStackedWidget()
        self.middle.addWidget(self.paper)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (self._rails[Role.BESTILLER], self.left):
            row.addWidget(part)
        row.addWidget(self.middle, 1)
        for part in (self.right, self._rails[Role.VEJLEDER]):
            row.addWidget(part)
        for role, rail in self._rails.items():
            rail.pressed.connect(lambda r=role: self._press_rail(r))
        for side in self._sides.values():
            side.pen_asked.connect(self.pen_asked)
        follow(self._fit)

    @property
    def center(self) -> QWidget:
        """What lies in the middle now: the citizen's paper, or a sheet that is written on."""
        return self.middle.currentWidget() or self.paper

    def take(self, step: Step) -> None:
        """Have what a step consists of lie out of sight where it will be shown, so that it goes when the room goes.

        It gets its parent for good here: a part that is given another when it is shown is styled anew, with all in it.
        """
        for part, home in ((step.left, self.left.sheet), (step.right, self.right.sheet), (step.center, self.middle)):
            if part is not None and part.parentWidget() is not home:
                part.setParent(home)
                part.hide()

    def show_step(self, number: int, step: Step) -> None:
        """Lay out what a step has for each side and for the middle."""
        self.left.show_step(number, step.left)
        self.right.show_step(number, step.right)
        center = step.center or self.paper
        if self.middle.indexOf(center) < 0:
            self.middle.addWidget(center)
        self.middle.setCurrentWidget(center)
        self._alone = step.left is None and step.right is None and step.center is not None
        self._fit()

    def show_paper(self, content: PaperContent, in_hand: str = "", words: str = "") -> None:
        """Show the citizen's paper as it stands; when another goal than before is in hand, bring it in sight."""
        self.paper.set_content(content)
        if in_hand != self._in_hand:
            self._in_hand = in_hand
            QTimer.singleShot(0, self, lambda: self._bring_in_sight(words))

    def _bring_in_sight(self, words: str) -> None:
        wanted = quoted(words)
        found = next((w for w in self.paper.card.findChildren(Words) if words and w.text() == wanted), None)
        first = found is None or not self._is_below_the_first(found)
        self.paper.verticalScrollBar().setValue(0 if first or found is None else found.y() - theme_of().space(6))

    def _is_below_the_first(self, found: Words) -> bool:
        return found.y() > self.paper.viewport().height() * 2 // 3

    def refresh(self, file: CaseFile) -> None:
        """Show each side's note as it stands."""
        for side in self._sides.values():
            side.refresh(file)

    def flush(self) -> None:
        """Keep both notes, now."""
        for side in self._sides.values():
            side.flush()

    def open_side(self, role: Role) -> None:
        """Let the side of `role` be the open one, where only one is."""
        self._open = role if role in self._sides else self._open
        self._fit()

    def open_side_of(self, widget: QWidget) -> None:
        """Let the side `widget` stands on be open."""
        for role, side in self._sides.items():
            if side.isAncestorOf(widget):
                self.open_side(role)

    def widget_at(self, path: str) -> QWidget | None:
        """The widget with this path among what is laid out now."""
        parts = (self.left, self.center, self.right)
        return next((w for part in parts if (w := part.findChild(QWidget, path)) is not None), None)

    def in_order(self) -> tuple[QWidget, ...]:
        """The parts as the eye goes over them."""
        rails = self._rails
        return (rails[Role.BESTILLER], self.left, self.center, self.right, rails[Role.VEJLEDER])

    def _press_rail(self, role: Role) -> None:
        self.open_side(role)
        self._sides[role].setFocus()

    def _fit(self) -> None:
        theme = theme_of()
        tight = self.width() - 2 * theme.width("side") < theme.px(NARROWEST_PAPER)
        shown = {role: not self._alone and (not tight or role is self._open) for role in self._sides}
        railed = {role: not self._alone and not shown[role] for role in self._sides}
        wanted = [(self._sides[r], shown[r]) for r in self._sides] + [(self._rails[r], railed[r]) for r in self._rails]
        for part, there in sorted(wanted, key=lambda one: one[1]):  # what goes first makes room for what comes
            part.setVisible(there)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
