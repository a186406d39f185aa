# SPDX-License-Identifier: MPL-2.0
"""The citizen's paper in the middle of the table: large, quiet, and opened by the citizen's own words (promise 5).

Shows a frozen `PaperContent` and nothing else, so what may be shown is decided by whoever builds it. `large` is the same
paper turned to the citizen. Must not know records, roles or rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QMargins, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.paper_blocks import ActionRow, PaperAction, PaperScale, ScaleRow
from app.views.parts.side_panel import Rule, Scrolling, Sheet
from app.views.parts.six_months import Months, SixMonths, describe
from app.views.parts.stack import Stack
from app.views.parts.words import Words, grows_down, rounded

LONG_QUOTE = 140  # characters; a longer quote is set smaller, so that the paper still holds more than it


@dataclass(frozen=True, slots=True)
class PaperGoal:
    """A goal: the citizen's `words`, the professional `line` beside them, never on top."""

    words: str
    line: str = ""
    scale: PaperScale | None = None
    known_when: str = ""
    milestones: tuple[str, ...] = ()
    actions: tuple[PaperAction, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperContent:
    """All that is shown. Empty values take no room, but for the quote: its place is kept."""

    quotes: tuple[str, ...] = ()
    purpose: str = ""
    goals: tuple[PaperGoal, ...] = ()
    answer: str = ""
    support: str = ""
    months: Months | None = None
    next_steps: tuple[PaperAction, ...] = ()
    resources: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One block of the running order: its kind, its value, and the air above."""

    kind: str
    value: object
    air: float


def quoted(text: str) -> str:
    """»Text« in Danish quotation marks, once."""
    plain = text.strip()
    return plain if plain.startswith("»") and plain.endswith("«") else f"»{plain}«"


def running_order(content: PaperContent, *, large: bool = False) -> Iterator[_Piece]:
    """The paper from top to bottom."""
    quotes = [quote for quote in content.quotes if quote.strip()]
    if not quotes:
        yield _Piece("waiting", "Her kommer dine ord til at stå", 0)
    for place, quote in enumerate(quotes):
        small = place > 0 or len(quote) > LONG_QUOTE
        yield _Piece("quote-small" if small else "quote", quoted(quote), 2)
    if content.resources.strip():
        yield _Piece("heading", "Det er jeg god til", 3)
        yield _Piece("body", content.resources.strip(), 1)
    if content.purpose.strip():
        yield _Piece("heading", "Formålet", 3.5)
        yield _Piece("body", content.purpose.strip(), 1)
    if content.goals:
        if not large:
            yield _Piece("heading", "Mine mål", 3)
        for place, goal in enumerate(content.goals):
            yield _Piece("rule", None, 4 if large else 2 if place else 1.25)
            yield from _goal(goal, large=large)
    if content.answer.strip():
        yield _Piece("heading", "Svaret", 4)
        yield _Piece("body", content.answer.strip(), 1)
    if content.support.strip():
        yield _Piece("heading", "Støtten", 3)
        yield _Piece("body", content.support.strip(), 1)
    if content.months is not None:
        yield _Piece("months", content.months, 4 if large else 2.5)
    if content.next_steps:
        yield _Piece("heading", "Nu sker der dette", 3.5)
        for place, step in enumerate(content.next_steps):
            yield _Piece("action", step, 0.75 if place else 1)


def _goal(goal: PaperGoal, *, large: bool) -> Iterator[_Piece]:
    yield _Piece("goal", quoted(goal.words) if not large else goal.words.strip(), 3 if large else 1.75)
    if goal.line.strip():
        yield _Piece("line", goal.line.strip(), 1.25 if large else 0.5)
    if goal.scale is not None and (goal.scale.now is not None or goal.scale.hope is not None):
        yield _Piece("scale", goal.scale, 1.75 if large else 0.75)
    if goal.known_when.strip():
        yield _Piece("line", f"Vi ved, det er nået, når: {goal.known_when.strip()}", 1)
    for place, milestone in enumerate(goal.milestones):
        yield _Piece("line", f"{place + 1}  {milestone}", 0.5 if place else 1)
    for place, action in enumerate(goal.actions):
        yield _Piece("action", action, 0.5 if place else 1)


_ROLES = {
    "quote": ("quote", "big-quote", "text"),
    "quote-small": ("quote-small", "big-quote-small", "text"),
    "waiting": ("quote", "big-quote", "text-faint"),
    "heading": ("label", "big-strong", "text-quiet"),
    "body": ("body", "big-body", "text"),
    "goal": ("heading", "big-heading", "text"),
    "line": ("body", "big-body", "text-quiet"),
}


class Card(QWidget):
    """The sheet of paper: its running order, drawn on a card with a soft shadow, or flush when large."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._large = large
        self._pieces: list[_Piece] = []
        self._blocks: list[QWidget] = []
        self.focused = False
        self._stack = Stack(self)
        grows_down(self)
        follow(self._restyle)

    def show_content(self, content: PaperContent) -> None:
        """Show `content`, reusing every block whose kind stays."""
        pieces = list(running_order(content, large=self._large))
        same = 0
        for old, new in zip(self._pieces, pieces, strict=False):
            if old.kind != new.kind:
                break
            same += 1
        self._stack.setEnabled(False)  # laid out once, not once for every block that is shown
        for block in self._blocks[same:]:
            self._stack.removeWidget(block)
            block.hide()
            block.deleteLater()
        del self._blocks[same:]
        for place, piece in enumerate(pieces):
            if place < same:
                if self._pieces[place].value != piece.value:
                    self._give(self._blocks[place], piece)
                self._stack.set_air(place, piece.air)
            else:
                block = self._make(piece)
                self._stack.put(block, piece.air)
                self._blocks.append(block)
                block.show()
        self._pieces = pieces
        self._stack.setEnabled(True)
        self._stack.invalidate()

    def _make(self, piece: _Piece) -> QWidget:
        if isinstance(piece.value, PaperAction):
            return ActionRow(piece.value, large=self._large, parent=self)
        if isinstance(piece.value, PaperScale):
            return ScaleRow(piece.value, large=self._large, parent=self)
        if isinstance(piece.value, Months):
            line = SixMonths(large=self._large, parent=self)
            line.set_months(piece.value)
            return line
        if piece.kind == "rule":
            return Rule(self)
        normal, big, color = _ROLES[piece.kind]
        if self._large and piece.kind == "line":
            color = "text"
        leading = 1.0 if piece.kind in ("quote", "waiting") else 1.15
        return Words(str(piece.value), big if self._large else normal, color, self, leading=leading)

    def _give(self, block: QWidget, piece: _Piece) -> None:
        if isinstance(block, ActionRow) and isinstance(piece.value, PaperAction):
            block.set_action(piece.value)
        elif isinstance(block, ScaleRow) and isinstance(piece.value, PaperScale):
            block.set_scale(piece.value)
        elif isinstance(block, SixMonths) and isinstance(piece.value, Months):
            block.set_months(piece.value)
        elif isinstance(block, Words):
            block.setText(str(piece.value))

    def plain_text(self) -> str:
        """Everything on the paper in reading order, a line for each block."""
        said: list[str] = []
        for piece in self._pieces:
            if isinstance(piece.value, PaperAction | PaperScale):
                said.append(piece.value.said())
            elif isinstance(piece.value, Months):
                said.append(describe(piece.value))
            elif isinstance(piece.value, str):
                said.append(piece.value)
        return "\n".join(said)

    def _restyle(self) -> None:
        theme = theme_of()
        if self._large:
            self._stack.setContentsMargins(0, theme.space(3), 0, theme.space(6))
        else:
            side = theme.width("margin")
            self._stack.setContentsMargins(side, theme.px(28), side, theme.space(5))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._large:
            return
        theme = theme_of()
        painter = QPainter(self)
        area = QRectF(self.rect())
        radius = theme.radius("card")
        shadow = QColor(theme.color("shadow"))
        for spread, strength in ((0.0, 60), (1.0, 90), (2.0, 120)):
            shadow.setAlpha(strength)
            rounded(painter, area.adjusted(spread, spread, -spread, -spread), shadow, None, 0, radius)
        edge = theme.color("focus") if self.focused else None
        rounded(painter, area.adjusted(2, 1, -2, -3), theme.color("surface"), edge, theme.stroke("mark"), radius)


class PaperView(Scrolling):
    """The paper in its place: a card in the middle of the page, or `large` over a whole screen. Scrolls with the keys."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        self._large = large
        self._content = PaperContent()
        self.card = Card(large=large)
        self._page = Sheet("surface" if large else "page")
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card, 1)
        self._column = column
        super().__init__(self._page, parent)
        self.setAccessibleName("Borgerens papir")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card.show_content(self._content)
        follow(self._restyle)

    def set_content(self, content: PaperContent) -> None:
        """Show `content`. The place one has scrolled to stays."""
        if content != self._content:
            self._content = content
            self.card.show_content(content)

    def content(self) -> PaperContent:
        """What is shown."""
        return self._content

    def plain_text(self) -> str:
        """Everything on the paper in reading order."""
        return self.card.plain_text()

    def sizeHint(self) -> QSize:
        return QSize(theme_of().width("paper"), theme_of().px(500))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().px(220), theme_of().px(96))

    def _restyle(self) -> None:
        theme = theme_of()
        if self._large:
            edge = theme.width("wide-margin")
            self._column.setContentsMargins(edge, theme.space(3), edge, theme.space(3))
            return
        edge = theme.width("edge")
        self._column.setContentsMargins(QMargins(edge, theme.px(16), edge, 0))
        self.card.setMaximumWidth(theme.width("paper"))
        self._column.setAlignment(self.card, Qt.AlignmentFlag(0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.card.focused = True
        self.card.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.card.focused = False
        self.card.update()
