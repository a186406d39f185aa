# SPDX-License-Identifier: MPL-2.0
"""A change too large to be taken, in the middle of a full queue: refused and set aside, and all the rest goes on its way."""

from __future__ import annotations

import json

import pytest

from app.models.ids import singleton_id
from app.models.kinds import Task
from app.services import aside
from app.store import outgoing
from app.store.unit_of_work import new_id
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase, change, push

MANY = outgoing.MOST + 50


def grown(desk: DeskOf, record: str, size: int, field: str = "fields") -> None:
    """Let what was written on a record be this large, as an earlier version or an edited file could have it."""
    db = desk.replica.connection
    ((fields,),) = desk.rows("SELECT fields FROM change WHERE record_id = ? AND fields LIKE '%goal%'", record)
    held = {"goal": "æ" * (size // 2)} if field == "fields" else {"goal": ["x" * size]}
    now = json.dumps({**json.loads(fields), **held} if field == "fields" else held, ensure_ascii=False)
    db.execute(f"UPDATE change SET {field} = ? WHERE record_id = ? AND fields LIKE '%goal%'", (now, record))


@pytest.mark.parametrize(
    ("size", "field"),
    [
        (3 * 2**20, "fields"),  # over the 2 MiB of one change, within the 8 of one push
        (9 * 2**20, "fields"),  # over the 8 of one push
        (9 * 2**20, "bases"),  # not the words themselves, but what they began from
        (70 * 2**20, "fields"),  # over what the server reads at all
    ],
)
def test_one_that_is_too_large_is_set_aside_and_the_rest_goes_on(
    desks: Desks, shared: SharedDatabase, size: int, field: str
) -> None:
    vagn, bodil = desks.of("vagn"), desks.of("bodil")
    case = vagn.new_case("Nancy Ann Berggren")
    records = [vagn.write(case, "goal", goal=f"mål {n}") for n in range(5)]
    big = records[2]
    grown(vagn, big, size, field)
    vagn.round()
    status = vagn.again()
    assert (status.state, status.set_aside, status.waiting) == (State.SHARED, 1, {})
    [one] = outgoing.set_aside(vagn.replica)
    assert (one.record_id, one.reason) == (big, "too_big")
    assert aside.REASONS[one.reason] == "Teksten er for lang til den fælles database."
    bodil.round()
    assert {row["goal"] for row in bodil.values("goal").values()} - {""} == {f"mål {n}" for n in (0, 1, 3, 4)}
    vagn.write(case, "goal", records[0], goal="videre")
    assert vagn.again().waiting == {}
    bodil.again()
    assert bodil.values("goal")[records[0]]["goal"] == "videre"


def test_many_pages_with_one_too_large_among_them(desks: Desks) -> None:
    vagn, bodil = desks.of("vagn"), desks.of("bodil")
    case = vagn.new_case("Nancy Ann Berggren")
    records = []
    with vagn.work(case) as unit:
        for n in range(MANY):
            records.append(new_id())
            unit.create(Task(id=records[-1], case_id=case, text=f"opgave {n}"))
    big = records[100]
    text = json.dumps({"text": "x" * 3 * 2**20, "removed": False})
    vagn.replica.connection.execute("UPDATE change SET fields = ? WHERE record_id = ?", (text, big))
    vagn.round()
    assert vagn.again().waiting == {}
    assert [one.record_id for one in outgoing.set_aside(vagn.replica)] == [big]
    bodil.round()
    assert len(bodil.values("task")) == MANY - 1


def test_the_first_of_many_are_no_more_than_is_taken_at_a_time(desks: Desks) -> None:
    vagn, bodil = desks.of("vagn"), desks.of("bodil")
    case = vagn.new_case("Nancy Ann Berggren")
    with vagn.work(case) as unit:
        for _ in range(220):
            unit.create(Task(id=new_id(), case_id=case, text="x" * 60_000))
    vagn.round()
    assert vagn.status.waiting == {}
    bodil.round()
    assert len(bodil.values("task")) == 220


def test_a_conversation_of_a_hundred_and_fifty_is_settled_at_a_desk(desks: Desks, shared: SharedDatabase) -> None:
    bodil = desks.of("bodil")
    case = bodil.new_case("Nancy Ann Berggren")
    bodil.round()
    story = singleton_id(case, "story")
    for key, role, many in (("bodil", "bestiller", 90), ("vagn", "vejleder", 60)):
        words = [change(case, "story", story, {"think": f"{key} {n}"}, role) for n in range(many)]
        assert set(push(shared.connect(key), *words)) == {("accepted", None)}
    bodil.again()
    assert len(bodil.stands()["story", story][1]["think"]) == 150
    bodil.write(case, "story", think="Jeg vil ud at køre")
    assert (bodil.again().set_aside, bodil.status.waiting) == (0, {})
    vagn = desks.of("vagn")
    vagn.round()
    for desk in (bodil, vagn):
        assert desk.values("story")[story]["think"] == "Jeg vil ud at køre"
        assert len(desk.stands()["story", story][1]["think"]) == 1
