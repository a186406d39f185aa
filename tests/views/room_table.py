# SPDX-License-Identifier: MPL-2.0
"""A meeting room for tests: a replica in a folder of its own, two hands at the table, and cases filled through services."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.kinds import singleton_id
from app.qt.lanes import Door, Lane
from app.services import cases, edit, lists
from app.services.desk import Desk
from app.store.accounts import Account, save
from app.store.replica import Replica
from app.store.unit_of_work import new_step
from app.views.binding import PAUSE_MS
from app.views.context import Context
from app.views.parts.field import Field
from app.views.room.room import Room
from tests.patience import until

BODIL = Hand("p-bodil", "Bodil Bestiller", Role.BESTILLER)
VAGN = Hand("p-vagn", "Vagn Vejleder", Role.VEJLEDER)
DISCIPLINES = {BODIL: "socialrådgiver", VAGN: "pædagog"}
ZONE = timezone(timedelta(hours=1))


class Said:
    """Notes what the screens tell, and answers yes."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, message: str) -> None:
        self.told.append(message)

    say = tell

    def confirm(self, title: str, message: str, yes: str, no: str) -> bool:
        return True

    def offer(self, title: str, message: str, yes: str, no: str) -> bool:
        return self.confirm(title, message, yes, no)

    def save_file(self, title: str, name: str, pattern: str) -> str:
        return ""

    def open_file(self, title: str, pattern: str) -> str:
        return ""


class Table:
    """Everything around one room. `close` at the end."""

    def __init__(self, folder: Path, people: Iterable[Hand] = (BODIL, VAGN)) -> None:
        self.now = datetime(2026, 11, 26, 10, 42, tzinfo=ZONE)
        self.replica = Replica.open(folder / "replica.db", bytes(range(32)), create=True)
        for hand, discipline in DISCIPLINES.items():
            fields = ("", "", "", "")
            save(self.replica, Account(hand.person_id, hand.name, "", discipline, (hand.role,), *fields))
        self.desk = Desk(self.replica, lambda: self.now)
        self.said = Said()
        self.lanes = (Lane("database", door := Door()), Lane("work", door))
        self.context = Context(self.desk, *self.lanes, door, self.said)
        for person in people:
            self.context.sign_in(person)
        self.case_id = ""
        self.rooms: list[Room] = []

    def close(self) -> None:
        for room in self.rooms:
            room.hide()
        self.settle()
        for room in self.rooms:
            room.deleteLater()
        self.context.turns.end()  # as the program's window does before the lanes go
        for lane in self.lanes:
            lane.close()
        QApplication.processEvents()
        self.replica.close()

    # The room.

    def open(self, case_id: str = "", size: tuple[int, int] = (1366, 768)) -> Room:
        room = Room(self.context, case_id or self.case_id)
        self.rooms.append(room)
        room.resize(*size)
        room.show()
        self.settle()
        room.activateWindow()
        self.settle()
        return room

    def settle(self, pause: bool = False) -> None:
        """Let everything asked be answered. `pause`: as when a person stops typing for a moment."""
        rest = time.monotonic() + (PAUSE_MS / 1000 + 0.05 if pause else 0)
        while time.monotonic() < rest:
            QApplication.processEvents()
        for _ in range(3):
            until(lambda: self.context.idle, QApplication.processEvents)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()

    def file(self) -> CaseFile:
        """The case as it lies in the replica now."""
        self.settle()
        found: list[CaseFile] = []
        self.context.run(lambda: cases.read_case(self.desk, self.context.hand, self.case_id), found.append)
        self.settle()
        return found[0]

    def pen(self, hand: Hand) -> None:
        self.context.pass_pen(hand.role)
        self.settle()

    # Filling a case through services, on this thread, before a room is open.

    def new_case(self, name: str = "Ny Borger", **about: Any) -> str:
        self.case_id = cases.new_citizen(self.desk, VAGN, name, about.pop("source", "gaden"), **about).case_id
        return self.case_id

    def write(self, hand: Hand, kind: str, record_id: str, **values: Any) -> None:
        for name, value in values.items():
            if value is None or value == "":
                continue
            text = "ja" if value is True else "nej" if value is False else str(value)
            edit.write_text(self.desk, hand, self.case_id, kind, record_id, name, text, new_step("Prøve"))

    def add(self, hand: Hand, kind: str, parent_id: str = "", **values: Any) -> str:
        record_id = lists.add(self.desk, hand, self.case_id, kind, {}, parent_id)
        self.write(hand, kind, record_id, **values)
        return record_id

    def play(self, script: Path) -> str:
        """A case with everything a meeting script holds, up to the signature."""
        told: dict[str, Any] = json.loads(script.read_text(encoding="utf-8"))
        citizen = told["citizen"]
        opened = cases.new_citizen(self.desk, VAGN, citizen["name"], told.get("source", ""))
        self.case_id = opened.case_id
        self.write(VAGN, "citizen", opened.citizen_id, phone=citizen["phone"], address=citizen["address"])
        if citizen["cpr"]:
            edit.write_number(
                self.desk, VAGN, self.case_id, opened.citizen_id, citizen["cpr"], new_step("Prøve"), final=True
            )
        self._meeting(told)
        self._story(told)
        self._plan(told)
        self._answer(told)
        return self.case_id

    def _meeting(self, told: dict[str, Any]) -> None:
        meeting = cases.begin_meeting(self.desk, VAGN, self.case_id, told["meeting"]["place"])
        for one in told["meeting"]["participants"]:
            self.add(VAGN, "participant", meeting, **one)
        for one in told.get("consents", []):
            self.add(VAGN, "consent", party=one["to"], purpose=one["purpose"], given=one["given"])
        referral = told.get("referral")
        if referral:
            ref = self.add(VAGN, "referral", sender=referral["from"], date=referral["date"])
            for one in referral["tried"]:
                self.add(VAGN, "tried", ref, **one)

    def _story(self, told: dict[str, Any]) -> None:
        whole = told.get("whole_person", {})
        self.write(
            VAGN,
            "story",
            singleton_id(self.case_id, "story"),
            **told.get("wishes", {}),
            resources=told.get("resources"),
            whole_person=whole.get("text"),
            whole_person_print=whole.get("print"),
        )
        for one in told.get("network", []):
            self.add(VAGN, "network_person", **one)
        for role, hand in (("bestiller", BODIL), ("vejleder", VAGN)):
            self.write(hand, "notes", singleton_id(self.case_id, "notes"), **{role: told.get("notes", {}).get(role)})

    def _plan(self, told: dict[str, Any]) -> None:
        purpose = told.get("purpose", {})
        plan = singleton_id(self.case_id, "plan")
        self.write(BODIL, "plan", plan, purpose=purpose.get("text"), provisional_until=purpose.get("provisional_until"))
        for goal in told.get("goals", []):
            now = goal.get("now", {})
            goal_id = self.add(
                VAGN,
                "goal",
                **{k: goal.get(k) for k in ("words", "goal", "theme", "type", "hoped", "done_when")},
                now_citizen=now.get("citizen"),
                now_professional=now.get("professional"),
            )
            for text in goal.get("milestones", []):
                self.add(VAGN, "milestone", goal_id, text=text)
            for action in goal.get("actions", []):
                self.add(VAGN, "action", goal_id, **action)
        for text in told.get("bridge", []):
            self.add(VAGN, "bridge", text=text)
        for day in told.get("follow_ups", []):
            self.add(VAGN, "follow_up", date=day)

    def _answer(self, told: dict[str, Any]) -> None:
        for one in told.get("support", []):
            self.add(BODIL, "support", **one)
        for one in told.get("next_steps", []):
            self.add(VAGN, "next_step", **one)
        answer = told.get("answer", {})
        self.write(BODIL, "answer", singleton_id(self.case_id, "answer"), **answer)


# Keys as a person presses them: events that carry their text, so that é and – can be typed as well.


def type_in(widget: QWidget, text: str) -> None:
    """Type into the field (or editor) as a person does, a key at a time."""
    target = widget.editor if isinstance(widget, Field) else widget
    target.setFocus(Qt.FocusReason.OtherFocusReason)
    for letter in text:
        target = QApplication.focusWidget() or target
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def press(widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press one key where the cursor is."""
    target = widget.editor if isinstance(widget, Field) else widget
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, held))


def button(room: Room, name: str) -> QPushButton:
    """The button of that name."""
    found = room.findChild(QPushButton, name)
    assert found is not None, name
    return found


def click(table: Table, room: Room, name: str) -> None:
    """Press it, and wait for what comes of it."""
    button(room, name).click()
    table.settle()


def field(room: Room, path: str) -> Field:
    """The field with this path, on the screen now."""
    found = [w for w in room.findChildren(Field) if w.objectName() == path]
    assert len(found) == 1, f"{len(found)} fields are called {path}"
    return found[0]


TODAY = date(2026, 11, 26)
