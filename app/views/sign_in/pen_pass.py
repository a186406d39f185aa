# SPDX-License-Identifier: MPL-2.0
"""Passing the pen: "Pennen til Vagn Vejleder – PIN", a few digits and Enter (design § 2, promise 1).

Shown over the window by F2. After five wrong PINs it asks for the password instead. Must not know whose turn it is in the
meeting; the pen goes to whom it is given.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.roles import Hand
from app.services import accounts
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import ChoiceField, Option, TextField
from app.views.parts.words import Words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow


class PenPass(Overlay):
    """`passed(hand)` when the one it is given to has shown who they are."""

    passed = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, 480)
        self.setObjectName("pen.card")
        self.context = context
        self._others: tuple[Hand, ...] = ()
        self._with_password = False
        self._asking = False
        self._title = Words("", "heading", parent=self.card)
        self._who = ChoiceField("Til hvem?", [])
        self._who.setObjectName("pen.who")
        self._pin = TextField("PIN-kode", secret=True)
        self._pin.setObjectName("pin")
        self._password = TextField("Adgangskode", secret=True)
        self._password.setObjectName("pen.password")
        self._give = Button("Giv pennen", Kind.PRIMARY, parent=self.card)
        self._give.setObjectName("pen.give")
        self._other = Button("Brug adgangskoden", Kind.QUIET, parent=self.card)
        self._other.setObjectName("pen.use_password")
        self._cancel = Button("Behold pennen", Kind.QUIET, shortcut="Esc", parent=self.card)
        self._cancel.setObjectName("pen.cancel")
        for part in (self._title, self._who, self._pin, self._password):
            self.card.column.addWidget(part)
        self.card.column.addWidget(ButtonRow(self._give, self._other, self._cancel))
        self._pin.line.setMaxLength(8)
        self._pin.line.returnPressed.connect(self._try)
        self._password.line.returnPressed.connect(self._try)
        self._give.clicked.connect(self._try)
        self._other.clicked.connect(lambda: self._ask_for(password=not self._with_password))
        self._cancel.clicked.connect(self.close_overlay)
        self._who.edited.connect(lambda _text: self._name())

    def ask(self, others: tuple[Hand, ...]) -> None:
        """Offer the pen to those at the table who have not got it."""
        self._others = others
        self._who.set_options([Option(hand.role.value, f"{hand.name}, {hand.role.value}") for hand in others])
        self._who.set_text(others[0].role.value)
        self._who.setVisible(len(others) > 1)
        self._asking = False
        self._name()
        self._ask_for(password=False)
        self.open(self._pin)

    def _to(self) -> Hand:
        return next((hand for hand in self._others if hand.role.value == self._who.text()), self._others[0])

    def _name(self) -> None:
        self._title.setText(f"Pennen til {self._to().name}")
        self.setAccessibleName(self._title.text())

    def _ask_for(self, *, password: bool) -> None:
        self._with_password = password
        self._pin.setVisible(not password)
        self._password.setVisible(password)
        self._other.setText("Brug PIN-koden" if password else "Brug adgangskoden")
        for field in (self._pin, self._password):
            field.set_text("")
            field.set_error(None)
        if self.context.practice:
            self._pin.set_hint("Øvelse: PIN-koden er 1234")
            self._password.set_hint("Øvelse: adgangskoden er øvelse")
        if self.isVisible():
            (self._password if password else self._pin).setFocus()

    def _try(self) -> None:
        desk, to = self.context.desk, self._to()
        said = (self._password if self._with_password else self._pin).text()
        if self._asking or not said:
            return
        self._asking = True
        check = accounts.check_password if self._with_password else accounts.check_pin
        self.context.run(lambda: check(desk, to.person_id, said), lambda _: self._passed(to), self._refused)

    def _passed(self, to: Hand) -> None:
        self._asking = False
        if self.isHidden():
            return
        self._ask_for(password=False)
        self.close_overlay()
        self.passed.emit(to)

    def _refused(self, message: str, field: str | None) -> None:
        self._asking = False
        if field == "password" and not self._with_password:
            self._ask_for(password=True)
            self._password.refuse(message)
        else:
            front = self._password if self._with_password else self._pin
            front.set_text("")
            front.refuse(message)
            front.setFocus()
