# SPDX-License-Identifier: MPL-2.0
"""What a screen reader goes through comes in the order Tab has it: every screen is gone through both ways, by both pens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.roles import Hand, Role
from app.models.kinds import singleton_id
from app.qt.theme import theme_of
from app.views.parts.choice_fields import RadioOption
from app.views.parts.earshot import out_of_earshot
from app.views.parts.talk import TalkPanel
from app.views.room.side import Side
from tests.views.far import Far
from tests.views.room_table import BODIL, VAGN, Table
from tests.views.screens import SCREENS, Way, called, faces, is_stop
from tests.views.shell_desk import Desk

BERIT = Hand("p-berit", "Berit Bestiller", Role.BESTILLER)
FOLDED = {1: ("complex", "direct_85.reason", "ending.how"), 3: ("ask.party",)}
"""What is folded away in a step until a word leads there."""


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    laid = Table(tmp_path)
    yield laid
    laid.close()


def tabbed(window: QWidget) -> list[QWidget]:
    chain, one = [], window.nextInFocusChain()
    while one is not window:
        chain.append(one)
        one = one.nextInFocusChain()
    return chain


def in_one_order(window: QWidget) -> None:
    """But for the key that passes the pen: it is read under the name of who has it, and Tab comes to it when all is written."""
    gives = [side.give for side in window.findChildren(Side)]
    heard = [one for face in faces(window) if is_stop(one := face.object()) and one not in gives]
    stops = [one for one in tabbed(window) if is_stop(one) and one not in gives and not out_of_earshot(one)]
    assert stops
    assert [called(one) for one in heard] == [called(one) for one in stops]


@pytest.mark.parametrize("come_to", SCREENS, ids=lambda one: one.__name__)
def test_a_screen_is_read_in_the_order_of_tab(desk: Desk, come_to: Way) -> None:
    come_to(desk)
    desk.settle()
    in_one_order(desk.window)


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_a_room_with_all_there_is_in_it_is_read_in_the_order_of_tab(
    table: Table, cases: Path, number: int, scale: int
) -> None:
    """A part made late, a row that came or a line that was folded out was read after all that stands below it."""
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    for hand in (VAGN, BODIL):
        table.pen(hand)
        room.go(number)
        table.settle()
        for path in FOLDED.get(number, ()):
            room.show_path(path)
        table.settle()
        in_one_order(room)


def test_what_several_wrote_is_read_before_the_field_it_is_settled_in(table: Table) -> None:
    table.new_case("Nancy Ann Berggren")
    far = Far(table)
    plan = singleton_id(table.case_id, "plan")
    table.write(BODIL, "plan", plan, purpose="At komme ud")
    far.share()
    room = table.open()
    table.pen(BODIL)
    room.go(4)
    table.settle()
    far.write(BERIT, "plan", plan, {"purpose": "At komme hjem"}, ago=timedelta(days=4))
    table.settle()
    assert room.findChildren(TalkPanel)
    in_one_order(room)


def alike(window: QWidget) -> list[str]:
    """What is heard by one name twice, and is not one thing in two parts."""
    heard = [face.object() for face in faces(window) if is_stop(face.object())]
    return [
        called(one)
        for n, one in enumerate(heard)
        for other in heard[:n]
        if name_of(one) == name_of(other) and not other.isAncestorOf(one)
    ]


def name_of(widget: QWidget) -> tuple[str, str]:
    """An option is called what it says, and told with what it answers."""
    return widget.accessibleName(), widget.accessibleDescription() if isinstance(widget, RadioOption) else ""


@pytest.mark.parametrize("come_to", SCREENS, ids=lambda one: one.__name__)
def test_no_two_things_on_a_screen_are_called_the_same(desk: Desk, come_to: Way) -> None:
    come_to(desk)
    desk.settle()
    assert alike(desk.window) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_no_two_things_in_a_room_with_all_there_is_in_it_are_called_the_same(
    table: Table, cases: Path, number: int
) -> None:
    table.play(cases / "moede-1-bussen.json")
    room = table.open()
    for hand in (VAGN, BODIL):
        table.pen(hand)
        room.go(number)
        table.settle()
        for path in FOLDED.get(number, ()):
            room.show_path(path)
        table.settle()
        assert alike(room) == []
