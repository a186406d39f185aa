# SPDX-License-Identifier: MPL-2.0
"""What PostgreSQL leaves open to everybody in a new database, and Rundbord closes: nobody makes, locks or fills anything there.

Called by `administer.init`, and for each copy of a database: a database's own rights are not copied with a template.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

_LAID_ASIDE = "2GB"  # of disk, by one session's heavy questions


def close_database(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Let nobody into the database but those who have business there, and nobody make anything of their own in it.

    A database's own rights are not copied with a template: this is done for each.
    """
    name = sql.Identifier(connection.info.dbname)
    connection.execute(
        sql.SQL(
            "REVOKE ALL ON DATABASE {} FROM PUBLIC;"
            " GRANT CONNECT ON DATABASE {} TO rundbord_person, rundbord_accounts, rundbord_report;"
            " REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),"
            " pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;"
            " REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC"  # no program of one's own
        ).format(name, name)
    )
    for (function,) in (
        connection.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
            " AND (proname ~ '^pg_(try_)?advisory_' OR proname = 'pg_logical_emit_message')"
        ).fetchall()
    ):  # locks by a number anybody may guess, and words of any length straight into the server's log of the disk
        connection.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC".encode())
    if connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = session_user").fetchone() == (True,):
        connection.execute(sql.SQL("ALTER DATABASE {} SET temp_file_limit = {}").format(name, sql.Literal(_LAID_ASIDE)))
    if connection.execute("SELECT to_regnamespace('public')").fetchone() != (None,):
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
