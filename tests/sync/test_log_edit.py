# SPDX-License-Identifier: MPL-2.0
"""One edit at a time, as every key pause sends it: the short road does just what the careful one would, and only that.

Whatever another test of the folder sends alone is tried on the short road first (`would_edit`).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from psycopg import errors, sql

from app.models.kinds import KINDS, MUNICIPALITY, singleton_id
from app.store.outgoing import LOOKED_INTO
from app.sync import administer
from tests.sync.log import DESK, accepted, heard, send, standing, write
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id, push_edit


@pytest.fixture
def case(shared: SharedDatabase) -> str:
    return new_case(shared.connect("bodil"))


def begun(session: Connection, case: str) -> dict[str, Any]:
    """Words on a record of the case."""
    first = write(case, new_id(), {"place": "Rådhuset", "date": "2026-11-26"})
    accepted(session, first)
    return first


def news(session: Connection, after: int) -> list[tuple[Any, ...]]:
    return session.execute("SELECT * FROM rundbord.pull(%s)", (after,)).fetchall()


def test_an_edit_is_taken_just_as_the_careful_road_takes_it(shared: SharedDatabase, case: str) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    first = begun(bodil, case)
    his = write(case, first["record"], {"place": "I kælderen", "date": "2026-11-27"}, role="vejleder")
    accepted(vagn, his)
    upto = news(bodil, 0)[-1][0]
    crossed = {"place": [his["id"]], "date": [first["id"], his["id"]]}
    more = {"bases": {"place": ["Rådhuset"]}, "undoes": new_id(), "step_name": "Ret"}
    edits = [
        write(case, first["record"], {"place": "Biblioteket"}, [first], **more),
        write(case, first["record"], {"place": "Hos Nancy", "date": "2026-12-01"}, [first, his]),
        write(case, first["record"], {"date": None}, [first], at="2026-11-26 10:14Z"),
        write(case, first["record"], {"place": "Her", "date": "2026-12-02"}) | {"over": crossed},
    ]
    for edit in edits:
        with bodil.transaction(force_rollback=True):
            assert push_edit(bodil, edit, DESK) == upto + 1
            short = news(bodil, upto), standing(bodil, first["record"])
        with bodil.transaction(force_rollback=True):
            accepted(bodil, edit)
            careful = news(bodil, upto), standing(bodil, first["record"])
        assert short == careful
    assert push_edit(bodil, edits[0], DESK) == upto + 1
    assert push_edit(bodil, edits[0], DESK) is None, "it is here already: push has the same answer as then"
    accepted(bodil, edits[0])
    assert standing(bodil, first["record"]) == {
        "place": {his["id"], edits[0]["id"]},
        "date": {first["id"], his["id"]},
    }


def listening(shared: SharedDatabase, *keys: str) -> list[Connection]:
    """Sessions that hear what concerns them."""
    sessions = [shared.connect(key) for key in keys]
    for session in sessions:
        (said,) = session.execute("SELECT rundbord.hello('0', 1)").fetchone() or ({},)
        for channel in said["channels"]:
            session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    return sessions


def test_whoever_may_read_the_case_is_woken_once_and_told_nothing(shared: SharedDatabase, case: str) -> None:
    bodil, (vagn, sofie) = shared.connect("bodil"), listening(shared, "vagn", "sofie")
    first = begun(bodil, case)
    heard(vagn)
    one = write(case, first["record"], {"place": "a"}, [first])
    assert push_edit(bodil, one, DESK) is not None
    assert [said for _, said in heard(vagn)] == [""]
    assert heard(sofie) == []
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'full')", (case, shared.sofie.person_id))
    heard(vagn), heard(sofie)
    assert push_edit(bodil, write(case, first["record"], {"place": "b"}, [one]), DESK) is not None
    assert [said for _, said in heard(vagn)] == [said for _, said in heard(sofie)] == [""]


def test_whoever_was_let_in_before_the_case_told_of_it_is_woken_too(shared: SharedDatabase, case: str) -> None:
    bodil, (sofie,) = shared.connect("bodil"), listening(shared, "sofie")
    first = begun(bodil, case)
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'full')", (case, shared.sofie.person_id))
    shared.owner.execute("ALTER TABLE rundbord_data.case_home DROP COLUMN granted")
    shared.owner.execute("UPDATE rundbord_data.applied SET hash = 'older' WHERE file = '01_tables.sql'")
    administer.init(shared.owner)
    heard(sofie)
    assert push_edit(bodil, write(case, first["record"], {"place": "a"}, [first]), DESK) is not None
    assert [said for _, said in heard(sofie)] == [""]


LEFT: dict[str, Any] = {
    "over nothing": lambda case, first, _: write(case, first["record"], {"place": "x"}),
    "over an empty list": lambda case, first, _: write(case, first["record"], {"place": "x"}) | {"over": {"place": []}},
    "over a part of it": lambda case, first, _: (
        write(case, first["record"], {"place": "x", "date": "2026-11-27"}) | {"over": {"place": [first["id"]]}}
    ),
    "over what it does not write": lambda case, first, _: (
        write(case, first["record"], {"place": "x"}, [first]) | {"over": {f: [first["id"]] for f in ("place", "date")}}
    ),
    "over what is not here": lambda case, first, _: (
        write(case, first["record"], {"place": "x"}) | {"over": {"place": [first["id"], new_id()]}}
    ),
    "over another record's": lambda case, first, _: write(case, new_id(), {"place": "x"}, [first]),
    "over a field it has not": lambda case, first, _: (
        write(case, first["record"], {"place": "x"}) | {"over": {"place": [first["id"].upper()]}}
    ),
    "over no list": lambda case, first, _: (
        write(case, first["record"], {"place": "x"}) | {"over": {"place": first["id"]}}
    ),
    "as another kind": lambda case, first, _: change(
        case, "story", first["record"], {"think": "x"}, over={"think": [first["id"]]}
    ),
    "in another's case": lambda case, first, theirs: write(theirs, first["record"], {"place": "x"}, [first]),
    "in the municipality's": lambda case, first, _: write(MUNICIPALITY, first["record"], {"place": "x"}, [first]),
    "a role one has not": lambda case, first, _: write(case, first["record"], {"place": "x"}, [first], role="leder"),
    "of another audience": lambda case, first, _: write(
        case, first["record"], {"place": "x"}, [first], audience="internt"
    ),
    "a list": lambda case, first, _: write(case, first["record"], {"place": ["x"]}, [first]),
    "a number for a text": lambda case, first, _: write(case, first["record"], {"place": 7}, [first]),
    "no day": lambda case, first, _: write(case, first["record"], {"date": "2026-02-30"}, [first]),
    "no time": lambda case, first, _: write(case, first["record"], {"place": "x"}, [first], at="i går"),
    "nothing": lambda case, first, _: write(case, first["record"], {}, [first]),
    "too long a step": lambda case, first, _: write(
        case, first["record"], {"place": "x"}, [first], step_name="x" * 300
    ),
    "two megabytes": lambda case, first, _: write(case, first["record"], {"place": "x" * 2_200_000}, [first]),
    "bases of what is not written": lambda case, first, _: write(
        case, first["record"], {"place": "x"}, [first], bases={"date": ["x"]}
    ),
    "bases that are no lists": lambda case, first, _: write(
        case, first["record"], {"place": "x"}, [first], bases={"place": "x"}
    ),
    "by another": lambda case, first, _: write(
        case, first["record"], {"place": "x"}, [first], author="00000000-0000-4000-8000-000000000000"
    ),
}


@pytest.mark.parametrize("odd", LEFT)
def test_what_takes_more_than_a_look_is_left_and_nothing_of_it_is_done(
    shared: SharedDatabase, case: str, odd: str
) -> None:
    bodil = shared.connect("bodil")
    first = begun(bodil, case)
    edit = LEFT[odd](case, first, new_case(shared.connect("sofie")))
    before = news(bodil, 0), standing(bodil, first["record"])
    assert push_edit(bodil, edit, DESK) is None
    assert (news(bodil, 0), standing(bodil, first["record"])) == before
    assert (send(bodil, edit)[0][0] == "accepted") == (
        odd in ("over nothing", "over an empty list", "over a part of it")
    )


def test_a_field_that_is_not_there_in_what_lies_beneath_and_another_case_s_words_are_left(
    shared: SharedDatabase, case: str
) -> None:
    bodil = shared.connect("bodil")
    first, other = begun(bodil, case), begun(bodil, new_case(bodil))
    started = change(case, "meeting", first["record"], {"started": "10:00"}, over={"started": [first["id"]]})
    elsewhere = write(case, other["record"], {"place": "x"}, [other])
    for edit in (started, elsewhere):
        assert push_edit(bodil, edit, DESK) is None
        assert send(bodil, edit) == [("refused", "wrong_record")]


def test_several_fields_over_what_has_but_one_of_them_are_left(shared: SharedDatabase, case: str) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    first = begun(bodil, case)
    his = write(case, first["record"], {"place": "I kælderen"}, role="vejleder")
    accepted(vagn, his)
    both = write(case, first["record"], {"place": "Hos Nancy", "date": "2026-12-01"}, [first, his])
    assert push_edit(bodil, both, DESK) is None
    accepted(bodil, both)
    assert standing(bodil, first["record"]) == {"place": {both["id"]}, "date": {both["id"]}}


def test_nothing_is_taken_of_who_is_not_let_in_or_held_back_or_of_what_was_refused(
    shared: SharedDatabase, case: str
) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    first = begun(bodil, case)
    edit = write(case, first["record"], {"place": "x"}, [first])
    assert push_edit(sofie, edit, DESK) is None
    rows = shared.owner.execute("SELECT login, case_id::text, what FROM rundbord_data.refusal_log").fetchall()
    assert rows == [("sofie", case, "push")]
    new = shared.connect(shared.add("Ny Bestiller", ("bestiller",), ready=False))
    assert push_edit(new, edit, DESK) is None
    shared.owner.execute("UPDATE rundbord_data.member SET until = now() WHERE person = %s", (shared.vagn.person_id,))
    assert push_edit(shared.connect("vagn"), edit | {"role": "vejleder"}, DESK) is None
    with pytest.raises(errors.InsufficientPrivilege):
        shared.connect("karen").execute("SELECT rundbord.push_edit(NULL" + ", NULL" * 14 + ")")
    refused = edit | {"id": new_id(), "fields": {"place": 7}}
    assert send(bodil, refused) == [("refused", "type")]
    assert push_edit(bodil, refused | {"fields": {"place": "x"}}, DESK) is None, "what was refused stays refused"
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_changes', '20')")
    accepted(bodil, *[write(case, new_id(), {"place": "x"}) for _ in range(20)])
    assert push_edit(bodil, edit, DESK) is None
    assert send(bodil, edit) == [("later", "flood")]


@pytest.mark.parametrize("short", [True, False], ids=["short", "careful"])
def test_a_session_that_seeds_the_dice_is_counted_all_the_same(shared: SharedDatabase, case: str, short: bool) -> None:
    """Of small pushes only some are counted, each for many: which, no session decides by its own `setseed()`."""
    bodil = shared.connect("bodil")
    edit = begun(bodil, case)
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_changes', '20')")
    for n in range(1000):
        bodil.execute("SELECT setseed(0.5)")
        edit = write(case, edit["record"], {"place": str(n)}, [edit], author=shared.bodil.person_id)
        if short and push_edit(bodil, edit, DESK) is None:
            assert send(bodil, edit) == [("later", "flood")]
            return
        if not short and send(bodil, edit) == [("later", "flood")]:
            return
    pytest.fail("a thousand edits, and none of them counted")


@pytest.mark.parametrize("kind", ["plan", "decision"])
def test_a_pen_one_has_not_and_a_kind_that_is_looked_into_are_left(
    shared: SharedDatabase, case: str, kind: str
) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    record = singleton_id(case, kind) if kind == "plan" else new_id()
    field = {"plan": "purpose", "decision": "removed"}[kind]
    below = change(case, kind, record, {field: "At komme ud"})
    told = send(bodil, below)
    assert told[0][0] == ("accepted" if kind == "plan" else "refused")
    edit = change(case, kind, record, {field: "x"}, "vejleder", over={field: [below["id"]]})
    assert push_edit(vagn, edit, DESK) is None
    assert send(vagn, edit)[0][0] == "refused"


def test_a_desk_and_the_server_leave_the_same_kinds_to_push(shared: SharedDatabase) -> None:
    """What is more than a look is named on both sides: a desk that sent it by the short road would only ask twice."""
    row = shared.owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'push_edit'").fetchone()
    assert row is not None
    [named] = re.findall(r"push_edit\.kind NOT IN \(([^)]*)\)", row[0])
    assert set(re.findall(r"'(\w+)'", named)) == LOOKED_INTO
    assert set(KINDS) >= LOOKED_INTO
