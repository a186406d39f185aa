# SPDX-License-Identifier: MPL-2.0
"""How the room is made: a piece a turn, ahead of whoever comes to it, and whole whenever somebody does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.qt.turns import Turns
from app.services import cases as case_services
from app.services import lists
from app.views.parts.field import Field
from app.views.room.preparing import Preparing
from app.views.room.record_list import RecordList
from app.views.room.room import Room
from app.views.room.steps import Steps
from app.views.room.welcome import WelcomeStep
from tests.patience import until
from tests.views.room_table import VAGN, Table, field


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


class Made:
    """Notes each field that is made, and in which turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.turn = 0
        self.fields: list[int] = []
        make, go_on = Field.__init__, Turns._go_on

        def making(one: Field, *args: object, **about: object) -> None:
            self.fields.append(self.turn)
            make(one, *args, **about)  # type: ignore[arg-type]

        def turning(turns: Turns) -> None:
            self.turn += 1
            go_on(turns)

        monkeypatch.setattr(Field, "__init__", making)
        monkeypatch.setattr(Turns, "_go_on", turning)


def prepared(room: Room, number: int) -> bool:
    """Whether a step has been made and shown the case before anybody came to it."""
    steps: Steps = room._steps
    return number in steps._steps and number not in steps._stale


def test_a_case_is_opened_a_piece_a_turn(table: Table, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table.play(cases / "moede-1-bussen.json")
    made = Made(monkeypatch)
    table.open()
    in_turns = [turn for turn in made.fields if 0 < turn < made.turn]  # in the last it is shown
    assert len(in_turns) > 25
    assert max(in_turns.count(turn) for turn in set(in_turns)) < len(in_turns) / 2


def test_whoever_comes_to_a_step_that_is_ready_waits_for_no_field(
    table: Table, cases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    until(lambda: all(prepared(room, number) for number in range(2, 7)), QApplication.processEvents)
    made = Made(monkeypatch)
    for number in range(2, 7):
        room.go(number)
        table.settle()
    assert made.fields == []
    assert field(room, "papers.channel").isVisible()


@pytest.mark.parametrize("turns", [1, 3, 5, 8])
def test_a_step_somebody_comes_to_while_it_is_made_is_whole_at_once(table: Table, cases: Path, turns: int) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    pieces = room._steps.pieces(5, room._shown)
    for _ in range(turns):
        next(pieces)
    room.go(5)
    for path in ("answer.target_group", "support.1.end", "next_steps.1.what", "answer.signs.1", "answer.weighing"):
        assert field(room, path)
    for _ in pieces:
        pass
    table.settle()
    assert len([one for one in room.findChildren(Field) if one.objectName() == "support.0.end"]) == 1


def coming(table: Table, cases: Path) -> Room:
    """A room that has been opened on the meeting and waits for its case."""
    table.play(cases / "moede-1-bussen.json")
    return shown(table)


def shown(table: Table) -> Room:
    """The room of the table's case, which is not here yet."""
    room = Room(table.context, table.case_id)
    table.rooms.append(room)
    room.resize(1366, 768)
    room.show()
    return room


def one_piece(turns: Turns) -> None:
    """No more than one, however long a busy machine takes over the events between."""
    turns._next.blockSignals(True)
    QApplication.processEvents()
    turns._next.blockSignals(False)
    if not turns.idle:
        turns._go_on()


def test_a_room_left_while_it_is_made_takes_every_piece_along(
    table: Table, cases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood in no window outlived its room, with the case it held: what is called when its buttons are pressed kept it."""
    monkeypatch.setattr(Preparing, "start", lambda _: None)
    before, loose = set(QApplication.topLevelWidgets()), set()
    room = coming(table, cases)

    def look() -> None:
        made = [one for one in set(QApplication.topLevelWidgets()) - before - {room} if one.parentWidget() is None]
        loose.update(type(one).__name__ for one in made if one.windowType() is not Qt.WindowType.Popup)  # a field's own

    until(lambda: room.file is not None, lambda: (one_piece(table.context.turns), look()))
    pieces = 0
    for _ in room._others():
        look()
        pieces += 1
    assert pieces > 20
    assert loose == set()


def test_a_case_that_changes_while_it_is_opened_is_shown_as_it_stands(table: Table, cases: Path) -> None:
    room = coming(table, cases)
    turns = table.context.turns
    until(lambda: not turns.idle, partial(one_piece, turns))
    one_piece(turns)
    assert room.file is None
    hand, desk, case_id = table.context.hand, table.desk, table.case_id

    def take_one_back() -> str:
        consent = case_services.read_case(desk, hand, case_id).consents[0].id
        lists.remove(desk, hand, case_id, "consent", consent)
        return consent

    gone = table.lanes[0].wait(take_one_back)
    table.settle()
    assert room.file is not None
    assert gone not in {one.id for one in room.file.consents}
    assert room.step(1).consents.count() == len(room.file.consents)  # type: ignore[attr-defined]


def test_a_first_step_that_fails_is_begun_anew_by_the_next_reading(
    table: Table, cases: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Else the room said »Henter sagen …« until it was opened again."""
    table.play(cases / "moede-1-bussen.json")
    pieces, falls = Steps.pieces, [True]

    def falling(steps: Steps, *about: Any) -> Iterator[None]:
        if falls and falls.pop():
            raise ValueError("a field cannot be made")
        yield from pieces(steps, *about)

    monkeypatch.setattr(Steps, "pieces", falling)
    with qtbot.capture_exceptions() as fell:
        room = shown(table)
        until(lambda: bool(fell), QApplication.processEvents)
    assert room.file is None
    hand, desk, case_id = table.context.hand, table.desk, table.case_id
    table.lanes[0].wait(lambda: lists.add(desk, hand, case_id, "consent", None, ""))
    until(lambda: room.file is not None, QApplication.processEvents)
    table.settle()


def test_a_step_chosen_before_the_case_is_here_is_in_hand_when_it_is(table: Table, cases: Path) -> None:
    """Alt+5 on the empty room was a traceback."""
    room = coming(table, cases)
    room.bar.buttons[4].click()
    assert room.file is None
    table.settle()
    assert room.number == 5
    assert field(room, "answer.target_group").isVisible()


def test_the_bar_stands_in_its_place_before_there_is_a_table(table: Table, cases: Path) -> None:
    room = coming(table, cases)
    QApplication.processEvents()
    assert room.file is None
    before = (room.bar.mapTo(room, QPoint(0, 0)), room.foot.pos())
    table.settle()
    assert room.file is not None
    assert (room.bar.mapTo(room, QPoint(0, 0)), room.foot.pos()) == before


def test_a_row_made_ahead_goes_with_its_record(table: Table, cases: Path) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    records: RecordList = room.step(5).steps  # type: ignore[attr-defined]
    file = table.file()
    for _ in records.ahead(file):
        pass
    assert len(records._rows) == len(file.next_steps) > 1
    lists.remove(table.desk, VAGN, table.case_id, "next_step", file.next_steps[0].id)
    table.settle()
    room.go(5)
    table.settle()
    assert len(records._rows) == len(file.next_steps) - 1 == records.count()


def test_a_step_made_whole_between_two_pieces_is_made_once(table: Table, cases: Path) -> None:
    table.play(cases / "moede-1-bussen.json")
    file = table.file()
    step = WelcomeStep(table.context, table.case_id)
    pieces = step.ahead(file)
    next(pieces)
    step.refresh(file)
    made = len(step.bounds)
    for _ in pieces:
        pass
    assert len(step.bounds) == made
    for part in (step.left, step.center, step.right):
        assert part is not None
        part.deleteLater()
