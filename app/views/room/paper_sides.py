# SPDX-License-Identifier: MPL-2.0
"""The two sides of the paper step: giving the papers to the citizen, and what the citizen has already.

Made by `papers.py`, which does what is pressed here. Every sentence about a version or a delivery stands in this file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.dates import format_day, format_input
from app.domain.deadlines import Channel
from app.domain.errors import UserError
from app.domain.readability import LETTER_AIM, PLAN_AIM, Readability
from app.models.casefile import CaseFile
from app.models.kinds import Paper
from app.papers.kinds import GIVEN, KNOWN, PaperKind
from app.qt.theme import follow
from app.services.edit import read_day
from app.services.issue import NOT_GIVEN, Delivery, Made, at_home, not_given_yet, settle, way_known, why_none
from app.views.binding import understood
from app.views.context import Context
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import CheckField, ChoiceField, DateField, Option
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import Words, grows_down
from app.views.room.other_papers import MAIN, OtherPapers
from app.views.room.step import Column
from app.views.room.systems_button import SystemsButton

_NOT_YET = "ikke"
_WAYS = (
    Option(Channel.HANDED_OVER.value, "I hånden"),
    Option(Channel.DIGITAL_POST.value, "Digital Post"),
    Option(Channel.POST.value, "Brev"),
    Option(Channel.QUICK.value, "Quickbrev"),
    Option(_NOT_YET, "Ikke givet endnu"),
)
_GIVEN = {
    Channel.HANDED_OVER.value: "givet i hånden",
    Channel.DIGITAL_POST.value: "sendt med Digital Post",
    Channel.POST.value: "sendt med brev",
    Channel.QUICK.value: "sendt med Quickbrev",
}
_LONG_WORDS = 6
_TIED = "\u00a0"  # a day and its month stay on one line
_AIMS = {PaperKind.PLAN: PLAN_AIM, PaperKind.LETTER: LETTER_AIM}


class GivingSide(Column):
    """Print or save each paper, and how and when the citizen gets it: handed over today where the citizen is at the table, until
    somebody says otherwise. A file is in nobody's hands: it is given when somebody has chosen how, or says afterwards that the
    citizen has it.

    Below it whether all of them are in large print, the smaller papers, and the way to other systems.
    """

    print_asked = Signal(object)  # PaperKind
    save_asked = Signal(object)  # PaperKind
    correct_asked = Signal()
    got_asked = Signal()
    delivery_changed = Signal()
    form_changed = Signal()

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._context = context
        self._today = today = context.desk.today()
        self._known = Channel.HANDED_OVER.value
        self._typed = False
        self._chose = False
        self._file: CaseFile | None = None
        self.buttons: dict[str, Button] = {}
        papers = Column(1)
        papers.add(Words("Giv borgeren papirerne", "label"))
        for kind in MAIN:
            papers.add(self._row(kind))
        self.said = Words("", "small", "text-quiet")
        self.said.setObjectName("papers.said")
        self.said.hide()
        papers.add(self.said)
        self.got = Button("Borgeren har fået dem", Kind.SECONDARY, icon="check")
        self.got.setObjectName("papers.got")
        self.got.clicked.connect(self.got_asked)
        self.got.hide()
        papers.box.addWidget(self.got, 0, Qt.AlignmentFlag.AlignLeft)
        self.large = CheckField("Med stor skrift")
        self.large.setObjectName("papers.large")
        self.large.edited.connect(lambda _text: self.form_changed.emit())
        papers.add(self.large)
        self.add(papers)
        self.way = ChoiceField("Hvordan får borgeren dem?", _WAYS)
        self.way.setObjectName("papers.channel")
        self.way.set_text(self._known)
        self.day = DateField("Hvornår?", interpret=understood(lambda: self._today, "paper", "delivered_on"))
        self.day.setObjectName("papers.delivered_on")
        self.day.set_text(format_input(today))
        self.copy = CheckField("Kopi til værgen")
        self.copy.setObjectName("papers.guardian_copy")
        self.copy.hide()
        for field in (self.way, self.day, self.copy):
            self.add(field)
        self.correct = Button("Ret, hvordan de er givet", Kind.QUIET)
        self.correct.setObjectName("papers.correct")
        self.correct.clicked.connect(self.correct_asked)
        self.correct.hide()
        self.box.addWidget(self.correct, 0, Qt.AlignmentFlag.AlignLeft)
        self.others = OtherPapers(context)
        self.others.print_asked.connect(self.print_asked)
        self.others.save_asked.connect(self.save_asked)
        self.others.named_changed.connect(self.form_changed)
        self.add(self.others)
        self.systems = SystemsButton(context, case_id, "papers.systems")
        self.box.addWidget(self.systems, 0, Qt.AlignmentFlag.AlignLeft)
        self.way.edited.connect(self._way_chosen)
        self.day.edited.connect(self._day_edited)
        self.day.left.connect(self._day_left)
        self.copy.edited.connect(self._touched)
        follow(self._even)

    def show_file(self, file: CaseFile, today: date, kinds: Collection[PaperKind]) -> None:
        """What can be given now."""
        self._file = file
        if today != self._today:
            self._today = today
            if not self._typed:
                self.day.set_text(format_input(today))
        self.others.show_file(file)
        self._known = way_known(file, today, [hand.name for hand in self._context.people]) or _NOT_YET
        if not self._chose:
            self.way.set_text(self._known)
            appear(self.day, self._is_given())
        for kind in MAIN:
            for act in ("print", "save"):
                button = self.buttons[f"{kind.value}.{act}"]
                button.setEnabled(kind in kinds)
                button.setToolTip(why_none(file, kind))
        guardian = file.citizen.guardian.strip()
        appear(self.copy, bool(guardian) and self._is_given())
        if guardian:
            self.copy.check.setText(f"Kopi til værgen, {guardian}")
        self._offer_got()
        self._judge()

    def to_correct(self) -> list[Paper]:
        """The papers at home that were noted as given otherwise than is now chosen."""
        delivery = self._judge()
        if delivery is None or self._file is None:
            return []
        return [
            paper
            for kind, paper in at_home(self._file).items()
            if kind in MAIN and Delivery(paper.channel, paper.delivered_on, paper.guardian_copy) != delivery
        ]

    def waiting(self) -> list[Paper]:
        """The papers that have been saved and that nobody has noted as given."""
        return list(not_given_yet(self._file).values()) if self._file is not None else []

    def offer_correction(self, wanted: bool) -> None:
        """Whether what a person has chosen here could also be put right on papers already given."""
        appear(self.correct, wanted and self._chose)

    def say(self, text: str) -> None:
        """What has just been done, or is under way."""
        self.said.setText(text)
        appear(self.said, bool(text))

    def delivery(self) -> Delivery | None:
        """How the papers are given, as chosen. None, with the reason beside its field, when it cannot be so."""
        return self._judge()

    def delivery_of_file(self) -> Delivery | None:
        """The same of what is only saved: not given yet, unless a person has chosen how."""
        delivery = self._judge()
        return delivery if self._chose or delivery is None else Delivery(NOT_GIVEN)

    def refuse(self, message: str, field: str | None) -> bool:
        """Put a sentence beside the field it belongs to. Returns whether it belongs to one here."""
        beside = {"channel": self.way, "delivered_on": self.day, "guardian_copy": self.copy}.get(field or "")
        if beside is None:
            return False
        beside.refuse(message)
        beside.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    # -- inside

    def _row(self, kind: PaperKind) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, gap=1, row_gap=0.5, middle=True)
        grows_down(row)
        to_printer = Button(f"Print {KNOWN[kind].the}", Kind.SECONDARY, icon="print", parent=row)
        to_printer.clicked.connect(lambda: self.print_asked.emit(kind))
        to_file = Button("Gem som PDF", Kind.QUIET, parent=row)
        to_file.setAccessibleName(f"Gem {KNOWN[kind].the} som PDF")
        to_file.clicked.connect(lambda: self.save_asked.emit(kind))
        for act, button in (("print", to_printer), ("save", to_file)):
            button.setObjectName(f"papers.{kind.value}.{act}")
            self.buttons[f"{kind.value}.{act}"] = button
            flow.addWidget(button)
        return row

    def _is_given(self) -> bool:
        return self.way.text() != _NOT_YET

    def _way_chosen(self, _text: str) -> None:
        if not self.way.text():
            self.way.set_text(self._known)
        appear(self.day, self._is_given())
        appear(self.copy, self._is_given() and self._file is not None and bool(self._file.citizen.guardian.strip()))
        self._offer_got()
        self._touched()

    def _offer_got(self) -> None:
        waiting = [KNOWN[PaperKind(paper.type)].the for paper in self.waiting()]
        appear(self.got, bool(waiting) and self._is_given())
        self.got.setText(f"Borgeren har fået {waiting[0] if len(waiting) == 1 else 'dem'}")

    def _touched(self) -> None:
        self._chose = True
        self._judge()
        self.delivery_changed.emit()

    def _even(self) -> None:
        """Both buttons as wide as the wider, so that what stands beside them lines up."""
        wide = [self.buttons[f"{kind.value}.print"] for kind in MAIN]
        for button in wide:
            button.setMinimumWidth(max(one.sizeHint().width() for one in wide))

    def _day_edited(self, _text: str) -> None:
        self._typed = True
        self.day.set_error(None)

    def _day_left(self) -> None:
        if not self.day.unsaved():
            return
        self.day.mark_saved(self.day.text())
        self._touched()

    def _judge(self) -> Delivery | None:
        for field in (self.way, self.day, self.copy):
            field.set_error(None)
        if self._file is None:
            return None
        try:
            return settle(self._file, self._chosen(), self._today)
        except UserError as error:
            beside = {"channel": self.way, "guardian_copy": self.copy}.get(error.field or "", self.day)
            beside.refuse(error.message)
            return None

    def _chosen(self) -> Delivery:
        if not self._is_given():
            return Delivery(NOT_GIVEN)
        return Delivery(self.way.text(), self._read(self.day.text()), not self.copy.isHidden() and self.copy.checked())

    def _read(self, text: str) -> date | None:
        return read_day("paper", "delivered_on", text, self._today) if text.strip() else None


class TellingSide(Column):
    """Which version of each paper the citizen has at home, and how the one on the screen reads. The latter for staff alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(3, parent)
        home = Column(0.75)
        home.add(Words("Hjemme hos borgeren", "label"))
        self.none = Words("Ingen papirer endnu", "body", "text-quiet")
        self.none.setObjectName("papers.none")
        home.add(self.none)
        self._papers = {kind: Column(0.25) for kind in GIVEN}
        self.home = {kind: Words("", "body") for kind in GIVEN}
        self.more = {kind: Words("", "small", "text-quiet") for kind in GIVEN}
        for kind in GIVEN:
            self.home[kind].setObjectName(f"papers.{kind.value}.home")
            self.more[kind].setObjectName(f"papers.{kind.value}.more")
            self._papers[kind].add(self.home[kind])
            self._papers[kind].add(self.more[kind])
            home.add(self._papers[kind])
        self.add(home)
        self.reading = Column(0.75)
        title = Words("Let at læse?", "label")
        title.set_tail("(kun for jer)")
        self.lix = Words("", "body")
        self.lix.setObjectName("papers.lix")
        self.sentence = Words("", "small", "text-quiet")
        self.words = Words("", "small", "text-quiet")
        for part in (title, self.lix, self.sentence, self.words):
            self.reading.add(part)
        self.reading.hide()
        self.add(self.reading)

    def show_papers(self, file: CaseFile, made: Mapping[PaperKind, Made]) -> None:
        """What the citizen has, and what the next print will be."""
        has = at_home(file)
        appear(self.none, not has)
        for kind in GIVEN:
            paper, next_one = has.get(kind), made.get(kind)
            appear(self._papers[kind], paper is not None)
            if paper is not None:
                self.home[kind].setText(_at_home(kind, paper))
                self.more[kind].setText(f"{_void(file, paper)}{_more(paper, next_one)}")

    def show_reading(self, kind: PaperKind, reading: Readability | None) -> None:
        """How the paper on the screen reads: a pointer, never a block."""
        appear(self.reading, reading is not None and reading.lix is not None)
        if reading is None or reading.lix is None or kind not in _AIMS:
            return
        self.lix.setText(f"LIX {round(reading.lix)}, {reading.band}. I sigter efter højst {_AIMS[kind]}.")
        self.sentence.setText(f"Den længste sætning: »{reading.longest_sentence}«")
        some = ", ".join(reading.long_words[:_LONG_WORDS])
        self.words.setText(f"De længste ord: {some}" if some else "")
        appear(self.words, bool(some))


def _void(file: CaseFile, paper: Paper) -> str:
    """That the decision a paper was given on is none: it was not taken where it should be shared."""
    known = ("", *(signed.decision.id for signed in file.decisions))
    return "" if paper.decision_id in known else "Gælder ikke: afgørelsen bag det blev ikke taget imod. "


def _at_home(kind: PaperKind, paper: Paper) -> str:
    day = format_day(paper.delivered_on).replace(" ", _TIED) if paper.delivered_on else ""
    since = f", fra {day}" if day else ""
    return f"Version {paper.version} af {KNOWN[kind].the}{since}"


def _more(paper: Paper, made: Made | None) -> str:
    """How it came there, and what the next one will be."""
    how = " og ".join(
        part for part in (_GIVEN.get(paper.channel, ""), "værgen har en kopi" * paper.guardian_copy) if part
    )
    said = [
        "Et udkast." if paper.draft else "",
        "Med stor skrift." if paper.large else "",
        f"{how[:1].upper()}{how[1:]}." if how else "",
    ]
    if made is not None and made.version != paper.version:
        replaces = f" og erstatter version {made.replaces}" if made.replaces else ""
        said.append(f"Den næste bliver version {made.version}{replaces}.")
    return " ".join(one for one in said if one)
