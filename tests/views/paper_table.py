# SPDX-License-Identifier: MPL-2.0
"""A table for tests of the paper step: a bestiller the municipality vouches for, a signed or unsigned case, and the step."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from app.models.kinds import Paper
from app.papers.kinds import PaperKind
from app.qt.lanes import Door, Lane
from app.services import cases, decide, settings
from app.services.desk import Desk
from app.store.replica import Replica
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.room.papers import PapersStep
from tests.services.table import PASSWORD, root, seat
from tests.views import room_table
from tests.views.room_table import BODIL, VAGN, Said


class Answering(Said):
    """Answers where to save with `path`, and yes or no to questions."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []
        self.asked: list[str] = []
        self.yes = True

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        self.asked.append(message)
        return self.yes

    def save_file(self, title: str, name: str, pattern: str) -> str:
        self.asked.append(name)
        return self.paths.pop(0) if self.paths else ""


class SignedTable(room_table.Table):
    """A table whose bestiller the municipality vouches for, with a step of papers and no room around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2026, 11, 26, 10, 42, tzinfo=room_table.ZONE)
        self.replica = Replica.open(folder / "replica.db", bytes(32), root().public_key, create=True)
        for hand in (BODIL, VAGN):
            seat(self.replica, hand)
        self.desk = Desk(self.replica, lambda: self.now)
        settings.load_municipality(self.desk, BODIL, "Øvelse Kommune")
        self.asks = Answering()
        self.said = self.asks
        door = Door()
        self.lanes = (Lane("database", door), Lane("work", door))
        self.context = Context(self.desk, *self.lanes, door, self.asks)
        for person in (BODIL, VAGN):
            self.context.sign_in(person)
        self.case_id = ""
        self.rooms = []
        self.holders: list[QWidget] = []

    def on_lane(self, work):
        """Do `work` where the replica lives, and wait for it."""
        found: list[object] = []
        self.context.run(work, found.append)
        self.settle()
        return found[0] if found else None

    def sign(self) -> None:
        self.on_lane(lambda: decide.sign(self.desk, BODIL, self.case_id, PASSWORD))

    def step(self, *, shown: bool = True) -> PapersStep:
        """The step on the screen, fed with the case after each change as a room does."""
        step = PapersStep(self.context, self.case_id)
        step.has_printer = lambda: False
        holder = QWidget()
        holder.resize(1300, 700)
        for part, x, wide in ((step.left, 0, 300), (step.center, 300, 700), (step.right, 1000, 300)):
            assert part is not None
            part.setParent(holder)
            part.setGeometry(x, 0, wide, 700)
        self.holders.append(holder)

        def fed(_changes: object) -> None:
            self.context.run(lambda: cases.read_case(self.desk, self.context.hand, self.case_id), step.refresh)

        self.context.changed.connect(fed)
        step.refresh(self.file())
        if shown:
            holder.show()
            self.rest()
        return step

    def rest(self) -> None:
        """Long enough for the papers to be made again."""
        self.settle()
        QApplication.processEvents()
        self.settle()

    def papers(self) -> tuple[Paper, ...]:
        return self.file().papers

    def close(self) -> None:
        for holder in self.holders:
            holder.hide()
            holder.deleteLater()
        super().close()


def remade(table: SignedTable, step: PapersStep, qtbot, kind: PaperKind = PaperKind.PLAN) -> None:
    """Wait until the papers have been made from what stands now."""
    before = step.made.get(kind)
    qtbot.waitUntil(lambda: step.made.get(kind) is not before)
    table.settle()


def click(step: PapersStep, name: str) -> None:
    for side in (step.left, step.center, step.right):
        button = side.findChild(Button, name) if side is not None else None
        if button is not None:
            button.click()
            return
    raise AssertionError(f"no button is called {name}")
