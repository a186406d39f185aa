# SPDX-License-Identifier: MPL-2.0
"""What may be read: pull by number, present by case, history, people, papers, doors. Each sees what is theirs and no more."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from app.models.fields import Audience
from app.models.kinds import MUNICIPALITY
from tests.sync.log import DESK, accepted, numbers, send, write
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id, seen


def doors(session: Connection, after: int = 0) -> list[tuple[str, str]]:
    return [(row["event"], str(row["case_id"])) for row in seen(session, after) if row["event"] != "change"]


def upto(session: Connection) -> int:
    row = session.execute("SELECT rundbord.upto()").fetchone()
    assert row is not None
    return int(row[0])


def test_pull_goes_page_by_page_and_skips_nothing(shared: SharedDatabase) -> None:
    bodil, vagn, sofie = (shared.connect(key) for key in ("bodil", "vagn", "sofie"))
    mine, theirs = new_case(bodil), new_case(sofie)
    for n in range(8):
        accepted(bodil, *[write(mine, new_id(), {"place": f"{n}"}) for _ in range(3)])
        accepted(sofie, *[write(theirs, new_id(), {"place": f"{n}"}) for _ in range(5)])
    whole, end = numbers(vagn)
    assert end == upto(vagn)
    assert len(whole) == 26
    for most in (1, 2, 7, 26, 500):
        found: list[tuple[int, str]] = []
        after, more = 0, True
        while more:
            rows = vagn.execute("SELECT seq, event, id, late FROM rundbord.pull(%s, %s)", (after, most)).fetchall()
            found += [(row[0], str(row[2])) for row in rows if row[1] == "change"]
            assert sum(row[1] == "change" for row in rows) <= most
            assert rows[-1][0] > after
            after, more = rows[-1][0], rows[-1][3]
        assert (found, after) == (whole, end), most
    assert numbers(vagn, end) == ([], end)
    assert {n for n, _ in whole}.isdisjoint(n for n, _ in numbers(sofie)[0])


def test_pull_tells_who_wrote_what_over_what(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, goal = new_case(bodil), new_id()
    first = write(case, goal, {"goal": "At køre med bus."}, kind="goal", role="vejleder", bases={"goal": [""]})
    accepted(vagn, first)
    over = write(
        case, goal, {"goal": "At køre med bus og tog."}, [first], "goal", role="vejleder", undoes=first["step"]
    )
    accepted(vagn, over)
    row = seen(bodil)[-1]
    assert (row["author_name"], row["role"], str(row["author"])) == (
        shared.vagn.name,
        "vejleder",
        shared.vagn.person_id,
    )
    assert (row["fields"], row["over"]) == (over["fields"], {"goal": [first["id"]]})
    assert (str(row["undoes"]), str(row["device"]), row["at"], row["late"]) == (first["step"], DESK, over["at"], False)
    assert seen(bodil)[-2]["bases"] == {"goal": [""]}


def test_present_holds_what_stands_case_by_case_and_goes_on_where_it_stopped(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    cases = sorted(new_case(bodil) for _ in range(7))
    for case in cases:
        record = new_id()
        first = write(case, record, {"place": "Rådhuset", "date": "2026-11-26"})
        accepted(bodil, first, write(case, record, {"place": "Hos Nancy"}, [first]))
    found: list[Any] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        page = vagn.execute("SELECT * FROM rundbord.present(NULL, %s, 3)", (after,)).fetchall()
        found += page[:-1]
        assert page[-1][1] == "upto"
        assert page[-1][-1] == upto(vagn)
        after = page[-1][0]
        pages += 1
    assert pages == 3
    assert [UUID(case) for case in cases] == list(dict.fromkeys(row[0] for row in found))
    assert len(found) == 28
    meetings = [row[4] for row in found if row[1] == "meeting"]
    assert meetings.count({"date": "2026-11-26"}) == meetings.count({"place": "Hos Nancy"}) == 7
    one = vagn.execute("SELECT * FROM rundbord.present(%s::uuid[])", ([cases[2], new_id()],)).fetchall()
    assert {row[0] for row in one} == {UUID(cases[2]), None}
    assert shared.owner.execute("SELECT count(*) FROM rundbord_data.access WHERE action = 'hentet'").fetchone() == (7,)


def test_nobody_sees_another_teams_case_by_any_road(shared: SharedDatabase) -> None:
    bodil, sofie, rasmus = (shared.connect(key) for key in ("bodil", "sofie", "rasmus"))
    case = new_case(bodil)
    paper = new_id()
    bodil.execute("SELECT rundbord.push_paper(%s, %s, %s)", (paper, case, b"%PDF"))
    bodil.execute("SELECT rundbord.here(%s, %s, 'x')", (DESK, case))
    for stranger in (sofie, rasmus):
        assert seen(stranger) == []
        assert stranger.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall() == []
        assert stranger.execute("SELECT * FROM rundbord.cases()").fetchall() == []
        assert stranger.execute("SELECT * FROM rundbord.who_is_here(%s)", (case,)).fetchall() == []
        assert stranger.execute("SELECT rundbord.paper(%s)", (paper,)).fetchone() == (None,)
        rows = stranger.execute("SELECT kind FROM rundbord.present(ARRAY[%s]::uuid[])", (case,)).fetchall()
        assert rows == [("upto",)]
        names = {row[0] for row in stranger.execute("SELECT name FROM rundbord.people()")}
        assert shared.bodil.name not in names
    logged = "SELECT count(*) FROM rundbord_data.access WHERE case_id = %s AND person <> %s"
    assert shared.owner.execute(logged, (case, shared.bodil.person_id)).fetchone() == (0,)


def test_an_adviser_sees_the_shared_part_alone_and_writes_advice_alone(shared: SharedDatabase) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case, goal, advice = new_case(bodil), new_id(), new_id()
    accepted(
        bodil,
        change(case, "goal", goal, {"words": "Ud at køre"}),
        change(case, "goal", goal, {"removed": False, "position": 0}),
        change(case, "notes", new_id(), {"bestiller": "Kun vores"}),
        write(case, new_id(), {"place": "Rådhuset"}),
    )
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    audiences = {row["audience"] for row in seen(rasmus) if row["event"] == "change"}
    assert audiences == {a.value for a in Audience if a.for_adviser}
    assert ("opened", case) in doors(rasmus)
    kinds = {row[0] for row in rasmus.execute("SELECT kind FROM rundbord.present()")}
    assert kinds == {"goal", "upto"}
    fields = {"removed": False, "person_id": shared.rasmus.person_id, "text": "Øv ruten sammen"}
    written = change(case, "advice", advice, fields, "rådgiver")
    accepted(rasmus, written)
    assert send(rasmus, change(case, "goal", goal, {"words": "x"}, "rådgiver")) == [("refused", "pen")]
    forged = fields | {"person_id": shared.bodil.person_id}
    assert send(rasmus, change(case, "advice", new_id(), forged, "rådgiver")) == [("refused", "pen")]
    assert send(rasmus, change(case, "advice", new_id(), {"text": "x"}, "rådgiver")) == [("refused", "pen")]
    assert send(bodil, write(case, advice, {"text": "x"}, [written], "advice")) == [("refused", "pen")]
    accepted(bodil, change(case, "advice", new_id(), {"removed": False, "adviser": "VISO", "text": "Hold fast"}))
    bodil.execute("SELECT rundbord.end_grant(%s, %s)", (case, shared.rasmus.person_id))
    assert [row for row in seen(rasmus) if row["event"] == "change"] == []
    assert doors(rasmus) == [("closed", case)]
    accepted(rasmus, write(case, advice, {"text": "Også søndag"}, [written], "advice", role="rådgiver"))
    assert seen(bodil)[-1]["late"] is True


def test_a_case_that_moves_closes_here_and_opens_there(shared: SharedDatabase) -> None:
    bodil, lene, sofie = (shared.connect(key) for key in ("bodil", "lene", "sofie"))
    case = new_case(bodil)
    here, there = upto(bodil), upto(sofie)
    lene.execute("SELECT rundbord.move_case(%s, %s)", (case, shared.team("Syd")))
    assert doors(bodil, here) == [("closed", case)]
    assert doors(sofie, there) == [("opened", case)]
    assert bodil.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall() == []
    assert len(sofie.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall()) == 2
    assert shared.bodil.name in {row[0] for row in sofie.execute("SELECT name FROM rundbord.people()")}


def test_who_joins_a_team_is_told_its_cases_and_who_leaves_them_loses_them(shared: SharedDatabase) -> None:
    sofie, owner = shared.connect("sofie"), shared.owner
    cases = sorted(new_case(sofie) for _ in range(3))
    new = shared.add("Nye Vejleder", ("vejleder",))
    session = shared.connect(new)
    assert seen(session) == []
    owner.execute("SELECT rundbord.join_team(%s, %s)", (new.person_id, shared.team("Syd")))
    assert doors(session) == [("opened", case) for case in cases]
    owner.execute("SELECT rundbord.leave_team(%s, %s)", (new.person_id, shared.team("Syd")))
    assert doors(session) == [("closed", case) for case in cases]
    assert [row for row in seen(session) if row["event"] == "change"] == []
    assert [row[0] for row in session.execute("SELECT kind FROM rundbord.present()")] == ["upto"]


def test_who_is_not_confirmed_reads_nothing_and_passes_nothing_by(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    new = shared.add("Ny Vejleder", ("vejleder",), ready=False)
    session = shared.connect(new)
    assert numbers(session) == ([], 0)
    assert session.execute("SELECT kind, seq FROM rundbord.present()").fetchall() == [("upto", 0)]
    assert session.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall() == []
    shared.owner.execute("UPDATE rundbord_data.person SET state = 'open' WHERE id = %s", (new.person_id,))
    assert len(numbers(session)[0]) == 2


def test_words_unsent_when_access_ended_are_taken_for_30_days_and_decisions_never(shared: SharedDatabase) -> None:
    bodil, lene = shared.connect("bodil"), shared.connect("lene")
    case = new_case(bodil)
    unsent = [write(case, new_id(), {"place": f"{n}"}) for n in range(10)]
    lene.execute("SELECT rundbord.move_case(%s, %s)", (case, shared.team("Syd")))
    accepted(bodil, *unsent[:9])
    assert [row["late"] for row in seen(shared.connect("sofie")) if row["event"] == "change"] == [False] * 2 + [
        True
    ] * 9
    signed = change(case, "decision", new_id(), {"removed": False, "signer_id": shared.bodil.person_id})
    assert send(bodil, signed) == [("refused", "late_decision")]
    shared.owner.execute("ALTER TABLE rundbord_data.door DISABLE TRIGGER USER")
    shared.owner.execute("UPDATE rundbord_data.door SET at = at - interval '31 days'")
    assert send(bodil, unsent[9]) == [("refused", "not_yours")]


def test_people_are_those_of_my_teams(shared: SharedDatabase) -> None:
    people = {row[2]: row for row in shared.connect("bodil").execute("SELECT * FROM rundbord.people()")}
    assert set(people) >= {shared.bodil.name, shared.vagn.name, shared.lene.name}
    assert shared.sofie.name not in people
    assert people[shared.bodil.name][1] == shared.bodil.login
    assert people[shared.vagn.name][1] == "", "a login is nobody else's to know"


def test_who_is_here_is_told_to_those_who_may_see_the_case(shared: SharedDatabase) -> None:
    bodil, vagn, sofie = (shared.connect(key) for key in ("bodil", "vagn", "sofie"))
    case = new_case(bodil)
    vagn.execute("SELECT rundbord.here(%s, %s, 'goal.words')", (DESK, case))
    rows = bodil.execute("SELECT name, field FROM rundbord.who_is_here(%s)", (case,)).fetchall()
    assert rows == [(shared.vagn.name, "goal.words")]
    sofie.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
    assert len(bodil.execute("SELECT FROM rundbord.who_is_here(%s)", (case,)).fetchall()) == 1
    vagn.execute("SELECT rundbord.here(%s, NULL)", (DESK,))
    assert bodil.execute("SELECT FROM rundbord.who_is_here(%s)", (case,)).fetchall() == []


def test_a_paper_is_kept_as_it_was_given(shared: SharedDatabase) -> None:
    bodil, vagn, sofie = (shared.connect(key) for key in ("bodil", "vagn", "sofie"))
    case, paper = new_case(bodil), new_id()
    put = "SELECT rundbord.push_paper(%s, %s, %s)"
    assert bodil.execute(put, (paper, case, b"%PDF 1")).fetchone() == ("accepted",)
    assert bodil.execute(put, (paper, case, b"%PDF 1")).fetchone() == ("accepted",)
    assert bodil.execute(put, (paper, case, b"%PDF 2")).fetchone() == ("id_taken",)
    assert bodil.execute(put, (new_id(), new_id(), b"x")).fetchone() == ("wait",)
    assert sofie.execute(put, (new_id(), case, b"x")).fetchone() == ("not_yours",)
    assert vagn.execute("SELECT rundbord.paper(%s)", (paper,)).fetchone() == (b"%PDF 1",)


def test_what_a_desk_logged_comes_up_once(shared: SharedDatabase) -> None:
    vagn = shared.connect("vagn")
    entries = [
        {"n": 1, "at": "2026-11-26T10:00:00", "role": "vejleder", "case": new_id(), "action": "åbnet", "about": ""},
        {"n": 2, "at": "2026-11-26T10:01:00", "role": "vejleder", "case": "x", "action": "søgt", "about": "x" * 9000},
        {"n": "x", "at": 1},
        7,
        None,
        {"n": -3},
    ]
    ask = "SELECT rundbord.push_access(%s, %s)"
    for _ in range(2):
        assert vagn.execute(ask, (json.dumps(entries), DESK)).fetchone() == ([1, 2],)
    assert vagn.execute(ask, ("{nonsense", DESK)).fetchone() == ([],)
    rows = shared.owner.execute(
        "SELECT person::text, action FROM rundbord_data.access WHERE device IS NOT NULL"
    ).fetchall()
    assert sorted(rows) == sorted([(shared.vagn.person_id, "åbnet"), (shared.vagn.person_id, "søgt")])


def test_the_shared_audiences_are_those_the_program_calls_so(shared: SharedDatabase) -> None:
    row = shared.owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'reads_part'").fetchone()
    assert row is not None
    for audience in Audience:
        assert (f"'{audience.value}'" in row[0]) == audience.for_adviser
    assert f"'{MUNICIPALITY}'" in row[0]


@pytest.mark.parametrize("after", [-5, None, 10**15])
def test_a_strange_place_to_begin_is_no_error(shared: SharedDatabase, after: int | None) -> None:
    bodil = shared.connect("bodil")
    new_case(bodil)
    assert bodil.execute("SELECT event FROM rundbord.pull(%s, -1)", (after,)).fetchall()[-1] == ("upto",)
