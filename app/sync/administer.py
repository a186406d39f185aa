# SPDX-License-Identifier: MPL-2.0
"""What a keeper of the shared database does: sets it up, and makes, confirms and closes accounts.

Called by `rundbord shared …`, by the practice of two desks and by the tests. A password is hashed here and never sent; the
database's refusals become one Danish sentence. `checkup.py` looks the database over, `archive.py` takes a case out of it.
Must not know replicas, desks or screens.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql

from app import __version__
from app.domain.errors import UserError
from app.domain.versions import is_newer
from app.sync.closing import close_database as close_database
from app.sync.keeping import SENTENCES, Connection
from app.sync.rights import field_rules, pen_roles

SCHEMA = 1
"""The version of the shared schema this program makes and speaks. It only grows."""
OLDEST_SERVER = 150000
PASSWORD_MIN = 8
_FILES = Path(__file__).with_name("schema")
_ONE_AT_A_TIME = 0x52756E64  # two that set up at once: the second waits
_HELD_UP = "15s"  # by a transaction somebody keeps open; meanwhile every desk waits behind the one that sets up

# Tables only grow. Functions, and what rests on them, are made anew, for what one takes and gives cannot be changed in place.
# All in the one transaction: nobody ever sees it gone.
_AWAY = """
DO $$
DECLARE
    f regprocedure;
    t regtype;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname IN ('rundbord', 'rundbord_data') LOOP
        IF EXISTS (SELECT FROM pg_proc p WHERE p.oid = f) THEN
            EXECUTE format('DROP ROUTINE %s CASCADE', f);
        END IF;
    END LOOP;
    FOR t IN SELECT c.reltype FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'rundbord_data' AND c.relkind = 'c' LOOP
        EXECUTE format('DROP TYPE %s CASCADE', t);
    END LOOP;
END
$$
"""


# ----------------------------------------------------------------------------------------------------------- set up


@dataclass(frozen=True, slots=True)
class SetUp:
    """What `init` did: the files that were new or changed, and whether it was the first time."""

    files: tuple[str, ...]
    first: bool


def files() -> tuple[tuple[str, str, str], ...]:
    """(name, text, SHA-256) of each part of the schema, in the order they are run. Each may be run again: it only adds."""
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(_FILES.glob("*.sql"))]
    return tuple((name, text, hashlib.sha256(text.encode()).hexdigest()) for name, text in texts)


def applied(connection: Connection) -> dict[str, str]:
    """The hash of each file the database was last set up with; nothing when it never was."""
    if connection.execute("SELECT pg_catalog.to_regclass('rundbord_data.applied')").fetchone() == (None,):
        return {}
    return dict(connection.execute("SELECT file, hash FROM rundbord_data.applied").fetchall())


def init(connection: Connection, *, root_public: str | None = None) -> SetUp:
    """Make the schema, or bring it up to this program, in one transaction; asks for a superuser. Again does nothing more.

    `root_public`, the public half of the municipality's root key, is never changed in silence."""
    if connection.info.server_version < OLDEST_SERVER:
        raise UserError("Rundbord skal bruge PostgreSQL 15 eller nyere.")
    wanted = files()
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (_HELD_UP,))
        here = applied(connection)
        _not_backwards(connection, here)
        new = tuple(name for name, _, digest in wanted if here.get(name) != digest)
        if new:
            connection.execute(_AWAY)
            for _, text, _ in wanted:  # all of them: a later file may rest on what an earlier one makes anew
                connection.execute(text.encode())
            connection.execute(
                "CREATE TABLE IF NOT EXISTS rundbord_data.applied ("
                " file text PRIMARY KEY, hash text NOT NULL, at timestamptz NOT NULL DEFAULT now(), program text NOT NULL);"
                " ALTER TABLE rundbord_data.applied OWNER TO rundbord_owner;"
                " REVOKE ALL ON rundbord_data.applied FROM PUBLIC;"
                " ALTER TABLE rundbord_data.applied ENABLE ROW LEVEL SECURITY;"
                " ALTER TABLE rundbord_data.applied FORCE ROW LEVEL SECURITY"
            )
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO rundbord_data.applied (file, hash, program) VALUES (%s, %s, %s)"
                    " ON CONFLICT (file) DO UPDATE SET hash = excluded.hash, at = now(), program = excluded.program",
                    [(name, digest, __version__) for name, _, digest in wanted],
                )
        close_database(connection)
        _tell_rights(connection)
        _mend_roles(connection)
        _set(connection, "schema", str(SCHEMA))
        _set(connection, "program", __version__)
        if root_public is not None:
            _set_root(connection, root_public)
    return SetUp(new, not here)


def put_back(connection: Connection) -> None:
    """Say that the database was put back from a copy where it cannot see so itself (a disk or a machine set back whole).

    At the next greeting it takes another name and numbers from far above, and each desk offers what it has.
    """
    if not applied(connection):
        raise UserError("Databasen er ikke sat op endnu. Brug rundbord shared init.")
    connection.execute(
        "INSERT INTO rundbord_data.origin (print) VALUES ('') ON CONFLICT (one) DO UPDATE SET print = ''"
    )


def _not_backwards(connection: Connection, here: dict[str, str]) -> None:
    if not here:
        return
    held: dict[str, str] = dict(
        connection.execute("SELECT key, value FROM rundbord_data.setting WHERE key IN ('schema', 'program')").fetchall()
    )
    if int(held.get("schema", "0")) > SCHEMA or is_newer(held.get("program", ""), __version__):
        raise UserError(f"Databasen er sat op af et nyere Rundbord ({held['program']}). Opdatér programmet først.")


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO rundbord_data.setting AS s (key, value) VALUES (%s, %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE s.value <> excluded.value",
        (key, value),
    )


def want_client(connection: Connection, version: str) -> None:
    """Ask every desk for at least this version of the program; "" asks for none. An older one is told so, and works on."""
    if version and not re.fullmatch(r"\d+(\.\d+){1,2}", version):
        raise UserError("Skriv udgaven som 1.2 eller 1.2.3.")
    _set(connection, "wanted_client", version)


def _set_root(connection: Connection, root_public: str) -> None:
    held = connection.execute("SELECT value FROM rundbord_data.setting WHERE key = 'root_public'").fetchone()
    if held is not None and held[0] != root_public:
        raise UserError(
            "Databasen har en anden kommunes nøgle. Er det den rigtige database og den rigtige gendannelseskode?"
        )
    _set(connection, "root_public", root_public)


def _tell_rights(connection: Connection) -> None:
    """The fields and who writes them. A field once told of stays; who may write it follows the program."""
    pens, rules = set(pen_roles()), set(field_rules())
    if set(connection.execute("SELECT pen, role FROM rundbord_data.pen_role").fetchall()) != pens:
        connection.execute("DELETE FROM rundbord_data.pen_role")
        connection.execute(
            "INSERT INTO rundbord_data.pen_role (pen, role) SELECT * FROM unnest(%s::text[], %s::text[])",
            tuple(map(list, zip(*sorted(pens), strict=True))),
        )
    here = set(
        connection.execute(
            "SELECT kind, field, pen, audience, once, policy, type FROM rundbord_data.field_rule"
        ).fetchall()
    )
    if not rules <= here:
        connection.execute(
            "INSERT INTO rundbord_data.field_rule (kind, field, pen, audience, once, policy, type)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[])"
            " ON CONFLICT (kind, field) DO UPDATE SET pen = excluded.pen, audience = excluded.audience,"
            " once = excluded.once, policy = excluded.policy, type = excluded.type",
            tuple(map(list, zip(*sorted(rules - here), strict=True))),
        )


def _mend_roles(connection: Connection) -> None:
    """Give each account the role it lost when the database was put back on another server (roles are the server's own)."""
    kept = "EXISTS (SELECT FROM pg_auth_members a WHERE a.roleid = r.oid AND a.admin_option"
    kept += " AND a.member = 'rundbord_keeper'::regrole)"  # from 16 on, else nobody changes their password
    rows = connection.execute(
        "SELECT p.id, p.login, p.roles = '{}', r.oid IS NULL FROM rundbord_data.person p"
        " LEFT JOIN pg_roles r ON r.rolname = p.login"
        " WHERE p.state <> 'closed' AND (r.oid IS NULL OR NOT pg_has_role(r.oid, CASE p.roles WHEN '{}'"
        " THEN 'rundbord_accounts' ELSE 'rundbord_person' END, 'MEMBER')"
        f" OR (current_setting('server_version_num')::integer >= 160000 AND NOT {kept}))".encode()
    ).fetchall()
    for person, login, accounts, missing in rows:
        name, group = sql.Identifier(login), sql.Identifier("rundbord_accounts" if accounts else "rundbord_person")
        if missing:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN INHERIT CONNECTION LIMIT 20").format(name))
            connection.execute(
                "UPDATE rundbord_data.person SET must_change = true, state = CASE roles WHEN '{}' THEN state ELSE 'new' END"
                " WHERE id = %s",
                (person,),
            )
        if connection.info.server_version >= 160000:
            connection.execute(
                sql.SQL("GRANT {} TO rundbord_keeper WITH ADMIN TRUE, INHERIT FALSE, SET FALSE").format(name)
            )
        connection.execute(sql.SQL("GRANT {} TO {}").format(group, name))


# --------------------------------------------------------------------------------------------------------- passwords

_EASY = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0 and o, no 1, i and l: it is read from paper


def first_password() -> str:
    """A password to hand over on paper; its owner changes it before it opens anything."""
    return "-".join("".join(secrets.choice(_EASY) for _ in range(4)) for _ in range(4))


def verifier(connection: Connection, login: str, password: str) -> str:
    """What the database keeps instead of a password (SCRAM-SHA-256), reckoned here: the word itself is never sent."""
    return connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()


# ---------------------------------------------------------------------------------------------------------- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """One account as its keeper sees it: no password, no case."""

    person_id: str
    login: str
    name: str
    roles: tuple[str, ...]
    state: str
    must_change: bool
    public_key: str
    vouched: bool
    teams: tuple[str, ...]


def add_team(connection: Connection, name: str) -> str:
    """A new team; its id comes back."""
    return str(_one(connection, "SELECT rundbord.add_team(%s)", name))


def add_person(
    connection: Connection,
    login: str,
    name: str,
    roles: Sequence[str],
    team: str | None,
    password: str | None,
    *,
    person_id: str | None = None,
    phone: str = "",
    discipline: str = "",
) -> str:
    """A new account in a team (by name or id), with a first password; None is who signs in with Kerberos. Its id comes back."""
    wanted = _uuid(person_id) if person_id else uuid4()
    hashed = None if password is None else verifier(connection, login, password)
    _one(
        connection,
        "SELECT rundbord.add_person(%s, %s, %s, %s, %s, %s, %s, %s)",
        *(login, wanted, name, list(roles), team and team_id(connection, team), hashed, phone, discipline),
    )
    return str(wanted)


def add_administrator(connection: Connection, login: str, name: str, password: str) -> str:
    """An account administrator: makes and closes accounts, sees no case. Made by the database's owner alone."""
    made = uuid4()
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        _one(
            connection,
            "SELECT rundbord_data.make_person(%s, %s, %s, '{}', NULL, %s, '', '', 'rundbord_accounts')",
            *(login, made, name, verifier(connection, login, password)),
        )
        _one(connection, "SELECT rundbord_data.note_act('kontoadministrator oprettet', %s)", made)
    return str(made)


def reset_password(connection: Connection, who: str, password: str) -> None:
    """A new first password for somebody who forgot theirs: to be changed, and confirmed, before it opens anything."""
    found = account(connection, who)
    _one(
        connection,
        "SELECT rundbord.reset_password(%s, %s)",
        *(found.person_id, verifier(connection, found.login, password)),
    )


def set_own_password(connection: Connection, password: str) -> None:
    """The session's own new password. UserError when it is too short."""
    if len(password) < PASSWORD_MIN:
        raise UserError(f"Adgangskoden skal være på mindst {PASSWORD_MIN} tegn. En lille sætning er god.")
    login = connection.info.user
    _one(connection, "SELECT rundbord.set_own_password(%s)", verifier(connection, login, password))


def confirm(connection: Connection, who: str) -> None:
    """Say that this is that person: a leder of the team, or the database's owner."""
    _one(connection, "SELECT rundbord.confirm_person(%s)", account(connection, who).person_id)


def root_public_of(recovery_code: str) -> str:
    """The public half of the root key that a recovery code gives."""
    from app.store import seal
    from app.store.recovery import read_code

    return seal.root_from_recovery(read_code(recovery_code)).public_key


def vouch(connection: Connection, who: str, recovery_code: str) -> str:
    """Let the municipality's root key stand in for the key a person has now. The key's fingerprint comes back."""
    from app.store import seal
    from app.store.recovery import read_code

    found = keyed(connection, who)
    root = seal.root_from_recovery(read_code(recovery_code))
    pinned = _one(connection, "SELECT rundbord.root_public()")
    if pinned is not None and pinned != root.public_key:
        raise UserError("Gendannelseskoden hører ikke til kommunen i denne database.")
    voucher = seal.vouch(root, found.person_id, found.name, found.roles, found.public_key)
    _one(connection, "SELECT rundbord.vouch(%s, %s, %s)", found.person_id, found.public_key, voucher)
    return fingerprint(found.public_key)


def keyed(connection: Connection, who: str) -> Account:
    """The account of somebody whose key is in the database. A UserError says that there is none to vouch for yet."""
    found = account(connection, who)
    if not found.public_key:
        raise UserError(f"{found.name} har ingen nøgle i databasen endnu. Den kommer, når personen er på.")
    return found


def fingerprint(public_key: str) -> str:
    """A short word for a public key, to be read aloud."""
    digits = hashlib.sha256(public_key.encode()).hexdigest()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def remove_person(connection: Connection, who: str, *, days: int = 30) -> bool:
    """End a person's access now; what their desks hold unsent may come in for `days` more, as words and not decisions. Whether
    anything came of it: of an account that is closed those days may be made fewer, and never more."""
    return bool(_one(connection, "SELECT rundbord.close_person(%s, %s)", account(connection, who).person_id, days))


def reopen_person(connection: Connection, who: str, password: str | None) -> None:
    """Open a closed account again, with a new first password (None: Kerberos): to be confirmed, and its key vouched for, anew."""
    found = account(connection, who)
    hashed = None if password is None else verifier(connection, found.login, password)
    _one(connection, "SELECT rundbord.reopen_person(%s, %s)", found.person_id, hashed)


def accounts(connection: Connection) -> tuple[Account, ...]:
    """All accounts the session may see, by name."""
    rows = connection.execute(
        "SELECT id, login, name, roles, state, must_change, public_key, vouched, teams FROM rundbord.accounts()"
    ).fetchall()
    return tuple(
        Account(str(i), login, name, tuple(roles), state, must, key, vouched, tuple(teams))
        for i, login, name, roles, state, must, key, vouched, teams in rows
    )


def account(connection: Connection, who: str) -> Account:
    """One account by login, id or name. UserError when there is none, or more than one of that name."""
    wanted = who.strip()
    if not wanted:
        raise UserError("Skriv brugernavnet, navnet eller id'et på den, det gælder.")
    found = [a for a in accounts(connection) if wanted in (a.login, a.person_id)] or [
        a for a in accounts(connection) if a.name.casefold() == wanted.casefold()
    ]
    if not found:
        raise UserError(f"Der er ingen konto til {wanted}.")
    if len(found) > 1:
        raise UserError(f"Der er flere, der hedder {wanted}. Skriv brugernavnet.")
    return found[0]


def team_id(connection: Connection, team: str) -> str:
    """A team's id, by its name or its id."""
    if not team.strip():
        raise UserError("Skriv, hvilket team det er.")
    for found, name in connection.execute("SELECT id, name FROM rundbord.teams()").fetchall():
        if team.strip() in (str(found), name):
            return str(found)
    raise UserError(f"Der er intet team, der hedder {team.strip()}.")


def _one(connection: Connection, statement: str, *values: object) -> Any:
    row = connection.execute(statement.encode(), values).fetchone()
    return None if row is None else row[0]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as foreign:
        raise UserError(SENTENCES["id"]) from foreign
