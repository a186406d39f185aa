# SPDX-License-Identifier: MPL-2.0
"""The support in the answer: what is offered on which paragraph, from when to when, in which frame (B1, B2, D6, F2).

A part of the answer's step, on the bestiller's side. Shows the six-month wall and the catalogue's standard quietly beside
what is typed; what is written stays the bestiller's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dates import format_full, format_input
from app.domain.periods import last_permitted_day
from app.models.casefile import CaseFile
from app.models.choices import OfferKind, Paragraph
from app.models.kinds import Offer, Record, Support
from app.qt.theme import follow, theme_of
from app.services import offers
from app.services.decide import same_need
from app.views.binding import Bound, understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import DateField, Field, Option, TextArea, TextField
from app.views.parts.notices import Notice, Weight
from app.views.parts.side_panel import Rule
from app.views.parts.words import Words, grows_down
from app.views.room.offer_field import OfferField
from app.views.room.step import Column, RecordList, RowField, unlabelled
from app.views.room.tried import SmallChoice

PARAGRAPHS = (
    Option(Paragraph.P82B.value, "§ 82 b"),
    Option(Paragraph.P82A.value, "§ 82 a"),
    Option(Paragraph.OPEN.value, "Åbent"),
)
SHORT = 150
"""Characters of a standard that are shown before somebody asks for the rest."""

_FAINT_DATE = "dag og måned, fx 3. december"


@dataclass
class _Row:
    """What a row shows: its fields, and what is told beside them."""

    fields: Mapping[str, Field]
    line: Rule
    standard: Standard
    double: Notice


class SupportPart(Column):
    """The heading, a row for each support, and the button that adds one. `learnt` gives what the catalogue offers, by name."""

    learnt = Signal(tuple)

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(1, parent)
        self._context = context
        self._case_id = case_id
        self._entries: dict[str, Offer] = {}
        self._offered: tuple[str, ...] = ()
        self._asked: set[str] = set()
        self._made: _Row | None = None
        self._rows: dict[str, _Row] = {}
        self._file: CaseFile | None = None
        self.add(Words("Støtte", "label"))
        start, end = (understood(context.desk.today, "support", name) for name in ("start", "end"))
        self.records = RecordList(
            context,
            case_id,
            "support",
            "support",
            lambda file: file.support,
            [
                RowField("offer", "offer", self._offer_field),
                RowField("paragraph", "paragraph", lambda: unlabelled(_grounds(), "")),
                RowField("start", "start", lambda: DateField("Fra", interpret=start)),
                RowField("end", "end", lambda: DateField("Til og med", interpret=end)),
                RowField("frame", "frame", lambda: TextArea("Ramme", min_lines=1)),
                RowField("need", "need", lambda: TextField("Hvilket behov?")),
                RowField("same_need_reason", "same_need_reason", lambda: TextArea("Hvorfor to til samme behov?")),
            ],
            "Tilføj støtte",
            arrange=self._arrange,
            tell=self._tell_row,
            unwritten="Der er ingen støtte i svaret endnu.",
        )
        self.add(self.records)
        self.learn()

    def learn(self) -> None:
        """Read the catalogue that is in force."""
        desk = self._context.desk
        self._context.run(lambda: offers.offered(desk), self._learnt)

    def refresh(self, file: CaseFile) -> None:
        """Show the support as it stands."""
        self._file = file
        self._rows = {s.id: self._rows[s.id] for s in file.support if s.id in self._rows}
        for unknown in {s.offer_id for s in file.support if s.offer_id} - self._entries.keys() - self._asked:
            self._ask_for(unknown)
        self.records.refresh(file)

    # -- inside

    def _learnt(self, found: tuple[Offer, ...]) -> None:
        self._entries |= {o.id: o for o in found}
        self._offered = tuple(o.name for o in found if o.type != OfferKind.ORDINARY)
        for row in self._rows.values():
            _offer_of(row).set_offers(self._offered)
        self.learnt.emit(self._offered)
        self._again()

    def _ask_for(self, offer_id: str) -> None:
        """An earlier version of an entry: it is read when first met."""
        self._asked.add(offer_id)
        desk = self._context.desk

        def came(found: Offer | None) -> None:
            if found is not None:
                self._entries[found.id] = found
                self._again()

        self._context.run(lambda: offers.entry(desk, offer_id), came)

    def _again(self) -> None:
        if self._file is not None:
            self.refresh(self._file)

    def _offer_field(self) -> Field:
        field = unlabelled(OfferField("Støtte"), "Vælg, eller skriv selv")
        assert isinstance(field, OfferField)
        field.set_offers(self._offered)
        return field

    def _arrange(self, row: QWidget, fields: Mapping[str, Field], tools: QWidget) -> None:
        made = _Row(fields, Rule(), Standard(), Notice())
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme_of().space(1))
        column.addWidget(made.line)
        column.addSpacing(theme_of().space(0.5))
        last = QHBoxLayout()  # the tools stand where Tab comes to them
        last.setSpacing(theme_of().space(0.5))
        last.addWidget(fields["frame"], 1)
        last.addWidget(tools, 0, Qt.AlignmentFlag.AlignBottom)
        for part in (fields["offer"], fields["paragraph"], made.standard, fields["start"], fields["end"], last):
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        for one in (fields["need"], made.double, fields["same_need_reason"]):
            column.addWidget(one)
        self._made = made

    def _tell_row(self, record_id: str, _widget: QWidget) -> Callable[[CaseFile, Record], None]:
        row, self._made = self._made, None
        assert row is not None
        self._rows[record_id] = row
        field = _offer_of(row)

        def settle() -> None:
            if field.read_only():
                return
            for bound in field.findChildren(Bound):
                bound.leave()
            context, case_id, hand = self._context, self._case_id, self._context.hand
            context.run(lambda: offers.settle_offer(context.desk, hand, case_id, record_id))

        field.picked.connect(settle)
        field.left.connect(settle)

        def tell(file: CaseFile, support: Record) -> None:
            assert isinstance(support, Support)
            appear(row.line, file.support[0].id != support.id)
            self._show_wall(row, file, support)
            self._show_double(row, file, support)
            row.standard.show_entry(self._entries.get(support.offer_id), support.paragraph)

        return tell

    def _show_wall(self, row: _Row, file: CaseFile, support: Support) -> None:
        """The last day the law allows, as a hint; as a proposal while nothing is typed (B1)."""
        end = row.fields["end"]
        refused = (support.id, "end") in file.drafts
        walled = support.paragraph == Paragraph.P82B and support.start is not None
        wall = last_permitted_day(support.start) if walled and support.start else None
        told = f"højst seks måneder: senest {format_full(wall)}" if wall else ""
        end.set_hint("" if refused else told)
        propose = wall is not None and support.end is None and not refused
        end.set_proposal(format_input(wall) if propose and wall else "")
        if not propose:
            end.set_placeholder("ingen slutdato" if support.paragraph == Paragraph.OPEN else _FAINT_DATE)

    def _show_double(self, row: _Row, file: CaseFile, support: Support) -> None:
        """A second support for the same need names the first and asks why (D6)."""
        other = same_need(support, file)
        granted = [s for s in file.support if s.paragraph != Paragraph.OPEN]
        appear(row.fields["need"], len(granted) > 1 and support.paragraph != Paragraph.OPEN)
        name = other.offer.strip() if other else ""
        row.double.say(f"»{name}« dækker allerede samme behov." if other else "", Weight.CAUTION)
        appear(row.fields["same_need_reason"], other is not None or bool(support.same_need_reason.strip()))


class Standard(QWidget):
    """What the catalogue says of the entry: quiet, the beginning of it until somebody asks for the rest (F2)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Offer | None = None
        self._whole = False
        self._words = Words("", "small", "text-quiet", self)
        self.more = Button("Læs hele standarden", Kind.QUIET, parent=self)
        self.more.clicked.connect(self._toggle)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._words)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        grows_down(self)
        self.hide()
        follow(self._restyle)

    def show_entry(self, entry: Offer | None, paragraph: str) -> None:
        """Tell of this entry, or of nothing; what it rests on is told where the support rests on something else."""
        self._entry = entry
        self._paragraph = paragraph
        self._tell()

    def text(self) -> str:
        """What is told."""
        return self._words.text()

    def _tell(self) -> None:
        entry = self._entry
        appear(self, entry is not None)
        if entry is None:
            return
        said = entry.standard.strip()
        short = said if len(said) <= SHORT or self._whole else f"{said[:SHORT].rsplit(' ', 1)[0].rstrip(',.')} …"
        if self._paragraph and self._paragraph != entry.paragraph:
            short = f"I kataloget: {entry.legal_ground}. {short}"
        if entry.type == OfferKind.ORDINARY:
            short = f"Et almindeligt tilbud: det kræver udredning og en afgørelse for sig. {short}"
        self._words.setText(short)
        appear(self.more, len(said) > SHORT)
        self.more.setText("Vis mindre" if self._whole else "Læs hele standarden")

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._tell()

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, 0, 0, theme_of().space(0.5))
        self._column.setSpacing(0)


def _grounds() -> Field:
    return SmallChoice("Grundlag", list(PARAGRAPHS), accent="bestiller")


def _offer_of(row: _Row) -> OfferField:
    field = row.fields["offer"]
    assert isinstance(field, OfferField)
    return field
