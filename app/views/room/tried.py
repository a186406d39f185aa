# SPDX-License-Identifier: MPL-2.0
"""Step 3, Hvad er prøvet?: what came with the referral, and the citizen's own view beside it, never over it (D1, D2).

The work goes on from what is known. Asking another part of the municipality takes the citizen's consent (C6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.choices import Outcome
from app.models.kinds import Referral, Task
from app.qt.theme import theme_of
from app.services import cases, edit, lists, seats
from app.services.desk import Desk
from app.store.unit_of_work import Step as UndoStep
from app.views.allowed import allow, why_not
from app.views.binding import Bound, understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.beside import ACROSS, DOWN, Beside
from app.views.parts.buttons import BeginButton, Button, Kind
from app.views.parts.fields import ChoiceField, DateField, Field, Option, TextArea, TextField
from app.views.parts.notices import EmptyState, Notice, Weight
from app.views.parts.words import Words
from app.views.room.sheet import WritingSheet
from app.views.room.step import Column, Fold, RecordList, RowField, Step, unlabelled
from app.views.talking import RemovalTalk

OUTCOMES = [Option(o.value, o.value.capitalize()) for o in Outcome]


FIELDS_BESIDE, VIEW_BESIDE, OPTIONS_BESIDE = 440, 420, 330
"""From which width, in points, the fields of a referral, a view and what it is of, and its options stand on one line."""


class SmallChoice(ChoiceField):
    """A few short options on one line; below each other where that has no room for their words."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _restyle(self) -> None:
        super()._restyle()
        self._turn()

    def _turn(self) -> None:
        theme = theme_of()
        row = self.editor.layout()
        assert isinstance(row, QBoxLayout)
        across = self.width() >= theme.px(OPTIONS_BESIDE)
        row.setDirection(ACROSS if across else DOWN)
        row.setSpacing(theme.space(1.5) if across else 0)


class TriedStep(Step):
    """A section for each referral; most cases have one or none."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__(context, case_id)
        self._sections: dict[str, _Section] = {}
        self._awaited: str | None = None  # as in a list of records
        self._agreed: tuple[str, ...] = ()  # whom the citizen lets us ask
        sheet = WritingSheet("Hvad er prøvet?")
        self._title = sheet.add(Words("Hvad er prøvet?", "title"))
        self._holder = Column(4)
        sheet.add(self._holder)
        self.empty = EmptyState(
            "assignment",
            "Her står ikke noget om, hvad der er prøvet",
            "Der fulgte ingen henvisning med. Er der noget, I skal bygge videre på?",
            "Tilføj det, der er prøvet",
            button=(begin := BeginButton("", kind=Kind.SECONDARY, icon="")),
        )
        self._begin = begin
        self.empty.button.setObjectName("referral.add")
        allow(context, Act.RECORD, self.empty.button)
        self.empty.pressed.connect(self.add_referral)
        sheet.add(self.empty, 1)
        sheet.card.box.addStretch(1)
        self.center = sheet
        self.left = self._asking()

    def _asking(self) -> QWidget:
        fold = Fold("Spørg en anden part", "ask.fold")
        self.party = ChoiceField("Hvem?", [], type_ahead=True)
        self.about = TextArea("Om hvad?", min_lines=1)
        for widget, name, path in ((self.party, "reason", "ask.party"), (self.about, "text", "ask.about")):
            self.bind(widget, "task", self.case_id, name, path, _nothing_yet, write=self._keeps(name))
            self.bounds[-1][0].waits = True
            fold.inside.add(widget)
        self.ask = Button("Notér, at I spørger", Kind.SECONDARY)
        self.ask.setObjectName("ask.note")
        self.ask.clicked.connect(self._ask)
        allow(self.context, Act.RECORD, self.ask)
        fold.inside.box.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._fold = fold
        side = Column()
        side.add(fold)
        return side

    def _keeps(self, name: str) -> Callable[..., edit.Written]:
        def write(desk: Desk, hand: Hand, case_id: str, text: str, step: UndoStep, *, final: bool) -> edit.Written:
            return seats.keep_asking(desk, hand, case_id, name, text, step, final=final)

        return write

    def _ask(self) -> None:
        context, case_id, hand = self.context, self.case_id, self.context.hand
        party, about = self.party.text(), self.about.text()
        if not party.strip():
            self.party.refuse("Skriv, hvem I vil spørge.")
            self.party.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.flush()

        def noted(_: object) -> None:
            context.asks.say(f"Noteret: spørg {party.strip()}. Det står på »I dag«.")

        def refused(message: str, _field: str | None) -> None:
            self.party.refuse(message)

        context.run(lambda: seats.ask_party(context.desk, hand, case_id, party, about), noted, refused)

    def add_referral(self) -> None:
        """Begin writing down what was tried, where no referral came. Asked again before it is there, it is that one; who goes
        elsewhere meanwhile stays there."""
        if self._awaited is not None:
            return
        self._awaited = ""
        self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
        context, case_id, hand = self.context, self.case_id, self.context.hand

        def added(referral_id: str) -> None:
            self._awaited = referral_id

        def not_added(message: str, _field: str | None) -> None:
            self._awaited = None
            context.asks.tell(message)

        context.run(lambda: lists.add(context.desk, hand, case_id, "referral"), added, not_added)

    def refresh(self, file: CaseFile) -> None:
        super().refresh(file)
        wanted = [r.id for r in reversed(file.referrals)]
        for gone in [i for i in self._sections if i not in wanted]:
            section = self._sections.pop(gone)
            section.flush()
            self._holder.box.removeWidget(section)
            section.hide()
            section.deleteLater()
        for place, referral in enumerate(reversed(file.referrals)):
            section = self._sections.get(referral.id) or self._make_section(referral.id)
            if self._holder.box.indexOf(section) < 0:
                self._holder.box.insertWidget(place, section)
                if section.isHidden():
                    appear(section)
            self._sections[referral.id].set_path("referral" if place == 0 else f"referral.{place}")
            self._sections[referral.id].refresh(file, referral)
        asked = self._sections.get(self._awaited or "")
        if self._awaited:  # whatever is read after it was kept has it, unless it was taken back
            self._awaited = None
        if asked is not None and self.empty.window().focusWidget() is self.empty.button:
            asked.begin(self._begin.take_typed())
        appear(self._fold, not why_not(self.context, Act.RECORD))
        appear(self.empty, not wanted)
        appear(self._title, bool(wanted))
        appear(self._holder, bool(wanted))
        agreed = tuple(c.party.strip() for c in file.consents_in_force)
        if agreed != self._agreed:  # what was refused for want of a consent is no fault any more
            self._agreed = agreed
            self.party.set_error(None)
        named = dict.fromkeys(agreed)
        self.party.set_options([Option(name, name) for name in named if name])
        names = ", ".join(name for name in named if name)
        self.party.set_hint(f"Samtykke til: {names}" if names else "Der er ikke givet samtykke til nogen endnu")

    def ahead(self, file: CaseFile) -> Iterator[None]:
        for referral in file.referrals:
            if referral.id not in self._sections:
                section = self._make_section(referral.id)
                yield
                yield from section.tried.ahead(file)

    def _make_section(self, referral_id: str) -> _Section:
        section = self._sections[referral_id] = _Section(self.context, self.case_id, referral_id, self._holder)
        return section

    def flush(self) -> None:
        super().flush()
        for section in self._sections.values():
            section.flush()

    def done(self, file: CaseFile) -> bool:
        return bool(file.tried)

    def show_path(self, path: str) -> None:
        if path.startswith("ask."):
            self._fold.open(True)

    def shape(self) -> int:
        return 1000 * len(self._sections) + sum(s.tried.shape for s in self._sections.values())


def _nothing_yet(file: CaseFile) -> Task:
    return Task(id=file.case.id, case_id=file.case.id)


class _Section(Column):
    """One referral: from whom and when, and each measure that was tried."""

    def __init__(self, context: Context, case_id: str, referral_id: str, parent: QWidget) -> None:
        super().__init__(2.5, parent)
        self._context = context
        self._case_id = case_id
        self._referral_id = referral_id
        self._sender = ""
        self._bound: dict[str, Bound] = {}
        self._path = ""
        self._removal = RemovalTalk(context, case_id, referral_id, lambda box: self.box.insertWidget(0, box), self)
        line = Beside(FIELDS_BESIDE, 2)
        read = understood(context.desk.today, "referral", "date")
        for name, made, stretch in (
            ("sender", TextField("Henvist fra"), 4),
            ("date", DateField("Dato", interpret=read), 3),
            ("contact", TextField("Kontaktperson"), 3),
        ):
            self._bound[name] = Bound(context, made, case_id, "referral", referral_id, name)
            line.add(made, stretch, Qt.AlignmentFlag.AlignTop)
        self.add(line)
        self.notice = Notice()
        self.notice.button.setObjectName("referral.want_status")
        self.notice.pressed.connect(self._want_status)
        allow(context, Act.RECORD, self.notice.button)
        self.add(self.notice)
        self.tried = RecordList(
            context,
            case_id,
            "tried",
            "referral.tried",
            lambda file: [t for t in file.tried if t.referral_id == referral_id],
            [
                RowField("what", "what", lambda: unlabelled(TextField("Hvad er prøvet?"), "Hvad er prøvet?")),
                RowField("note", "note", lambda: unlabelled(TextArea("Bemærkning", min_lines=1), "Bemærkning")),
                RowField("outcome", "outcome", lambda: SmallChoice("Resultat", OUTCOMES), narrow=True),
                RowField("citizen_says", "citizen_says", lambda: SmallChoice("Borgeren siger", OUTCOMES), narrow=True),
            ],
            "Tilføj noget, der er prøvet",
            parent_id=referral_id,
            arrange=_arrange_tried,
            gap=3,
            unwritten="",
        )
        self.add(self.tried)

    def set_path(self, path: str) -> None:
        """The newest referral is "referral", as scripts have it."""
        self._path = path
        for name, bound in self._bound.items():
            bound.widget.setObjectName(f"{path}.{'from' if name == 'sender' else name}")
        self.tried.set_path(f"{path}.tried")

    def refresh(self, file: CaseFile, referral: Referral) -> None:
        """Show the referral as it stands; without a status, offer to ask for it (D1)."""
        for bound in self._bound.values():
            bound.refresh(file, referral)
        self._removal.refresh(file, f"{self._path}.removed")
        self.tried.refresh(file)
        self._sender = referral.sender.strip()
        if any(t.referral_id == referral.id for t in file.tried):
            self.notice.say("")
            return
        who = self._sender or "jobcentret"
        if any(t.reason == "jobcenter" and t.done_on is None for t in file.tasks):
            self.notice.say(f"I har noteret at bede {who} om status.")
        else:
            words = "Der fulgte ingen status med: hvad er prøvet, hvad lykkedes, hvad lykkedes ikke?"
            self.notice.say(words, Weight.CAUTION, "Bed om status")

    def flush(self) -> None:
        """Keep whatever is typed here, now."""
        for bound in self._bound.values():
            bound.flush()
        self.tried.flush()

    def begin(self, typed: str) -> None:
        """Put the cursor in the first field, which begins with what was typed before it was there."""
        first = self._bound["sender"].widget
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        if typed:
            first.write_as_person(typed)

    def _want_status(self) -> None:
        context, case_id, hand, sender = self._context, self._case_id, self._context.hand, self._sender
        context.run(lambda: cases.want_status(context.desk, hand, case_id, sender))


def _arrange_tried(row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
    """What and the tools on one line; the two views of how it went, each on its own; last the remark."""
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme_of().space(1))
    first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    first.setSpacing(theme_of().space(0.5))
    first.addWidget(fields["what"], 1)
    first.addWidget(tools, 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(first)
    for name in ("outcome", "citizen_says"):
        made = fields[name]
        made.label.hide()
        words = Words(made.label.text(), "note", "text-quiet")
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        beside = Beside(VIEW_BESIDE)
        beside.add(words, 1)
        beside.add(made, 4)
        column.addWidget(beside)
    column.addWidget(fields["note"])
