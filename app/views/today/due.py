# SPDX-License-Identifier: MPL-2.0
"""What waits for one today, line by line: who, what, how late, and the button that ticks it off.

What is not met by a tick leads to its case instead, or to where it is met.

Shown at the head of today's page; a few lines at first, all of them when asked. Must not know services.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.qt.theme import fill, follow, theme_of
from app.qt.turns import later
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.keyboard import stack_as_read
from app.views.parts.words import Words, grows_down
from app.views.today.card import Card
from app.views.today.wording import how_late

if TYPE_CHECKING:
    from app.store.listing import TaskRow

FEW = 4
AT_ONCE = 6
"""How many lines are made in one turn: two hundred at once held the window for a second."""
NOTHING_WAITS = "Intet venter på dig i dag."


TICKS = {"task": "Gjort", "without": "Set"}
"""What is ticked off, and by which word; the rest goes when it is met."""
WAYS_ON = {
    "sent_on": "Åbn sagen",
    "without": "Se ændringen",
    "give_plan": "Åbn papirerne",
    "revisit": "Se ønsket",
    "revisited": "Se svaret",
}
"""What is met at one place, and by which words one is led there."""


class DueRow(QWidget):
    """One thing. `opened` leads to its case, `done` ticks it off, `looked` goes where it is met or read."""

    opened = Signal(str)
    done = Signal(object)
    looked = Signal(object)

    def __init__(self, row: TaskRow, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.rule = True
        self.who = QWidget(self)
        self.name = Button(row.name or "Uden navn", Kind.QUIET, parent=self.who)
        self.name.clicked.connect(lambda: self.opened.emit(self.row.case_id))
        self.text = Words("", "body", parent=self)
        self.late = Words("", "strong", "danger", parent=self)
        self.tick = Button("Gjort", Kind.QUIET, icon="check", parent=self)
        self.tick.clicked.connect(lambda: self.done.emit(self.row))
        self.see = Button("", Kind.QUIET, parent=self)
        self.see.clicked.connect(lambda: self.looked.emit(self.row))
        cell = QHBoxLayout(self.who)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.addWidget(self.name)
        cell.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.who, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.text, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.late, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.see, self.tick):
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_row(row, today)
        follow(self._restyle)

    def show_row(self, row: TaskRow, today: date) -> None:
        """Say this one."""
        self.row = row
        self.name.setText(row.name or "Uden navn")
        self.name.setObjectName(f"due.{row.record_id}.open")
        self.tick.setObjectName(f"due.{row.record_id}.done")
        self.see.setObjectName(f"due.{row.record_id}.see")
        self.text.setText(row.text)
        late = row.due < today
        self.late.setText(f"forfalden {how_late(row.due, today)}" if late else "")
        self.late.setVisible(late)
        for button, words in ((self.tick, TICKS), (self.see, WAYS_ON)):
            word = words.get(row.kind, "")
            button.setText(word)
            button.setVisible(bool(word))
            button.setAccessibleName(f"{word}, {row.name}: {row.text}")
        self.name.setAccessibleName(f"Åbn {row.name}: {row.text}")

    def _restyle(self) -> None:
        theme = theme_of()
        self._row.setContentsMargins(theme.px(8), theme.px(1), theme.px(8), theme.px(1))
        self._row.setSpacing(theme.space(1))
        self.setMinimumHeight(theme.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.rule:
            return
        theme = theme_of()
        line = theme.stroke("line")
        fill(QPainter(self), QRect(0, self.height() - line, self.width(), line), theme.color("line"))


class DueList(QWidget):
    """A few of them, and all when asked; nothing takes no more room than to say so.

    `listed` when other lines stand here: whoever shows it lays the order for Tab.
    """

    opened = Signal(str)
    done = Signal(object)
    looked = Signal(object)
    listed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TaskRow, ...] = ()
        self._today: date | None = None
        self._all = False
        self._lines: list[DueRow] = []
        self._back_to = ""
        self._next = later(self, self._make_more)
        self._none = Words("", "body", "text-quiet", parent=self)
        self._card = Card(self)
        self.more = Button("", Kind.QUIET, parent=self._card)
        self.more.setObjectName("due.more")
        self.more.clicked.connect(self._turn)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.more)
        self._foot.addStretch(1)
        self._card.box.addLayout(self._foot)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._none)
        self._column.addWidget(self._card)
        for part in (self._none, self._card, self.more):
            part.hide()
        grows_down(self)
        self.setAccessibleName("Det venter på dig i dag")
        follow(self._restyle)

    def show_due(self, rows: Sequence[TaskRow], today: date) -> None:
        """What waits now. The keyboard stays on its line; where that is gone it goes to the name of what took the place, so
        that a key pressed twice ticks nothing else off."""
        self._rows, self._today = tuple(rows), today
        held, on = self._held(), self._back_to or self._held_record()
        shown = self._rows if self._all else self._rows[:FEW]
        while len(self._lines) > len(shown):
            old = self._lines.pop()
            self._card.box.removeWidget(old)
            old.hide()
            old.deleteLater()
        for line, row in zip(self._lines, shown, strict=False):
            line.show_row(row, today)
        self._make(shown, today)
        self._none.setText("" if self._rows else NOTHING_WAITS)
        self._none.setVisible(not self._rows)
        self.more.setText("Vis færre" if self._all else f"Vis alle {len(self._rows)}")
        self.more.setVisible(len(self._rows) > FEW)
        self._card.setVisible(bool(self._rows))
        self._line_up()
        stack_as_read(self)
        self.listed.emit()
        same = next((line for line in self._lines if on and line.row.record_id == on), None)
        if same is not None:
            self._back_to = ""
            (same.tick if same.row.kind in TICKS else same.name).setFocus()
        elif held >= 0 and self._lines:
            self._lines[min(held, len(self._lines) - 1)].name.setFocus()

    def has_keyboard(self) -> bool:
        """Whether the keyboard is on one of the lines."""
        return self._held() >= 0

    def go_back_to(self, record_id: str) -> None:
        """The keyboard goes to this one when it stands here again."""
        self._back_to = record_id

    def lines(self) -> list[DueRow]:
        """The lines on the screen."""
        return list(self._lines)

    def _held(self) -> int:
        """The line the keyboard is on, -1 for none."""
        now = QApplication.focusWidget()
        return next((n for n, line in enumerate(self._lines) if now is not None and line.isAncestorOf(now)), -1)

    def _held_record(self) -> str:
        held = self._held()
        return self._lines[held].row.record_id if held >= 0 else ""

    def _line_up(self) -> None:
        """Names of one width, so that what is said of them stands in a column; the last line needs no rule."""
        theme = theme_of()
        metrics = theme.metrics("body")
        wide = max((metrics.horizontalAdvance(line.name.text()) for line in self._lines), default=0)
        wide = min(round(wide) + theme.space(1.5) + 4, theme.px(240))
        for place, line in enumerate(self._lines):
            line.who.setFixedWidth(wide)
            line.name.setMaximumWidth(wide)
            line.rule = place < len(self._lines) - 1 or not self.more.isHidden()
            line.update()

    def _make(self, shown: Sequence[TaskRow], today: date) -> None:
        """The next lines of those that are shown, and the rest in turns of their own."""
        for row in shown[len(self._lines) :][:AT_ONCE]:
            line = DueRow(row, today, self._card)
            line.opened.connect(self.opened)
            line.done.connect(self.done)
            line.looked.connect(self.looked)
            line.who.setFixedWidth(self._lines[0].who.width() if self._lines else line.who.sizeHint().width())
            self._card.box.insertWidget(len(self._lines), line)
            appear(line)  # now: a layout shows what it is given a turn later, and until then Tab passes it by
            self._lines.append(line)
        if len(self._lines) < len(shown):
            self._next.start()

    def _make_more(self) -> None:
        if self._today is None or not self._all:
            return
        self._make(self._rows, self._today)
        if len(self._lines) == len(self._rows):
            self.show_due(self._rows, self._today)

    def _turn(self) -> None:
        self._all = not self._all
        if self._today is not None:
            self.show_due(self._rows, self._today)

    def _restyle(self) -> None:
        theme = theme_of()
        self._foot.setContentsMargins(theme.px(8), theme.px(1), theme.px(8), theme.px(1))
        self._line_up()
