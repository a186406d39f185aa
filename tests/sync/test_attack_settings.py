# SPDX-License-Identifier: MPL-2.0
"""Hostile sessions that turn PostgreSQL's own knobs: clocks, zones, planners, cursors and statistics. Nothing of it reads, writes
or throws out anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from app.sync import administer
from tests.sync.log import accepted
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id, push, seen
from tests.sync.test_attack_server import EVERYBODY, denied

SECRET = "Et Hemmeligt Navn"
ODD = (
    "datestyle = 'SQL, DMY'",
    "timezone = 'Asia/Kolkata'",  # its name for itself is read as another zone's
    "intervalstyle = 'sql_standard'",
    "transform_null_equals = on",
    "array_nulls = off",
    "quote_all_identifiers = on",
    "bytea_output = 'escape'",
    "extra_float_digits = -15",
    "parallel_setup_cost = 0",
    "parallel_tuple_cost = 0",
    "min_parallel_table_scan_size = 0",
    "join_collapse_limit = 1",
    "enable_nestloop = off",
    "debug_print_plan = on",
    "debug_print_rewritten = on",
    "client_min_messages = 'debug1'",
    "synchronous_commit = off",
    "plan_cache_mode = 'force_custom_plan'",
)


def odd(shared: SharedDatabase, who: str) -> Connection:
    """A session with every knob turned, and what the server then says kept in `said`."""
    session = shared.connect(who)
    for setting in ODD:
        session.execute(f"SET {setting}".encode())
    name = "debug_parallel_query" if session.info.server_version >= 160000 else "force_parallel_mode"
    session.execute(f"SET {name} = on".encode())
    return session


def listened(session: Connection) -> list[str]:
    said: list[str] = []
    session.add_notice_handler(lambda notice: said.append(f"{notice.message_primary} {notice.message_detail}"))
    return said


@pytest.fixture
def case(shared: SharedDatabase) -> str:
    return new_case(shared.connect("bodil"), SECRET)


def test_no_knob_shows_another_teams_case(shared: SharedDatabase, case: str) -> None:
    """Neither as rows nor in what the server tells a session of its own plans."""
    session = odd(shared, "sofie")
    said = listened(session)
    assert seen(session) == []
    for question in ("present(ARRAY[%s]::uuid[])", "history(%s)", "who_is_here(%s)"):
        rows = session.execute(f"SELECT * FROM rundbord.{question}".encode(), (case,)).fetchall()
        assert not [row for row in rows if case in map(str, row)], question
    assert session.execute("SELECT rundbord.looks(%s)", (case,)).fetchone() == (None,)
    assert push(session, change(case, "story", new_id(), {"think": "ind udefra"})) == [("refused", "not_yours")]
    assert said, "the server has told of its plans"
    assert not [text for text in said if SECRET in text]


@pytest.mark.parametrize("who", ["bodil", "vagn"])
def test_no_knob_changes_what_one_may_read_and_write(shared: SharedDatabase, case: str, who: str) -> None:
    session, role = odd(shared, who), {"bodil": "bestiller", "vagn": "vejleder"}[who]
    goal = new_id()
    accepted(session, change(case, "goal", goal, {"words": "Ud"}, role))
    assert {row["kind"] for row in seen(session)} == {"citizen", "case", "goal"}
    if who == "vagn":
        decision = change(case, "decision", new_id(), {"content": "{}", "hash": "", "seal": ""}, "vejleder")
        assert push(session, decision) != [("accepted", None)]
        assert push(session, change(case, "plan", new_id(), {"purpose": "x"}, "vejleder"))[0][0] == "refused"


def test_a_reading_is_noted_by_one_clock_whatever_the_session_has_set(shared: SharedDatabase, case: str) -> None:
    assert seen(odd(shared, "vagn"))
    (told,) = shared.connect("lene").execute("SELECT rundbord.looks(%s)", (case,)).fetchone() or ([],)
    (at,) = [look["at"] for look in told if look["person"] == shared.vagn.person_id]
    now = shared.owner.execute("SELECT abs(extract(epoch FROM now() - %s::timestamptz)) < 3600", (at,)).fetchone()
    assert now == (True,), at


def test_nobody_throws_out_an_honest_colleague_by_a_clock_of_their_own(shared: SharedDatabase, case: str) -> None:
    """Whoever has held the numbering for long is ended by those who wait. How long it was is not the waiter's to say."""
    holder, waiter = shared.connect("vagn", autocommit=False), odd(shared, "bodil")
    goal = json.dumps([change(case, "goal", new_id(), {"words": "x"}, "vejleder")])
    holder.execute("SELECT * FROM rundbord.push(%s, %s)", (goal, new_id()))
    waiter.execute("SET timezone = 'IST+12'")  # half a day ago, as it is read
    waiter.execute("SET statement_timeout = '3s'")  # less than four: an honest clock has not run out
    with pytest.raises(psycopg.errors.QueryCanceled):
        push(waiter, change(case, "task", new_id(), {"text": "venter"}))
    holder.execute("SELECT 1")
    holder.commit()


@pytest.fixture
def leaving(shared: SharedDatabase) -> Iterator[tuple[Connection, str]]:
    """A session with a cursor declared while its owner was in the team, fetched from when they have left it."""
    one = shared.add("Nora Nord", ("vejleder",))
    session = shared.connect(one, autocommit=False)
    yield session, one.person_id
    session.rollback()


@pytest.mark.parametrize("question", ["pull(0)", "present()", "history('{case}')", "news(0)"])
@pytest.mark.parametrize("hold", ["WITHOUT HOLD", "WITH HOLD"])
def test_a_cursor_kept_from_before_reads_nothing_more(
    shared: SharedDatabase, case: str, leaving: tuple[Connection, str], question: str, hold: str
) -> None:
    """What is kept over the end of a transaction was read then, and noted then."""
    session, person = leaving
    asked = question.format(case=case)
    session.execute(f"DECLARE c CURSOR {hold} FOR SELECT x::text FROM rundbord.{asked} x".encode())
    if hold == "WITH HOLD":
        session.commit()
        noted = "SELECT count(*) FROM rundbord_data.access WHERE person = %s AND case_id = %s"
        assert shared.owner.execute(noted, (person, case)).fetchone() == (1,)
        return
    shared.connect("karen").execute("SELECT rundbord.leave_team(%s, %s)", (person, shared.team()))
    told = " ".join(str(text) for (text,) in session.execute("FETCH ALL FROM c").fetchall())
    assert SECRET not in told


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reads_what_the_planner_knows_of_the_values(shared: SharedDatabase, case: str, who: str) -> None:
    """The planner keeps samples of names and words. Nobody may look at them, and estimates are of rows one may count anyway."""
    shared.owner.execute("ANALYZE rundbord_data.change")
    shared.owner.execute("ANALYZE rundbord_data.person")
    assert shared.owner.execute("SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'rundbord_data'").fetchone() == (
        True,
    )
    session = shared.connect(who)
    for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
        assert session.execute(f"SELECT * FROM {view} WHERE schemaname LIKE 'rundbord%'".encode()).fetchall() == []
    for statement in (
        "SELECT * FROM pg_statistic",
        "SELECT stxdmcv FROM pg_statistic_ext_data",
        "CREATE STATISTICS evil ON kind, at FROM rundbord_data.change",
        "EXPLAIN SELECT * FROM rundbord_data.change",
        "EXPLAIN ANALYZE SELECT * FROM rundbord_report.standing",
        "SELECT pg_logical_emit_message(true, 'x', 'y')",
        "SELECT pg_logical_emit_message(false, 'x', 'y'::bytea)",
        "ALTER TABLE rundbord_data.change ALTER COLUMN fields SET STATISTICS 10000",
    ):
        denied(session, statement)
    plan = session.execute("EXPLAIN (VERBOSE) SELECT * FROM rundbord.root_public()").fetchall()
    assert not [line for (line,) in plan if "rundbord_data" in line]


@pytest.mark.parametrize("who", EVERYBODY)
def test_what_others_do_is_shown_to_nobody(shared: SharedDatabase, who: str) -> None:
    """The words of a colleague are in the text of their statement, where a program writes them there."""
    other = shared.connect("vagn" if who != "vagn" else "bodil")
    other.execute(sql.SQL("SELECT {}").format(sql.Literal(SECRET)))
    session = shared.connect(who)
    for view in ("pg_stat_activity", "pg_stat_get_activity(NULL)"):
        rows = session.execute(f"SELECT a::text FROM {view} a".encode()).fetchall()
        assert rows
        assert not [row for (row,) in rows if SECRET in row]
    backend = "SELECT i, pg_stat_get_backend_activity(i) FROM pg_stat_get_backend_idset() i"
    assert not [text for _, text in session.execute(backend).fetchall() if text and SECRET in text]
    for view in ("pg_prepared_statements", "pg_cursors", "pg_prepared_xacts", "pg_replication_slots"):
        assert session.execute(f"SELECT * FROM {view}".encode()).fetchall() in ([], [()])


def test_whoever_set_a_first_password_leaves_no_key_of_their_own(shared: SharedDatabase) -> None:
    """Else it would be vouched for as its owner's: they sign at another desk, for all they are told."""
    one = shared.add("Ny Nysen", ("bestiller",), ready=False)
    planted = shared.connect(one)
    with pytest.raises(psycopg.Error, match="must_change"):
        planted.execute("SELECT rundbord.set_own_key(%s)", ("A" * 43 + "=",))
    administer.set_own_password(planted, "min egen sætning")
    shared.connect_with(one, "min egen sætning").execute("SELECT rundbord.set_own_key(%s)", ("A" * 43 + "=",))


def test_a_snapshot_lent_by_a_colleague_writes_nothing_by_an_account_as_it_was(
    shared: SharedDatabase, case: str
) -> None:
    one = shared.add("Nora Nord", ("vejleder",))
    lender, session = shared.connect("bodil", autocommit=False), shared.connect(one, autocommit=False)
    lender.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    (snapshot,) = lender.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    shared.connect("karen").execute("SELECT rundbord.close_person(%s)", (one.person_id,))
    session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    session.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
    with pytest.raises(psycopg.errors.SerializationFailure):
        push(session, change(case, "goal", new_id(), {"words": "x"}, "vejleder"))
