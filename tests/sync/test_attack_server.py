# SPDX-License-Identifier: MPL-2.0
"""Hostile sessions against the server itself: tables, other people's roles, functions, tricks with paths and channels.

Everybody here is signed in with a real password and writes SQL by hand. The client is assumed hostile; what is held, is held
by the database.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from app.sync.administer import close_database
from tests.sync.log import heard
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id, push, seen

EVERYBODY = ("bodil", "vagn", "lene", "rasmus", "sofie", "karen")
OWNERS = ("owner", "writer", "reader", "keeper", "reporter", "eraser", "warden")


def denied(session: Connection, statement: str) -> None:
    """The server itself says no: not a right, not there, or not for such a session."""
    with pytest.raises(psycopg.Error) as refused:
        session.execute(statement.encode())
    assert refused.value.sqlstate is not None, statement
    assert refused.value.sqlstate[:2] in ("42", "25", "0L", "0A", "55", "2F", "58", "28", "38"), (
        statement,
        refused.value,
    )
    assert refused.value.sqlstate != "42601", f"mistyped: {statement}"


def tables(shared: SharedDatabase) -> list[str]:
    rows = shared.owner.execute(
        "SELECT oid::regclass::text FROM pg_class"
        " WHERE relnamespace = 'rundbord_data'::regnamespace AND relkind IN ('r', 'v', 'S')"
    ).fetchall()
    return [name for (name,) in rows]


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_touches_a_table(shared: SharedDatabase, who: str) -> None:
    session, names = shared.connect(who), tables(shared)
    assert len(names) > 20
    for name in names:
        denied(session, f"SELECT * FROM {name}")
    for name in (
        "change",
        "person",
        "member",
        "case_home",
        "case_grant",
        "field_rule",
        "pen_role",
        "setting",
        "refused",
        "counter",
    ):
        denied(session, f"DELETE FROM rundbord_data.{name}")
        denied(session, f"TRUNCATE rundbord_data.{name} CASCADE")
        denied(session, f"INSERT INTO rundbord_data.{name} DEFAULT VALUES")
        denied(session, f"LOCK TABLE rundbord_data.{name}")
        denied(session, f"COPY rundbord_data.{name} TO STDOUT")
        denied(session, f"ALTER TABLE rundbord_data.{name} DISABLE TRIGGER ALL")
        denied(session, f"ALTER TABLE rundbord_data.{name} DISABLE ROW LEVEL SECURITY")
        denied(session, f"DROP TABLE rundbord_data.{name}")
    denied(session, "UPDATE rundbord_data.change SET author = gen_random_uuid()")
    denied(session, "UPDATE rundbord_data.person SET roles = '{bestiller,leder}', state = 'open'")


def test_no_table_is_open_to_anybody_by_a_grant(shared: SharedDatabase) -> None:
    rows = shared.owner.execute(
        "SELECT c.relname, p.login, x.privilege FROM pg_class c CROSS JOIN rundbord_data.person p"
        " CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) x (privilege)"
        " WHERE c.relnamespace = 'rundbord_data'::regnamespace AND c.relkind = 'r'"
        " AND has_table_privilege(p.login, c.oid, x.privilege)"
    ).fetchall()
    assert rows == []
    rows = shared.owner.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'rundbord_data'::regnamespace AND c.relkind = 'r'"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
    ).fetchall()
    assert rows == []


def test_who_may_call_what_is_written_down(shared: SharedDatabase) -> None:
    """A function added to the schema is seen here first: whom it is for is said, never left to the default."""
    rows = shared.owner.execute(
        "SELECT p.proname, has_function_privilege('rundbord_person', p.oid, 'EXECUTE'),"
        " has_function_privilege('rundbord_accounts', p.oid, 'EXECUTE'), has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p WHERE p.pronamespace IN ('rundbord'::regnamespace, 'rundbord_data'::regnamespace)"
    ).fetchall()
    assert [name for name, *_, public in rows if public] == []
    accounts = {name for name, _, accounts, _ in rows if accounts}
    assert accounts == {
        *(
            "add_team",
            "add_person",
            "reset_password",
            "set_roles",
            "close_person",
            "reopen_person",
            "vouch",
            "leave_team",
            "set_own_password",
        ),
        *("accounts", "teams", "root_public"),
    }
    people = {name for name, people, _, _ in rows if people}
    assert people.isdisjoint(
        {
            *("add_person", "add_team", "reset_password", "set_roles", "close_person", "reopen_person"),
            *("make_person", "make_role", "erase_case"),
        }
    )
    inner = shared.owner.execute(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'rundbord_data'::regnamespace"
        " AND (has_function_privilege('rundbord_person', p.oid, 'EXECUTE')"
        "      OR has_function_privilege('rundbord_accounts', p.oid, 'EXECUTE'))"
    ).fetchall()
    assert inner == []


def test_every_function_has_a_fixed_path_and_an_owner_nobody_is(shared: SharedDatabase) -> None:
    rows = shared.owner.execute(
        "SELECT p.oid::regprocedure::text, p.prosecdef, p.proconfig, r.rolname, r.rolcanlogin, r.rolsuper"
        " FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE p.pronamespace IN ('rundbord'::regnamespace, 'rundbord_data'::regnamespace)"
    ).fetchall()
    for name, definer, config, owner, can_login, superuser in rows:
        if name.startswith("rundbord."):
            assert definer, name
        if definer:  # the others run within one of these, on its path
            assert "search_path=pg_catalog, pg_temp" in (config or []), name
            assert owner in {f"rundbord_{o}" for o in OWNERS}, (name, owner)
            assert not can_login, name
            assert not superuser, name


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_becomes_anybody(shared: SharedDatabase, who: str) -> None:
    session = shared.connect(who)
    for owner in OWNERS:
        denied(session, f"SET ROLE rundbord_{owner}")
        denied(session, f"GRANT rundbord_{owner} TO CURRENT_USER")
    for other in (*EVERYBODY, "postgres"):
        if other != who:
            login = shared.people[other].login if other in shared.people else other
            denied(session, f"SET ROLE {login}")
            denied(session, f"SET SESSION AUTHORIZATION {login}")
            denied(session, f"ALTER ROLE {login} PASSWORD 'x'")
            denied(session, f"ALTER ROLE {login} SET search_path = evil")
            denied(session, f"GRANT {login} TO CURRENT_USER")
    denied(session, f"GRANT rundbord_{'person' if who == 'karen' else 'accounts'} TO CURRENT_USER")
    denied(session, "CREATE ROLE evil LOGIN")
    denied(session, "ALTER ROLE CURRENT_USER CREATEROLE")
    denied(session, "ALTER ROLE CURRENT_USER SUPERUSER")
    denied(session, "ALTER ROLE CURRENT_USER BYPASSRLS")
    denied(session, "ALTER ROLE CURRENT_USER VALID UNTIL 'infinity'")
    denied(session, "ALTER ROLE CURRENT_USER RENAME TO bodilb")
    denied(session, "DROP OWNED BY rundbord_writer")
    denied(session, "REASSIGN OWNED BY rundbord_writer TO CURRENT_USER")


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reads_passwords_or_makes_anything(shared: SharedDatabase, who: str) -> None:
    session = shared.connect(who)
    for statement in (
        "SELECT rolpassword FROM pg_authid",
        "SELECT passwd FROM pg_shadow",
        "SELECT pg_read_file('pg_hba.conf')",
        "SELECT * FROM pg_hba_file_rules",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY (SELECT 1) TO '/var/x'",
        "CREATE TABLE public.evil (x int)",
        "CREATE TABLE rundbord.evil (x int)",
        "CREATE FUNCTION public.my_id() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'",
        "CREATE TEMP TABLE person (id uuid)",
        "CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT clock_timestamp()'",
        "CREATE SCHEMA evil",
        "CREATE EXTENSION dblink",
        "CREATE DATABASE evil",
        "CREATE PUBLICATION evil FOR ALL TABLES",
        "CREATE OR REPLACE FUNCTION rundbord.teams() RETURNS TABLE (id uuid, name text) LANGUAGE sql AS 'SELECT NULL, NULL'",
        "ALTER FUNCTION rundbord.teams() OWNER TO CURRENT_USER",
        "ALTER FUNCTION rundbord.teams() SET search_path = public",
        "SET session_replication_role = replica",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
        "SELECT pg_reload_conf()",
        "ALTER SYSTEM SET fsync = off",
        "COMMENT ON FUNCTION rundbord.teams() IS 'x'",
    ):
        denied(session, statement)


def test_nobody_hands_on_what_they_may(shared: SharedDatabase) -> None:
    karen = shared.connect("karen")
    karen.execute("GRANT EXECUTE ON FUNCTION rundbord.add_team(text, uuid) TO PUBLIC")  # a warning, and nothing
    karen.execute(sql.SQL("GRANT USAGE ON SCHEMA rundbord TO {}").format(sql.Identifier(shared.rasmus.login)))
    denied(shared.connect("rasmus"), "SELECT rundbord.add_team('Øst')")


def test_what_others_are_doing_is_not_shown(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    new_case(bodil, "Et Hemmeligt Navn")
    rows = shared.connect("sofie").execute("SELECT query FROM pg_stat_activity").fetchall()
    assert not [query for (query,) in rows if query and "Hemmeligt" in query]
    assert shared.connect("sofie").execute("SELECT * FROM pg_stats WHERE schemaname = 'rundbord_data'").fetchall() == []


def test_what_a_session_sets_changes_nothing(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    session = shared.connect("sofie")
    for setting in (
        "search_path = public, rundbord_data, pg_temp",
        "standard_conforming_strings = off",
        "default_transaction_isolation = 'serializable'",
        "timezone = 'Pacific/Kiritimati'",
        "datestyle = 'SQL, DMY'",
        "enable_indexscan = off",
        "client_min_messages = 'debug5'",
        "jit = off",
    ):
        try:
            session.execute(f"SET {setting}".encode())
        except psycopg.Error as gone:  # a later PostgreSQL no longer lets it be set
            assert gone.sqlstate in ("22023", "0A000"), gone
    assert seen(session) == []
    assert push(session, change(case, "story", new_id(), {"think": "ind udefra"})) == [("refused", "not_yours")]
    session.execute("SET row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        seen(session)


def test_shadows_in_the_temporary_schema_are_not_looked_at(shared: SharedDatabase) -> None:
    """Nobody may make temporary tables here; where a keeper has let them, they still shadow nothing."""
    new_case(shared.connect("bodil"))
    owner = shared.owner
    login = sql.Identifier(shared.sofie.login)
    name = sql.Identifier(owner.info.dbname)
    owner.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(name, login))
    session = shared.connect("sofie")
    for statement in (
        "CREATE TEMP TABLE person AS SELECT gen_random_uuid() AS id, session_user::text AS login, 'open'::text AS state",
        "CREATE TEMP TABLE pg_roles (rolname name, rolsuper bool)",
        "CREATE TEMP TABLE counter (n bigint)",
        "CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '2000-01-01'::timestamptz $$",
        "CREATE FUNCTION pg_temp.coalesce_(a text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
        "CREATE TYPE pg_temp.uuid_ AS (a int)",
        "SET search_path = pg_temp, rundbord_data, pg_catalog",
    ):
        session.execute(statement.encode())
    assert seen(session) == []
    assert len(seen(shared.connect("vagn"))) == 2
    told = session.execute("SELECT rundbord.hello('0.1.0', 1)").fetchone()
    assert told is not None
    assert told[0]["person_id"] == shared.sofie.person_id
    close_database(owner)


def test_a_notice_says_nothing_whoever_listens(shared: SharedDatabase) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    told = bodil.execute("SELECT rundbord.hello('0.1.0', 1)").fetchone()
    assert told is not None
    for channel in told[0]["channels"]:  # somebody who has come by the name
        sofie.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    new_case(bodil, "Nancy Ann Berggren")
    assert {payload for _, payload in heard(sofie)} == {""}
    own = sofie.execute("SELECT rundbord.hello('0.1.0', 1)").fetchone()
    assert own is not None
    assert set(own[0]["channels"]).isdisjoint(told[0]["channels"])
