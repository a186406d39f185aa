# SPDX-License-Identifier: MPL-2.0
"""The adviser's page: what is shared and nothing besides, and advice written in one's own name (D3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.models.kinds import singleton_id
from app.services import accounts, advising, cases, edit, lists
from app.store import queries
from app.store.accounts import Account, save
from app.store.unit_of_work import new_step
from app.views.adviser.page import AdviserPage
from app.views.parts.field import Field
from app.views.parts.words import Words
from tests.views.front import Front
from tests.views.room_table import BODIL, VAGN, type_in
from tests.views.room_table import Table as RoomTable
from tests.views.shell_desk import Desk

ANNA = Hand("p-anna", "Anna Rådgiver", Role.RAADGIVER)
NAME = "Magnus Hemmelig"


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    front = Front(qtbot, tmp_path, (ANNA,))
    save(front.replica, Account(ANNA.person_id, ANNA.name, "", "VISO", (ANNA.role,), "", "", "", ""))
    yield front
    front.close()


def asked(front: Front) -> tuple[str, str]:
    """A case on which Anna is asked: its id, and the request's."""
    desk = front.desk
    case_id = cases.new_citizen(desk, VAGN, NAME, "gaden").case_id

    def write(hand: Hand, kind: str, record_id: str, name: str, text: str) -> None:
        edit.write_text(desk, hand, case_id, kind, record_id, name, text, new_step("x"))

    write(BODIL, "plan", singleton_id(case_id, "plan"), "purpose", "Kommer rundt på egen hånd")
    write(BODIL, "notes", singleton_id(case_id, "notes"), "bestiller", "internt notat")
    write(BODIL, "answer", singleton_id(case_id, "answer"), "reason", "et udkast")
    write(VAGN, "goal", lists.add(desk, VAGN, case_id, "goal"), "goal", "Kan køre med bus 318")
    lists.add(desk, BODIL, case_id, "consent", {"party": "VISO", "given": True})
    return case_id, advising.ask(desk, BODIL, case_id, ANNA.person_id, "Hvad virker mod angst i bus?")


def read(page: QWidget) -> str:
    return "\n".join(w.text() for w in page.findChildren(Words) if w.isVisible())


def test_only_the_shared_part_is_on_the_page(front: Front) -> None:
    asked(front)
    page = front.show(AdviserPage(front.context))
    front.settle()
    said = read(page)
    assert "Kommer rundt på egen hånd" in said
    assert "Kan køre med bus 318" in said
    assert "Hvad virker mod angst i bus?" in said
    for secret in (NAME, "Magnus", "internt notat", "et udkast"):
        assert secret not in said
    assert page.case is not None


def test_advice_is_kept_as_it_is_typed_in_ones_own_name(front: Front) -> None:
    case_id, _ = asked(front)
    page = front.show(AdviserPage(front.context))
    front.settle()
    assert page.case is not None
    page.case.advice.add_button.click()
    front.settle()
    type_in(page.case.advice.field(0, "text"), "Øv turen med en, du kender")
    page.flush()
    front.settle()
    (advice,) = queries.case_file(front.replica, case_id).advice
    assert (advice.text, advice.adviser, advice.organisation) == ("Øv turen med en, du kender", ANNA.name, "VISO")


def test_tab_goes_on_from_the_advice_to_its_cross_and_to_one_more(front: Front) -> None:
    """It went from the advice to the lock in the top line."""
    asked(front)
    page = front.show(AdviserPage(front.context))
    front.settle()
    assert page.case is not None
    page.case.advice.add_button.click()
    front.settle()
    page.case.advice.field(0, "text").setFocus()
    reached = []
    for _ in range(2):
        now = QApplication.focusWidget()
        assert now is not None
        QTest.keyClick(now, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        reached.append(now.objectName())
    assert reached == ["own_advice.0.remove", "own_advice.add"]


def test_the_adviser_is_told_when_the_advice_is_kept(front: Front) -> None:
    asked(front)
    page = front.show(AdviserPage(front.context))
    front.settle()
    assert page.case is not None
    assert page.case.kept.text() == "Alt er gemt her"
    page.case.advice.add_button.click()
    front.settle()
    type_in(page.case.advice.field(0, "text"), "Øv turen")
    page.flush()
    front.settle()
    assert page.case.kept.text() == f"Gemt her {front.desk.clock():%H.%M}"


def test_when_the_question_is_closed_the_case_is_gone_from_the_page(front: Front) -> None:
    case_id, request_id = asked(front)
    page = front.show(AdviserPage(front.context))
    front.settle()
    advising.close(front.desk, BODIL, case_id, request_id)
    front.settle()
    assert page.case is None
    assert page.buttons == []
    assert "Ingen spørger dig lige nu" in read(page)


# In the program.


def seat_adviser(desk: Desk) -> Hand:
    """Anna has an account; the others have left the table, and she sits down."""
    place = desk.context.desk
    made: list[accounts.Person] = []
    desk.context.run(
        lambda: accounts.create_person(place, "Anna", "VISO", "", (Role.RAADGIVER,), "øvelse", "1234", practice=True),
        made.append,
    )
    desk.settle()
    desk.window._leave_table()
    desk.settle()
    hand = Hand(made[0].person_id, made[0].name, Role.RAADGIVER)
    desk.context.sign_in(hand)
    desk.window.go_home()
    desk.settle()
    return hand


def test_an_adviser_meets_no_list_of_citizens_and_reaches_no_room(desk: Desk) -> None:
    case_id = desk.case("")
    seat_adviser(desk)
    window = desk.window
    assert window.pages.currentWidget() is window.adviser
    for go in (lambda: window.open_case(case_id), window.new_citizen, window.import_referrals, window.pass_pen):
        go()
        desk.settle()
        assert window.pages.currentWidget() is window.adviser
        assert window.room is None
    assert not window.everywhere.pen_button.isVisible()


def test_an_adviser_never_sits_at_a_table_with_others(desk: Desk) -> None:
    hand = seat_adviser(desk)
    assert desk.context.people == (hand,)
    desk.context.sign_in(BODIL)
    assert desk.context.people == (BODIL,)
    desk.context.sign_in(hand)
    assert desk.context.people == (hand,)


def test_a_second_adviser_at_the_same_machine_meets_nothing_of_the_firsts(front: Front) -> None:
    bo = Hand("p-bo", "Bo Rådgiver", Role.RAADGIVER)
    save(front.replica, Account(bo.person_id, bo.name, "", "PPR", (bo.role,), "", "", "", ""))
    case_id, _ = asked(front)
    page = front.show(AdviserPage(front.context))
    front.until(lambda: page.case)
    page.case.advice.add_button.click()
    front.settle()
    type_in(page.case.advice.findChildren(Field)[0], "Annas råd")
    page.refresh()  # one more read is on its way as the next sits down
    front.context.sign_out()
    assert page.case is None
    front.context.sign_in(bo)
    front.settle()
    assert page.case is None
    assert page.buttons == []
    assert NAME not in read(page)
    assert "Hvad virker mod angst i bus?" not in read(page)
    (advice,) = queries.case_file(front.replica, case_id).advice
    assert (advice.person_id, advice.text) == (ANNA.person_id, "Annas råd")  # what was typed is kept, by its own hand
    lists.add(front.desk, BODIL, case_id, "consent", {"party": "PPR", "given": True})
    advising.ask(front.desk, BODIL, case_id, bo.person_id, "Og hvad siger PPR?")
    page.refresh()
    front.until(lambda: page.case)
    front.settle()
    assert "Og hvad siger PPR?" in read(page)
    page.case.advice.add_button.click()
    front.settle()
    assert [a.adviser for a in queries.case_file(front.replica, case_id).advice] == [ANNA.name, bo.name]


# At the staff's table.


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[RoomTable]:
    table = RoomTable(tmp_path)
    save(table.replica, Account(ANNA.person_id, ANNA.name, "", "VISO", (ANNA.role,), "", "", "", ""))
    yield table
    table.close()


def test_an_adviser_is_asked_from_the_answer_and_their_advice_stands(table: RoomTable) -> None:
    case_id = table.new_case()
    room = table.open()
    table.pen(BODIL)
    room.show_path("ask_adviser.person")
    table.settle()
    asking = room.step(5).more.asking  # type: ignore[attr-defined]
    asking.person.pick(ANNA.name)
    type_in(asking.question, "Hvad virker?")
    asking.go.click()
    table.settle()
    assert "samtykke" in asking.person.error()
    lists.add(table.desk, BODIL, case_id, "consent", {"party": "VISO", "given": True})
    table.settle()
    asking.go.click()
    table.settle()
    assert [r.adviser for r in table.file().advice_requests] == [ANNA.name]
    advice_id = advising.begin_advice(table.desk, ANNA, case_id)
    edit.write_text(table.desk, ANNA, case_id, "advice", advice_id, "text", "Øv turen", new_step("x"))
    table.settle()
    fields = room.step(5).more.advice  # type: ignore[attr-defined]
    assert fields.field(0, "text").text() == "Øv turen"
    assert fields.field(0, "text").read_only()
    assert fields.field(0, "organisation").text() == "VISO"
    (line,) = asking._lines.values()
    line.button.click()
    table.settle()
    assert table.file().advice_requests[0].closed_on is not None


def test_advice_from_nowhere_in_particular_is_not_said_to_be_unwritten(table: RoomTable) -> None:
    save(table.replica, Account(ANNA.person_id, ANNA.name, "", "", (ANNA.role,), "", "", "", ""))
    case_id = table.new_case()
    lists.add(table.desk, BODIL, case_id, "consent", {"party": ANNA.name, "given": True})
    advising.ask(table.desk, BODIL, case_id, ANNA.person_id, "Hvad virker?")
    advice_id = advising.begin_advice(table.desk, ANNA, case_id)
    edit.write_text(table.desk, ANNA, case_id, "advice", advice_id, "text", "Øv turen", new_step("x"))
    room = table.open()
    table.pen(BODIL)
    room.show_path("ask_adviser.person")
    table.settle()
    advice = room.step(5).more.advice  # type: ignore[attr-defined]
    assert advice.field(0, "text").isVisible()
    assert not advice.field(0, "organisation").isVisible()
