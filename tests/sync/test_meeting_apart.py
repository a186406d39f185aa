# SPDX-License-Identifier: MPL-2.0
"""A meeting that is begun at two desks, neither of which has heard of the other: one meeting, with all who were there."""

from __future__ import annotations

from app.services import cases, seats
from app.services.desk import Desk
from app.store.queries import case_file
from tests.sync.desks import DeskOf, Desks


def begin(desk: DeskOf, case_id: str) -> str:
    at = Desk(desk.replica, clock=lambda: desk.clock)
    people = [desk.hand(one) for one in (desk.one, *desk.guests)]
    meeting_id = cases.begin_meeting(at, people[0], case_id)
    seats.seat(at, people[0], case_id, meeting_id, people)
    return meeting_id


def test_begun_apart_it_is_one_meeting_with_each_of_those_who_were_there_once(desks: Desks) -> None:
    room, home = desks.of("bodil", "vagn"), desks.of("vagn")
    case_id = room.new_case("Nancy Ann")
    room.round()
    home.round()
    begun = {begin(room, case_id), begin(home, case_id)}
    assert len(begun) == 1
    home.write(case_id, "meeting", *begun, place="Biblioteket")
    home.write(case_id, "participant", meeting_id=next(iter(begun)), name="Tove Tolk", role="tolk")
    for desk in (room, home, room, home):
        desk.round()
    for desk in (room, home):
        file = case_file(desk.replica, case_id)
        assert [(m.id, m.place) for m in file.meetings] == [(*begun, "Biblioteket")]
        assert file.conversations == ()
        assert sorted(p.name for p in file.participants) == sorted(
            (room.one.name, room.guests[0].name, "Tove Tolk"), key=str
        )
        assert file.meeting is not None
        assert {p.meeting_id for p in file.participants} == {file.meeting.id}
    assert room.stands() == home.stands()


def test_a_second_meeting_of_the_day_is_another(desks: Desks) -> None:
    room = desks.of("bodil")
    case_id = room.new_case("Nancy Ann")
    first = begin(room, case_id)
    with room.work(case_id) as work:
        work.register("meeting", first, {"ended": room.clock.isoformat()})
    second = begin(room, case_id)
    assert first < second, "and comes after it"
    file = case_file(room.replica, case_id)
    assert file.meeting is not None
    assert file.meeting.id == second
    assert len(file.participants) == 2
