# SPDX-License-Identifier: MPL-2.0
"""Two desks that are apart make the same citizen: asked about on both, joined by an answer, and taken apart again (A7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models.kinds import Identifier
from app.services import same_citizen, undo
from app.services.desk import Desk
from app.store import caseload, conversations
from app.store.caseload import Asked
from app.store.same_citizen import Family
from app.store.unit_of_work import new_id
from app.sync import administer
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SOUTH, SharedDatabase

NANCY = "2512489996"


def come(desk: DeskOf, name: str) -> tuple[str, str]:
    """A citizen comes in and tells her number; (case, citizen)."""
    case_id = desk.new_case(name)
    citizen = str(desk.rows("SELECT citizen_id FROM rec_case WHERE id = ?", case_id)[0][0])
    with desk.work(case_id) as work:
        number = Identifier(id=new_id(), case_id=case_id, citizen_id=citizen, type="cpr", value=NANCY)
        work.create(number)
    return case_id, citizen


def at(desk: DeskOf) -> Desk:
    return Desk(desk.replica, clock=lambda: desk.clock)


def told(desk: DeskOf, case_id: str) -> Family | None:
    return same_citizen.look(at(desk), desk.hand(), case_id)


def answer(desk: DeskOf, case_id: str, other: str, same: bool, seen: list[str] | None = None) -> None:
    desk.clock += timedelta(minutes=1)
    same_citizen.answer(at(desk), desk.hand(), case_id, other, same, seen)


def hits(desk: DeskOf, text: str) -> list[int]:
    """How many cases each line of a search stands for."""
    asked = Asked(text, reader=desk.one.person_id)
    return [1 + len(r.also) for r in caseload.page(desk.replica, desk.clock.date(), asked)]


def meet(*desks: DeskOf) -> None:
    for desk in (*desks, *desks):
        assert desk.round().state is State.SHARED


@pytest.fixture
def two(desks: Desks) -> tuple[DeskOf, DeskOf]:
    here, there = desks.of("bodil"), desks.of("vagn")
    meet(here, there)
    return here, there


@pytest.mark.parametrize("first", [0, 1])
def test_both_records_stand_on_both_desks_and_both_are_asked(two: tuple[DeskOf, DeskOf], first: int) -> None:
    here, there = two
    (one, citizen), (other, second) = come(here, "Nancy Berggren"), come(there, "Nancy A. Berggren")
    order = (here, there) if first == 0 else (there, here)
    meet(*order)
    for desk in two:
        assert len(desk.values("citizen")) == 2
        for case_id, who, whose in ((one, second, there), (other, citizen, here)):
            family = told(desk, case_id)
            assert family is not None
            assert [(a.citizen_id, a.cases[0].by) for a in family.asked] == [(who, whose.one.name)]
    answer(order[0], one, second, True)
    assert hits(order[0], "nancy") == [2]
    meet(*order)
    assert here.stands() == there.stands()
    for desk in two:
        assert hits(desk, "nancy") == [2]
        family = told(desk, other)
        assert family is not None
        assert ([c.case_id for c in family.also], family.asked) == ([one], ())
    answer(order[1], other, citizen, False)
    meet(*order)
    for desk in two:
        assert hits(desk, "nancy") == [1, 1]
        assert told(desk, one) is None
    assert undo.undo(at(order[1]), order[1].hand(), min(one, other)).name == same_citizen.NO
    meet(*order)
    assert here.stands() == there.stands()
    assert hits(here, "nancy") == hits(there, "nancy") == [2]


@pytest.mark.parametrize("first", [0, 1])
def test_two_who_answer_apart_and_not_alike_are_both_heard(two: tuple[DeskOf, DeskOf], first: int) -> None:
    here, there = two
    (one, citizen), (other, second) = come(here, "Nancy Berggren"), come(there, "Nancy A. Berggren")
    meet(here, there)
    answer(here, one, second, True)
    answer(there, other, citizen, False)
    order = (here, there) if first == 0 else (there, here)
    meet(*order)
    assert here.stands() == there.stands()
    for desk in two:
        family = told(desk, one)
        assert family is not None
        (asked,) = family.asked
        assert {(s.name, s.same) for s in asked.said} == {("Bodil Bestiller", True), ("Vagn Vejleder", False)}
        assert hits(desk, "nancy") == [1, 1]
        (talk,) = conversations.conversations(desk.replica, min(one, other))
        assert (talk.kind, talk.fields) == ("same_citizen", ("same",))
    family = told(here, other)
    assert family is not None
    answer(here, other, citizen, True, [s.change_id for s in family.asked[0].said])
    meet(*order)
    for desk in two:
        assert hits(desk, "nancy") == [2]
        assert conversations.conversations(desk.replica, min(one, other)) == ()
    assert here.stands() == there.stands()


def test_two_who_answer_apart_and_alike_have_answered(two: tuple[DeskOf, DeskOf]) -> None:
    here, there = two
    (one, citizen), (other, second) = come(here, "Nancy Berggren"), come(there, "Nancy A. Berggren")
    meet(here, there)
    answer(here, one, second, True)
    answer(there, other, citizen, True)
    meet(there, here)
    assert here.stands() == there.stands()
    assert hits(here, "nancy") == hits(there, "nancy") == [2]
    assert conversations.conversations(here.replica, min(one, other)) == ()


def test_another_teams_case_is_never_told_of(desks: Desks) -> None:
    north, south = desks.of("bodil"), desks.of("sofie")
    meet(north, south)
    (one, _), (other, _) = come(north, "Nancy Berggren"), come(south, "Nancy Berggren")
    meet(north, south)
    assert told(north, one) is None
    assert told(south, other) is None


def test_a_desk_that_fetches_whole_cases_finds_them_joined(two: tuple[DeskOf, DeskOf], desks: Desks) -> None:
    here, there = two
    (one, _), (_, second) = come(here, "Nancy Berggren"), come(there, "Bibi Moberg")
    meet(here, there)
    answer(here, one, second, True)
    meet(here)
    late = desks.of("lene")
    meet(late)
    assert hits(late, "nancy moberg") == [2]


def test_when_one_of_the_cases_leaves_the_other_is_found_alone(
    two: tuple[DeskOf, DeskOf], shared: SharedDatabase
) -> None:
    here, there = two
    (one, _), (other, second) = come(here, "Nancy Berggren"), come(there, "Bibi Moberg")
    meet(here, there)
    answer(here, one, second, True)
    meet(here, there)
    south = shared.owner.execute("SELECT id FROM rundbord_data.team WHERE name = %s", (SOUTH,)).fetchone()
    assert south is not None
    shared.connect("lene").execute("SELECT rundbord.move_case(%s, %s)", (other, south[0]))
    meet(here)
    assert [r[0] for r in here.rows("SELECT id FROM rec_case")] == [one]
    assert hits(here, "nancy") == [1]
    assert hits(here, "moberg") == []
    assert told(here, one) is None


def test_a_database_of_the_version_before_takes_the_new_kind_along(
    two: tuple[DeskOf, DeskOf], shared: SharedDatabase
) -> None:
    here, there = two
    shared.owner.execute("DELETE FROM rundbord_data.field_rule WHERE kind = 'same_citizen'")
    administer.init(shared.owner)
    (one, _), (_, second) = come(here, "Nancy Berggren"), come(there, "Bibi Moberg")
    meet(here, there)
    answer(here, one, second, True)
    meet(here, there)
    assert hits(there, "nancy") == [2]
