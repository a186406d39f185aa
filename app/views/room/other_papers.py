# SPDX-License-Identifier: MPL-2.0
"""The smaller papers of a case, beside the plan and the answer: those for the citizen, and those that are not.

Shown by the paper step below what is given. One is chosen, seen in the middle like the others, printed and saved from here.
Must not know what is on a paper.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.rights import Act, act_of_paper
from app.models.casefile import CaseFile
from app.papers.kinds import KNOWN, For, PaperKind
from app.services.issue import why_none
from app.views.allowed import allow, why_not
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import FilterPills
from app.views.parts.fields import CheckField
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import Words, grows_down
from app.views.room.step import Fold

MAIN = (PaperKind.PLAN, PaperKind.LETTER)
"""The two the meeting ends with; they have their own place."""

FOR_CITIZEN = tuple(kind for kind in PaperKind if kind not in MAIN and KNOWN[kind].reader is For.CITIZEN)
INTERNAL = tuple(kind for kind in PaperKind if KNOWN[kind].reader is not For.CITIZEN)


class OtherPapers(Fold):
    """`chosen(kind)` when one is to be seen, `print_asked` and `save_asked` for the one in hand.

    `named_changed` when names of staff are wanted on it or not.
    """

    chosen = Signal(object)  # PaperKind
    print_asked = Signal(object)  # PaperKind
    save_asked = Signal(object)  # PaperKind
    named_changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("Flere papirer", "papers.more", parent)
        self._context = context
        self._kind: PaperKind | None = None
        self._file: CaseFile | None = None
        self.groups = (self._group("Til borgeren", FOR_CITIZEN), self._group("Ikke til borgeren", INTERNAL))
        for pill in self.groups[0].pills():
            if pill.key == PaperKind.LOOKUPS:
                allow(context, Act.ACCESS_LOG, pill)
        self.row = QWidget()
        flow = FlowLayout(self.row, gap=1, row_gap=0.5, middle=True)
        grows_down(self.row)
        self.print_button = Button("Print", Kind.SECONDARY, icon="print", parent=self.row)
        self.print_button.clicked.connect(lambda: self.print_asked.emit(self._kind))
        self.save_button = Button("Gem som PDF", Kind.QUIET, parent=self.row)
        self.save_button.clicked.connect(lambda: self.save_asked.emit(self._kind))
        for button in (self.print_button, self.save_button):
            flow.addWidget(button)
        self.inside.add(self.row)
        self.named = CheckField("Med medarbejdernes navne")
        self.named.setObjectName("papers.named")
        self.named.edited.connect(lambda _text: self.named_changed.emit())
        self.inside.add(self.named)
        context.session_changed.connect(self._tell)
        self.show_chosen(None)

    def show_file(self, file: CaseFile) -> None:
        """What there is to print now."""
        self._file = file
        self._tell()

    def show_chosen(self, kind: PaperKind | None) -> None:
        """The paper in hand: None when it is the plan or the answer."""
        self._kind = kind
        for group in self.groups:
            if any(pill.key == kind for pill in group.pills()):
                group.choose(str(kind))
            else:
                group.clear()
        self._tell()

    # -- inside

    def _group(self, name: str, kinds: tuple[PaperKind, ...]) -> FilterPills:
        self.inside.add(Words(name, "small", "text-quiet"))
        pills = FilterPills(name, [(kind.value, KNOWN[kind].name) for kind in kinds])
        for pill in pills.pills():
            pill.setObjectName(f"papers.{pill.key}")
        pills.chosen.connect(lambda key: self.chosen.emit(PaperKind(key)))
        self.inside.add(pills)
        return pills

    def _tell(self) -> None:
        kind = self._kind
        self.row.setVisible(kind is not None)
        self.named.setVisible(kind is PaperKind.LOOKUPS)
        if kind is None:
            return
        why = why_none(self._file, kind) if self._file is not None else ""
        self.print_button.setObjectName(f"papers.{kind.value}.print")
        self.save_button.setObjectName(f"papers.{kind.value}.save")
        self.print_button.setText(f"Print {KNOWN[kind].the}")
        self.save_button.setAccessibleName(f"Gem {KNOWN[kind].the} som PDF")
        for button in (self.print_button, self.save_button):
            button.setEnabled(not why)
            button.setToolTip(why)
            button.forbid(why_not(self._context, act_of_paper(kind)))
