# SPDX-License-Identifier: MPL-2.0
"""One goal on the turned screen: what the citizen calls it, who does what, and the scale the citizen sets themselves.

The scale is written as the citizen's words by the hand that has the pen, on their behalf (promise 1, row A8). Used by `turn`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from app.domain.dates import format_day
from app.domain.roles import Hand
from app.models.fields import fields_of
from app.models.kinds import Goal
from app.qt.theme import follow, theme_of
from app.services import edit
from app.store.unit_of_work import Step, new_step
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.paper_blocks import ActionRow, PaperAction
from app.views.parts.scale import STEPS, ScaleBoxes, paint_scale
from app.views.parts.side_panel import Rule
from app.views.parts.stack import Stack
from app.views.parts.words import Words, grows_down, rounded
from app.views.room.citizen_content import NETWORK, Doing, GoalContent

PAUSE_MS = 300
NOW, HOPED = "Hvor er du i dag?", "Hvor vil du gerne hen?"
WIDEST = 620
"""Points a scale is wide at the most: ten boxes a finger can tell apart."""


AROUND = 6
"""Points of air the ring around a scale has to the left of its "0"; what has a ring hangs so far out of the column."""


class BigBoxes(ScaleBoxes):
    """The scale in a size to be read across the table and set with a finger."""

    def _restyle(self) -> None:
        self.setFont(theme_of().font("big-body"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(theme.px(WIDEST), theme.px(48))

    def minimumSizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(theme.px(200), theme.px(48))

    def _caption(self) -> int:
        return self.fontMetrics().horizontalAdvance("10 af 10") + theme_of().px(20)

    def _area(self) -> QRectF:
        theme = theme_of()
        tall, left = theme.px(24), theme.px(30)
        wide = self.width() - left - self._caption() - theme.px(4)
        return QRectF(left, (self.height() - tall) / 2, wide, tall)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = self._area()
        answer, hope = self.answer(), self._hope
        ahead = hope is not None and (answer is None or hope > answer)  # a hope that is reached is a filled box
        paint_scale(painter, area, answer, hope if ahead else None)
        painter.setFont(self.font())
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        none = self.answer() is None
        painter.setPen(theme.color("text" if self.answer() == 0 else "text-faint"))
        painter.drawText(QRectF(theme.px(AROUND), 0, area.left(), self.height()), middle, "0")
        painter.setPen(theme.color("text-faint" if none else "text"))
        said = QRectF(area.right() + theme.px(16), 0, self._caption() + theme.px(20), self.height())
        painter.drawText(said, middle, "" if none else f"{self.answer()} af {STEPS}")
        if self.hasFocus():
            around = QRectF(0, theme.px(4), area.right() + theme.px(6), self.height() - theme.px(8))
            rounded(painter, around, None, theme.color("focus"), theme.stroke("focus"), theme.radius("field"))


class ScaleLine(QWidget):
    """A question and its scale; what is set is kept after a short pause, and at once when the keyboard leaves."""

    def __init__(
        self, context: Context, case_id: str, goal_id: str, name: str, question: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = case_id
        self._goal_id = goal_id
        self._name = name
        self._step: Step | None = None
        self._hand: Hand | None = None
        self.stands: frozenset[str] | None = None
        """The changes behind what is shown: what others have written meanwhile is not written over."""
        self._seen: frozenset[str] | None = None
        self.words = Words(question, "big-body", parent=self)
        self.boxes = BigBoxes()
        self.boxes.setAccessibleName(question)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._asked = QHBoxLayout()  # the question stands in the column, and only what has a ring hangs out of it
        self._asked.addWidget(self.words, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line.addLayout(self._asked)
        self._line.addWidget(self.boxes, 4)
        self._line.addStretch(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.boxes.picked.connect(self._picked)
        grows_down(self)
        follow(self._restyle)

    def put_after(self, widget: QWidget) -> None:
        """Put `widget` after the scale, or below it where there is no room."""
        self._line.insertWidget(2, widget, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_value(self, value: int | None, hope: int | None = None) -> None:
        """Show what stands on the record, unless somebody is moving it just now."""
        self.boxes.set_hope(hope)
        if self._step is None and value != self.boxes.answer():
            self.boxes.set_answer(value)

    def flush(self) -> None:
        """Keep what has been set, now."""
        self._pause.stop()
        step, hand, self._step = self._step, self._hand, None
        if step is None or hand is None:
            return
        context, case_id, goal_id, name, value = (
            *(self._context, self._case_id, self._goal_id, self._name),
            self.boxes.answer(),
        )
        seen = self._seen
        context.run(lambda: edit.write_value(context.desk, hand, case_id, "goal", goal_id, name, value, step, seen))

    def _picked(self) -> None:
        if self._context.pen is None:
            return
        if self._step is None:
            self._step = new_step(f"Ret {fields_of(Goal)[self._name].label.rstrip('?').lower()}")
            self._hand = self._context.hand
            self._seen = self.stands
        self._pause.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle()

    def _restyle(self) -> None:
        theme = theme_of()
        asked = round(max(theme.metrics("big-body").horizontalAdvance(text) for text in (NOW, HOPED))) + 2
        beside = self.width() >= asked + theme.px(WIDEST + 200)
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._line.setSpacing(theme.px(14) if beside else 0)
        self._asked.setContentsMargins(theme.px(AROUND), 0, 0, 0)
        self.words.setMinimumWidth(asked if beside else 0)
        self.words.setMaximumWidth(asked if beside else 16_777_215)
        self.boxes.setMaximumWidth(theme.px(WIDEST))


class Doings(QWidget):
    """Who does what by when, a line each; what the citizen does is told as "Du"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ActionRow] = []
        self._stack = Stack(self)
        grows_down(self)

    def show_doings(self, doings: Sequence[Doing]) -> None:
        """Show these; none takes no room."""
        while len(self._rows) > len(doings):
            old = self._rows.pop()
            self._stack.removeWidget(old)
            old.hide()
            old.deleteLater()
        for place, doing in enumerate(doings):
            who = "Du" if doing.own else "Dit netværk" if doing.who == NETWORK else doing.who
            by = format_day(doing.by) if doing.by is not None else ""
            action = PaperAction(who, doing.what, by, owner=doing.owner)
            if place < len(self._rows):
                self._rows[place].set_action(action)
            else:
                row = ActionRow(action, large=True, parent=self)
                self._stack.put(row, 0.75)
                self._rows.append(row)
                row.show()
        self.setVisible(bool(doings))

    def plain_text(self) -> str:
        """All of them, a line each."""
        return "\n".join(row.text() for row in self._rows)


class GoalPart(QWidget):
    """A goal under a thin line. The hope is set when it is asked for; until then it is a mark on the scale."""

    def __init__(self, context: Context, case_id: str, goal_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._goal: GoalContent | None = None
        self._rule = Rule(self)
        self._title = Words("", "big-heading", parent=self)
        self._doings = Doings(self)
        self.now = ScaleLine(context, case_id, goal_id, "now_citizen", NOW, self)
        self.hoped = ScaleLine(context, case_id, goal_id, "hoped", HOPED, self)
        self.hoped.hide()
        self.ask_hope = _BigButton("", self)
        self.ask_hope.clicked.connect(self._toggle)
        self.now.put_after(self.ask_hope)
        self._stack = Stack(self, hang=AROUND)
        for part, air in ((self._rule, 0.0), (self._title, 2.25), (self._doings, 1.0)):
            self._stack.put(part, air)
        self._stack.put(self.now, 1.0, hangs=True)
        self._stack.put(self.hoped, 0.0, hangs=True)
        grows_down(self)

    def show_goal(self, goal: GoalContent) -> None:
        """Show the goal as it stands."""
        self._goal = goal
        self._title.setText(goal.title)
        self._title.setVisible(bool(goal.title))
        self._doings.show_doings(goal.doings)
        self.now.show_value(goal.now, goal.hoped)
        self.hoped.show_value(goal.hoped)
        self.now.boxes.setAccessibleDescription(goal.title)
        self.hoped.boxes.setAccessibleDescription(goal.title)
        self._tell()

    def flush(self) -> None:
        """Keep what has been set, now."""
        self.now.flush()
        self.hoped.flush()

    def plain_text(self) -> str:
        """What is read here, a line for each block."""
        goal = self._goal
        if goal is None:
            return ""
        now = "" if goal.now is None else f"{NOW} {goal.now} af {STEPS}"
        return "\n".join(part for part in (goal.title, self._doings.plain_text(), now, self.ask_hope.text()) if part)

    def _toggle(self) -> None:
        self.hoped.setVisible(self.hoped.isHidden())
        if not self.hoped.isHidden():
            self.hoped.boxes.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()

    def _tell(self) -> None:
        hoped = self._goal.hoped if self._goal is not None else None
        opened = not self.hoped.isHidden()
        said = HOPED if hoped is None else f"Dit håb: {hoped} af {STEPS}"
        self.ask_hope.setText("Skjul" if opened else said)
        self.ask_hope.setAccessibleName(f"{HOPED} {'' if hoped is None else hoped}".strip())
        self.ask_hope.updateGeometry()


class _BigButton(Button):
    """A quiet button in the size of the screen it is on."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, Kind.QUIET, parent=parent)

    def _restyle(self) -> None:
        self.setFont(theme_of().font("big-note"))
        self.updateGeometry()
        self.update()
