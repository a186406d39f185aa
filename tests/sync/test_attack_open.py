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
from app.sync import administer
from tests.patience import LONG
from tests.sync.log import DESK, accepted, write
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id, push, push_edit, seen


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
    with pytest.raises(EnvironmentProblem, match="travlt"), administer.connected(shared.owner_dsn) as owner:
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
