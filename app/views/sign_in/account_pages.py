# SPDX-License-Identifier: MPL-2.0
"""A new colleague, and the ways out of a forgotten password or PIN that need no network and decide nothing.

Reached from the sign-in page and the settings. Must not know how a password becomes a key.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.errors import UserError
from app.domain.roles import Role
from app.services import accounts, joining
from app.services.accounts import Person
from app.services.shared import Membership, membership
from app.views.context import Context
from app.views.parts.fields import ChoiceField, Field, Option, TextField
from app.views.sign_in.page import FormPage, loud, quiet

CODE, MYSELF = "code", "myself"
_ROLES = (
    Option(Role.VEJLEDER, "Vejleder – giver støtten"),
    Option(Role.BESTILLER, "Bestiller – afgør"),
    Option(Role.LEDER, "Leder – ser teamets sager"),
    Option(Role.RAADGIVER, "Rådgiver – giver råd"),
)
_VOUCHED = (Role.BESTILLER.value, Role.LEDER.value)
"""Roles the municipality stands for with its recovery code."""


class _AccountPage(FormPage):
    """`done(sentence)` when it is done, `back` when it is not."""

    done = Signal(str)
    back = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent, 420)
        self.context = context
        self._asking = False

    def secret(self, label: str, name: str, note: str = "") -> TextField:
        """A field whose letters are not shown."""
        field = TextField(label, note=note, secret=True)
        self.add(field, name)
        field.line.returnPressed.connect(self.go_on)
        return field

    def finish_form(self, words: str, name: str) -> None:
        """The buttons at the foot."""
        self._words, self._go = words, loud(words, f"{name}.go", self)
        away = quiet("Tilbage", f"{name}.back", self, "Esc")
        self.add_buttons(self._go, away)
        self._go.clicked.connect(self.go_on)
        away.clicked.connect(self.back)

    def go_on(self) -> None:
        """Do what the page is for, once at a time."""
        if self._asking:
            return
        self.forgive()
        try:
            self.send()
        except UserError as no:
            self.complain(no.message, no.field)

    def begin(self, person_id: str) -> None:
        """Ask, for this person where it is about one."""

    def send(self) -> None:
        """Judge what can be judged here and ask the service. UserError for a field."""

    def ask(self, service: object, sentence: str) -> None:
        """Run the service on the database lane."""
        self._asking = True
        self.context.run(service, lambda _: self._did(sentence), self._refused)  # type: ignore[arg-type]

    def _did(self, sentence: str) -> None:
        self._asking = False
        for field in self.findChildren(Field):
            field.set_text("")
        self.done.emit(sentence)

    def _refused(self, message: str, field: str | None) -> None:
        self._asking = False
        self._go.setText(self._words)
        self.complain(message, field)


class ForgottenPage(_AccountPage):
    """A new password, said good for by a colleague or by the recovery code; or a new PIN, by one's own password.

    Whoever sits at the table may also change a password that is not forgotten, and keeps the key that signs.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._person = ""
        self._name = ""
        self._here = self._shared = False
        self.what = ChoiceField("Hvad er glemt?", [Option("password", "Adgangskoden"), Option("pin", "PIN-koden")])
        self.add(self.what, "forgotten.what")
        self.new = self.secret("Ny adgangskode", "forgotten.password", f"(mindst {accounts.PASSWORD_MIN} tegn)")
        self.again = self.secret("Ny adgangskode igen", "forgotten.password_again")
        self.who = ChoiceField("Hvem siger god for dig?", [])
        self.add(self.who, "forgotten.colleague")
        self.theirs = self.secret("Kollegaens adgangskode", "forgotten.colleague_password")
        self.code = TextField("Kommunens gendannelseskode")
        self.add(self.code, "forgotten.recovery_code")
        self.own = self.secret("Din adgangskode", "forgotten.own_password")
        self.pin = self.secret("Ny PIN-kode", "forgotten.pin", "(4-8 cifre)")
        self.finish_form("Gem", "forgotten")
        self.what.edited.connect(lambda _text: self._arrange())
        self.who.edited.connect(lambda _text: self._arrange())

    def begin(self, person_id: str) -> None:
        """For this person."""
        self._person = person_id
        self.forgive()
        desk = self.context.desk
        self.context.run(lambda: (accounts.people(desk), membership(desk)), self._offer)

    def _offer(self, found: tuple[tuple[Person, ...], Membership | None]) -> None:
        people, joined = found
        self._shared = joined is not None and self._person in joined.logins
        others = [p for p in people if p.person_id != self._person]
        self._name = next((p.name for p in people if p.person_id == self._person), "")
        self._here = any(hand.person_id == self._person for hand in self.context.people)
        options = [*(Option(p.person_id, p.name) for p in others), Option(CODE, "Kommunens gendannelseskode")]
        if self._here:
            options.insert(0, Option(MYSELF, "Jeg kan min adgangskode"))
        self.what.label.setText("Hvad skal være nyt?" if self._here else "Hvad er glemt?")
        self.who.set_options(options)
        self.who.set_text(options[0].value)
        self.what.set_text("password")
        self._arrange()
        self.begin_at(self.what)

    def _arrange(self) -> None:
        pin, code, myself = self.what.text() == "pin", self.who.text() == CODE, self.who.text() == MYSELF
        text = (
            "Med din egen adgangskode kan du vælge en ny PIN-kode."
            if pin
            else "Koden godkender dig straks: du kan både skrive og underskrive."
            if code
            else "Adgangskoden gælder også i den fælles database. Det tager net at skifte den."
            if myself and self._shared
            else "Din nye adgangskode gælder straks, også når du underskriver."
            if myself
            else "Med en kollegas ord kan du skrive igen med det samme. Du kan først underskrive, når kommunen har godkendt "
            "din nye nøgle med gendannelseskoden."
        )
        title = "Skift kode" if self._here else f"Glemt: {self._name}" if self._name else "Glemt"
        self.say(title, text)
        for field in (self.new, self.again, self.who):
            field.setVisible(not pin)
        self.theirs.setVisible(not pin and not code and not myself)
        self.code.setVisible(not pin and code)
        self.own.setVisible(pin or myself)
        self.pin.setVisible(pin)

    def send(self) -> None:
        desk, person = self.context.desk, self._person
        if self.what.text() == "pin":
            own, pin = self.own.text(), self.pin.text()
            accounts.check_pin_form(pin)
            self.ask(lambda: accounts.change_pin(desk, person, own, pin), "Din nye PIN-kode gælder fra nu af.")
            return
        new = self.new.text()
        if new != self.again.text():
            raise UserError("De to adgangskoder er ikke ens.", "password_again")
        if self.who.text() == MYSELF:
            now = self.own.text()
            said = "Din nye adgangskode gælder fra nu af."
            if self._shared:
                context = self.context
                self._asking = True
                self._go.setText("Spørger den fælles database …")
                context.run_shared(
                    lambda: joining.change_password(desk, person, now, new, on_lane=context.on_lane),
                    lambda _: self._changed(context, person, new, said),
                    self._refused,
                )
            else:
                self.ask(lambda: accounts.change_password(desk, person, now, new), said)
            return
        if self.who.text() == CODE:
            code = self.code.text()
            self.ask(
                lambda: accounts.reset_with_recovery_code(desk, person, new, code),
                "Din nye adgangskode gælder fra nu af.",
            )
            return
        colleague, theirs = self.who.text(), self.theirs.text()
        self.ask(
            lambda: accounts.reset_with_colleague(desk, person, new, colleague, theirs),
            "Din nye adgangskode gælder. Du kan skrive, og underskrive når kommunen har godkendt nøglen.",
        )

    def _changed(self, context: Context, person: str, password: str, sentence: str) -> None:
        """The new password holds in the shared database too: what is sent from here is sent under it, also where they went back
        meanwhile. Of who has left the table it is kept nowhere."""
        if any(hand.person_id == person for hand in context.people):
            context.came_in.emit(person, password)
            context.joined.emit()
        if isValid(self):
            self._did(sentence)
        else:
            context.asks.say(sentence)


class ColleaguePage(_AccountPage):
    """A new account, typed by the one it is for. A bestiller's and a leder's need the recovery code."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.say("Ny kollega", "Skriv selv, og lad ingen se med, når du vælger adgangskode og PIN-kode.")
        self.name = TextField("Navn")
        self.discipline = TextField("Fag", note="(for eksempel pædagog)")
        self.phone = TextField("Telefon", note="(står på papiret til borgeren)")
        self.role = ChoiceField("Rolle", list(_ROLES))
        self.add(self.name, "colleague.name")
        self.add(self.discipline, "colleague.discipline")
        self.add(self.phone, "colleague.phone")
        self.add(self.role, "colleague.roles")
        self.code = TextField("Kommunens gendannelseskode")
        self.add(self.code, "colleague.recovery_code")
        self.password = self.secret("Adgangskode", "colleague.password", f"(mindst {accounts.PASSWORD_MIN} tegn)")
        self.again = self.secret("Adgangskode igen", "colleague.password_again")
        self.pin = self.secret("PIN-kode", "colleague.pin", "(4-8 cifre, til at tage pennen)")
        self.finish_form("Gem kontoen", "colleague")
        self.role.edited.connect(lambda _text: self._arrange())

    def begin(self, _person_id: str = "") -> None:
        """An empty form."""
        self.forgive()
        self.role.set_text(Role.VEJLEDER.value)
        self._arrange()
        self.begin_at(self.name)

    def _arrange(self) -> None:
        self.code.setVisible(self.role.text() in _VOUCHED)

    def send(self) -> None:
        if self.password.text() != self.again.text():
            raise UserError("De to adgangskoder er ikke ens.", "password_again")
        desk, practice = self.context.desk, self.context.practice
        name, discipline, phone = (f.text() for f in (self.name, self.discipline, self.phone))
        password, pin, role = self.password.text(), self.pin.text(), Role(self.role.text())
        code = self.code.text() if role.value in _VOUCHED else None

        def make() -> Person:
            return accounts.create_person(
                desk, name, discipline, phone, (role,), password, pin, recovery_code=code, practice=practice
            )

        when = "logger ind for sig selv, når I er færdige ved bordet" if role is Role.RAADGIVER else "kan logge ind"
        self.ask(make, f"{name} har nu en konto og {when}.")


class VouchPage(_AccountPage):
    """The municipality stands for a bestiller's key: picked by name, proved by the recovery code."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.say(
            "Godkend en nøgle",
            "Efter en glemt adgangskode kan en bestiller først underskrive igen, når nøglen er godkendt her.",
        )
        self.person = ChoiceField("Hvis nøgle?", [])
        self.add(self.person, "vouch.person")
        self.code = TextField("Kommunens gendannelseskode")
        self.add(self.code, "vouch.recovery_code")
        self.code.line.returnPressed.connect(self.go_on)
        self.finish_form("Godkend", "vouch")

    def begin(self, person_id: str = "") -> None:
        """Offer those who would decide and cannot."""
        desk = self.context.desk
        self.context.run(lambda: accounts.people(desk), self._offer)

    def _offer(self, people: tuple[Person, ...]) -> None:
        waiting = [p for p in people if Role.BESTILLER in p.roles and not p.decides]
        self.person.set_options([Option(p.person_id, p.name) for p in waiting])
        for field in (self.person, self.code):
            field.setVisible(bool(waiting))
        if waiting:
            self.person.set_text(waiting[0].person_id)
            self.begin_at(self.code)
        else:
            self.say("Godkend en nøgle", "Alle bestilleres nøgler er godkendt.")

    def send(self) -> None:
        desk, hand, person, code = self.context.desk, self.context.hand, self.person.text(), self.code.text()
        if not person:
            return
        self.ask(
            lambda: accounts.vouch_for(desk, hand, person, code), "Nøglen er godkendt. Bestilleren kan underskrive."
        )
