# SPDX-License-Identifier: MPL-2.0
"""Step 1, Velkommen: who the citizen is, who is at the table, what may be asked of others (A1, A7, A9, A12, C6, H2).

Nothing here is demanded. The ways past the team (direct to § 85, an ending without a decision) stand folded at the foot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from PySide6.QtCore import Qt

from app.domain.dates import format_long, format_short
from app.domain.errors import UserError
from app.domain.identifiers import parse_identifier
from app.domain.names import short_name
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.choices import Source
from app.models.fields import fields_of
from app.models.kinds import Coordinator, Duties, Identifier, Meeting, singleton_id
from app.services import cases, edit, seats
from app.services.desk import Desk
from app.store.unit_of_work import Step as UndoStep
from app.views.allowed import allow, why_not
from app.views.binding import told_hand
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import CheckField, ChoiceField, Field, Option, TextArea, TextField
from app.views.parts.words import Words
from app.views.room.around import consent_list, participant_list
from app.views.room.number_field import NumberField
from app.views.room.other_ways import OtherWays
from app.views.room.sheet import WritingSheet
from app.views.room.step import Column, Fold, Step

SOURCES = [
    Option(Source.STREET, "Gaden – kom selv"),
    Option(Source.JOBCENTRE, "Jobcenter"),
    Option(Source.DEPARTMENT, "Anden afdeling"),
    Option(Source.RELATIVE, "Pårørende"),
    Option(Source.DOCTOR, "Egen læge"),
]


DUTIES = ("information", "consent", "decision")


class WelcomeStep(Step):
    """Its fields are made when the first case arrives, for they hang on the citizen and the meeting."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__(context, case_id)
        self._citizen_id = ""
        self._meeting_id = ""
        self._has_more = False
        self._around: Column | None = None  # made last: with it, all but the meeting is there
        self._left = Column()
        self._right = Column()
        self._file: CaseFile | None = None
        self._bestillere: tuple[str, ...] = ()
        self._meeting_part: _MeetingPart | None = None
        self.left, self.right = self._left, self._right
        self.center = self.sheet = _WelcomeSheet(context)

    def ahead(self, file: CaseFile) -> Iterator[None]:
        yield from self._made_for(file)
        yield from super().ahead(file)
        if self._meeting_part is not None:
            yield from self._meeting_part.step.ahead(file)

    def refresh(self, file: CaseFile) -> None:
        self._file = file
        for _ in self._made_for(file):
            pass
        meeting = file.meeting
        appear(self._begin, meeting is None)
        super().refresh(file)
        if self._meeting_part is not None:
            self._meeting_part.refresh(file)
        self.ways.refresh(file)
        self._tell_number(file)
        self._tell_coordinator(file)
        self.sheet.show_file(file)

    def flush(self) -> None:
        super().flush()
        if self._meeting_part is not None:
            self._meeting_part.step.flush()
        if self._around is not None:
            self.ways.step.flush()

    def shown(self, file: CaseFile) -> None:
        if self._around is not None:
            self._learn_coordinators()

    def done(self, file: CaseFile) -> bool:
        return bool(file.participants) and bool(file.citizen.name.strip())

    def show_path(self, path: str) -> None:
        if self._around is None:
            return
        if path.startswith(("complex", "coordinator", "duties")):
            self.more.open(True)
        if path.startswith("direct_85"):
            self.ways.direct.open(True)
        if path.startswith("ending"):
            self.ways.ending.open(True)

    def shape(self) -> int:
        meeting = self._meeting_part
        return (
            super().shape() + (1000 + meeting.step.shape() if meeting is not None else 0) + (self._around is not None)
        )

    def reveal_number(self, shown: bool) -> None:
        """Show the number in force, or dots."""
        if self._around is not None:
            self.number.reveal(shown)

    # -- inside

    def _made_for(self, file: CaseFile) -> Iterator[None]:
        """Make what hangs on the citizen and on the meeting, where it is not there yet, a piece a turn. Between two of
        them somebody may have come to the step, and had it made whole."""
        if not self._citizen_id:
            self._make_left(file)
            yield
        if not self._has_more:
            self._make_more()
            yield
        if self._around is None:
            self._make_right()
            yield
        meeting = file.meeting
        if meeting is not None and meeting.id != self._meeting_id:
            self._make_meeting(meeting)
            yield

    def _make_left(self, file: CaseFile) -> None:
        self._citizen_id = citizen_id = file.citizen.id
        self._citizen(TextField("Navn"), "name")
        self.number = NumberField("CPR-nummer", note="(hvis I har det)")
        self.bind(
            self.number, "identifier", citizen_id, "value", "citizen.cpr", _number_of, write=_keeps_number(citizen_id)
        )
        self._number_bound = self.bounds[-1][0]
        self._left.add(self.number)
        self._citizen(TextField("Telefon"), "phone")
        self._citizen(TextArea("Adresse", min_lines=1), "address")
        self._citizen(CheckField("Beskyttet adresse"), "protected")
        self._citizen(TextField("Tolk", note="(sprog)"), "interpreter")
        self._citizen(TextField("Værge"), "guardian")
        source = ChoiceField("Kom fra", SOURCES, type_ahead=True)
        self._case(source, "source", "source", self._left)
        self._case(CheckField("Forebyggende"), "preventive", "preventive", self._left)

    def _make_more(self) -> None:
        self._has_more = True
        self.more = Fold("Mere", "more.fold")
        self.complex = CheckField("Kompleks sag")
        self._case(self.complex, "complex", "complex", self.more.inside)
        self.coordinator = ChoiceField("Koordinerende sagsbehandler", [], type_ahead=True)
        self.bind(
            self.coordinator,
            "coordinator",
            self.case_id,
            "name",
            "coordinator.name",
            _coordinator_of,
            write=seats.write_coordinator,
        )
        self.more.inside.add(self.coordinator)
        self._learn_coordinators()
        self._make_duties()
        self._left.add(self.more)

    def _learn_coordinators(self) -> None:
        """Who can be named: the bestillere with an account (H2)."""
        desk = self.context.desk
        self.context.run(lambda: cases.coordinators(desk), self._offer_coordinators)

    def _offer_coordinators(self, names: tuple[str, ...]) -> None:
        self._bestillere = names
        self.coordinator.set_options([Option(name, name) for name in names])
        if self._file is not None:
            self._tell_coordinator(self._file)

    def _make_duties(self) -> None:
        """What the coordinator sees to, one tick each: whose it is and when stands beside it (H2)."""
        self.duties = Column(0.75)
        self.duties.add(Words("Koordinatoren sørger for", "label"))
        record_id = singleton_id(self.case_id, "duties")
        self._ticks: dict[str, Field] = {}
        for name in DUTIES:
            tick = CheckField(fields_of(Duties)[name].label)
            self.bind(tick, "duties", record_id, name, f"duties.{name}", lambda file: file.duties_now)
            self._ticks[name] = tick
            self.duties.add(tick)
        self.more.inside.add(self.duties)

    def _make_right(self) -> None:
        self._around = around = Column()
        self._right.add(around)
        self._begin = _begins_meeting(self.context, self.case_id, "Begynd et møde", "meeting.begin")
        around.box.addWidget(self._begin, 0, Qt.AlignmentFlag.AlignLeft)
        consents = Column(1)
        consents.add(Words("Må vi spørge andre?", "label"))
        self.consents = consent_list(self.context, self.case_id)
        self.lists.append(self.consents)
        consents.add(self.consents)
        self._right.add(consents)
        self.ways = OtherWays(self.context, self.case_id, self._lead)
        self._right.add(self.ways)

    def _lead(self, path: str) -> None:
        self.lead_to(path)

    def _make_meeting(self, meeting: Meeting) -> None:
        assert self._around is not None
        begun_here = self._begin.hasFocus() or (self._meeting_part is not None and self._meeting_part.over.hasFocus())
        if self._meeting_part is not None:
            self._meeting_part.step.flush()
            self._around.box.removeWidget(self._meeting_part)
            self._meeting_part.hide()
            self._meeting_part.deleteLater()
        self._meeting_id = meeting.id
        self._meeting_part = _MeetingPart(self.context, self.case_id, meeting.id)
        self._around.add(self._meeting_part)
        if begun_here:  # the button that was pressed is gone, and the keyboard would fall past the meeting
            self._meeting_part.place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _citizen(self, field: Field, name: str) -> None:
        self._left.add(
            self.bind(field, "citizen", self._citizen_id, name, f"citizen.{name}", lambda file: file.citizen)
        )

    def _case(self, field: Field, name: str, path: str, into: Column) -> None:
        into.add(self.bind(field, "case", self.case_id, name, path, lambda file: file.case))

    def _tell_coordinator(self, file: CaseFile) -> None:
        """A complex case has exactly one (H2): the bestiller is proposed, and one lacking is said."""
        just_now = file.case.complex and self.coordinator.isHidden()
        appear(self.coordinator, file.case.complex)
        appear(self.duties, file.case.complex)
        if not file.case.complex:
            return
        self.more.open(True)
        now = _coordinator_of(file)
        likely = (file.case.bestiller, *(p.name for p in file.participants if p.role == Role.BESTILLER))
        self.coordinator.set_proposal("" if now.name else next((n for n in likely if n in self._bestillere), ""))
        self.coordinator.set_hint(_coordinated(file))
        pen = self.context.pen
        if not now.name and just_now and self.complex.has_user_focus() and pen and pen.role is Role.BESTILLER:
            self.coordinator.setFocus(Qt.FocusReason.OtherFocusReason)  # a complex case is asked for one at once
        elif not now.name and not self.coordinator.has_user_focus() and not self.coordinator.text():
            self.coordinator.set_error("En kompleks sag skal have én koordinerende sagsbehandler.")
        today = self.context.desk.today()
        for name, tick in self._ticks.items():
            done = getattr(file.duties_now, name)
            lapsed = getattr(file.duties, name) and not done
            told = told_hand(file.hands.get((file.duties.id, name)), today) if done else ""
            tick.set_hint("Samtykket er trukket tilbage." if lapsed else told)

    def _tell_number(self, file: CaseFile) -> None:
        number = file.identifier
        hint = ""
        if number is not None:
            self._number_bound.show_hand(file.hands.get((number.id, "value")))
            try:
                read = parse_identifier(number.value, self.context.desk.today())
                hint = read.hint or ("" if number.type == "cpr" else read.kind.label)
            except UserError as doubt:
                hint = doubt.message
        self.number.set_hint(hint)


class _MeetingPart(Column):
    """Where the meeting is held and who is present; made anew for a new meeting."""

    def __init__(self, context: Context, case_id: str, meeting_id: str) -> None:
        super().__init__()
        self._context = context
        self._case_id = case_id
        self._meeting_id = meeting_id
        self.step = Step(context, case_id)
        self.again = Column(0.75)
        self._over = Words("", "body", "text-quiet")
        self.again.add(self._over)
        self.over = _begins_meeting(context, case_id, "Begynd et nyt møde", "meeting.again")
        self.again.box.addWidget(self.over, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self.again)
        self.place = TextField("Hvor mødes I?")
        self.add(self.step.bind(self.place, "meeting", meeting_id, "place", "meeting.place", _meeting_of))
        table = Column(1)
        table.add(Words("Hvem er her?", "label"))
        self.seats = Button("", Kind.SECONDARY)
        self.seats.setObjectName("meeting.seats")
        self.seats.clicked.connect(self._seat)
        allow(context, Act.MEET, self.seats)
        table.box.addWidget(self.seats, 0, Qt.AlignmentFlag.AlignLeft)
        self.people = participant_list(context, case_id, meeting_id)
        self.step.lists.append(self.people)
        table.add(self.people)
        self.add(table)
        self._present: frozenset[str] = frozenset()
        context.session_changed.connect(self._tell_seats)

    def refresh(self, file: CaseFile) -> None:
        """Show the meeting as it stands."""
        self.step.refresh(file)
        meeting = file.meeting
        over = meeting is not None and (bool(meeting.ended) or meeting.date != self._context.desk.today())
        appear(self.again, over)
        if meeting is not None and meeting.date is not None:
            self._over.setText(f"Det seneste møde var {format_long(meeting.date)}.")
        self._present = frozenset(p.name for p in file.participants if p.meeting_id == self._meeting_id)
        self._tell_seats()

    def _missing(self) -> list[Hand]:
        return [p for p in self._context.people if p.name not in self._present]

    def _tell_seats(self) -> None:
        names = [short_name(p.name) for p in self._missing()]
        appear(self.seats, bool(names) and not why_not(self._context, Act.MEET))
        self.seats.setText(f"Tilføj {' og '.join(names)}")

    def _seat(self) -> None:
        context, case_id, meeting_id, hand = self._context, self._case_id, self._meeting_id, self._context.hand
        people = tuple(sorted(self._context.people, key=lambda p: p.role is not Role.BESTILLER))
        context.run(lambda: seats.seat(context.desk, hand, case_id, meeting_id, people))


class _WelcomeSheet(WritingSheet):
    """What the citizen meets: welcome, the day, the place, who is here, and what will happen."""

    def __init__(self, context: Context) -> None:
        super().__init__("Velkommen")
        self._context = context
        self.hello = Words("", "quote", leading=1.0)
        self.when = Words("", "body", "text-quiet", leading=1.15)
        self.present = Words("", "body", leading=1.45)
        self.add(self.hello)
        self.add(self.when)
        here = Column(1)
        self._here = here
        here.add(Words("Her er", "label", "text-quiet"))
        here.add(self.present)
        self.add(here)
        agenda = Column(1)
        agenda.add(Words("Det skal vi i dag", "label", "text-quiet"))
        for line in (
            "Først fortæller du, hvad du tænker, og hvad du vil.",
            "Så ser vi på, hvad der er prøvet, og hvad dine mål er.",
            "Du får svar, før du går, og du får din plan med hjem.",
        ):
            agenda.add(Words(line, "body"))
        self.add(agenda)
        self.card.box.addStretch(1)

    def show_file(self, file: CaseFile) -> None:
        """Greet this citizen, on this day."""
        name = short_name(file.citizen.name)
        self.hello.setText(f"Velkommen, {name}" if name else "Velkommen")
        meeting = file.meeting
        day = (meeting.date if meeting else None) or self._context.desk.today()
        place = meeting.place.strip() if meeting else ""
        said = format_long(day)
        self.when.setText(f"{said[:1].upper()}{said[1:]}{f' · {place}' if place else ''}")
        people = [p for p in file.participants if meeting is not None and p.meeting_id == meeting.id and p.name.strip()]
        lines = [", ".join(part for part in (p.name.strip(), p.role, p.discipline.strip()) if part) for p in people]
        self.present.setText("\n".join(lines))
        appear(self._here, bool(lines))


def _begins_meeting(context: Context, case_id: str, words: str, name: str) -> Button:
    """Begins a meeting: the first, where the case went past the team or its meetings were never told of here, or one more."""
    button = Button(words, Kind.SECONDARY)
    button.setObjectName(name)

    def begin() -> None:
        hand = context.hand
        context.run(lambda: cases.begin_meeting(context.desk, hand, case_id))

    button.clicked.connect(begin)
    allow(context, Act.MEET, button)
    return button


def _meeting_of(file: CaseFile) -> Meeting:
    return file.meeting or Meeting(id="", case_id=file.case.id)


def _number_of(file: CaseFile) -> Identifier:
    return file.identifier or Identifier(id="", case_id=file.case.id)


def _coordinator_of(file: CaseFile) -> Coordinator:
    now = [c for c in file.coordinators if c.until is None]
    return now[-1] if now else Coordinator(id="", case_id=file.case.id)


def _coordinated(file: CaseFile) -> str:
    """Since when, and who before: a change of coordinator is dated, and nobody is forgotten."""
    told = [f"{c.name} siden {format_short(c.since)}" for c in file.coordinators if c.until is None and c.since]
    for c in sorted((c for c in file.coordinators if c.until), key=lambda c: c.until or date.min, reverse=True):
        first = f"{format_short(c.since)} – " if c.since else "til "
        told.append(f"før: {c.name} {first}{format_short(c.until) if c.until else ''}")
    return " · ".join(told)


def _keeps_number(citizen_id: str) -> Callable[..., edit.Written]:
    def write(desk: Desk, hand: Hand, case_id: str, text: str, step: UndoStep, *, final: bool) -> edit.Written:
        return edit.write_number(desk, hand, case_id, citizen_id, text, step, final=final)

    return write
