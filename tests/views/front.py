# SPDX-License-Identifier: MPL-2.0
"""The pages before the meeting, for tests: a context over a real replica, and hands that type and press as a person does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.models.kinds import FollowUp
from app.qt.lanes import Door, Lane
from app.services import cases
from app.services.cases import Opened
from app.services.desk import Desk
from app.store.replica import Replica
from app.store.unit_of_work import new_id
from app.views.context import Context

BODIL = Hand("p-bodil", "Bodil Bestiller", Role.BESTILLER)
VAGN = Hand("p-vagn", "Vagn Vejleder", Role.VEJLEDER)
NOW = datetime(2026, 11, 26, 8, 42, tzinfo=UTC)
W = TypeVar("W", bound=QWidget)


class Answers:
    """Who is asked and told. Answers as the test says."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []
        self.yes = True
        self.file = self.save = ""

    def tell(self, message: str) -> None:
        self.told.append(message)

    def say(self, message: str) -> None:
        self.told.append(message)

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        self.asked.append(title)
        return self.yes

    def offer(self, title: str, message: str, yes: str, no: str) -> bool:
        return self.confirm(title, message, yes, no)

    def save_file(self, title: str, name: str, pattern: str) -> str:
        self.asked.append(title)
        return self.save

    def open_file(self, title: str, pattern: str) -> str:
        self.asked.append(title)
        return self.file


class Front:
    """Everything around a page. `close` at the end."""

    def __init__(self, qtbot: QtBot, folder: Path, people: Iterable[Hand] = (VAGN,)) -> None:
        self.qtbot = qtbot
        self.now = NOW
        self.replica = Replica.open(folder / "replica.db", bytes(range(32)), create=True)
        self.replica.connection.execute("PRAGMA synchronous = OFF")
        self.desk = Desk(self.replica, lambda: self.now)
        self.asks = Answers()
        self.lanes = (Lane("database", door := Door()), Lane("work", door))
        self.context = Context(self.desk, *self.lanes, door, self.asks)
        self.pages: list[QWidget] = []
        for person in people:
            self.context.sign_in(person)

    def close(self) -> None:
        for page in self.pages:
            page.hide()
        self.settle()
        for page in self.pages:
            page.deleteLater()
            QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
        self.context.turns.end()  # as the program's window does before the lanes go
        for lane in self.lanes:
            lane.close()
        QApplication.processEvents()
        self.replica.close()

    def show(self, page: W, size: tuple[int, int] = (1366, 714)) -> W:
        """Put a page on the screen, with the keyboard, and wait until it has read what it shows."""
        if page not in self.pages:
            self.pages.append(page)
        page.resize(*size)
        page.show()
        page.activateWindow()
        self.qtbot.waitUntil(page.isActiveWindow)
        self.settle()
        return page

    def settle(self) -> None:
        """Until nothing is asked of the lanes any more."""
        self.qtbot.waitUntil(lambda: self.context.idle)
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.context.idle)

    def until(self, holds: Callable[[], object]) -> None:
        """Until it holds, and everything has been answered."""
        self.qtbot.waitUntil(lambda: bool(holds()))
        self.settle()

    # What is in the replica.

    def come_in(self, name: str, days_ago: int = 0, **more: Any) -> Opened:
        """A citizen who came some days ago."""
        then = Desk(self.replica, lambda: NOW - timedelta(days=days_ago), self.desk.announce)
        return cases.new_citizen(then, VAGN, name, "gaden", **more)

    def meet(self, opened: Opened, days: int) -> None:
        """A day to meet, so many days from now."""
        with self.desk.step(VAGN, opened.case_id, "Tilføj dag") as work:
            on = (NOW + timedelta(days=days)).date()
            work.create(FollowUp(id=new_id(), case_id=opened.case_id, date=on))


def press(target: QWidget, key: int = 0, text: str = "", keys: Qt.KeyboardModifier | None = None) -> None:
    """One key; `QTest.keyClicks` aborts on é, – and emoji."""
    held = keys or Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, held, text))


def write(target: QWidget, text: str) -> None:
    """Letter by letter."""
    for letter in text:
        press(target, text=letter)
