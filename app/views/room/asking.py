# SPDX-License-Identifier: MPL-2.0
"""Asking an adviser who has an account, and the advice that came, opposite advices side by side (C6, D3).

A part of the answer's step. What is shared is the same for every adviser and is said here in a line; taking it back is
one button. Must not know how a case is narrowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_day
from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.kinds import Advice, AdviceRequest, Record
from app.qt.theme import theme_of
from app.services import advising, edit
from app.services.advising import Adviser
from app.services.desk import Desk
from app.store.unit_of_work import Step as UndoStep
from app.views.allowed import allow
from app.views.binding import understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import ChoiceField, DateField, Field, Option, TextArea, TextField
from app.views.parts.words import Words
from app.views.room.step import Column, Fold, RecordList, RowField, Step, unlabelled

SHARED = (
    "Rådgiveren ser formål, mål, det, der er prøvet, og råd – ikke navn, CPR, adresse, notater eller udkast. "
    "Det, I har skrevet i teksterne, ser rådgiveren, som det står."
)


class Asking(Fold):
    """Whom to ask and of what, and who is asked now. Shown when there is an adviser's account on this desk."""

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__("Spørg en rådgiver", "ask_adviser.fold", parent)
        self._context = context
        self._case_id = case_id
        self._advisers: tuple[Adviser, ...] = ()
        self._agreed: tuple[str, ...] = ()  # whom the citizen lets us ask
        self.step = Step(context, case_id)
        self.inside.add(Words(SHARED, "note", "text-quiet"))
        self.person = ChoiceField("Hvem?", [], type_ahead=True)
        self.question = TextArea("Hvad vil I spørge om?", min_lines=2)
        for widget, name, path in ((self.person, "adviser", "person"), (self.question, "question", "question")):
            path = f"ask_adviser.{path}"
            self.step.bind(widget, "advice_request", case_id, name, path, _nothing_yet, write=_keeps(name))
            self.step.bounds[-1][0].waits = True
            self.inside.add(widget)
        self.go = Button("Del, og spørg", Kind.SECONDARY)
        self.go.setObjectName("ask_adviser.go")
        self.go.clicked.connect(self._ask)
        allow(context, Act.RECORD, self.go)
        self.inside.box.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines: dict[str, _Request] = {}
        self.asked = Column(1)
        self.add(self.asked)
        self.learn()

    def learn(self) -> None:
        """Who has an adviser's account on this desk."""
        desk = self._context.desk
        self._context.run(lambda: advising.advisers(desk), self._offer)

    def refresh(self, file: CaseFile) -> None:
        """Show who is asked now, and what is typed."""
        self.step.refresh(file)
        agreed = tuple(c.party for c in file.consents_in_force)
        if agreed != self._agreed:  # what was refused for want of a consent is no fault any more
            self._agreed = agreed
            self.person.set_error(None)
        wanted = {r.id: r for r in file.advice_requests if r.closed_on is None}
        for gone in [i for i in self._lines if i not in wanted]:
            line = self._lines.pop(gone)
            self.asked.box.removeWidget(line)
            line.hide()
            line.deleteLater()
        for place, request in enumerate(wanted.values()):
            line = self._lines.get(request.id) or self._make_line(request)
            line.tell(request, advising.still_shared(request, file), place)
        appear(self.asked, bool(wanted))
        typed = any((self._case_id, name) in file.drafts for name in ("adviser", "question"))
        if typed and self.inside.isHidden():
            self.open(True)

    # -- inside

    def _offer(self, found: tuple[Adviser, ...]) -> None:
        self._advisers = found
        self.person.set_options([Option(a.name, f"{a.name}, {a.place}" if a.place else a.name) for a in found])
        none = "Der er ingen rådgiver med en konto her. Lav en konto i rollen rådgiver først."
        self.person.set_hint("" if found else none)

    def _make_line(self, request: AdviceRequest) -> _Request:
        line = self._lines[request.id] = _Request(lambda: self._close(request.id))
        allow(self._context, Act.RECORD, line.button)
        self.asked.add(line)
        return line

    def _ask(self) -> None:
        context, case_id, hand = self._context, self._case_id, self._context.hand
        name, question = self.person.text().strip(), self.question.text()
        chosen = next((a for a in self._advisers if a.name == name), None)
        self.person.set_error(None)
        self.question.set_error(None)
        if chosen is None:
            self.person.refuse("Vælg en rådgiver, der har en konto her.")
            self.person.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.step.flush()

        def asked(_: object) -> None:
            context.asks.say(f"{chosen.name} er spurgt og kan nu se det, der deles.")

        def refused(message: str, field: str | None) -> None:
            at = self.question if field == "question" else self.person
            at.refuse(message)
            at.setFocus(Qt.FocusReason.OtherFocusReason)

        context.run(lambda: advising.ask(context.desk, hand, case_id, chosen.person_id, question), asked, refused)

    def _close(self, request_id: str) -> None:
        context, case_id, hand = self._context, self._case_id, self._context.hand
        context.run(lambda: advising.close(context.desk, hand, case_id, request_id))


class _Request(Column):
    """One adviser who is asked: who, of what, since when, and the way to stop sharing."""

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__(0.25)
        self._who = Words("", "body")
        self._state = Words("", "small", "text-quiet")
        self.button = Button("Luk spørgsmålet", Kind.QUIET)
        self.button.clicked.connect(close)
        self.add(self._who)
        self.add(self._state)
        self.box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def tell(self, request: AdviceRequest, shared: bool, place: int) -> None:
        """Show the request as it stands."""
        self.button.setObjectName(f"advice_requests.{place}.close")
        self._who.setText(f"{request.adviser}: {request.question}")
        since = f"Spurgt {format_day(request.asked_on)}. " if request.asked_on else ""
        stopped = "Samtykket er trukket tilbage: rådgiveren ser ikke sagen mere."
        self._state.setText(since + ("Ser det, der deles." if shared else stopped))


def advice_list(context: Context, case_id: str) -> RecordList:
    """Every piece of advice; what an adviser wrote signed in stands as it was given."""
    today = understood(context.desk.today, "advice", "date")
    made: list[tuple[Mapping[str, Field], QWidget]] = []

    def arrange(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
        _arrange_advice(row, fields, tools)
        made.append((fields, tools))

    def tell(_record_id: str, _row: QWidget) -> Callable[[CaseFile, Record], None]:
        fields, tools = made.pop()

        def show(_file: CaseFile, advice: Record) -> None:
            assert isinstance(advice, Advice)
            if advice.person_id:
                for one in fields.values():
                    one.set_read_only(True)
                fields["organisation"].setVisible(
                    bool(advice.organisation)
                )  # "ikke skrevet endnu" is not of the advice
                tools.hide()

        return show

    return RecordList(
        context,
        case_id,
        "advice",
        "advice",
        lambda file: file.advice,
        [
            RowField("adviser", "adviser", lambda: unlabelled(TextField("Rådgiver"), "Rådgiverens navn")),
            RowField("organisation", "organisation", lambda: unlabelled(TextField("Hvorfra"), "VISO, PPR …")),
            RowField("date", "date", lambda: unlabelled(DateField("Dato", interpret=today), "Dato")),
            RowField("text", "text", lambda: unlabelled(TextArea("Råd", min_lines=2), "Rådet, som det blev givet")),
        ],
        "Tilføj et råd",
        arrange=arrange,
        tell=tell,
    )


def _arrange_advice(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(0.5))
    first = QHBoxLayout()
    first.setSpacing(theme_of().space(0.5))
    first.addWidget(fields["adviser"], 1)
    first.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(first)
    for name in ("organisation", "date", "text"):
        column.addWidget(fields[name])


def _nothing_yet(file: CaseFile) -> AdviceRequest:
    return AdviceRequest(id=file.case.id, case_id=file.case.id)


def _keeps(name: str) -> Callable[..., edit.Written]:
    def write(desk: Desk, hand: Hand, case_id: str, text: str, step: UndoStep, *, final: bool) -> edit.Written:
        return advising.keep_asking(desk, hand, case_id, name, text, step, final=final)

    return write
