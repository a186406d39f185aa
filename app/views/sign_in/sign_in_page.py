# SPDX-License-Identifier: MPL-2.0
"""Sitting down at the table: who one is, in which role, and the password (A1, C7).

Shown at the start of the day, and when one more joins. Ways on: a forgotten password or PIN, a new colleague. Must not
know what comes after: `seated` says that somebody sits there.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.roles import Hand, Role, role_at_table
from app.services import accounts
from app.services.accounts import Person
from app.views.context import Context
from app.views.parts.fields import ChoiceField, Option, TextField
from app.views.sign_in.page import FormPage, loud, quiet

_ELSEWHERE = "Er den skiftet på en anden computer, så brug »Log ind over nettet«."


class SignInPage(FormPage):
    """`seated` when somebody has signed in, `back` when nobody more will, `forgotten(person)`, `new_colleague`
    and `guest` (an account in the shared database, and none here)."""

    seated = Signal()
    back = Signal()
    forgotten = Signal(str)
    new_colleague = Signal()
    guest = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("Hvem er her?", "", parent, 380)
        self.context = context
        self._people: tuple[Person, ...] = ()
        self._asking = False
        self.person = ChoiceField("Navn", [])
        self.role = ChoiceField("I hvilken rolle?", [])
        self.password = TextField("Adgangskode", secret=True)
        self.add(self.person, "sign_in.person")
        self.add(self.role, "sign_in.role")
        self.add(self.password, "sign_in.password")
        self.go = loud("Log ind", "sign_in.go", self)
        self.lost = quiet("Glemt adgangskode eller PIN", "sign_in.forgotten", self)
        self.new = quiet("Ny kollega", "sign_in.new", self)
        self.shared = quiet("Log ind over nettet", "sign_in.shared", self)
        self.shared.hide()
        self.away = quiet("Tilbage", "sign_in.back", self, "Esc")
        self.add_buttons(self.go, self.lost)
        self.add_buttons(self.new, self.shared, self.away)
        self.person.edited.connect(self._chosen)
        self.password.line.returnPressed.connect(self._try)
        self.go.clicked.connect(self._try)
        self.lost.clicked.connect(lambda: self.forgotten.emit(self.person.text()))
        self.new.clicked.connect(self.new_colleague)
        self.shared.clicked.connect(self.guest)
        self.away.clicked.connect(self.back)

    def begin(self) -> None:
        """Ask afresh. Those who sit at the table already are not offered."""
        self.forgive()
        more = bool(self.context.people)
        self.say("En mere ved bordet" if more else "Hvem er her?")
        self.new.setVisible(more)
        self.away.setVisible(more)
        self.password.set_text("")
        self._asking = False
        desk = self.context.desk
        self.context.run(lambda: (accounts.people(desk), desk.replica.joined), self._offer)

    def _offer(self, found: tuple[tuple[Person, ...], bool]) -> None:
        people, joined = found
        self.shared.setVisible(joined)
        self.new.setVisible(bool(self.context.people) and not joined)
        here = {hand.person_id for hand in self.context.people}
        alone = (Role.RAADGIVER,) if here else ()
        lacking = {Role.BESTILLER, Role.VEJLEDER} - {hand.role for hand in self.context.people} if here else set()
        away = [p for p in people if p.person_id not in here]
        others = [p for p in away if p.roles != alone]
        apart = _apart([p.name for p in away if p not in others])
        self.person.set_hint(apart)
        self._people = tuple(sorted(others, key=lambda p: lacking.isdisjoint(p.roles)))  # first who the table lacks
        self.person.set_options([Option(p.person_id, f"{p.name} · {_roles(p)}") for p in self._people])
        self.person.setVisible(bool(self._people))
        for widget in (self.password, self.go, self.lost):
            widget.setVisible(bool(self._people))
        if not self._people:
            self.say("En mere ved bordet", apart or "Alle, der har en konto her, sidder ved bordet.")
            self.new.setFocus()
            return
        self.person.set_text(self._people[0].person_id)
        self._chosen(self._people[0].person_id)
        first = self.person if len(self._people) > 1 else self.password
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, person_id: str) -> None:
        self.forgive()
        person = next((p for p in self._people if p.person_id == person_id), None)
        roles = person.roles if person else ()
        self.role.set_options([Option(role.value, role.value.capitalize()) for role in roles])
        self.role.setVisible(len(roles) > 1)
        if roles:
            self.role.set_text(role_at_table(roles, {hand.role for hand in self.context.people}).value)
        if self.context.practice:
            self.password.set_hint("Øvelse: adgangskoden er øvelse")
        if not self.person.has_user_focus():
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self) -> None:
        person_id, password = self.person.text(), self.password.text()
        role = Role(self.role.text()) if self.role.text() else None
        if self._asking or not person_id:
            return
        if not password:
            self.complain("Skriv din adgangskode.", "password")
            return
        self._asking = True
        desk = self.context.desk
        self.context.run(lambda: accounts.sign_in(desk, person_id, password, role), self._in, self._refused)

    def _in(self, hand: Hand) -> None:
        self._asking = False
        password = self.password.text()
        self.password.set_text("")
        self.forgive()
        self.context.sign_in(hand, password)
        self.seated.emit()

    def _refused(self, message: str, field: str | None) -> None:
        self._asking = False
        self.password.set_text("")
        elsewhere = field == "password" and self.shared.isVisible()
        self.complain(f"{message} {_ELSEWHERE}" if elsewhere else message, field)


def _apart(advisers: list[str]) -> str:
    """Who has an account too and cannot be picked here, and when they can: whoever advises sees only what is shared (D3)."""
    if not advisers:
        return ""
    what = "rådgiver" if len(advisers) == 1 else "rådgivere"
    return f"{', '.join(advisers)} ({what}) logger ind for sig selv, når I er færdige ved bordet."


def _roles(person: Person) -> str:
    return " og ".join(role.value for role in person.roles)
