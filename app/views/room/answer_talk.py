# SPDX-License-Identifier: MPL-2.0
"""The vejleder's side of the answer: questions to the draft, and the signs that a goal is reached (A10, B6).

A question is asked before anything is granted and is met before anything is signed: with an answer, or a mark that it is
seen. Once met it stands as it was asked. Each is in the colour of its pen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.kinds import Goal, Question, Record
from app.qt.theme import theme_of
from app.views.binding import told_hand
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.fields import CheckField, Field, TextArea
from app.views.parts.words import Words, rounded
from app.views.room.one_each import OneEach
from app.views.room.step import Column, RecordList, RowField
from app.views.talking import talk_on


class Speech(TextArea):
    """What somebody says, in a bubble of their pen's colour; the box to write in lies within it."""

    air_around = True

    def __init__(self, label: str, role: Role, faint: str, parent: QWidget | None = None) -> None:
        self._role = role
        self._signed = ""
        super().__init__(label, min_lines=1, parent=parent)
        self.label.hide()
        self.set_placeholder(faint)

    def sign_with(self, hand: str) -> None:
        """Whose words they are and when stands in the bubble, also for the one who wrote them."""
        self._signed = hand
        self.set_hand(hand)

    def set_hand(self, hand: str) -> None:
        super().set_hand(self._signed or hand)

    def _restyle(self) -> None:
        super()._restyle()
        theme = theme_of()
        self._column.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        self._column.setSpacing(theme.space(0.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of()
        soft = theme.color("bestiller-soft" if self._role is Role.BESTILLER else "vejleder-soft")
        rounded(QPainter(self), QRectF(self.rect()), soft, None, 0, theme.radius("field"))
        super().paintEvent(event)


def headed(row: QWidget, first: QWidget, tools: QWidget) -> QVBoxLayout:
    """A row whose tools stand beside its first field; what comes below that is added to what comes back."""
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(1))
    line = QHBoxLayout()
    line.setSpacing(0)
    line.addWidget(first, 1)
    line.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(line)
    return column


class Questions(Column):
    """The heading, the questions with their answers, and the vejleder's way to ask one more."""

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(1, parent)
        self._context = context
        self._made: Mapping[str, Field] | None = None
        self.add(Words("Spørgsmål til udkastet", "label"))
        self.none = Words("Vejlederen har ingen spørgsmål.", "note", "text-quiet")
        self.add(self.none)
        self.records = RecordList(
            context,
            case_id,
            "question",
            "questions",
            lambda file: file.questions,
            [
                RowField("text", "text", lambda: Speech("Spørgsmål", Role.VEJLEDER, "Hvad er du i tvivl om?")),
                RowField("answer", "answer", lambda: Speech("Svar", Role.BESTILLER, "Svar, eller sæt mærket nedenfor")),
                RowField("seen", "seen", lambda: CheckField("Set – svaret kommer ikke nu")),
            ],
            "Stil et spørgsmål",
            arrange=self._arrange,
            tell=self._tell,
            unwritten="",
        )
        self.add(self.records)

    def refresh(self, file: CaseFile) -> None:
        """Show the questions as they stand."""
        self.records.refresh(file)
        pen = self._context.pen
        asking = pen is not None and pen.role is Role.VEJLEDER
        appear(self.none, not file.questions and not asking)
        appear(self.records.add_button, asking)  # the bestiller answers; asking is the vejleder's (A10)

    # -- inside

    def _arrange(self, row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
        column = headed(row, fields["text"], tools)
        column.addWidget(fields["answer"])
        column.addWidget(fields["seen"])
        self._made = fields

    def _tell(self, _record_id: str, _row: QWidget) -> Callable[[CaseFile, Record], None]:
        fields, self._made = self._made, None
        assert fields is not None

        def tell(file: CaseFile, question: Record) -> None:
            assert isinstance(question, Question)
            pen = self._context.pen
            deciding = pen is not None and pen.role is Role.BESTILLER
            apart = talk_on(file, question.id, "answer") is not None
            answered = bool(question.answer.strip()) or (question.id, "answer") in file.drafts or apart
            writing = fields["answer"].has_user_focus() or fields["answer"].unsaved()
            asked = bool(question.text.strip())
            appear(fields["answer"], answered or writing or (deciding and asked))
            appear(fields["seen"], question.seen or (deciding and asked and not answered))
            met = answered or question.seen
            if met and not fields["text"].has_user_focus() and not fields["text"].unsaved():
                fields["text"].set_read_only(True)
            for name, said in (("text", asked), ("answer", answered), ("seen", question.seen)):
                written = file.hands.get((question.id, name))
                told = told_hand(written, self._context.desk.today()) if said else ""
                bubble = fields[name]
                if isinstance(bubble, Speech):
                    bubble.sign_with(told)
                else:
                    bubble.set_hint(told)

        return tell


class Signs(OneEach):
    """What shows that each goal is reached: the same words as under the goal itself."""

    kind, name, path = "goal", "done_when", "answer.signs.{}"
    label = "Tegn på, at det er nået"

    def records(self, file: CaseFile) -> Sequence[Record]:
        return [goal for goal in file.goals if goal.words.strip() or goal.goal.strip()]

    def call(self, widget: TextArea, place: int, several: bool, record: Record, file: CaseFile) -> None:
        assert isinstance(record, Goal)
        title = record.words.strip() or record.goal.strip()
        widget.set_label(self.label if place == 0 else title, f"({title})" if place == 0 and several else "")
