# SPDX-License-Identifier: MPL-2.0
"""Two records with one number are never refused but asked about, and joined so that it can be undone (A7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Role
from app.models.kinds import Citizen
from app.services import cases, edit, same_citizen, undo
from app.services.desk import Desk
from app.store import caseload, listing, outgoing
from app.store.caseload import Asked, CaseRow
from app.store.same_citizen import Because, waiting
from app.store.unit_of_work import new_step
from tests.store.desk import BODIL, HANDS, NOW, TODAY, VAGN, Store, fresh

NANCY = "2512489996"
EINER = "0201609995"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store.replica, clock=lambda: NOW)


def come(desk: Desk, name: str, number: str = "", **about: str) -> tuple[str, str]:
    """A citizen with a case; (case, citizen)."""
    opened = cases.new_citizen(desk, VAGN, name, "gaden", vejleder=VAGN.name, **about)
    if number:
        edit.write_number(desk, VAGN, opened.case_id, opened.citizen_id, number, new_step("Ret CPR-nummer"))
    return opened.case_id, opened.citizen_id


def asked(desk: Desk, case_id: str) -> list[tuple[str, str]]:
    family = same_citizen.look(desk, BODIL, case_id)
    return [(c.name, one.because.value) for one in family.asked for c in one.cases] if family else []


def also(desk: Desk, case_id: str) -> list[str]:
    family = same_citizen.look(desk, BODIL, case_id)
    return [c.case_id for c in family.also] if family else []


def found(desk: Desk, text: str, **narrow: object) -> list[CaseRow]:
    return list(caseload.page(desk.replica, TODAY, Asked(text, **narrow)))  # type: ignore[arg-type]


def test_one_number_on_two_cases_is_asked_about_in_both(desk: Desk) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    other, _ = come(desk, "N. A. Berggren", NANCY)
    third, _ = come(desk, "Einer Lauridsen", EINER)
    assert asked(desk, one) == [("N. A. Berggren", Because.NUMBER.value)]
    assert asked(desk, other) == [("Nancy Berggren", Because.NUMBER.value)]
    assert same_citizen.look(desk, BODIL, third) is None


def test_it_is_told_who_opened_the_other_case_and_when(desk: Desk) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    other, _ = come(desk, "Nancy Berggren", NANCY)
    family = same_citizen.look(desk, BODIL, one)
    assert family is not None
    theirs = family.asked[0].cases[0]
    assert (theirs.case_id, theirs.by, theirs.at) == (other, VAGN.name, NOW)
    assert theirs.number != family.own.number


def test_only_the_number_in_force_counts(desk: Desk) -> None:
    one, citizen = come(desk, "Nancy Berggren", NANCY)
    come(desk, "En helt anden", NANCY)
    edit.write_number(desk, VAGN, one, citizen, EINER, new_step("Ret CPR-nummer"))
    assert asked(desk, one) == []


def test_a_near_name_and_the_same_day_of_birth_are_asked_about(desk: Desk) -> None:
    one, first = come(desk, "Einer Lauridsen")
    other, second = come(desk, "Ejner Lauridsen")
    for case_id, citizen in ((one, first), (other, second)):
        with desk.step(VAGN, case_id, "Ret fødselsdag") as work:
            work.write("citizen", citizen, {"birth_date": date(1960, 1, 2)})
    assert asked(desk, one) == [("Ejner Lauridsen", Because.BORN.value)]


def test_two_cpr_numbers_are_two_people_though_they_are_born_the_same_day(desk: Desk) -> None:
    one, _ = come(desk, "Else Lauridsen", "0201919990")
    come(desk, "Ellen Lauridsen", "0201919996")
    come(desk, "Else Lauritsen", "0201919995")
    assert asked(desk, one) == []


def test_yes_makes_one_of_them_and_moves_nothing(desk: Desk, store: Store) -> None:
    one, first = come(desk, "Nancy Berggren", NANCY)
    other, second = come(desk, "Bibi Moberg", NANCY)
    before = store.sql("SELECT id, case_id, citizen_id FROM rec_identifier ORDER BY id")
    same_citizen.answer(desk, BODIL, one, second, True)
    assert asked(desk, one) == asked(desk, other) == []
    assert (also(desk, one), also(desk, other)) == ([other], [one])
    assert store.sql("SELECT id, case_id, citizen_id FROM rec_identifier ORDER BY id") == before
    assert cases.read_case(desk, VAGN, one).citizen.id == first
    for text in ("nancy", "bibi", "moberg berggren", NANCY):
        (hit,) = found(desk, text)
        assert hit.case_id == other  # the newest that has not ended
        assert len(hit.also) == 1
        assert caseload.count(desk.replica, TODAY, Asked(text)) == 1


def test_every_case_is_still_in_a_list_that_is_narrowed_and_in_what_is_taken_out(desk: Desk) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    other, second = come(desk, "Nancy Berggren", NANCY)
    same_citizen.answer(desk, BODIL, one, second, True)
    assert {row.case_id for row in found(desk, "nancy", worker=VAGN.name)} == {one, other}
    assert {row.case_id for row in found(desk, "nancy", source="gaden")} == {one, other}
    assert {row.case_id for row in found(desk, "")} == {one, other}
    assert len(caseload.everybody(desk.replica, TODAY, Asked("nancy"))) == 2


def test_no_is_remembered(desk: Desk) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    other, second = come(desk, "Nancy Berggren", NANCY)
    same_citizen.answer(desk, BODIL, one, second, False)
    assert same_citizen.look(desk, VAGN, one) is None
    assert same_citizen.look(desk, VAGN, other) is None
    assert len(found(desk, "nancy")) == 2


def test_a_yes_can_be_undone_and_a_no_written_over(desk: Desk) -> None:
    one, first = come(desk, "Nancy Berggren", NANCY)
    other, second = come(desk, "Bibi Moberg", NANCY)
    same_citizen.answer(desk, BODIL, one, second, True)
    assert undo.undo(desk, BODIL, one).name == same_citizen.YES
    assert (len(asked(desk, one)), also(desk, other)) == (1, [])
    assert [row.name for row in found(desk, "bibi")] == ["Bibi Moberg"]
    assert found(desk, "bibi")[0].also == ()
    same_citizen.answer(desk, VAGN, other, first, False)
    assert asked(desk, one) == []
    same_citizen.answer(desk, BODIL, one, second, True)
    assert also(desk, other) == [one]
    same_citizen.answer(desk, BODIL, other, first, False)
    assert (also(desk, one), asked(desk, one)) == ([], [])
    assert len(found(desk, NANCY)) == 2


def test_whoever_is_one_with_one_of_them_is_one_with_both(desk: Desk) -> None:
    (one, first), (other, second), (third, last) = (come(desk, f"Nancy {n}", NANCY) for n in ("Ann", "Bo", "Dam"))
    same_citizen.answer(desk, BODIL, one, second, True)
    same_citizen.answer(desk, BODIL, other, last, True)
    assert asked(desk, one) == []
    assert set(also(desk, third)) == {one, other}
    (hit,) = found(desk, "ann bo dam")
    assert len(hit.also) == 2
    same_citizen.answer(
        desk, BODIL, one, last, False
    )  # never answered between these two, and linked by way of the second
    assert (also(desk, one), also(desk, third)) == ([other], [])
    same_citizen.answer(desk, BODIL, third, first, True)
    assert set(also(desk, one)) == {other, third}


def test_today_asks_the_worker_who_holds_a_case_once(desk: Desk, store: Store) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    _, second = come(desk, "Bibi Moberg", NANCY)
    (row,) = waiting(store.replica, VAGN.person_id, VAGN.name, TODAY)
    assert (row.case_id, row.kind, row.name) == (one, "same", "Nancy Berggren")
    assert row.text.startswith("Er det samme borger som Bibi Moberg, sag 2026-")
    assert waiting(store.replica, BODIL.person_id, BODIL.name, TODAY) == ()
    same_citizen.answer(desk, VAGN, one, second, False)
    assert waiting(store.replica, VAGN.person_id, VAGN.name, TODAY) == ()


def test_a_case_one_may_not_read_is_told_of_by_nothing(desk: Desk, store: Store) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    other, second = come(desk, "Bibi Moberg", NANCY)
    outgoing.join(store.replica)
    for case_id, reader in ((one, BODIL), (other, BODIL), (one, VAGN)):
        read = "INSERT INTO case_reader (case_id, person_id, seq, fetch) VALUES (?, ?, 1, 0)"
        store.sql(read, case_id, reader.person_id)
    assert same_citizen.look(desk, VAGN, one) is None
    assert same_citizen.look(desk, VAGN, other) is None
    assert waiting(store.replica, VAGN.person_id, VAGN.name, TODAY) == ()
    assert len(asked(desk, one)) == 1
    same_citizen.answer(desk, BODIL, one, second, True)
    assert same_citizen.look(desk, VAGN, one) is None


@pytest.mark.parametrize("role", [Role.LEDER, Role.RAADGIVER])
def test_only_those_at_the_table_answer(desk: Desk, role: Role) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    _, second = come(desk, "Bibi Moberg", NANCY)
    with pytest.raises(UserError):
        same_citizen.answer(desk, HANDS[role], one, second, True)
    seen = same_citizen.look(desk, HANDS[role], one)
    assert (seen is None) is (role is Role.RAADGIVER)


def test_a_case_that_is_gone_is_answered_by_one_sentence(desk: Desk) -> None:
    one, first = come(desk, "Nancy Berggren", NANCY)
    for gone in ("nobody", first):
        with pytest.raises(UserError, match="ikke mere"):
            same_citizen.answer(desk, BODIL, one, gone, True)


def test_at_the_door_a_person_with_two_records_is_met_once(desk: Desk) -> None:
    one, _ = come(desk, "Nancy Berggren", NANCY)
    _, second = come(desk, "Nancy Bergren", NANCY)
    assert len(cases.near_duplicates(desk, VAGN, "Nancy Berggren", None)) == 2
    same_citizen.answer(desk, BODIL, one, second, True)
    assert len(cases.near_duplicates(desk, VAGN, "Nancy Berggren", None)) == 1


def test_a_new_name_is_found_by_both(desk: Desk) -> None:
    one, first = come(desk, "Nancy Berggren", NANCY)
    _, second = come(desk, "Bibi Moberg", NANCY)
    same_citizen.answer(desk, BODIL, one, second, True)
    edit.write_text(desk, VAGN, one, "citizen", first, "name", "Vibeke Holm", new_step("Navn"))
    assert len(found(desk, "vibeke moberg")) == 1
    assert found(desk, "nancy") == []
    near = listing.citizen_by_number(desk.replica, NANCY)
    assert near is not None
    assert near.same == min(first, second)


def test_a_citizen_is_read_whole_from_their_own_case(desk: Desk) -> None:
    """An answer is no part of the citizen: nothing of one record stands on the other."""
    one, _ = come(desk, "Nancy Berggren", NANCY, known={"phone": "12345678"})  # type: ignore[arg-type]
    other, second = come(desk, "Bibi Moberg", NANCY)
    same_citizen.answer(desk, BODIL, one, second, True)
    citizen = cases.read_case(desk, VAGN, other).citizen
    assert isinstance(citizen, Citizen)
    assert (citizen.name, citizen.phone) == ("Bibi Moberg", "")
