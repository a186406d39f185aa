# SPDX-License-Identifier: MPL-2.0
"""Connecting to the municipality's shared database: a new machine, one more account of this one, or a guest's first sign-in.

One page. It begins with as little as can do, and asks for more where the answer shows that it is needed: a password of one's own,
the one that was used here before. Must not know the server: `answered` hands on what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from threading import Event

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.roles import Role
from app.qt import clipboard
from app.services.accounts import PASSWORD_MIN
from app.services.joining import Asked
from app.sync.profile import Profile
from app.views.parts.fields import CheckField, ChoiceField, Field, Option, TextField
from app.views.sign_in.page import FormPage, loud, quiet

_WHICH = "Du har flere roller. Vælg den, du sidder ved bordet i nu."


class Way(Enum):
    """What one comes for: title, sentence, and the words on the button."""

    FIRST = (
        "Kommunens fælles database",
        "Sagerne og kommunens oplysninger hentes derfra. Adresse, brugernavn og en første adgangskode får du af it-afdelingen.",
        "Tilslut",
    )
    DESK = (
        "Kommunens fælles database",
        "Det, du har skrevet her, sendes op under dit eget navn. Bagefter gælder den samme adgangskode begge steder.",
        "Tilslut",
    )
    GUEST = (
        "Log ind over nettet",
        "Første gang ved dette bord skal der være net. Din adgangskode gemmes ikke her på computeren.",
        "Log ind",
    )
    AGAIN = (
        "Log ind på den igen",
        "Skriv den adgangskode, der gælder i den fælles database nu. Den kommer også til at gælde her.",
        "Log ind",
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed. `address` is "" where it is known; `passphrase` None where the machine has a key store."""

    address: str
    asked: Asked
    passphrase: str | None = None
    ca: str = ""


class ConnectPage(FormPage):
    """`answered(Typed)`, `took(role)` where one with several was asked in which, and `back` when one would rather not."""

    answered = Signal(object)
    took = Signal(str)
    back = Signal()

    def __init__(self, way: Way, parent: QWidget | None = None, *, passphrase: bool = False) -> None:
        title, text, do = way.value
        super().__init__(title, text, parent, 460)
        self._way, self._text, self._with_passphrase = way, text, passphrase
        self._asking = False
        self._left = Event()
        self.address = TextField("Adresse", note="(for eksempel rundbord.kommunen.dk)")
        self.ca = TextField("Kommunens rodcertifikat", note="(hvor filen ligger på computeren)")
        self.login = TextField("Brugernavn")
        self.password = TextField("Adgangskode", secret=True)
        self.own = TextField("Din adgangskode på denne computer", secret=True)
        self.forget = CheckField("Den kan jeg ikke huske")
        self.forget.set_hint(
            "Så får du en ny nøgle her. En bestiller kan først underskrive, når kommunen har godkendt den."
        )
        self.new = TextField("Ny adgangskode", note=f"(mindst {PASSWORD_MIN} tegn)", secret=True)
        self.again = TextField("Ny adgangskode igen", secret=True)
        self.pin = TextField("PIN-kode", note="(4-8 cifre, til at tage pennen)", secret=True)
        self.role = ChoiceField("I hvilken rolle?", [])
        self.phrase = TextField("Adgangssætning til computeren", note="(mindst 12 tegn)", secret=True)
        self.phrase_again = TextField("Adgangssætning igen", secret=True)
        self.phrase.set_hint("Computeren har ingen nøglering. Sætningen åbner sagerne, hver gang Rundbord startes.")
        for field, name in (
            (self.address, "address"),
            (self.ca, "ca"),
            (self.login, "login"),
            (self.password, "password"),
            (self.own, "own_password"),
            (self.forget, "forget"),
            (self.new, "new_password"),
            (self.again, "new_again"),
            (self.pin, "pin"),
            (self.role, "role"),
            (self.phrase, "passphrase"),
            (self.phrase_again, "passphrase_again"),
        ):
            self.add(field, f"shared.{name}")
            if isinstance(field, TextField):
                field.line.returnPressed.connect(self._go)
        self.go = loud(do, "shared.go", self)
        away = quiet("Tilbage", "shared.back", self, "Esc")
        self.copy = quiet("Kopiér id", "shared.copy_id", self)
        self.copy.hide()
        self.add_buttons(self.go, away, self.copy)
        self.go.clicked.connect(self._go)
        away.clicked.connect(self._away)
        self.address.setVisible(way in (Way.FIRST, Way.DESK))
        self.pin.setVisible(way in (Way.FIRST, Way.GUEST))
        for field in (self.ca, self.own, self.forget, self.new, self.again, self.role):
            field.hide()
        for field in (self.phrase, self.phrase_again):
            field.setVisible(passphrase)

    def begin(self, address: str = "", login: str = "") -> None:
        """An empty form, but for what is known already."""
        self.forgive()
        self.address.set_text(address)
        self.login.set_text(login)
        empty = next((f for f in (self.address, self.login) if not f.isHidden() and not f.text()), self.password)
        self.begin_at(empty)

    def tell_id(self, person_id: str) -> None:
        """Whoever makes the account needs to know who has written here: told before there is one, since its name is used once."""
        self._text = f"{self._text} It-afdelingen skal oprette din konto med dette id: {person_id}"
        self.text.setText(self._text)
        self.copy.show()
        self.copy.clicked.connect(lambda: clipboard.copy(person_id))

    def know(self, profile: Profile) -> None:
        """Which database it is has been decided for the machine: nobody is asked."""
        self._text = f"{self._text} It-afdelingen har bestemt, at det er {profile.address}."
        self.text.setText(self._text)
        self.address.hide()

    def ask_role(self, roles: Sequence[Role], first: Role) -> None:
        """They have been let in, and have several roles: in which do they sit down? `first` is the one that is offered."""
        self._wait(asking=False)
        self.forgive()
        for field in self.findChildren(Field):
            field.setVisible(field is self.role)
        self.text.setText(_WHICH)
        self.role.set_options([Option(role.value, role.value.capitalize()) for role in roles])
        self.role.set_text(first.value)
        self.begin_at(self.role)

    def complain(self, message: str, field: str | None) -> None:
        """A no. Where it asks for more, the fields for that come forth."""
        self._wait(asking=False)
        if field == "new_password":
            self._show(self.new, self.again)
        elif field == "own_password":
            self._show(self.own, self.forget)
        elif field == "pin":
            self._show(self.pin)
        elif field == "changed":
            self._take_new_password()
            field = "login"
        elif field == "ca" and not self.address.isHidden():
            self._show(self.ca)
        super().complain(message, field)
        if not any(found.objectName() == f"shared.{field}" and found.isVisible() for found in self.findChildren(Field)):
            self._scrolling.verticalScrollBar().setValue(0)  # it stands under the title

    def _take_new_password(self) -> None:
        """The new one holds already, and is what one signs in with when one tries again."""
        self.password.set_text(self.new.text())
        for field in (self.new, self.again):
            field.set_text("")
            field.hide()

    def _show(self, *fields: Field) -> None:
        for field in fields:
            field.show()

    def _wait(self, *, asking: bool) -> None:
        self._asking = asking
        self.go.setEnabled(not asking)
        self.go.setText("Spørger den fælles database …" if asking else self._way.value[2])

    def _is_wanted(self) -> bool:
        return not self._left.is_set()

    @property
    def asking(self) -> bool:
        """Whether an answer is waited for."""
        return self._asking

    def give_up(self) -> None:
        """Nobody waits for the answer any more: what has not been let in yet is broken off."""
        self._left.set()

    def _away(self) -> None:
        self.give_up()
        self.back.emit()

    def _go(self) -> None:
        if self._asking:
            return
        if not self.role.isHidden():
            self.took.emit(self.role.text())
            return
        self.forgive()
        self.text.setText(self._text)
        if not self.new.isHidden() and self.new.text() != self.again.text():
            self.complain("De to adgangskoder er ikke ens.", "new_again")
            return
        if self._with_passphrase and self.phrase.text() != self.phrase_again.text():
            self.complain("De to adgangssætninger er ikke ens.", "passphrase_again")
            return
        asked = Asked(
            self.login.text().strip(),
            self.password.text(),
            new_password=self.new.text(),
            own_password=self.own.text(),
            pin=self.pin.text(),
            forget_key=self.forget.checked(),
            wanted=self._is_wanted,
        )
        self._wait(asking=True)
        phrase = self.phrase.text() if self._with_passphrase else None
        self.answered.emit(Typed(self.address.text(), asked, phrase, self.ca.text().strip()))
