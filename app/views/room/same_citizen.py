# SPDX-License-Identifier: MPL-2.0
"""The quiet line under the room's top line: is there another record of this citizen, and what other cases do they have?

Made by the room, one for each; hidden while there is nothing to say. The names of others stand veiled until somebody asks, for
the citizen sits at the table. It reads for itself when something that bears on it has changed, whichever case it was in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.names import short_name
from app.domain.rights import Act
from app.domain.roles import Role
from app.qt.theme import fill, follow, theme_of
from app.services import same_citizen
from app.store.same_citizen import Asked, Because, Family, OneCase
from app.store.unit_of_work import ChangeSet
from app.views.allowed import allow
from app.views.parts.buttons import Button, Kind
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.notices import IconMark
from app.views.parts.words import Words, grows_down
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow
from app.views.talking import told_when

if TYPE_CHECKING:
    from app.views.room.room import Room

BEARS_ON = frozenset({"same_citizen", "identifier", "citizen", "case"})
"""The kinds of record a question rests on."""
WIDTH = 560
TWO_PEOPLE = "Det er husket: to borgere. Ret nummeret i den sag, hvor det ikke passer."


class SameCitizenLine(QWidget):
    """`opened(case id)` when another case is to be opened."""

    opened = Signal(str)

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._room = room
        self._context = room.context
        self._case_id = room.case_id
        self._family: Family | None = None
        self._card: SameCitizenCard | None = None
        self._reading = self._again = False
        icon = IconMark("persons", "link", 20, self)
        self._parts = QVBoxLayout()
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(0)
        self._line = QHBoxLayout(self)
        self._line.addWidget(icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line.addLayout(self._parts, 1)
        self.setObjectName("same")
        self.setAccessibleName("Er det samme borger?")
        grows_down(self)
        self.hide()
        self._context.changed.connect(self._changed)
        self._context.session_changed.connect(self.refresh)
        column = room.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(1, self)  # right under the top line
        follow(self._restyle)
        QTimer.singleShot(0, self, self.refresh)  # after the case itself

    def refresh(self) -> None:
        """Read it again; while a read is on its way, one more waits and no others."""
        pen, desk, case_id = self._context.pen, self._context.desk, self._case_id
        if pen is None or pen.role is Role.RAADGIVER:
            self._show(None)
            return
        if self._reading:
            self._again = True
            return
        self._reading = True
        self._context.run(lambda: same_citizen.look(desk, pen, case_id), self._got, self._not_got)

    def family(self) -> Family | None:
        """What is told now."""
        return self._family

    def _changed(self, changes: ChangeSet) -> None:
        if any(kind in BEARS_ON for kind, _id, _field in changes.keys):
            self.refresh()

    def _got(self, family: Family | None) -> None:
        self._reading = False
        if family != self._family:
            self._show(family)
        if self._again:
            self._again = False
            self.refresh()

    def _not_got(self, _message: str, _field: str | None) -> None:
        """The room itself tells of a disk that cannot be read; a question can wait."""
        self._reading = self._again = False

    # What it says.

    def _show(self, family: Family | None) -> None:
        """Build the line anew: it changes a few times in the life of a case."""
        self._family = family
        if self._card is not None:
            self._card.close_overlay()
        while (item := self._parts.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if family is not None:
            for asked in family.asked[:1]:  # one question at a time
                self._parts.addWidget(_Row(question(asked), (self._button("Se", "same.see", self._see),), self))
            if family.also:
                self._parts.addWidget(_Row("Har også", self._others(family), self))
        self.setVisible(family is not None and bool(family.asked or family.also))

    def _others(self, family: Family) -> list[Button]:
        """ "Har også sag 2026-…", and the way to take it apart again."""
        found = []
        for place, other in enumerate(family.also):
            name = f"sag {other.number}{', sluttet' if other.ended else ''}"
            button = self._button(name, f"same.also.{place}", self._opens(other))
            button.setAccessibleName(f"Åbn borgerens anden {name}")
            found.append(button)
        if _joined(family):
            found.append(self._button("Er det ikke samme borger?", "same.more", self._tell_more))
        return found

    def _button(self, text: str, name: str, act: Callable[[], None], kind: Kind = Kind.QUIET) -> Button:
        button = Button(text, kind, parent=self)
        button.setObjectName(name)
        button.clicked.connect(lambda: QTimer.singleShot(0, self, act))  # it may go with what it does
        return button

    # What a person does.

    def _see(self) -> None:
        """Who they are, and the two answers."""
        family, today = self._family, self._context.desk.today()
        if family is None or not family.asked:
            return
        asked = family.asked[0]
        lines = [
            f"Denne sag: {told_case(family.own, today)}",
            *(f"Den anden: {told_case(c, today)}" for c in asked.cases),
        ]
        for said in asked.said:
            answer = "ja" if said.same else "nej"
            lines.append(f"{short_name(said.name) or said.name} svarede {answer} {told_when(said.at, today)}.")
        lines.append("Intet flyttes, og I kan altid svare om.")
        seen = [said.change_id for said in asked.said] or None

        def answered(same: bool) -> Callable[[], None]:
            return lambda: self._answer(asked.citizen_id, same, seen, asked.because)

        yes = self._button("Ja, samme borger", "same.yes", answered(True), Kind.SECONDARY)
        no = self._button("Nej, to borgere", "same.no", answered(False), Kind.SECONDARY)
        allow(self._context, Act.RECORD, yes, no)
        ways = [
            self._button(f"Åbn sag {other.number}", f"same.open.{place}", self._opens(other))
            for place, other in enumerate(asked.cases)
        ]
        self._lay_over(question(asked), [(lines, [yes, no, *ways])])

    def _tell_more(self) -> None:
        """Whose cases they are, and the way to take each apart."""
        family, today = self._family, self._context.desk.today()
        if family is None:
            return
        parts: list[tuple[Sequence[str], Sequence[Button]]] = []
        for place, citizen in enumerate(_joined(family)):
            theirs = [c for c in family.also if c.citizen_id == citizen]
            apart = self._button(
                "Det var ikke samme borger", f"same.part.{place}", self._parts_from(citizen), Kind.SECONDARY
            )
            apart.setAccessibleName(f"Det var ikke samme borger: {theirs[0].name}, sag {theirs[0].number}")
            allow(self._context, Act.RECORD, apart)
            parts.append(([told_case(c, today) for c in theirs], [apart]))
        self._lay_over("Er det samme borger?", parts)

    def _lay_over(self, heading: str, parts: Sequence[tuple[Sequence[str], Sequence[Button]]]) -> None:
        if self._card is None:
            self._card = SameCitizenCard(self._room)
        self._card.ask(heading, parts)

    def _opens(self, case: OneCase) -> Callable[[], None]:
        return lambda: self.opened.emit(case.case_id)

    def _parts_from(self, citizen: str) -> Callable[[], None]:
        return lambda: self._answer(citizen, False, None, None)

    def _answer(self, citizen: str, same: bool, seen: list[str] | None, because: Because | None) -> None:
        context, case_id, hand = self._context, self._case_id, self._context.hand

        def told(_: object) -> None:
            if not same and because in (Because.NUMBER, Because.STAND_IN):
                context.asks.say(TWO_PEOPLE)

        if self._card is not None:
            self._card.close_overlay()
        context.run(lambda: same_citizen.answer(context.desk, hand, case_id, citizen, same, seen), told)

    def _restyle(self) -> None:
        theme = theme_of()
        self._line.setContentsMargins(theme.px(20), theme.px(4), theme.px(16), theme.px(4))
        self._line.setSpacing(theme.px(10))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        fill(QPainter(self), self.rect(), theme_of().color("bestiller-soft"))


class SameCitizenCard(Overlay):
    """Who they are and what one may answer, laid over the room when somebody asks to see."""

    def __init__(self, room: QWidget) -> None:
        super().__init__(room, WIDTH)
        self.setObjectName("same.card")
        self._heading = Words("", "heading", parent=self.card)
        self._body = QVBoxLayout()
        self.close_button = Button("Luk", Kind.QUIET, parent=self.card)
        self.close_button.setObjectName("same.close")
        self.close_button.clicked.connect(self.close_overlay)
        self.card.column.addWidget(self._heading)
        self.card.column.addLayout(self._body)
        self.card.column.addWidget(ButtonRow(self.close_button, parent=self.card))
        follow(self._space)

    def ask(self, heading: str, parts: Sequence[tuple[Sequence[str], Sequence[Button]]]) -> None:
        """Say this, each part with its buttons; the keyboard stands on the first."""
        while (item := self._body.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._heading.setText(heading)
        self.setAccessibleName(heading)
        for lines, buttons in parts:
            for line in lines:
                self._body.addWidget(Words(line, "body", parent=self.card))
            self._body.addWidget(ButtonRow(*buttons, parent=self.card))
        first = next((b for _lines, buttons in parts for b in buttons if b.isEnabled()), self.close_button)
        self.open(first)

    def _space(self) -> None:
        self._body.setSpacing(theme_of().space(1.25))


class _Row(QWidget):
    """A sentence with its buttons beside it."""

    def __init__(self, text: str, buttons: Sequence[Button], parent: QWidget) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, gap=1, row_gap=0.25, middle=True)
        flow.addWidget(Words(text, "body", parent=self))
        for button in buttons:
            flow.addWidget(button)
        grows_down(self)


def question(asked: Asked) -> str:
    """The question, without a name in it."""
    if asked.said:
        return "I har svaret hver sit: Er det samme borger?"
    if asked.because is Because.BORN:
        return f"Der er en sag til, med {asked.because.value}. Er det samme borger?"
    return f"Der er to sager på {asked.because.value}. Er det samme borger?"


def told_case(case: OneCase, today: date) -> str:
    """Whose, which, and who opened it when."""
    when = f" {told_when(case.at, today)}" if case.at is not None else ""
    by = f" Oprettet af {case.by}{when}." if case.by else ""
    return f"{case.name or 'Uden navn'}, sag {case.number}{' (sluttet)' if case.ended else ''}.{by}"


def _joined(family: Family) -> tuple[str, ...]:
    """The citizens that people have said are this one."""
    return tuple(dict.fromkeys(c.citizen_id for c in family.also if c.citizen_id != family.own.citizen_id))
