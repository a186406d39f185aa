# SPDX-License-Identifier: MPL-2.0
"""Step 5, Svar: am I in the target group, with what support, why, and what happens next (A2, A3, A10, A12, B1, B2, C3, D3, D6).

The bestiller's answer to the left, the vejleder's questions and what happens next to the right, the citizen's paper
between them. Signing, and reading the plan back before it, lie over the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.answer import owes_considerations, said
from app.domain.names import short_name
from app.domain.rights import Act
from app.domain.roles import Role
from app.models.casefile import CaseFile
from app.models.choices import TargetGroup
from app.models.kinds import NextStep, Record, singleton_id
from app.papers.discretion import discretion_of
from app.services import edit, send_on
from app.services.decide import ONLY_BESTILLER, answer_facts, is_sent_on, lacking, settled
from app.store.unit_of_work import new_step
from app.views.allowed import allow
from app.views.binding import understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import ChoiceField, DateField, Field, Option, TextArea, TextField
from app.views.parts.side_panel import scrolling_of
from app.views.parts.words import Words
from app.views.room.answer_more import FIELDS, MorePart
from app.views.room.answer_support import SupportPart
from app.views.room.answer_talk import Questions, Signs
from app.views.room.decided import DecisionNote
from app.views.room.passing_on import SendOnOverlay, is_above, is_to
from app.views.room.read_aloud import ReadAloud
from app.views.room.sign import READ_BACK, SignOverlay, why_not
from app.views.room.step import Column, Primary, RecordList, RowField, Step, unlabelled
from app.views.room.within_frame import Intensities, Revisits
from app.views.talking import on_screen, talk_on

ANSWERS = (
    Option(TargetGroup.YES.value, "Ja"),
    Option(TargetGroup.NO.value, "Nej"),
    Option(TargetGroup.LATER.value, "Svaret udskydes"),
    Option(TargetGroup.DIRECT_85.value, "Direkte til § 85"),
)


WHAT_WEIGHED = "Hvad talte for, og hvad talte imod?"
OWED = "Borgeren skal kunne læse det: her, eller i begrundelsen."
NAMED = "Her nævnes en, som ikke må nævnes på papiret. I svaret står det, som det er skrevet."
OFFERED = "Forslag fra jeres vejning af rådene. Læs det igennem: borgeren får det at læse."


class AnswerStep(Step):
    """The bestiller's answer and what leads up to it; `signed` is called when it has been given."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__(context, case_id)
        self._file: CaseFile | None = None
        self._overlay: SignOverlay | None = None
        self._sending: SendOnOverlay | None = None
        self._aloud: ReadAloud | None = None
        self._name = ""
        self._awaited = ""  # the support whose row one goes on in, once it is shown
        self._whole = False
        self._left, self._right = Column(), Column()
        self.left, self.right = self._left, self._right
        self.making = self._make()
        context.session_changed.connect(self._pen_moved)

    # The two sides.

    def _make(self) -> Iterator[None]:
        context, case_id = self.context, self.case_id
        self.note = DecisionNote(context, self._left)
        self.support = SupportPart(context, case_id, self._left)
        yield
        self.more = MorePart(context, case_id, self._left)
        yield
        self._fill_left()
        yield
        self.questions = Questions(context, case_id, self._right)
        self.intensities = Intensities(context, case_id, self._right)
        self.revisits = Revisits(context, case_id, self._right)
        self.support.learnt.connect(self.revisits.set_offers)
        self.revisits.taken.connect(self._go_on_with)
        self.signs = Signs(context, case_id, self._right)
        self._fill_right()
        self._whole = True

    def _fill_left(self) -> None:
        side = self._left
        side.add(self.note)
        self.back = Button("Tag svaret tilbage", Kind.QUIET, icon="reply")
        self.back.setObjectName("send_on.take_back")
        self.back.clicked.connect(self.take_back)
        allow(self.context, Act.SEND_ON, self.back)
        side.box.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.target = ChoiceField("Er borgeren i målgruppen?", ANSWERS, accent="bestiller")
        self.until = DateField("Svar senest", interpret=understood(self.context.desk.today, "answer", "until"))
        side.add(self._answer(self.target, "target_group"))
        side.add(self._answer(self.until, "until"))
        side.add(self.support)
        side.add(self._answer(TextArea("Begrundelse", min_lines=3, max_lines=16), "reason"))
        self.considerations = TextArea("Hvad vi har lagt vægt på", min_lines=2, max_lines=16)
        side.add(self._answer(self.considerations, "considerations"))
        side.add(self._answer(TextArea("Oplysninger", min_lines=2, max_lines=16), "facts"))
        self._field("facts").set_placeholder("Hvad bygger svaret på?")
        for name, path in FIELDS.items():
            self._bind_answer(self.more.fields[name], name, path)
        self.lists.append(self.more.advice)
        side.add(self.more)

    def _fill_right(self) -> None:
        side = self._right
        side.add(self.questions)
        side.add(self.intensities)
        side.add(self.revisits)
        side.add(self._next_steps())
        side.add(self.signs)
        side.add(self._reading())

    def _next_steps(self) -> QWidget:
        part = Column(1)
        part.add(Words("Næste skridt", "label"))
        today = understood(self.context.desk.today, "next_step", "by")
        self.steps = RecordList(
            self.context,
            self.case_id,
            "next_step",
            "next_steps",
            lambda file: file.next_steps,
            [
                RowField("who", "who", lambda: unlabelled(TextField("Hvem"), "Hvem")),
                RowField("what", "what", lambda: unlabelled(TextArea("Gør hvad", min_lines=1), "Gør hvad")),
                RowField(
                    "by", "by", lambda: unlabelled(DateField("Senest", interpret=today), "Senest, fx 3. december")
                ),
            ],
            "Tilføj næste skridt",
            tell=_tell_unfinished,
        )
        self.lists.append(self.steps)
        part.add(self.steps)
        return part

    def _reading(self) -> QWidget:
        part = Column(1)
        part.add(Words("Før der skrives under", "label"))
        self.read = Button("Læs planen op", Kind.SECONDARY)
        self.read.setObjectName("read_aloud.open")
        self.read.clicked.connect(self.read_aloud)
        part.box.addWidget(self.read, 0, Qt.AlignmentFlag.AlignLeft)
        self.read_back = ChoiceField("Hvad siger borgeren til planen?", READ_BACK)
        self.another_answers = (self.read_back,)
        story = singleton_id(self.case_id, "story")
        part.add(self.bind(self.read_back, "story", story, "read_back", "read_back", lambda file: file.story))
        self.who_signs = Words(ONLY_BESTILLER, "note", "text-quiet")
        part.add(self.who_signs)
        return part

    # What the room asks.

    def ahead(self, file: CaseFile) -> Iterator[None]:
        yield from super().ahead(file)
        for part in (self.support.records, self.questions.records, self.intensities, self.revisits.records, self.signs):
            yield from part.ahead(file)

    def refresh(self, file: CaseFile) -> None:
        """Show what stands now."""
        self._file = file
        self._tell_name(short_name(file.citizen.name) or "borgeren")
        super().refresh(file)
        parts = (self.note, self.support, self.more, self.questions, self.intensities, self.revisits, self.signs)
        for part in parts:
            part.refresh(file)
        answer = file.answer
        appear(self.back, answer.sent_on is not None)
        self.back.setText("Send svaret tilbage" if is_to(file, self.context.pen) else "Tag svaret tilbage")
        put_off = answer.target_group == TargetGroup.LATER or answer.until is not None
        put_off = put_off or talk_on(file, answer.id, "until") is not None
        appear(self.until, put_off or (answer.id, "until") in file.drafts or self.until.unsaved())
        self._point_out(file)
        pen = self.context.pen
        appear(self.who_signs, pen is None or pen.role is not Role.BESTILLER)
        vejleder = pen is not None and pen.role is Role.VEJLEDER
        self.comes_for = (self.steps.add_button,) if vejleder and not file.next_steps else ()
        self._lead_to_awaited(file)
        if self._overlay is not None and self._overlay.isVisible():
            self._overlay.refresh(file)
        if self._aloud is not None and self._aloud.isVisible():
            self._aloud.refresh(file, self.context.desk.today())

    def flush(self) -> None:
        super().flush()
        if not self._whole:  # nobody has typed here yet
            return
        for records in self._row_lists:
            records.flush()
        for fields in (self.intensities, self.signs):
            fields.flush()
        self.more.asking.step.flush()

    def shape(self) -> int:
        beside = 1000 * (self.signs.count() + self.intensities.count())
        return super().shape() + sum(records.shape for records in self._row_lists) + beside

    def done(self, file: CaseFile) -> bool:
        return file.decision is not None and file.decision.authentic

    def show_path(self, path: str) -> None:
        """Unfold what `path` lies in."""
        if path in FIELDS.values() or path.startswith(("advice", "ask_adviser")):
            self.more.open(True)
        if path.startswith("ask_adviser"):
            self.more.asking.open(True)

    def shown(self, file: CaseFile) -> None:
        self.support.learn()
        self.more.asking.learn()

    def primary(self, file: CaseFile) -> Primary | None:
        """Sign, until it is signed: then the room's own goes on to the papers."""
        if settled(file, self.context.desk.today()):
            return None
        if is_above(file, self.context.pen) and not lacking(file):
            return None if is_sent_on(file) else Primary("Send videre til afgørelse", self.send_on, name="send_on")
        why = why_not(file, self.context.pen, self.context.desk.today())
        return Primary("Underskriv", self.sign, not why, "sign", why)

    def at_its_button(self) -> bool:
        """Nothing lacks: what is left is to sign it, or to send it on."""
        primary = self.primary(self._file) if self._file is not None else None
        return primary is not None and primary.enabled

    # What is done here.

    def sign(self) -> None:
        """Lay the signature over the table. Refused and noted for anybody but the bestiller."""
        if self._file is None:
            return
        self.flush()
        if self._overlay is None:
            self._overlay = SignOverlay(self.context, self.case_id, self._left.window())
            self._overlay.signed.connect(lambda decision_id: self.signed(decision_id))
            self._left.destroyed.connect(self._overlay.deleteLater)
        self._overlay.ask(self._file)

    def send_on(self) -> None:
        """Ask somebody who may decide what lies above the bestiller's competence (C2)."""
        if self._file is None:
            return
        self.flush()
        if self._sending is None:
            self._sending = SendOnOverlay(self.context, self.case_id, self._left.window())
            self._sending.sent.connect(self._sent_on)
            self._left.destroyed.connect(self._sending.deleteLater)
        self._sending.ask(self._file)

    def _sent_on(self) -> None:
        """What is told of it stands above the answer, and comes with the next reading."""
        self.lead_to("answer.target_group")
        scrolling = scrolling_of(self.note)
        if scrolling is not None:
            scrolling.look_at(self.note)

    def take_back(self) -> None:
        """What was sent on is the bestiller's own to change again."""
        context, case_id, hand = self.context, self.case_id, self.context.hand
        context.run(lambda: send_on.take_back(context.desk, hand, case_id))

    def read_aloud(self) -> None:
        """Lay the plan over the table, large, to be read aloud."""
        if self._file is None:
            return
        self.flush()
        if self._aloud is None:
            self._aloud = ReadAloud(self._left.window())
            self._aloud.said.connect(self._said)
            self._left.destroyed.connect(self._aloud.deleteLater)
        self._aloud.open(self._file, self.context.desk.today())

    # -- inside

    @property
    def _row_lists(self) -> tuple[RecordList, ...]:
        return self.support.records, self.questions.records, self.revisits.records

    def _answer(self, widget: Field, name: str) -> Field:
        return self._bind_answer(widget, name, f"answer.{name}")

    def _bind_answer(self, widget: Field, name: str, path: str) -> Field:
        record_id = singleton_id(self.case_id, "answer")
        return self.bind(widget, "answer", record_id, name, path, lambda file: file.answer)

    def _field(self, name: str) -> Field:
        return next(bound.widget for bound, _ in self.bounds if bound.info.name == name)

    def _point_out(self, file: CaseFile) -> None:
        """What to mind in the words the citizen will read: pointers at their fields, which never block.

        How advice was weighed is internal and may name others: it is offered to the citizen's text, and never put there.
        """
        answer, field = file.answer, self.considerations
        offers = (
            not field.read_only() and talk_on(file, answer.id, "weighing") is None and not said(answer.considerations)
        )
        weighed = answer.weighing.strip() if offers else ""
        field.set_proposal(weighed)
        if not weighed:
            field.set_placeholder(WHAT_WEIGHED)
        owed = OWED if owes_considerations(answer_facts(file)) else ""
        keep = discretion_of(file, ())
        for name, hint in (("reason", ""), ("considerations", OFFERED if weighed else owed), ("facts", "")):
            text = weighed if weighed and name == "considerations" else getattr(answer, name)
            self._field(name).set_hint(NAMED if keep.names_somebody(text) else hint)
        begun = any((answer.target_group, answer.considerations, weighed))  # never by what is typed just above it
        kept = (answer.id, "considerations") in file.drafts or talk_on(file, answer.id, "considerations") is not None
        appear(field, begun or kept or field.unsaved())

    def _tell_name(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self.target.set_label(f"Er {name} i målgruppen?")
            self.read_back.set_label(f"Hvad siger {name} til planen?")

    def _go_on_with(self, support_id: str) -> None:
        """A wish was taken into the draft: what its row lacks is written there."""
        self._awaited = support_id
        if self._file is not None:
            self._lead_to_awaited(self._file)

    def _lead_to_awaited(self, file: CaseFile) -> None:
        place = next((n for n, row in enumerate(file.support) if row.id == self._awaited), None)
        if place is not None:
            self._awaited = ""
            self.lead_to(f"support.{place}.{'start' if file.support[place].paragraph else 'paragraph'}")

    def _said(self, words: str) -> None:
        context, case_id, hand = self.context, self.case_id, self.context.hand
        story, step = singleton_id(case_id, "story"), new_step("Læs planen op")
        name = "read_back"
        seen = on_screen(self._file, story, name) if self._file is not None else None
        context.run(lambda: edit.write_value(context.desk, hand, case_id, "story", story, name, words, step, seen))

    def _pen_moved(self) -> None:
        # A step is no QObject: it may be told after its room is gone.
        # Out of sight it is shown anew when somebody comes to it: the case is read again for whoever holds the pen.
        if isValid(self._left) and self._left.isVisible() and self._file is not None and self.context.pen is not None:
            self.refresh(self._file)


def _tell_unfinished(_step_id: str, row: QWidget) -> Callable[[CaseFile, Record], None]:
    """Below a next step that says what is to be done, what it still lacks to be one: who, or by when (A3)."""
    said_below = Words("", "small", "text-quiet", row)
    layout = row.layout()
    assert layout is not None
    layout.addWidget(said_below)

    def show(_file: CaseFile, step: Record) -> None:
        assert isinstance(step, NextStep)
        lacks = [word for word, there in (("hvem", said(step.who)), ("hvornår", step.by is not None)) if not there]
        told = bool(lacks) and said(step.what)
        said_below.setText(f"Skriv også {' og '.join(lacks)}, så er det et næste skridt." if told else "")
        appear(said_below, told)

    return show
