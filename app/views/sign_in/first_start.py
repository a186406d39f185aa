# SPDX-License-Identifier: MPL-2.0
"""The first start: the municipality and its first bestiller, and the recovery code that is shown once (design § 5).

Two pages: what is asked, then the code with its last group typed again, so that it is known to be on paper. Must not know
where the key is kept; the answers and the code are handed on by `answered`.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import UserError
from app.qt.theme import follow, theme_of
from app.services import accounts, first_start
from app.services.first_start import Answers
from app.store.recovery import RecoveryCode
from app.views.parts.fields import CheckField, TextField
from app.views.parts.words import rounded
from app.views.sign_in.page import FormPage, loud, quiet

_TYPED_ALIKE = str.maketrans({"O": "0", "Ø": "0", "I": "1", "L": "1"})


class CodeSheet(QWidget):
    """The recovery code, large, in its groups, as it is to be written down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: list[str] = []
        follow(self._restyle)

    def show_code(self, code: RecoveryCode) -> None:
        """Show this one."""
        self._groups = code.shown().split("-")
        self.setAccessibleName("Gendannelseskode: " + ", ".join(" ".join(group) for group in self._groups))
        self.update()

    def _restyle(self) -> None:
        self.setFixedHeight(theme_of().px(118))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        surface, line = theme.color("surface"), theme.color("line")
        rounded(painter, QRectF(self.rect()), surface, line, theme.stroke("line"), theme.radius("card"))
        painter.setFont(theme.font("figure", 0.72))
        painter.setPen(theme.color("text"))
        columns = 4
        wide, high = self.width() / columns, self.height() / 2
        for place, group in enumerate(self._groups):
            box = QRectF(place % columns * wide, place // columns * high, wide, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, group)


class FirstStart(QWidget):
    """`answered(answers, code)` when both pages are done; `join` when the municipality has a shared database to come in by."""

    answered = Signal(object, object)
    join = Signal()

    def __init__(self, needs_passphrase: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: Answers | None = None
        self.code = first_start.new_recovery_code()
        self._with_passphrase = needs_passphrase
        self.pages = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.asking = self._make_asking()
        self.showing = self._make_showing()
        self.pages.addWidget(self.asking)
        self.pages.addWidget(self.showing)

    def begin(self) -> None:
        """Put the cursor in the first field."""
        self.asking.begin_at(self.municipality)

    def complain(self, message: str, field: str | None) -> None:
        """What was answered could not be used after all."""
        self.pages.setCurrentWidget(self.asking)
        self.asking.complain(message, field)

    def _make_asking(self) -> FormPage:
        page = FormPage(
            "Velkommen til Rundbord",
            "Her skrives kommunen og den første bestiller ind. Det gøres én gang på hver computer, og der skal ikke bruges net. "
            "Har kommunen en fælles database, så tilslut den i stedet.",
            self,
        )
        shared = quiet("Tilslut kommunens fælles database", "first.join", page)
        shared.clicked.connect(self.join)
        page.add_buttons(shared)
        self.municipality = TextField("Kommunens navn")
        self.name = TextField("Dit navn")
        self.discipline = TextField("Dit fag", note="(for eksempel socialrådgiver)")
        self.phone = TextField("Din telefon", note="(står på papiret til borgeren)")
        self.also = CheckField("Jeg giver også selv støtte som vejleder")
        self.password = TextField("Adgangskode", note=f"(mindst {accounts.PASSWORD_MIN} tegn)", secret=True)
        self.again = TextField("Adgangskode igen", secret=True)
        self.pin = TextField("PIN-kode", note="(4-8 cifre, til at tage pennen)", secret=True)
        self.phrase = TextField("Adgangssætning til computeren", note="(mindst 12 tegn)", secret=True)
        self.phrase_again = TextField("Adgangssætning igen", secret=True)
        names = ("municipality", "name", "discipline", "phone", "also_vejleder", "password", "password_again", "pin")
        fields = (
            self.municipality,
            self.name,
            self.discipline,
            self.phone,
            self.also,
            self.password,
            self.again,
            self.pin,
        )
        for field, name in zip(fields, names, strict=True):
            page.add(field, f"first.{name}")
        page.add(self.phrase, "first.passphrase")
        page.add(self.phrase_again, "first.passphrase_again")
        self.phrase.set_hint("Computeren har ingen nøglering. Sætningen åbner sagerne, hver gang Rundbord startes.")
        for field in (self.phrase, self.phrase_again):
            field.setVisible(self._with_passphrase)
        for line in (*fields, self.phrase, self.phrase_again):
            if isinstance(line, TextField):
                line.line.returnPressed.connect(self._check)
        go = loud("Videre", "first.next", page)
        page.add_buttons(go)
        go.clicked.connect(self._check)
        return page

    def _make_showing(self) -> FormPage:
        page = FormPage(
            "Skriv den ned",
            "Det er kommunens gendannelseskode. Den bringer sagerne tilbage, hvis nøglen forsvinder, og den godkender dem, "
            "der må afgøre. Den vises kun nu. Skriv den på papir, og læg den, hvor kun ledelsen kan nå den.",
            self,
            520,
        )
        self.sheet = CodeSheet(page)
        self.sheet.show_code(self.code)
        page.column.addWidget(self.sheet)
        self.last = TextField("Skriv de sidste tegn fra dit papir", note="(den sidste gruppe)")
        page.add(self.last, "first.last_group")
        go = loud("Tag Rundbord i brug", "first.go", page)
        back = quiet("Tilbage", "first.back", page)
        page.add_buttons(go, back)
        go.clicked.connect(self._done)
        self.last.line.returnPressed.connect(self._done)
        back.clicked.connect(lambda: self.pages.setCurrentWidget(self.asking))
        return page

    def _check(self) -> None:
        self.asking.forgive()
        answers = Answers(
            municipality=self.municipality.text(),
            name=self.name.text(),
            discipline=self.discipline.text(),
            phone=self.phone.text(),
            password=self.password.text(),
            pin=self.pin.text(),
            also_vejleder=self.also.checked(),
            passphrase=self.phrase.text() if self._with_passphrase else None,
        )
        try:
            first_start.check(answers)
            if answers.password != self.again.text():
                raise UserError("De to adgangskoder er ikke ens.", "password_again")
            if self._with_passphrase and answers.passphrase != self.phrase_again.text():
                raise UserError("De to adgangssætninger er ikke ens.", "passphrase_again")
        except UserError as no:
            self.asking.complain(no.message, no.field)
            return
        self._answers = answers
        self.pages.setCurrentWidget(self.showing)
        self.showing.begin_at(self.last)

    def _done(self) -> None:
        typed = "".join(c for c in self.last.text().upper() if c.isalnum()).translate(_TYPED_ALIKE)
        if typed != first_start.last_group(self.code):
            self.showing.complain("Det er ikke de sidste tegn. Se på dit papir, og skriv dem igen.", "last_group")
            return
        if self._answers is not None:
            self.answered.emit(self._answers, self.code)
