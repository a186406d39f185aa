# SPDX-License-Identifier: MPL-2.0
"""The middle of the paper step: which paper, what must be known of it before it is printed, and its pages.

Made by `papers.py`, which makes the pages and does what is pressed. Every sentence above a paper stands in this file.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.apart import on_paper
from app.models.casefile import CaseFile
from app.papers.kinds import KNOWN, For, PaperKind
from app.qt.theme import follow, theme_of
from app.services.decide import has_moved_on
from app.services.issue import why_none
from app.views.parts.chips import FilterPills
from app.views.parts.notices import LongNotice, Weight
from app.views.parts.pdf_view import PdfView
from app.views.parts.side_panel import Sheet
from app.views.parts.words import Words
from app.views.room.decided import FORGED
from app.views.room.other_papers import MAIN
from app.views.room.step import icon_button

DRAFT = "Udkast – ikke en afgørelse, før bestilleren har underskrevet."
APART = (
    "Der er underskrevet flere svar hver for sig. Papirerne er udkast, til en bestiller har underskrevet ét nyt svar."
)
UNDRAWN = "Papiret kan ikke vise alle bogstaver i {fields}: de bliver til firkanter."
OWN_BOTH = "Kommunens oplysninger er skrevet i to udgaver: afklar dem i indstillingerne."
BOTH = "To har skrevet hver sit: papiret viser begge tekster, og dage og valg venter, til det er afklaret."
BROKEN = "Afgørelsen kan ikke godkendes: seglet passer ikke. Papirerne er mærket og gælder ikke som afgørelse."
REFUSED = "Afgørelsen blev ikke taget imod og gælder ikke. Det gælder også de papirer, borgeren har fået på den."
OF_WHAT_HOLDS = "Papirerne her er af det svar, der gælder."
MOVED_ON = "Noget er rettet, siden svaret blev underskrevet. Papirerne viser det, der er afgjort."
INTERNAL = "Internt papir. Giv det ikke til borgeren."
FOR_PROVIDER = "Til udføreren. Giv det ikke til andre."


TOOLS_BESIDE, LEAST_SEEN = 250, 24
"""In points: from which width the tools stand beside the papers' names, and how little of the paper may be in sight."""


class PaperPlace(Sheet):
    """The middle of the table: which paper, what is to be known of it, and its pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("page", parent)
        self._pages = 0
        self.tabs = FilterPills("Hvilket papir", [(kind.value, KNOWN[kind].name) for kind in MAIN])
        for pill in self.tabs.pills():
            pill.setObjectName(f"papers.{pill.key}")
        self.count = Words("", "note", "text-quiet")
        self.smaller = icon_button("zoom-out", "Mindre (Ctrl+minus)")
        self.larger = icon_button("zoom-in", "Større (Ctrl+plus)")
        self.smaller.setObjectName("papers.smaller")
        self.larger.setObjectName("papers.larger")
        self.notice = LongNotice()
        self.notice.setObjectName("papers.notice")
        self.notice.button.setObjectName("papers.to_answer")
        self.view = PdfView("Papiret, som det bliver printet")
        self.view.state.button.setObjectName("papers.way_on")
        self._bar = QHBoxLayout()
        self._bar.addWidget(self.tabs, 1)
        for part in (self.count, self.smaller, self.larger):
            self._bar.addWidget(part)
        self._top = QVBoxLayout()
        self._top.addLayout(self._bar)
        self._top.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self.view, 1)
        self.smaller.clicked.connect(lambda: self.view.zoom_by(-1))
        self.larger.clicked.connect(lambda: self.view.zoom_by(1))
        follow(self._place)

    def warn(self, file: CaseFile, kind: PaperKind, undrawn: Sequence[str]) -> None:
        """What must be known of the paper `kind` before it is printed. `undrawn`: fields with letters it has no type for."""
        said, weight, way = _notice(file, kind)
        boxes = UNDRAWN.format(fields=" og ".join(f"»{label}«" for label in undrawn)) if undrawn else ""
        warned = (boxes, OWN_BOTH if on_paper(file.own_apart) else "")
        if said == DRAFT and any(warned):
            said, way = "", ""  # the paper itself says so in a frame; there must be room to read the rest
        both = BOTH if on_paper(file.conversations) else ""
        self.notice.say(" ".join(part for part in (said, *warned, both) if part), weight, way)

    def tell(self, pages: int) -> None:
        """How many pages there are."""
        self._pages = pages
        self.count.setText("" if not pages else "1 side" if pages == 1 else f"{pages} sider")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room beside the papers' names they are whole; the keys zoom all the same."""
        room = self.width() >= theme_of().px(TOOLS_BESIDE)
        for tool in (self.count, self.smaller, self.larger):
            tool.setVisible(bool(self._pages) and room)

    def _place(self) -> None:
        theme = theme_of()
        self.view.setMinimumHeight(theme.px(LEAST_SEEN))
        self._fit()
        edge = theme.width("edge")
        self._top.setContentsMargins(edge, theme.px(12), edge, 0)
        self._top.setSpacing(theme.space(1))
        self._bar.setSpacing(theme.space(0.5))


def _notice(file: CaseFile, kind: PaperKind) -> tuple[str, Weight, str]:
    """What must be known before a paper is printed, and the way to what would change it."""
    said = {For.CITIZEN: "", For.STAFF: INTERNAL}.get(KNOWN[kind].reader, FOR_PROVIDER)
    if said:
        return "" if why_none(file, kind) else said, Weight.CALM, ""
    if file.refused is not None:
        holds = file.decision is not None and file.decision.authentic
        return f"{REFUSED} {OF_WHAT_HOLDS}" if holds else REFUSED, Weight.TROUBLE, "Til svaret"
    if file.apart:
        return APART, Weight.TROUBLE, "Til svaret"
    if file.decision is None:
        return DRAFT, Weight.CALM, "Til svaret"
    if not file.decision.authentic:
        return BROKEN, Weight.TROUBLE, ""
    if file.forged:
        return FORGED, Weight.TROUBLE, "Til svaret"
    if has_moved_on(file):
        return MOVED_ON, Weight.CALM, "Til svaret"
    return "", Weight.CALM, ""
