# SPDX-License-Identifier: MPL-2.0
"""Hostile sessions that keep a transaction open: in it `now()` stands still, and what it has touched is held.

Access that has ended has ended there too; whoever holds what others need is ended; and lists within lists are no ids.
"""

from __future__ import annotations

import json
from contextlib import suppress
from threading import Thread

import psycopg
import pytest

from app.domain.errors import EnvironmentProblem
from app.sync import administer, keeping
from tests.patience import LONG
from tests.sync.log import DESK, accepted, write
from tests.sync.shared import Connection, SharedDatabase, Someone, change, new_case, new_id, push, push_edit, seen


@pytest.fixture
def case(shared: SharedDatabase) -> str:
    return new_case(shared.connect("bodil"))


def keeps_open(shared: SharedDatabase, who: str) -> Connection:
    """A session in whose transaction the time stands still from now on."""
    session = shared.connect(who, autocommit=False)
    session.execute("SELECT rundbord.upto()")
    return session


def leaves(shared: SharedDatabase, who: str) -> None:
    team = shared.team(shared.people[who].team or "")
    shared.connect("karen").execute("SELECT rundbord.leave_team(%s, %s)", (shared.people[who].person_id, team))


def test_whoever_has_left_the_team_reads_nothing_more(shared: SharedDatabase, case: str) -> None:
    vagn = keeps_open(shared, "vagn")
    leaves(shared, "vagn")
    accepted(shared.connect("bodil"), change(case, "goal", new_id(), {"words": "Ud at køre"}))
    assert [row for row in seen(vagn) if row["event"] == "change"] == []
    assert vagn.execute("SELECT * FROM rundbord.cases()").fetchall() == []
    assert vagn.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall() == []


def test_whoever_has_left_the_team_writes_as_one_who_has_left(shared: SharedDatabase, case: str) -> None:
    vagn = keeps_open(shared, "vagn")
    leaves(shared, "vagn")
    accepted(vagn, change(case, "goal", new_id(), {"words": "Ud at køre"}, "vejleder"))
    vagn.commit()
    assert shared.owner.execute("SELECT late FROM rundbord_data.change WHERE kind = 'goal'").fetchall() == [(True,)]


@pytest.mark.parametrize(("who", "scope"), [("sofie", "full"), ("rasmus", "shared")])
def test_a_grant_that_has_ended_reads_nothing_more(shared: SharedDatabase, case: str, who: str, scope: str) -> None:
    bodil, one = shared.connect("bodil"), shared.people[who].person_id
    bodil.execute("SELECT rundbord.grant_case(%s, %s, %s)", (case, one, scope))
    other = keeps_open(shared, who)
    assert len(other.execute("SELECT * FROM rundbord.cases()").fetchall()) == 1
    bodil.execute("SELECT rundbord.end_grant(%s, %s)", (case, one))
    assert other.execute("SELECT * FROM rundbord.cases()").fetchall() == []


def test_a_reading_is_noted_at_the_time_it_was(shared: SharedDatabase, case: str) -> None:
    vagn = keeps_open(shared, "vagn")
    before = shared.owner.execute("SELECT clock_timestamp()").fetchone()
    seen(vagn)
    vagn.commit()
    lines = "SELECT received_at > %s, case_id::text FROM rundbord_data.access WHERE action = 'hentet'"
    assert shared.owner.execute(lines, before).fetchall() == [(True, case)]


def test_a_reading_an_hour_later_is_noted_anew_though_it_is_the_same_transaction(
    shared: SharedDatabase, case: str
) -> None:
    plan = shared.owner.execute("EXPLAIN SELECT WHERE now() > rundbord_data.told_since()").fetchall()
    assert "statement_timestamp" in str(plan), "and not the transaction's"


def test_whoever_holds_their_own_account_is_closed_all_the_same(shared: SharedDatabase) -> None:
    one = shared.add("Vred Vejleder", ("vejleder",))
    held = shared.connect(one, autocommit=False)
    held.execute("SELECT rundbord.hello('0', 1)")  # a new desk, and so a row that names the account
    karen = shared.connect("karen")
    karen.execute("SET statement_timeout = '60s'")
    karen.execute("SELECT rundbord.close_person(%s)", (one.person_id,))
    with pytest.raises(psycopg.OperationalError):
        held.execute("SELECT 1")
    found = shared.owner.execute(
        "SELECT p.state, m.state, m.until IS NULL FROM rundbord_data.person p JOIN rundbord_data.member m ON m.person = p.id"
        " WHERE p.id = %s",
        (one.person_id,),
    ).fetchall()
    assert found == [("closed", "closed", False)]


def test_whoever_holds_the_numbering_and_has_a_friend_hold_them_is_ended(shared: SharedDatabase, case: str) -> None:
    """A holder that waits for something else is no honest waiter: two sessions of one mind would stop everybody for ever."""
    bodil = shared.connect("bodil")
    holder, friend = shared.connect("vagn", autocommit=False), shared.connect("vagn", autocommit=False)
    (desk,) = shared.connect("vagn").execute("SELECT rundbord.hello('0', 1)").fetchone() or ({},)
    again = "SELECT rundbord.hello('0', 1, %(device)s, %(nonce)s)"
    friend.execute(again, desk)  # the desk's row is held
    goal = [change(case, "goal", new_id(), {"words": "x"}, "vejleder")]
    holder.execute("SELECT * FROM rundbord.push(%s, %s)", (json.dumps(goal), DESK))

    def wait() -> None:
        with suppress(psycopg.Error):
            holder.execute(again, desk)

    waits = Thread(target=wait)
    waits.start()
    try:
        assert push(bodil, change(case, "task", new_id(), {"text": "venter"})) == [("accepted", None)]
    finally:
        friend.close()
        waits.join(LONG)
    assert holder.broken


def test_whoever_reads_and_keeps_it_open_holds_up_no_desk_while_the_database_is_set_up(
    shared: SharedDatabase, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that set up would wait behind it, and every desk behind them: it gives up, whole, and says so."""
    monkeypatch.setattr(administer, "_HELD_UP", "200ms")
    shared.owner.execute("UPDATE rundbord_data.applied SET hash = 'older' WHERE file = '01_tables.sql'")
    vagn = keeps_open(shared, "vagn")
    assert seen(vagn)
    with pytest.raises(EnvironmentProblem, match="travlt"), keeping.connected(shared.owner_dsn) as owner:
        administer.init(owner)
    assert seen(shared.connect("bodil"))
    vagn.rollback()
    assert administer.init(shared.owner).files == ("01_tables.sql",)


@pytest.mark.parametrize("over", ["[[%s]]", "[[[%s]]]", "[[%s, %s]]", "[[%s], [%s]]"])
def test_an_edit_over_lists_in_lists_is_left(shared: SharedDatabase, case: str, over: str) -> None:
    """They would take nothing off what they lie over, and no desk could read them."""
    bodil = shared.connect("bodil")
    first = write(case, new_id(), {"place": "a"})
    accepted(bodil, first)
    below = json.loads(over.replace("%s", json.dumps(first["id"])))
    edit = write(case, first["record"], {"place": "b"}) | {"over": {"place": below}}
    assert push_edit(bodil, edit, DESK) is None
    assert push(bodil, edit) == [("refused", "malformed")]


# ------------------------------------------------------------------------------------------------- the end of a window


def goal_by_vagn(case: str) -> dict[str, object]:
    return change(case, "goal", new_id(), {"words": "Ud at køre"}, "vejleder")


def test_when_the_thirty_days_are_over_nothing_more_is_delivered_from_a_team(shared: SharedDatabase, case: str) -> None:
    vagn = keeps_open(shared, "vagn")
    leaves(shared, "vagn")
    shared.owner.execute(
        "UPDATE rundbord_data.member SET until = clock_timestamp() - interval '30 days' WHERE person = %s",
        (shared.vagn.person_id,),
    )
    assert push(vagn, goal_by_vagn(case)) == [("refused", "not_yours")]


@pytest.mark.parametrize(("who", "scope"), [("sofie", "full"), ("rasmus", "shared")])
def test_when_the_thirty_days_are_over_nothing_more_is_delivered_by_a_grant(
    shared: SharedDatabase, case: str, who: str, scope: str
) -> None:
    bodil, one = shared.connect("bodil"), shared.people[who].person_id
    bodil.execute("SELECT rundbord.grant_case(%s, %s, %s)", (case, one, scope))
    other = keeps_open(shared, who)
    bodil.execute("SELECT rundbord.end_grant(%s, %s)", (case, one))
    shared.owner.execute("UPDATE rundbord_data.case_grant SET until = clock_timestamp() - interval '30 days'")
    role = shared.people[who].roles[0]
    assert push(other, change(case, "advice", new_id(), {"text": "Prøv igen"}, role)) == [("refused", "not_yours")]


def test_when_the_thirty_days_are_over_nothing_more_is_delivered_to_a_case_that_moved(
    shared: SharedDatabase, case: str
) -> None:
    vagn = keeps_open(shared, "vagn")
    shared.owner.execute("UPDATE rundbord_data.case_home SET team_id = %s", (shared.team("Syd"),))
    shared.owner.execute(
        "INSERT INTO rundbord_data.door (seq, case_id, team_id, what, at)"
        " VALUES (1000, %s, %s, 'closed', clock_timestamp() - interval '30 days')",
        (case, shared.team()),
    )
    assert push(vagn, goal_by_vagn(case)) == [("refused", "not_yours")]


def test_a_session_that_is_open_delivers_nothing_past_the_days_of_a_closed_account(shared: SharedDatabase) -> None:
    """The days were held at the door alone: whoever was inside, or needs no password there, had the whole thirty."""
    one = shared.add("Else Eksempel", ("vejleder",))
    session = shared.connect(one)
    case = new_case(session, role="vejleder")
    administer.remove_person(shared.connect("karen"), one.login, days=5)
    assert push(session, goal_by_vagn(case)) == [("accepted", None)]
    shared.owner.execute(f"ALTER ROLE {one.login} VALID UNTIL 'yesterday'")
    assert push(session, goal_by_vagn(case)) == [("refused", "not_yours")]
    paper = session.execute("SELECT rundbord.push_paper(%s, %s, '%%PDF')", (new_id(), case)).fetchone()
    assert paper == ("not_yours",)


def test_a_session_that_is_open_ends_with_an_account_that_is_closed_at_once(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    session = shared.connect(one)
    administer.remove_person(shared.connect("karen"), one.login, days=0)
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")


def test_a_change_was_received_when_it_was_though_the_transaction_is_old(shared: SharedDatabase, case: str) -> None:
    vagn = keeps_open(shared, "vagn")
    before = shared.owner.execute("SELECT clock_timestamp()").fetchone()
    accepted(vagn, goal_by_vagn(case))
    vagn.commit()
    lines = "SELECT received_at > %s FROM rundbord_data.change WHERE kind = 'goal'"
    assert shared.owner.execute(lines, before).fetchall() == [(True,)]


# --------------------------------------------------------------------------------------- a view of before, kept frozen


def frozen(shared: SharedDatabase, who: str | Someone) -> Connection:
    """A session that sees the database as it is now, whatever is changed in it."""
    session = shared.connect(who, autocommit=False)
    session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    session.execute("SELECT rundbord.upto()")
    return session


@pytest.mark.parametrize("act", ["reset_password", "set_roles"])
def test_whoever_sees_their_account_as_it_was_writes_nothing_by_it(shared: SharedDatabase, act: str) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    case = new_case(shared.connect(one), role="vejleder")
    session, karen = frozen(shared, one), shared.connect("karen")
    if act == "reset_password":
        administer.reset_password(karen, one.login, "ny-første-kode")
    else:
        karen.execute("SELECT rundbord.set_roles(%s, '{bestiller}')", (one.person_id,))
    with pytest.raises(psycopg.errors.SerializationFailure):
        push(session, goal_by_vagn(case))


def test_a_leder_who_is_one_no_more_confirms_nobody(shared: SharedDatabase) -> None:
    one = shared.add("Lis Leder", ("leder",))
    new = shared.add("Ny Nielsen", ("bestiller",), ready=False)
    administer.set_own_password(shared.connect(new), "en helt ny sætning")
    session = frozen(shared, one)
    administer.remove_person(shared.connect("karen"), one.login)
    with pytest.raises(psycopg.errors.SerializationFailure):
        session.execute("SELECT rundbord.confirm_person(%s)", (new.person_id,))
