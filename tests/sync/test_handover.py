# SPDX-License-Identifier: MPL-2.0
"""A case passes on, or a worker leaves (H3): what is unsent goes up first, no word is lost, and no case stands ownerless."""

from __future__ import annotations

import pytest

from app.models.kinds import FollowUp, Task
from app.services import cases
from app.services.desk import Desk
from app.store import caseload, listing
from app.store.caseload import Asked
from app.store.unit_of_work import new_id
from app.sync import administer
from tests.sync.desks import DeskOf, Desks, goals
from tests.sync.shared import SOUTH, SharedDatabase, Someone


def at(desk: DeskOf) -> Desk:
    return Desk(desk.replica, lambda: desk.clock)


def waits(desk: DeskOf) -> list[str]:
    one = desk.one
    found = listing.due(desk.replica, desk.clock.date(), one.roles[0], one.name, one.person_id)
    return [row.text for row in found]


def free(desk: DeskOf, role: str = "vejleder") -> list[str]:
    rows = caseload.page(desk.replica, desk.clock.date(), Asked(free=role, reader=desk.one.person_id))
    return [row.name for row in rows]


def rounds(*desks: DeskOf) -> None:
    for desk in desks:
        desk.again()


def homes(shared: SharedDatabase, case_id: str) -> int:
    found = shared.owner.execute(
        "SELECT count(*) FROM rundbord_data.case_home WHERE case_id = %s", (case_id,)
    ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_case_that_moves_to_another_team_takes_along_what_its_worker_had_not_sent(
    desks: Desks, shared: SharedDatabase
) -> None:
    """The old worker had no network when it was moved: their words reach the new team before the case leaves them."""
    old, new = desks.of("bodil"), desks.of("sofie")
    case_id = old.new_case("Nancy Ann")
    rounds(old, new)
    assert new.values("case") == {}
    old.write(case_id, "goal", words="skrevet uden net")
    shared.connect("lene").execute("SELECT rundbord.move_case(%s, %s)", (case_id, shared.team(SOUTH)))
    assert homes(shared, case_id) == 1
    rounds(new)
    assert set(new.values("case")) == {case_id}, "it is the new team's at once, and nobody's at no time"
    assert goals(old) == ["skrevet uden net"]
    rounds(old, new)
    assert goals(new) == ["skrevet uden net"]
    assert old.values("case") == {}
    assert old.status.unsent == old.status.set_aside == 0


@pytest.fixture
def leaver(desks: Desks, shared: SharedDatabase) -> tuple[Someone, DeskOf, DeskOf, str]:
    """A vejleder of the team who holds a case with a day to meet, their desk, a colleague's, and the case."""
    one = shared.add("Vera Vejleder", ("vejleder",))
    here, there = desks.of(one.key), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.write(case_id, "case", case_id, vejleder=one.name, bestiller=shared.people["bodil"].name)
    with at(here).step(here.hand(), case_id, "Skriv") as work:
        work.create(FollowUp(id=new_id(), case_id=case_id, date=here.clock.date()))
        work.create(Task(id=new_id(), case_id=case_id, text="Ring", due=here.clock.date(), for_person=one.name))
    rounds(here, there)
    return one, here, there, case_id


def test_whoever_leaves_hands_in_what_is_unsent_and_their_cases_are_the_teams_until_another_is_named(
    leaver: tuple[Someone, DeskOf, DeskOf, str], shared: SharedDatabase
) -> None:
    """What waited on such a case was told to nobody, and no list had it but the team's whole one."""
    one, here, there, case_id = leaver
    assert (waits(there), free(there)) == ([], [])
    here.write(case_id, "goal", words="skrevet før jeg gik")
    administer.remove_person(shared.connect("karen"), one.login)
    rounds(here)
    assert here.values("case") == {}
    there.restart()
    rounds(there)
    assert goals(there) == ["skrevet før jeg gik"]
    assert sorted(waits(there)) == ["I mødes igen i dag", "Ring"]
    assert free(there) == ["Nancy Ann"]
    assert free(there, "bestiller") == []
    there.write(case_id, "case", case_id, vejleder=there.one.name)
    assert free(there) == []
    assert sorted(waits(there)) == ["I mødes igen i dag", "Ring"]


def test_a_namesake_who_still_works_here_holds_the_case(
    leaver: tuple[Someone, DeskOf, DeskOf, str], shared: SharedDatabase
) -> None:
    one, _, there, _ = leaver
    shared.add(one.name, ("vejleder",))
    administer.remove_person(shared.connect("karen"), one.login)
    there.restart()
    rounds(there)
    assert (waits(there), free(there)) == ([], [])


def test_a_change_of_coordinator_leaves_no_moment_without_one(desks: Desks, shared: SharedDatabase) -> None:
    """The old one ends and the new begins in one transaction, and comes so to every desk."""
    here, there = desks.of("bodil"), desks.of("vagn")
    other = shared.add("Berit Bestiller", ("bestiller",))
    here.round()
    case_id = here.new_case("Nancy Ann")
    cases.appoint_coordinator(at(here), here.hand(), case_id, here.one.name)
    rounds(here, there)
    here.write(case_id, "plan", purpose="skrevet af den første")
    cases.appoint_coordinator(at(here), here.hand(), case_id, other.name)
    for desk in (here, there):
        rounds(desk)
        now = [row["name"] for row in desk.values("coordinator").values() if row["until"] is None]
        assert now == [other.name]
    assert [row["purpose"] for row in there.values("plan").values()] == ["skrevet af den første"]
