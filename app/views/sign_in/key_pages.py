# SPDX-License-Identifier: MPL-2.0
"""Before the replica can be opened: the passphrase where the machine has no key store, and the recovery code.

Must not know where a key is kept; what is typed is handed on.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.first_start import PASSPHRASE_MIN
from app.views.parts.fields import TextField
from app.views.sign_in.page import FormPage, loud, quiet


class PassphrasePage(FormPage):
    """`answered(passphrase)`; `lost` for the recovery code instead."""

    answered = Signal(str)
    lost = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Åbn jeres sager", "Skriv den adgangssætning, der blev valgt på denne computer.", parent, 400)
        self.phrase = TextField("Adgangssætning", secret=True)
        self.add(self.phrase, "key.passphrase")
        go = loud("Åbn", "key.go", self)
        lost = quiet("Brug gendannelseskoden", "key.recover", self)
        self.add_buttons(go, lost)
        go.clicked.connect(self._done)
        self.phrase.line.returnPressed.connect(self._done)
        lost.clicked.connect(self.lost)

    def begin(self, complaint: str = "") -> None:
        """Ask, again if there is a complaint."""
        self.forgive()
        self.phrase.set_text("")
        if complaint:
            self.complain(complaint, "passphrase")
        self.phrase.setFocus()

    def _done(self) -> None:
        if self.phrase.text():
            self.answered.emit(self.phrase.text())


class RecoveryPage(FormPage):
    """`answered(code, passphrase)`, the passphrase "" where the machine has a key store; `back` for another way."""

    answered = Signal(str, str)
    back = Signal()

    def __init__(self, needs_passphrase: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            "Brug gendannelseskoden",
            "Koden blev skrevet ned, da Rundbord blev taget i brug. Store og små bogstaver er lige meget.",
            parent,
            520,
        )
        self._needs_passphrase = needs_passphrase
        self.code = TextField("Gendannelseskode")
        self.phrase = TextField("Ny adgangssætning til computeren", note=f"(mindst {PASSPHRASE_MIN} tegn)", secret=True)
        self.again = TextField("Adgangssætning igen", secret=True)
        self.add(self.code, "recover.recovery_code")
        self.add(self.phrase, "recover.passphrase")
        self.add(self.again, "recover.passphrase_again")
        for field in (self.phrase, self.again):
            field.setVisible(needs_passphrase)
        go = loud("Hent sagerne frem", "recover.go", self)
        away = quiet("Tilbage", "recover.back", self)
        self.add_buttons(go, away)
        go.clicked.connect(self._done)
        for field in (self.code, self.phrase, self.again):
            field.line.returnPressed.connect(self._done)
        away.clicked.connect(self.back)

    def begin(self) -> None:
        """Put the cursor where the code is typed."""
        self.code.setFocus()

    def _done(self) -> None:
        self.forgive()
        if self._needs_passphrase:
            if len(self.phrase.text()) < PASSPHRASE_MIN:
                self.complain(f"Adgangssætningen skal være på mindst {PASSPHRASE_MIN} tegn.", "passphrase")
                return
            if self.phrase.text() != self.again.text():
                self.complain("De to adgangssætninger er ikke ens.", "passphrase_again")
                return
        self.answered.emit(self.code.text(), self.phrase.text() if self._needs_passphrase else "")
