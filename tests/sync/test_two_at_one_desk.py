# SPDX-License-Identifier: MPL-2.0
"""A guest from another team at somebody's desk, over a real server: what lies in the one replica is each their own to see."""

from __future__ import annotations

import pytest

from app.services.desk import Desk
from app.store import caseload, listing, readers
from app.store.caseload import Asked
from app.store.unit_of_work import Refused
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import NORTH, SOUTH, SharedDatabase, Someone


def sees(desk: DeskOf, one: Someone) -> set[str]:
    """The cases a person is listed at this desk."""
    asked = Asked(reader=one.person_id)
    return {row.case_id for row in caseload.page(desk.replica, desk.clock.date(), asked)}


def rounds(*desks: DeskOf) -> None:
    for desk in (*desks, *desks):
        assert desk.again().state is State.SHARED


def move(shared: SharedDatabase, leader: str, case_id: str, team: str) -> None:
    shared.connect(leader).execute("SELECT rundbord.move_case(%s, %s)", (case_id, shared.team(team)))


@pytest.fixture
def cases(desks: Desks) -> tuple[str, str]:
    """One case in each team."""
    north, south = desks.of("vagn"), desks.of("sofie")
    made = north.new_case("Nancy Nord"), south.new_case("Sonja Syd")
    rounds(north, south)
    return made


def test_each_is_shown_what_their_own_team_has(desks: Desks, cases: tuple[str, str], shared: SharedDatabase) -> None:
    desk = desks.of("bodil", "sofie")
    rounds(desk)
    assert listing.count_cases(desk.replica) == 2
    assert (sees(desk, shared.bodil), sees(desk, shared.sofie)) == ({cases[0]}, {cases[1]})
    assert sees(desk, shared.vagn) == set(), "not before the server has told what he reads"


def test_two_of_one_team_are_shown_the_same_and_nothing_is_narrowed(
    desks: Desks, cases: tuple[str, str], shared: SharedDatabase
) -> None:
    desk, far = desks.of("bodil", "vagn"), desks.of("vagn")
    rounds(desk, far)
    new = far.new_case("Ny i nord")
    rounds(far, desk)
    for one in (shared.bodil, shared.vagn):
        assert sees(desk, one) == {cases[0], new}
        assert readers.reads_all(desk.replica, one.person_id)


def test_a_case_made_with_a_guest_is_both_theirs_until_it_is_shared(desks: Desks, shared: SharedDatabase) -> None:
    desk = desks.of("bodil", "sofie", "vagn")
    rounds(desk)
    new = desk.new_case("Åse Ødegaard")
    for one in (desk.one, *desk.guests):
        assert sees(desk, one) == {new}
    rounds(desk)
    assert sees(desk, shared.bodil) == sees(desk, shared.vagn) == {new}
    assert sees(desk, shared.sofie) == set(), "the server has it in Bodil's team"
    assert desk.rows("SELECT count(*) FROM change WHERE refused IS NOT NULL") == [(0,)]


def test_a_door_that_opens_and_closes_for_a_guest(desks: Desks, cases: tuple[str, str], shared: SharedDatabase) -> None:
    desk = desks.of("bodil", "sofie")
    rounds(desk)
    move(shared, "lene", cases[0], SOUTH)
    rounds(desk)
    assert (sees(desk, shared.bodil), sees(desk, shared.sofie)) == (set(), set(cases))
    move(shared, "sanne", cases[0], NORTH)
    rounds(desk)
    assert (sees(desk, shared.bodil), sees(desk, shared.sofie)) == ({cases[0]}, {cases[1]})


def test_a_guest_writes_nothing_in_a_case_that_is_not_theirs(
    desks: Desks, cases: tuple[str, str], shared: SharedDatabase
) -> None:
    desk = desks.of("bodil", "sofie")
    rounds(desk)
    with pytest.raises(Refused, match="ikke adgang"):
        desk.write(cases[0], "next_step", by=shared.sofie, what="Ringer")
    service = Desk(desk.replica, clock=lambda: desk.clock)
    service.require_open(desk.hand(), cases[0])
    with pytest.raises(Refused, match="ikke adgang"):
        service.require_open(desk.hand(shared.sofie), cases[0])


def test_a_word_the_server_refuses_makes_nobody_a_reader(
    desks: Desks, cases: tuple[str, str], shared: SharedDatabase
) -> None:
    """As from a program that did not ask: what is to be fetched anew is not thereby read."""
    desk = desks.of("bodil", "sofie")
    rounds(desk)
    sofie = shared.sofie.person_id
    with desk.replica.transaction() as db:
        readers.server_says(db, sofie, [(cases[0], 0)])
    desk.write(cases[0], "next_step", by=shared.sofie, what="Ringer")
    with desk.replica.transaction() as db:
        db.execute("DELETE FROM case_reader WHERE case_id = ? AND person_id = ?", (cases[0], sofie))
        db.execute("UPDATE case_sync SET mixed = 1")
    rounds(desk)
    assert desk.rows("SELECT DISTINCT refused FROM change WHERE author = ?", sofie) == [("not_yours",)]
    assert sees(desk, shared.sofie) == {cases[1]}
    assert sees(desk, shared.bodil) == {cases[0]}
