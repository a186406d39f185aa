# SPDX-License-Identifier: MPL-2.0
"""What is typed in the moment between asking for something in a list and its being done: it stands where it was meant to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.views.room.room import Room
from tests.views.far import Far
from tests.views.room_table import VAGN, Table, button, field, press, type_in

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
MILESTONES = "goals.0.milestones"


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


@pytest.fixture
def room(table: Table) -> Room:
    """Step 4, with one goal that has three milestones, at a desk that shares."""
    table.new_case("Nancy Ann Berggren")
    goal = table.add(VAGN, "goal", words="Tage bussen selv")
    for text in ("Går derhen", "Kører to stop", "Kører alene"):
        table.add(VAGN, "milestone", goal, text=text)
    Far(table).share()
    made = table.open()
    made.show_path("goals.0.words")
    table.settle()
    return made


def type_on(text: str) -> None:
    """Type where the cursor is."""
    now = QApplication.focusWidget()
    assert now is not None
    type_in(now, text)


def milestones(table: Table) -> list[str]:
    return [m.text for m in table.file().milestones]


def test_what_is_typed_as_a_row_goes_stands_in_the_next_and_against_nothing(table: Table, room: Room) -> None:
    """The rest of what one typed stood against one's own removal, as a conversation with oneself."""
    row = field(room, f"{MILESTONES}.1.text")
    row.setFocus()
    press(row, Qt.Key.Key_Delete, ALT)
    type_on(" nu")
    table.settle(pause=True)
    assert milestones(table) == ["Går derhen", "Kører alene nu"]
    assert table.file().conversations == ()
    assert field(room, f"{MILESTONES}.1.text").has_user_focus()


def test_two_rows_taken_away_at_once_leave_the_cursor_in_one_that_stays(table: Table, room: Room) -> None:
    for place in (1, 2):
        row = field(room, f"{MILESTONES}.{place}.text")
        row.setFocus()
        press(row, Qt.Key.Key_Delete, ALT)
    type_on(" nu")
    table.settle(pause=True)
    assert milestones(table) == ["Går derhen nu"]
    assert table.file().conversations == ()


def test_what_is_typed_as_a_goal_goes_stands_against_nothing(table: Table, room: Room) -> None:
    table.add(VAGN, "goal", words="Være med")
    table.settle()
    type_in(field(room, "goals.0.words"), " til byen")
    button(room, "goals.0.remove").click()  # where a button takes no keyboard
    type_on(" igen")
    table.settle(pause=True)
    assert [g.words for g in table.file().goals] == ["Være med igen"]
    assert table.file().conversations == ()


@pytest.mark.parametrize("asked", [f"{MILESTONES}.add", "goals.add"])
def test_a_new_row_takes_no_cursor_from_who_has_begun_to_write_elsewhere(table: Table, room: Room, asked: str) -> None:
    """A moment before it came one had begun in another field: the rest of the word stood in the new row."""
    button(room, asked).click()
    elsewhere = field(room, "goals.0.goal")
    type_in(elsewhere, "Tager ")
    table.settle()
    type_on("bussen")
    table.settle(pause=True)
    file = table.file()
    assert file.goals[0].goal == elsewhere.text() == "Tager bussen"
    assert elsewhere.has_user_focus()
    assert ("" in milestones(table), len(file.goals)) == ((True, 1) if "milestones" in asked else (False, 2))


@pytest.mark.parametrize("asked", [f"{MILESTONES}.add", "goals.add"])
def test_letters_that_began_a_row_stand_in_it_though_one_went_on_elsewhere(
    table: Table, room: Room, asked: str
) -> None:
    type_in(button(room, asked), "Ny")
    type_in(field(room, "goals.0.goal"), "Tager bussen")
    table.settle()
    table.settle(pause=True)
    file = table.file()
    assert file.goals[0].goal == "Tager bussen"
    assert "Ny" in ([m.text for m in file.milestones] if "milestones" in asked else [g.words for g in file.goals])
    assert field(room, "goals.0.goal").has_user_focus()


def test_what_is_typed_after_ctrl_enter_begins_the_new_row(table: Table, room: Room) -> None:
    """It stood at the end of the old one, if it was typed before the new was there."""
    row = field(room, f"{MILESTONES}.2.text")
    row.setFocus()
    press(row, Qt.Key.Key_Return, CTRL)
    type_on("Kører hjem")
    table.settle()
    table.settle(pause=True)
    assert milestones(table) == ["Går derhen", "Kører to stop", "Kører alene", "Kører hjem"]
    assert field(room, f"{MILESTONES}.3.text").has_user_focus()
