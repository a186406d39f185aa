# SPDX-License-Identifier: MPL-2.0
"""What is typed before there is a field to type in: it begins what the button it is typed on begins (promise 3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.domain.roles import Hand, Role
from app.store.unit_of_work import new_id
from app.views.parts.buttons import BeginButton
from app.views.room.goals import GoalsStep
from app.views.room.room import Room
from tests.views.far import Far
from tests.views.room_table import VAGN, Table, field, type_in


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def begun(table: Table, step: int) -> Room:
    table.new_case("Nancy Ann Berggren")
    room = table.open()
    table.pen(VAGN)
    room.go(step)
    table.settle()
    return room


def begun_rows(room: Room, where: str) -> list[QWidget | None]:
    """The field of that path in the first row and in a second."""
    return [room.table.widget_at(where), room.table.widget_at(where.replace(".0.", ".1."))]


def typed_on(name: str, room: Room, words: str) -> None:
    """Keys one after the other, as fast as they come, from the button on."""
    button = room.table.widget_at(name)
    assert isinstance(button, BeginButton)
    button.setFocus()
    for letter in words:
        type_in(QApplication.focusWidget(), letter)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "name", "where"),
    [
        (4, "goals.add", "goals.0.words"),
        (2, "network.add", "network.0.who"),
        (1, "meeting.participants.add", "meeting.participants.0.name"),
        (3, "referral.add", "referral.from"),
    ],
)
def test_who_types_on_a_button_that_begins_something_has_begun_to_write(
    table: Table, step: int, name: str, where: str
) -> None:
    """With the cursor led to "Tilføj mål" the first words of the goal went nowhere."""
    room = begun(table, step)
    typed_on(name, room, "Æ vil ud")
    table.settle()
    made = field(room, where)
    assert made.text() == "Æ vil ud"
    assert made.has_user_focus()
    type_in(made, " mere")
    table.settle(pause=True)
    assert made.text() == "Æ vil ud mere"
    assert not made.unsaved()
    assert len(table.file().referrals if step == 3 else [w for w in begun_rows(room, where) if w]) == 1, "one was begun"


def test_what_is_typed_while_a_goal_is_on_its_way_is_in_it_and_it_is_one(table: Table) -> None:
    room = begun(table, 4)
    step = room.step(4)
    assert isinstance(step, GoalsStep)
    step.adding.click()
    step.adding.click()
    typed_on("goals.add", room, "Bussem")
    QTest.keyClick(step.adding, Qt.Key.Key_Backspace)
    typed_on("goals.add", room, "n")
    table.settle()
    assert field(room, "goals.0.words").text() == "Bussen"
    assert len(table.file().goals) == 1


def test_space_presses_a_button_that_begins_something_and_a_command_types_nothing(table: Table) -> None:
    room = begun(table, 2)
    button = room.table.widget_at("network.add")
    assert isinstance(button, BeginButton)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(button, Qt.Key.Key_S, Qt.KeyboardModifier.MetaModifier)
    assert button.take_typed() == ""
    QTest.keyClick(button, Qt.Key.Key_Space)
    table.settle()
    assert field(room, "network.0.who").text() == ""
    assert field(room, "network.0.who").has_user_focus()


def test_a_letter_of_two_keys_begins_it_too(table: Table) -> None:
    room = begun(table, 2)
    button = room.table.widget_at("network.add")
    assert isinstance(button, BeginButton)
    button.setFocus()
    event = QInputMethodEvent()
    event.setCommitString("É")
    QApplication.sendEvent(button, event)
    table.settle()
    assert field(room, "network.0.who").text() == "É"


@pytest.mark.parametrize(
    ("step", "name", "where"), [(4, "goals.add", "goals.0.words"), (3, "referral.add", "referral.from")]
)
def test_what_was_taken_back_before_it_was_there_can_be_begun_again(
    table: Table, step: int, name: str, where: str
) -> None:
    """The button waited for ever for what was not to come."""
    room = begun(table, step)
    button = room.findChild(QPushButton, name)
    assert button is not None
    button.click()
    room.undo_last()
    table.settle()
    assert room.table.widget_at(where) is None
    button.click()
    table.settle()
    assert field(room, where).has_user_focus()


def test_a_row_that_was_taken_back_leaves_the_cursor_where_it_is_when_anothers_comes(table: Table) -> None:
    room = begun(table, 2)
    far = Far(table)
    button = room.table.widget_at("network.add")
    assert isinstance(button, BeginButton)
    button.click()
    room.undo_last()
    table.settle()
    field(room, "wishes.want").setFocus()
    vera = Hand("p-vera", "Vera Vejleder", Role.VEJLEDER)
    far.write(vera, "network_person", new_id(), {"who": "Rasmus"})
    assert field(room, "network.0.who").text() == "Rasmus"
    assert field(room, "wishes.want").has_user_focus()
