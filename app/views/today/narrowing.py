# SPDX-License-Identifier: MPL-2.0
"""What a leader narrows the team's caseload to besides the search: whose, where in the course, and where they came from.

Made by the caseload for whoever follows the whole team. Must not know how anything is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.models.choices import Source
from app.store.caseload import StepWord
from app.views.parts.bars import calm
from app.views.parts.buttons import Button, Kind
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import grows_down

ANY = "\x00"
"""No narrowing; "" is an answer of its own: nobody, or nothing written."""


class Pick(Button):
    """A button that says what is picked and opens a menu of what can be. `picked` when a person picks another."""

    picked = Signal()

    def __init__(self, name: str, everything: str, parent: QWidget | None = None) -> None:
        super().__init__(everything, Kind.QUIET, icon="chevron-down", parent=parent)
        self._name = name
        self._everything = everything
        self._picked = ANY
        self._menu = calm(QMenu(self))
        self._group = QActionGroup(self._menu)
        self._actions: dict[str, QAction] = {}
        self.clicked.connect(lambda: self._menu.exec(self.mapToGlobal(self.rect().bottomLeft())))
        self.offer(())

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these (value, words). What is picked stays picked while it is among them."""
        wanted = {ANY: self._everything, **dict(choices)}
        if {value: action.text() for value, action in self._actions.items()} != wanted:
            self._menu.clear()
            self._actions = {}
            for value, words in wanted.items():
                action = QAction(words, self._group)
                action.setCheckable(True)
                action.triggered.connect(lambda _checked=False, value=value: self._take(value))
                self._menu.addAction(action)
                self._actions[value] = action
        self.pick(self._picked if self._picked in wanted else ANY)

    def pick(self, value: str) -> None:
        """Pick by the program, without a signal."""
        self._picked = value
        self._actions[value].setChecked(True)
        self.setText(self._actions[value].text())
        self.setAccessibleName(f"{self._name}: {self.text()}")

    def value(self) -> str | None:
        """What is picked, or None for everything."""
        return None if self._picked == ANY else self._picked

    def choices(self) -> list[QAction]:
        """What the menu offers, in order."""
        return list(self._actions.values())

    def _take(self, value: str) -> None:
        if value != self._picked:
            self.pick(value)
            self.picked.emit()


class Narrowing(QWidget):
    """The picks side by side. `changed` when a person picks."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.worker = Pick("Medarbejder", "Alle medarbejdere", self)
        self.step = Pick("Trin", "Alle trin", self)
        self.source = Pick("Kom fra", "Uanset hvor fra", self)
        flow = FlowLayout(self, gap=1, row_gap=0.5, middle=True)
        for name, one in (("worker", self.worker), ("step", self.step), ("source", self.source)):
            one.setObjectName(f"narrow.{name}")
            one.picked.connect(self.changed)
            flow.addWidget(one)
        self.step.offer([(word.value, word.value) for word in StepWord])
        self.source.offer([*((one.value, f"Fra {one.value}") for one in Source), ("", "Ikke skrevet")])
        grows_down(self)

    def offer_workers(self, names: Sequence[str]) -> None:
        """Whose cases can be picked."""
        self.worker.offer([(name, name) for name in names])

    def clear(self) -> None:
        """Everything again, without a signal."""
        for one in self.picks():
            one.pick(ANY)

    def picks(self) -> tuple[Pick, ...]:
        """In the order of the keyboard."""
        return (self.worker, self.step, self.source)

    def narrows(self) -> bool:
        """Whether anything is picked."""
        return any(one.value() is not None for one in self.picks())
