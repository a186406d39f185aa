# SPDX-License-Identifier: MPL-2.0
"""`news`, what a desk asks when it is woken: what `pull` says and no more, to nobody else, and with the same line in the log."""

from __future__ import annotations

from typing import Any

import pytest

from app.sync.faults import Offline
from app.sync.session import FEW, Session
from tests.sync.desks import Desks
from tests.sync.log import accepted, write
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id

_ORDER = (
    *("seq", "case_id", "id", "kind", "record_id", "fields", "over", "bases", "audience", "author", "role", "device"),
    *("at", "step", "step_name", "undoes", "late"),
)


def news(session: Connection, after: int | None) -> tuple[int, list[list[Any]]] | None:
    row = session.execute("SELECT rundbord.news(%s)", (after,)).fetchone()
    assert row is not None
    return None if row[0] is None else (row[0][0], row[0][1])


def pulled(session: Connection, after: int) -> tuple[int, list[list[Any]]]:
    names = ", ".join(_ORDER)
    query = f"SELECT json_build_array({names}), event FROM rundbord.pull(%s) WHERE event IN ('change', 'upto')"
    rows = session.execute(query.encode(), (after,)).fetchall()
    return rows[-1][0][0], [row[0] for row in rows[:-1]]


def upto(session: Connection) -> int:
    row = session.execute("SELECT rundbord.upto()").fetchone()
    assert row is not None
    return int(row[0])


def lines(shared: SharedDatabase, key: str) -> list[tuple[str, str]]:
    return shared.owner.execute(
        "SELECT case_id::text, action FROM rundbord_data.access WHERE person = %s ORDER BY n",
        (shared.people[key].person_id,),
    ).fetchall()


def test_it_is_what_pull_says_in_the_order_of_numbers(shared: SharedDatabase) -> None:
    bodil, vagn, sofie = (shared.connect(key) for key in ("bodil", "vagn", "sofie"))
    cases, theirs = [new_case(bodil) for _ in range(3)], new_case(sofie)
    for n in range(6):
        accepted(bodil, write(cases[-n % 3], new_id(), {"place": f'{n} æ"\\'}, bases={"place": [""]}))
        accepted(sofie, write(theirs, new_id(), {"place": f"{n}"}))
    for after in range(upto(vagn) + 2):
        found = news(vagn, after)
        assert found is not None, "no door is among them"
        assert found == pulled(vagn, after), after
    assert [row[0] for row in pulled(vagn, 0)[1]] == sorted(row[0] for row in pulled(vagn, 0)[1])
    assert {row[1] for row in (news(vagn, 0) or (0, []))[1]} == set(cases)


def test_it_is_for_pull_where_a_door_is_among_them_or_they_are_many(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    before = upto(bodil)
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'full')", (case, shared.sofie.person_id))
    door = upto(bodil)
    assert door > before
    accepted(bodil, *[write(case, new_id(), {"place": f"{n}"}) for n in range(FEW)])
    assert news(vagn, before) is None
    assert news(vagn, door) is None
    found = news(vagn, door + 1)
    assert found is not None
    assert len(found[1]) == FEW - 1


@pytest.mark.parametrize("after", [-5, None, 10**15, 2**63 - 1, -(2**63)])
def test_a_strange_place_to_begin_is_no_error(shared: SharedDatabase, after: int | None) -> None:
    bodil = shared.connect("bodil")
    new_case(bodil)
    found = news(bodil, after)
    assert (found is None) == (after is None or after < 0), "where nothing is numbered, it is for pull"
    whole = pulled(bodil, after or 0)
    assert whole[0] == max(after or 0, upto(bodil))
    assert found in (None, whole)


def test_nobody_is_told_of_a_case_that_is_not_theirs_and_who_is_not_confirmed_passes_nothing_by(
    shared: SharedDatabase,
) -> None:
    new = shared.add("Ny Vejleder", ("vejleder",), ready=False)
    shared.owner.execute("UPDATE rundbord_data.person SET must_change = false WHERE id = %s", (new.person_id,))
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    sofie, rasmus, waiting = shared.connect("sofie"), shared.connect("rasmus"), shared.connect(new)
    case, before = new_case(bodil), upto(bodil)
    accepted(bodil, change(case, "goal", new_id(), {"words": "Ud at køre"}))
    for stranger in (sofie, rasmus):
        assert news(stranger, before) == (upto(bodil), [])
    assert news(waiting, before) is None
    assert pulled(waiting, before) == (before, [])
    assert lines(shared, "sofie") == lines(shared, "rasmus") == []
    found = news(vagn, before)
    assert found is not None
    assert len(found[1]) == 1
    shared.connect("karen").execute("SELECT rundbord.leave_team(%s, %s)", (shared.vagn.person_id, shared.team()))
    accepted(bodil, change(case, "goal", new_id(), {"words": "Ud at gå"}))
    assert news(vagn, upto(bodil) - 1) == (upto(bodil), [])


def test_it_leaves_a_line_for_each_case_and_a_new_one_after_an_hour(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    one, other = new_case(bodil), new_case(bodil)
    before = upto(bodil)
    accepted(bodil, write(one, new_id(), {"place": "x"}))
    news(vagn, before)
    news(vagn, before)
    assert lines(shared, "vagn") == [(one, "hentet")]
    accepted(bodil, write(other, new_id(), {"place": "x"}))
    news(vagn, before)
    assert lines(shared, "vagn") == [(one, "hentet"), (other, "hentet")]
    shared.owner.execute("ALTER TABLE rundbord_data.access DISABLE TRIGGER USER")
    shared.owner.execute(
        "UPDATE rundbord_data.access SET received_at = received_at - interval '61 minutes' WHERE case_id = %s", (one,)
    )
    news(vagn, before)
    assert lines(shared, "vagn") == [(one, "hentet"), (other, "hentet"), (one, "hentet")]


def test_an_hour_is_reckoned_without_a_call_for_each_row(shared: SharedDatabase) -> None:
    """What is told again is one function's to say, and it costs nothing: the planner puts its words in its place."""
    plan = shared.owner.execute(
        "EXPLAIN (COSTS off) SELECT FROM rundbord_data.access a WHERE a.received_at > rundbord_data.told_since()"
    ).fetchall()
    assert "told_since" not in str(plan)
    assert "01:00:00" in str(plan)


def test_whose_teams_are_asked_without_a_call(shared: SharedDatabase) -> None:
    """Every question about a case asks in which teams one is: the planner puts the words in place."""
    owner = shared.owner
    owner.execute("SET ROLE rundbord_reader")
    plan = owner.execute("EXPLAIN (VERBOSE, COSTS off) SELECT FROM rundbord_data.case_home").fetchall()
    owner.execute("RESET ROLE")
    assert "teams_of_mine" not in str(plan)
    assert "member_session" in str(plan)


def test_the_session_is_found_by_an_index_however_many_people_there_are(shared: SharedDatabase) -> None:
    """A name is compared in C order; by the index of UNIQUE alone each question would look through everybody."""
    owner = shared.owner
    owner.execute(
        "INSERT INTO rundbord_data.person (id, login, name, roles)"
        " SELECT gen_random_uuid(), 'en_af_mange_' || n, '', '{}' FROM generate_series(1, 3000) n"
    )
    owner.execute("ANALYZE rundbord_data.person")
    plan = owner.execute("EXPLAIN SELECT id FROM rundbord_data.person WHERE login = session_user").fetchall()
    assert "person_session" in plan[0][0]


def test_a_desk_hears_the_names_of_those_who_write(desks: Desks, shared: SharedDatabase) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    there.round()
    session = there.session()
    after = session.upto()
    for words in ("ét", "to"):  # of somebody new, and of somebody known
        here.write(case_id, "goal", words=words)
        here.round()
        found = session.pull(after)
        assert [row.author_name for row in found.rows] == [shared.bodil.name] * len(found.rows)
        assert found.rows
        assert (found.upto, found.more) == (session.upto(), False)
        after = found.upto


def test_a_line_that_is_cut_while_one_asks_is_no_network(desks: Desks, shared: SharedDatabase) -> None:
    here = desks.of("bodil")
    here.round()
    session: Session = here.session()
    session.pull(0)
    shared.owner.execute("SELECT pg_terminate_backend(%s)", (session._own,))
    with pytest.raises(Offline):
        session.pull(0)
    assert session.closed
