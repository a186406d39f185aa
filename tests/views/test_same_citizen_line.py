# SPDX-License-Identifier: MPL-2.0
"""The room asks quietly whether two records are one citizen's, with the names veiled until somebody asks to see (A7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.roles import Hand, Role
from app.qt.theme import theme_of
from app.services import edit, same_citizen
from app.store.unit_of_work import new_step
from app.views.parts.buttons import Button
from app.views.parts.words import Words
from app.views.room.room import Room
from app.views.room.same_citizen import SameCitizenCard
from tests.views.room_table import BODIL, VAGN, Table

NANCY = "2512489996"
SHARED = "Der er to sager på samme CPR-nummer. Er det samme borger?"


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    yield made
    made.close()


def come(table: Table, name: str) -> tuple[str, str]:
    """A citizen with the number; (case, citizen)."""
    case_id = table.new_case(name)
    citizen = table.file().citizen.id
    edit.write_number(table.desk, VAGN, case_id, citizen, NANCY, new_step("Ret CPR-nummer"))
    return case_id, citizen


def words(room: Room) -> str:
    return "\n".join(w.text() for w in room.same.findChildren(Words) if w.isVisibleTo(room))


def card(room: Room) -> str:
    """What the card says, if it lies over the room."""
    found = room.findChildren(SameCitizenCard)
    return "\n".join(w.text() for w in found[0].findChildren(Words)) if found and found[0].isVisible() else ""


def button(room: Room, name: str) -> Button:
    found = [b for b in room.findChildren(Button, name) if b.isVisibleTo(room)]
    assert len(found) == 1, name
    return found[0]


def press(table: Table, room: Room, name: str) -> None:
    button(room, name).click()
    table.settle()


def test_nothing_is_said_where_there_is_nothing_to_ask(table: Table) -> None:
    case_id, _ = come(table, "Nancy Berggren")
    assert not table.open(case_id).same.isVisible()


def test_it_is_asked_quietly_and_names_are_veiled_until_asked_for(table: Table) -> None:
    one, _ = come(table, "Nancy Berggren")
    come(table, "Bibi Moberg")
    room = table.open(one)
    assert words(room) == SHARED
    press(table, room, "same.see")
    said = card(room)
    assert "Denne sag: Nancy Berggren, sag 2026-" in said
    assert "Den anden: Bibi Moberg, sag 2026-" in said
    assert said.count("Oprettet af Vagn Vejleder kl. 10.42.") == 2
    assert QApplication.focusWidget() is button(room, "same.yes")
    press(table, room, "same.close")
    assert words(room) == SHARED
    assert card(room) == ""


def test_yes_shows_the_other_case_and_leads_to_it_and_it_is_logged(table: Table) -> None:
    one, _ = come(table, "Nancy Berggren")
    other, _ = come(table, "Bibi Moberg")
    room = table.open(one)
    press(table, room, "same.see")
    press(table, room, "same.yes")
    assert words(room) == "Har også"
    opened: list[str] = []
    room.same.opened.connect(opened.append)
    press(table, room, "same.also.0")
    assert opened == [other]
    second = table.open(other)
    assert words(second) == "Har også"
    looks = table.replica.connection.execute("SELECT case_id FROM access_log WHERE action = 'åbnet'").fetchall()
    assert looks == [(one,), (other,)]


def test_it_is_taken_apart_again_from_either_case(table: Table) -> None:
    one, _ = come(table, "Nancy Berggren")
    other, second = come(table, "Bibi Moberg")
    same_citizen.answer(table.desk, VAGN, one, second, True)
    room = table.open(other)
    press(table, room, "same.more")
    assert "Nancy Berggren, sag 2026-" in card(room)
    press(table, room, "same.part.0")
    assert not room.same.isVisible()
    assert same_citizen.look(table.desk, VAGN, one) is None


def test_no_is_remembered_and_says_what_is_left_to_do(table: Table) -> None:
    one, _ = come(table, "Nancy Berggren")
    come(table, "Bibi Moberg")
    room = table.open(one)
    press(table, room, "same.see")
    press(table, room, "same.no")
    assert not room.same.isVisible()
    assert table.said.told[-1].startswith("Det er husket: to borgere.")


def test_the_question_comes_while_the_room_is_open_and_undo_brings_it_back(table: Table) -> None:
    one, _ = come(table, "Nancy Berggren")
    room = table.open(one)
    other, second = come(table, "Bibi Moberg")
    table.settle()
    assert words(room) == SHARED
    same_citizen.answer(table.desk, VAGN, one, second, True)
    table.settle()
    assert words(room) == "Har også"
    room.undo_last()
    table.settle()
    assert words(room) == SHARED
    assert other


def test_a_leder_sees_the_question_and_leaves_the_answer_to_those_at_the_table(table: Table) -> None:
    one, _ = come(table, "Nancy Berggren")
    come(table, "Bibi Moberg")
    table.context.sign_out()
    table.context.sign_in(Hand("p-leder", "Lis Leder", Role.LEDER))
    room = table.open(one)
    press(table, room, "same.see")
    assert not button(room, "same.yes").isEnabled()
    assert "bestilleren eller vejlederen" in button(room, "same.yes").toolTip()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_wider_than_the_table(table: Table, qapp: QApplication, percent: int) -> None:
    theme_of().apply(qapp, "light", percent)
    one, _ = come(table, "Nancy Ann Margrethe Vilhelmine Test Berggren-Kjærgaard")
    come(table, "Bibi Moberg")
    room = table.open(one)
    press(table, room, "same.see")
    assert (room.width(), room.height()) == (1366, 768)
    for part in (button(room, "same.see"), button(room, "same.yes"), button(room, "same.open.0")):
        holder = part.parentWidget()
        assert holder is not None
        assert holder.rect().contains(part.geometry())


def test_who_answered_what_is_told_where_two_disagree(table: Table) -> None:
    one, citizen = come(table, "Nancy Berggren")
    _, second = come(table, "Bibi Moberg")
    same_citizen.answer(table.desk, VAGN, one, second, True)
    db = table.replica.connection
    first = db.execute("SELECT standing FROM rec_same_citizen").fetchone()[0]
    standing = json.loads(first)
    standing[""].append(["zz-no", BODIL.person_id, BODIL.name, "bestiller", "2026-11-26T10:50:00.000+01:00"])
    standing["same"] = [[standing["same"][0], {"v": True}], [1, {"v": False}]]
    db.execute("UPDATE rec_same_citizen SET standing = ?", (json.dumps(standing),))
    room = table.open(one)
    assert words(room) == "I har svaret hver sit: Er det samme borger?"
    press(table, room, "same.see")
    assert "Vagn svarede ja kl. 10.42." in card(room)
    assert "Bodil svarede nej kl. 10.50." in card(room)
    press(table, room, "same.no")
    assert not room.same.isVisible()
    assert citizen
