# SPDX-License-Identifier: MPL-2.0
"""Lists in the room: added, removed and moved by mouse and keys, and taken back by undo (B4, B6, B9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app.domain.errors import EnvironmentProblem
from app.models.kinds import singleton_id
from app.services import lists
from app.store.unit_of_work import ChangeSet, new_step
from app.views.parts.talk import TalkPanel
from app.views.room.goals import GoalsStep
from app.views.room.room import Room
from tests.views.far import Far
from tests.views.room_table import BODIL, VAGN, Table, field, press, type_in

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


@pytest.fixture
def room(table: Table) -> Room:
    """Step 4, with one goal that has three milestones."""
    table.new_case("Nancy Ann Berggren")
    goal = table.add(VAGN, "goal", words="Tage bussen selv")
    for text in ("Går derhen", "Kører to stop", "Kører alene"):
        table.add(VAGN, "milestone", goal, text=text)
    made = table.open()
    made.show_path("goals.0.words")
    table.settle()
    return made


def button(room: Room, name: str) -> QPushButton:
    found = room.findChild(QPushButton, name)
    assert found is not None, name
    return found


def milestones(table: Table) -> list[str]:
    return [m.text for m in table.file().milestones]


def test_add_puts_the_cursor_in_the_new_row(table: Table, room: Room) -> None:
    button(room, "goals.0.milestones.add").click()
    table.settle()
    new = field(room, "goals.0.milestones.3.text")
    assert new.has_user_focus()
    type_in(new, "Bestiller buskort")
    table.settle(pause=True)
    assert milestones(table)[3] == "Bestiller buskort"


def held(widget: QPushButton, key: Qt.Key, times: int) -> None:
    """A key that is held down: each repeat comes as another press."""
    for n in range(times):
        QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", n > 0))
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier))


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_pressed_twice_or_held_on_the_button_adds_one_row(table: Table, room: Room, key: Qt.Key) -> None:
    """A second Space, before the first row was there to take the cursor, added a second row."""
    add = button(room, "goals.0.milestones.add")
    add.setFocus()
    for _ in range(2):
        held(add, key, 5)
    table.settle()
    assert len(milestones(table)) == 4
    assert field(room, "goals.0.milestones.3.text").has_user_focus()
    add.setFocus()
    held(add, key, 1)
    table.settle()
    assert len(milestones(table)) == 5, "once the row is there another may be asked for"


def test_a_row_that_could_not_be_added_may_be_asked_for_again(
    table: Table, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise EnvironmentProblem("Disken er fuld.")

    with monkeypatch.context() as patched:
        patched.setattr(lists, "add", full)
        button(room, "goals.0.milestones.add").click()
        table.settle()
    assert table.said.told[-1] == "Disken er fuld."
    button(room, "goals.0.milestones.add").click()
    table.settle()
    assert len(milestones(table)) == 4


def test_ctrl_enter_in_a_row_adds_the_next(table: Table, room: Room) -> None:
    first = field(room, "goals.0.milestones.0.text")
    first.setFocus()
    press(first, Qt.Key.Key_Return, CTRL)
    table.settle()
    assert field(room, "goals.0.milestones.3.text").has_user_focus()
    assert len(milestones(table)) == 4


def test_ctrl_enter_on_the_button_that_takes_a_row_away_adds_one_too(table: Table, room: Room) -> None:
    away = button(room, "goals.0.milestones.0.remove")
    away.setFocus()
    press(away, Qt.Key.Key_Return, CTRL)
    table.settle()
    assert len(milestones(table)) == 4
    assert field(room, "goals.0.milestones.3.text").has_user_focus()


@pytest.mark.parametrize("way", ["keys", "mouse"])
def test_a_row_moves_and_the_cursor_goes_with_it(table: Table, room: Room, way: str) -> None:
    last = field(room, "goals.0.milestones.2.text")
    last.setFocus()
    if way == "keys":
        press(last, Qt.Key.Key_Up, ALT)
    else:
        button(room, "goals.0.milestones.2.up").click()
    assert milestones(table) == ["Går derhen", "Kører alene", "Kører to stop"]
    assert last.objectName() == "goals.0.milestones.1.text"
    assert last.has_user_focus() or way == "mouse"


def test_a_row_is_taken_away_by_key_and_the_cursor_goes_to_the_next(table: Table, room: Room) -> None:
    second = field(room, "goals.0.milestones.1.text")
    second.setFocus()
    press(second, Qt.Key.Key_Delete, ALT)
    assert milestones(table) == ["Går derhen", "Kører alene"]
    table.settle()
    assert field(room, "goals.0.milestones.1.text").has_user_focus()


@pytest.mark.parametrize("pause", [False, True])
def test_what_is_half_typed_in_a_row_goes_with_it_and_is_no_conversation_with_oneself(
    table: Table, room: Room, pause: bool
) -> None:
    """By key the cursor has not left the field: a key pause later, or a day read when the row goes, would be written after it."""
    action = table.add(VAGN, "action", table.file().goals[0].id, what="Købe buskort")
    table.settle()
    for path, text in (("goals.0.milestones.1.text", " uden hjælp"), ("goals.0.actions.0.by", "3. december")):
        type_in(field(room, path), text)
        table.settle(pause)
        press(field(room, path), Qt.Key.Key_Delete, ALT)
        table.settle(pause=True)
    file = table.file()
    assert ([m.text for m in file.milestones], file.actions) == (["Går derhen", "Kører alene"], ())
    assert (file.conversations, dict(file.drafts)) == ((), {})
    room.undo_last()
    table.settle()
    assert [(a.id, a.by) for a in table.file().actions] == [(action, date(2026, 12, 3))]


def test_what_is_half_typed_in_a_goal_goes_with_it(table: Table, room: Room) -> None:
    """Where a button takes no keyboard, the cursor still stands in a field of what it takes away."""
    type_in(field(room, "goals.0.milestones.0.text"), " selv")
    type_in(field(room, "goals.0.words"), " til byen")
    button(room, "goals.0.remove").click()
    table.settle(pause=True)
    file = table.file()
    assert (file.goals, file.conversations) == ((), ())
    room.undo_last()
    table.settle()
    assert [g.words for g in table.file().goals] == ["Tage bussen selv til byen"]
    assert milestones(table)[0] == "Går derhen selv"


def test_words_that_came_behind_the_cursor_are_not_taken_away_unread(table: Table, room: Room) -> None:
    """One began to write in a row, another wrote in it since, and the field holds that back: nor is it taken with the row."""
    far = Far(table)
    far.share()
    row = field(room, "goals.0.milestones.1.text")
    type_in(row, " uden")
    table.settle(pause=True)
    far.share()
    one = table.file().milestones[1]
    theirs = {"text": "Kører med Bodil"}
    far.write(BODIL, "milestone", one.id, theirs, over={"text": far.standing("milestone", one.id, "text")})
    assert row.text() == "Kører to stop uden"
    press(row, Qt.Key.Key_Delete, ALT)
    table.settle(pause=True)
    assert milestones(table) == ["Går derhen", "Kører med Bodil", "Kører alene"]
    (talk,) = table.file().conversations
    assert (talk.fields, {s.hand for s in talk.said}) == (("removed",), {BODIL, VAGN})
    told = room.findChild(TalkPanel, "goals.0.milestones.1.removed.talk")
    assert told is not None
    assert "Kører med Bodil" in told.accessibleName()  # whole, though the field still holds it back


def test_the_cursor_stays_where_one_types_though_another_takes_the_row_away(table: Table, room: Room) -> None:
    """The rest of the word went into the next row."""
    far = Far(table)
    far.share()
    goal = table.file().milestones[1].id
    there = {name: far.standing("milestone", goal, name) for name in ("removed", "text")}
    row = field(room, "goals.0.milestones.1.text")
    type_in(row, " hjem")
    known = [i for ids in there.values() for i in ids]
    far.write(BODIL, "milestone", goal, {"removed": True}, over={"removed": there["removed"]}, bases={"removed": known})
    type_in(QApplication.focusWidget() or row, " nu")
    table.settle(pause=True)
    assert milestones(table) == ["Går derhen", "Kører to stop hjem nu", "Kører alene"]
    assert [talk.fields for talk in table.file().conversations] == [("removed",)]


def test_when_the_last_row_goes_the_cursor_is_on_the_button_that_adds(table: Table, room: Room) -> None:
    for _ in range(3):
        row = field(room, "goals.0.milestones.0.text")
        row.setFocus()
        press(row, Qt.Key.Key_Delete, ALT)
        table.settle()
    assert milestones(table) == []
    assert button(room, "goals.0.milestones.add").hasFocus()


def test_undo_puts_a_removed_row_back_and_says_what_it_was(table: Table, room: Room) -> None:
    button(room, "goals.0.milestones.1.remove").click()
    table.settle()
    assert len(milestones(table)) == 2
    button(room, "undo").click()
    table.settle()
    assert milestones(table) == ["Går derhen", "Kører to stop", "Kører alene"]
    assert table.said.told[-1] == "Fortrudt: delmål fjernet"


def test_undo_leaves_a_row_another_has_written_in_and_says_so_once(table: Table, room: Room) -> None:
    """It took the row with their words in it."""
    type_in(field(room, "goals.0.goal"), "Tage bussen")
    table.settle(pause=True)
    type_in(field(room, "goals.0.done_when"), "Han er kommet hjem")
    button(room, "bridge.add").click()
    table.settle()
    table.pen(BODIL)
    type_in(field(room, "bridge.0.text"), "Cykelværkstedet")
    table.settle(pause=True)
    table.pen(VAGN)
    assert "rettelsen" in button(room, "undo").accessibleName()
    for _ in range(2):
        room.undo_last()
        table.settle()
    assert [b.text for b in table.file().bridges] == ["Cykelværkstedet"]
    assert table.said.told[-2:] == [
        "Fortrudt: rettelsen i »vi ved, det er nået, når«. Vejen videre bliver stående, for Bodil har skrevet i den.",
        "Fortrudt: rettelsen i »mål«",
    ]


def test_ctrl_shift_z_undoes_the_step_also_while_the_cursor_is_in_a_text(table: Table, room: Room) -> None:
    words = field(room, "goals.0.words")
    words.set_text("")
    type_in(words, "Noget helt andet")
    table.settle(pause=True)
    assert table.file().goals[0].words == "Noget helt andet"
    window = room.window().windowHandle()
    assert window is not None
    from PySide6.QtTest import QTest

    QTest.keyClick(words.editor, Qt.Key.Key_Z, CTRL | SHIFT)
    table.settle()
    assert table.file().goals[0].words == "Tage bussen selv"
    assert words.text() == "Tage bussen selv"
    assert words.has_user_focus()
    assert table.said.told[-1] == "Fortrudt: rettelsen i »med borgerens ord«"


def test_the_button_says_what_it_takes_back_as_one_would_say_it(table: Table, room: Room) -> None:
    """The tip read »Fortryd: ret delmål«, as if one were to go and put it right."""
    type_in(field(room, "goals.0.milestones.0.text"), "!")
    table.settle(pause=True)
    room.setFocus()
    table.settle()
    assert button(room, "undo").toolTip() == "Fortryd: rettelsen i »delmål« (Ctrl+Skift+Z)"
    assert button(room, "undo").accessibleName() == "Fortryd: rettelsen i »delmål«"


def test_ctrl_z_in_a_text_undoes_typing_and_not_a_step(table: Table, room: Room) -> None:
    from PySide6.QtTest import QTest

    words = field(room, "goals.0.goal")
    type_in(words, "Kan")
    QTest.keyClick(words.editor, Qt.Key.Key_Z, CTRL)
    table.settle(pause=True)
    assert words.text() == ""
    assert not table.said.told


def test_undo_never_takes_the_meeting_or_the_citizen_from_under_the_table(table: Table) -> None:
    table.new_case("Nancy Ann Berggren")
    room = table.open()
    assert not button(room, "undo").isEnabled()
    room.undo_last()
    table.settle()
    assert table.said.told == ["Der er ikke mere at fortryde her."]
    assert table.file().meeting is not None


def test_a_new_goal_is_taken_in_hand_and_begins_with_the_citizens_words(table: Table, room: Room) -> None:
    button(room, "goals.add").click()
    table.settle()
    words = field(room, "goals.1.words")
    assert words.has_user_focus()
    step = room.step(4)
    assert isinstance(step, GoalsStep)
    assert step.place.text() == "Mål 2 af 2"
    type_in(words, "Være med til noget")
    table.settle(pause=True)
    assert [g.words for g in table.file().goals] == ["Tage bussen selv", "Være med til noget"]


def test_the_bestiller_may_begin_a_goal_but_not_remove_one(table: Table, room: Room) -> None:
    table.pen(BODIL)
    assert button(room, "goals.add").isVisible()
    assert not button(room, "goals.0.remove").isVisible()
    assert not button(room, "goals.0.milestones.add").isVisible()
    assert button(room, "goals.0.actions.add").isVisible()
    press(field(room, "goals.0.milestones.0.text"), Qt.Key.Key_Delete, ALT)
    table.settle()
    assert len(milestones(table)) == 3


def test_a_goal_moves_among_goals(table: Table, room: Room) -> None:
    table.add(VAGN, "goal", words="Være med til noget")
    table.settle()
    button(room, "goals.0.down").click()
    assert [g.words for g in table.file().goals] == ["Være med til noget", "Tage bussen selv"]
    table.settle()
    assert field(room, "goals.1.words").text() == "Tage bussen selv"  # still the one in hand
    button(room, "goals.1.remove").click()
    assert [g.words for g in table.file().goals] == ["Være med til noget"]
    table.settle()
    assert field(room, "goals.0.words").text() == "Være med til noget"


def test_whose_task_it_is_proposes_who_and_is_no_value_before_it_is_taken(table: Table, room: Room) -> None:
    button(room, "goals.0.actions.add").click()
    table.settle()
    owner = field(room, "goals.0.actions.0.owner")
    type_in(owner, "Borger")
    room.leave()
    table.settle()
    who = field(room, "goals.0.actions.0.who")
    assert who.text() == ""
    assert table.file().actions[0].owner == "borger"
    assert table.file().actions[0].who == ""
    who.setFocus()
    press(who, Qt.Key.Key_Return, CTRL)
    table.settle(pause=True)
    assert table.file().actions[0].who == "Nancy"


def test_a_day_to_meet_is_proposed_and_not_a_value_until_taken(table: Table, room: Room) -> None:
    button(room, "follow_ups.add").click()
    table.settle()
    day = field(room, "follow_ups.0.date")
    assert table.file().follow_ups[0].date is None
    day.take_proposal()
    room.leave()
    found = table.file().follow_ups[0].date
    assert found is not None
    assert found.isoformat() == "2026-12-30"


def test_what_hangs_on_nothing_is_said_quietly(table: Table, room: Room) -> None:
    step = room.step(4)
    assert isinstance(step, GoalsStep)
    assert "mål 1 har ingen handling" in step.loose.text()
    table.write(BODIL, "plan", singleton_id(table.case_id, "plan"), purpose="Kommer rundt")
    goal = table.file().goals[0].id
    table.add(VAGN, "action", goal, owner="borger", what="Går")
    table.settle()
    assert step.loose.text() == "Ikke færdigt endnu: mål 1 har intet tegn på, at det er nået."
    table.write(VAGN, "goal", goal, done_when="Har gået fire uger i træk")
    table.settle()
    assert step.loose.isHidden()


def test_several_visits_to_one_field_are_taken_back_one_after_another_by_the_button(table: Table, room: Room) -> None:
    words, elsewhere = field(room, "goals.0.words"), field(room, "goals.0.milestones.0.text")
    for text in ("en", "to", "tre"):
        words.set_text("")
        type_in(words, text)
        elsewhere.setFocus()
        table.settle()
    seen = [words.text()]
    for _ in range(3):
        button(room, "undo").click()
        table.settle()
        seen.append(words.text())
    assert seen == ["tre", "to", "en", "Tage bussen selv"]
    assert table.file().goals[0].words == "Tage bussen selv"


def test_what_came_while_nobody_held_the_pen_is_read_when_somebody_does(table: Table, room: Room) -> None:
    table.context.sign_out()
    table.settle()
    assert room.file is not None
    goal = room.file.goals[0]
    table.write(VAGN, "goal", goal.id, words="Skrevet imens")
    table.context.came(ChangeSet(table.case_id, frozenset({("goal", goal.id, "words")}), new_step("Hentet")))
    table.settle()
    for hand in (BODIL, VAGN):
        table.context.sign_in(hand)
    table.settle()
    assert room.file.goals[0].words == "Skrevet imens"
