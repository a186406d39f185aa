# SPDX-License-Identifier: MPL-2.0
"""What stands around the caseload of somebody who follows the whole team: its figures, what it is narrowed to, the way out.

Brought in by the caseload when a leader holds the pen; nobody else waits for it. Must not know the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.rights import Act
from app.domain.roles import Hand
from app.qt.theme import follow, theme_of
from app.services import caseload as service
from app.store import caseload
from app.store.caseload import Asked, Figures, StepWord
from app.views.allowed import allow
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.today.figures import FigureStrip
from app.views.today.narrowing import Narrowing
from app.views.today.taking_out import TakingOut


@dataclass(frozen=True, slots=True)
class _Told:
    figures: Figures
    workers: tuple[str, ...]


class Team(QObject):
    """`strip` stands above the search, `tools` below it. `narrowed` when a person picks something else to see."""

    narrowed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = Asked()
        self._noted: Hand | None = None
        self.strip = FigureStrip(parent)
        self.tools = QWidget(parent)
        self.narrowing = Narrowing(self.tools)
        self.narrowing.changed.connect(self.narrowed)
        self.taking_out = TakingOut(context, self.tools)
        self.out_button = Button("Gem som fil", icon="download", parent=self.tools)
        self.out_button.setObjectName("take_out")
        self.out_button.setToolTip("Gem de sager, listen viser, til Excel")
        self.out_button.clicked.connect(lambda: self.taking_out.ask(self._asked))
        allow(context, Act.EXPORT, self.out_button)
        row = QHBoxLayout()
        row.addWidget(self.narrowing, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.out_button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self.tools)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(row)
        self._column.addWidget(self.taking_out)
        follow(self._restyle)

    def show(self, shown: bool) -> None:
        """Put it on the page, or away."""
        self.strip.setVisible(shown)
        self.tools.setVisible(shown)

    def narrow(self, asked: Asked) -> Asked:
        """What is asked for, narrowed to what is picked here. It is also what a file would hold."""
        step = self.narrowing.step.value()
        self._asked = asked._replace(
            worker=self.narrowing.worker.value() or "",
            step=StepWord(step) if step else None,
            source=self.narrowing.source.value(),
        )
        return self._asked

    def read(self) -> None:
        """Count again. The first time for each who holds the pen, that they looked is noted."""
        desk, hand = self._context.desk, self._context.hand
        first, self._noted = self._noted != hand, hand

        def counted() -> _Told:
            told = _Told(service.figures(desk, hand), caseload.workers(desk.replica, hand.person_id))
            if first:
                service.looked(desk, hand)
            return told

        self._context.run(counted, self._show)

    def _show(self, told: _Told) -> None:
        self.strip.show_figures(told.figures)
        self.narrowing.offer_workers(told.workers)

    def _restyle(self) -> None:
        self._column.setSpacing(theme_of().space(1))
