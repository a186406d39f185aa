# SPDX-License-Identifier: MPL-2.0
"""Words written over those of somebody who left the desk with theirs unsent: they go, and nobody is overwritten in silence."""

from __future__ import annotations

import random

import pytest

from app.store.conversations import conversations
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks


def words(desk: DeskOf, case_id: str) -> set[str]:
    """All that stands in the one field."""
    talks = [t for t in conversations(desk.replica, case_id) if t.kind == "story" and t.joined is None]
    if talks:
        return {str(said.values["think"]) for said in talks[0].said}
    return {str(row["think"]) for row in desk.values("story").values()}


def left(desks: Desks) -> tuple[DeskOf, DeskOf, str]:
    """A desk a guest has left with words unsent, another desk, and the case both have."""
    here, there = desks.of("bodil", "vagn"), desks.of(desks.shared.add("Nina Nord", ("vejleder",)).key)
    case_id = here.new_case("Nancy Ann")
    here.write(case_id, "story", think="Fra start")
    here.round()
    there.round()
    here.engine.sign_out(here.guests[0].person_id)
    return here, there, case_id


def sign_in_again(here: DeskOf) -> None:
    guest = here.guests[0]
    here.engine.sign_in(guest.person_id, guest.login, guest.password)


def alike(*some: DeskOf) -> None:
    """Everybody has the same, and so has a desk that comes new."""
    for _ in range(2):
        for desk in some:
            assert desk.again().state is State.SHARED, desk.status
    assert all(desk.stands() == some[0].stands() for desk in some)


def test_words_over_those_of_one_who_has_left_go_and_the_two_meet_when_they_come_again(desks: Desks) -> None:
    here, there, case_id = left(desks)
    vagn = here.guests[0]
    here.write(case_id, "story", by=vagn, think="Vagns")
    here.write(case_id, "story", think="Bodils over Vagns")
    here.write(case_id, "story", think="Bodils igen")
    status = here.round()
    assert (status.state, status.waiting) == (State.WAITS, {vagn.person_id: 1})
    there.round()
    assert words(there, case_id) == {"Bodils igen"} == words(here, case_id)
    sign_in_again(here)
    alike(here, there, desks.of("lene"))
    assert words(there, case_id) == {"Bodils igen", "Vagns"} == words(here, case_id)
    there.write(case_id, "story", think="Begges")
    alike(there, here)
    assert words(here, case_id) == {"Begges"}


def test_words_by_turns_leave_only_the_last_of_each_to_meet(desks: Desks) -> None:
    here, there, case_id = left(desks)
    vagn = here.guests[0]
    for n in range(240):  # more than one change may name
        here.write(case_id, "story", by=(vagn, here.one)[n % 2], think=f"udgave {n}")
    here.write(case_id, "story", by=vagn, think="Vagns sidste")
    here.write(case_id, "story", think="Bodils sidste")
    assert here.round().waiting == {vagn.person_id: 121}
    assert here.status.set_aside == 0
    there.round()
    assert words(there, case_id) == {"Bodils sidste"}
    sign_in_again(here)
    alike(here, there, desks.of("lene"))
    assert words(here, case_id) == {"Bodils sidste", "Vagns sidste"}


def test_the_one_who_left_has_the_last_word_where_they_wrote_last(desks: Desks) -> None:
    here, there, case_id = left(desks)
    vagn = here.guests[0]
    here.write(case_id, "story", by=vagn, think="Vagns første")
    here.write(case_id, "story", think="Bodils")
    here.write(case_id, "story", by=vagn, think="Vagns sidste")
    here.round()
    there.round()
    assert words(there, case_id) == {"Bodils"}
    sign_in_again(here)
    alike(here, there, desks.of("lene"))
    assert words(here, case_id) == {"Vagns sidste"}


def test_a_record_made_by_one_who_left_is_waited_for_by_their_name(desks: Desks) -> None:
    here, there, case_id = left(desks)
    vagn = here.guests[0]
    goal = here.write(case_id, "goal", by=vagn, words="gæstens ord")
    here.write(case_id, "goal", goal, words="mine ord over gæstens")
    here.write(case_id, "story", think="Det andet går")
    assert here.round().waiting == {vagn.person_id: 3}
    there.round()
    assert words(there, case_id) == {"Det andet går"}
    assert there.values("goal") == {}
    sign_in_again(here)
    alike(here, there)
    assert [row["words"] for row in there.values("goal").values()] == ["mine ord over gæstens"]


def test_what_others_write_meanwhile_meets_them_too(desks: Desks) -> None:
    here, there, case_id = left(desks)
    vagn = here.guests[0]
    here.write(case_id, "story", by=vagn, think="Vagns")
    here.write(case_id, "story", think="Bodils")
    here.round()
    there.round()
    there.write(case_id, "story", think="Ninas over Bodils")
    there.round()
    here.round()
    here.restart()
    here.engine.sign_out(vagn.person_id)
    here.write(case_id, "story", think="Bodils over Ninas")
    here.round()
    sign_in_again(here)
    alike(here, there, desks.of("lene"))
    assert words(there, case_id) == {"Bodils over Ninas", "Vagns"}


def test_words_that_went_ahead_and_were_refused_bring_back_what_they_went_before(desks: Desks) -> None:
    here, _, case_id = left(desks)
    vagn = here.guests[0]
    here.write(case_id, "story", by=vagn, think="Vagns")
    here.write(case_id, "story", think="Bodils")
    desks.shared.owner.execute(
        "DELETE FROM rundbord_data.pen_role WHERE role = 'bestiller' AND pen IN (SELECT pen FROM"
        " rundbord_data.field_rule WHERE kind = 'story' AND field = 'think')"
    )
    desks.shared.owner.execute("DELETE FROM rundbord_data.allowed WHERE kind = 'story' AND role = 'bestiller'")
    here.round()
    assert here.status.set_aside == 1
    assert "Vagns" in words(here, case_id)


@pytest.mark.parametrize("seed", range(4))
def test_whoever_comes_and_goes_all_desks_end_alike(desks: Desks, seed: int) -> None:
    here, there, case_id = left(desks)
    vagn, rng = here.guests[0], random.Random(seed)
    goal = here.write(case_id, "goal", words="Et mål")
    for n in range(30):
        match rng.randrange(8):
            case 0:
                here.again()
            case 1:
                there.again()
            case 2:
                sign_in_again(here)
            case 3:
                here.engine.sign_out(vagn.person_id)
            case 4:
                there.write(case_id, "story", think=f"nina {n}")
            case kind:
                by = (vagn, here.one)[rng.randrange(2)]
                if kind == 5:
                    here.write(case_id, "goal", goal, by=by, words=f"{by.key} {n}")
                else:
                    here.write(case_id, "story", by=by, think=f"{by.key} {n}")
    sign_in_again(here)
    alike(here, there, desks.of("lene"))
    assert here.status.set_aside == 0
