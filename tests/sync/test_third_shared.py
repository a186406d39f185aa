# SPDX-License-Identifier: MPL-2.0
"""Treenighed over the sharing (G4): the third is told at their own desk at once, and also of what was written with no network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.roles import Hand, Role
from app.models.kinds import Meeting, Participant, singleton_id
from app.services import cases, seats, third
from app.services.desk import Desk
from app.store.third import sittings
from app.store.unit_of_work import new_id
from app.views.today.page import TodayPage
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase
from tests.sync.test_two_windows import WindowDesk, case_at_both, until

DAY = timedelta(days=1)


def agree(desk: Desk, case_id: str, shared: SharedDatabase, met: date) -> None:
    """The two are named on the case, and have met on it with the citizen."""
    names = {role: shared.people[key].name for role, key in (("bestiller", "bodil"), ("vejleder", "vagn"))}
    vagn = Hand(shared.people["vagn"].person_id, names["vejleder"], Role.VEJLEDER)
    with desk.step(vagn, case_id, "Mød borgeren") as work:
        work.write("case", case_id, dict(names))
        meeting = Meeting(id=new_id(), case_id=case_id, date=met)
        work.create(meeting)
        for role, name in names.items():
            work.create(Participant(id=new_id(), case_id=case_id, meeting_id=meeting.id, name=name, role=role))


def told(desk: DeskOf, after: timedelta = 0 * DAY) -> list[str]:
    found = third.waiting(Desk(desk.replica, lambda: desk.clock + after), desk.hand())
    return [row.text.partition(": ")[2].partition(". ")[0] for row in found]


def set_aside(desk: DeskOf) -> None:
    at = Desk(desk.replica, lambda: desk.clock)
    for row in third.waiting(at, desk.hand()):
        third.set_aside(at, desk.hand(), row)


def rounds(*desks: DeskOf) -> None:
    for desk in desks:
        desk.round()


@pytest.fixture
def agreed(shared: SharedDatabase, desks: Desks) -> tuple[DeskOf, DeskOf, str]:
    """The vejleder's desk and the bestiller's, and a case they have agreed on a week ago."""
    vagn, bodil = desks.of("vagn"), desks.of("bodil")
    case_id = vagn.new_case("Nancy Ann Berggren")
    agree(Desk(vagn.replica, lambda: vagn.clock), case_id, shared, vagn.clock.date() - 7 * DAY)
    rounds(vagn, bodil)
    return vagn, bodil, case_id


def test_it_is_told_both_ways_and_what_is_read_at_one_desk_is_read_at_all(
    agreed: tuple[DeskOf, DeskOf, str], desks: Desks
) -> None:
    vagn, bodil, case_id = agreed
    another = desks.of("vagn")
    bodil.write(case_id, "plan", purpose="Kommer rundt")
    rounds(bodil, vagn, another)
    assert told(vagn) == told(another) == ["formålet"]
    assert told(bodil) == []
    set_aside(vagn)
    rounds(vagn, another)
    assert told(vagn) == told(another) == []
    vagn.write(case_id, "goal", goal="Kan køre med bus 318")
    rounds(vagn, bodil)
    assert told(bodil) == ["mål 1"]


def test_what_was_written_with_no_network_is_told_though_what_came_after_it_has_been_read(
    agreed: tuple[DeskOf, DeskOf, str], desks: Desks
) -> None:
    """It is the older by its id, and comes after: a mark of "read until now" hid it."""
    vagn, bodil, case_id = agreed
    away = desks.of("bodil")
    away.round()
    away.write(case_id, "plan", purpose="Kommer rundt")  # the cable is out
    bodil.write(case_id, "bridge", text="Cykelværkstedet")
    rounds(bodil, vagn)
    assert told(vagn) == ["vejen videre"]
    set_aside(vagn)
    rounds(away, vagn)
    assert told(vagn) == []  # once a day
    assert told(vagn, DAY) == ["formålet"]


def test_a_desk_that_fetches_the_case_tells_of_what_has_not_been_read_and_of_nothing_else(
    agreed: tuple[DeskOf, DeskOf, str], desks: Desks
) -> None:
    vagn, bodil, case_id = agreed
    bodil.write(case_id, "plan", purpose="Kommer rundt")
    rounds(bodil, vagn)
    set_aside(vagn)
    bodil.clock += DAY
    bodil.write(case_id, "bridge", text="Cykelværkstedet")
    rounds(vagn, bodil)
    new = desks.of("vagn")
    new.round()
    assert told(new, DAY) == ["vejen videre"]


@pytest.fixture
def two(qtbot: object, shared: SharedDatabase, desks: Desks, tmp_path: Path) -> Iterator[tuple[WindowDesk, WindowDesk]]:
    made = [WindowDesk(tmp_path / key, desks.profile, shared.people[key]) for key in ("vagn", "bodil")]
    yield made[0], made[1]
    for desk in made:
        desk.close()


def test_the_thirds_own_page_tells_of_it_as_it_is_written(
    two: tuple[WindowDesk, WindowDesk], shared: SharedDatabase
) -> None:
    vagn, bodil = two
    case_id = case_at_both(vagn, bodil)
    vagn.context.run(lambda: agree(vagn.desk, case_id, shared, vagn.desk.today() - 7 * DAY))

    def is_hers() -> bool:
        file = bodil.file(case_id)
        return file is not None and bool(file.participants) and file.case.bestiller == bodil.hand.name

    until(is_hers)
    page = TodayPage(vagn.context)
    page.resize(1366, 714)
    page.show()
    until(lambda: page.due.isVisible())

    def change() -> None:
        with bodil.desk.step(bodil.hand, case_id, "Skriv") as work:
            work.write("plan", singleton_id(case_id, "plan"), {"purpose": "Kommer rundt"})

    bodil.context.run(change)
    until(lambda: page.due.lines())
    (line,) = page.due.lines()
    assert line.text.text() == ("Planen er ændret, uden at du var med: formålet. Bodil Bestiller skrev det uden møde.")
    line.tick.click()
    until(lambda: not page.due.lines())
    page.hide()
    until(lambda: vagn.context.idle)
    page.deleteLater()


def test_a_meeting_begun_apart_on_two_desks_is_one_at_which_both_were(agreed: tuple[DeskOf, DeskOf, str]) -> None:
    """Two laptops at one table with no network: what each writes there is news to neither, whoever comes back first."""
    vagn, bodil, case_id = agreed
    both = (vagn.hand(), bodil.hand())
    for desk in (vagn, bodil):
        at = Desk(desk.replica, lambda desk=desk: desk.clock)  # type: ignore[misc]
        meeting_id = cases.begin_meeting(at, desk.hand(), case_id)
        seats.seat(at, desk.hand(), case_id, meeting_id, both)
    bodil.write(case_id, "plan", purpose="Kommer rundt")
    vagn.write(case_id, "goal", goal="Kan køre med bus 318")
    rounds(bodil, vagn, bodil)
    assert told(vagn) == told(bodil) == []
    assert sittings(vagn.replica, case_id) == sittings(bodil.replica, case_id)
    assert len(sittings(vagn.replica, case_id)) == 2
