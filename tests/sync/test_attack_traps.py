# SPDX-License-Identifier: MPL-2.0
"""The traps of a shared PostgreSQL, one test each: what a signed-in session may do by its rules, and what comes of it.

Where PostgreSQL leaves something open to everybody (locks, notices, heavy questions), the test says what holds all the same.
"""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.sync import administer
from tests.sync.log import heard
from tests.sync.shared import SharedDatabase, change, new_case, new_id, push, seen
from tests.sync.test_attack_server import EVERYBODY, denied
from tests.sync.test_attack_table import log_size, server_log


def test_no_view_shows_anything_past_row_security(shared: SharedDatabase) -> None:
    """A plain view sees what its owner sees: there is none that a person may read, and the reports hold no words."""
    rows = shared.owner.execute(
        "SELECT c.oid::regclass::text, has_table_privilege('rundbord_person', c.oid, 'SELECT')"
        " OR has_table_privilege('rundbord_accounts', c.oid, 'SELECT'), c.relowner::regrole::text, c.reloptions"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('v', 'm') AND n.nspname LIKE 'rundbord%'"
    ).fetchall()
    assert rows
    for name, open_to_people, owner, options in rows:
        assert not open_to_people, name
        assert owner == "rundbord_reporter", name
        assert "security_barrier=true" in (options or []), name


def test_nobody_who_works_here_may_make_roles(shared: SharedDatabase) -> None:
    """Who may make roles can become anyone: only the owner of the account functions may, and nobody is or can be that role."""
    makes = "SELECT rolname FROM pg_roles WHERE rolcreaterole AND NOT rolsuper AND rolname LIKE ANY (%s)"
    logins = [one.login for one in shared.people.values()]
    assert shared.owner.execute(makes, (["rundbord%", *logins],)).fetchall() == [("rundbord_keeper",)]
    members = shared.owner.execute(
        "SELECT m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member"
        " WHERE g.rolname = 'rundbord_keeper' AND NOT m.rolsuper"
    ).fetchall()
    assert members == []
    for who in EVERYBODY:
        denied(shared.connect(who), "CREATE ROLE evil")


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_takes_a_lock_by_number(shared: SharedDatabase, who: str) -> None:
    session = shared.connect(who)
    for lock in (
        "pg_advisory_lock(1)", "pg_try_advisory_lock(1)", "pg_advisory_xact_lock(1383427684)", "pg_advisory_lock_shared(1, 2)",
        "pg_try_advisory_xact_lock_shared(7)",
    ):  # fmt: skip
        denied(session, f"SELECT {lock}")
    administer.init(shared.owner)  # which takes one


def test_a_session_that_holds_a_lock_stops_nobody_for_long(shared: SharedDatabase) -> None:
    """Row locks come with the functions: one that is held in an open transaction is ended when others wait for it."""
    bodil, holder = shared.connect("bodil"), shared.connect("vagn", autocommit=False)
    case = new_case(bodil)
    one = json.dumps([change(case, "goal", new_id(), {"goal": "holder"}, "vejleder")])
    holder.execute("SELECT * FROM rundbord.push(%s, %s)", (one, new_id()))
    assert push(bodil, change(case, "task", new_id(), {"text": "venter"})) == [("accepted", None)]
    with pytest.raises(psycopg.OperationalError):
        holder.execute("SELECT 1")
    assert {row["kind"] for row in seen(bodil)} == {"case", "citizen", "task"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_runs_a_program_of_their_own(shared: SharedDatabase, who: str) -> None:
    session = shared.connect(who)
    for statement in (
        "DO $$ BEGIN LOOP END LOOP; END $$",
        "DO LANGUAGE plpgsql $$ BEGIN PERFORM 1; END $$",
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
        "CREATE FUNCTION rundbord.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY pg_temp.x FROM PROGRAM 'id'",
        "CREATE PROCEDURAL LANGUAGE plpython3u",
        "LOAD 'auto_explain'",
        "CREATE TEMP TABLE x (a int)",
        "SELECT lo_creat(-1)",
        "SELECT lo_import('/etc/hostname')",
        "SELECT lo_export(1, '/var/x')",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_stat_file('PG_VERSION')",
        "SELECT pg_logical_emit_message(true, 'x', 'y'), pg_create_physical_replication_slot('x')",
        "SELECT pg_switch_wal()",
        "SELECT pg_export_snapshot(), pg_backup_start('x')",
        "SELECT pg_read_binary_file('global/pg_control')",
        "PREPARE TRANSACTION 'x'",
    ):
        session.execute("BEGIN")
        denied(session, statement)
        session.execute("ROLLBACK")


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_heavy_question_fills_no_disk(shared: SharedDatabase, who: str) -> None:
    """Time of one's own a session may set, and so waste; the disk is the server's: what lies aside has a limit nobody lifts."""
    session = shared.connect(who)
    assert session.execute("SHOW temp_file_limit").fetchone() == ("2GB",)
    for setting in ("SET temp_file_limit = -1", "RESET session_replication_role", "SET log_min_messages = panic",
                    "SET log_min_error_statement = panic", "SET log_statement = 'none'", "SET lc_messages = 'C'"):  # fmt: skip
        if not setting.startswith("RESET"):
            denied(session, setting)
    denied(session, f"ALTER ROLE {shared.people[who].login} SET temp_file_limit = -1")


def test_a_heavy_question_is_ended_by_its_own_limit_and_others_work_on(shared: SharedDatabase) -> None:
    sofie, bodil = shared.connect("sofie"), shared.connect("bodil")
    gone = threading.Event()

    def burn() -> None:
        with pytest.raises(psycopg.errors.QueryCanceled):
            sofie.execute("SET statement_timeout = '60s'; SELECT count(*) FROM generate_series(1, 1e12::bigint)")
        gone.set()

    burning = threading.Thread(target=burn)
    burning.start()
    try:
        for _ in range(5):
            new_case(bodil)
    finally:
        while not gone.wait(0.02):
            shared.owner.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = %s", (shared.sofie.login,)
            )
        burning.join()
    assert len(seen(bodil)) == 10


def test_nobody_holds_more_than_their_share_of_connections(shared: SharedDatabase) -> None:
    rows = shared.owner.execute(
        "SELECT r.rolname, r.rolconnlimit FROM pg_roles r JOIN rundbord_data.person p ON p.login = r.rolname"
    ).fetchall()
    assert rows
    assert {limit for _, limit in rows} == {20}


def test_a_name_a_session_gives_itself_makes_it_nobody(shared: SharedDatabase) -> None:
    bodil, case = shared.connect("bodil"), new_case(shared.connect("bodil"))
    bodil.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
    parts = conninfo_to_dict(shared.dsn("sofie"))
    dsn = make_conninfo(**{**parts, "application_name": shared.bodil.login, "options": f"-c role={'none'}"})
    with psycopg.connect(dsn, autocommit=True) as sofie:
        sofie.execute(sql.SQL("SET application_name = {}").format(sql.Literal("rundbord")))
        told = sofie.execute("SELECT rundbord.hello('0', 1)").fetchone()
        assert told is not None
        assert told[0]["person_id"] == shared.sofie.person_id
        assert push(sofie, change(case, "task", new_id(), {"text": "x"})) == [("refused", "not_yours")]
    here = shared.connect("vagn").execute("SELECT person::text FROM rundbord.who_is_here(%s)", (case,)).fetchall()
    assert here == [(shared.bodil.person_id,)]


def test_nobody_guesses_where_notices_come(shared: SharedDatabase) -> None:
    names = [n for (n,) in shared.owner.execute("SELECT name FROM rundbord_data.channel").fetchall()]
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    told = bodil.execute("SELECT rundbord.hello('0', 1)").fetchone()
    assert told is not None
    names += told[0]["channels"]
    assert all(len(name) == 35 and name.startswith("rb_") for name in names)
    assert len({name[:11] for name in names}) == len(set(names)), "drawn, not counted"
    for guess in ("rundbord", "rundbord_change", shared.team(), shared.bodil.person_id, "rb_", "counter"):
        sofie.execute(sql.SQL("LISTEN {}").format(sql.Identifier(guess)))
    new_case(bodil)
    assert heard(sofie) == []
    assert sofie.execute("SELECT FROM pg_listening_channels() c WHERE c LIKE 'rb\\_%%' AND c <> 'rb_'").fetchall() == []


def test_a_password_never_goes_over_the_line_or_into_the_log(shared: SharedDatabase) -> None:
    word = "en helt egen sætning 4711"
    session, before = shared.connect("vagn"), log_size(shared.owner)
    shared.owner.execute("ALTER ROLE postgres SET log_statement = 'all'")
    try:
        administer.set_own_password(session, word)
    finally:
        shared.owner.execute("ALTER ROLE postgres RESET log_statement")
        administer.set_own_password(session, shared.vagn.password)  # the role is the server's: the next test's too
    held = shared.owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (shared.vagn.login,)).fetchone()
    assert held is not None
    assert str(held[0]).startswith("SCRAM-SHA-256$")
    assert before is None or "4711" not in server_log(shared.owner, before)


def test_a_reading_that_is_rolled_back_is_in_the_servers_own_log(shared: SharedDatabase) -> None:
    """The line of the access log goes with its transaction; what the server says of itself does not."""
    case = new_case(shared.connect("bodil"))
    owner = shared.owner
    if log_size(owner) is None:
        pytest.skip("this server's log is not where a test can read it")
    vagn = shared.connect("vagn", autocommit=False)
    for road in ("pull(0)", "present()", f"history('{case}')"):
        before = log_size(owner) or 0
        assert vagn.execute(f"SELECT * FROM rundbord.{road}".encode()).fetchall()
        vagn.rollback()
        said = server_log(owner, before)
        assert f"rundbord: {shared.vagn.person_id} reads" in said, road
        assert case in said, road
    rows = shared.owner.execute(
        "SELECT FROM rundbord_data.access WHERE person = %s", (shared.vagn.person_id,)
    ).fetchall()
    assert rows == []


def test_every_road_to_a_cases_words_leaves_a_line(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, paper = new_case(bodil), new_id()
    bodil.execute("SELECT rundbord.push_paper(%s, %s, 'pdf')", (paper, case))
    roads = {
        "pull(0)": "hentet",
        "present()": "hentet",
        f"present(ARRAY['{case}']::uuid[])": "hentet",
        f"history('{case}')": "historik",
        f"paper('{paper}')": "papir",
    }
    for n, (road, action) in enumerate(roads.items()):
        one = shared.add(f"Læser {n}", ("vejleder",))
        shared.connect(one).execute(f"SELECT * FROM rundbord.{road}".encode())
        rows = shared.owner.execute(
            "SELECT action, case_id::text FROM rundbord_data.access WHERE person = %s", (one.person_id,)
        ).fetchall()
        assert rows == [(action, case)], road
