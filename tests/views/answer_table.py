# SPDX-License-Identifier: MPL-2.0
"""A table where answers are given: the room on a real replica with vouched keys, and ways to find what is on the screen."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.qt.lanes import Door, Lane
from app.services import catalogue
from app.views.binding import PAUSE_MS
from app.views.context import Context
from app.views.parts.buttons import Button
from app.views.parts.field import Field
from app.views.parts.marks import RadioOption
from app.views.room.answer import AnswerStep
from app.views.room.room import Room
from tests.patience import until
from tests.services.table import BODIL, VAGN, Table, lay_script, set_table
from tests.views.room_table import Said

W = TypeVar("W", bound=QWidget)


class Answering:
    """The room in step five. `table` is the same case through services, used while the lanes rest."""

    def __init__(self, folder: Path, script: Path | None = None) -> None:
        self.table: Table = lay_script(folder, json.loads(script.read_text("utf-8"))) if script else set_table(folder)
        catalogue.load_defaults(self.table.desk, BODIL)
        self.said = Said()
        door = Door()
        self.lanes = (Lane("database", door), Lane("work", door))
        self.context = Context(self.table.desk, *self.lanes, door, self.said)
        self.context.sign_in(VAGN)
        self.context.sign_in(BODIL)
        self.room = Room(self.context, self.table.case_id)
        self.room.resize(1366, 768)
        self.room.show()
        self.settle()
        self.room.go(5)
        self.room.activateWindow()
        self.settle()

    def close(self) -> None:
        """Everything away, the lanes last."""
        self.room.hide()
        self.settle()
        self.room.deleteLater()
        self.context.turns.end()  # as the program's window does before the lanes go
        for lane in self.lanes:
            lane.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        self.table.desk.replica.close()

    @property
    def step(self) -> AnswerStep:
        """The step itself."""
        step = self.room.step(5)
        assert isinstance(step, AnswerStep)
        return step

    @property
    def left(self) -> QWidget:
        """What the step has on the bestiller's side."""
        assert self.step.left is not None
        return self.step.left

    @property
    def right(self) -> QWidget:
        """What the step has on the vejleder's side."""
        assert self.step.right is not None
        return self.step.right

    @property
    def file(self) -> CaseFile:
        """The case as it lies in the replica now."""
        self.settle()
        return self.table.file

    def settle(self, *, pause: bool = False) -> None:
        """Let everything asked be answered. `pause`: as when a person stops typing for a moment."""
        rest = time.monotonic() + (PAUSE_MS / 1000 + 0.05 if pause else 0)
        while time.monotonic() < rest:
            QApplication.processEvents()
        for _ in range(4):
            until(lambda: self.context.idle, QApplication.processEvents)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()

    def pen(self, hand: Hand) -> None:
        """The pen is passed."""
        self.context.pass_pen(hand.role)
        self.settle()

    def find(self, name: str, kind: type[W]) -> W:
        """The one widget of that name on the screen."""
        found = [w for w in self.room.window().findChildren(kind, name) if w.isVisible()]
        assert len(found) == 1, f"{len(found)} on the screen are called {name}"
        return found[0]

    def field(self, path: str) -> Field:
        """The field with that path."""
        return self.find(path, Field)

    def shown(self, name: str) -> bool:
        """Whether anything of that name is on the screen."""
        return any(w.isVisible() for w in self.room.window().findChildren(QWidget, name))

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.find(name, Button).click()
        self.settle()

    def put(self, path: str, text: str, *, leave: bool = True) -> Field:
        """Write `text` in a field in place of what stands there, as by a paste, and leave it."""
        field = self.field(path)
        field.setFocus()
        editor = field.editor
        if isinstance(editor, QLineEdit):
            editor.selectAll()
            editor.insert(text)
        else:
            assert isinstance(editor, QPlainTextEdit)
            editor.selectAll()
            editor.insertPlainText(text)
        if leave:
            self.leave()
        return field

    def leave(self) -> None:
        """The cursor leaves the field it is in."""
        self.room.setFocus()
        self.settle()

    def choose(self, path: str, value: str) -> None:
        """Press an option of a radio list."""
        radios = self.field(path).findChildren(RadioOption)
        next(radio for radio in radios if radio.option.value == value).click()
        self.settle()


def words_of(widget: QWidget) -> list[str]:
    """Every text a widget and all in it show, say to a screen reader or hold ready: nothing on the way is left out."""
    found: list[str] = []
    for one in (widget, *widget.findChildren(QWidget)):
        for name in (
            *("accessibleName", "accessibleDescription", "windowTitle", "toolTip", "whatsThis", "statusTip"),
            *("text", "toPlainText", "placeholderText", "title", "currentText", "objectName", "plain_text"),
        ):
            told = getattr(one, name, None)
            if callable(told):
                said = told()
                if isinstance(said, str) and said:
                    found.append(said)
        found += [action.text() for action in one.actions()]
    return found
