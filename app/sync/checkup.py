# SPDX-License-Identifier: MPL-2.0
"""What is wrong with a shared database, in Danish: `rundbord shared check`.

Looks, and changes nothing. Called by the command line and the tests with a connection that may see the server's own tables
(a superuser's, or one with pg_read_all_settings). Must not know cases: it never reads one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Error

from app.sync.administer import OLDEST_SERVER, SCHEMA, applied, files
from app.sync.keeping import Connection
from app.sync.profile import is_loopback

CLOCK_SECONDS = 60
UNCONFIRMED_DAYS = 14
_DANGEROUS = ("dblink", "postgres_fdw", "file_fdw", "adminpack", "plpython3u", "plperlu", "pltclu", "pg_cron")
_OWNERS = (
    *(
        "rundbord_owner",
        "rundbord_writer",
        "rundbord_reader",
        "rundbord_keeper",
        "rundbord_reporter",
        "rundbord_eraser",
    ),
    "rundbord_warden",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know. `wrong`: it must be put right; else it is worth a thought."""

    wrong: bool
    text: str


def look_over(connection: Connection, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> tuple[Finding, ...]:
    """Everything found, what is wrong first. Nothing found is good."""
    if connection.info.server_version < OLDEST_SERVER:
        return (Finding(True, "PostgreSQL er ældre end 15. Rundbord skal bruge 15 eller nyere."),)
    if not applied(connection):
        return (Finding(True, "Databasen er ikke sat op endnu. Brug rundbord shared init."),)
    found: list[Finding] = []
    for part in (_server, _transport, _schema, _roles, _grants, _people):
        try:
            found += part(connection)
        except Error as trouble:
            if trouble.sqlstate != "42501":
                raise
            found.append(
                Finding(True, "Alt kan ikke ses efter med den bruger. Brug en superbruger, eller én med pg_monitor.")
            )
    drift = _rows(connection, "SELECT clock_timestamp()")[0][0] - now()
    if abs(drift.total_seconds()) > CLOCK_SECONDS:
        found.append(
            Finding(
                True, f"Serverens ur og denne maskines ur er {abs(round(drift.total_seconds()))} sekunder fra hinanden."
            )
        )
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.wrong))


def _server(connection: Connection) -> Iterator[Finding]:
    shown = dict(
        _rows(
            connection,
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit',"
            " 'password_encryption', 'log_statement', 'log_min_duration_statement', 'log_parameter_max_length',"
            " 'log_parameter_max_length_on_error', 'archive_mode', 'server_encoding', 'max_prepared_transactions')",
        )
    )
    for name in ("fsync", "full_page_writes"):
        if shown[name] == "off":
            yield Finding(True, f"{name} er slået fra: et strømsvigt kan koste det, der er skrevet.")
    if shown["synchronous_commit"] in ("off", "local"):
        yield Finding(
            False, "synchronous_commit er slået fra for serveren. Rundbord slår det til, når der skrives i en sag."
        )
    if shown["password_encryption"] != "scram-sha-256":
        yield Finding(True, "password_encryption er ikke scram-sha-256.")
    if shown["server_encoding"] != "UTF8":
        yield Finding(True, "Databasen er ikke i UTF-8.")
    logs = shown["log_statement"] in ("mod", "all") or shown["log_min_duration_statement"] != "-1"
    if logs and shown["log_parameter_max_length"] != "0":
        yield Finding(
            True,
            "Serverens log skriver, hvad der sendes, og dermed ord fra sager."
            " Sæt log_parameter_max_length = 0, eller log_statement = none.",
        )
    if shown["log_parameter_max_length_on_error"] != "0":
        yield Finding(True, "Serverens log skriver ord fra sager ved fejl. Sæt log_parameter_max_length_on_error = 0.")
    if shown["max_prepared_transactions"] != "0":
        yield Finding(True, "max_prepared_transactions er ikke 0: enhver kan lægge en lås, som ingen kan tage igen.")
    if _rows(connection, "SELECT pg_notification_queue_usage()")[0][0] > 0.5:
        yield Finding(True, "Køen af beskeder er over halvt fuld. Én session holder den; se pg_stat_activity.")
    if shown["archive_mode"] == "off":
        yield Finding(False, "archive_mode er slået fra: databasen kan ikke føres tilbage til et bestemt tidspunkt.")
    for (name,) in _rows(
        connection, "SELECT extname FROM pg_extension WHERE extname = ANY (%s) ORDER BY 1", list(_DANGEROUS)
    ):
        yield Finding(True, f"Udvidelsen {name} er slået til i databasen. Med den kan der læses uden om Rundbord.")


def _transport(connection: Connection) -> Iterator[Finding]:
    near = is_loopback(connection.info.host)
    encrypted = _rows(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0][0]
    if not encrypted:
        yield Finding(
            not near, "Forbindelsen er ikke krypteret (TLS)." + (" Den er til denne computer selv." if near else "")
        )
    if _rows(connection, "SHOW ssl")[0][0] == "off" and not near:
        yield Finding(True, "Serveren har ikke TLS slået til.")
    if _rows(connection, "SHOW ssl_min_protocol_version")[0][0] in ("", "TLSv1", "TLSv1.1"):
        yield Finding(not near, "Serveren tager imod TLS, der er ældre end 1.2.")
    for line, kind, method, far in _rows(
        connection,
        "SELECT line_number, type, auth_method, coalesce(address NOT IN ('127.0.0.1', '::1', 'localhost', 'samehost'), false)"
        " FROM pg_hba_file_rules WHERE error IS NULL",
    ):
        if method in ("trust", "password", "md5", "ident") and kind != "local":
            yield Finding(
                True,
                f"pg_hba.conf, linje {line}: {method} lukker folk ind uden en ordentlig prøve. Brug scram-sha-256 eller gss.",
            )
        elif method == "trust":
            yield Finding(True, f"pg_hba.conf, linje {line}: enhver på serveren kan være hvem som helst (trust).")
        if far and kind in ("host", "hostnossl") and method != "reject":
            yield Finding(True, f"pg_hba.conf, linje {line}: der kan kobles på udefra uden TLS. Skriv hostssl.")


def _schema(connection: Connection) -> Iterator[Finding]:
    held = dict(
        _rows(connection, "SELECT key, value FROM rundbord_data.setting WHERE key IN ('schema', 'root_public')")
    )
    here = applied(connection)
    if int(held.get("schema", "0")) > SCHEMA:
        yield Finding(True, "Databasen er sat op af et nyere Rundbord end dette. Opdatér programmet.")
    elif any(here.get(name) != digest for name, _, digest in files()):
        yield Finding(True, "Databasen er sat op af et andet Rundbord end dette. Brug rundbord shared init.")
    if "root_public" not in held:
        yield Finding(False, "Kommunens nøgle er ikke lagt i databasen. Brug rundbord shared init --root.")
    for (name,) in _rows(
        connection,
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'rundbord_data'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1",
    ):
        yield Finding(True, f"Tabellen {name} er ikke lukket række for række.")
    for (name,) in _rows(
        connection,
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'rundbord'::regnamespace"
        " AND NOT (p.prosecdef AND EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=pg_catalog, pg_temp'))",
    ):
        yield Finding(True, f"Funktionen {name} er ikke den, Rundbord lagde.")
    for (name,) in _rows(
        connection,
        "SELECT t.tgname || ' på ' || t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = 'rundbord_data'::regnamespace AND NOT t.tgisinternal AND t.tgenabled = 'D'",
    ):
        yield Finding(True, f"Vagten {name} er slået fra.")


def _roles(connection: Connection) -> Iterator[Finding]:
    for (login,) in _rows(
        connection,
        "SELECT r.rolname FROM pg_roles r JOIN rundbord_data.person p ON p.login = r.rolname WHERE r.rolsuper OR r.rolcreaterole"
        " OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls ORDER BY 1",
    ):
        yield Finding(
            True, f"{login} har rettigheder på serveren, som ingen må have, der arbejder med sager eller konti."
        )
    for login, group in _rows(
        connection,
        "SELECT m.rolname, g.rolname FROM rundbord_data.person p JOIN pg_roles m ON m.rolname = p.login"
        " JOIN pg_auth_members a ON a.member = m.oid JOIN pg_roles g ON g.oid = a.roleid"
        " WHERE g.rolname <> CASE p.roles WHEN '{}' THEN 'rundbord_accounts' ELSE 'rundbord_person' END ORDER BY 1, 2",
    ):
        yield Finding(True, f"{login} er også med i {group}. Det skal ingen være.")
    for owner, member in _rows(
        connection,
        "SELECT g.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid"
        " JOIN pg_roles m ON m.oid = a.member WHERE g.rolname = ANY (%s) AND NOT m.rolsuper ORDER BY 1, 2",
        list(_OWNERS),
    ):
        yield Finding(True, f"{member} er med i {owner} og kan alt, hvad den kan.")
    for (owner,) in _rows(
        connection,
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolcanlogin OR rolsuper) ORDER BY 1",
        list(_OWNERS),
    ):
        yield Finding(True, f"{owner} kan logge ind eller er superbruger. Det skal den ikke.")
    for (login,) in _rows(
        connection,
        "SELECT m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member"
        " WHERE g.rolname IN ('rundbord_person', 'rundbord_accounts') AND m.rolcanlogin"
        " AND NOT EXISTS (SELECT FROM rundbord_data.person p WHERE p.login = m.rolname)"
        " AND pg_has_role(m.oid, g.oid, 'USAGE') AND has_database_privilege(m.oid, current_database(), 'CONNECT')"
        " AND (SELECT count(*) FROM pg_database d WHERE d.datallowconn AND NOT d.datistemplate) <= 2 ORDER BY 1",
    ):
        yield Finding(False, f"{login} har en adgang i PostgreSQL, men ingen konto i Rundbord.")


def _grants(connection: Connection) -> Iterator[Finding]:
    for name, who in _rows(
        connection,
        "SELECT DISTINCT c.relname, CASE x.grantee WHEN 0 THEN 'alle' ELSE x.grantee::regrole::text END"
        " FROM pg_class c CROSS JOIN aclexplode(c.relacl) x WHERE c.relnamespace = 'rundbord_data'::regnamespace"
        " AND (x.grantee = 0 OR x.grantee::regrole::text <> ALL (%s)) ORDER BY 1, 2",
        list(_OWNERS),
    ):
        yield Finding(True, f"{who} har fået ret til tabellen {name} uden om Rundbord.")
    for name, who in _rows(
        connection,
        "SELECT DISTINCT n.nspname, CASE x.grantee WHEN 0 THEN 'alle' ELSE x.grantee::regrole::text END"
        " FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) x"
        " WHERE (n.nspname = 'rundbord_data' AND (x.grantee = 0 OR x.grantee::regrole::text <> ALL (%s)))"
        "    OR (n.nspname LIKE 'rundbord%%' AND x.privilege_type = 'CREATE' AND x.grantee::regrole::text <> ALL (%s))"
        " ORDER BY 1, 2",
        *(list(_OWNERS), list(_OWNERS)),
    ):
        yield Finding(True, f"{who} har fået ret til {name} uden om Rundbord.")
    if _rows(connection, "SELECT count(*) FROM pg_proc p WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN"
             " ('rundbord', 'rundbord_data')) AND has_function_privilege('public', p.oid, 'EXECUTE')")[0][0]:  # fmt: skip
        yield Finding(True, "Alle kan kalde en af Rundbords funktioner. Brug rundbord shared init.")
    if _rows(connection, "SELECT has_language_privilege('public', 'plpgsql', 'USAGE')") == [(True,)]:
        yield Finding(
            True, "Alle kan køre egne programstumper i databasen (DO). Brug rundbord shared init som superbruger."
        )
    if _rows(connection, "SELECT has_function_privilege('public', 'pg_advisory_lock(bigint)', 'EXECUTE')") == [(True,)]:
        yield Finding(True, "Alle kan lægge låse efter nummer i databasen. Brug rundbord shared init som superbruger.")
    if _rows(connection, "SELECT current_setting('temp_file_limit')") == [("-1",)]:
        yield Finding(
            False, "temp_file_limit er ikke sat: ét tungt spørgsmål kan fylde disken. Brug rundbord shared init."
        )
    if _rows(
        connection,
        "SELECT has_schema_privilege('public', 'public', 'CREATE') FROM pg_namespace WHERE nspname = 'public'",
    ) == [(True,)]:
        yield Finding(True, "Alle kan lægge noget i skemaet public. Brug rundbord shared init.")


def _people(connection: Connection) -> Iterator[Finding]:
    for (login,) in _rows(
        connection,
        "SELECT p.login FROM rundbord_data.person p WHERE p.state <> 'closed'"
        " AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = p.login) ORDER BY 1",
    ):
        yield Finding(True, f"{login} har en konto, men kan ikke logge ind i PostgreSQL. Brug rundbord shared init.")
    for (login,) in _rows(
        connection,
        "SELECT p.login FROM rundbord_data.person p WHERE p.state = 'new' AND p.made_at < now() - make_interval(days => %s)"
        " ORDER BY 1",
        UNCONFIRMED_DAYS,
    ):
        yield Finding(False, f"{login} er ikke bekræftet endnu. En leder på teamet bekræfter.")
    for (team,) in _rows(
        connection,
        "SELECT t.name FROM rundbord_data.team t WHERE NOT EXISTS (SELECT FROM rundbord_data.member m JOIN rundbord_data.person p"
        " ON p.id = m.person WHERE m.team = t.id AND m.until IS NULL AND p.state = 'open' AND 'leder' = ANY (p.roles))"
        " ORDER BY 1",
    ):
        yield Finding(False, f"Teamet {team} har ingen leder, der kan bekræfte nye.")
    if not _rows(connection, "SELECT FROM rundbord_data.person WHERE roles = '{}' AND state = 'open' LIMIT 1"):
        yield Finding(False, "Der er ingen kontoadministrator. Brug rundbord shared add-person --accounts.")


def _rows(connection: Connection, statement: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(statement.encode(), values or None).fetchall()
