# SPDX-License-Identifier: MPL-2.0
"""A whole running program for tests: a folder of its own, a clock that stands still, and hands to type with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.bootstrap import Program
from app.domain.roles import Hand, Role
from app.store.caseload import page
from app.store.keys import KeyRing
from app.views.context import Context
from app.views.parts.field import Field
from tests.patience import until

NOW = datetime.fromisoformat("2026-11-26T10:42:00+01:00")
NONE = Qt.KeyboardModifier.NoModifier


class Keys:
    """A key store that holds one ring, or none."""

    def __init__(self, ring: KeyRing | None = None) -> None:
        self.ring = ring

    def load(self, _replica_id: str) -> KeyRing | None:
        return self.ring

    def save(self, ring: KeyRing) -> None:
        self.ring = ring


class Desk:
    """A program under test. `close` at the end."""

    def __init__(self, app: QApplication, folder: Path, **about: Any) -> None:
        self.program = Program(app, folder, **{"practice": True, "clock": lambda: NOW, **about})
        self.window = self.program.window
        self._gone = False

    @property
    def context(self) -> Context:
        assert self.program.context is not None
        return self.program.context

    def start(self) -> Desk:
        """Show the window and wait until it is ready or stands on a page that asks."""
        self.program.show()
        self.until(lambda: self.program.opened is not None or self.program.exit_code)
        self.until(lambda: self.window.everywhere is not None)
        self.settle()
        self.window.activateWindow()
        self.settle()
        return self

    def until(self, holds: Callable[[], object]) -> None:
        until(holds, QApplication.processEvents)

    def settle(self) -> None:
        """Let everything asked be answered and shown."""
        program = self.program
        for _ in range(4):
            lanes = [lane for lane in (program._database, program._work) if lane is not None]
            self.until(lambda lanes=lanes: all(lane.idle for lane in lanes))
            self.until(lambda: program.context is None or program.context.idle)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()

    def afterwards(self) -> None:
        """Do now what the program does when nobody waits for it."""
        self.program._afterwards()
        self.settle()

    def close(self) -> None:
        if self._gone:
            return
        self._gone = True
        if not self.program._closed:
            self.settle()
        self.window.close()
        self.program.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()

    # What is on the screen.

    def find(self, name: str) -> Any:
        """The widget of that name that can be seen."""
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisible()]
        assert found, f"{name} is not on the screen"
        return found[0]

    def seen(self, name: str) -> bool:
        return any(w.isVisible() for w in self.window.findChildren(QWidget, name))

    def page(self) -> QWidget:
        return self.window.pages.currentWidget()

    # What a person does.

    def press(self, name: str) -> None:
        button = self.find(name)
        assert isinstance(button, QAbstractButton)
        assert button.isEnabled()
        button.click()
        self.settle()

    def key(self, key: Qt.Key, text: str = "", held: Qt.KeyboardModifier = NONE, to: QWidget | None = None) -> None:
        front = to or QApplication.focusWidget()
        assert front is not None
        QApplication.sendEvent(front, QKeyEvent(QEvent.Type.KeyPress, key, held, text))
        QApplication.sendEvent(front, QKeyEvent(QEvent.Type.KeyRelease, key, held, text))
        self.settle()

    def type(self, name: str, text: str) -> None:
        """Type in the field of that name, as keys."""
        field = self.find(name)
        assert isinstance(field, Field)
        field.setFocus()
        for letter in text:
            QApplication.sendEvent(field.editor, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, NONE, letter))
        QApplication.processEvents()

    def shortcut(self, action: str) -> None:
        """Trigger an action of the window by its id."""
        found = next(a for a in self.window.actions() if a.objectName() == f"action.{action}")
        assert found.isEnabled()
        found.trigger()
        self.settle()

    def hand(self, role: Role) -> Hand:
        found = self.context.person(role)
        assert found is not None
        return found

    def case(self, name: str) -> str:
        """A case by the beginning of its citizen's name."""
        rows: list[Any] = []
        desk = self.context.desk
        self.context.run(lambda: page(desk.replica, desk.today()), rows.extend)
        self.settle()
        return next(row.case_id for row in rows if row.name.startswith(name))
