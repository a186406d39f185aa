# SPDX-License-Identifier: MPL-2.0
"""Where Tab and the keys of the steps lead in the room: on to the next field, and to where one writes oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.models.kinds import Support
from app.services import cases
from app.views.parts.buttons import Button
from app.views.parts.field import field_of
from app.views.room.room import Room
from app.views.room.sign import said_of_support
from app.views.room.undone import was
from tests.views.room_table import BODIL, VAGN, Table, field, type_in


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    laid.new_case("Pia Femogfirs")
    yield laid
    laid.close()


def front() -> QWidget:
    now = QApplication.focusWidget()
    assert now is not None
    return now


def keys(*pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(front(), key)


def at_step(table: Table, number: int) -> Room:
    room = table.open()
    room.go(number)
    table.settle()
    return room


# ------------------------------------------------------------------------------------------------------------------ Tab


def test_tab_goes_on_from_an_option_that_has_the_keyboard_and_is_not_chosen(table: Table) -> None:
    """Only the option in hand is a stop: the others were left out of the order, and Tab went from them to the back arrow."""
    table.pen(BODIL)
    room = at_step(table, 5)
    keys(Qt.Key.Key_Down)
    assert field_of(front()) is field(room, "answer.target_group")
    keys(Qt.Key.Key_Tab)
    assert front() is room.table.widget_at("support.add"), front().objectName()


@pytest.mark.parametrize("down", [0, 1, 2, 3])
def test_tab_goes_on_from_the_option_just_chosen(table: Table, down: int) -> None:
    """From § 85 it went to the pointer at what the answer lacks, at the foot."""
    table.pen(BODIL)
    room = at_step(table, 5)
    keys(*[Qt.Key.Key_Down] * down, Qt.Key.Key_Space)
    table.settle(pause=True)
    assert field(room, "answer.target_group").text()
    keys(Qt.Key.Key_Tab)
    after = field(room, "answer.until").editor if down == 2 else room.table.widget_at("support.add")
    assert after is not None
    assert after in (front(), front().parentWidget()), front().objectName()
    keys(Qt.Key.Key_Backtab)
    assert field_of(front()) is field(room, "answer.target_group")


# ---------------------------------------------------------------------------------------------------- the steps' keys


def test_the_vejleder_begins_at_what_adds_a_goal_though_there_is_a_way_on_to_write_in(table: Table) -> None:
    """Alt+4 led to the bestiller's side, where the words typed for a goal stood in place of "Borgerservice"."""
    table.add(BODIL, "bridge", text="Borgerservice")
    table.pen(VAGN)
    at_step(table, 4)
    assert front().objectName() == "goals.add"


def test_the_vejleder_begins_in_the_goals_own_words(table: Table) -> None:
    table.add(BODIL, "bridge", text="Borgerservice")
    table.add(VAGN, "goal")
    table.pen(VAGN)
    room = at_step(table, 4)
    assert field_of(front()) is field(room, "goals.0.words")


def test_the_vejleder_does_not_begin_where_a_space_would_answer_for_the_citizen(table: Table) -> None:
    table.pen(VAGN)
    room = at_step(table, 5)
    assert isinstance(front(), Button), front()
    assert room.table.right.isAncestorOf(front())
    keys(Qt.Key.Key_Space)
    table.settle()
    assert not table.file().story.read_back


# ------------------------------------------------------------------------------------------------------------ the wheel


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_the_wheel_that_scrolls_over_a_field_does_not_take_the_keyboard_along(table: Table, number: int) -> None:
    """A drop-down the wheel went over had the keyboard, and the next key changed it."""
    table.add(VAGN, "goal")
    table.add(BODIL, "support")
    room = at_step(table, number)
    taking = [w for w in room.findChildren(QWidget) if w.focusPolicy() is Qt.FocusPolicy.WheelFocus]
    assert not [w for w in taking if w.isVisible()]


# ------------------------------------------------------------------------------------------------- a support's own row


def test_the_support_rows_cross_stands_where_tab_comes_to_it(table: Table) -> None:
    """It stood first in the row and came last, after the frame."""
    table.add(BODIL, "support")
    table.pen(BODIL)
    room = at_step(table, 5)
    field(room, "support.0.frame").setFocus()
    keys(Qt.Key.Key_Tab)
    assert front().objectName() == "support.0.remove"
    above = field(room, "support.0.frame").editor.mapTo(room, QPoint(0, 0))
    assert front().mapTo(room, QPoint(0, 0)).y() >= above.y()


def test_no_field_comes_between_while_one_writes_the_reasons(table: Table) -> None:
    """With the reasons written a field came below them, and the words meant for the one after it landed there."""
    table.pen(BODIL)
    room = at_step(table, 5)
    field(room, "answer.reason").setFocus()
    type_in(field(room, "answer.reason"), "Du har brug for støtte")
    table.settle(pause=True)
    keys(Qt.Key.Key_Tab)
    table.settle()
    assert field_of(front()) is field(room, "answer.facts")
    assert field(room, "answer.considerations").isHidden()


# ------------------------------------------------------------------------------------------------------------ who is it


def test_a_vejleder_who_is_only_not_signed_in_is_named(qapp: QApplication, tmp_path: Path) -> None:
    """It said that there was none, right above the name in the list of those present."""
    laid = Table(tmp_path, people=(BODIL,))
    laid.new_case("Nelly")
    meeting = cases.begin_meeting(laid.desk, BODIL, laid.case_id, "Rådhuset")
    laid.add(BODIL, "participant", meeting, name="Vagn Vejleder", role="vejleder")
    room = laid.open()
    said = room.table.right.header.accessibleName()
    laid.close()
    assert said == "Vagn Vejleder, vejleder, ikke logget ind"


# -------------------------------------------------------------------------------------------------------- what is told


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("Afklar", "afklaringen"),
        ("Skriv", "det skrevne"),
        ("Ret i målgruppen", "rettelsen i »i målgruppen«"),
        ("Tilføj delmål", "delmål tilføjet"),
        ("Slut uden afgørelse", "sluttet uden afgørelse"),
        ("Direkte til § 85", "direkte til § 85"),
    ],
)
def test_what_was_taken_back_is_told_as_done(step: str, said: str) -> None:
    """ "Fortrudt: afklar" read as if one were told to do it."""
    assert was(step) == said


def test_a_support_of_one_day_is_told_as_one_day() -> None:
    """ "fra 29. november 2026 til og med 29. november 2026"."""
    day = date(2026, 11, 29)
    support = Support(id="s", case_id="c", offer="Følgeskab", paragraph="82b", start=day, end=day)
    assert said_of_support(support) == "Følgeskab efter § 82 b, kun 29. november 2026 (1 dag)."
