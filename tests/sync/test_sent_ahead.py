# SPDX-License-Identifier: MPL-2.0
"""Many parts sent one ahead of the other: a part is on its way before the last one's fate is known, and nothing is lost or
doubled by it, whatever is refused in the middle and wherever the line is cut."""

from __future__ import annotations

import pytest

from app.models.kinds import Goal
from app.store import outgoing
from app.store.unit_of_work import new_id
from app.store.unsent import number_of
from app.sync.status import State
from tests.store.shared_model import off_the_list
from tests.sync.cable import Cable
from tests.sync.desks import Desks, goals

RECORDS = 24


@pytest.mark.parametrize("answers", range(8))
def test_a_refusal_and_a_cut_in_the_middle_of_many_parts(
    desks: Desks, cable: Cable, monkeypatch: pytest.MonkeyPatch, answers: int
) -> None:
    for name, few in (("app.sync.courier._SOON", 4), ("app.sync.courier._AT_ONCE", 2), ("app.store.outgoing.MOST", 7)):
        monkeypatch.setattr(name, few)
    here, there = desks.of("vagn", profile=cable.profile), desks.of("bodil")
    case = here.new_case("Nancy Ann")
    here.round()
    made = [new_id() for _ in range(RECORDS)]
    with here.work(case) as unit:
        for n, record in enumerate(made):
            unit.create(Goal(id=record, case_id=case, goal=f"mål {n}", words=f"ord {n}"))
    here.write(case, "goal", made[20], goal="skrevet over det, der er på vej")
    for record in (made[5], made[11]):  # one that is refused alone, and one with words over it
        here.rows("UPDATE change SET role = 'leder' WHERE record_id = ? AND fields LIKE '%\"goal\"%'", record)
    here.write(case, "goal", made[11], goal="skrevet over det, der ikke bliver taget")
    own = {row[0] for row in here.rows("SELECT id FROM change WHERE record_id <> ?", case)}
    cable.answers_left = answers
    here.round()
    assert off_the_list(here.replica) == []
    cable.put_in()
    for _ in range(3):
        status = here.again()
    assert (status.state, status.unsent, status.waiting) == (State.SHARED, 0, {})
    aside = outgoing.set_aside(here.replica)
    assert {one.record_id for one in aside} == {made[5], made[11]}
    numbered = here.rows(f"SELECT id, {number_of()} FROM change WHERE {number_of()} IS NOT NULL")
    assert len({seq for _, seq in numbered}) == len(numbered)
    assert {row[0] for row in numbered} | {one.id for one in aside} >= own
    assert off_the_list(here.replica) == []
    there.round()
    assert there.values("goal") == here.values("goal")
    assert sorted(goals(there)) == sorted("" if n in (5, 11) else f"ord {n}" for n in range(RECORDS))
    assert there.values("goal")[made[11]]["goal"] == "skrevet over det, der ikke bliver taget"
    assert there.values("goal")[made[5]]["goal"] == ""


def test_a_new_record_is_not_parted_between_two_parts(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second half of it would be looked at with care, alone, while all the rest waits."""
    for name, few in (("app.sync.courier._SOON", 4), ("app.sync.courier._AT_ONCE", 1), ("app.store.outgoing.MOST", 7)):
        monkeypatch.setattr(name, few)
    here, there = desks.of("vagn"), desks.of("bodil")
    case = here.new_case("Nancy Ann")
    here.round()
    with here.work(case) as unit:
        for n in range(RECORDS):  # each is two changes: one for the citizen, one inside
            unit.create(Goal(id=new_id(), case_id=case, goal=f"mål {n}", words=f"ord {n}"))
    assert len(here.rows("SELECT id FROM unsent")) == 2 * RECORDS
    with_care: list[str] = []
    monkeypatch.setattr("app.sync.session.Session.push", lambda _, packed, device: with_care.append(packed) or {})
    assert here.again().unsent == 0
    assert with_care == []
    there.round()
    assert there.values("goal") == here.values("goal")
