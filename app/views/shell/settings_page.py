# SPDX-License-Identifier: MPL-2.0
"""Settings: how it looks here, when it locks, one's own PIN and password, the municipality's own words on the papers, and who
may grant what.

The municipality's fields are tied to the record like any others: typed, kept, with the hand that wrote them. How it looks is
this machine's own affair. Must not know how a paper is laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Signal
from PySide6.QtGui import QAction, QImage, QImageWriter, QKeySequence, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.rights import Act
from app.models.apart import own_told
from app.models.casefile import CaseFile, OwnSettings
from app.models.fields import Value
from app.models.kinds import MUNICIPALITY, PARAGRAPHS_OF, Answer, Case, Citizen, Municipality, Notes, Plan, Story
from app.qt.theme import follow, theme_of
from app.services import edit
from app.services.settings import standing
from app.store.unit_of_work import ChangeSet, new_step
from app.views.allowed import allow
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import FilterPills
from app.views.parts.fields import CheckField, Field, TextArea, TextField
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.words import Words
from app.views.shell.competence_part import CompetencePart
from app.views.shell.report_part import ReportPart
from app.views.shell.shared_part import SharedPart
from app.views.shell.words_part import WordsPart
from app.views.sign_in.page import quiet
from app.views.talking import TalkBox, talk_on, words_of

if TYPE_CHECKING:
    from app.views.shell.window import MainWindow

_SIZES = tuple((str(n), f"{n} %") for n in (100, 110, 125, 150, 175, 200))
_SCHEMES = (("system", "Som computeren"), ("light", "Lyst"), ("dark", "Mørkt"))
_MINUTES = tuple((str(n), f"{n} min.") for n in (2, 5, 10, 15, 30))
APART = "To har skrevet hver sit i felterne her, og det skal afklares."
BOTH_ON_PAPER = "Papirerne viser begge tekster."
WITHOUT_ID = "Mangler: uden kommunens id kan ingen sag indberettes."
_MEANWHILE = {
    "plain_words": "Begge lister med kancelliord er i brug.",
    "clipboard_order": "Til fagsystemet står alle blokke i programmets rækkefølge.",
    "organisation_id": "Ingen sag kan indberettes.",
    "organisation_system": "Ingen sag kan indberettes.",
    "closed_days_extra": "De tre dage tæller som lukkedage.",
    "logo": "Papirerne er uden logo.",
    "lock_minutes": "Skærmen låser efter den korteste tid.",
    **dict.fromkeys(PARAGRAPHS_OF.values(), "Et svar på de paragraffer kan ikke underskrives."),
}
"""What is done until two texts are settled, where papers do not show both (`models/apart.py`)."""
_LOGO_WIDE = 900  # pixels: sharp on paper at 5 cm, small in the replica
_LOGO_BYTES = 4 * 1024 * 1024


class SettingsPage(QWidget):
    """`closed(page)` with the page one came from; `account` when one would change a PIN or password; `connection` when this desk,
    or whoever holds the pen, would join the shared database or sign in to it anew."""

    closed = Signal(object)
    account = Signal(str)
    vouch = Signal(str)
    catalogue = Signal()
    connection = Signal(str, str)

    def __init__(self, context: Context, window: MainWindow) -> None:
        super().__init__(window.pages)
        self.context = context
        self._window = window
        self._own: OwnSettings | None = None
        self._tellers: list[
            Callable[[OwnSettings], object]
        ] = []  # one for each thing on the page that shows some of it
        self._whole = False
        self._back: QWidget | None = None
        self._bounds: list[Bound] = []
        self._groups: list[QVBoxLayout] = []
        self._logo = ""
        self.setAccessibleName("Indstillinger")
        self._sheet = Sheet("page")
        self._columns = QHBoxLayout(self._sheet)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._holders = (QWidget(self._sheet), QWidget(self._sheet))
        self._columns.addStretch(1)
        for holder, column in zip(self._holders, (self._left, self._right), strict=True):
            holder.setLayout(column)
            self._columns.addWidget(holder, 0, Qt.AlignmentFlag.AlignTop)
        self._columns.addStretch(1)
        self._scrolling = scrolling = Scrolling(self._sheet, self)
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling)
        self._make_own()
        context.turns.take(self._grow(), self)
        away = QAction("Luk indstillinger", self)  # wherever in the window the keyboard is
        away.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        away.triggered.connect(self._close)
        self.addAction(away)
        context.changed.connect(self._changed)
        window.look_changed.connect(self._tell_look)
        follow(self._restyle)

    def come_from(self, page: QWidget | None) -> None:
        """Where "Luk indstillinger" leads back to."""
        self._back = page if page is not self else self._back

    def begin(self) -> None:
        """Come here: the heading in sight, and the keyboard at the first thing to choose."""
        self._scrolling.verticalScrollBar().setValue(0)
        self.text_size.pills()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Show what stands now."""
        self._tell_look()
        desk = self.context.desk
        self.context.run(lambda: standing(desk), self._show)
        if self._whole:
            self.granting.refresh()
        self.shared.refresh()
        self.words.refresh()

    # Inside.

    def _make_own(self) -> None:
        column = self._left
        column.addWidget(Words("Indstillinger", "display", parent=self._sheet))
        self.text_size = self._pills("Tekstens størrelse", _SIZES, "settings.size")
        self.look = self._pills("Udseende", _SCHEMES, "settings.look")
        self.minutes = self._pills("Lås skærmen af sig selv efter", _MINUTES, "municipality.lock_minutes")
        for pills in (self.text_size, self.look):
            pills.chosen.connect(self._look_chosen)
        self.minutes.chosen.connect(self._minutes_chosen)
        self.decided = Words("", "body", parent=self._sheet)
        self._groups[-1].addWidget(self.decided)
        self.minutes_talk = TalkBox(self.context, MUNICIPALITY, self._sheet)
        self._groups[-1].addWidget(self.minutes_talk)
        allow(self.context, Act.SETTINGS, self.minutes)
        column.addWidget(Words("Din konto", "heading", parent=self._sheet))
        self.forgotten = quiet("Skift adgangskode eller PIN-kode", "settings.account", self._sheet)
        self.forgotten.clicked.connect(lambda: self.account.emit(self.context.hand.person_id))
        self.approve = quiet("Godkend en bestillers nøgle", "settings.vouch", self._sheet)
        self.approve.clicked.connect(lambda: self.vouch.emit(self.context.hand.person_id))
        allow(self.context, Act.ACCOUNTS, self.approve)
        for button in (self.forgotten, self.approve):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.shared = SharedPart(self.context, self._sheet)
        self.shared.wanted.connect(self.connection)
        column.addWidget(self.shared)
        self.report = ReportPart(self.context, self._sheet)
        column.addWidget(self.report)
        self.words = WordsPart(self.context, self._sheet)
        column.addWidget(self.words)
        column.addWidget(Words("Tilbuddene", "heading", parent=self._sheet))
        self.offers = quiet("Ydelses- og kvalitetskataloget", "settings.catalogue", self._sheet)
        self.offers.clicked.connect(self.catalogue)
        column.addWidget(self.offers, 0, Qt.AlignmentFlag.AlignLeft)
        close = Button("Luk indstillinger", Kind.PRIMARY, parent=self._sheet)
        close.setObjectName("settings.close")
        close.clicked.connect(self._close)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _pills(self, label: str, choices: Sequence[tuple[str, str]], name: str) -> FilterPills:
        pills = FilterPills(label, choices, self._sheet)
        pills.setObjectName(name)
        group = QVBoxLayout()
        group.addWidget(Words(label, "label", parent=self._sheet))
        group.addWidget(pills)
        self._groups.append(group)
        self._left.addLayout(group)
        return pills

    def _grow(self) -> Iterator[None]:
        """The municipality's column from the top, some fields a turn, each with what stands in it as soon as that is known."""
        told = 0
        for _ in self._make_municipality():
            if self._own is not None:
                self._tell(self._tellers[told:], self._own)
            told = len(self._tellers)
            yield
        self._whole = True
        self.granting.refresh()

    def _make_municipality(self) -> Iterator[None]:
        column = self._right
        self.apart = Words("", "note", "on-warn", self._sheet)
        self.apart.hide()
        column.addWidget(self.apart)
        self._tellers.append(self._tell_apart)
        column.addWidget(Words("Kommunen på papiret", "heading", parent=self._sheet))
        for name in ("name", "unit", "address", "phone"):
            self._bind(TextField(_label(name)), name, column)
        self._bind(TextArea(_label("data_protection"), min_lines=1), "data_protection", column)
        yield
        self._make_logo(column)
        self._bind(TextArea(_label("privacy"), min_lines=3), "privacy", column)
        yield
        column.addWidget(Words("Klagevejledning", "heading", parent=self._sheet))
        self.unsure = Words("", "note", "on-warn", self._sheet)
        column.addWidget(self.unsure)
        self._tellers.append(self._tell_unsure)
        for name in ("clause_82a", "clause_82b", "clause_85"):
            self._bind(TextArea(_label(name), min_lines=2), name, column)
        yield
        for name in ("appealable_82a", "appealable_82b", "appealable_85", "clauses_confirmed", "closed_days_extra"):
            self._bind(CheckField(_label(name)), name, column)
        yield
        for name in ("paragraphs_no", "paragraphs_later", "paragraphs_direct"):
            self._bind(TextField(_label(name), note="(adskilt af komma)"), name, column)
        yield
        column.addWidget(Words("Andre systemer", "heading", parent=self._sheet))
        order = TextArea(_label("clipboard_order"), note="(en blok på hver linje; tomt er alle)", min_lines=2)
        self._bind(order, "clipboard_order", column)
        self._bind(CheckField(_label("reporting")), "reporting", column)
        named = TextField(_label("organisation_id"))
        self._bind(named, "organisation_id", column)
        self._tellers.append(lambda own: named.set_hint(WITHOUT_ID if _unnamed(own.settings) else ""))
        self._bind(TextField(_label("organisation_system")), "organisation_system", column)
        yield
        column.addWidget(Words("Ord, borgeren forstår", "heading", parent=self._sheet))
        plain = TextArea(_label("plain_words"), min_lines=4, max_lines=12)
        plain.set_hint("En linje for hvert: »såfremt = hvis«. En * sidst er alle endelser.")
        self._bind(plain, "plain_words", column)
        yield
        self.granting = CompetencePart(self.context, _FRAME, self._sheet)
        column.addWidget(self.granting)
        column.addStretch(1)

    def _make_logo(self, column: QVBoxLayout) -> None:
        self.logo = QLabel(self._sheet)
        self.logo.setAccessibleName("Kommunens logo")
        self.logo.hide()
        row = QHBoxLayout()
        choose = Button("Vælg logo", Kind.SECONDARY, parent=self._sheet)
        choose.setObjectName("settings.logo")
        choose.clicked.connect(self._choose_logo)
        allow(self.context, Act.SETTINGS, choose)
        row.addWidget(self.logo)
        row.addWidget(choose)
        row.addStretch(1)
        column.addLayout(row)
        self._tellers.append(self._tell_logo)

    def _bind(self, field: Field, name: str, column: QVBoxLayout) -> None:
        field.setObjectName(f"municipality.{name}")
        column.addWidget(field)
        context = self.context
        bound = Bound(context, field, MUNICIPALITY, "municipality", MUNICIPALITY, name)
        self._bounds.append(bound)
        self._tellers.append(lambda own: bound.refresh(_frame(own), own.settings))

    def _show(self, own: OwnSettings) -> None:
        self._own = own
        self._tell(self._tellers, own)
        settings = own.settings
        self._window.show_municipality(own_told(own))
        decided = self.context.machine.lock_minutes if self.context.machine is not None else None
        self.minutes.setVisible(decided is None)
        self.decided.setVisible(decided is not None)
        self.decided.setText(f"{decided} min. Det har it-afdelingen bestemt for computeren.")
        minutes = str(settings.lock_minutes or 0)
        known = [key for key, _ in _MINUTES]
        self.minutes.set_pills(_MINUTES if minutes in known else (*_MINUTES, (minutes, f"{minutes} min.")))
        self.minutes.choose(minutes)
        talk = talk_on(_frame(own), MUNICIPALITY, "lock_minutes") if decided is None else None
        words = words_of(self.context, talk, _in_minutes, typed=False, joins=False) if talk is not None else None
        self.minutes_talk.show_talk(talk, words, self.minutes.objectName())

    @staticmethod
    def _tell(tellers: Sequence[Callable[[OwnSettings], object]], own: OwnSettings) -> None:
        for tell in tellers:
            tell(own)

    def _tell_apart(self, own: OwnSettings) -> None:
        self.apart.setText(_said_of_apart(own))
        self.apart.setVisible(bool(own.conversations))

    def _tell_unsure(self, own: OwnSettings) -> None:
        sure = own.settings.clauses_confirmed
        self.unsure.setText("" if sure else "Teksterne er programmets forslag. Lad kommunens jurist se på dem.")
        self.unsure.setVisible(not sure)

    def _tell_logo(self, own: OwnSettings) -> None:
        if own.settings.logo != self._logo:
            self._logo = own.settings.logo
            self._paint_logo()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches(MUNICIPALITY):
            self.refresh()

    def _tell_look(self) -> None:
        scale = str(theme_of().scale)
        known = [key for key, _ in _SIZES]
        self.text_size.set_pills(_SIZES if scale in known else (*_SIZES, (scale, f"{scale} %")))
        self.text_size.choose(scale)
        self.look.choose(self._window.scheme)

    def _look_chosen(self, _key: str) -> None:
        self._window.set_look(self.look.current(), int(self.text_size.current()))

    def _minutes_chosen(self, key: str) -> None:
        desk, hand, minutes = self.context.desk, self.context.hand, int(key)
        step = new_step("Ret lås af skærmen")
        self.context.run(
            lambda: edit.write_value(
                desk, hand, MUNICIPALITY, "municipality", MUNICIPALITY, "lock_minutes", minutes, step
            )
        )

    def _choose_logo(self) -> None:
        path = self.context.asks.open_file("Vælg kommunens logo", "Billeder (*.png *.jpg *.jpeg)")
        if not path:
            return
        image = QImage(path)
        if image.isNull():
            self.context.asks.tell("Filen er ikke et billede, Rundbord kan læse. Vælg en PNG- eller JPEG-fil.")
            return
        if image.width() > _LOGO_WIDE:
            image = image.scaledToWidth(_LOGO_WIDE, Qt.TransformationMode.SmoothTransformation)
        raw = QByteArray()
        buffer = QBuffer(raw)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        if raw.size() > _LOGO_BYTES:
            self.context.asks.tell("Logoet fylder for meget. Vælg et mindre billede.")
            return
        text = bytes(raw.toBase64().data()).decode("ascii")
        desk, hand = self.context.desk, self.context.hand
        step = new_step("Skift logo")
        self.context.run(
            lambda: edit.write_value(desk, hand, MUNICIPALITY, "municipality", MUNICIPALITY, "logo", text, step)
        )

    def _paint_logo(self) -> None:
        image = QImage.fromData(QByteArray.fromBase64(self._logo.encode("ascii")))
        self.logo.setVisible(not image.isNull())
        if not image.isNull():
            high = theme_of().px(44)
            self.logo.setPixmap(
                QPixmap.fromImage(image.scaledToHeight(high, Qt.TransformationMode.SmoothTransformation))
            )

    def _close(self) -> None:
        for bound in self._bounds:
            bound.leave()
        if self._whole:
            self.granting.leave()
        self.closed.emit(self._back)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.space(4)
        self._columns.setContentsMargins(edge, edge, edge, edge)
        self._columns.setSpacing(theme.space(6))
        for column in (self._left, self._right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.space(2.5))
        for group in self._groups:
            group.setSpacing(theme.space(0.75))
        room = 1366 - 2 * edge - theme.space(6)
        self._holders[0].setFixedWidth(min(theme.px(320), room * 2 // 5))
        self._holders[1].setFixedWidth(min(theme.px(560), room * 3 // 5))
        if self._logo:
            self._paint_logo()


_FRAME = CaseFile(
    case=Case(id=MUNICIPALITY, case_id=MUNICIPALITY),
    citizen=Citizen(id="", case_id=MUNICIPALITY),
    story=Story(id="", case_id=MUNICIPALITY),
    plan=Plan(id="", case_id=MUNICIPALITY),
    answer=Answer(id="", case_id=MUNICIPALITY),
    notes=Notes(id="", case_id=MUNICIPALITY),
)
"""The municipality is no case, but its fields are shown as a case's are."""


def _frame(own: OwnSettings) -> CaseFile:
    return replace(_FRAME, hands=own.hands, drafts=own.drafts, conversations=own.conversations)


def _in_minutes(value: Value) -> str:
    return f"{value} min."


def _unnamed(settings: Municipality) -> bool:
    """Whether cases are to be reported, and nobody has said by which id the municipality is known."""
    return settings.reporting and not settings.organisation_id.strip()


def _said_of_apart(own: OwnSettings) -> str:
    """That two have written apart in the settings, and what is done until they are one."""
    if not own.conversations:
        return ""
    told = [_MEANWHILE.get(talk.fields[0], BOTH_ON_PAPER) for talk in own.conversations]
    return " ".join((APART, *sorted(dict.fromkeys(told), key=lambda one: one != BOTH_ON_PAPER)))


def _label(name: str) -> str:
    from app.models.fields import fields_of

    return fields_of(Municipality)[name].label
