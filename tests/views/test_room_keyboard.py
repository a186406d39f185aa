# SPDX-License-Identifier: MPL-2.0
"""Where the keyboard stands in the room when something else moves: the pen, the step, the case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.domain.roles import Hand, Role
from app.models.ids import singleton_id
from app.qt.theme import theme_of
from app.views.parts.field import Field, field_of
from app.views.room.room import Room
from tests.views.room_table import BODIL, VAGN, Table, field


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def front() -> QWidget:
    now = QApplication.focusWidget()
    assert now is not None
    return now


def front_field() -> Field | None:
    return field_of(front())


def put_at(room: Room, name: str) -> QWidget:
    found = room.table.widget_at(name)
    assert found is not None
    assert found.isVisible(), name
    found.setFocus(Qt.FocusReason.OtherFocusReason)
    return found


def test_who_only_reads_begins_at_the_top(table: Table, cases: Path) -> None:
    """A leader's keyboard went to the first button that was open, far down the bestiller's side, and the page with it."""
    table.play(cases / "moede-1-bussen.json")
    table.context.sign_in(Hand("p-lis", "Lis Leder", Role.LEDER))
    table.pen(Hand("p-lis", "Lis Leder", Role.LEDER))
    room = table.open()
    for number in (1, 2, 3, 4):
        room.go(number)
        table.settle()
        assert front() is room.foot.next_button, number


# --------------------------------------------------------------------------------------------------------- with the pen


@pytest.mark.parametrize(
    ("number", "at"), [(1, "consents.0.remove"), (4, "goals.0.milestones.0.remove"), (5, "next_steps.0.remove")]
)
def test_the_pen_passed_from_a_rows_tool_lands_where_the_next_hand_writes(
    table: Table, cases: Path, number: int, at: str
) -> None:
    """Hidden with its side, the ✕ gave the keyboard on to the next one, the other side's ✕."""
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    table.pen(VAGN)
    room.go(number)
    table.settle()
    put_at(room, at)
    table.pen(BODIL)
    now = front_field()
    if number == 5:  # nothing lacks: what is left is to sign
        assert front() is room.foot.next_button
        return
    assert now is not None, front().objectName()
    assert not now.read_only()


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("hands", [(VAGN, BODIL), (BODIL, VAGN)])
def test_wherever_the_cursor_was_the_next_hand_presses_nothing_away(
    table: Table, cases: Path, number: int, hands: tuple[Hand, Hand]
) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    before, after = hands
    table.pen(before)
    room.go(number)
    table.settle()
    stops = [w for w in room.table.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for stop in (stops[0], stops[len(stops) // 2], stops[-1]):
        table.pen(before)
        stop.setFocus(Qt.FocusReason.OtherFocusReason)
        table.pen(after)
        now = front()
        assert room.isAncestorOf(now)
        held = field_of(now)
        assert not held.read_only() if held is not None else now.property("tool") is None, now.accessibleName()


def test_at_large_text_the_next_hand_writes_on_its_own_side(table: Table, qapp: QApplication, cases: Path) -> None:
    """One side is open there: hidden, it gave the keyboard to the button at the foot that turns the screen."""
    table.play(cases / "moede-1-bussen.json")
    table.write(BODIL, "answer", singleton_id(table.case_id, "answer"), reason=" ")
    theme_of().apply(qapp, "light", 200)
    room = table.open()
    table.pen(VAGN)
    room.go(5)
    table.settle()
    table.pen(BODIL)
    now = front_field()
    theme_of().apply(qapp, "light", 100)
    assert now is field(room, "answer.target_group")


def test_the_cursor_stays_in_words_both_may_write(table: Table) -> None:
    table.new_case("Nancy Ann")
    room = table.open()
    table.pen(VAGN)
    room.go(2)
    table.settle()
    want = field(room, "wishes.want")
    want.setFocus()
    table.pen(BODIL)
    assert front_field() is want


def test_a_card_over_the_room_keeps_the_keyboard_when_somebody_sits_down(table: Table) -> None:
    table.new_case("Nancy Ann")
    room = table.open()
    table.pen(VAGN)
    room.send_out()
    table.settle()
    card = front()
    assert not room.table.isAncestorOf(card)
    table.context.pass_pen(BODIL.role)
    table.settle()
    assert not room.table.isAncestorOf(front())


def test_with_nothing_lacking_the_bestiller_comes_to_the_signature(table: Table, cases: Path) -> None:
    """It stood on an answer given long ago, and a dozen Tabs lay between it and the one thing that was left."""
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    table.pen(VAGN)
    room.go(5)
    table.settle()
    assert front() is not room.foot.next_button, "who may not sign has nothing to press there"
    table.pen(BODIL)
    for step in (4, 5):
        room.go(step)
        table.settle()
    assert front() is room.foot.next_button
    assert room.foot.next_button.text() == "Underskriv"


def test_the_vejleder_comes_to_what_lacks_of_theirs_and_not_into_a_text_that_is_written(table: Table) -> None:
    """With no next step yet the cursor stood behind the sign of the goal: »Jeg har mad hjemmeVagn«."""
    table.new_case("Nancy Ann")
    table.add(VAGN, "goal", words="Handle selv", done_when="Jeg har mad hjemme")
    room = table.open()
    table.pen(BODIL)
    room.go(5)
    table.settle()
    table.pen(VAGN)
    assert front().objectName() == "next_steps.add"
    QTest.keyClick(front(), Qt.Key.Key_Space)
    table.settle()
    assert front_field() is field(room, "next_steps.0.who")
    table.pen(BODIL)
    table.pen(VAGN)
    assert front_field() is field(room, "next_steps.0.who"), "what is begun is gone on with"


# ----------------------------------------------------------------------------------------------------------- led there


def test_past_the_team_the_keyboard_is_on_the_answer_that_was_written(table: Table) -> None:
    """It stood on "Ja", which nobody had chosen: a space there would have been another answer."""
    table.new_case("Nancy Ann")
    room = table.open()
    table.pen(BODIL)
    room.show_path("direct_85.reason")
    field(room, "direct_85.reason").write_as_person("Varigt behov")
    button = room.table.widget_at("direct_85.go")
    assert isinstance(button, QAbstractButton)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    table.settle()
    now = front()
    assert isinstance(now, QAbstractButton)
    assert field_of(now) is field(room, "answer.target_group")
    assert now.isChecked()


def test_a_complex_case_asks_for_its_coordinator_in_sight(table: Table) -> None:
    table.new_case("Nancy Ann")
    room = table.open()
    table.pen(BODIL)
    room.show_path("complex")
    table.settle()
    QTest.keyClick(front(), Qt.Key.Key_Space)
    table.settle()
    now = front_field()
    assert now is field(room, "coordinator.name")
    assert in_sight(now)


def in_sight(widget: QWidget) -> bool:
    return bool(widget.visibleRegion().boundingRect() == widget.rect())


@pytest.mark.parametrize("asked", [0, 3, 6])
def test_sent_to_answer_a_question_one_sees_the_question(table: Table, cases: Path, asked: int) -> None:
    """The field to answer in stood in sight alone, and what was asked above it did not."""
    table.play(cases / "moede-1-bussen.json")
    for place in range(7):
        table.add(VAGN, "question", text=f"Er {place} gange om ugen nok, når hun også skal nå det andet? " * 2)
    room = table.open()
    table.pen(BODIL)
    room.go(5)
    table.settle()
    first = len(table.file().questions) - 7
    room.show_path("read_back")  # the side is scrolled to its foot
    table.settle()
    room.sharing.lead_to(f"questions.{first + asked}.answer")
    table.settle()
    assert front_field() is field(room, f"questions.{first + asked}.answer")
    assert in_sight(field(room, f"questions.{first + asked}.text"))
    assert in_sight(field(room, f"questions.{first + asked}.answer"))


def test_running_text_one_is_led_to_is_written_on_at_its_end_until_one_has_stood_in_it(table: Table) -> None:
    """It was opened with the cursor before all that stood there; where somebody has been, the cursor stays as they left it."""
    table.new_case("Nancy Ann")
    answer = singleton_id(table.case_id, "answer")
    table.write(BODIL, "answer", answer, reason="Du har ret.\nDet er")
    room = table.open()
    table.pen(BODIL)
    for letter, stands in (("b", "Du har ret.\nDet erb"), ("c", "Du har ret.\ncDet erb")):
        room.sharing.lead_to("answer.reason")
        QTest.keyClicks(front(), letter)
        assert field(room, "answer.reason").text() == stands
        QTest.keyClick(front(), Qt.Key.Key_Home)
        room.go(1)
        table.settle()
    table.context.run(lambda: table.write(BODIL, "answer", answer, reason="Vi ses"))
    table.settle()
    room.sharing.lead_to("answer.reason")
    QTest.keyClicks(front(), "d")
    assert field(room, "answer.reason").text() == "Vi sesd"


def test_the_name_one_is_led_to_is_written_on_at_its_end(table: Table) -> None:
    """A filled name was opened with the cursor before it: what was typed on came first."""
    table.new_case("Nancy Ann")
    room = table.open()
    table.pen(BODIL)
    room.go(2)
    room.go(1)
    table.settle()
    assert front_field() is field(room, "citizen.name")
    QTest.keyClick(front(), Qt.Key.Key_B)
    assert field(room, "citizen.name").text() == "Nancy Annb"


def test_tab_comes_to_what_lacks_before_the_buttons_it_stands_before(table: Table) -> None:
    """What had just come to lack was a stop after the whole window: the keyboard passed it on the way to "Vend skærmen"."""
    table.new_case()
    room = table.open()
    room.go(5)
    field(room, "answer.target_group").editor.setFocus()
    table.settle()  # the replica is written from here, and the room has it in use until then
    table.write(BODIL, "answer", singleton_id(table.case_id, "answer"), target_group="ja", reason="Det hjælper")
    room.context.session_changed.emit()
    table.settle()
    chips = room.missing.chips()
    assert chips[0].key == "oplysninger"
    room.foot.turn_button.setFocus()
    for chip in reversed(chips):
        QTest.keyClick(front(), Qt.Key.Key_Backtab)
        assert front() is chip


def test_a_step_taken_in_hand_has_the_cursor_whoever_takes_it(table: Table) -> None:
    """Taken by the program it left the cursor on whatever Qt found when the field it was in went out of sight."""
    table.new_case()
    table.context.pass_pen(Role.BESTILLER)
    room = table.open()
    field(room, "citizen.phone").setFocus()
    room.go(4)
    assert front_field() is field(room, "purpose.text")
