# SPDX-License-Identifier: MPL-2.0
"""Everything in the room can be reached: named, in tab order, within the screen at 200 % text, and quick (design §§ 6, 9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget

from app.models.kinds import singleton_id
from app.qt.theme import Theme, theme_of
from app.services import cases as case_services
from app.views.parts.field import Field
from app.views.parts.keyboard import in_reading_order, lay_tab_order
from app.views.room import room as room_module
from app.views.room.paths import path_of_lack, step_of
from app.views.room.room import Room
from tests.views.room_table import BODIL, VAGN, Table

STEPS = (1, 2, 3, 4, 5, 6)


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return theme_of()


def full(table: Table, cases: Path) -> Room:
    table.play(cases / "moede-1-bussen.json")
    return table.open()


def shown(table: Table, room: Room, number: int) -> None:
    room.go(number)
    if number == 1:
        for path in ("complex", "direct_85.reason", "ending.how"):
            room.show_path(path)
    if number == 3:
        room.show_path("ask.party")
    table.settle()


@pytest.mark.parametrize("number", STEPS)
def test_whatever_takes_the_keyboard_has_a_name_to_hear_and_one_to_find_it_by(
    table: Table, cases: Path, number: int
) -> None:
    room = full(table, cases)
    shown(table, room, number)
    for stop in in_reading_order(room):
        if not stop.isVisible():
            continue
        assert stop.accessibleName(), stop
        at: QWidget | None = stop
        while at is not None and not at.objectName():
            at = at.parentWidget()
        assert at is not None
        held = at is stop or isinstance(at, Field) or not isinstance(stop, QAbstractButton)
        assert held, f"{stop.accessibleName()} has no name of its own"


@pytest.mark.parametrize("number", STEPS)
@pytest.mark.parametrize("hand", [BODIL, VAGN])
def test_tab_goes_through_everything_in_the_order_it_is_read(
    table: Table, cases: Path, number: int, hand: object
) -> None:
    room = full(table, cases)
    table.pen(BODIL if hand is BODIL else VAGN)
    shown(table, room, number)
    gives = [side.give for side in (room.table.left, room.table.right)]
    parts = [room.header, room.bar, *room.table.in_order(), *gives, room.foot]
    read = [stop for part in parts for stop in in_reading_order(part) if stop.isVisible() and stop.isEnabled()]
    wanted = [stop for n, stop in enumerate(read) if stop not in read[n + 1 :]]
    wanted[0].setFocus()
    seen: list[QWidget] = []
    for _ in range(3 * len(wanted)):
        now = QApplication.focusWidget()
        assert now is not None
        if seen and now is seen[0]:
            break
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    grouped = {id(b) for b in room.findChildren(QAbstractButton) if b.group() is not None}
    missed = [w for w in wanted if w not in seen and id(w) not in grouped]  # of a radio list Tab stops at one
    assert not missed, [w.accessibleName() for w in missed]
    order = [seen.index(w) for w in wanted if w in seen]
    assert order == sorted(order)


def test_tab_goes_from_field_to_field_and_never_by_the_pen(table: Table, cases: Path) -> None:
    room = full(table, cases)
    table.pen(VAGN)
    room.go(2)
    table.settle()
    for path in ("wishes.think", "wishes.want", "resources", "whole_person.text"):
        now = QApplication.focusWidget()
        assert now is not None
        assert room.table.widget_at(path) in (now, now.parentWidget()), path
        QTest.keyClick(now, Qt.Key.Key_Tab)


@pytest.mark.parametrize(
    ("number", "list_path", "fields"),
    [
        (1, "consents", ("to", "purpose", "given")),
        (1, "meeting.participants", ("name", "role", "discipline")),
        (2, "network", ("who", "relation", "print")),
    ],
)
def test_tab_goes_from_field_to_field_in_a_row_and_to_its_tools_after_them(
    table: Table, number: int, list_path: str, fields: tuple[str, ...]
) -> None:
    table.new_case("Nancy Ann")
    room = table.open()
    room.go(number)
    table.settle()
    add = room.table.widget_at(f"{list_path}.add")
    assert isinstance(add, QAbstractButton)
    add.click()
    table.settle()
    for name in fields:
        now = QApplication.focusWidget()
        assert now is not None
        there = room.table.widget_at(f"{list_path}.0.{name}")
        assert there is not None
        assert there is now or there.isAncestorOf(now), (name, now.accessibleName())
        QTest.keyClick(now, Qt.Key.Key_Tab)
    now = QApplication.focusWidget()
    assert isinstance(now, QAbstractButton)
    assert now.accessibleName().startswith("Fjern")


def test_tab_from_a_field_with_a_proposal_goes_to_the_next_field_and_words_typed_on_take_no_proposal(
    table: Table,
) -> None:
    table.new_case("Nancy Ann")
    table.add(VAGN, "action", table.add(VAGN, "goal", words="Tage bussen"), owner="borger")
    room = table.open()
    room.show_path("goals.0.words")
    table.settle()
    who, what = (room.table.widget_at(f"goals.0.actions.0.{name}") for name in ("who", "what"))
    assert isinstance(who, Field)
    assert isinstance(what, Field)
    who.setFocus()
    assert "Forslag" in who.editor.accessibleDescription()
    QTest.keyClick(who.editor, Qt.Key.Key_Tab)
    now = QApplication.focusWidget()
    assert now is not None
    QTest.keyClicks(now, "med i bussen")
    assert (who.text(), what.text()) == ("", "med i bussen")
    QTest.keyClick(who.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert who.text(), "a key in the field itself takes the proposal"


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("kind", ["full", "empty"])
def test_nothing_is_cut_off_sideways_at_any_text_size(
    table: Table, cases: Path, theme: Theme, qapp: QApplication, scale: int, kind: str
) -> None:
    theme.apply(qapp, "dark" if scale == 150 else "light", scale)
    if kind == "full":
        room = full(table, cases)
    else:
        table.new_case("Nancy Ann Nørgaard-Christoffersen af Blixen-Finecke")
        room = table.open()
    for number in STEPS:
        for hand in (BODIL, VAGN):
            table.pen(hand)
            shown(table, room, number)
            assert (room.width(), room.height()) == (1366, 768)
            for area in room.findChildren(QScrollArea):
                inner = area.widget()
                if area.isVisible() and inner is not None:
                    assert inner.width() <= area.viewport().width() + 1, (number, area.accessibleName())
            for one in room.findChildren(QAbstractButton):
                if one.isVisible() and one.text():
                    assert one.width() >= one.sizeHint().width() - 1 or one.hasHeightForWidth(), one.text()


def test_a_side_that_is_folded_away_opens_by_its_rail_and_when_a_word_leads_there(
    table: Table, cases: Path, theme: Theme, qapp: QApplication
) -> None:
    theme.apply(qapp, "light", 200)
    room = full(table, cases)
    room.go(4)
    table.settle()
    assert room.table.right.isVisible()
    assert not room.table.left.isVisible()
    room.show_path("purpose.text")
    table.settle()
    assert room.table.left.isVisible()
    assert not room.table.right.isVisible()
    room.findChild(QWidget, "side.vejleder").click()
    assert room.table.right.isVisible()
    theme.apply(qapp, "light", 100)
    table.settle()
    assert room.table.left.isVisible()
    assert room.table.right.isVisible()


def test_the_cursor_is_in_sight_in_a_step_one_comes_back_to(table: Table, cases: Path) -> None:
    room = full(table, cases)
    table.pen(BODIL)
    QTest.keyClick(room, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    table.settle()
    side = room.table.left
    bar = side.scrolling.verticalScrollBar()
    assert bar.maximum() > 0
    side.note.setFocus()
    table.settle()
    assert bar.value() > 0
    for key in (Qt.Key.Key_4, Qt.Key.Key_5):
        QTest.keyClick(QApplication.focusWidget() or room, key, Qt.KeyboardModifier.AltModifier)
        table.settle(pause=True)
        held = QApplication.focusWidget()
        assert held is not None
        assert held.visibleRegion().boundingRect() == held.rect(), held


def test_ten_goals_are_shown_again_as_they_change(table: Table, cases: Path, tmp_path: Path) -> None:
    told = json.loads((cases / "moede-1-bussen.json").read_text(encoding="utf-8"))
    told["goals"] = [told["goals"][n % 2] | {"words": f"Mål {n}"} for n in range(10)]
    script = tmp_path / "ten.json"
    script.write_text(json.dumps(told), encoding="utf-8")
    table.play(script)
    room = table.open()
    for place in range(10):
        room.show_path(f"goals.{place}.words")
        table.settle()
    for number in range(3):
        goal = room.file.goals[9].id if room.file else ""
        table.write(VAGN, "goal", goal, goal=f"Kan køre {number}")
        file = case_services.read_case(table.desk, table.context.hand, table.case_id)
        room.show_case(file)
        table.settle()
        assert room.file is not None
        assert room.file.goals[9].goal == f"Kan køre {number}"


def test_the_order_is_laid_through_the_step_and_the_goal_in_hand_alone(
    table: Table, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went through every page there was: 270 stops of ten goals, each time a row came or another step was taken in hand."""
    told = json.loads((cases / "moede-1-bussen.json").read_text(encoding="utf-8"))
    told["goals"] = [told["goals"][1] | {"words": f"Mål {n}"} for n in range(3)]
    script = tmp_path / "three.json"
    script.write_text(json.dumps(told), encoding="utf-8")
    table.play(script)
    room = table.open()
    table.pen(VAGN)
    laid: list[list[QWidget]] = []
    monkeypatch.setattr(room_module, "lay_tab_order", lambda parts: laid.append(lay_tab_order(parts)))
    room.go(4)
    table.settle()
    first = len(laid[-1])
    for place in (1, 2):
        room.show_path(f"goals.{place}.words")
        table.settle()
    assert len(laid[-1]) == first, "each goal has as many"
    goal = room.table.widget_at("goals.2")
    assert goal is not None
    assert any(goal.isAncestorOf(stop) for stop in laid[-1])
    room.go(2)
    table.settle()
    assert not [stop for stop in laid[-1] if goal.isAncestorOf(stop)]
    room.go(4)
    table.settle()
    assert len(laid[-1]) == first


def test_at_large_text_what_lacks_is_named_in_part_and_the_rest_is_a_press_away(
    table: Table, theme: Theme, qapp: QApplication
) -> None:
    table.new_case("Nancy Ann Berggren")
    table.write(BODIL, "answer", singleton_id(table.case_id, "answer"), target_group="ja")
    table.add(BODIL, "support", paragraph="82b")
    room = table.open()
    every = [chip.text() for chip in room.foot.missing.chips()]
    assert len(every) == 8
    theme.apply(qapp, "light", 200)
    table.settle()
    assert [chip.text() for chip in room.foot.missing.chips()] == [*every[:3], "og 5 mere"]
    assert room.foot.height() < room.height() / 4
    room.foot.missing.chips()[-1].click()
    table.settle()
    assert room.number == step_of(path_of_lack(every[3], table.file()))
