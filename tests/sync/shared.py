# SPDX-License-Identifier: MPL-2.0
"""A shared database with people in it, for the tests of the folder. The fixtures that make it are in `conftest.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from uuid_utils import uuid7

from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.sync import administer

Connection = psycopg.Connection[tuple[Any, ...]]

NORTH, SOUTH = "Nord", "Syd"


@dataclass(frozen=True)
class Someone:
    """A person with a real role: `login` and `password` are what PostgreSQL asks for."""

    key: str
    name: str
    roles: tuple[str, ...]
    team: str | None
    login: str
    person_id: str = field(default_factory=lambda: str(uuid4()))
    password: str = field(default_factory=lambda: f"øvelse-{uuid4().hex[:8]}")


def everybody(suffix: str) -> dict[str, Someone]:
    """The people of the tests: two teams, an adviser, and who keeps the accounts."""
    made = (
        ("bodil", "Bodil Bestiller", ("bestiller",), NORTH),
        ("vagn", "Vagn Vejleder", ("vejleder",), NORTH),
        ("lene", "Lene Leder", ("leder",), NORTH),
        ("rasmus", "Rasmus Rådgiver", ("rådgiver",), None),
        ("sofie", "Sofie Sydbestiller", ("bestiller",), SOUTH),
        ("sanne", "Sanne Sydleder", ("leder",), SOUTH),
        ("karen", "Karen Konto", (), None),
    )
    return {key: Someone(key, name, roles, team, f"{key}{suffix}") for key, name, roles, team in made}


class SharedDatabase:
    """A fresh database. `connect("bodil")` is a session of hers; `owner` the superuser's."""

    def __init__(self, owner_dsn: str, people: Mapping[str, Someone]) -> None:
        self.owner_dsn = owner_dsn
        self.people = dict(people)
        self._open: list[Connection] = []

    def __getattr__(self, key: str) -> Someone:
        try:
            return self.people[key]
        except KeyError:
            raise AttributeError(key) from None

    def dsn(self, who: str | Someone, password: str | None = None) -> str:
        """What that person connects with."""
        one = self.people[who] if isinstance(who, str) else who
        parts = conninfo_to_dict(self.owner_dsn)
        return make_conninfo(**{**parts, "user": one.login, "password": one.password if password is None else password})

    def connect(self, who: str | Someone, *, autocommit: bool = True) -> Connection:
        """A session of that person's, closed with the test."""
        return self._kept(psycopg.connect(self.dsn(who), autocommit=autocommit))

    def connect_with(self, one: Someone, password: str) -> Connection:
        """A session of somebody who has changed their password."""
        return self._kept(psycopg.connect(self.dsn(one, password), autocommit=True))

    @property
    def owner(self) -> Connection:
        """A session of the superuser's, closed with the test."""
        return self._kept(psycopg.connect(self.owner_dsn, autocommit=True))

    def _kept(self, connection: Connection) -> Connection:
        self._open.append(connection)
        return connection

    def close(self) -> None:
        """End every session the test opened."""
        for connection in self._open:
            connection.close()

    def team(self, name: str = NORTH) -> str:
        """A team's id."""
        return administer.team_id(self.owner, name)

    def add(self, name: str, roles: tuple[str, ...], team: str | None = NORTH, *, ready: bool = True) -> Someone:
        """One more person, for this test alone: theirs is the role to change, close and reset.

        `ready`: the password is their own and they are confirmed. Else as an administrator leaves them.
        """
        one = Someone(uuid4().hex[:6], name, roles, team, f"p{uuid4().hex[:12]}")
        self.people[one.key] = one
        make(self.owner, one, ready=ready)
        return one


def make(owner: Connection, one: Someone, *, ready: bool = True) -> None:
    """The account of one person."""
    if not one.roles:
        made = administer.add_administrator(owner, one.login, one.name, one.password)
        owner.execute("UPDATE rundbord_data.person SET id = %s WHERE id = %s", (one.person_id, made))
        return
    administer.add_person(owner, one.login, one.name, one.roles, one.team, one.password, person_id=one.person_id)
    if ready:
        owner.execute(
            "UPDATE rundbord_data.person SET must_change = false, state = 'open' WHERE id = %s", (one.person_id,)
        )


# ------------------------------------------------------------------------------------------------------ what is written


def new_id() -> str:
    """An id as a desk makes it: in the order of time."""
    return str(uuid7())


def change(
    case: str, kind: str, record: str, fields: Mapping[str, Any], role: str = "bestiller", **more: Any
) -> dict[str, Any]:
    """One change as a desk sends it; the audience is that of its first field."""
    infos = fields_of(KINDS[kind]) if kind in KINDS else {}
    audience = next((infos[name].audience.value for name in fields if name in infos), "internt")
    return {
        "id": new_id(),
        "case": case,
        "kind": kind,
        "record": record,
        "fields": dict(fields),
        "over": {},
        "bases": {},
        "audience": audience,
        "role": role,
        "at": "2026-11-26T10:14:00+01:00",
        "step": new_id(),
        "step_name": "Skriv",
        **more,
    }


def push_edit(session: Connection, edit: Mapping[str, Any], device: str) -> int | None:
    """The number an edit was given by the short road for most of them; None for what it leaves to `push`."""
    told = {"undoes": None, "author": None, **edit, "device": device}
    for part in ("fields", "over", "bases"):
        told[part] = json.dumps(told[part])
    row = session.execute(_PUSH_EDIT, told).fetchone()
    assert row is not None
    return None if row[0] is None else int(row[0])


_PUSH_EDIT = (
    "SELECT rundbord.push_edit(%(device)s, %(id)s, %(case)s, %(kind)s, %(record)s, %(fields)s, %(over)s, %(bases)s,"
    " %(audience)s, %(role)s, %(at)s, %(step)s, %(step_name)s, %(undoes)s,"
    " coalesce(%(author)s::uuid, (SELECT p.id FROM rundbord.people() p WHERE p.login = session_user)))"
)


def would_edit(session: Connection, changes: Sequence[Any], device: str) -> bool:
    """Whether the short road would take it; undone again. Asked of all that is sent alone: it takes nothing `push` refuses."""
    taken: int | None = None
    if len(changes) == 1 and isinstance(changes[0], Mapping):
        with suppress(psycopg.Error, KeyError), session.transaction(force_rollback=True):
            taken = push_edit(session, changes[0], device)
    return taken is not None


def push(session: Connection, *changes: Mapping[str, Any], device: str | None = None) -> list[tuple[str, str | None]]:
    """Send changes; (outcome, reason) of each, in the order they were given. A desk too finds its answers by id."""
    desk = device or new_id()
    edits = would_edit(session, changes, desk)
    rows = session.execute(
        "SELECT id::text, outcome, reason FROM rundbord.push(%s, %s)", (json.dumps(changes), desk)
    ).fetchall()
    assert len(rows) == len(changes)
    told = {found: (outcome, reason) for found, outcome, reason in rows}
    assert not edits or rows[0][1] == "accepted"
    return [told[one["id"]] for one in changes]


def new_case(session: Connection, name: str = "Nancy Ann Berggren", role: str = "bestiller") -> str:
    """A case with a citizen in the session's own team; its id."""
    case, citizen = new_id(), new_id()
    told = push(
        session,
        change(case, "citizen", citizen, {"name": name}, role),
        change(case, "case", case, {"citizen_id": citizen, "removed": False}, role),
    )
    assert [outcome for outcome, _ in told] == ["accepted", "accepted"], told
    return case


def seen(session: Connection, after: int = 0) -> list[dict[str, Any]]:
    """Every change and door the session is shown after a number."""
    cursor = session.execute("SELECT * FROM rundbord.pull(%s, 20000)", (after,))
    names = [column.name for column in cursor.description or ()]
    return [row for values in cursor.fetchall() if (row := dict(zip(names, values, strict=True)))["event"] != "upto"]


@contextmanager
def made_database(server_dsn: str, name: str, template: str | None = None) -> Iterator[str]:
    """A database on the server, and gone afterwards; what its owner connects with."""
    with psycopg.connect(server_dsn, autocommit=True) as superuser:
        superuser.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
    try:
        yield make_conninfo(**{**conninfo_to_dict(server_dsn), "dbname": name})
    finally:
        with psycopg.connect(server_dsn, autocommit=True) as superuser:
            superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
