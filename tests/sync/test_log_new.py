# SPDX-License-Identifier: MPL-2.0
"""New records that come many at a time: what is taken as one statement, and that nothing is which the careful road refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from psycopg import sql

from app.models.kinds import MUNICIPALITY, singleton_id
from tests.patience import LONG
from tests.sync.log import DESK, NEW, accepted, as_arrays, in_text, numbers, send, send_new, standing, write
from tests.sync.shared import SharedDatabase, change, new_case, new_id

_IDS = 8
"""The array `push_new` counts by."""


def test_new_records_are_numbered_in_their_order_and_the_second_time_left_to_push(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    words = [write(case, new_id(), {"place": f'Sted "{n}" \\ {{æ}}, NULL'}) for n in range(12)]
    told = send_new(bodil, *words)
    assert [(seq, one["id"]) for seq, one in zip(told, words, strict=True)] == numbers(bodil)[0][2:]
    *again, another = send_new(bodil, *words, write(case, new_id(), {"place": "x"}))
    assert again == [None] * 12
    assert another is not None
    stolen = write(case, new_id(), {"place": "x"}) | {"id": words[0]["id"]}
    assert send_new(bodil, write(case, new_id(), {"place": "x"}), stolen) == [None] * 2
    assert send(bodil, stolen) == [("refused", "id_taken")]
    accepted(bodil, *words)
    rows = bodil.execute(
        "SELECT fields ->> 'place', step_name FROM rundbord.history(%s) WHERE kind = 'meeting'", (case,)
    )
    assert rows.fetchmany(12) == [(one["fields"]["place"], "Skriv") for one in words]


def test_a_case_begins_with_its_records_and_its_readers_are_woken(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    (said,) = vagn.execute("SELECT rundbord.hello('0', 1)").fetchone() or ({},)
    for channel in said["channels"]:
        vagn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    case, citizen = new_id(), new_id()
    begun = [
        change(case, "citizen", citizen, {"name": "Nancy"}),
        change(case, "citizen", citizen, {"removed": False}),
        change(case, "case", case, {"citizen_id": citizen, "removed": False}),
        change(case, "plan", singleton_id(case, "plan"), {"removed": False}),
    ]
    assert None not in send_new(bodil, *begun)
    assert len(list(vagn.notifies(timeout=LONG, stop_after=1))) == 1
    assert {r[0] for r in vagn.execute("SELECT kind FROM rundbord.present()")} == {"case", "citizen", "plan", "upto"}
    homes = shared.owner.execute("SELECT case_id::text, citizen_id::text, team_id::text FROM rundbord_data.case_home")
    assert homes.fetchall() == [(case, citizen, shared.team())]


def test_whoever_is_asked_for_advice_is_let_in_by_it(shared: SharedDatabase) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case = new_case(bodil)
    consent, request = new_id(), new_id()
    asked = {"person_id": shared.rasmus.person_id, "question": "Hvad nu?", "removed": False}
    sent = [
        change(case, "consent", consent, {"given": True, "removed": False}),
        change(case, "advice_request", request, asked),
        change(case, "advice_request", request, {"consent_id": consent}),
    ]
    assert None not in send_new(bodil, *sent)
    assert [str(c) for (c,) in rasmus.execute("SELECT case_id FROM rundbord.cases()")] == [case]


@pytest.fixture
def case(shared: SharedDatabase) -> str:
    return new_case(shared.connect("bodil"))


ODD: dict[str, Any] = {
    "of another's case": lambda case, theirs: write(theirs, new_id(), {"place": "x"}),
    "a role one has not": lambda case, _: write(case, new_id(), {"place": "x"}, role="leder"),
    "a field of another audience": lambda case, _: write(case, new_id(), {"place": "x", "started": "10:00"}),
    "a field nobody knows": lambda case, _: write(case, new_id(), {"place": "x", "weather": "sol"}),
    "a kind nobody knows": lambda case, _: change(case, "telepathy", new_id(), {"thought": "x"}),
    "another's pen": lambda case, _: change(case, "question", new_id(), {"answer": "x"}, "leder"),
    "a list": lambda case, _: write(case, new_id(), {"place": ["x"]}),
    "a number for a text": lambda case, _: write(case, new_id(), {"place": 7}),
    "no day": lambda case, _: write(case, new_id(), {"date": "2026-02-30"}),
    "no time": lambda case, _: write(case, new_id(), {"place": "x"}, at="i går"),
    "nothing": lambda case, _: write(case, new_id(), {}),
    "too long a step": lambda case, _: write(case, new_id(), {"place": "x"}, step_name="x" * 300),
    "two megabytes": lambda case, _: write(case, new_id(), {"place": "x" * 2_200_000}),
    "taken away from the start": lambda case, _: change(case, "question", new_id(), {"removed": True}, "bestiller"),
    "another's reckoned id": lambda case, other: change(case, "plan", singleton_id(other, "plan"), {"removed": False}),
    "the municipality's own": lambda case, _: change(case, "offer", new_id(), {"name": "x"}),
    "a case in the municipality's": lambda case, _: write(MUNICIPALITY, new_id(), {"place": "x"}),
    "an unsigned decision": lambda case, _: change(case, "decision", new_id(), {"content": "x"}),
    "somebody else's citizen": lambda case, theirs: change(new := new_id(), "case", new, {"citizen_id": theirs}),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_the_careful_road_does_not_take_is_not_taken_among_many(
    shared: SharedDatabase, case: str, odd: str
) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    theirs = new_case(sofie)
    citizen = shared.owner.execute(
        "SELECT citizen_id::text FROM rundbord_data.case_home WHERE case_id = %s", (theirs,)
    ).fetchone()
    assert citizen is not None
    bad = ODD[odd](case, citizen[0] if odd == "somebody else's citizen" else theirs)
    good = [write(case, new_id(), {"place": f"Sted {n}"}) for n in range(9)]
    told = send_new(bodil, *good[:4], bad, *good[4:])
    assert [n for n, seq in enumerate(told) if seq is None] == [4]
    assert send(bodil, bad)[0][0] in ("refused", "later")


def test_what_has_something_beneath_it_or_beside_it_is_left_to_push(shared: SharedDatabase, case: str) -> None:
    bodil = shared.connect("bodil")
    first = write(case, new_id(), {"place": "Rådhuset"})
    accepted(bodil, first)
    beside = write(case, first["record"], {"place": "Biblioteket"})
    twice = [write(case, record := new_id(), {"place": "a"}), write(case, record, {"place": "b"})]
    refused = write(case, new_id(), {"place": 7})
    assert send(bodil, refused) == [("refused", "type")]
    mended = refused | {"fields": {"place": "x"}}
    assert send_new(bodil, beside, *twice, mended) == [None] * 4
    accepted(bodil, beside)
    assert standing(bodil, first["record"]) == {"place": {first["id"], beside["id"]}}
    assert send(bodil, mended) == [("refused", "type")], "what was refused stays refused"


def test_nothing_is_taken_of_another_author_of_parts_that_do_not_match_or_of_who_is_held_back(
    shared: SharedDatabase, case: str
) -> None:
    bodil = shared.connect("bodil")
    words = [write(case, new_id(), {"place": "x"}) for _ in range(3)]
    assert send_new(bodil, *words, author=shared.vagn.person_id) == [None] * 3
    arrays = as_arrays(*words)
    for n, array in enumerate(arrays):
        for other in (array[:-1], [*array, array[0]]):
            told = map(in_text, [*arrays[:n], other, *arrays[n + 1 :]])
            left = [n + 1 for n in range(len(other if n == _IDS else words))]
            assert bodil.execute(NEW, (shared.bodil.person_id, DESK, *told)).fetchone() == (None, left)
    new = shared.connect(shared.add("Ny Bestiller", ("bestiller",), ready=False))
    assert send_new(new, *words) == [None] * 3
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_changes', '20')")
    assert None not in send_new(bodil, *[write(case, new_id(), {"place": "x"}) for _ in range(20)])
    assert send_new(bodil, *words) == [None] * 3
    assert send(bodil, words[0]) == [("later", "flood")]


def test_what_stands_under_no_heading_is_not_taken_nor_is_more_headings_than_changes(
    shared: SharedDatabase, case: str
) -> None:
    bodil = shared.connect("bodil")
    *headings, _, ids, records, fields = as_arrays(*[write(case, new_id(), {"place": "x"}) for _ in range(4)])
    one = [[heading[0]] for heading in headings]
    told = (*map(in_text, one), in_text([2, None, 1, -1]), *map(in_text, (ids, records, fields)))
    row = bodil.execute(NEW, (None, DESK, *told)).fetchone()
    assert row is not None
    assert row[1] == [1, 2, 4]
    assert numbers(bodil)[0][2:] == [(row[0] + 3, ids[2])]
    many = [[heading[0]] * 5 for heading in headings]
    told = (*map(in_text, many), in_text([1, 2, 3, 4]), *map(in_text, (ids, records, fields)))
    assert bodil.execute(NEW, (None, DESK, *told)).fetchone() == (None, [1, 2, 3, 4])


def test_a_case_that_is_not_ones_own_is_noted_where_it_is_tried(shared: SharedDatabase, case: str) -> None:
    sofie = shared.connect("sofie")
    assert send_new(sofie, *[write(case, new_id(), {"place": "x"}) for _ in range(9)]) == [None] * 9
    rows = shared.owner.execute("SELECT login, case_id::text, what FROM rundbord_data.refusal_log").fetchall()
    assert rows == [("sofie", case, "push")]


@pytest.mark.parametrize("laid_out", [str, "[70:78]=%s".__mod__, "{%s}".__mod__])
def test_who_tries_in_anothers_case_leaves_a_line_however_the_arrays_are_laid_out(
    shared: SharedDatabase, laid_out: Callable[[str], str]
) -> None:
    """An array may begin at any number, and have rows of rows: what is left out is found by its place all the same."""
    case = new_case(shared.connect("bodil"))
    heap = [write(case, new_id(), {"place": "x"}) for _ in range(9)]
    assert send_new(shared.connect("sofie"), *heap, laid_out=laid_out) == [None] * 9
    rows = shared.owner.execute("SELECT login, case_id::text, what FROM rundbord_data.refusal_log").fetchall()
    assert rows == [("sofie", case, "push")]
    own = shared.connect("bodil")
    taken = send_new(own, *heap, laid_out=laid_out)
    assert [(seq, one["id"]) for seq, one in zip(taken, heap, strict=True)] == numbers(own)[0][2:]
