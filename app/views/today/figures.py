# SPDX-License-Identifier: MPL-2.0
"""The figures above a leader's caseload: few, light, and each counted where the cases are (A9, A11, A12, E8).

Shown by the caseload. Must not know how they are counted.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.store.caseload import Figures, Wait
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import Words, grows_down

NONE = "–"
"""What stands where there is nothing to count."""


class Figure(QWidget):
    """A number and what it is of."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"figure.{name}")
        self.number = Words("", "figure", parent=self)
        self.of = Words("", "note", "text-quiet", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.number)
        column.addWidget(self.of)

    def say(self, number: str, of: str, *, late: bool = False) -> None:
        """Show it. `late`: in the colour of what is late, which the words say as well."""
        self.number.setText(number)
        self.number.set_color("danger" if late else "text")
        self.of.setText(of)
        self.setAccessibleName(of if number == NONE else f"{number} {of}")
        self.number.setAccessibleName("ingen" if number == NONE else number)
        metrics = [(theme_of().metrics("figure"), number), (theme_of().metrics("note"), of)]
        self.setFixedWidth(round(max(font.horizontalAdvance(text) for font, text in metrics)) + 2)


class FigureStrip(QWidget):
    """All of them in a row that wraps, and a quiet line of where people came from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Figures | None = None
        names = ("running", "late", "to_answer", "to_support", "bridged", "direct_85")
        self.figures = {name: Figure(name, self) for name in names}
        self.sources = Words("", "note", "text-quiet", parent=self)
        self.sources.setObjectName("figure.sources")
        self._flow = FlowLayout(gap=5, row_gap=1)
        for one in self.figures.values():
            self._flow.addWidget(one)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._flow)
        self._column.addWidget(self.sources)
        grows_down(self)
        self.setAccessibleName("Teamets tal")
        follow(self._restyle)

    def show_figures(self, told: Figures) -> None:
        """Say these."""
        self._told = told
        say = self.figures
        say["running"].say(_count(told.running), "åben sag" if told.running == 1 else "åbne sager")
        say["late"].say(_count(told.late), "forfalden" if told.late == 1 else "forfaldne", late=told.late > 0)
        say["to_answer"].say(*_waited(told.to_answer, "fra henvendelse til svar", "ingen svar endnu"))
        say["to_support"].say(*_waited(told.to_support, "fra henvendelse til støtte", "ingen støtte endnu"))
        share = told.bridge_share
        plans = "1 plan" if told.plans == 1 else f"{_count(told.plans)} planer"
        if share is None:
            say["bridged"].say(NONE, "har en vej videre: ingen planer endnu")
        else:
            say["bridged"].say(percent(share), f"af {plans} har en vej videre")
        say["direct_85"].say(_count(told.direct_85), "direkte til § 85")
        came = [f"{source or 'ikke skrevet'} {_count(cases)}" for source, cases in told.by_source]
        self.sources.setText(f"Kom fra: {' · '.join(came)} · {_count(told.cases)} i alt" if came else "")
        self.sources.setVisible(bool(came))

    def _restyle(self) -> None:
        self._column.setSpacing(theme_of().space(0.75))
        if self._told is not None:
            self.show_figures(self._told)


def percent(share: float) -> str:
    """ "83 %"; all and none are said only when they are true: 99,9 % is not all."""
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded} %"


def _waited(wait: Wait, what: str, none: str) -> tuple[str, str]:
    """The days in the middle, and what they are of: half of the citizens have waited that long at most."""
    if wait.median is None:
        return NONE, f"{what}: {none}"
    days = f"{wait.median:g}".replace(".", ",")
    return f"{days} {'dag' if wait.median == 1 else 'dage'}", f"{what} (median af {_count(wait.cases)})"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
